#pragma once

#include "model/market_data.hpp"
#include "venue/sim/venue_state.hpp"

namespace kontor::sim {

/// A public trade: queues advance, resting orders fill, triggers on the last price fire.
void match_trade(VenueState& state, Market& market, const Trade& trade);

/// A best bid and ask, taken over into the market already: resting orders that it crosses fill, triggers
/// fire.
void match_quote(VenueState& state, Market& market, const Quote& quote);

/// Changes of the order book: queues advance, resting orders that the other side crosses fill, triggers fire.
void match_book(VenueState& state, Market& market, const BookUpdate& update);

}  // namespace kontor::sim
