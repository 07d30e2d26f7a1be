#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "engine/outputs.hpp"
#include "portfolio/drawdown.hpp"
#include "portfolio/portfolio.hpp"
#include "portfolio/round_trip.hpp"
#include "research/run_result.hpp"

namespace kontor::research {

/// How much of a run is written down. A sweep needs the figures only.
struct RecorderSettings {
  DurationNs equity_interval = kHour;
  bool keep_details = true;                  ///< fills, orders, round trips, equity samples
  bool track_extremes = true;                ///< best and worst price of open round trips
  InstrumentId benchmark = InstrumentId(0);  ///< what the starting equity is compared with
};

/// Watches an engine during a backtest and fills the RunResult. It only reads; the engine does not know of
/// it.
class Recorder {
 public:
  Recorder(RecorderSettings settings, const InstrumentTable& instruments, std::size_t strategies,
           RunResult& result);

  /// To be called before the step of a datum received at `now`: takes the samples that lie before it.
  void before_mark(TimeNs now, const portfolio::Portfolio& portfolio) {
    if (now > next_sample_) sample(now, portfolio);
  }
  /// Marks up to this time need no before_mark().
  [[nodiscard]] TimeNs next_sample() const noexcept { return next_sample_; }
  /// True if after_mark() looks at prices even where the equity stays.
  [[nodiscard]] bool watches_prices() const noexcept { return open_trips_ != 0 && settings_.track_extremes; }
  /// To be called after every step that may have changed a price. Once more with the same equity changes
  /// nothing, but for watches_prices().
  void after_mark(TimeNs now, const portfolio::Portfolio& portfolio, InstrumentId instrument, RawPrice high,
                  RawPrice low) {
    const Amount equity = portfolio.equity();
    if (equity > drawdown_.peak()) {
      raise(now, equity);
    } else if (drawdown_.deepen(equity)) {
      result_->max_drawdown_trough = now;
    }
    if (watches_prices()) widen(instrument, high, low);
  }
  /// Takes what a step has decided, with the marks that it was decided on.
  void on_outputs(const engine::Outputs& outputs, TimeNs now, const portfolio::Portfolio& portfolio);

  // What the venue reports, made there at `ts_venue`; to be called before the step.
  void on_report(const OrderAccepted& report, TimeNs ts_venue, const portfolio::Portfolio&) {
    note_working(report.order, ts_venue);
  }
  void on_report(const OrderTriggered& report, TimeNs ts_venue, const portfolio::Portfolio&) {
    note_working(report.order, ts_venue);
  }
  void on_report(const FundingPayment& payment, TimeNs ts_venue, const portfolio::Portfolio& portfolio);
  template <class Report>
  void on_report(const Report&, TimeNs, const portfolio::Portfolio&) noexcept {}

  /// `distance` is asked with every sample how far the nearest liquidation is; none without a position on
  /// margin.
  void watch_margin(std::function<std::optional<double>()> distance) {
    liquidation_distance_ = std::move(distance);
  }
  [[nodiscard]] bool is_started() const noexcept { return started_; }
  /// Once everything that the account holds has a price, at `first`; the run will end about `last`. What was
  /// earned before does not count.
  void start(TimeNs first, TimeNs last, const portfolio::Portfolio& portfolio);
  void finish(TimeNs last, const portfolio::Portfolio& portfolio, const execution::OrderManager& orders);

 private:
  struct OpenTrip {
    portfolio::RoundTripWatch watch;
    RoundTrip trip;
    RawPrice highest;
    RawPrice lowest;
  };
  /// What is noted of an order while it lives.
  struct OrderNote {
    RawPrice mark;
    TimeNs working_since = 0;
  };

  void sample(TimeNs now, const portfolio::Portfolio& portfolio);
  void push_sample(TimeNs ts, const portfolio::Portfolio& portfolio);
  void sample_margin(TimeNs ts);
  [[nodiscard]] OrderNote& note_of(OrderId order);
  void note_working(OrderId order, TimeNs ts_venue) {
    if (settings_.keep_details) note_of(order).working_since = ts_venue;
  }
  void record_books(const portfolio::Portfolio& portfolio);
  void reserve(TimeNs first, TimeNs last);
  void raise(TimeNs now, Amount equity);
  void note_drawdown();
  void widen(InstrumentId instrument, RawPrice high, RawPrice low) noexcept {
    OpenTrip* trips = &trips_[instrument.index() * strategies_];
    for (std::size_t i = 0; i < strategies_; ++i) {
      if (!trips[i].watch.is_open()) continue;
      trips[i].highest = std::max(trips[i].highest, high);
      trips[i].lowest = std::min(trips[i].lowest, low);
    }
  }
  void on_fill(const engine::FillBooked& booked);
  void track_trip(const engine::FillBooked& booked);
  void open_trip(OpenTrip& open, const engine::FillBooked& booked);
  void close_trip(OpenTrip& open, const engine::FillBooked& booked);
  void leave_market(TimeNs ts);
  void record_order(const execution::Order& order, TimeNs ts_closed);
  OpenTrip& trip_of(StrategyId strategy, InstrumentId instrument) {
    return trips_[instrument.index() * strategies_ + strategy.index()];
  }

  RecorderSettings settings_;
  const InstrumentTable* instruments_;
  std::size_t strategies_;
  RunResult* result_;
  bool started_ = false;
  TimeNs next_sample_ = kTimeMax;
  portfolio::Drawdown drawdown_;
  TimeNs peak_time_ = 0;
  std::size_t open_trips_ = 0;
  TimeNs in_market_since_ = 0;
  RawPrice benchmark_start_;
  std::vector<OpenTrip> trips_;   ///< instrument × strategy
  std::vector<OrderNote> notes_;  ///< by order id
  std::vector<Amount> funding_;   ///< instrument × strategy
  std::function<std::optional<double>()> liquidation_distance_;
  std::map<std::pair<std::uint32_t, std::string>, std::uint64_t> refusals_;
};

}  // namespace kontor::research
