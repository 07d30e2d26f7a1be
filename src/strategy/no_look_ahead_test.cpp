// What a strategy decides depends on the past alone: changing or cutting off the future leaves it as it is.

#include <gtest/gtest.h>

#include "tests/support/strategy_harness.hpp"

namespace kontor::strategy {
namespace {

using Given = std::map<std::string, ParameterValue>;
using Decisions = std::vector<std::vector<std::string>>;

constexpr std::size_t kBars = 700;
constexpr std::size_t kCut = 480;

/// Parameters with which each strategy trades often enough for the test to mean something.
Given lively(std::string_view name) {
  if (name == "sma_cross") return {{"fast", std::int64_t{3}}, {"slow", std::int64_t{9}}, {"stop_atr", 3.0}};
  if (name == "rsi") return {{"period", std::int64_t{4}}, {"trend_period", std::int64_t{50}}};
  if (name == "dca") return {{"interval", std::int64_t{20 * kHour}}, {"drop_percent", 2.0}};
  if (name == "quote_ladder") return {{"order_quantity", 0.1}, {"levels", std::int64_t{3}}};
  if (name == "buy_and_hold") return {{"sizer", std::string("risk_percent")}};
  return {};
}

std::vector<Bar> random_bars(std::uint64_t seed, std::size_t count) {
  Prng random(seed);
  std::vector<Bar> bars(count);
  std::int64_t price = 100'000;
  for (Bar& bar : bars) {
    bar.open = RawPrice(price);
    price = std::max<std::int64_t>(price + test::between(random, -900, 900), 30'000);
    bar.close = RawPrice(price);
    bar.high = RawPrice(std::max(bar.open.units, price) + test::between(random, 0, 500));
    bar.low = RawPrice(std::min(bar.open.units, price) - test::between(random, 0, 500));
    bar.volume = RawQuantity(test::between(random, 1, 1'000'000));
  }
  return bars;
}

Decisions decisions(std::string_view name, const std::vector<Bar>& bars) {
  test::StrategyHarness harness({test::spot("BTC")}, name, lively(name));
  const bool quotes = !harness.strategy().subscriptions().quotes.empty();
  Decisions all;
  for (const Bar& bar : bars) {
    if (quotes) {
      const RawPrice ask = bar.close + harness.instrument().tick();
      harness.quote(harness.instrument().price(bar.close).format(), harness.instrument().price(ask).format());
    } else {
      harness.bar(bar);
    }
    all.push_back(harness.asked());
  }
  return all;
}

class NoLookAhead : public testing::TestWithParam<std::string_view> {};

TEST_P(NoLookAhead, AnotherFutureLeavesThePastDecisionsAsTheyWere) {
  const auto bars = random_bars(5, kBars);
  auto other_future = bars;
  const auto replacement = random_bars(6, kBars);
  std::copy(replacement.begin() + kCut, replacement.end(), other_future.begin() + kCut);
  auto cut = bars;
  cut.resize(kCut);
  const Decisions full = decisions(GetParam(), bars);
  const Decisions changed = decisions(GetParam(), other_future);
  const Decisions truncated = decisions(GetParam(), cut);
  std::size_t decided = 0;
  for (std::size_t i = 0; i < kCut; ++i) {
    ASSERT_EQ(full[i], changed[i]) << "bar " << i;
    ASSERT_EQ(full[i], truncated[i]) << "bar " << i;
    decided += full[i].size();
  }
  EXPECT_GT(decided, 0U);
  if (GetParam() != "buy_and_hold" && GetParam() != "dca") {
    EXPECT_NE(full, changed);  // the future was another one
  }
}

std::vector<std::string_view> names() {
  std::vector<std::string_view> all;
  for (const auto& descriptor : builtin_strategies()) all.push_back(descriptor.name);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Builtin, NoLookAhead, testing::ValuesIn(names()),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace kontor::strategy
