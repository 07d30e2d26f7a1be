// A live session on a venue of the loopback device, by its real way: from the bytes of a tick through the hub
// of market data, the session with its journal, the engine and a strategy to the bytes of an order.

#include <algorithm>
#include <filesystem>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "journal/posix_file_system.hpp"
#include "session/live_session.hpp"
#include "tests/bench/bench_venue.hpp"
#include "tests/bench/market_fixture.hpp"
#include "venue/binance/protocol.hpp"
#include "venue/live/live_venue.hpp"

namespace kontor::bench {
namespace {

constexpr std::size_t kTicks = 20'000;
constexpr std::size_t kTicksToWarmUp = 2'000;
/// Between an answer and the next tick: the loop has gone to sleep by then.
constexpr DurationNs kBetweenTicks = 100 * kMicrosecond;
/// Of one measurement, on a machine that is busy with something else.
constexpr DurationNs kLongestRun = 5 * kMinute;
/// The longest sleep of a live session's driver.
constexpr DurationNs kLongestSleep = 20 * kMillisecond;

/// How the loop waits for what comes.
enum class Waiting : std::uint8_t { sleeps, spins };

/// Buys a little at every trade, where it is to; counts the trades it is told.
class AnswersTicks final : public strategy::Strategy {
 public:
  AnswersTicks(bool trades, std::uint64_t& seen) : trades_(trades), seen_(&seen) {}
  [[nodiscard]] strategy::Subscriptions subscriptions() const override {
    return {{}, {InstrumentId(0)}, {}, {}};
  }
  void on_trade(const strategy::View& /*view*/, const Trade& trade, strategy::Intents& out) override {
    ++*seen_;
    if (trades_) out.market(trade.instrument, Side::buy, RawQuantity(1'000));
  }
  void save(Encoder& /*encoder*/) const override {}
  void load(Decoder& /*decoder*/) override {}

 private:
  bool trades_;
  std::uint64_t* seen_;
};

InstrumentTable bitcoin_of_spot() {
  InstrumentSpecification made;
  made.name = {"binance", "BTCUSDT"};
  made.kind = InstrumentKind::spot;
  made.base = "BTC";
  made.quote = "USDT";
  made.tick = Decimal{1, 2};
  made.step = Decimal{1, 5};
  made.min_quantity = Decimal{1, 5};
  made.max_quantity = Decimal{9'000, 0};
  made.min_notional = Decimal{5, 0};
  InstrumentTable table;
  static_cast<void>(*table.add(made));
  return table;
}

template <class T>
T need(Result<T> outcome) {
  if (!outcome) throw std::runtime_error(outcome.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*outcome);
}

/// A live session in a folder of its own that is removed in the end, as `kontor session live` puts it
/// together, with a budget whose limits are out of reach.
class LiveBench {
 public:
  LiveBench(Waiting waiting, bool trades)
      : waiting_(waiting),
        trades_(trades),
        table_(bitcoin_of_spot()),
        folder_(bench_store_path().parent_path() / "live") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "accounts");
    open_budget();
    make_venue();
    open_session();
    begin();
  }
  ~LiveBench() {
    live_->close();
    session_.reset();
    std::filesystem::remove_all(folder_);
  }
  LiveBench(const LiveBench&) = delete;
  LiveBench& operator=(const LiveBench&) = delete;

  /// Turns the loop as the driver of `kontor session live` does, until the condition holds.
  template <class Condition>
  void run_until(DurationNs longest, const Condition& holds) {
    const DurationNs end = net::steady_now() + longest;
    while (!holds()) {
      const TimeNs now = this->now();
      if (waiting_ == Waiting::sleeps)
        loop_.run_one_for(std::clamp<DurationNs>(session_->next_due() - now, 0, kLongestSleep));
      loop_.poll();
      const DurationNs moment = net::steady_now();
      if (session_->next_due() <= this->now() || moment >= next_look_) {
        next_look_ = moment + kLongestSleep;
        need(session_->advance(this->now()));
      }
      if (!error_.empty()) throw std::runtime_error(error_);
      if (net::steady_now() > end) throw std::runtime_error("the venue and the session wait for each other");
    }
  }
  [[nodiscard]] BenchVenue& venue() noexcept { return venue_; }
  [[nodiscard]] std::uint64_t seen() const noexcept { return seen_; }
  [[nodiscard]] std::uint64_t messages() const { return live_->market().status(InstrumentId(0)).messages; }

 private:
  [[nodiscard]] TimeNs now() const { return live_->rest().now(); }

  void open_budget() {
    auto rules = binance::make_protocol()->rate_rules(venue::Product::spot);
    for (auto& rule : rules) rule.limit = 1'000'000'000;
    budget_ = need(net::SharedRateBudget::open({.folder = folder_ / "rate",
                                                .venue = "bench",
                                                .keys = {.ip = "loopback", .account = "bench"},
                                                .rules = std::move(rules)},
                                               BenchVenue::wall_clock()));
  }
  void make_venue() {
    auto credentials = std::make_shared<venue::Credentials>();
    credentials->key = std::string(64, 'k');
    credentials->secret = std::string(64, 's');
    const auto take = [this](const venue::Input& input) {
      if (!has_begun_) return;
      if (const auto* change = std::get_if<venue::ConnectionChanged>(&input))
        is_connected_ = change->is_alive;
      if (auto taken = session_->take(input, now()); !taken) error_ = taken.error().message;
    };
    const auto note = [](const std::string& /*text*/) {};
    live_ = std::make_unique<live::LiveVenue>(
        loop_,
        live::LiveVenueSetup{.instruments = table_,
                             .protocol = [] { return binance::make_protocol(); },
                             .endpoints = venue_.endpoints(),
                             .credentials = std::move(credentials),
                             .budget = budget_.get(),
                             .wall_clock = &BenchVenue::wall_clock,
                             .session = "bench",
                             .feeds = {{.instrument = InstrumentId(0), .channel = venue::Channel::trades}}},
        take, note);
  }
  engine::EngineSettings settings() {
    engine::EngineSettings made{table_, *table_.find_asset("USDT"), {}, {}, {}, {}};
    made.feeds.push_back({engine::BarSource::trades, {}});
    made.strategies.push_back(std::make_unique<AnswersTicks>(trades_, seen_));
    return made;
  }
  void open_session() {
    lock_ = std::make_unique<journal::AccountLock>(
        need(journal::AccountLock::acquire(files_, (folder_ / "accounts/bench.lock").string(), {})));
    const auto engine = [this]() -> Result<engine::EngineSettings> { return settings(); };
    journal::SyncPolicy sync;
    sync.when = journal::SyncPolicy::When::none;
    session_ = need(session::LiveSession::open(files_, *lock_,
                                               {table_,
                                                engine,
                                                {{"kontor bench",
                                                  "bench",
                                                  "",
                                                  "bench/main",
                                                  lock_->token(),
                                                  1,
                                                  {"c0ffee", ""},
                                                  journal::definitions_of(table_)},
                                                 (folder_ / "journal").string(),
                                                 sync}},
                                               *live_));
  }
  void begin() {
    live_->open([this](const Result<void>& ready) {
      if (!ready) {
        error_ = ready.error().message;
      } else {
        has_begun_ = true;
        if (auto begun = session_->begin(now()); !begun) error_ = begun.error().message;
      }
    });
    run_until(10 * kSecond, [this] {
      const bool agrees = session_->engine().state().agreement == Agreement::equal;
      return is_connected_ && agrees && is_heard();
    });
  }
  /// The feed is subscribed to: a trade comes through.
  bool is_heard() {
    if (messages() > 0) return true;
    if (venue_.is_done()) venue_.send_feed({.count = 1});
    return false;
  }

  Waiting waiting_;
  bool trades_;
  InstrumentTable table_;
  std::filesystem::path folder_;
  BenchVenue venue_;
  net::IoLoop loop_;
  std::unique_ptr<net::SharedRateBudget> budget_;
  std::unique_ptr<live::LiveVenue> live_;
  journal::PosixFileSystem files_;
  std::unique_ptr<journal::AccountLock> lock_;
  std::unique_ptr<session::LiveSession> session_;
  std::uint64_t seen_ = 0;
  DurationNs next_look_ = 0;
  bool has_begun_ = false;
  bool is_connected_ = false;
  std::string error_;
};

/// From the tick that is sent to the order that has been read, both by the venue. The time is the 99th of a
/// hundred.
void tick_to_order(benchmark::State& state, Waiting waiting) {
  for (auto _ : state) {
    LiveBench bench(waiting, true);
    for (const std::size_t count : {kTicksToWarmUp, kTicks}) {
      bench.venue().send_ticks({.count = count, .pause = kBetweenTicks});
      bench.run_until(kLongestRun, [&] { return bench.venue().is_done(); });
    }
    std::vector<DurationNs> delays = bench.venue().delays();
    std::ranges::sort(delays);
    const auto microseconds = [&](std::size_t percent) {
      return static_cast<double>(delays[delays.size() * percent / 100]) / 1e3;
    };
    state.counters["unanswered"] = static_cast<double>(bench.venue().unanswered());
    state.counters["p50_us"] = microseconds(50);
    state.counters["p90_us"] = microseconds(90);
    state.counters["p99_us"] = microseconds(99);
    state.SetIterationTime(microseconds(99) / 1e6);
  }
}

void BM_tick_to_order(benchmark::State& state) { tick_to_order(state, Waiting::sleeps); }
BENCHMARK(BM_tick_to_order)->Unit(benchmark::kMicrosecond)->UseManualTime()->Iterations(1);

void BM_tick_to_order_spinning(benchmark::State& state) { tick_to_order(state, Waiting::spins); }
BENCHMARK(BM_tick_to_order_spinning)->Unit(benchmark::kMicrosecond)->UseManualTime()->Iterations(1);

/// Trades through the hub into the journal and the engine. Items are messages; `lag` is how long after the
/// last was sent it had been taken.
void feed_session(benchmark::State& state, BenchVenue::Feed feed) {
  std::uint64_t taken = 0;
  double seconds = 0;
  for (auto _ : state) {
    LiveBench bench(Waiting::sleeps, false);
    const std::uint64_t before = bench.seen();
    bench.venue().send_feed(feed);
    bench.run_until(kLongestRun, [&] { return bench.seen() - before >= feed.count; });
    const DurationNs end = net::steady_now();
    bench.run_until(kSecond, [&] { return bench.venue().is_done(); });
    taken += bench.seen() - before;
    const double took = static_cast<double>(end - bench.venue().first_sent_at()) / 1e9;
    seconds += took;
    state.SetIterationTime(took);
    state.counters["lag_ms"] = static_cast<double>(end - bench.venue().last_sent_at()) / 1e6;
    state.counters["lost"] = static_cast<double>(feed.count - (bench.seen() - before));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(taken));
}

/// As fast as they are taken.
void BM_feed(benchmark::State& state) { feed_session(state, {.count = 500'000}); }
BENCHMARK(BM_feed)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(1);

/// At a steady pace of so many thousand a second, for three seconds.
void BM_feed_at_pace(benchmark::State& state) {
  const auto per_second = static_cast<std::uint64_t>(state.range(0)) * 1'000;
  feed_session(state, {.count = 3 * per_second, .every = kSecond / static_cast<DurationNs>(per_second)});
}
BENCHMARK(BM_feed_at_pace)->Arg(100)->Arg(200)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(1);

}  // namespace
}  // namespace kontor::bench
