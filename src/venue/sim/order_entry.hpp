#pragma once

#include "model/event.hpp"
#include "venue/sim/venue_state.hpp"

namespace kontor::sim {

/// What the venue does with a new order that arrives now: checks it as a real venue does, answers with
/// OrderAccepted or OrderRejected, and puts it to work.
void place(VenueState& state, const NewOrder& order, const Passage& passage);

/// What it does with a cancel or an amendment: on bars it waits for the bar in which it arrives, because the
/// order was there at the open. What an order that is to be canceled held back is free at once.
void request_change(VenueState& state, const CommandBody& command, const Passage& passage);

/// Carries out a change at VenueState::now.
void apply_change(VenueState& state, const CommandBody& command, const Passage& passage);

/// Puts a reserved order to work: arms its trigger, or lets it take and rest.
void start(VenueState& state, Slot slot);

/// Lets an order that needs no trigger (any more) take what it can now and rest; on bars it waits for the
/// open.
void go_to_market(VenueState& state, Slot slot);

/// Puts a limit order onto its ladder without looking at the market.
void rest(VenueState& state, Slot slot);

/// Turns an armed order into a market or limit order, with its report. The caller lets it work.
void mark_triggered(VenueState& state, Slot slot);

/// mark_triggered() and go_to_market(), where the market is known to the tick.
void fire(VenueState& state, Slot slot);

}  // namespace kontor::sim
