#include "research/backtest.hpp"

#include <algorithm>
#include <chrono>

#include "simulation/simulation.hpp"
#include "simulation/valuation.hpp"

namespace kontor::research {
namespace {

/// What a backtest keeps of a simulation: its figures through the recorder, everything through a journal
/// where one is wanted.
class Observer : public simulation::SilentObserver {
 public:
  Observer(const BacktestSetup& setup, RunResult& result)
      : journal_(setup.journal),
        result_(result),
        recorder_(setup.recorder, setup.instruments, setup.strategies.size(), result) {}

  [[nodiscard]] bool wants_events() const noexcept { return journal_ != nullptr; }
  void on_event(const Event& event) { journal_->on_event(event); }
  template <class Report>
  void on_report(const Report& report, TimeNs ts_venue, const portfolio::Portfolio& portfolio) {
    recorder_.on_report(report, ts_venue, portfolio);
  }
  void on_outputs(const engine::Outputs& outputs, TimeNs now, const portfolio::Portfolio& portfolio) {
    if (journal_ != nullptr) [[unlikely]]
      journal_->on_outputs(outputs);
    recorder_.on_outputs(outputs, now, portfolio);
  }
  void before_mark(TimeNs time, const portfolio::Portfolio& portfolio) {
    recorder_.before_mark(time, portfolio);
  }
  void after_mark(TimeNs time, const portfolio::Portfolio& portfolio, InstrumentId instrument, RawPrice high,
                  RawPrice low) {
    recorder_.after_mark(time, portfolio, instrument, high, low);
  }
  [[nodiscard]] TimeNs quiet_until() const noexcept {
    return journal_ != nullptr ? kTimeMin : recorder_.next_sample();
  }
  [[nodiscard]] bool watches_prices() const noexcept { return recorder_.watches_prices(); }
  void count_bars(std::uint64_t bars) noexcept { result_.bars += bars; }
  void count(const Bar& /*bar*/) noexcept { ++result_.bars; }
  void count(const Trade& /*trade*/) noexcept { ++result_.trades; }
  void count(const Quote& /*quote*/) noexcept { ++result_.quotes; }
  void count(const BookUpdate& update) noexcept { result_.book_changes += update.changes.size(); }
  using SilentObserver::count;

  [[nodiscard]] Recorder& recorder() noexcept { return recorder_; }

 private:
  RunJournal* journal_;
  RunResult& result_;
  Recorder recorder_;
};

/// One run: a simulation, watched by a recorder from the moment on at which the account can be valued.
class Backtest {
 public:
  Backtest(BacktestSetup& setup, RunResult& result)
      : setup_(setup),
        result_(result),
        observer_(setup, result),
        simulation_({setup.instruments, setup.sources, setup.venue, setup.deposits}, engine_settings(setup),
                    observer_) {
    observer_.recorder().watch_margin([this] { return simulation_.venue().liquidation_distance(); });
  }

  /// False if the user has stopped it.
  bool run() {
    for (const auto& source : setup_.sources) last_ = std::max(last_, source.series.series().last());
    simulation_.begin();
    first_ = simulation_.now();
    const simulation::Valuation valuation(setup_.sources, setup_.deposits, portfolio());
    const auto is_valued = [&] {
      return valuation.is_complete(portfolio(), simulation_.market_time() != kTimeMin);
    };
    while (!is_valued() && simulation_.has_data()) simulation_.step();
    start_recorder();
    if (!simulation_.run([this] { return report_progress(); })) return false;
    result_.to = simulation_.market_time();
    simulation_.deliver_the_rest();
    observer_.recorder().finish(simulation_.market_time(), portfolio(), engine().state().orders);
    result_.events = simulation_.events();
    if (setup_.journal != nullptr) setup_.journal->on_end(engine());
    return true;
  }

  [[nodiscard]] Result<void> reconcile() const {
    return simulation::reconcile(setup_.instruments, engine(), simulation_.venue());
  }

 private:
  void start_recorder() {
    result_.from = simulation_.market_time();
    observer_.recorder().start(simulation_.market_time(), last_, portfolio());
  }
  bool report_progress() {
    if (!setup_.progress) return true;
    const auto range = static_cast<double>(std::max<TimeNs>(last_ - first_, 1));
    return setup_.progress(static_cast<double>(simulation_.now() - first_) / range);
  }
  [[nodiscard]] const engine::Engine& engine() const noexcept { return simulation_.engine(); }
  [[nodiscard]] const portfolio::Portfolio& portfolio() const noexcept { return engine().state().portfolio; }

  BacktestSetup& setup_;
  RunResult& result_;
  Observer observer_;
  simulation::Simulation<Observer> simulation_;
  TimeNs first_ = 0;
  TimeNs last_ = 0;
};

}  // namespace

engine::EngineSettings engine_settings(BacktestSetup& setup) {
  return {setup.instruments,
          setup.reporting_asset,
          setup.risk,
          std::move(setup.strategies),
          setup.feeds.empty() ? simulation::feeds_of(setup.sources, setup.instruments.size()) : setup.feeds,
          setup.fixed_prices,
          setup.protection,
          setup.stale_after,
          setup.groups};
}

Result<RunResult> run_backtest(BacktestSetup setup) {
  RunResult result;
  result.instruments = setup.instruments;
  result.strategies = setup.strategy_names;
  result.reporting_asset = setup.reporting_asset;
  const bool has_data = std::any_of(setup.sources.begin(), setup.sources.end(),
                                    [](const FeedSource& source) { return !source.series.series().empty(); });
  if (!has_data) return fail(ErrorKind::usage, "expected data in the range of the backtest, found none");
  const auto begun = std::chrono::steady_clock::now();
  Backtest backtest(setup, result);
  if (!backtest.run()) return fail(ErrorKind::canceled, "the backtest was stopped before its end");
  TRY_VOID(backtest.reconcile());
  result.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return result;
}

}  // namespace kontor::research
