#pragma once

#include <memory>
#include <vector>

#include "data/catalogue.hpp"
#include "research/backtest.hpp"
#include "research/config.hpp"

namespace kontor::research {

/// A configuration brought together with its data: everything that runs of it share. Immutable after
/// prepare(); many runs (with other parameters) may use it at once from several threads.
class PreparedBacktest {
 public:
  /// Loads the data that the configuration names. Errors: not_found (no such data: says what there is), usage
  /// (a range without data, an impossible instrument), bad_data (a broken segment).
  [[nodiscard]] static Result<std::unique_ptr<const PreparedBacktest>> prepare(
      BacktestConfig config, const data::Catalogue& catalogue);

  /// The same without data, for whoever has the events already, such as a journal: its engines are those of
  /// the session that had these instruments. It cannot run(). Errors: usage (an impossible instrument, or
  /// others than the configuration names).
  [[nodiscard]] static Result<std::unique_ptr<const PreparedBacktest>> without_data(
      BacktestConfig config, InstrumentTable instruments);

  [[nodiscard]] const BacktestConfig& config() const noexcept { return config_; }
  [[nodiscard]] const InstrumentTable& instruments() const noexcept { return instruments_; }
  [[nodiscard]] const std::vector<FeedSource>& sources() const noexcept { return sources_; }
  [[nodiscard]] DurationNs equity_interval() const noexcept { return equity_interval_; }

  /// A fresh run. `parameters` replace those of the strategies, one entry per [[strategy]], where given.
  [[nodiscard]] Result<BacktestSetup> make_setup(std::span<const strategy::Parameters> parameters = {}) const;
  /// Runs it and completes the result with what a report needs: datasets, assumptions, configuration, charts.
  [[nodiscard]] Result<RunResult> run(std::function<bool(double)> progress = {}) const;

 private:
  PreparedBacktest() = default;

  [[nodiscard]] std::vector<engine::InstrumentFeed> configured_feeds() const;
  Result<void> load_data(const data::Catalogue& catalogue);
  Result<void> load_instrument(const data::Catalogue& catalogue, const InstrumentConfig& instrument);
  Result<void> settle_rules();
  void settle_clocks();
  [[nodiscard]] const FeedSource* chart_source(InstrumentId instrument) const;
  [[nodiscard]] std::vector<ChartSeries> make_charts() const;
  [[nodiscard]] ChartSeries make_regime_bars(InstrumentId instrument) const;
  [[nodiscard]] std::vector<std::optional<double>> model_slippage() const;

  BacktestConfig config_;
  InstrumentTable instruments_;
  std::vector<FeedSource> sources_;
  sim::SimSettings venue_;
  risk::RiskSettings risk_;
  std::vector<DatasetRecord> datasets_;
  std::vector<std::string> warnings_;
  DurationNs equity_interval_ = kHour;
};

}  // namespace kontor::research
