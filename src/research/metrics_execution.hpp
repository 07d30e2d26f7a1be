#pragma once

#include <cstdint>
#include <optional>

#include "research/run_result.hpp"

namespace kontor::research {

/// From when the venue began to work an order until its first execution as maker, both at the venue. Of
/// orders that are no protective legs: these sleep until their entry fills.
struct QueueWait {
  std::uint64_t orders = 0;
  double median_seconds = 0;
  double p90_seconds = 0;
  double longest_seconds = 0;
};

/// What became of the orders that the venue took, protective legs left out. An order of the first three kinds
/// is at its end; open ones count in `orders` only.
struct OrderOutcomes {
  std::uint64_t orders = 0;
  std::uint64_t filled = 0;            ///< whole
  std::uint64_t partially_filled = 0;  ///< ended with a part
  std::uint64_t unfilled = 0;          ///< ended with nothing
  std::uint64_t expired = 0;           ///< timed out, with a part or nothing
  std::uint64_t in_parts = 0;          ///< took more than one execution
  std::optional<double> fill_ratio;    ///< mean of filled / quantity over the orders at their end
};

/// Price against the one that the decision was made on, of orders that took liquidity: the mark when the
/// order was made, for stops and take-profits their trigger. Trailing stops (whose trigger moves) and
/// liquidations are left out. Positive is worse than the reference.
struct Slippage {
  std::uint64_t orders = 0;
  Amount cost;           ///< Σ side × (price − reference) × quantity, quote asset
  double mean_bps = 0;   ///< cost / notional at the reference
  double worst_bps = 0;  ///< of one order
  std::optional<double>
      model_bps;  ///< what the slippage rule of the simulated venue alone makes; none with a book
  std::optional<double> explained;  ///< model / mean; none unless both are positive
};

struct ExecutionQuality {
  std::optional<QueueWait> queue_wait;
  OrderOutcomes outcomes;
  std::optional<Slippage> slippage;
};

[[nodiscard]] ExecutionQuality execution_quality(const RunResult& result);

/// At which equity the strategy's own executions would be `kCapacityShare` of what the market traded in the
/// bars that they lie in; an estimate: it takes sizes to grow with the equity and prices not to move.
struct Capacity {
  std::uint64_t bars = 0;           ///< with executions and a volume
  double median_participation = 0;  ///< own quantity / volume of the bar
  double highest_participation = 0;
  double equity = 0;  ///< median over the bars of equity × share / participation
};
inline constexpr double kCapacityShare = 0.01;

/// None where no execution lies in a bar with a volume.
[[nodiscard]] std::optional<Capacity> capacity(const RunResult& result);

}  // namespace kontor::research
