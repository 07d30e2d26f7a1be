// How the engine keeps what is held protected (M12): the steps that execution asks for, carried out.

#include <algorithm>

#include "engine/engine.hpp"

namespace kontor::engine {

execution::ProtectionView Engine::protection_view(InstrumentId instrument) const noexcept {
  const InstrumentMarket& market = state_.market[instrument.index()];
  const RawPrice mark = market.mark();
  return {state_.orders, state_.instruments[instrument], market.bid.units != 0 ? market.bid : mark,
          market.ask.units != 0 ? market.ask : mark, state_.now};
}

/// Does what there is to do for a group now.
void Engine::protect(GroupId id) noexcept {
  auto* group = state_.protection.find(id);
  if (group == nullptr) return;
  const auto view = protection_view(group->instrument);
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
  if (const auto refusal = submit(leg)) {
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

/// What a strategy holds has changed.
void Engine::protect_held(StrategyId strategy, InstrumentId instrument) noexcept {
  state_.protection.cap(strategy, instrument, state_.portfolio.book(strategy, instrument).position.quantity);
  protect_where(
      [&](const auto& group) { return group.strategy == strategy && group.instrument == instrument; });
}

}  // namespace kontor::engine
