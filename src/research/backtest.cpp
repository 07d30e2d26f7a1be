#include "research/backtest.hpp"

#include <algorithm>
#include <chrono>
#include <type_traits>

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

template <DataKind kind>
using Kind = std::integral_constant<DataKind, kind>;

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
        recorder_(setup.recorder, setup.instruments, engine_.strategies(), result) {
    recorder_.watch_margin([this] { return venue_.liquidation_distance(); });
  }

  /// False if the user has stopped it.
  bool run() {
    begin();
    if (!run_through()) return false;
    result_.to = market_time_;
    if (!recorder_.is_started()) start_recorder();
    // What the venue has said and is still on its way is ours: fills above all. What we answer comes too
    // late.
    while (link_.next_delivery() != kTimeMax) step_report();
    recorder_.finish(market_time_, engine_.state().portfolio, engine_.state().orders);
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
  /// What the sources of a run are: all of one kind, which then needs not be looked at, or of several.
  enum class Feed : std::uint8_t { bars, trades, mixed };

  /// Calls `visit` with the kind of the datum at the cursor as a constant.
  template <Feed fed, class Visit>
  static void visit_kind(const FeedCursor& cursor, Visit&& visit) {
    if constexpr (fed == Feed::bars) return visit(Kind<DataKind::bar>());
    if constexpr (fed == Feed::trades) return visit(Kind<DataKind::trade>());
    switch (cursor.kind()) {
      case DataKind::bar: return visit(Kind<DataKind::bar>());
      case DataKind::trade: return visit(Kind<DataKind::trade>());
      case DataKind::quote: return visit(Kind<DataKind::quote>());
      case DataKind::book: return visit(Kind<DataKind::book>());
      case DataKind::funding: return visit(Kind<DataKind::funding>());
    }
  }

  [[nodiscard]] bool all_are(DataKind kind) const {
    return std::all_of(setup_.sources.begin(), setup_.sources.end(),
                       [&](const FeedSource& source) { return source.series.series().key().kind == kind; });
  }
  bool run_through() {
    while (!recorder_.is_started() && received_feed_.next_time() != kTimeMax) {
      if (!step<Feed::mixed>()) return false;
      if (is_valued()) start_recorder();
    }
    if (all_are(DataKind::bar)) return run_through<Feed::bars>();
    if (all_are(DataKind::trade)) return run_through<Feed::trades>();
    return run_through<Feed::mixed>();
  }
  template <Feed fed>
  bool run_through() {
    while (received_feed_.next_time() != kTimeMax) {
      if (!step<fed>()) return false;
    }
    return true;
  }

  void begin() {
    now_ = received_feed_.next_time();
    first_ = now_;
    for (const auto& source : setup_.sources) last_ = std::max(last_, source.series.series().last());
    market_time_ = kTimeMin;
    for (const auto& money : setup_.deposits) {
      venue_.deposit(money);
      feed(header(now_, now_), Transfer{money});
    }
    for (const auto& money : setup_.deposits) await_price(money.asset);
    look_at_pending();
  }

  /// What is deposited in an asset that the data will price counts from when it has.
  void await_price(AssetId asset) {
    const auto instrument = engine_.state().portfolio.valued_by(asset);
    if (!instrument) return;
    const bool fed = std::any_of(setup_.sources.begin(), setup_.sources.end(), [&](const FeedSource& source) {
      return source.instrument == *instrument && source.series.series().key().kind != DataKind::funding;
    });
    if (fed) awaited_.push_back(*instrument);
  }
  [[nodiscard]] bool is_valued() const {
    return market_time_ != kTimeMin && std::all_of(awaited_.begin(), awaited_.end(), [&](InstrumentId id) {
             return engine_.state().portfolio.mark(id).units != 0;
           });
  }
  void start_recorder() {
    result_.from = market_time_;
    recorder_.start(market_time_, last_, engine_.state().portfolio);
  }

  EventHeader header(TimeNs ts_venue, TimeNs ts_recv) noexcept { return {++seq_, ts_venue, ts_recv, 0}; }

  template <class Body>
  void feed(const EventHeader& header, const Body& body) {
    if (setup_.journal != nullptr) [[unlikely]]
      write(Event{header, body});
    engine_.step(header, body);
  }

  [[gnu::noinline]] void write(const Event& event) { setup_.journal->on_event(event); }

  /// Does the earliest thing there is to do. Of things at one instant the venue's market comes first, then
  /// what it reports, then what we receive, then our timers, then our commands' arrival: so that nothing that
  /// is decided on a datum can trade on the datum itself.
  template <Feed fed>
  bool step() {
    const TimeNs at_venue = venue_feed_.next_time();
    const TimeNs received = received_feed_.next_time();
    if (at_venue <= received && at_venue <= pending_) {
      step_venue<fed>();
      return true;
    }
    if (received < pending_) [[likely]]
      return step_received<fed>();
    return step_pending<fed>(received);
  }

  /// To be called whenever something was sent, reported, delivered or set.
  void look_at_pending() noexcept {
    pending_ =
        std::min({link_.next_delivery(), link_.next_arrival(), engine_.next_timer(), venue_.next_expiry()});
  }

  /// Something is due that is not a market datum, at the time of the next one or before.
  template <Feed fed>
  [[gnu::noinline]] bool step_pending(TimeNs received) {
    const TimeNs delivery = link_.next_delivery();
    const TimeNs timer = engine_.next_timer();
    const TimeNs arrival = link_.next_arrival();
    const TimeNs expiry = venue_.next_expiry();
    if (expiry <= std::min({received, delivery, timer, arrival})) {
      venue_.on_time(expiry);
      collect_reports();
    } else if (delivery <= received && delivery <= timer && delivery <= arrival) {
      step_report();
    } else if (received <= timer && received <= arrival) {
      return step_received<fed>();
    } else if (timer <= arrival) {
      now_ = std::max(now_, timer);
      feed(header(timer, now_), engine_.due_timer());
      dispatch();
    } else {
      const auto& arrived = link_.pop_arrival();
      venue_.on_command(arrived.command, {.sent = arrived.sent, .arrival = arrival});
      collect_reports();
    }
    look_at_pending();
    return true;
  }

  template <Feed fed>
  void step_venue() {
    FeedCursor& cursor = venue_feed_.next();
    visit_kind<fed>(cursor, [&](auto datum) {
      if constexpr (datum == DataKind::bar) venue_.on_bar(cursor.take_bar());
      if constexpr (datum == DataKind::trade) venue_.on_trade(cursor.take_trade());
      if constexpr (datum == DataKind::quote) venue_.on_quote(cursor.take_quote());
      if constexpr (datum == DataKind::book) venue_.on_book(cursor.take_book());
      if constexpr (datum == DataKind::funding) venue_.on_funding(cursor.take_funding());
    });
    venue_feed_.settle();
    if (!venue_.reports().empty()) [[unlikely]]
      collect_reports();
  }

  [[gnu::noinline]] void collect_reports() {
    link_.push_reports(venue_.reports());
    venue_.clear_reports();
    look_at_pending();
  }

  void step_report() {
    const TimeNs at = link_.next_delivery();
    now_ = std::max(now_, at);
    const auto& delivered = link_.pop_delivery();
    recorder_.before_mark(now_, engine_.state().portfolio);
    std::visit(
        [&](const auto& report) {
          recorder_.on_report(report, delivered.ts_venue, engine_.state().portfolio);
          feed(header(delivered.ts_venue, now_), report);
        },
        delivered.report);
    dispatch();
  }

  template <Feed fed>
  bool step_received() {
    FeedCursor& cursor = received_feed_.next();
    now_ = received_feed_.next_time();
    visit_kind<fed>(cursor, [&](auto datum) {
      if constexpr (datum == DataKind::bar) take(cursor.take_bar());
      if constexpr (datum == DataKind::trade) take(cursor.take_trade());
      if constexpr (datum == DataKind::quote) take(cursor.take_quote());
      if constexpr (datum == DataKind::book) take(cursor.take_book());
      if constexpr (datum == DataKind::funding) take(cursor.take_funding());
    });
    received_feed_.settle();
    dispatch();
    return (seq_ & kProgressMask) != 0 || report_progress();
  }

  /// The time that the market has reached, as far as we know. Samples of the equity are taken by it: the last
  /// bar of a day belongs to that day, however long it took to arrive.
  void reach(TimeNs ts_venue) {
    market_time_ = std::max(market_time_, ts_venue);
    recorder_.before_mark(market_time_, engine_.state().portfolio);
  }
  void take(const Bar& bar) {
    reach(bar.ts_venue);
    feed(header(bar.ts_venue, now_), bar);
    recorder_.after_mark(market_time_, engine_.state().portfolio, bar.instrument, bar.high, bar.low);
    ++result_.bars;
  }
  void take(const Trade& trade) {
    reach(trade.ts_venue);
    feed(header(trade.ts_venue, now_), trade);
    recorder_.after_mark(market_time_, engine_.state().portfolio, trade.instrument, trade.price, trade.price);
    ++result_.trades;
  }
  void take(const Quote& quote) {
    reach(quote.ts_venue);
    feed(header(quote.ts_venue, now_), quote);
    mark_without_trade(quote.instrument);
    ++result_.quotes;
  }
  void take(const BookUpdate& update) {
    reach(update.ts_venue);
    feed(header(update.ts_venue, now_), update);
    mark_without_trade(update.instrument);
    result_.book_changes += update.changes.size();
  }
  void take(const FundingRate& funding) {
    reach(funding.ts_venue);
    feed(header(funding.ts_venue, now_), funding);
  }

  void mark_without_trade(InstrumentId instrument) {
    const RawPrice mark = engine_.state().portfolio.mark(instrument);
    recorder_.after_mark(market_time_, engine_.state().portfolio, instrument, mark, mark);
  }

  /// Takes along what the step before has decided; a timer may have been set even if there is nothing.
  void dispatch() {
    pending_ = std::min(pending_, engine_.next_timer());
    if (engine_.has_outputs()) [[unlikely]]
      send_outputs();
  }

  [[gnu::noinline]] void send_outputs() {
    const auto& outputs = engine_.outputs();
    for (const auto& command : outputs.commands) link_.send(command.body, now_);
    if (setup_.journal != nullptr) [[unlikely]]
      setup_.journal->on_outputs(outputs);
    recorder_.on_outputs(outputs, now_, engine_.state().portfolio);
    engine_.clear_outputs();
    look_at_pending();
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
  std::vector<InstrumentId> awaited_;  ///< without a price of these the account can't be valued yet
  TimeNs now_ = 0;
  TimeNs market_time_ = kTimeMin;
  TimeNs first_ = 0;
  TimeNs last_ = 0;
  TimeNs pending_ = kTimeMax;  ///< when the next report, command or timer is due
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
