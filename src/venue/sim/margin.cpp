#include "venue/sim/margin.hpp"

#include <algorithm>

#include "venue/sim/execution.hpp"
#include "venue/sim/liquidation.hpp"
#include "venue/sim/reservation.hpp"
#include "venue/sim/triggers.hpp"

namespace kontor::sim {
namespace {

/// Sets the prices between which this exposure cannot use up `cushion` of equity over maintenance. Either
/// side of the formula moves with the price by at most quantity × (1 + highest rate).
void set_safe_range(Market& market, const Exposure& exposure, RawPrice price, Amount cushion) noexcept {
  market.safe_low = INT64_MIN;
  market.safe_high = INT64_MAX;
  const std::int64_t quantity = exposure.quantity.absolute().units;
  if (quantity == 0) return;
  PerBillion rate = 0;
  for (const TierRate& tier : market.tiers) rate = std::max(rate, tier.rate);
  const Amount per_unit = market.instrument->notional(RawPrice(1), RawQuantity(quantity));
  const int128 loss_per_unit = (per_unit + share_up(per_unit, rate)).units();
  const int128 room = std::max<int128>(0, cushion.units()) / loss_per_unit;
  const auto move = static_cast<std::int64_t>(std::min<int128>(room, INT64_MAX / 4));
  if (exposure.quantity.units > 0) {
    market.safe_low = price.units - move;
  } else {
    market.safe_high = price.units + move;
  }
}

void check_isolated(VenueState& state, Market& market, RawPrice price) {
  Exposure exposure = exposure_of(state, market, price);
  if (!exposure.quantity.is_zero() && market.position_margin + exposure.result < exposure.maintenance) {
    liquidate_isolated(state, market, price);
    exposure = exposure_of(state, market, price);
  }
  const Amount cushion = market.position_margin + exposure.result - exposure.maintenance;
  set_safe_range(market, exposure, price, cushion);
  update_quiet_range(market);
}

void check_cross(VenueState& state, AssetId asset, const Market* focus, RawPrice price) {
  CrossMargin total = cross_margin(state, asset, focus, price);
  if (total.exposures > 0 && total.equity < total.maintenance) {
    liquidate_cross(state, asset, focus, price);
    total = cross_margin(state, asset, focus, price);
  }
  const Amount cushion = total.equity - total.maintenance;
  const Amount share = total.exposures > 0
                           ? Amount::from_units(cushion.units() / static_cast<std::int64_t>(total.exposures))
                           : cushion;
  for (const Slot number : state.margin_markets) {
    Market& market = state.markets[number];
    if (market.settle() != asset || stands_alone(market)) continue;
    const RawPrice at = &market == focus ? price : market.mark();
    set_safe_range(market, exposure_of(state, market, at), at, share);
    update_quiet_range(market);
  }
}

}  // namespace

Amount maintenance_margin(const Market& market, Amount notional) noexcept {
  const Amount size = notional.absolute();
  const TierRate* found = &market.tiers.back();
  for (const TierRate& tier : market.tiers) {
    if (!tier.cap.is_zero() && size > tier.cap) continue;
    found = &tier;
    break;
  }
  return std::max(share_up(size, found->rate) - found->deduction, Amount());
}

Exposure exposure_of(const VenueState& state, const Market& market, RawPrice price) noexcept {
  Exposure exposure;
  if (!market.is_spot()) {
    exposure.quantity = market.position.quantity;
    exposure.result = market.position.unrealized(*market.instrument, price);
    exposure.maintenance = maintenance_margin(market, market.instrument->notional(price, exposure.quantity));
    return exposure;
  }
  const Amount owed = liability(state.account(market.instrument->base()));
  if (owed.is_zero()) return exposure;
  const auto unit = market.instrument->base_amount(RawQuantity(1)).units();
  exposure.quantity = RawQuantity(-static_cast<std::int64_t>((owed.units() + unit - 1) / unit));
  exposure.result = market.instrument->notional(price, exposure.quantity);
  exposure.maintenance = maintenance_margin(market, exposure.result);
  return exposure;
}

CrossMargin cross_margin(const VenueState& state, AssetId asset, const Market* focus,
                         RawPrice price) noexcept {
  CrossMargin total;
  total.equity = state.account(asset).balance;
  for (const Slot number : state.margin_markets) {
    const Market& market = state.markets[number];
    if (market.settle() != asset) continue;
    if (stands_alone(market)) {
      total.equity -= market.position_margin;
      continue;
    }
    const Exposure exposure = exposure_of(state, market, &market == focus ? price : market.mark());
    if (exposure.quantity.is_zero()) continue;
    ++total.exposures;
    total.equity += exposure.result;
    total.maintenance += exposure.maintenance;
  }
  return total;
}

void check_margin(VenueState& state, Market& market, RawPrice price) {
  if (stands_alone(market)) {
    check_isolated(state, market, price);
  } else {
    check_cross(state, market.settle(), &market, price);
  }
}

void recompute_margin(VenueState& state) {
  while (state.margin_changed) {
    state.margin_changed = false;
    for (const Slot number : state.margin_markets) {
      Market& market = state.markets[number];
      if (stands_alone(market)) check_isolated(state, market, market.mark());
    }
    for (std::uint32_t asset = 0; asset < state.assets.size(); ++asset) {
      if (state.assets[asset].margined) check_cross(state, AssetId(asset), nullptr, RawPrice());
    }
  }
}

void settle_funding(VenueState& state, Market& market, const FundingRate& funding) {
  if (market.is_spot() || market.position.is_flat()) return;
  const RawPrice mark = funding.mark.units != 0 ? funding.mark : market.mark();
  const Amount notional = market.instrument->notional(mark, market.position.quantity);
  const Amount payment = (-notional).times(funding.rate, Rounding::floor);
  if (payment.is_zero()) return;
  credit(state, market.settle(), payment);
  if (stands_alone(market)) {
    market.position_margin += payment;
    state.account(market.settle()).position_margin += payment;
  }
  state.report(FundingPayment{market.instrument->id(), Money{payment, market.settle()}});
}

void settle_held_funding(VenueState& state, Market& market, TimeNs until) {
  std::size_t settled = 0;
  for (; settled < market.funding.size() && market.funding[settled].ts_venue <= until; ++settled) {
    state.now = std::max(state.now, market.funding[settled].ts_venue);
    settle_funding(state, market, market.funding[settled]);
  }
  if (settled != 0)
    market.funding.erase(market.funding.begin(),
                         market.funding.begin() + static_cast<std::ptrdiff_t>(settled));
}

}  // namespace kontor::sim
