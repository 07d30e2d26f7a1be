#include "tests/bench/market_fixture.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "base/prng.hpp"
#include "data/import_files.hpp"
#include "tests/support/temporary_folder.hpp"

namespace kontor::bench {
namespace {

namespace fs = std::filesystem;
using data::BarColumn;
using data::Batch;
using data::BookColumn;
using data::DataKind;
using data::TradeColumn;

constexpr std::size_t kTrades = 2'000'000;
constexpr std::size_t kBookMessages = 200'000;

template <class T>
T take(Result<T> result) {
  if (result) return std::move(*result);
  fmt::print(stderr, "bench: {}\n", result.error().message);
  std::exit(1);
}

void take(const Result<void>& result) {
  if (result) return;
  fmt::print(stderr, "bench: {}\n", result.error().message);
  std::exit(1);
}

/// A random walk in ticks that stays between 30,000.00 and 90,000.00.
class Walk {
 public:
  explicit Walk(std::uint64_t seed) : prng_(seed) {}
  std::int64_t step(std::int64_t size) {
    const auto move = static_cast<std::int64_t>(prng_.below(static_cast<std::uint64_t>(2 * size + 1))) - size;
    price_ = std::clamp<std::int64_t>(price_ + move, 3'000'000, 9'000'000);
    return price_;
  }
  [[nodiscard]] std::int64_t price() const noexcept { return price_; }
  Prng& prng() noexcept { return prng_; }

 private:
  Prng prng_;
  std::int64_t price_ = 6'000'000;
};

Batch make_bars() {
  Batch batch(DataKind::bar);
  batch.price_scale = 2;
  batch.quantity_scale = 5;
  Walk walk(7);
  for (std::uint64_t i = 0; i < kYearOfMinutes; ++i) {
    const std::int64_t open = walk.price();
    std::array<std::int64_t, 4> path{};
    for (auto& price : path) price = walk.step(1500);
    const auto [low, high] = std::minmax_element(path.begin(), path.end());
    batch.column(BarColumn::ts_open).push_back(kStart + static_cast<TimeNs>(i) * kMinute);
    batch.column(BarColumn::open).push_back(open);
    batch.column(BarColumn::high).push_back(std::max(open, *high));
    batch.column(BarColumn::low).push_back(std::min(open, *low));
    batch.column(BarColumn::close).push_back(path.back());
    batch.column(BarColumn::volume).push_back(static_cast<std::int64_t>(walk.prng().below(5'000'000)) + 1);
    batch.column(BarColumn::trade_count).push_back(static_cast<std::int64_t>(walk.prng().below(900)) + 1);
  }
  return batch;
}

Batch make_trades() {
  Batch batch(DataKind::trade);
  batch.price_scale = 2;
  batch.quantity_scale = 5;
  Walk walk(11);
  TimeNs now = kStart;
  for (std::size_t i = 0; i < kTrades; ++i) {
    now += static_cast<TimeNs>(walk.prng().below(2 * kMillisecond));
    batch.column(TradeColumn::ts_venue).push_back(now);
    batch.column(TradeColumn::ts_recv).push_back(now + kMillisecond);
    batch.column(TradeColumn::price).push_back(walk.step(40));
    batch.column(TradeColumn::quantity).push_back(static_cast<std::int64_t>(walk.prng().below(100'000)) + 1);
    batch.column(TradeColumn::id).push_back(static_cast<std::int64_t>(i) + 1);
    batch.column(TradeColumn::aggressor_side).push_back(static_cast<std::int64_t>(walk.prng().below(2)));
  }
  return batch;
}

/// Messages of a dozen level changes, most of them near the touch, as a venue's 100 ms diffs are.
class BookMaker {
 public:
  Batch make() {
    batch_.price_scale = 2;
    batch_.quantity_scale = 5;
    snapshot();
    for (std::size_t i = 1; i < kBookMessages; ++i) message();
    return std::move(batch_);
  }

 private:
  void push(std::int64_t price, std::int64_t quantity, std::int64_t flags) {
    batch_.column(BookColumn::ts_venue).push_back(now_);
    batch_.column(BookColumn::ts_recv).push_back(now_ + kMillisecond);
    batch_.column(BookColumn::price).push_back(price);
    batch_.column(BookColumn::quantity).push_back(quantity);
    batch_.column(BookColumn::flags).push_back(flags);
  }
  void end() { batch_.column(BookColumn::flags).back() |= data::kBookMessageEnd; }

  void snapshot() {
    for (std::int64_t depth = 1; depth <= 500; ++depth) {
      push(middle_ - depth * 10, 100'000 + depth, data::kBookSnapshot);
      push(middle_ + depth * 10, 100'000 + depth, data::kBookSnapshot | data::kBookSell);
    }
    end();
  }

  void message() {
    now_ += static_cast<TimeNs>(prng_.below(10 * kMillisecond));
    const auto move = (static_cast<std::int64_t>(prng_.below(3)) - 1) * 10;
    if (move > 0)
      push(middle_ + 10, 0, data::kBookSell);  // the best level of one side goes, and comes on the other
    if (move < 0) push(middle_ - 10, 0, 0);
    if (move > 0) push(middle_, 50'000, 0);
    if (move < 0) push(middle_, 50'000, data::kBookSell);
    middle_ += move;
    const std::size_t changes = 4 + prng_.below(16);
    for (std::size_t i = 0; i < changes; ++i) {
      const auto near = prng_.below(8) != 0;
      const auto depth = static_cast<std::int64_t>(prng_.below(near ? 20 : 500)) + 1;
      const bool sell = prng_.below(2) != 0;
      const auto quantity =
          prng_.below(4) == 0 && depth > 1 ? 0 : static_cast<std::int64_t>(prng_.below(900'000)) + 1;
      push(middle_ + (sell ? depth : -depth) * 10, quantity, sell ? data::kBookSell : 0);
    }
    end();
  }

  Batch batch_{DataKind::book};
  Prng prng_{13};
  std::int64_t middle_ = 6'000'000;
  TimeNs now_ = kStart;
};

/// The folder goes when the process ends.
class Store {
 public:
  Store() : catalogue_(take(data::Catalogue::open_or_create(folder_ / "store"))) {
    auto transaction = take(catalogue_.begin());
    const InstrumentName bars{"bench", "BTCUSDT"};
    const InstrumentName ticks{"bench", "TICKUSDT"};
    take(transaction.add({bars, DataKind::bar, Timeframe{kMinute}}, make_bars()));
    take(transaction.add({ticks, DataKind::trade, Timeframe{kMinute}}, make_trades()));
    take(transaction.add({ticks, DataKind::book, Timeframe{kMinute}}, BookMaker().make()));
    take(transaction.commit());
  }

  [[nodiscard]] const data::Catalogue& catalogue() const noexcept { return catalogue_; }

 private:
  test::TemporaryFolder folder_;
  data::Catalogue catalogue_;
};

}  // namespace

const data::Catalogue& bench_store() {
  static const Store store;
  return store.catalogue();
}

std::string recorded_instrument() {
  static const std::string instrument = [] {
    const char* chosen = std::getenv("KONTOR_TEST_DATA");
    const fs::path folder = chosen != nullptr ? fs::path(chosen) : fs::path("../shared/data");
    const std::vector<fs::path> files = {folder / "book" / "usdm_btcusdt_20240808.gz"};
    if (!fs::exists(files.front())) return std::string();
    data::SilentProgress progress;
    take(data::import_files(files, {}, bench_store(), progress));
    return std::string("BTCUSDT@binance");
  }();
  return instrument;
}

fs::path bench_store_path() { return bench_store().path(); }

std::unique_ptr<const research::PreparedBacktest> prepare(const std::string& config) {
  return take(
      research::PreparedBacktest::prepare(take(research::parse_config(config, "bench", {})), bench_store()));
}

}  // namespace kontor::bench
