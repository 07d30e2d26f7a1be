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

bool Engine::submit(NewOrder order) noexcept {
  auto approved = state_.risk.check(risk_view(order.strategy, order.instrument), order);
  if (!approved) {
    outputs_.add(RefusedIntent{order.strategy, order.instrument, std::move(approved.error().reasons), {}});
    return false;
  }
  emit(state_.orders.submit(*approved, state_.now).request);
  return true;
}

void Engine::cancel(StrategyId strategy, OrderId id) noexcept {
  const auto* order = state_.orders.find(id);
  if (order == nullptr || order->request.strategy != strategy) return;
  const InstrumentId instrument = order->request.instrument;
  if (state_.orders.request_cancel(id, state_.now)) emit(CancelOrder{id, instrument});
}

void Engine::amend(StrategyId strategy, const AmendOrder& amend) noexcept {
  const auto* order = state_.orders.find(amend.id);
  if (order == nullptr || order->request.strategy != strategy) return;
  auto approved = state_.risk.check(risk_view(strategy, amend.instrument), amend);
  if (!approved) {
    outputs_.add(RefusedIntent{strategy, amend.instrument, std::move(approved.error().reasons), {}});
    return;
  }
  if (state_.orders.request_amend(*approved, state_.now)) emit(approved->get());
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

NewOrder target_leg(const NewOrder& order, RawPrice target_price) noexcept {
  NewOrder leg = leg_of(order, GroupRole::take_profit);
  leg.type = OrderType::limit;
  leg.limit_price = target_price;
  return leg;
}

}  // namespace

/// Sends all of them or none: an entry whose stop was refused would be an unprotected position. The legs are
/// asked for first, so that risk counts the entry only if it goes out.
void Engine::submit_together(std::span<const NewOrder> orders) noexcept {
  approved_.clear();
  RefusedIntent refused{orders.front().strategy, orders.front().instrument, {}, {}};
  const risk::RiskView view = risk_view(refused.strategy, refused.instrument);
  for (std::size_t i = orders.size(); i > 0; --i) {
    const bool counts = i > 1 || refused.reasons.empty();
    if (!counts) break;
    auto approved = state_.risk.check(view, orders[i - 1], orders.front().quantity);
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
  if (!refused.reasons.empty()) {
    outputs_.add(std::move(refused));
    return;
  }
  for (std::size_t i = orders.size(); i > 0; --i)
    emit(state_.orders.submit(approved_[i - 1], state_.now).request);
}

void Engine::carry_out(StrategyId strategy, const strategy::PlaceBracket& intent) noexcept {
  std::array<NewOrder, 3> orders;
  std::size_t count = 1;
  NewOrder& entry = orders[0];
  entry = intent.entry;
  entry.strategy = strategy;
  entry.role = GroupRole::entry;
  entry.group = state_.orders.reserve_group();
  if (intent.stop_price.units != 0) orders[count++] = stop_leg(entry, intent.stop_price);
  if (intent.target_price.units != 0) orders[count++] = target_leg(entry, intent.target_price);
  for (std::size_t i = 0; i < count; ++i) orders[i].id = state_.orders.reserve_id();
  submit_together(std::span(orders).first(count));
}

void Engine::carry_out(StrategyId strategy, const strategy::PlaceOneCancelsOther& intent) noexcept {
  NewOrder held;  // what the pair protects, seen as the order that opened it
  held.strategy = strategy;
  held.instrument = intent.instrument;
  held.side = opposite(intent.side);
  held.quantity = intent.quantity;
  held.group = state_.orders.reserve_group();
  NewOrder stop = stop_leg(held, intent.stop_price);
  stop.id = state_.orders.reserve_id();
  NewOrder target = target_leg(held, intent.target_price);
  target.id = state_.orders.reserve_id();
  if (submit(stop))
    submit(target);  // a stop without its target still protects, a target without its stop does not
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
