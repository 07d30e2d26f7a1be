// Broken snapshots of strategies and of what they are made of: refused, never read out of bounds.

#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "strategy/builtin/crossing_averages.hpp"
#include "strategy/builtin/grid_book.hpp"
#include "strategy/builtin/grid_statistics.hpp"
#include "strategy/load_same.hpp"
#include "tests/support/strategy_harness.hpp"

namespace kontor::strategy {
namespace {

using test::StrategyHarness;
using Given = std::map<std::string, ParameterValue>;
using Bytes = std::vector<std::byte>;

/// `bytes` with eight of them replaced.
Bytes with_word(Bytes bytes, std::size_t at, std::uint64_t word) {
  std::memcpy(bytes.data() + at, &word, sizeof word);
  return bytes;
}

void walk(StrategyHarness& harness, int bars) {
  for (int i = 0; i < bars; ++i) {
    const int middle = 1'000 + (i * 37) % 90;
    const auto text = [](int value) { return std::to_string(value); };
    harness.bar(text(middle), text(middle + 9), text(middle - 9), text(middle + i % 7 - 3));
  }
}

struct Case {
  const char* name;
  Given parameters;
  const char* title = name;
};

std::ostream& operator<<(std::ostream& out, const Case& each) { return out << each.title; }

class BrokenSnapshot : public testing::TestWithParam<Case> {};

TEST_P(BrokenSnapshot, IsRefusedOrHarmless) {
  const auto& [name, parameters, title] = GetParam();
  const test::HarnessSettings settings{test::spot("BTC")};
  StrategyHarness source(settings, name, parameters);
  walk(source, 220);
  const Bytes state = source.strategy_state();
  std::size_t refused = 0;
  const std::size_t step = 1 + state.size() / 400;
  for (const std::uint64_t word : {UINT64_MAX, std::uint64_t{1} << 40U, std::uint64_t{3}}) {
    for (std::size_t at = 0; at + sizeof word <= state.size(); at += step) {
      StrategyHarness harness(settings, name, parameters);
      const Bytes changed = with_word(state, at, word);
      Decoder decoder(changed);
      harness.strategy().load(decoder);
      if (decoder.failed()) {
        ++refused;
        // What held for the engine holds here: the state from before can be taken back.
        Decoder again(state);
        harness.strategy().load(again);
        ASSERT_FALSE(again.failed()) << at;
      }
      walk(harness, 12);
    }
  }
  EXPECT_GT(refused, 0U);
  for (std::size_t size = 0; size < state.size(); size += 1 + state.size() / 60) {
    StrategyHarness harness(settings, name, parameters);
    const std::span whole = state;
    Decoder decoder(whole.first(size));
    harness.strategy().load(decoder);
    EXPECT_TRUE(decoder.failed()) << size;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenSnapshot,
    testing::Values(
        Case{"buy_and_hold", {{"sizer", std::string("volatility_target")}}}, Case{"rsi", {{"stop_atr", 2.0}}},
        Case{"sma_cross", {{"stop_atr", 2.0}}}, Case{"dca", {}},
        Case{"sma_cross", {{"sizer", std::string("cvar")}, {"cvar_bars", std::int64_t{40}}}, "cvar"},
        Case{"sma_cross",
             {{"sizer", std::string("kelly")},
              {"size", 5.0},
              {"fast", std::int64_t{3}},
              {"slow", std::int64_t{7}}},
             "kelly"}),
    [](const auto& instance) { return std::string(instance.param.title); });

/// The state of a grid is books as well: its places and its shapes are what is looked at.
TEST(BrokenParts, GridStatisticsKeepTheirShape) {
  GridStatistics statistics(5, 40);
  for (int i = 0; i < 260; ++i) {
    const double price = 1'000 + (i * 37) % 90;
    statistics.update({price, price + 9, price - 9, price, 1, i});
  }
  const Bytes state = encode(statistics);
  std::size_t refused = 0;
  for (const std::uint64_t word : {UINT64_MAX, std::uint64_t{200}, std::uint64_t{3}}) {
    for (std::size_t at = 0; at + sizeof word <= state.size(); ++at) {
      GridStatistics other(5, 40);
      const Bytes changed = with_word(state, at, word);
      Decoder decoder(changed);
      load_same(decoder, other);
      if (decoder.failed()) ++refused;
      other.update({1'000, 1'009, 991, 1'000, 1, 0});
      std::vector<double> clusters;
      static_cast<void>(other.market({}, clusters));
    }
  }
  EXPECT_GT(refused, 20U);
  GridStatistics longer(5, 41);
  Decoder decoder(state);
  load_same(decoder, longer);
  EXPECT_TRUE(decoder.failed());
}

TEST(BrokenParts, AveragesOfOtherPeriodsAreRefused) {
  CrossingAverages averages(3, 8);
  for (std::int64_t price = 90; price < 111; ++price) averages.push(price);
  const Bytes state = encode(averages);
  const auto loads = [&](CrossingAverages other, const Bytes& bytes) {
    Decoder decoder(bytes);
    load_same(decoder, other);
    return !decoder.failed();
  };
  EXPECT_TRUE(loads(CrossingAverages(3, 8), state));
  EXPECT_FALSE(loads(CrossingAverages(4, 8), state));
  EXPECT_FALSE(loads(CrossingAverages(3, 9), state));
  const std::size_t oldest = state.size() - 1 - 2 * sizeof(std::uint64_t);
  EXPECT_FALSE(loads(CrossingAverages(3, 8), with_word(state, oldest, 8)));
  EXPECT_FALSE(loads(CrossingAverages(3, 8), with_word(state, oldest + 8, UINT64_MAX)));
}

TEST(BrokenParts, GridBookWithNegativeInventoryIsRefused) {
  GridBook book;
  const InstrumentTable table = [] {
    InstrumentTable made;
    test::add(made, test::spot("BTC"));
    return made;
  }();
  const Instrument& instrument = table[InstrumentId(0)];
  book.reconcile(instrument, {RawQuantity(1'000), Amount::parse("10").value()}, RawPrice(100'000));
  const Bytes state = encode(book);
  EXPECT_TRUE(decode<GridBook>(state));
  // Length of the levels, tag, two prices, two quantities: then what the level holds.
  const std::size_t held = 6 * sizeof(std::uint64_t);
  EXPECT_FALSE(decode<GridBook>(with_word(state, held, UINT64_MAX)));
}

TEST(BrokenParts, LadderBeyondItsLevelsIsRefused) {
  const Given parameters = {{"levels", std::int64_t{5}}, {"order_quantity", 0.01}};
  StrategyHarness harness({test::spot("BTC")}, "quote_ladder", parameters);
  harness.quote("1000.00", "1000.02");
  const Bytes state = harness.strategy_state();
  const auto loads = [&](std::size_t at, std::uint64_t word) {
    StrategyHarness other({test::spot("BTC")}, "quote_ladder", parameters);
    const Bytes changed = with_word(state, at, word);
    Decoder decoder(changed);
    other.strategy().load(decoder);
    return !decoder.failed();
  };
  constexpr std::size_t kLevelsOfBids = 3 * sizeof(std::uint64_t);
  EXPECT_TRUE(loads(kLevelsOfBids, 5));
  EXPECT_FALSE(loads(kLevelsOfBids, 6));
  EXPECT_FALSE(loads(kLevelsOfBids, UINT64_MAX));
}

}  // namespace
}  // namespace kontor::strategy
