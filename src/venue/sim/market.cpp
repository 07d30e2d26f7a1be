#include "venue/sim/market.hpp"

#include <algorithm>

namespace kontor::sim {
namespace {

PerBillion initial_margin_of(const Decimal& leverage) noexcept {
  const int128 numerator = static_cast<int128>(kBillion) * kPowersOfTen[leverage.scale];
  return static_cast<PerBillion>(divide_rounded(numerator, leverage.units, Rounding::ceiling));
}

}  // namespace

PerBillion per_billion(const Decimal& value) noexcept {
  const int128 numerator = static_cast<int128>(value.units) * kBillion;
  return static_cast<PerBillion>(divide_rounded(numerator, kPowersOfTen[value.scale], Rounding::ceiling));
}

Market::Market(const Instrument& instrument_in, const InstrumentRules& rules_in, Slot number_in)
    : level(static_cast<FeedLevel>(rules_in.feed)),
      automatic(rules_in.feed == MatchingFeed::automatic),
      queue(rules_in.queue),
      touch_fills(rules_in.touch_fills),
      instrument(&instrument_in),
      rules(rules_in),
      number(number_in),
      fees(instrument_in, rules_in),
      slippage(per_billion(rules_in.slippage_bps) / 10'000),
      participation(per_billion(rules_in.participation)),
      price_band(per_billion(rules_in.price_band)),
      initial_margin(initial_margin_of(rules_in.leverage)),
      order_margin_rate(initial_margin + std::max<PerBillion>(0, per_billion(fees.taker()))),
      liquidation_fee(per_billion(rules_in.liquidation_fee)) {
  for (const MaintenanceTier& tier : rules_in.maintenance) {
    tiers.push_back(TierRate{Amount::from_decimal(tier.notional_cap), per_billion(tier.rate),
                             Amount::from_decimal(tier.deduction)});
  }
}

}  // namespace kontor::sim
