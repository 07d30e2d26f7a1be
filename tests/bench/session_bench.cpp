// Sessions: what the journal costs a decision, how fast a past is gone through, and how many days of faults a
// minute holds.

#include <algorithm>
#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include "faults/fault_run.hpp"
#include "journal/posix_file_system.hpp"
#include "session/live_session.hpp"
#include "session/replay.hpp"
#include "tests/bench/market_fixture.hpp"

namespace kontor::bench {
namespace {

using Clock = std::chrono::steady_clock;
using journal::SyncPolicy;

constexpr std::uint64_t kSessionEvents = 1'000'000;
constexpr std::uint64_t kLongPast = 10'000'000;
constexpr std::size_t kDecisions = 4'000;

/// Buys and sells at the market in turn, at every so many trades.
class EveryNth final : public strategy::Strategy {
 public:
  EveryNth(std::vector<InstrumentId> instruments, std::uint64_t nth)
      : instruments_(std::move(instruments)), nth_(nth) {}
  [[nodiscard]] strategy::Subscriptions subscriptions() const override { return {{}, instruments_, {}, {}}; }
  void on_trade(const strategy::View& view, const Trade& trade, strategy::Intents& out) override {
    if (++seen_ % nth_ != 0) return;
    const bool is_long = view.position(trade.instrument).is_long();
    out.market(trade.instrument, is_long ? Side::sell : Side::buy, RawQuantity(1'000));
  }
  void save(Encoder& encoder) const override { encode_into(encoder, seen_); }
  void load(Decoder& decoder) override { decode_from(decoder, seen_); }

 private:
  std::vector<InstrumentId> instruments_;
  std::uint64_t nth_;
  std::uint64_t seen_ = 0;
};

/// Fills everything at once at the last price; its reports wait to be taken.
class InstantVenue final : public venue::Venue {
 public:
  explicit InstantVenue(AssetId quote) : quote_(quote) {}
  [[nodiscard]] DurationNs request_validity() const noexcept override { return 5 * kSecond; }
  void send(std::span<const Command> request) override {
    sent_at = Clock::now();
    for (const auto& command : request) {
      const auto* order = std::get_if<NewOrder>(&command.body);
      if (order == nullptr) continue;
      reports.emplace_back(OrderAccepted{order->id});
      Fill fill;
      fill.order = order->id;
      fill.instrument = order->instrument;
      fill.trade = TradeId(++trades_);
      fill.side = order->side;
      fill.price = last;
      fill.quantity = order->quantity;
      fill.fee_asset = quote_;
      reports.emplace_back(fill);
    }
  }
  void cancel_foreign(InstrumentId /*instrument*/, const std::string& /*venue_id*/) override {}
  void ask_order(OrderId /*order*/, InstrumentId /*instrument*/) override {}
  void ask_account(TimeNs /*since*/) override {}

  std::deque<VenueReport> reports;
  RawPrice last{20'000};
  Clock::time_point sent_at;

 private:
  AssetId quote_;
  std::uint64_t trades_ = 0;
};

InstrumentTable table_of_perpetuals(std::size_t count) {
  InstrumentTable table;
  for (std::size_t i = 0; i < count; ++i) {
    InstrumentSpecification made;
    made.name = {"bench", "P" + std::to_string(i) + "USDT"};
    made.kind = InstrumentKind::linear_perpetual;
    made.base = "P" + std::to_string(i);
    made.quote = "USDT";
    made.tick = Decimal{1, 2};
    made.step = Decimal{1, 3};
    made.max_leverage = Decimal{20, 0};
    static_cast<void>(*table.add(made));
  }
  return table;
}

/// A live session on the real disk, in a folder of its own that is removed in the end.
class Bench {
 public:
  Bench(SyncPolicy sync, std::uint64_t nth, std::size_t instruments = 1)
      : table_(table_of_perpetuals(instruments)),
        venue_(*table_.find_asset("USDT")),
        folder_(bench_store_path().parent_path() / "session"),
        sync_(sync),
        nth_(nth) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "accounts");
    open();
    begin();
  }
  ~Bench() {
    session_.reset();
    std::filesystem::remove_all(folder_);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  void open() {
    session_.reset();
    lock_.reset();
    lock_ = std::make_unique<journal::AccountLock>(
        std::move(*journal::AccountLock::acquire(files_, (folder_ / "accounts/bench.lock").string(), {})));
    const auto engine = [this]() -> Result<engine::EngineSettings> { return settings(); };
    auto opened = session::LiveSession::open(files_, *lock_,
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
                                               sync_,
                                               65'536,
                                               {}}},
                                             venue_);
    if (!opened) throw std::runtime_error(opened.error().message);
    session_ = std::move(*opened);
  }
  void begin() {
    check(session_->begin(now_));
    venue::AccountAnswer account;
    account.as_of = now_;
    account.balances = {{Amount::from_decimal(Decimal{1'000'000, 0}), *table_.find_asset("USDT")}};
    check(session_->take(account, now_));
  }
  engine::EngineSettings settings() {
    engine::EngineSettings made{table_, *table_.find_asset("USDT"), {}, {}, {}, {}};
    std::vector<InstrumentId> all;
    for (const auto& instrument : table_.all()) {
      all.push_back(instrument.id());
      made.feeds.push_back({engine::BarSource::trades, {}});
    }
    made.strategies.push_back(std::make_unique<EveryNth>(std::move(all), nth_));
    return made;
  }
  /// One trade, and what the venue answered to what it led to.
  void trade() {
    Trade trade;
    trade.instrument = InstrumentId(static_cast<std::uint32_t>(count_ % table_.size()));
    now_ += kMillisecond;
    trade.ts_venue = now_;
    trade.ts_recv = now_;
    trade.id = TradeId(++count_);
    trade.price = RawPrice(20'000 + static_cast<std::int64_t>(count_ * 7 % 200));
    trade.quantity = RawQuantity(5'000);
    venue_.last = trade.price;
    check(session_->take(trade, now_));
    while (!venue_.reports.empty()) {
      const VenueReport report = venue_.reports.front();
      venue_.reports.pop_front();
      check(session_->take(venue::ReportReceived{report, now_}, now_));
    }
  }
  void advance() { check(session_->advance(now_)); }
  static void check(const Result<void>& outcome) {
    if (!outcome) throw std::runtime_error(outcome.error().message);
  }
  [[nodiscard]] session::LiveSession& session() { return *session_; }
  [[nodiscard]] InstantVenue& venue() { return venue_; }
  [[nodiscard]] std::string journal() const { return (folder_ / "journal").string(); }
  [[nodiscard]] journal::PosixFileSystem& files() { return files_; }
  [[nodiscard]] std::filesystem::path folder() const { return folder_; }

 private:
  InstrumentTable table_;
  InstantVenue venue_;
  std::filesystem::path folder_;
  SyncPolicy sync_;
  std::uint64_t nth_;
  journal::PosixFileSystem files_;
  std::unique_ptr<journal::AccountLock> lock_;
  std::unique_ptr<session::LiveSession> session_;
  TimeNs now_ = kStart;
  std::uint64_t count_ = 0;
};

/// Trades with an order at every hundredth, which is accepted and filled. Items are events.
void step_session(benchmark::State& state, SyncPolicy sync, std::uint64_t group, std::uint64_t events) {
  std::uint64_t done = 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto bench = std::make_unique<Bench>(sync, 100);
    const std::uint64_t before = bench->session().events();
    state.ResumeTiming();
    for (std::uint64_t i = 0; i < events; ++i) {
      bench->trade();
      if (i % group == 0) bench->advance();
    }
    state.PauseTiming();
    done += bench->session().events() - before;
    bench.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(done));
}

void BM_session_step(benchmark::State& state) {
  step_session(state, {SyncPolicy::When::none, kSecond}, 1'024, kSessionEvents);
}
BENCHMARK(BM_session_step)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The same, on the disk after every 64 events.
void BM_session_step_durable(benchmark::State& state) {
  step_session(state, {SyncPolicy::When::interval, 0}, 64, 65'536);
}
BENCHMARK(BM_session_step_durable)->Unit(benchmark::kMillisecond)->UseRealTime();

/// From opening a session with ten million events behind it to the first question to the venue.
void BM_session_recovery(benchmark::State& state) {
  Bench bench({SyncPolicy::When::none, kSecond}, 100);
  while (bench.session().events() < kLongPast) {
    bench.trade();
    if (bench.session().events() % 1'024 == 0) bench.advance();
  }
  for (auto _ : state) {
    bench.open();
    bench.begin();
  }
}
BENCHMARK(BM_session_recovery)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(3);

/// A journal gone through again and compared. Items are events.
void BM_session_replay(benchmark::State& state) {
  Bench bench({SyncPolicy::When::none, kSecond}, 100);
  for (std::uint64_t i = 0; i < kSessionEvents; ++i) {
    bench.trade();
    if (i % 1'024 == 0) bench.advance();
  }
  Bench::check(bench.session().close(bench.session().now(), "done"));
  std::uint64_t events = 0;
  for (auto _ : state) {
    engine::Engine engine(bench.settings());
    const auto report = session::replay(bench.files(), bench.journal(), engine);
    if (!report || !report->identical()) state.SkipWithError("the replay differs");
    if (report) events += report->events;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
}
BENCHMARK(BM_session_replay)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The sample below which so many of a hundred are.
double percentile(std::vector<double>& seconds, std::size_t percent) {
  const auto at = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() * percent / 100);
  std::nth_element(seconds.begin(), at, seconds.end());
  return *at;
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// From the trade that is handed over to the command that leaves.
double decide(Bench& bench) {
  const auto start = Clock::now();
  bench.trade();
  return std::chrono::duration<double>(bench.venue().sent_at - start).count();
}

/// The 99th of a hundred.
void BM_decision_latency(benchmark::State& state) {
  for (auto _ : state) {
    Bench bench({SyncPolicy::When::none, kSecond}, 1);
    std::vector<double> seconds;
    for (std::size_t i = 0; i < kDecisions; ++i) seconds.push_back(decide(bench));
    state.SetIterationTime(percentile(seconds, 99));
  }
}
BENCHMARK(BM_decision_latency)->Unit(benchmark::kMicrosecond)->UseManualTime()->Iterations(5);

/// What a command waits beyond one bare fdatasync of as many bytes, at the 99th of a hundred. Decisions and
/// bare syncs take turns, so that both meet the disk in the same moods.
void BM_decision_latency_durable(benchmark::State& state) {
  for (auto _ : state) {
    Bench bench({SyncPolicy::When::before_send, kSecond}, 1);
    journal::PosixFileSystem files;
    const auto path = (bench_store_path().parent_path() / "floor").string();
    auto file = files.open(path, journal::Access::append_anew);
    const std::vector<std::byte> bytes(400);
    std::vector<double> decided;
    std::vector<double> bare;
    for (std::size_t i = 0; i < kDecisions / 4; ++i) {
      decided.push_back(decide(bench));
      const auto start = Clock::now();
      if (!(*file)->append(bytes) || !(*file)->sync()) state.SkipWithError("cannot write");
      bare.push_back(seconds_since(start));
    }
    std::filesystem::remove(path);
    for (const std::size_t percent : {std::size_t{50}, std::size_t{99}}) {
      state.counters[fmt::format("fdatasync_p{}_us", percent)] = percentile(bare, percent) * 1e6;
      state.counters[fmt::format("decision_p{}_us", percent)] = percentile(decided, percent) * 1e6;
    }
    state.SetIterationTime(std::max(percentile(decided, 99) - percentile(bare, 99), 1e-9));
  }
}
BENCHMARK(BM_decision_latency_durable)->Unit(benchmark::kMicrosecond)->UseManualTime()->Iterations(5);

/// Days of one strategy on one instrument, with every fault, invariants after each step; on one core. Items
/// are days.
void BM_fault_days(benchmark::State& state) {
  constexpr std::uint64_t kMinutesOfDay = 1'440;
  std::uint64_t seed = 1;
  std::uint64_t events = 0;
  for (auto _ : state) {
    const auto report = faults::FaultRun(seed++, kMinutesOfDay).run();
    if (!report.violation.empty()) state.SkipWithError(report.violation.c_str());
    events += report.events;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["events_per_day"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kAvgIterations);
}
BENCHMARK(BM_fault_days)->Unit(benchmark::kMillisecond)->UseRealTime();

double resident_mebibytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t whole = 0;
  std::uint64_t resident = 0;
  file >> whole >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1048576.0;
}

/// By how much a session with ten instruments grows from its second hour to the end of its day, in MiB: a
/// trade a second in each.
void BM_session_memory(benchmark::State& state) {
  constexpr std::uint64_t kTradesPerHour = 36'000;
  for (auto _ : state) {
    Bench bench({SyncPolicy::When::none, kSecond}, 100, 10);
    double after_first_hour = 0;
    for (std::uint64_t hour = 0; hour < 24; ++hour) {
      for (std::uint64_t i = 0; i < kTradesPerHour; ++i) {
        bench.trade();
        if (i % 64 == 0) bench.advance();
      }
      if (hour == 0) after_first_hour = resident_mebibytes();
    }
    state.SetIterationTime(std::max(resident_mebibytes() - after_first_hour, 1e-9));
  }
}
BENCHMARK(BM_session_memory)->Unit(benchmark::kSecond)->UseManualTime()->Iterations(1);

}  // namespace
}  // namespace kontor::bench
