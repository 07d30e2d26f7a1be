#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/engine.hpp"
#include "research/recorder.hpp"
#include "research/run_result.hpp"
#include "simulation/feed.hpp"
#include "venue/sim/sim_venue.hpp"

namespace kontor::research {

using simulation::FeedSource;

/// Receives everything that goes into the engine of a run and everything that it decides, in order: what a
/// replay needs.
class RunJournal {
 public:
  RunJournal() = default;
  RunJournal(const RunJournal&) = delete;
  RunJournal& operator=(const RunJournal&) = delete;
  virtual ~RunJournal() = default;

  /// Before the step. The event is borrowed, with what it borrows.
  virtual void on_event(const Event& event) = 0;
  /// After the step, where it decided something.
  virtual void on_outputs(const engine::Outputs& outputs) = 0;
  virtual void on_end(const engine::Engine& engine) = 0;
};

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
  RunJournal* journal = nullptr;  ///< optional
  /// What the engine will be fed with, by instrument; empty: as the sources say.
  std::vector<engine::InstrumentFeed> feeds{};
  execution::ProtectionSettings protection{};
  DurationNs stale_after = 0;                    ///< orders that wait for so long are withdrawn; 0: none is
  std::vector<execution::GroupKeeper> groups{};  ///< by instrument; what is missing: the venue keeps them
};

/// The settings of a run's engine; takes the strategies out of the setup.
[[nodiscard]] engine::EngineSettings engine_settings(BacktestSetup& setup);

/// Runs the engine against the simulated venue over the data, first to last. The same inputs give the same
/// result to the last byte. Errors: usage (no data), canceled, internal (the books and the venue disagree).
[[nodiscard]] Result<RunResult> run_backtest(BacktestSetup setup);

}  // namespace kontor::research
