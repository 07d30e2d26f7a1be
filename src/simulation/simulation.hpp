#pragma once

#include <algorithm>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/engine.hpp"
#include "simulation/feed.hpp"
#include "simulation/quiet.hpp"
#include "simulation/silent_observer.hpp"
#include "venue/sim/sim_link.hpp"
#include "venue/sim/sim_venue.hpp"

namespace kontor::simulation {

/// What is simulated: the market as it was recorded, the venue, the money that the account starts with. All
/// of it must outlive the simulation.
struct World {
  const InstrumentTable& instruments;
  const std::vector<FeedSource>& sources;
  const sim::SimSettings& venue;
  const std::vector<Money>& deposits;
};

/// Where an engine's bars come from when it is fed with `sources`: the best there is, bars, else trades, else
/// quotes, else the book.
[[nodiscard]] std::vector<engine::InstrumentFeed> feeds_of(const std::vector<FeedSource>& sources,
                                                           std::size_t instruments);

/// Books and venue must agree to the last unit on every balance. Error: internal, with both figures.
[[nodiscard]] Result<void> reconcile(const InstrumentTable& instruments, const engine::Engine& engine,
                                     const sim::SimVenue& venue);

/// An engine wired to a recorded market and a simulated venue, on the market's time: both sides of the feed,
/// the venue, the link with its latency, the engine. Backtests and paper sessions are this; what differs is
/// who watches and how fast it goes.
template <class Observer>
class Simulation {
 public:
  Simulation(const World& world, engine::EngineSettings settings, Observer& observer)
      : world_(world),
        observer_(observer),
        venue_feed_(world.sources, FeedSide::venue),
        received_feed_(world.sources, FeedSide::received),
        venue_(world.instruments, world.venue),
        link_(world.venue.latency),
        engine_(std::move(settings)) {}

  /// Pays in what the account starts with. To be called once, before anything else.
  void begin() {
    now_ = received_feed_.next_time();
    for (const auto& money : world_.deposits) {
      venue_.deposit(money);
      feed(header(now_, now_), Transfer{money});
    }
    look_at_pending();
  }

  /// Something that comes from outside the market: an operator's word, at the time `at` or as soon after as
  /// time has come, not before `reached`. All that the venue has to do by then is done first: so that whoever
  /// knows the event's times alone can have it happen again at the same place.
  template <class Body>
  void inject(const Body& body, TimeNs at, TimeNs reached = kTimeMin) {
    now_ = std::max({now_, at, reached});
    while (next_time() <= now_ && is_next_at_venue()) step<Feed::any>();
    feed(header(at, now_), body);
    dispatch();
    look_at_pending();
  }

  /// When the next thing happens; kTimeMax once there is neither data nor anything under way.
  [[nodiscard]] TimeNs next_time() const noexcept {
    return std::min({venue_feed_.next_time(), received_feed_.next_time(), pending_});
  }
  /// True until the last datum has been received.
  [[nodiscard]] bool has_data() const noexcept { return received_feed_.next_time() != kTimeMax; }
  /// Does the next thing, whatever it is; there must be one.
  void step() { step<Feed::any>(); }
  /// Does everything until the data ends or `go_on`, asked every kSteps events, says no. Returns whether it
  /// came to the end.
  template <class GoOn>
  bool run(GoOn&& go_on) {
    if (is_single(data::DataKind::bar)) return run<Feed::bars>(go_on);
    if (is_single(data::DataKind::trade)) return run<Feed::trades>(go_on);
    return run<Feed::any>(go_on);
  }
  /// What the venue has said and is still on its way when the data ends: fills above all. What we answer
  /// comes too late.
  void deliver_the_rest() {
    while (link_.next_delivery() != kTimeMax) step_report();
  }

  [[nodiscard]] const engine::Engine& engine() const noexcept { return engine_; }
  [[nodiscard]] const sim::SimVenue& venue() const noexcept { return venue_; }
  [[nodiscard]] TimeNs now() const noexcept { return now_; }
  /// The time that the market has reached, as far as we know; kTimeMin before the first datum.
  [[nodiscard]] TimeNs market_time() const noexcept { return market_time_; }
  /// How many events the engine was given.
  [[nodiscard]] std::uint64_t events() const noexcept { return events_; }

  /// Everything that goes on: both sides of the feed, the venue, what is under way, the engine.
  void save(Encoder& encoder) const {
    venue_feed_.save(encoder);
    received_feed_.save(encoder);
    venue_.save(encoder);
    link_.save(encoder);
    encode_into(encoder, engine_.snapshot());
    encode_into(encoder, now_);
    encode_into(encoder, market_time_);
    encode_into(encoder, events_);
  }
  /// Goes on from what a simulation of the same world with the same settings saved. Anything else is bad
  /// data, and the simulation must not be used any more. Instead of begin().
  [[nodiscard]] Result<void> load(Decoder& decoder) {
    TRY_VOID(venue_feed_.load(decoder));
    TRY_VOID(received_feed_.load(decoder));
    TRY_VOID(venue_.load(decoder));
    TRY_VOID(link_.load(decoder, world_.instruments));
    std::vector<std::byte> engine;
    decode_from(decoder, engine);
    decode_from(decoder, now_);
    decode_from(decoder, market_time_);
    decode_from(decoder, events_);
    if (decoder.failed() || decoder.remaining() != 0)
      return fail(ErrorKind::bad_data, "expected the state of a simulation, found something else");
    TRY_VOID(engine_.restore(engine));
    look_at_pending();
    return {};
  }

 private:
  static constexpr std::uint64_t kSteps = 1U << 16U;

  /// What the sources are: a single one of bars or trades, which is read once for both sides, or any.
  enum class Feed : std::uint8_t { bars, trades, any };
  template <data::DataKind kind>
  using Kind = std::integral_constant<data::DataKind, kind>;

  /// Calls `visit` with the kind of the datum at the cursor as a constant.
  template <Feed fed, class Visit>
  static void visit_kind(const FeedCursor& cursor, Visit&& visit) {
    using data::DataKind;
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

  [[nodiscard]] bool is_single(data::DataKind kind) const {
    return world_.sources.size() == 1 && world_.sources.front().series.series().key().kind == kind;
  }
  template <Feed fed, class GoOn>
  bool run(GoOn& go_on) {
    std::uint64_t next_question = events_ + kSteps;
    while (has_data()) {
      if constexpr (fed == Feed::bars) run_level(next_question);
      if constexpr (fed == Feed::trades) run_quiet_trades(next_question);
      if (has_data()) step<fed>();
      if (events_ < next_question) [[likely]]
        continue;
      next_question = events_ + kSteps;
      if (!go_on()) return false;
    }
    return true;
  }

  /// Runs for as long as each bar is received before anything else happens: both sides of the feed read the
  /// same bars then, and one cursor does for both.
  void run_level(std::uint64_t last_event) {
    FeedCursor& cursor = venue_feed_.next();
    FeedCursor& received = received_feed_.next();
    const DurationNs lag = received.lag_behind(cursor);
    if (lag < 0 || !received.is_level_with(cursor)) return;
    bool is_received = true;
    while (cursor.next_time() <= pending_ && cursor.next_time() != kTimeMax && events_ < last_event) {
      Bar bar = cursor.take_bar();
      venue_.on_bar(bar);
      if (!venue_.reports().empty()) [[unlikely]]
        collect_reports();
      bar.ts_recv += lag;
      is_received = bar.ts_recv < cursor.next_time() && bar.ts_recv < pending_;
      if (!is_received) [[unlikely]]
        break;
      now_ = bar.ts_recv;
      take(bar);
      dispatch();
      run_quiet(cursor, lag, last_event);
    }
    is_received ? received.stand_with(cursor) : received.stand_before(cursor);
    venue_feed_.settle();
    received_feed_.settle();
  }

  /// Tells the observer of a mark, where that can differ from the one before.
  struct AfterMark {
    Simulation& simulation;
    bool is_needed;
    void operator()(const Bar& bar) const {
      simulation.observer_.after_mark(bar.ts_venue, simulation.engine_.state().portfolio, bar.instrument,
                                      bar.high, bar.low);
    }
  };

  /// Goes on through bars that set nothing off: no order of ours is touched, nothing is due, and no strategy
  /// asks for anything. What else a bar could concern does not change from one such bar to the next, and is
  /// asked before the first of them.
  void run_quiet(FeedCursor& cursor, DurationNs lag, std::uint64_t last_event) {
    const TimeNs until = std::min(observer_.quiet_until(), pending_ - lag - 1);
    if (cursor.next_time() > until || cursor.next_time() == kTimeMax || events_ >= last_event) return;
    BarRows bars = cursor.bars_ahead(lag);
    if (!engine_.is_quiet(bars.instrument)) return;
    bars.count = quiet_bars(bars, venue_.quiet_range(bars.instrument, bars.timeframe), until);
    if (bars.count == 0) return;
    const bool moves = engine_.state().portfolio.depends_on(bars.instrument) || observer_.watches_prices();
    const std::size_t taken = engine_.step_through(bars, observer_.stamp(events_), AfterMark{*this, moves});
    const Bar last = bars.bar(taken - 1);
    venue_.on_quiet_bar(last);
    cursor.skip_bars(taken);
    events_ += taken;
    observer_.count_bars(taken);
    now_ = last.ts_recv;
    market_time_ = last.ts_venue;
    dispatch();
  }

  /// Receives trades for as long as none that happens meanwhile touches an order of ours, nothing is due, and
  /// no strategy asks for anything.
  void run_quiet_trades(std::uint64_t last_event) {
    FeedCursor& cursor = venue_feed_.next();
    FeedCursor& received = received_feed_.next();
    const TimeNs until = observer_.quiet_until();
    const bool is_over = cursor.next_time() == kTimeMax || received.next_time() == kTimeMax;
    if (is_over || until == kTimeMin || received.next_time() >= pending_) return;
    if (!received.shares_chunk_with(cursor)) return;
    const FeedCursor::TradeWalk shown(cursor);
    const QuietTrades quiet(shown, venue_.quiet_range_of_trades(cursor.instrument()), pending_);
    const TimeNs before = std::min(quiet.next(), pending_);
    const auto& portfolio = engine_.state().portfolio;
    const bool moves = portfolio.depends_on(cursor.instrument()) || observer_.watches_prices();
    bool marks = true;  // the first may find another equity than the last
    FeedCursor::TradeWalk walk(received);
    const std::size_t first = walk.row();
    while (walk.time() < before && events_ < last_event && !walk.is_last() && !engine_.has_outputs()) {
      const Trade trade = walk.received_trade();
      if (std::max(market_time_, trade.ts_venue) > until) break;
      market_time_ = std::max(market_time_, trade.ts_venue);
      now_ = walk.time();
      engine_.step(header(trade.ts_venue, now_), trade);
      if (marks) observer_.after_mark(market_time_, portfolio, trade.instrument, trade.price, trade.price);
      marks = moves;
      observer_.count(trade);
      walk.next();
    }
    if (walk.row() == first) return;
    received.go_to_trade(walk.row(), walk.time());
    received_feed_.settle();
    show_quietly(cursor, shown, quiet);
    dispatch();
  }
  /// Lets the venue see the quiet trades that have happened by now.
  void show_quietly(FeedCursor& cursor, const FeedCursor::TradeWalk& walk,
                    const QuietTrades& quiet) noexcept {
    const std::size_t happened = quiet.happened_by(now_);
    if (happened == 0) return;
    venue_.on_quiet_trade(cursor.instrument(), walk.price(happened - 1));
    cursor.go_to_trade(walk.row() + happened, quiet.time_behind(happened));
    venue_feed_.settle();
  }

  EventHeader header(TimeNs ts_venue, TimeNs ts_recv) noexcept {
    return {observer_.stamp(events_++), ts_venue, ts_recv, 0};
  }

  template <class Body>
  [[gnu::always_inline]] void feed(const EventHeader& header, const Body& body) {
    if (observer_.wants_events()) [[unlikely]]
      show(Event{header, body});
    engine_.step(header, body);
  }
  [[gnu::noinline]] void show(const Event& event) { observer_.on_event(event); }

  /// Does the earliest thing there is to do. Of things at one instant the venue's market comes first, then
  /// what it reports, then what we receive, then our timers, then our commands' arrival: so that nothing that
  /// is decided on a datum can trade on the datum itself.
  template <Feed fed>
  [[gnu::always_inline]] void step() {
    const TimeNs at_venue = venue_feed_.next_time();
    const TimeNs received = received_feed_.next_time();
    if (at_venue <= received && at_venue <= pending_) {
      if constexpr (fed == Feed::trades) {
        if (received_feed_.next().is_level_with(venue_feed_.next())) [[likely]]
          return step_both(received);
      }
      return step_venue<fed>();
    }
    if (received < pending_) [[likely]]
      return step_received<fed>();
    step_pending<fed>(received);
  }

  /// To be called whenever something was sent, reported, delivered or set.
  void look_at_pending() noexcept {
    pending_ =
        std::min({link_.next_delivery(), link_.next_arrival(), engine_.next_timer(), venue_.next_expiry()});
  }

  /// True if the next step() is none of the engine's.
  [[nodiscard]] bool is_next_at_venue() const noexcept {
    const TimeNs received = received_feed_.next_time();
    if (venue_feed_.next_time() <= std::min(received, pending_)) return true;
    const TimeNs first = std::min({received, link_.next_delivery(), engine_.next_timer()});
    return venue_.next_expiry() <= std::min(first, link_.next_arrival()) || link_.next_arrival() < first;
  }

  /// Something is due that is not a market datum, at the time of the next one or before.
  template <Feed fed>
  [[gnu::noinline]] void step_pending(TimeNs received) {
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
  }

  /// The venue's market and, unless something else comes first, our receiving of the same trade.
  [[gnu::always_inline]] void step_both(TimeNs received) {
    Trade trade = venue_feed_.next().take_trade();
    venue_.on_trade(trade);
    venue_feed_.settle();
    if (!venue_.reports().empty()) [[unlikely]]
      collect_reports();
    if (venue_feed_.next_time() <= received || pending_ <= received) [[unlikely]]
      return;
    now_ = received;
    received_feed_.next().take_again(trade);
    received_feed_.settle();
    take(trade);
    dispatch();
  }

  template <Feed fed>
  void step_venue() {
    using data::DataKind;
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
    observer_.before_mark(now_, engine_.state().portfolio);
    std::visit(
        [&](const auto& report) {
          observer_.on_report(report, delivered.ts_venue, engine_.state().portfolio);
          feed(header(delivered.ts_venue, now_), report);
        },
        delivered.report);
    dispatch();
  }

  template <Feed fed>
  void step_received() {
    using data::DataKind;
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
  }

  /// Samples of the equity are taken by the market's time: the last bar of a day belongs to that day, however
  /// long it took to arrive.
  void reach(TimeNs ts_venue) {
    market_time_ = std::max(market_time_, ts_venue);
    observer_.before_mark(market_time_, engine_.state().portfolio);
  }
  template <class Datum>
  [[gnu::always_inline]] void take(const Datum& datum) {
    reach(datum.ts_venue);
    feed(header(datum.ts_venue, now_), datum);
    after_mark(datum);
    observer_.count(datum);
  }
  void after_mark(const Bar& bar) {
    observer_.after_mark(market_time_, engine_.state().portfolio, bar.instrument, bar.high, bar.low);
  }
  void after_mark(const Trade& trade) {
    observer_.after_mark(market_time_, engine_.state().portfolio, trade.instrument, trade.price, trade.price);
  }
  void after_mark(const Quote& quote) { mark_without_trade(quote.instrument); }
  void after_mark(const BookUpdate& update) { mark_without_trade(update.instrument); }
  void after_mark(const FundingRate& /*funding*/) {}
  void mark_without_trade(InstrumentId instrument) {
    const RawPrice mark = engine_.state().portfolio.mark(instrument);
    observer_.after_mark(market_time_, engine_.state().portfolio, instrument, mark, mark);
  }

  /// Takes along what the step before has decided.
  void dispatch() {
    if (engine_.has_outputs()) [[unlikely]]
      send_outputs();
  }
  [[gnu::noinline]] void send_outputs() {
    const auto& outputs = engine_.outputs();
    observer_.on_outputs(outputs, now_, engine_.state().portfolio);
    for (const auto& command : outputs.commands) {
      if (observer_.leaves(command.body)) link_.send(command.body, now_);
    }
    engine_.clear_outputs();
    look_at_pending();
  }

  World world_;
  Observer& observer_;
  MarketFeed venue_feed_;
  MarketFeed received_feed_;
  sim::SimVenue venue_;
  sim::SimLink link_;
  engine::Engine engine_;
  TimeNs now_ = 0;
  TimeNs market_time_ = kTimeMin;
  TimeNs pending_ = kTimeMax;  ///< when the next report, command or timer is due
  std::uint64_t events_ = 0;
};

}  // namespace kontor::simulation
