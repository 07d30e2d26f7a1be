#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "research/run_result.hpp"

namespace kontor::research {

/// Closed round trips of one kind (all, the longs, one instrument …). Money is exact, in the reporting asset.
/// "Net" is after fees: net = gross − fee_factor × fees, with a fee_factor of 1 unless costs are being
/// stressed. A win is a net profit above zero, a loss one below; a round trip of exactly zero is neither.
struct TradeSummary {
  std::uint64_t round_trips = 0;
  std::uint64_t wins = 0;
  std::uint64_t losses = 0;
  Amount gross_profit;  ///< Σ before fees
  Amount fees;
  Amount net_profit;
  Amount total_won;   ///< Σ net of the wins
  Amount total_lost;  ///< Σ net of the losses, ≤ 0
  Amount best;        ///< largest net of one round trip
  Amount worst;       ///< smallest net of one round trip
  DurationNs total_holding = 0;
  DurationNs longest_holding = 0;
  std::uint64_t longest_winning_streak = 0;  ///< in order of closing
  std::uint64_t longest_losing_streak = 0;
  double adverse_sum = 0;     ///< Σ max adverse / entry notional; analytics
  double favourable_sum = 0;  ///< Σ max favourable / entry notional; analytics

  [[nodiscard]] std::optional<double> win_rate() const;       ///< wins / round trips
  [[nodiscard]] std::optional<double> profit_factor() const;  ///< Σ won / |Σ lost|; none without a loss
  [[nodiscard]] std::optional<double> payoff_ratio() const;   ///< average win / |average loss|
  [[nodiscard]] std::optional<Amount> expectancy()
      const;  ///< net profit / round trips, half to even at 1e-18
  [[nodiscard]] std::optional<Amount> average_win() const;
  [[nodiscard]] std::optional<Amount> average_loss() const;
  [[nodiscard]] std::optional<DurationNs> average_holding() const;
  [[nodiscard]] std::optional<double> average_adverse() const;     ///< mean MAE as a fraction of the entry
  [[nodiscard]] std::optional<double> average_favourable() const;  ///< mean MFE as a fraction of the entry
};

/// Fills of one kind. Money is exact, in the reporting asset.
struct FillSummary {
  std::uint64_t fills = 0;
  Amount notional;
  Amount fees;
  Amount realized;
  void add(const FillRecord& record);
};

/// Round trips and fills under one name: an instrument, a strategy, an order type, maker or taker, long or
/// short.
struct TradeGroup {
  std::string name;
  TradeSummary trades;
  FillSummary fills;
  bool splits_fills = true;          ///< false: a fill can belong to several groups, and `fills` is empty
  std::uint64_t open_positions = 0;  ///< at the end
  /// Realised profit and open positions after fees; none where fills do not tell it, see docs/metrics.md.
  std::optional<Amount> profit;
};

/// The run as it would have ended with fees times `factor` and the same fills: final = final − (factor − 1) ×
/// fees.
struct CostScenario {
  int factor = 1;
  Amount fees;  ///< all fees of the run times the factor, also those of positions that are still open
  Amount final_equity;
  double total_return = 0;
  TradeSummary trades;
};

/// The round trips in order of closing, of equals in order of the list.
[[nodiscard]] std::vector<const RoundTrip*> by_time_of_close(const std::vector<RoundTrip>& round_trips);
/// Sums up round trips that come in order of closing.
[[nodiscard]] TradeSummary summarize(std::span<const RoundTrip* const> round_trips, int fee_factor = 1);

[[nodiscard]] std::vector<TradeGroup> group_by_instrument(const RunResult& result);
[[nodiscard]] std::vector<TradeGroup> group_by_strategy(const RunResult& result);
/// `long` and `short`, by the direction of the round trip; fills are not split, because one that flips a
/// position belongs to both.
[[nodiscard]] std::vector<TradeGroup> group_by_direction(const RunResult& result);
/// Order types that had fills, in the order of their enumeration; round trips are not split.
[[nodiscard]] std::vector<TradeGroup> group_by_order_type(const RunResult& result);
/// `maker` and `taker`; round trips are not split.
[[nodiscard]] std::vector<TradeGroup> group_by_liquidity(const RunResult& result);
[[nodiscard]] CostScenario cost_scenario(const RunResult& result, int factor);

}  // namespace kontor::research
