// How the engine keeps what is held protected (M12): the steps that execution asks for, carried out.

#include <algorithm>

#include "engine/engine.hpp"

namespace kontor::engine {

execution::ProtectionView Engine::protection_view(const execution::ProtectedGroup& group) const noexcept {
  const InstrumentId instrument = group.instrument;
  const InstrumentMarket& market = state_.market[instrument.index()];
  const RawPrice mark = market.mark();
  return {state_.orders,
          state_.instruments[instrument],
          market.bid.units != 0 ? market.bid : mark,
          market.ask.units != 0 ? market.ask : mark,
          state_.portfolio.book(group.strategy, instrument).position.quantity,
          state_.portfolio.position(instrument).quantity,
          state_.now};
}

/// Does what there is to do for a group now.
void Engine::protect(GroupId id) noexcept {
  auto* group = state_.protection.find(id);
  if (group == nullptr) return;
  const auto view = protection_view(*group);
  for (;;) {
    const auto step = state_.protection.next(*group, view);
    tell_protection();
    if (std::holds_alternative<std::monostate>(step)) break;
    take_step(*group, step);
  }
  const TimeNs due = state_.protection.due(*group, state_.now);
  if (!state_.protection.settle(*group, view)) set_own_timer(OwnTimer::protection, due);
}

void Engine::tell_protection() {
  for (ProtectionChanged change : state_.protection.changes()) {
    change.cause = state_.seq;
    outputs_.add(change);
  }
  state_.protection.clear_changes();
}

void Engine::take_step(execution::ProtectedGroup& group, const execution::ProtectionStep& step) noexcept {
  if (const auto* id = std::get_if<OrderId>(&step)) return ask_to_cancel(*id);
  if (const auto* order = std::get_if<NewOrder>(&step)) return place_leg(group, *order);
  const auto& change = std::get<AmendOrder>(step);
  const GroupRole role = state_.orders.find(change.id)->request.role;
  if (const auto refusal = ask_to_amend(group.strategy, change))
    state_.protection.on_refused(group, role, *refusal, state_.now);
}

void Engine::place_leg(execution::ProtectedGroup& group, NewOrder leg) noexcept {
  leg.id = state_.orders.reserve_id();
  // Legs that the venue keeps may be larger than what there is: that must not leave this one without
  // protection.
  if (const auto refusal = submit(leg, leg.quantity)) {
    state_.protection.on_refused(group, leg.role, *refusal, state_.now);
  } else {
    execution::Protection::on_sent(group, leg);
  }
}

template <class Concerns>
void Engine::protect_where(const Concerns& concerns) noexcept {
  touched_.clear();
  for (const auto& group : state_.protection.groups()) {
    if (concerns(group)) touched_.push_back(group.id);
  }
  for (const GroupId id : touched_) protect(id);
}

void Engine::protect_all() noexcept {
  protect_where([](const auto& /*group*/) { return true; });
}

void Engine::protect_at_prices(InstrumentId instrument) noexcept {
  protect_where([&](const auto& group) { return group.instrument == instrument && group.is_watching; });
}

/// An order of a spot instrument has come to an end, and with it what it held; stops come before the
/// strategy.
void Engine::coins_freed(const execution::Order& order) noexcept {
  if (state_.protection.empty() || !state_.instruments[order.request.instrument].is_spot()) return;
  state_.protection.on_coins_freed(order);
  protect_where([&](const auto& group) { return execution::Protection::waits_for_coins_of(group, order); });
}

/// What a strategy holds has changed.
void Engine::protect_held(StrategyId strategy, InstrumentId instrument) noexcept {
  state_.protection.cap(strategy, instrument, state_.portfolio.book(strategy, instrument).position.quantity);
  // What the account holds is what all of its strategies can protect.
  protect_where([&](const auto& group) { return group.instrument == instrument; });
}

}  // namespace kontor::engine
