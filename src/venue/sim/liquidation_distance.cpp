#include "venue/sim/liquidation_distance.hpp"

#include <algorithm>

#include "venue/sim/liquidation.hpp"
#include "venue/sim/margin.hpp"

namespace kontor::sim {
namespace {

/// Equity less maintenance margin of what stands or falls together with the market's exposure.
Amount cushion_of(const VenueState& state, const Market& market, const Exposure& exposure) noexcept {
  if (stands_alone(market)) return market.position_margin + exposure.result - exposure.maintenance;
  const CrossMargin total = cross_margin(state, market.settle(), nullptr, RawPrice());
  return total.equity - total.maintenance;
}

double tier_rate(const Market& market, Amount notional) noexcept {
  const TierRate* found = &market.tiers.back();
  for (const TierRate& tier : market.tiers) {
    if (!tier.cap.is_zero() && notional > tier.cap) continue;
    found = &tier;
    break;
  }
  return static_cast<double>(found->rate) / static_cast<double>(kBillion);
}

}  // namespace

std::optional<double> liquidation_distance(const VenueState& state) noexcept {
  std::optional<double> nearest;
  for (const Slot number : state.margin_markets) {
    const Market& market = state.markets[number];
    const RawPrice mark = market.mark();
    if (mark.units <= 0) continue;
    const Exposure exposure = exposure_of(state, market, mark);
    if (exposure.quantity.is_zero()) continue;
    const Amount notional = market.instrument->notional(mark, exposure.quantity).absolute();
    const bool is_long = exposure.quantity.units > 0;
    const double rate = tier_rate(market, notional);
    const double loss = notional.to_double() * (is_long ? 1 - rate : 1 + rate);
    if (!(loss > 0)) continue;
    double distance = std::max(cushion_of(state, market, exposure).to_double() / loss, 0.0);
    if (is_long) distance = std::min(distance, 1.0);
    nearest = std::min(nearest.value_or(distance), distance);
  }
  return nearest;
}

}  // namespace kontor::sim
