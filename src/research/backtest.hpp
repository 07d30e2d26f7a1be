#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/engine.hpp"
#include "research/feed.hpp"
#include "research/recorder.hpp"
#include "research/run_result.hpp"
#include "venue/sim/sim_venue.hpp"

namespace kontor::research {

/// Everything that one run needs, resolved: no names, no files. Sources and instruments are shared by all
/// runs of a sweep; the rest is of one run.
struct BacktestSetup {
  const InstrumentTable& instruments;
  const std::vector<FeedSource>& sources;
  AssetId reporting_asset;
  std::vector<Money> deposits;
  sim::SimSettings venue;
  risk::RiskSettings risk;
  std::vector<std::unique_ptr<strategy::Strategy>> strategies;
  std::vector<std::string> strategy_names;
  /// Prices of assets that no instrument values, by asset.
  std::vector<std::pair<AssetId, Decimal>> fixed_prices;
  RecorderSettings recorder;
  /// Asked every few thousand events with the fraction done (0 … 1); false stops the run.
  std::function<bool(double)> progress;
};

/// Runs the engine against the simulated venue over the data, first to last. The same inputs give the same
/// result to the last byte. Errors: usage (no data), canceled.
[[nodiscard]] Result<RunResult> run_backtest(BacktestSetup setup);

}  // namespace kontor::research
