#include "venue/sim/pricing.hpp"

#include <algorithm>

namespace kontor::sim {
namespace {

/// `value × rate / 10^9` for non-negative numbers; `up` rounds up instead of down.
std::int64_t scaled(std::int64_t value, PerBillion rate, bool up) noexcept {
  const std::int64_t extra = up ? kBillion - 1 : 0;
  std::int64_t product = 0;
  if (!__builtin_mul_overflow(value, rate, &product) && product <= INT64_MAX - extra) [[likely]] {
    return (product + extra) / kBillion;
  }
  return static_cast<std::int64_t>((static_cast<int128>(value) * rate + extra) / kBillion);
}

/// The quoted size that we have not taken yet.
RawQuantity quoted_size(const Market& market, Side taker) noexcept {
  const RawQuantity left =
      taker == Side::buy ? market.ask_quantity - market.ask_taken : market.bid_quantity - market.bid_taken;
  return market.instrument->floor_to_step(std::max(left, RawQuantity()));
}

RawQuantity walk_book(VenueState& state, const Market& market, const TakerRequest& request) {
  RawQuantity total;
  market.book.for_each_level(opposite(request.side), [&](const BookLevel& level) {
    if (request.limited && !within(request.side, level.price, request.limit)) return false;
    const RawQuantity taken =
        market.instrument->floor_to_step(std::min(level.quantity, request.quantity - total));
    if (!taken.is_zero()) state.plan.push_back(Slice{level.price, taken});
    total += taken;
    return total < request.quantity;
  });
  return total;
}

/// Before a price at which the book shows nothing: nobody within the depth that is known, the unknown beyond.
RawQuantity ahead_of_gap(const Market& market, Side side, RawPrice price) noexcept {
  const BookLevel best = market.book.best(side);
  if (best.price.units == 0) return kUnknownQueue;
  bool known = false;
  market.book.for_each_level(side, [&](const BookLevel& level) {
    known = within(side, level.price, price);
    return !known;
  });
  return known ? RawQuantity() : kUnknownQueue;
}

}  // namespace

RawPrice slipped(const Market& market, RawPrice price, Side side) noexcept {
  const std::int64_t tick = market.instrument->tick().units;
  const std::int64_t slip = scaled(price.units < 0 ? -price.units : price.units, market.slippage, true);
  const std::int64_t moved = price.units + sign_of(side) * slip;
  if (side == Side::buy) return RawPrice(-floor_divide(-moved, tick) * tick);
  const std::int64_t down = floor_divide(moved, tick) * tick;
  return RawPrice(price.units > 0 ? std::max(down, tick) : down);
}

RawPrice reference_price(const Market& market, Side side) noexcept {
  if (market.level < FeedLevel::quotes) return market.last;
  const RawPrice quoted = side == Side::buy ? market.ask : market.bid;
  return quoted.units != 0 || market.level == FeedLevel::book ? quoted : market.last;
}

bool is_marketable(const Market& market, Side side, RawPrice limit) noexcept {
  const RawPrice reference = reference_price(market, side);
  return reference.units != 0 && within(side, reference, limit);
}

RawQuantity plan_taker(VenueState& state, const Market& market, const TakerRequest& request) {
  state.plan.clear();
  if (market.level == FeedLevel::book) return walk_book(state, market, request);
  const RawPrice reference = reference_price(market, request.side);
  if (reference.units == 0) return RawQuantity();
  if (request.limited && !within(request.side, reference, request.limit)) return RawQuantity();
  RawPrice price = slipped(market, reference, request.side);
  if (request.limited) price = better(request.side, price, request.limit);
  RawQuantity quantity = request.quantity;
  const bool sized = request.limited || market.rules.market_volume == MarketVolume::participation;
  if (sized && market.level == FeedLevel::quotes)
    quantity = std::min(quantity, quoted_size(market, request.side));
  if (!quantity.is_zero()) state.plan.push_back(Slice{price, quantity});
  return quantity;
}

RawQuantity queue_ahead(const Market& market, Side side, RawPrice price) noexcept {
  const bool quoted = market.level >= FeedLevel::quotes;
  if (market.queue == QueueModel::none || !quoted) return market.touch_fills ? RawQuantity() : kUnknownQueue;
  if (market.level == FeedLevel::book) {
    const RawQuantity shown = market.book.quantity_at(side, price);
    return shown.is_zero() ? ahead_of_gap(market, side, price) : shown;
  }
  const RawPrice best = side == Side::buy ? market.bid : market.ask;
  if (best.units == 0) return kUnknownQueue;
  if (price == best) return side == Side::buy ? market.bid_quantity : market.ask_quantity;
  return within(side, best, price) ? RawQuantity() : kUnknownQueue;
}

RawQuantity participating(const Market& market, RawQuantity quantity) noexcept {
  if (market.participation >= kBillion) return market.instrument->floor_to_step(quantity);
  return market.instrument->floor_to_step(RawQuantity(scaled(quantity.units, market.participation, false)));
}

}  // namespace kontor::sim
