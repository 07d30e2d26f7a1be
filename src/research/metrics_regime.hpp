#pragma once

#include <vector>

#include <boost/describe/enum.hpp>

#include "research/metrics_trades.hpp"

namespace kontor::research {

/// What the market of the benchmark's instrument was doing. `unknown`: the indicators had too few hours yet.
BOOST_DEFINE_FIXED_ENUM_CLASS(MarketRegime, std::uint8_t, trend, mixed, range, unknown)

/// From when on a regime is known, which is the end of the hour that it was computed on.
struct RegimeStart {
  TimeNs ts = 0;
  MarketRegime regime = MarketRegime::unknown;
};

/// The regime after each closed hour, where it changes. Of one-hour bars: ADX over 14 and z, the distance of
/// the close from its exponential average over 20 in standard deviations of the last 20 closes (0 where these
/// are all the same).
///   ADX ≥ 30 or |z| ≥ 1: trend. ADX ≤ 15 and |z| ≤ 0.5: range. Else mixed.
/// Nothing is known of an hour before it has closed.
[[nodiscard]] std::vector<RegimeStart> market_regimes(const ChartSeries& hours);

/// The part of a run that lay in one regime.
struct RegimeFigures {
  MarketRegime regime = MarketRegime::unknown;
  double time_share = 0;    ///< of the run's duration
  double total_return = 0;  ///< compounded over the equity samples, each by the regime at its start
  std::optional<double> benchmark_return;
  std::uint64_t fills = 0;
  TradeSummary trades;  ///< round trips that were opened in it
};

/// The regimes that occur, in the order of their enumeration; empty where the run has no hourly bars.
[[nodiscard]] std::vector<RegimeFigures> split_by_regime(const RunResult& result);

}  // namespace kontor::research
