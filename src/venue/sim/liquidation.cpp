#include "venue/sim/liquidation.hpp"

#include <algorithm>
#include <vector>

#include "venue/sim/execution.hpp"
#include "venue/sim/group_flow.hpp"
#include "venue/sim/margin.hpp"
#include "venue/sim/pricing.hpp"

namespace kontor::sim {
namespace {

/// Equity of what an exposure stands with, and its cushion over maintenance, with `market` at `price`.
struct Standing {
  Amount equity;
  Amount cushion;
};

Standing standing_of(const VenueState& state, const Market& market, RawPrice price) noexcept {
  if (stands_alone(market)) {
    const Exposure exposure = exposure_of(state, market, price);
    const Amount equity = market.position_margin + exposure.result;
    return Standing{equity, equity - exposure.maintenance};
  }
  const CrossMargin total = cross_margin(state, market.settle(), &market, price);
  return Standing{total.equity, total.equity - total.maintenance};
}

/// Where between `from` and `to` the cushion, `before` ≥ 0 there and `after` < 0 here, became zero; by
/// interpolation, which is exact within one maintenance tier.
RawPrice crossing(RawPrice from, RawPrice to, Amount before, Amount after) noexcept {
  if (before <= Amount()) return from;
  uint128 part = magnitude(before.units());
  uint128 whole = part + magnitude(after.units());
  while (whole > static_cast<uint128>(INT64_MAX)) {
    whole >>= 1U;
    part >>= 1U;
  }
  const int128 distance = static_cast<int128>(to.units - from.units) * static_cast<int128>(part);
  return RawPrice(from.units + static_cast<std::int64_t>(
                                   divide_rounded(distance, static_cast<int128>(whole), Rounding::up)));
}

/// The price of the market at which the account's trouble began.
RawPrice price_of_trouble(const VenueState& state, const Market& market, RawPrice price) noexcept {
  if (!state.in_bar || !state.bar.inside) return price;
  const Amount before = standing_of(state, market, state.bar.open).cushion;
  const Amount after = standing_of(state, market, price).cushion;
  return crossing(state.bar.open, price, before, after);
}

/// The fill price that leaves no equity, on the tick grid in the account's favour; zero if there is none.
RawPrice bankruptcy_price(const Market& market, RawQuantity quantity, RawPrice price,
                          Amount equity) noexcept {
  const Amount notional = market.instrument->notional(price, quantity) - equity;
  const Amount per_unit = market.instrument->notional(RawPrice(1), quantity);
  const bool is_long = quantity.units > 0;
  const int128 sign = is_long ? 1 : -1;
  const int128 units = divide_rounded(notional.units() * sign, per_unit.absolute().units(),
                                      is_long ? Rounding::ceiling : Rounding::floor);
  if (units <= 0 || units > INT64_MAX / 2) return RawPrice();
  return market.instrument->round_to_tick(RawPrice(static_cast<std::int64_t>(units)),
                                          is_long ? Rounding::ceiling : Rounding::floor);
}

void cancel_orders_of(VenueState& state, const Market& market, RejectReason reason) {
  for (const OrderId id : state.orders.ids()) {
    const Slot slot = state.orders.find(id);
    if (state.orders[slot].order.instrument != market.instrument->id()) continue;
    cancel(state, slot, reason);
  }
  settle(state);
}

void liquidation_fill(VenueState& state, Market& market, Side side, const Slice& slice, RawPrice valued_at) {
  const RawQuantity held = exposure_of(state, market, valued_at).quantity;
  const Amount equity = standing_of(state, market, valued_at).equity;
  const RawPrice bankrupt = bankruptcy_price(market, held, valued_at, equity);
  const RawPrice price = bankrupt.units == 0 ? slice.price : better(side, slice.price, bankrupt);
  const Amount notional = market.instrument->notional(price, slice.quantity);
  const Amount full_fee = market.fees.in_quote(Liquidity::taker, price, slice.quantity) +
                          share_up(notional, market.liquidation_fee);
  const Amount left = std::max(standing_of(state, market, price).equity, Amount());
  const Fill fill{.order = OrderId(),
                  .instrument = market.instrument->id(),
                  .trade = TradeId(++state.last_trade),
                  .side = side,
                  .liquidity = Liquidity::taker,
                  .liquidation = true,
                  .ts_venue = state.now,
                  .price = price,
                  .quantity = slice.quantity,
                  .fee = std::min(full_fee, left),
                  .fee_asset = market.settle()};
  book_execution(state, market, fill);
  state.report(fill);
}

/// Sells or buys back the whole exposure. `on_path`: the price came to `reached` inside the bar that is being
/// matched.
void liquidate(VenueState& state, Market& market, RawPrice reached, bool on_path) {
  const RawQuantity quantity = exposure_of(state, market, reached).quantity;
  const Side side = quantity.units > 0 ? Side::sell : Side::buy;
  const RawPrice trouble = on_path ? price_of_trouble(state, market, reached) : reached;
  state.plan.clear();
  RawQuantity planned;
  if (market.level == FeedLevel::book) {
    planned = plan_taker(state, market, TakerRequest{side, quantity.absolute(), false, RawPrice()});
  }
  if (planned < quantity.absolute()) {
    const RawPrice basis = state.plan.empty() ? trouble : state.plan.back().price;
    state.plan.push_back(Slice{slipped(market, basis, side), quantity.absolute() - planned});
  }
  const std::vector<Slice> slices = state.plan;
  for (const Slice& slice : slices) liquidation_fill(state, market, side, slice, trouble);
  settle(state);
}

}  // namespace

void liquidate_isolated(VenueState& state, Market& market, RawPrice price) {
  cancel_orders_of(state, market, RejectReason::insufficient_margin);
  liquidate(state, market, price, true);
}

void wind_up(VenueState& state, Market& market) {
  cancel_orders_of(state, market, RejectReason::instrument_quarantined);
  const RawQuantity quantity = market.position.quantity;
  if (market.is_spot() || quantity.is_zero()) return;
  const Fill fill{.order = OrderId(),
                  .instrument = market.instrument->id(),
                  .trade = TradeId(++state.last_trade),
                  .side = quantity.units > 0 ? Side::sell : Side::buy,
                  .liquidity = Liquidity::taker,
                  .liquidation = false,
                  .ts_venue = state.now,
                  .price = market.mark(),
                  .quantity = quantity.absolute(),
                  .fee = Amount(),
                  .fee_asset = market.settle()};
  book_execution(state, market, fill);
  state.report(fill);
  settle(state);
}

void liquidate_cross(VenueState& state, AssetId asset, const Market* focus, RawPrice price) {
  for (const Slot number : state.margin_markets) {
    const Market& market = state.markets[number];
    if (market.settle() == asset && !stands_alone(market))
      cancel_orders_of(state, market, RejectReason::insufficient_margin);
  }
  for (;;) {
    const CrossMargin total = cross_margin(state, asset, focus, price);
    if (total.exposures == 0 || total.equity >= total.maintenance) return;
    Market* largest = nullptr;
    Amount maintenance;
    for (const Slot number : state.margin_markets) {
      Market& market = state.markets[number];
      if (market.settle() != asset || stands_alone(market)) continue;
      const Exposure exposure = exposure_of(state, market, &market == focus ? price : market.mark());
      if (exposure.quantity.is_zero() || (largest != nullptr && exposure.maintenance <= maintenance))
        continue;
      largest = &market;
      maintenance = exposure.maintenance;
    }
    liquidate(state, *largest, largest == focus ? price : largest->mark(), largest == focus);
  }
}

}  // namespace kontor::sim
