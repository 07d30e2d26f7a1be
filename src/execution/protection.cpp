#include "execution/protection.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"

namespace kontor::execution {
namespace {

/// Waits after the first, second … refusal in a row.
constexpr std::array<DurationNs, 4> kDelays = {kSecond, 2 * kSecond, 5 * kSecond, 10 * kSecond};

bool may_change(const Order& order) noexcept {
  return order.status == OrderStatus::acknowledged || order.status == OrderStatus::partially_filled;
}
/// The venue has said that it works.
bool is_confirmed(const Order& order) noexcept {
  return may_change(order) || order.status == OrderStatus::pending_amend;
}
bool is_plain(const NewOrder& stop) noexcept { return stop.type == OrderType::stop_market; }

const Order* open_order(const OrderManager& orders, OrderId id) noexcept {
  const Order* order = id.value == 0 ? nullptr : orders.find(id);
  return order != nullptr && order->is_open() ? order : nullptr;
}

RawPrice price_of(const NewOrder& leg) noexcept {
  return leg.role == GroupRole::stop_loss ? leg.trigger_price : leg.limit_price;
}

/// How much of it the venue takes as one order of the leg; zero: all of it is too small.
RawQuantity placeable(const Instrument& instrument, const NewOrder& leg, RawQuantity open) noexcept {
  RawQuantity quantity = instrument.floor_to_step(std::max(open, RawQuantity()));
  if (instrument.max_quantity().units != 0) quantity = std::min(quantity, instrument.max_quantity());
  if (quantity < instrument.min_quantity()) return {};
  // Of what only closes a perpetual no notional is asked.
  if (instrument.is_spot() && instrument.notional(price_of(leg), quantity) < instrument.min_notional())
    return {};
  return quantity;
}

/// What the other side of the market gives or takes for the leg.
RawPrice price_for(const NewOrder& leg, const ProtectionView& view) noexcept {
  return leg.side == Side::sell ? view.bid : view.ask;
}
bool is_beyond_stop(const NewOrder& stop, const ProtectionView& view) noexcept {
  const RawPrice price = price_for(stop, view);
  if (price.units == 0) return false;
  return stop.side == Side::sell ? price <= stop.trigger_price : price >= stop.trigger_price;
}
bool is_at_target(const NewOrder& target, const ProtectionView& view) noexcept {
  const RawPrice price = price_for(target, view);
  if (price.units == 0) return false;
  return target.side == Side::sell ? price >= target.limit_price : price <= target.limit_price;
}

/// True if the legs need the same coins, so that one of them only can be at the venue.
bool is_exclusive(const ProtectedGroup& group, const Instrument& instrument) noexcept {
  return instrument.is_spot() && group.stop.wanted && group.target.wanted;
}

NewOrder market_exit(NewOrder order) noexcept {
  order.type = OrderType::market;
  order.time_in_force = TimeInForce::immediate_or_cancel;
  order.trigger_price = {};
  order.limit_price = {};
  order.trailing_offset = {};
  return order;
}
NewOrder plain_stop(NewOrder order) noexcept {
  order.type = OrderType::stop_market;
  order.limit_price = {};
  order.trailing_offset = {};
  return order;
}

/// In this form; where coins are missing, the form is not to blame.
bool is_refused_as_it_is(const ProtectiveLeg& leg) noexcept {
  return leg.refusals > 0 && leg.reason != RejectReason::insufficient_balance;
}

/// The order that the leg is to be now.
NewOrder order_for(const ProtectedGroup& group, const ProtectiveLeg& leg, bool is_at_once) noexcept {
  NewOrder order = *leg.wanted;
  if (order.role == GroupRole::stop_loss) {
    if (group.is_leaving) return market_exit(order);
    return is_refused_as_it_is(leg) ? plain_stop(order) : order;
  }
  if (is_at_once) order.time_in_force = TimeInForce::immediate_or_cancel;
  return order;
}

/// Prices on the grid that the venue has by now: a stop on the side on which it works sooner, a target where
/// it gets no less.
NewOrder on_grid(const Instrument& instrument, NewOrder order) noexcept {
  const Rounding towards = order.side == Side::sell ? Rounding::ceiling : Rounding::floor;
  order.trigger_price = instrument.round_to_tick(order.trigger_price, towards);
  order.limit_price = instrument.round_to_tick(order.limit_price, towards);
  order.trailing_offset = instrument.round_to_tick(order.trailing_offset, Rounding::ceiling);
  return order;
}

/// Towards the size that is open; where the venue does not amend it, a new order takes its place.
ProtectionStep resized(ProtectiveLeg& leg, const Order& order, const ProtectionView& view,
                       RawQuantity open) noexcept {
  if (!may_change(order) || order.triggered || order.request.type == OrderType::market) return {};
  const RawQuantity quantity = placeable(view.instrument, *leg.wanted, open);
  if (quantity.is_zero()) return {};
  if (order.remaining() == quantity) {
    leg.refusals = 0;
    leg.attempts = 0;
    return {};
  }
  if (view.now < leg.not_before) return {};
  // Of what the venue sizes itself the engine cannot make something else, nor of prices that it takes no
  // more.
  const bool is_on_grid =
      view.instrument.on_tick(order.limit_price) && view.instrument.on_tick(order.request.trigger_price);
  if (leg.refusals > 1 || leg.is_of_venue || !is_on_grid) return order.id();
  if (++leg.attempts % Protection::kAmendments == 0) leg.not_before = view.now + kDelays.front();
  return AmendOrder{order.id(), order.request.instrument, order.filled + quantity, order.limit_price};
}

/// One leg's turn to be looked at.
struct LegTurn {
  ProtectiveLeg& leg;
  const Order* order;    ///< of the leg, if it is open
  const Order* sibling;  ///< the same of the other leg
  bool works;            ///< whether it should be at the venue
  bool at_once;          ///< its order is immediate or nothing
};

ProtectionStep step_of(const ProtectedGroup& group, const LegTurn& turn, const ProtectionView& view,
                       RawQuantity held) noexcept {
  const bool works = turn.works && turn.leg.wanted && held.units > 0;
  if (const Order* order = turn.order) {
    const bool is_too_slow = group.is_leaving && order->request.type != OrderType::market;
    if (works && !is_too_slow) return resized(turn.leg, *order, view, held);
    const bool may_cancel = may_change(*order) && (is_too_slow || !order->triggered);
    if (may_cancel && view.now >= turn.leg.not_before) return order->id();
    return {};
  }
  if (!works || view.now < turn.leg.not_before) return {};
  if (view.instrument.is_spot() && turn.sibling != nullptr) return {};  // it holds the coins still
  NewOrder order = on_grid(view.instrument, order_for(group, turn.leg, turn.at_once));
  order.quantity = placeable(view.instrument, *turn.leg.wanted, held);
  if (order.quantity.is_zero()) return {};
  return order;
}

}  // namespace

// ---- the groups

void Protection::add(const ProtectedGroup& group) {
  ASSERT(groups_.empty() || groups_.back().id < group.id);
  groups_.push_back(group);
}

const ProtectedGroup* Protection::find(GroupId id) const noexcept {
  const auto found = std::lower_bound(groups_.begin(), groups_.end(), id,
                                      [](const auto& group, GroupId wanted) { return group.id < wanted; });
  return found != groups_.end() && found->id == id ? &*found : nullptr;
}
ProtectedGroup* Protection::find(GroupId id) noexcept {
  return const_cast<ProtectedGroup*>(std::as_const(*this).find(id));
}

void Protection::load(Decoder& decoder) {
  std::vector<ProtectedGroup> groups;
  decode_from(decoder, groups);
  const auto is_known = [&](const ProtectedGroup& group) {
    return group.instrument.index() < watching_.size();
  };
  const bool ascends =
      std::is_sorted(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  if (!ascends || !std::all_of(groups.begin(), groups.end(), is_known)) decoder.fail();
  if (decoder.failed()) return;
  groups_ = std::move(groups);
  std::fill(watching_.begin(), watching_.end(), 0U);
  for (const auto& group : groups_) watching_[group.instrument.index()] += group.is_watching ? 1U : 0U;
}

void Protection::tell(const ProtectedGroup& group, ProtectionChange change) {
  const ProtectiveLeg& leg = change == ProtectionChange::given_up ? group.target : group.stop;
  changes_.push_back({0, group.id, group.strategy, group.instrument, change,
                      std::max(group.open(), RawQuantity()), leg.reason});
}

void Protection::set_watching(ProtectedGroup& group, bool watches) noexcept {
  if (group.is_watching == watches) return;
  group.is_watching = watches;
  std::uint32_t& count = watching_[group.instrument.index()];
  count = watches ? count + 1 : count - 1;
}

// ---- what happens to them

void Protection::on_fill(const Order& order, RawQuantity quantity) noexcept {
  ProtectedGroup* group = find(order.request.group);
  if (group == nullptr) return;
  if (ProtectiveLeg* leg = group->leg_of(order.request.role)) {
    leg->filled += quantity;
  } else {
    group->opened += quantity;
  }
}

void Protection::cap(StrategyId strategy, InstrumentId instrument, RawQuantity position) noexcept {
  RawQuantity held = position.absolute();
  const Side exit = position.units > 0 ? Side::sell : Side::buy;
  for (auto group = groups_.rbegin(); group != groups_.rend(); ++group) {
    if (group->strategy != strategy || group->instrument != instrument) continue;
    const auto& leg = group->stop.wanted ? group->stop.wanted : group->target.wanted;
    const RawQuantity open = std::max(group->open(), RawQuantity());
    if (!leg || open.is_zero()) continue;
    const RawQuantity kept = leg->side == exit ? std::min(open, held) : RawQuantity();
    group->opened -= open - kept;
    held -= kept;
  }
}

void Protection::leave(ProtectedGroup& group) noexcept {
  if (group.is_leaving) return;
  group.is_leaving = true;
  group.keeper = GroupKeeper::engine;
  group.stop.not_before = kTimeMin;
  tell(group, ProtectionChange::escalated);
}

void Protection::refuse(ProtectedGroup& group, GroupRole role, RejectReason reason,
                        TimeNs not_before) noexcept {
  ProtectiveLeg& leg = *group.leg_of(role);
  ++leg.refusals;
  leg.reason = reason;
  leg.not_before = not_before;
  if (role == GroupRole::stop_loss) {
    leg.needs_room = reason == RejectReason::insufficient_balance;
    if (reason == RejectReason::stop_would_trigger && group.open().units > 0) leave(group);
  } else if (leg.refusals >= kTargetRefusals) {
    leg.wanted.reset();
    tell(group, ProtectionChange::given_up);
  }
}

void Protection::on_refused(ProtectedGroup& group, GroupRole role, RejectReason reason, TimeNs now) noexcept {
  const ProtectiveLeg& leg = *group.leg_of(role);
  // A plainer form has not been tried yet.
  const bool has_plainer = leg.refusals == 0 && role == GroupRole::stop_loss &&
                           reason != RejectReason::insufficient_balance && !is_plain(*leg.wanted);
  const DurationNs delay = has_plainer ? 0 : kDelays[std::min<std::size_t>(leg.refusals, kDelays.size() - 1)];
  refuse(group, role, reason, now + delay);
}

void Protection::on_gone(const Order& order, TimeNs now) noexcept {
  ProtectedGroup* group = find(order.request.group);
  ProtectiveLeg* leg = group == nullptr ? nullptr : group->leg_of(order.request.role);
  if (leg == nullptr || !leg->wanted || leg->order != order.id()) return;
  // An immediate order that the venue has taken ends in any case.
  const bool is_over = order.request.time_in_force == TimeInForce::immediate_or_cancel;
  const bool is_refusal =
      order.status == OrderStatus::rejected || (order.reason != RejectReason::none && !is_over);
  if (is_refusal) return on_refused(*group, order.request.role, order.reason, now);
  leg->not_before = now + kGrace;
}

bool Protection::waits_for_coins_of(const ProtectedGroup& group, const Order& order) noexcept {
  const NewOrder& request = order.request;
  const bool held_coins = !is_protective(request.role) && order.status != OrderStatus::rejected;
  const bool is_concerned = group.strategy == request.strategy && group.instrument == request.instrument;
  const ProtectiveLeg& stop = group.stop;
  return held_coins && is_concerned && stop.refusals > 0 && stop.reason == RejectReason::insufficient_balance;
}

void Protection::on_coins_freed(const Order& order) noexcept {
  for (auto& group : groups_) {
    if (waits_for_coins_of(group, order)) group.stop.not_before = kTimeMin;
  }
}

void Protection::on_cancel_refused(const Order& order, TimeNs now) noexcept {
  ProtectedGroup* group = find(order.request.group);
  ProtectiveLeg* leg = group == nullptr ? nullptr : group->leg_of(order.request.role);
  if (leg != nullptr && leg->order == order.id()) leg->not_before = now + kDelays.front();
}

void Protection::on_amend_refused(const Order& order, TimeNs now) noexcept {
  ProtectedGroup* group = find(order.request.group);
  ProtectiveLeg* leg = group == nullptr ? nullptr : group->leg_of(order.request.role);
  if (leg == nullptr || !leg->wanted || leg->order != order.id() || group->keeper == GroupKeeper::venue)
    return;
  ++leg->refusals;
  leg->not_before = now + kDelays.front();
}

void Protection::on_triggered(const Order& order, TimeNs now) noexcept {
  ProtectedGroup* group = find(order.request.group);
  if (group == nullptr || order.request.role != GroupRole::stop_loss) return;
  if (order.request.type == OrderType::stop_limit && group->triggered_at == kTimeMax)
    group->triggered_at = now;
}

void Protection::waive(const Order& order, const Instrument& instrument) noexcept {
  ProtectedGroup* group = find(order.request.group);
  ProtectiveLeg* leg = group == nullptr ? nullptr : group->leg_of(order.request.role);
  if (leg == nullptr || leg->order != order.id()) return;
  // Of legs that need the same coins one stands for both.
  const bool stands_for_both = instrument.is_spot() && group->keeper == GroupKeeper::engine;
  leg->wanted.reset();
  if (!stands_for_both) return;
  group->stop.wanted.reset();
  group->target.wanted.reset();
}

void Protection::waive_all(StrategyId strategy, InstrumentId instrument) noexcept {
  for (auto& group : groups_) {
    if (group.strategy != strategy || group.instrument != instrument) continue;
    group.stop.wanted.reset();
    group.target.wanted.reset();
  }
}

void Protection::move_target(const Order& order, RawPrice price) noexcept {
  ProtectedGroup* group = find(order.request.group);
  if (group == nullptr || order.request.role != GroupRole::take_profit || !group->target.wanted) return;
  group->target.wanted->limit_price = price;
}

// ---- what is to be done

/// What there is to be protected for a group: no more than its strategy holds, nor than the account does,
/// where another strategy or a person has sold it. Of what does not suffice for all of them the youngest get
/// it.
RawQuantity Protection::held(const ProtectedGroup& group, const ProtectionView& view) const noexcept {
  const auto side_of = [](const ProtectedGroup& one) {
    return (one.stop.wanted ? one.stop.wanted : one.target.wanted)->side;
  };
  const auto wants = [](const ProtectedGroup& one) { return one.stop.wanted || one.target.wanted; };
  if (!wants(group)) return {};
  const bool sells = side_of(group) == Side::sell;
  RawQuantity own = sells ? view.own : -view.own;
  RawQuantity account = sells ? view.account : -view.account;
  for (const auto& younger :
       std::span(groups_).subspan(static_cast<std::size_t>(&group - groups_.data()) + 1)) {
    const bool shares =
        younger.instrument == group.instrument && wants(younger) && side_of(younger) == side_of(group);
    if (!shares) continue;
    const RawQuantity open = std::max(younger.open(), RawQuantity());
    account -= open;
    if (younger.strategy == group.strategy) own -= open;
  }
  return std::max(std::min({group.open(), own, account}), RawQuantity());
}

void Protection::look_at_stop(ProtectedGroup& group, const ProtectionView& view, RawQuantity held) noexcept {
  ProtectiveLeg& leg = group.stop;
  if (!leg.wanted || group.is_leaving) return;
  if (placeable(view.instrument, *leg.wanted, held).is_zero()) return;
  if (const Order* stop = open_order(view.orders, leg.order)) {
    const bool waits = stop->request.type == OrderType::stop_limit && stop->triggered;
    if (!waits) {
      group.triggered_at = kTimeMax;
    } else if (group.triggered_at != kTimeMax &&
               view.now >= group.triggered_at + settings_.stop_limit_within) {
      leave(group);
    }
    return;
  }
  group.triggered_at = kTimeMax;
  const bool may_be_filled = leg.refusals == 0 && view.now < leg.not_before;
  if (may_be_filled) return;
  if (group.keeper == GroupKeeper::venue) {
    group.keeper = GroupKeeper::engine;
    tell(group, ProtectionChange::taken_over);
  }
  if (is_beyond_stop(*leg.wanted, view)) leave(group);
}

void Protection::look_at_cover(ProtectedGroup& group, const ProtectionView& view, RawQuantity held) noexcept {
  const RawQuantity quantity =
      group.stop.wanted ? placeable(view.instrument, *group.stop.wanted, held) : RawQuantity();
  const Order* stop = open_order(view.orders, group.stop.order);
  const bool is_covered =
      quantity.is_zero() || (stop != nullptr && is_confirmed(*stop) &&
                             (group.keeper == GroupKeeper::venue || stop->remaining() >= quantity));
  if (is_covered) {
    group.bare_since = kTimeMax;
    if (group.is_degraded) tell(group, ProtectionChange::restored);
    group.is_degraded = false;
    return;
  }
  if (group.bare_since == kTimeMax) group.bare_since = view.now;
  if (group.is_degraded || view.now < group.bare_since + settings_.confirm_within) return;
  group.is_degraded = true;
  tell(group, ProtectionChange::degraded);
  if (settings_.flattens) leave(group);
}

/// An exit of the strategy that holds coins which the group's stop was refused for; 0: there is none. Each is
/// asked to go once for each refusal.
OrderId Protection::in_the_way(ProtectedGroup& group, const ProtectionView& view, RawQuantity held) {
  if (!group.stop.needs_room || !group.stop.wanted || held.is_zero()) return {};
  OrderId found;
  bool is_told = false;
  view.orders.for_each_open([&](const Order& order) {
    const NewOrder& request = order.request;
    const bool is_concerned = request.strategy == group.strategy && request.instrument == group.instrument;
    const bool holds_coins = request.side == group.stop.wanted->side && !is_protective(request.role) &&
                             request.role != GroupRole::flatten;
    if (!is_concerned || !holds_coins) return;
    if (may_change(order)) found = order.id();
    is_told = is_told || order.status == OrderStatus::pending_cancel;
  });
  if (found.value == 0) {
    group.stop.needs_room = false;
  } else if (!is_told) {
    tell(group, ProtectionChange::made_room);
  }
  return found;
}

ProtectionStep Protection::next(ProtectedGroup& group, const ProtectionView& view) noexcept {
  const RawQuantity held = this->held(group, view);
  look_at_stop(group, view, held);
  look_at_cover(group, view, held);
  if (group.keeper == GroupKeeper::venue) return {};
  if (const OrderId id = in_the_way(group, view, held); id.value != 0) return id;
  const Order* stop = open_order(view.orders, group.stop.order);
  const Order* target = open_order(view.orders, group.target.order);
  const bool is_exclusive = execution::is_exclusive(group, view.instrument);
  const bool takes_target = is_exclusive && !group.is_leaving && is_at_target(*group.target.wanted, view) &&
                            view.now >= group.target.not_before && (stop == nullptr || !stop->triggered);
  const bool stop_works = group.is_leaving || !is_exclusive || !takes_target;
  const bool target_works = !group.is_leaving && (!is_exclusive || takes_target);
  const LegTurn stop_turn{group.stop, stop, target, stop_works, false};
  if (const auto step = step_of(group, stop_turn, view, held); step.index() != 0) return step;
  return step_of(group, {group.target, target, stop, target_works, is_exclusive}, view, held);
}

bool Protection::settle(ProtectedGroup& group, const ProtectionView& view) noexcept {
  const bool has_order = open_order(view.orders, group.stop.order) != nullptr ||
                         open_order(view.orders, group.target.order) != nullptr;
  const auto waits_for = [&](const ProtectiveLeg& leg) {
    return leg.wanted && !placeable(view.instrument, *leg.wanted, group.open()).is_zero();
  };
  const bool is_entering = open_order(view.orders, group.entry) != nullptr;
  const bool wants = group.stop.wanted || group.target.wanted;
  const bool is_over =
      !has_order && !(wants && is_entering) && !waits_for(group.stop) && !waits_for(group.target);
  if (is_over) {
    set_watching(group, false);
    groups_.erase(groups_.begin() + (&group - groups_.data()));
    return true;
  }
  const bool has_stop = open_order(view.orders, group.stop.order) != nullptr;
  set_watching(group, group.keeper == GroupKeeper::engine && !group.is_leaving && waits_for(group.stop) &&
                          (!has_stop || is_exclusive(group, view.instrument)));
  return false;
}

TimeNs Protection::due(const ProtectedGroup& group, TimeNs now) const noexcept {
  TimeNs due = kTimeMax;
  if (group.bare_since != kTimeMax && !group.is_degraded) due = group.bare_since + settings_.confirm_within;
  if (group.triggered_at != kTimeMax && !group.is_leaving)
    due = std::min(due, group.triggered_at + settings_.stop_limit_within);
  for (const ProtectiveLeg* leg : {&group.stop, &group.target}) {
    if (leg->not_before > now) due = std::min(due, leg->not_before);
  }
  return due;
}

}  // namespace kontor::execution
