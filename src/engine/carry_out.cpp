// The second half of the engine's step: from what a strategy wants to what goes to the venue.

#include <algorithm>
#include <array>

#include "engine/engine.hpp"

namespace kontor::engine {

void Engine::carry_out(StrategyId strategy) noexcept {
  for (const auto& intent : intents_.all()) {
    std::visit([&](const auto& wish) { carry_out(strategy, wish); }, intent);
  }
  intents_.clear();
}

/// `opens`: of a protective leg, what it is known to have to close.
std::optional<RejectReason> Engine::submit(const NewOrder& order, RawQuantity opens) noexcept {
  auto approved = state_.risk.check(risk_view(order.strategy, order.instrument), order, opens);
  if (approved) {
    send(*approved);
    return std::nullopt;
  }
  const RejectReason reason = approved.error().reasons.front();
  outputs_.add(RefusedIntent{order.strategy, order.instrument, std::move(approved.error().reasons), {}});
  return reason;
}

/// A group that the engine keeps is its own affair: the venue gets orders without one.
void Engine::send(const execution::Approved<NewOrder>& approved) noexcept {
  NewOrder order = state_.orders.submit(approved, state_.now).request;
  if (stale_after_ != 0) set_own_timer(OwnTimer::stale_orders, state_.now + stale_after_);
  if (order.group.value != 0 && state_.protection.keeps(order.group)) order.group = {};
  emit(order);
}

void Engine::ask_to_cancel(OrderId id) noexcept {
  const InstrumentId instrument = state_.orders.find(id)->request.instrument;
  if (state_.orders.request_cancel(id, state_.now)) emit(CancelOrder{id, instrument});
}

std::optional<RejectReason> Engine::ask_to_amend(StrategyId strategy, const AmendOrder& amend) noexcept {
  auto approved = state_.risk.check(risk_view(strategy, amend.instrument), amend);
  if (approved) {
    if (state_.orders.request_amend(*approved, state_.now)) emit(approved->get());
    return std::nullopt;
  }
  const RejectReason reason = approved.error().reasons.front();
  outputs_.add(RefusedIntent{strategy, amend.instrument, std::move(approved.error().reasons), {}});
  return reason;
}

void Engine::cancel(StrategyId strategy, OrderId id) noexcept {
  const auto* order = state_.orders.find(id);
  if (order == nullptr || order->request.strategy != strategy) return;
  if (order->request.group.value != 0)
    state_.protection.waive(*order, state_.instruments[order->request.instrument]);
  ask_to_cancel(id);
}

void Engine::amend(StrategyId strategy, const AmendOrder& amend) noexcept {
  const auto* order = state_.orders.find(amend.id);
  if (order == nullptr || order->request.strategy != strategy) return;
  const bool is_refused = ask_to_amend(strategy, amend).has_value();
  if (!is_refused && order->request.group.value != 0)
    state_.protection.move_target(*order, amend.limit_price);
}

void Engine::carry_out(StrategyId strategy, const strategy::PlaceOrder& intent) noexcept {
  NewOrder order = intent.order;
  order.id = state_.orders.reserve_id();
  order.strategy = strategy;
  order.role = GroupRole::single;  // groups are made here, from brackets and pairs
  order.group = {};
  if (execution::is_governed(order)) state_.declared.of(strategy, order.instrument).forget();
  submit(order);
}

namespace {

/// A protective leg on the other side of `order`, with everything but its own price and role.
NewOrder leg_of(const NewOrder& order, GroupRole role) noexcept {
  NewOrder leg = order;
  leg.side = opposite(order.side);
  leg.role = role;
  leg.post_only = false;
  leg.time_in_force = TimeInForce::good_till_canceled;
  leg.expire_at = 0;
  leg.limit_price = RawPrice();
  leg.trigger_price = RawPrice();
  leg.trailing_offset = RawPrice();
  leg.reduce_only = true;
  return leg;
}

NewOrder stop_leg(const NewOrder& order, RawPrice stop_price) noexcept {
  NewOrder leg = leg_of(order, GroupRole::stop_loss);
  leg.type = OrderType::stop_market;
  leg.trigger_price = stop_price;
  return leg;
}

NewOrder stop_leg(const strategy::PlaceBracket& bracket, const NewOrder& entry) noexcept {
  NewOrder leg = stop_leg(entry, bracket.stop_price);
  if (bracket.trailing_offset.units != 0) {
    leg.type = OrderType::trailing_stop;
    leg.trailing_offset = bracket.trailing_offset;
  } else if (bracket.stop_limit.units != 0) {
    leg.type = OrderType::stop_limit;
    leg.limit_price = bracket.stop_limit;
  }
  return leg;
}

NewOrder target_leg(const NewOrder& order, RawPrice target_price) noexcept {
  NewOrder leg = leg_of(order, GroupRole::take_profit);
  leg.type = OrderType::limit;
  leg.limit_price = target_price;
  return leg;
}

/// A group of these orders, the entry first if there is one.
execution::ProtectedGroup group_of(std::span<const NewOrder> orders, execution::GroupKeeper keeper) {
  execution::ProtectedGroup group;
  group.id = orders.front().group;
  group.strategy = orders.front().strategy;
  group.instrument = orders.front().instrument;
  group.keeper = keeper;
  for (const NewOrder& order : orders) {
    if (auto* leg = group.leg_of(order.role)) {
      leg->wanted = order;
      leg->is_of_venue = keeper == execution::GroupKeeper::venue;
      if (leg->is_of_venue) leg->order = order.id;
    } else {
      group.entry = order.id;
    }
  }
  return group;
}

}  // namespace

/// True if risk lets all of them pass; they are in approved_ then, the last one first. The legs are asked for
/// first, so that risk counts the entry only if it goes out; `entry` is its size, zero where there is none.
bool Engine::approve_together(std::span<const NewOrder> orders, RawQuantity entry) noexcept {
  approved_.clear();
  RefusedIntent refused{orders.front().strategy, orders.front().instrument, {}, {}};
  const risk::RiskView view = risk_view(refused.strategy, refused.instrument);
  for (std::size_t i = orders.size(); i > 0; --i) {
    const bool counts = i > 1 || refused.reasons.empty();
    if (!counts) break;
    auto approved = state_.risk.check(view, orders[i - 1], entry);
    if (approved) {
      approved_.push_back(*approved);
      continue;
    }
    for (const auto reason : approved.error().reasons) {
      const auto known = std::find(refused.reasons.begin(), refused.reasons.end(), reason);
      if (known == refused.reasons.end()) refused.reasons.push_back(reason);
    }
  }
  if (state_.orders.open_count() + orders.size() > execution::OrderManager::kMaxOpenOrders) {
    refused.reasons.push_back(RejectReason::too_many_orders);
  }
  const bool passes = refused.reasons.empty();
  if (!passes) outputs_.add(std::move(refused));
  return passes;
}

void Engine::carry_out(StrategyId strategy, const strategy::PlaceBracket& intent) noexcept {
  std::array<NewOrder, 3> orders;
  std::size_t count = 1;
  NewOrder& entry = orders[0];
  entry = intent.entry;
  entry.strategy = strategy;
  entry.role = GroupRole::entry;
  entry.group = state_.orders.reserve_group();
  if (intent.stop_price.units != 0) orders[count++] = stop_leg(intent, entry);
  if (intent.target_price.units != 0) orders[count++] = target_leg(entry, intent.target_price);
  const auto keeper = state_.protection.keeper(entry.instrument);
  // Legs that the engine keeps are sent when there is something to protect.
  const std::size_t sent = keeper == execution::GroupKeeper::engine ? 1 : count;
  for (std::size_t i = 0; i < sent; ++i) orders[i].id = state_.orders.reserve_id();
  const auto group = std::span(orders).first(count);
  // An entry whose stop was refused would be an unprotected position.
  if (!approve_together(group, entry.quantity)) return;
  state_.protection.add(group_of(group, keeper));
  for (std::size_t i = 0; i < sent; ++i) send(approved_[count - 1 - i]);
  protect(entry.group);
}

void Engine::carry_out(StrategyId strategy, const strategy::PlaceOneCancelsOther& intent) noexcept {
  NewOrder held;  // what the pair protects, seen as the order that opened it
  held.strategy = strategy;
  held.instrument = intent.instrument;
  held.side = opposite(intent.side);
  held.quantity = intent.quantity;
  held.group = state_.orders.reserve_group();
  std::array<NewOrder, 2> legs = {stop_leg(held, intent.stop_price), target_leg(held, intent.target_price)};
  const auto keeper = state_.protection.keeper(held.instrument);
  if (keeper == execution::GroupKeeper::venue) {
    for (NewOrder& leg : legs) leg.id = state_.orders.reserve_id();
  }
  if (keeper == execution::GroupKeeper::engine && !approve_together(legs, {})) return;
  auto group = group_of(legs, keeper);
  group.opened = held.quantity;
  state_.protection.add(group);
  if (keeper == execution::GroupKeeper::venue) submit_pair(legs);
  protect(held.group);
}

/// A stop without its target still protects, a target without its stop does not.
void Engine::submit_pair(const std::array<NewOrder, 2>& legs) noexcept {
  auto* group = state_.protection.find(legs[0].group);
  const bool has_stop = !submit(legs[0]);
  if (!has_stop) group->stop.wanted.reset();
  if (!has_stop || submit(legs[1])) group->target.wanted.reset();
}

void Engine::carry_out(StrategyId strategy, const strategy::CancelIntent& intent) noexcept {
  end_declaration(strategy, intent.order);
  cancel(strategy, intent.order);
}

void Engine::carry_out(StrategyId strategy, const strategy::CancelAllIntent& intent) noexcept {
  state_.declared.of(strategy, intent.instrument).forget();
  std::vector<OrderId> ids;
  state_.orders.for_each_open([&](const execution::Order& order) {
    if (order.request.strategy == strategy && order.request.instrument == intent.instrument)
      ids.push_back(order.id());
  });
  for (const OrderId id : ids) cancel(strategy, id);
  state_.protection.waive_all(strategy, intent.instrument);
}

void Engine::carry_out(StrategyId strategy, const strategy::AmendIntent& intent) noexcept {
  end_declaration(strategy, intent.amend.id);
  amend(strategy, intent.amend);
}

void Engine::carry_out(StrategyId strategy, const strategy::DesireOrders& intent) noexcept {
  state_.declared.of(strategy, intent.instrument)
      .declare(intents_.desired(intent), market_top(intent.instrument));
  work_towards_declaration(strategy, intent.instrument);
}

/// Who cancels or amends an order that a list speaks for takes it into his own hands: the list holds no more.
void Engine::end_declaration(StrategyId strategy, OrderId id) noexcept {
  const auto* order = state_.orders.find(id);
  if (order == nullptr || order->request.strategy != strategy || !execution::is_governed(order->request))
    return;
  state_.declared.of(strategy, order->request.instrument).forget();
}

/// After the venue's answer about an order.
void Engine::look_again(const execution::Order& answered) noexcept {
  const StrategyId strategy = answered.request.strategy;
  const InstrumentId instrument = answered.request.instrument;
  auto* declaration = declaration_of(answered);
  if (declaration != nullptr && declaration->look_again(answered, market_top(instrument), state_.seq))
    work_towards_declaration(strategy, instrument);
}

/// Lets those try again whose orders the venue has refused in another market.
void Engine::try_again(InstrumentId instrument) noexcept {
  bool more = false;
  for (std::uint32_t i = 0; i < strategies_.size(); ++i) {
    auto& declaration = state_.declared.of(StrategyId(i), instrument);
    if (!declaration.stands()) continue;
    if (declaration.try_again(market_top(instrument))) work_towards_declaration(StrategyId(i), instrument);
    more = more || declaration.holds_back();
  }
  state_.declared.set_holds_back(instrument, more);
}

void Engine::work_towards_declaration(StrategyId strategy, InstrumentId instrument) noexcept {
  auto& declaration = state_.declared.of(strategy, instrument);
  const auto& difference = differ_.diff(state_.orders, strategy, instrument, declaration.working_list());
  declaration.worked(state_.seq, difference.deferred > 0);
  for (const OrderId id : difference.cancel) cancel(strategy, id);
  for (const AmendOrder& change : difference.amend) amend(strategy, change);
  for (const auto& wanted : difference.place) {
    NewOrder order;
    order.id = state_.orders.reserve_id();
    order.strategy = strategy;
    order.instrument = instrument;
    order.side = wanted.side;
    order.type = OrderType::limit;
    order.post_only = wanted.post_only;
    order.reduce_only = wanted.reduce_only;
    order.quantity = wanted.quantity;
    order.limit_price = wanted.price;
    order.tag = wanted.tag;
    submit(order);
  }
}

void Engine::carry_out(StrategyId strategy, const strategy::SetTimer& intent) noexcept {
  state_.timers.set(intent.at, {strategy, intent.timer});
  outputs_.add_timer();
}

void Engine::carry_out(StrategyId strategy, const strategy::SkipEntry& intent) noexcept {
  outputs_.add(RefusedIntent{strategy, {}, {}, intent.reason});
}

}  // namespace kontor::engine
