#include "data/synthetic.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/sha256.hpp"

namespace kontor::data {
namespace {

using ::testing::Each;
using ::testing::Gt;
using ::testing::HasSubstr;

constexpr TimeNs kMarketStart = 1'493'596'800 * kSecond;  // 2017-05-01, not far from the origin

SyntheticMarket market(SyntheticOptions options = {}, TimeNs at = kMarketStart) {
  auto made = SyntheticMarket::make(options);
  EXPECT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->seek(at));
  return std::move(*made);
}

Batch make(DataKind kind, DurationNs length, SyntheticOptions options = {}) {
  return market(options).generate(kind, kMarketStart + length);
}

std::string hash(const Batch& batch) {
  Sha256 sha;
  for (const auto& column : batch.columns) sha.update(std::as_bytes(std::span(column)));
  return sha.finish_hex();
}

/// One-minute bars out of trades, by their definition.
Batch aggregate(const Batch& trades) {
  Batch bars(DataKind::bar);
  for (std::size_t i = 0; i < trades.rows(); ++i) {
    const TimeNs minute = floor_divide(trades.column(TradeColumn::ts_venue)[i], kMinute) * kMinute;
    const std::int64_t price = trades.column(TradeColumn::price)[i];
    if (bars.rows() == 0 || bars.column(BarColumn::ts_open).back() != minute) {
      const std::int64_t values[] = {minute, price, price, price, price, 0, 0};
      for (std::size_t k = 0; k < std::size(values); ++k) bars.columns[k].push_back(values[k]);
    }
    auto& high = bars.column(BarColumn::high).back();
    auto& low = bars.column(BarColumn::low).back();
    high = std::max(high, price);
    low = std::min(low, price);
    bars.column(BarColumn::close).back() = price;
    bars.column(BarColumn::volume).back() += trades.column(TradeColumn::quantity)[i];
    ++bars.column(BarColumn::trade_count).back();
  }
  return bars;
}

TEST(SyntheticMarket, MakesBarsThatAreTheAggregationOfItsTrades) {
  for (const std::uint64_t seed : {1U, 7U, 42U}) {
    const SyntheticOptions options{.seed = seed};
    const Batch bars = make(DataKind::bar, kDay, options);
    EXPECT_EQ(bars.columns, aggregate(make(DataKind::trade, kDay, options)).columns) << seed;
    EXPECT_EQ(bars.rows(), 1'440U) << "no minute is missing";
  }
}

TEST(SyntheticMarket, IsTheSameForTheSameSeedAndAnotherForAnother) {
  for (const DataKind kind : {DataKind::bar, DataKind::trade, DataKind::quote, DataKind::book}) {
    const std::string first = hash(make(kind, kHour));
    EXPECT_EQ(first, hash(make(kind, kHour)));
    EXPECT_NE(first, hash(make(kind, kHour, {.seed = 2})));
  }
}

TEST(SyntheticMarket, DoesNotDependOnWhereARangeBegins) {
  const Batch all = make(DataKind::trade, 2 * kHour);
  auto later = market({}, kMarketStart + kHour);
  const Batch second = later.generate(DataKind::trade, kMarketStart + 2 * kHour);
  ASSERT_LT(second.rows(), all.rows());
  const auto skipped = static_cast<std::ptrdiff_t>(all.rows() - second.rows());
  for (std::size_t i = 0; i < all.columns.size(); ++i) {
    EXPECT_TRUE(
        std::equal(second.columns[i].begin(), second.columns[i].end(), all.columns[i].begin() + skipped));
  }
}

TEST(SyntheticMarket, GoesOnWhereItStoppedAndBackToWhereItIsAsked) {
  auto whole = market();
  const Batch all = whole.generate(DataKind::bar, kMarketStart + kHour);
  auto pieces = market();
  Batch joined = pieces.generate(DataKind::bar, kMarketStart + 17 * kMinute);
  EXPECT_EQ(pieces.position(), kMarketStart + 17 * kMinute);
  const Batch rest = pieces.generate(DataKind::bar, kMarketStart + kHour);
  for (std::size_t i = 0; i < joined.columns.size(); ++i) {
    joined.columns[i].insert(joined.columns[i].end(), rest.columns[i].begin(), rest.columns[i].end());
  }
  EXPECT_EQ(joined.columns, all.columns);
  ASSERT_TRUE(pieces.seek(kMarketStart));
  EXPECT_EQ(pieces.generate(DataKind::bar, kMarketStart + kHour).columns, all.columns);
}

TEST(SyntheticMarket, MakesTradesWithAscendingTimesAndIds) {
  const Batch trades = make(DataKind::trade, kDay);
  const auto& times = trades.column(TradeColumn::ts_venue);
  const auto& ids = trades.column(TradeColumn::id);
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()), ids.end());
  EXPECT_GE(times.front(), kMarketStart);
  EXPECT_LT(times.back(), kMarketStart + kDay);
  EXPECT_THAT(trades.column(TradeColumn::price), Each(Gt(0)));
  EXPECT_THAT(trades.column(TradeColumn::quantity), Each(Gt(0)));
}

TEST(SyntheticMarket, KeepsToTickAndStep) {
  const SyntheticOptions options{.tick = {5, 1}, .step = {25, 3}};
  for (const Batch& batch : {make(DataKind::trade, kHour, options), make(DataKind::bar, kHour, options)}) {
    EXPECT_EQ(batch.price_scale, 1);
    EXPECT_EQ(batch.quantity_scale, 3);
    const bool bars = batch.kind == DataKind::bar;
    const auto& prices = bars ? batch.column(BarColumn::close) : batch.column(TradeColumn::price);
    const auto& quantities = bars ? batch.column(BarColumn::volume) : batch.column(TradeColumn::quantity);
    EXPECT_TRUE(std::ranges::all_of(prices, [](std::int64_t price) { return price % 5 == 0; }));
    EXPECT_TRUE(std::ranges::all_of(quantities, [](std::int64_t quantity) { return quantity % 25 == 0; }));
  }
}

TEST(SyntheticMarket, MakesQuotesThatTheTradesHit) {
  const Batch trades = make(DataKind::trade, kHour);
  const Batch quotes = make(DataKind::quote, kHour);
  ASSERT_EQ(quotes.rows(), trades.rows()) << "one before each trade";
  for (std::size_t i = 0; i < trades.rows(); ++i) {
    const bool buyer_takes = trades.column(TradeColumn::aggressor_side)[i] == 0;
    const auto& hit = quotes.column(buyer_takes ? QuoteColumn::ask : QuoteColumn::bid);
    ASSERT_EQ(hit[i], trades.column(TradeColumn::price)[i]);
    ASSERT_LT(quotes.column(QuoteColumn::ts_venue)[i], trades.column(TradeColumn::ts_venue)[i]);
    ASSERT_LT(quotes.column(QuoteColumn::bid)[i], quotes.column(QuoteColumn::ask)[i]);
  }
}

/// Applies book rows message by message; the best levels must be the quotes made of the same trades.
TEST(SyntheticMarket, MakesABookWhoseBestLevelsAreTheQuotes) {
  const Batch book = make(DataKind::book, 20 * kMinute);
  const Batch quotes = make(DataKind::quote, 20 * kMinute);
  std::map<std::int64_t, std::int64_t> bids;
  std::map<std::int64_t, std::int64_t> asks;
  std::size_t message = 0;
  EXPECT_NE(book.column(BookColumn::flags).front() & kBookSnapshot, 0);
  EXPECT_NE(book.column(BookColumn::flags).back() & kBookMessageEnd, 0);
  for (std::size_t i = 0; i < book.rows(); ++i) {
    const std::int64_t flags = book.column(BookColumn::flags)[i];
    auto& side = (flags & kBookSell) != 0 ? asks : bids;
    const std::int64_t price = book.column(BookColumn::price)[i];
    const std::int64_t quantity = book.column(BookColumn::quantity)[i];
    if (quantity == 0) {
      ASSERT_EQ(side.erase(price), 1U) << "only what is there is removed";
    } else {
      side[price] = quantity;
    }
    if ((flags & kBookMessageEnd) == 0) continue;
    ASSERT_EQ(bids.size(), SyntheticMarket::kBookLevels);
    ASSERT_EQ(asks.size(), SyntheticMarket::kBookLevels);
    while (quotes.column(QuoteColumn::ts_venue)[message] < book.column(BookColumn::ts_venue)[i]) ++message;
    ASSERT_EQ(bids.rbegin()->first, quotes.column(QuoteColumn::bid)[message]);
    ASSERT_EQ(asks.begin()->first, quotes.column(QuoteColumn::ask)[message]);
  }
}

TEST(SyntheticMarket, IsBusierWhenAmericaOpensAndQuieterOnSundays) {
  const Batch bars = make(DataKind::bar, 28 * kDay);
  std::map<std::int64_t, std::int64_t> by_hour;
  std::map<int, std::int64_t> by_weekday;
  for (std::size_t i = 0; i < bars.rows(); ++i) {
    const TimeNs time = bars.column(BarColumn::ts_open)[i];
    by_hour[time / kHour % 24] += bars.column(BarColumn::trade_count)[i];
    by_weekday[weekday_of(time)] += bars.column(BarColumn::trade_count)[i];
  }
  EXPECT_GT(by_hour[14], by_hour[4] + by_hour[4] / 2);
  EXPECT_GT(by_weekday[2] * 10, by_weekday[6] * 11);
}

TEST(SyntheticMarket, RefusesOptionsThatMakeNoMarket) {
  const std::pair<SyntheticOptions, std::string_view> cases[] = {
      {{.start_price = {0, 0}}, "start price above zero"}, {{.start_price = {1, 0}, .tick = {1, 0}}, "ticks"},
      {{.tick = {0, 2}}, "tick and a step above zero"},    {{.step = {-1, 2}}, "tick and a step above zero"},
      {{.daily_volatility = 0}, "daily volatility"},       {{.daily_volatility = 2}, "daily volatility"},
      {{.trades_per_minute = 0.5}, "trades per minute"},
  };
  for (const auto& [options, expected] : cases) {
    const auto made = SyntheticMarket::make(options);
    ASSERT_FALSE(made) << expected;
    EXPECT_EQ(made.error().kind, ErrorKind::usage);
    EXPECT_THAT(made.error().message, HasSubstr(expected));
  }
  auto good = market();
  EXPECT_FALSE(good.seek(SyntheticMarket::kOrigin - kMinute));
  EXPECT_FALSE(good.seek(kMarketStart + kSecond)) << "no whole minute";
}

}  // namespace
}  // namespace kontor::data
