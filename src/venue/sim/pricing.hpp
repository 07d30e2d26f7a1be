#pragma once

#include "model/types.hpp"
#include "venue/sim/venue_state.hpp"

namespace kontor::sim {

/// `price` worsened by the slippage for a taker of `side` and brought onto the tick grid, against the taker;
/// a positive price stays at one tick at the least.
[[nodiscard]] RawPrice slipped(const Market& market, RawPrice price, Side side) noexcept;

/// The price a taker of `side` would meet now: opposite quote, else the last price; zero if nothing is known.
[[nodiscard]] RawPrice reference_price(const Market& market, Side side) noexcept;

/// True if a limit at `limit` would take liquidity at once.
[[nodiscard]] bool is_marketable(const Market& market, Side side, RawPrice limit) noexcept;

/// The worse of two prices for a taker of `side` … and the better one.
[[nodiscard]] inline RawPrice worse(Side side, RawPrice a, RawPrice b) noexcept {
  return (side == Side::buy) == (a > b) ? a : b;
}
[[nodiscard]] inline RawPrice better(Side side, RawPrice a, RawPrice b) noexcept {
  return (side == Side::buy) == (a < b) ? a : b;
}
/// True if `price` lies within a limit order's limit.
[[nodiscard]] inline bool within(Side side, RawPrice price, RawPrice limit) noexcept {
  return side == Side::buy ? price <= limit : price >= limit;
}

/// What a taker asks for.
struct TakerRequest {
  Side side = Side::buy;
  RawQuantity quantity;
  bool limited = false;
  RawPrice limit;
};

/// Fills VenueState::plan with the executions that the market known now allows, best price first, and returns
/// their total. A book is walked level by level and left as it is; otherwise one price with slippage.
RawQuantity plan_taker(VenueState& state, const Market& market, const TakerRequest& request);

/// Quantity of others before a new order at `price`, as far as book or quote tell.
[[nodiscard]] RawQuantity queue_ahead(const Market& market, Side side, RawPrice price) noexcept;

/// `quantity × participation`, down to the step grid.
[[nodiscard]] RawQuantity participating(const Market& market, RawQuantity quantity) noexcept;

}  // namespace kontor::sim
