#include <cmath>
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/prng.hpp"
#include "model/book.hpp"

namespace {

using kontor::Book;
using kontor::BookLevel;
using kontor::BookLevelChange;
using kontor::Prng;
using kontor::RawPrice;
using kontor::RawQuantity;
using kontor::Side;

/// Level changes distributed as in a recording of the depth stream of a BTC perpetual (every change, tick
/// 0.1): the distance to the touch is log-normal with a median of 400 ticks, so that a third lies within 256
/// ticks, three quarters within 1,024, a tenth beyond 4,096; one change in 25 hits the first two ticks; every
/// fifth removes.
std::vector<BookLevelChange> recorded_like(std::uint64_t seed, std::size_t count) {
  constexpr std::int64_t kTick = 10;
  Prng prng(seed);
  std::int64_t mid = 6'180'000;
  std::vector<BookLevelChange> changes;
  changes.reserve(count);
  while (changes.size() < count) {
    // Sum of twelve uniforms: close to normal, the same on every machine.
    double normal = -6;
    for (int i = 0; i < 12; ++i) normal += prng.uniform();
    auto depth = static_cast<std::int64_t>(std::exp2(8.64 + 2.3 * normal));
    if (prng.below(25) == 0) depth = static_cast<std::int64_t>(prng.below(2));
    if (prng.below(40) == 0) mid += (prng.below(2) == 0 ? 1 : -1) * kTick;
    const Side side = prng.below(2) == 0 ? Side::buy : Side::sell;
    const auto quantity = prng.below(5) == 0 ? 0 : static_cast<std::int64_t>(prng.below(100'000)) + 1;
    changes.push_back(
        {RawPrice(mid - kontor::sign_of(side) * (depth + 1) * kTick), RawQuantity(quantity), side});
  }
  return changes;
}

constexpr std::size_t kChanges = 500'000;

/// Items are level changes; the book is full before the clock starts.
void BM_book_set(benchmark::State& state) {
  const auto changes = recorded_like(3, kChanges);
  Book book;
  for (const auto& change : changes) book.set(change.side, change.price, change.quantity);
  for (auto _ : state) {
    std::int64_t sum = 0;
    for (const auto& change : changes) sum += book.set(change.side, change.price, change.quantity).units;
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(changes.size()));
  state.counters["levels"] = static_cast<double>(book.size(Side::buy) + book.size(Side::sell));
}
BENCHMARK(BM_book_set)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The same, with the best of both sides read after every change.
void BM_book_set_and_best(benchmark::State& state) {
  const auto changes = recorded_like(3, kChanges);
  Book book;
  for (const auto& change : changes) book.set(change.side, change.price, change.quantity);
  for (auto _ : state) {
    std::int64_t sum = 0;
    for (const auto& change : changes) {
      book.set(change.side, change.price, change.quantity);
      sum += book.best_ask().price.units - book.best_bid().price.units;
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(changes.size()));
}
BENCHMARK(BM_book_set_and_best)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Items are reads of ten levels of both sides.
void BM_book_ten_levels(benchmark::State& state) {
  Book book;
  for (const auto& change : recorded_like(3, kChanges)) book.set(change.side, change.price, change.quantity);
  for (auto _ : state) {
    std::int64_t sum = 0;
    for (const Side side : {Side::buy, Side::sell}) {
      book.for_each_level(side, 10, [&](const BookLevel& level) { sum += level.quantity.units; });
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_book_ten_levels);

}  // namespace
