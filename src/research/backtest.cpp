#include "research/backtest.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "venue/sim/sim_link.hpp"

namespace kontor::research {
namespace {

using data::DataKind;

static_assert(static_cast<int>(DataKind::bar) == static_cast<int>(engine::BarSource::bars) &&
              static_cast<int>(DataKind::book) == static_cast<int>(engine::BarSource::book));

/// Bars come from the best there is: bars, else trades, else quotes, else the book.
std::vector<engine::InstrumentFeed> feeds_of(const BacktestSetup& setup) {
  std::vector<engine::InstrumentFeed> feeds(setup.instruments.size(), {engine::BarSource::book, Timeframe{}});
  for (const auto& source : setup.sources) {
    const auto& key = source.series.series().key();
    if (key.kind == DataKind::funding) continue;
    const engine::InstrumentFeed feed{static_cast<engine::BarSource>(key.kind), key.timeframe};
    auto& known = feeds[source.instrument.index()];
    if (feed.source < known.source || known.source == engine::BarSource::book) known = feed;
  }
  return feeds;
}

/// The wiring of a backtest: both sides of the feed, the venue, the link with its latency, the engine.
class Driver {
 public:
  Driver(BacktestSetup& setup, RunResult& result)
      : setup_(setup),
        result_(result),
        venue_feed_(setup.sources, FeedSide::venue),
        received_feed_(setup.sources, FeedSide::received),
        venue_(setup.instruments, setup.venue),
        link_(setup.venue.latency),
        engine_(engine_settings(setup)),
        recorder_(setup.recorder, setup.instruments, engine_.strategies(), result) {}

  /// False if the user has stopped it.
  bool run() {
    begin();
    while (received_feed_.next_time() != kTimeMax) {
      if (!step()) return false;
    }
    result_.to = now_;
    // What the venue has said and is still on its way is ours: fills above all. What we answer comes too
    // late.
    while (link_.next_delivery() != kTimeMax) step_report();
    recorder_.finish(now_, engine_.state().portfolio, engine_.state().orders);
    result_.events = seq_;
    if (setup_.journal != nullptr) setup_.journal->on_end(engine_);
    return true;
  }

  /// The balances that our ledger and the venue end with; they must be the same to the last unit.
  [[nodiscard]] Result<void> reconcile() const {
    for (std::uint32_t i = 0; i < setup_.instruments.asset_count(); ++i) {
      const Amount ours = engine_.state().portfolio.ledger().cash(AssetId(i));
      const Amount theirs = venue_.balance(AssetId(i));
      if (ours == theirs) continue;
      return fail(ErrorKind::internal,
                  fmt::format("expected ledger and venue to agree on {}, found {} and {}",
                              setup_.instruments.asset_name(AssetId(i)), ours.format(), theirs.format()));
    }
    return {};
  }

 private:
  void begin() {
    now_ = received_feed_.next_time();
    first_ = now_;
    for (const auto& source : setup_.sources) last_ = std::max(last_, source.series.series().last());
    result_.from = now_;
    for (const auto& money : setup_.deposits) {
      venue_.deposit(money);
      feed(header(now_, now_), Transfer{money});
    }
    recorder_.start(now_, engine_.state().portfolio);
  }

  EventHeader header(TimeNs ts_venue, TimeNs ts_recv) noexcept { return {++seq_, ts_venue, ts_recv, 0}; }

  template <class Body>
  void feed(const EventHeader& header, const Body& body) {
    if (setup_.journal != nullptr) [[unlikely]]
      setup_.journal->on_event(Event{header, body});
    engine_.step(header, body);
  }

  /// Does the earliest thing there is to do. Of things at one instant the venue's market comes first, then
  /// what it reports, then what we receive, then our timers, then our commands' arrival: so that nothing that
  /// is decided on a datum can trade on the datum itself.
  bool step() {
    const TimeNs at_venue = venue_feed_.next_time();
    const TimeNs received = received_feed_.next_time();
    const TimeNs pending = std::min({link_.next_delivery(), link_.next_arrival(), engine_.next_timer()});
    if (at_venue <= received && at_venue <= pending) {
      step_venue();
      return true;
    }
    if (received < pending) [[likely]]
      return step_received();
    return step_pending(received);
  }

  /// Something is due that is not a market datum, at the time of the next one or before.
  bool step_pending(TimeNs received) {
    const TimeNs delivery = link_.next_delivery();
    const TimeNs timer = engine_.next_timer();
    const TimeNs arrival = link_.next_arrival();
    if (delivery <= received && delivery <= timer && delivery <= arrival) {
      step_report();
    } else if (received <= timer && received <= arrival) {
      return step_received();
    } else if (timer <= arrival) {
      now_ = std::max(now_, timer);
      feed(header(timer, now_), engine_.due_timer());
      dispatch();
    } else {
      venue_.on_command(link_.pop_arrival().command, arrival);
      collect_reports();
    }
    return true;
  }

  void step_venue() {
    FeedCursor& cursor = venue_feed_.next();
    switch (cursor.kind()) {
      case DataKind::bar: venue_.on_bar(cursor.take_bar()); break;
      case DataKind::trade: venue_.on_trade(cursor.take_trade()); break;
      case DataKind::quote: venue_.on_quote(cursor.take_quote()); break;
      case DataKind::book: venue_.on_book(cursor.take_book()); break;
      case DataKind::funding: venue_.on_funding(cursor.take_funding()); break;
    }
    venue_feed_.settle();
    collect_reports();
  }

  void collect_reports() {
    const auto reports = venue_.reports();
    if (reports.empty()) return;
    link_.push_reports(reports);
    venue_.clear_reports();
  }

  void step_report() {
    const TimeNs at = link_.next_delivery();
    now_ = std::max(now_, at);
    const auto& delivered = link_.pop_delivery();
    recorder_.before_mark(now_, engine_.state().portfolio);
    std::visit([&](const auto& report) { feed(header(delivered.ts_venue, now_), report); }, delivered.report);
    dispatch();
  }

  bool step_received() {
    FeedCursor& cursor = received_feed_.next();
    now_ = received_feed_.next_time();
    const auto& portfolio = engine_.state().portfolio;
    recorder_.before_mark(now_, portfolio);
    switch (cursor.kind()) {
      case DataKind::bar: {
        const Bar& bar = cursor.take_bar();
        feed(header(bar.ts_venue, now_), bar);
        recorder_.after_mark(now_, portfolio, bar.instrument, bar.high, bar.low);
        ++result_.bars;
        break;
      }
      case DataKind::trade: {
        const Trade& trade = cursor.take_trade();
        feed(header(trade.ts_venue, now_), trade);
        recorder_.after_mark(now_, portfolio, trade.instrument, trade.price, trade.price);
        ++result_.trades;
        break;
      }
      case DataKind::quote: {
        const Quote quote = cursor.take_quote();
        feed(header(quote.ts_venue, now_), quote);
        mark_without_trade(quote.instrument);
        ++result_.quotes;
        break;
      }
      case DataKind::book: {
        const BookUpdate update = cursor.take_book();
        feed(header(update.ts_venue, now_), update);
        mark_without_trade(update.instrument);
        result_.book_changes += update.changes.size();
        break;
      }
      case DataKind::funding: {
        const FundingRate funding = cursor.take_funding();
        feed(header(funding.ts_venue, now_), funding);
        break;
      }
    }
    received_feed_.settle();
    dispatch();
    return (seq_ & kProgressMask) != 0 || report_progress();
  }

  void mark_without_trade(InstrumentId instrument) {
    const RawPrice mark = engine_.state().portfolio.mark(instrument);
    recorder_.after_mark(now_, engine_.state().portfolio, instrument, mark, mark);
  }

  void dispatch() {
    if (!engine_.has_outputs()) return;
    const auto& outputs = engine_.outputs();
    for (const auto& command : outputs.commands) link_.send(command.body, now_);
    if (setup_.journal != nullptr) [[unlikely]]
      setup_.journal->on_outputs(outputs);
    recorder_.on_outputs(outputs, now_);
    engine_.clear_outputs();
  }

  bool report_progress() {
    if (!setup_.progress) return true;
    const auto range = static_cast<double>(std::max<TimeNs>(last_ - first_, 1));
    return setup_.progress(static_cast<double>(now_ - first_) / range);
  }

  static constexpr std::uint64_t kProgressMask = (1U << 16U) - 1;

  BacktestSetup& setup_;
  RunResult& result_;
  MarketFeed venue_feed_;
  MarketFeed received_feed_;
  sim::SimVenue venue_;
  sim::SimLink link_;
  engine::Engine engine_;
  Recorder recorder_;
  TimeNs now_ = 0;
  TimeNs first_ = 0;
  TimeNs last_ = 0;
  std::uint64_t seq_ = 0;
};

}  // namespace

engine::EngineSettings engine_settings(BacktestSetup& setup) {
  return {setup.instruments,           setup.reporting_asset, setup.risk,
          std::move(setup.strategies), feeds_of(setup),       setup.fixed_prices};
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
  Driver driver(setup, result);
  if (!driver.run()) return fail(ErrorKind::canceled, "the backtest was stopped before its end");
  TRY_VOID(driver.reconcile());
  result.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return result;
}

}  // namespace kontor::research
