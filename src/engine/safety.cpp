// How the engine and its safety chain (M1) work together: the chain is told what happened, and what it
// changes is put out before the commands that follow from it.

#include "engine/engine.hpp"

namespace kontor::engine {

void Engine::tell_price(InstrumentId instrument, const risk::PriceRange& prices) noexcept {
  state_.safety.on_price(safety_view(), instrument, prices);
  obey_safety_chain();
}

void Engine::watch_middle(InstrumentId instrument) noexcept {
  const auto& market = state_.market[instrument.index()];
  if (market.has_both_sides()) watch_price(instrument, {market.middle, market.middle, market.middle});
}

void Engine::watch_fill(StrategyId strategy, const Fill& fill, const portfolio::BookedFill& booked) noexcept {
  if (!state_.safety.is_on()) [[likely]]
    return;
  state_.safety.on_booked(
      safety_view(), strategy, fill.instrument,
      {fill.side, fill.quantity, booked.realized, booked.fee_reported, booked.position_after});
  obey_safety_chain();
}

/// Returns the order, which may lie elsewhere when other orders were sent.
const execution::Order* Engine::watch_rejection(const execution::Order* order, RejectReason reason) noexcept {
  if (order == nullptr || !state_.safety.is_on()) [[likely]]
    return order;
  const OrderId id = order->id();
  state_.safety.on_rejected(safety_view(), order->request.strategy, order->request.instrument, reason);
  obey_safety_chain();
  return state_.orders.find(id);
}

void Engine::step(const EventHeader& header, const ConnectionChanged& change) noexcept {
  begin(header);
  if (!state_.safety.is_on()) return;
  state_.safety.on_connection(safety_view(), change, header.ts_venue);
  obey_safety_chain();
}

void Engine::step(const EventHeader& header, const ClockOffsetMeasured& measured) noexcept {
  begin(header);
  if (!state_.safety.is_on()) return;
  state_.safety.on_clock_offset(safety_view(), measured.offset_ns);
  obey_safety_chain();
}

/// Puts out what has changed, then withdraws and closes what must not stay, and sets the timer for what ends
/// by itself.
void Engine::obey_safety_chain() noexcept {
  bool halts = false;
  bool flattens = false;
  for (BreakerChanged change : state_.safety.changes()) {
    change.cause = state_.seq;
    halts = halts || (change.to == BreakerLevel::halted && change.reason == BreakerReason::tripped);
    flattens = flattens || change.to == BreakerLevel::flattening;
    outputs_.add(change);
  }
  state_.safety.clear_changes();
  set_own_timer(OwnTimer::safety, state_.safety.next_due());
  if (halts) withdraw_entries();
  if (flattens) {
    state_.flattening.begin(state_.now);
    retreat();
  }
}

}  // namespace kontor::engine
