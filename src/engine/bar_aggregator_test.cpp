#include "engine/bar_aggregator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "base/prng.hpp"

namespace kontor::engine {
namespace {

constexpr InstrumentId kInstrument{3};

TimeNs at(std::string_view text) {
  const auto time = parse_time(text);
  EXPECT_TRUE(time) << text;
  return time.value_or(0);
}

struct Prices {
  std::int64_t open = 0;
  std::int64_t high = 0;
  std::int64_t low = 0;
  std::int64_t close = 0;
};

Bar bar_at(TimeNs ts_open, DurationNs period, Prices prices, std::int64_t volume) {
  Bar bar;
  bar.instrument = kInstrument;
  bar.timeframe = Timeframe{period};
  bar.ts_open = ts_open;
  bar.ts_venue = ts_open + period;
  bar.ts_recv = bar.ts_venue + 7;
  bar.open = RawPrice(prices.open);
  bar.high = RawPrice(prices.high);
  bar.low = RawPrice(prices.low);
  bar.close = RawPrice(prices.close);
  bar.volume = RawQuantity(volume);
  return bar;
}

void expect_bar(const Bar& bar, TimeNs ts_open, DurationNs period, Prices prices, std::int64_t volume) {
  EXPECT_EQ(bar.instrument, kInstrument);
  EXPECT_EQ(bar.timeframe.period_ns, period);
  EXPECT_EQ(format_time(bar.ts_open), format_time(ts_open));
  EXPECT_EQ(bar.ts_venue, ts_open + period);
  EXPECT_EQ(bar.open.units, prices.open);
  EXPECT_EQ(bar.high.units, prices.high);
  EXPECT_EQ(bar.low.units, prices.low);
  EXPECT_EQ(bar.close.units, prices.close);
  EXPECT_EQ(bar.volume.units, volume);
}

TEST(BarAggregator, MakesOneBarOfItsPartsWhenTheLastOneComes) {
  const TimeNs start = at("2025-01-01T10:00:00Z");
  BarAggregator three(kInstrument, Timeframe{3 * kMinute});
  EXPECT_EQ(three.ends(), kTimeMax);
  EXPECT_FALSE(three.add(bar_at(start, kMinute, {100, 105, 99, 101}, 5)));
  EXPECT_EQ(three.ends(), start + 3 * kMinute);
  EXPECT_FALSE(three.add(bar_at(start + kMinute, kMinute, {101, 102, 90, 95}, 6)));
  const auto closed = three.add(bar_at(start + 2 * kMinute, kMinute, {95, 98, 94, 97}, 7));
  ASSERT_TRUE(closed);
  expect_bar(*closed, start, 3 * kMinute, {100, 105, 90, 97}, 18);
  EXPECT_EQ(closed->ts_recv, start + 3 * kMinute + 7);
  EXPECT_EQ(three.ends(), kTimeMax);
}

TEST(BarAggregator, BeginsInTheMiddleOfAPeriodWhereTheDataDoes) {
  const TimeNs start = at("2025-01-01T10:02:00Z");
  BarAggregator five(kInstrument, Timeframe{5 * kMinute});
  EXPECT_FALSE(five.add(bar_at(start, kMinute, {10, 12, 9, 11}, 1)));
  EXPECT_EQ(five.ends(), at("2025-01-01T10:05:00Z"));
  EXPECT_FALSE(five.add(bar_at(start + kMinute, kMinute, {11, 11, 11, 11}, 1)));
  const auto closed = five.add(bar_at(start + 2 * kMinute, kMinute, {11, 13, 11, 13}, 1));
  ASSERT_TRUE(closed);
  expect_bar(*closed, at("2025-01-01T10:00:00Z"), 5 * kMinute, {10, 13, 9, 13}, 3);
}

TEST(BarAggregator, AHoleIsClosedByWhoeverComesAfterIt) {
  const TimeNs start = at("2025-01-01T10:00:00Z");
  BarAggregator five(kInstrument, Timeframe{5 * kMinute});
  EXPECT_FALSE(five.add(bar_at(start, kMinute, {10, 12, 9, 11}, 1)));
  // The owner asks ends() before it adds what comes next.
  ASSERT_LE(five.ends(), at("2025-01-01T11:17:00Z"));
  const Bar closed = five.close(at("2025-01-01T11:17:00Z"));
  expect_bar(closed, start, 5 * kMinute, {10, 12, 9, 11}, 1);
  EXPECT_EQ(format_time(closed.ts_recv), "2025-01-01T11:17:00Z");
  EXPECT_FALSE(five.add(bar_at(at("2025-01-01T11:17:00Z"), kMinute, {20, 21, 19, 20}, 2)));
  EXPECT_EQ(format_time(five.ends()), "2025-01-01T11:20:00Z");
}

TEST(BarAggregator, WeeksBeginOnMonday) {
  const TimeNs wednesday = at("2025-01-01");
  BarAggregator week(kInstrument, Timeframe{7 * kDay});
  for (int day = 0; day < 4; ++day) {
    EXPECT_FALSE(week.add(bar_at(wednesday + day * kDay, kDay, {10 + day, 20 + day, 5, 10 + day}, 1))) << day;
  }
  const auto closed = week.add(bar_at(at("2025-01-05"), kDay, {14, 15, 13, 14}, 1));
  ASSERT_TRUE(closed);
  expect_bar(*closed, at("2024-12-30"), 7 * kDay, {10, 23, 5, 14}, 5);
  EXPECT_EQ(weekday_of(closed->ts_open), 0);
  EXPECT_FALSE(week.add(bar_at(at("2025-01-06"), kDay, {14, 15, 13, 14}, 1)));
  EXPECT_EQ(format_time(week.ends()), "2025-01-13T00:00:00Z");
}

TEST(BarAggregator, DaysAndOddPeriodsAreAlignedToTheEpoch) {
  BarAggregator day(kInstrument, Timeframe{kDay});
  day.add(at("2025-03-30T23:59:59.999Z"), RawPrice(5), RawQuantity(1));
  EXPECT_EQ(format_time(day.ends()), "2025-03-31T00:00:00Z");
  BarAggregator seven(kInstrument, Timeframe{7 * kMinute});
  seven.add(7 * kMinute * 100 + kMinute, RawPrice(5), RawQuantity(1));
  EXPECT_EQ(seven.ends(), 7 * kMinute * 101);
  BarAggregator before(kInstrument, Timeframe{kHour});  // before 1970 the grid is the same
  before.add(-1, RawPrice(5), RawQuantity(1));
  EXPECT_EQ(before.ends(), 0);
}

TEST(BarAggregator, TicksMakeABarToo) {
  const TimeNs start = at("2025-01-01T10:00:00Z");
  BarAggregator minute(kInstrument, Timeframe{kMinute});
  minute.add(start + 10, RawPrice(100), RawQuantity(2));
  minute.add(start + 20, RawPrice(103), RawQuantity(1));
  minute.add(start + 20, RawPrice(98), RawQuantity(4));
  minute.add(start + kMinute - 1, RawPrice(99), RawQuantity(3));
  expect_bar(minute.close(start + kMinute), start, kMinute, {100, 103, 98, 99}, 10);
}

TEST(BarAggregator, PricesBelowZeroAreLegal) {
  BarAggregator hour(kInstrument, Timeframe{kHour});
  hour.add(0, RawPrice(-5), RawQuantity(1));
  hour.add(1, RawPrice(-37), RawQuantity(1));
  hour.add(2, RawPrice(2), RawQuantity(1));
  expect_bar(hour.close(kHour), 0, kHour, {-5, 2, -37, 2}, 3);
}

TEST(BarAggregator, ComesBackFromItsBinaryFormInTheMiddleOfABar) {
  const TimeNs start = at("2025-01-01T10:00:00Z");
  BarAggregator first(kInstrument, Timeframe{2 * kMinute});
  EXPECT_FALSE(first.add(bar_at(start, kMinute, {10, 12, 9, 11}, 1)));
  auto second = decode<BarAggregator>(encode(first));
  ASSERT_TRUE(second);
  const Bar last = bar_at(start + kMinute, kMinute, {11, 14, 11, 13}, 2);
  const auto a = first.add(last);
  const auto b = second->add(last);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(encode(*a), encode(*b));
}

/// What the bars of a coarse timeframe are, by definition: all fine bars whose open lies in the period.
TEST(BarAggregatorProperty, AgreesWithTheDefinitionForRandomBarsWithHoles) {
  Prng random(20250101);
  for (int round = 0; round < 200; ++round) {
    const DurationNs period = kMinute * static_cast<DurationNs>(2 + random.below(60));
    BarAggregator aggregator(kInstrument, Timeframe{period});
    std::vector<Bar> fine;
    std::vector<Bar> coarse;
    TimeNs time = at("2025-01-01");
    for (int i = 0; i < 300; ++i) {
      const auto price = static_cast<std::int64_t>(1000 + random.below(100));
      const auto high = price + static_cast<std::int64_t>(random.below(10));
      const auto low = price - static_cast<std::int64_t>(random.below(10));
      fine.push_back(bar_at(time, kMinute, {price, high, low, price}, 1));
      if (aggregator.ends() <= time) coarse.push_back(aggregator.close(time));
      if (const auto closed = aggregator.add(fine.back())) coarse.push_back(*closed);
      time += kMinute * static_cast<DurationNs>(1 + random.below(3) * random.below(40));
    }
    std::size_t next = 0;
    for (const Bar& bar : coarse) {
      ASSERT_EQ(bar.ts_open % period, 0);
      Prices expected{fine[next].open.units, INT64_MIN, INT64_MAX, 0};
      std::int64_t volume = 0;
      ASSERT_GE(fine[next].ts_open, bar.ts_open) << "a bar was left out";
      for (; next < fine.size() && fine[next].ts_open < bar.ts_venue; ++next, ++volume) {
        expected.high = std::max(expected.high, fine[next].high.units);
        expected.low = std::min(expected.low, fine[next].low.units);
        expected.close = fine[next].close.units;
      }
      expect_bar(bar, bar.ts_open, period, expected, volume);
    }
    EXPECT_GT(coarse.size(), 3U);
  }
}

using BarAggregatorDeath = testing::Test;

TEST(BarAggregatorDeath, NothingIsClosedThatIsNotOpen) {
  BarAggregator empty(kInstrument, Timeframe{kMinute});
  EXPECT_DEATH(empty.close(0), "open_");
}

}  // namespace
}  // namespace kontor::engine
