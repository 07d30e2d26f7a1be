#include "emulator/dataset_feed.hpp"

#include <gtest/gtest.h>

#include "data/catalogue.hpp"
#include "emulator/exchange_test_support.hpp"
#include "tests/support/temporary_folder.hpp"

namespace kontor::emulator::test {
namespace {

using data::Batch;
using data::BookColumn;
using data::DataKind;
using data::DatasetKey;

constexpr TimeNs kRecorded = 1'746'057'600 * kSecond;  // 2025-05-01

void add_row(Batch& batch, std::initializer_list<std::int64_t> values) {
  std::size_t column = 0;
  for (const auto value : values) batch.columns[column++].push_back(value);
}

/// A store in a folder of its own.
class DatasetFeed : public ::testing::Test {
 protected:
  void store(DataKind kind, Batch batch, const std::string& symbol = "BTCUSDT",
             const std::string& venue = "binance") {
    const auto catalogue = data::Catalogue::open_or_create(folder.path() / "store").value();
    auto transaction = catalogue.begin().value();
    ASSERT_TRUE(transaction.add({InstrumentName{venue, symbol}, kind, Timeframe{kMinute}}, std::move(batch)));
    ASSERT_TRUE(transaction.commit());
  }
  static Batch bars(std::size_t count, std::int64_t volume = 1'000'000) {
    Batch batch(DataKind::bar);
    batch.price_scale = 2;
    batch.quantity_scale = 5;
    for (std::size_t i = 0; i < count; ++i) {
      const auto base = 5'000'000 + static_cast<std::int64_t>(i) * 1'000;
      add_row(batch, {kRecorded + static_cast<TimeNs>(i) * kMinute, base, base + 2'000, base - 1'500,
                      base + 1'000, volume, 42});
    }
    return batch;
  }
  static Batch trades(std::initializer_list<std::array<std::int64_t, 4>> rows) {
    Batch batch(DataKind::trade);
    batch.price_scale = 1;
    batch.quantity_scale = 3;
    std::int64_t id = 0;
    for (const auto& [seconds, price, quantity, side] : rows) {
      const TimeNs ts = kRecorded + seconds * kSecond;
      add_row(batch, {ts, ts, price, quantity, ++id, side});
    }
    return batch;
  }
  Result<std::unique_ptr<Exchange>> open(DatasetFeedSettings settings = {},
                                         VenueName venue = VenueName::binance) {
    const std::vector<std::string> symbols = {"BTCUSDT"};
    Listings listings = Listings::standard(venue, symbols).value();
    settings.store = folder.path() / "store";
    settings.start = kOpening;
    TRY(auto feed, make_dataset_feed(listings, settings));
    ExchangeSettings exchange;
    exchange.start = kOpening;
    return Exchange::make(std::move(listings), std::move(feed), exchange);
  }
  static const PublicMarket& market(const Exchange& exchange, Product product = Product::spot) {
    return exchange.market(exchange.listings().find(product, "BTCUSDT")->id);
  }
  kontor::test::TemporaryFolder folder;
};

TEST_F(DatasetFeed, BarsBecomeTradesAlongTheirPathWithABookAroundThem) {
  store(DataKind::bar, bars(10));
  const auto exchange = open().value();
  ASSERT_TRUE(exchange->advance(kOpening + kMinute - 1).value());
  const PublicMarket& spot = market(*exchange);
  ASSERT_EQ(spot.trades().size(), 13U);
  RawPrice high = spot.trades()[0].price;
  RawPrice low = high;
  RawQuantity volume;
  for (const Trade& trade : spot.trades()) {
    high = std::max(high, trade.price);
    low = std::min(low, trade.price);
    volume += trade.quantity;
  }
  EXPECT_EQ(spot.trades()[0].price.units, 5'000'000);
  EXPECT_EQ(high.units, 5'002'000);
  EXPECT_EQ(low.units, 4'998'500);
  EXPECT_EQ(spot.last_price().units, 5'001'000);
  EXPECT_LE(volume.units, 1'000'000);
  EXPECT_GT(volume.units, 990'000);
  EXPECT_LE(std::abs(spot.book().best_bid().price.units - 5'001'000), 1);
  EXPECT_EQ(spot.book().best_ask().price.units, spot.book().best_bid().price.units + 1);
  // The perpetual of the same symbol follows, on its own tick.
  EXPECT_EQ(market(*exchange, Product::linear).last_price().units, 500'100);
}

TEST_F(DatasetFeed, TheTapeRunsAtItsSpeedAndCanBeginAgain) {
  store(DataKind::bar, bars(10));
  const auto fast = open({.speed = 60}).value();
  ASSERT_TRUE(fast->advance(kOpening + 10 * kSecond).value());
  EXPECT_EQ(market(*fast).last_trade_id(), 130U);
  // The tape begins with the first trade, half a step into its bar; the last one is half a step before the
  // end.
  EXPECT_NEAR(static_cast<double>(market(*fast).trades().back().ts_venue - kOpening), (10 - 1.0 / 13) * 1e9,
              2);
  ASSERT_TRUE(fast->advance(kOpening + kMinute).value());
  EXPECT_EQ(market(*fast).last_trade_id(), 130U);
  const auto again = open({.speed = 60, .repeat = true}).value();
  ASSERT_TRUE(again->advance(kOpening + kMinute).value());
  EXPECT_GT(market(*again).last_trade_id(), 4 * 130U);
}

TEST_F(DatasetFeed, RecordedTradesHappenAsTheyDidAndTheBookStandsBesideThem) {
  store(DataKind::trade, trades({{0, 500'000, 10, 0}, {5, 500'500, 20, 0}, {10, 499'000, 30, 1}}));
  const auto exchange = open().value();
  const PublicMarket& spot = market(*exchange);
  EXPECT_EQ(spot.trades().size(), 1U);
  EXPECT_EQ(spot.book().best_ask().price.units, 5'000'000);
  ASSERT_TRUE(exchange->advance(kOpening + 5 * kSecond).value());
  EXPECT_EQ(spot.trades().back().price.units, 5'005'000);
  EXPECT_EQ(spot.trades().back().quantity.units, 2'000);
  EXPECT_EQ(spot.book().best_ask().price.units, 5'005'000);
  ASSERT_TRUE(exchange->advance(kOpening + 10 * kSecond).value());
  EXPECT_EQ(spot.trades().back().aggressor, Side::sell);
  EXPECT_EQ(spot.book().best_bid().price.units, 4'990'000);
}

TEST_F(DatasetFeed, ARecordedBookIsShownAsItWasAndCoarserTicksShowTheSum) {
  Batch book(DataKind::book);
  book.price_scale = 2;
  book.quantity_scale = 3;
  const auto row = [&](TimeNs seconds, std::int64_t price, std::int64_t quantity, std::int64_t flags) {
    add_row(book, {kRecorded + seconds * kSecond, kRecorded + seconds * kSecond, price, quantity, flags});
  };
  row(0, 5'000'003, 1'000, data::kBookSnapshot);
  row(0, 5'000'007, 2'000, data::kBookSnapshot);
  row(0, 5'000'011, 4'000, data::kBookSnapshot | data::kBookSell | data::kBookMessageEnd);
  row(1, 5'000'007, 0, data::kBookMessageEnd);
  store(DataKind::book, std::move(book));
  store(DataKind::trade, trades({{0, 500'000, 10, 0}}));
  const auto exchange = open().value();
  const PublicMarket& spot = market(*exchange);
  const PublicMarket& linear = market(*exchange, Product::linear);
  EXPECT_EQ(spot.book().best_bid().price.units, 5'000'007);
  EXPECT_EQ(spot.book().best_ask().quantity.units, 400'000);
  EXPECT_EQ(linear.book().best_bid().price.units, 500'000);
  EXPECT_EQ(linear.book().best_bid().quantity.units, 3'000);
  EXPECT_EQ(linear.book().best_ask().price.units, 500'002);
  ASSERT_TRUE(exchange->advance(kOpening + kSecond).value());
  EXPECT_EQ(spot.book().best_bid().price.units, 5'000'003);
  EXPECT_EQ(linear.book().best_bid().quantity.units, 1'000);
  // A jump shows the whole book anew at its new place.
  const InstrumentId id = exchange->listings().find(Product::spot, "BTCUSDT")->id;
  ASSERT_TRUE(exchange->jump_price(id, number("0.1")));
  EXPECT_EQ(spot.book().best_bid().price.units, 5'500'003);
  EXPECT_EQ(spot.book().size(Side::buy), 1U);
  EXPECT_EQ(spot.last_price().units, 5'500'000);
}

TEST_F(DatasetFeed, ThePastBeforeTheRangeBecomesTheCandlesBeforeTheOpening) {
  store(DataKind::bar, bars(100));
  const auto exchange = open({.from = kRecorded + 90 * kMinute}).value();
  const CandleSeries& candles = market(*exchange).candles();
  const TimeNs opening = floor_divide(kOpening, kMinute) * kMinute;
  const auto past = candles.range(Timeframe{kMinute}, kTimeMin, opening, 1'000, true);
  ASSERT_EQ(past.size(), 90U);
  EXPECT_EQ(past.back().ts_open, opening - kMinute);
  EXPECT_EQ(past.back().open.units, 5'000'000 + 89 * 1'000);
}

TEST_F(DatasetFeed, AnotherVenuesDataServeWhereThereAreNoneOfItsOwn) {
  store(DataKind::bar, bars(10));
  const auto exchange = open({}, VenueName::bybit).value();
  EXPECT_EQ(market(*exchange, Product::linear).last_price().units, 500'000);
}

TEST_F(DatasetFeed, MissingDataAndImpossibleSettingsAreErrors) {
  EXPECT_EQ(open().error().kind, ErrorKind::not_found);
  store(DataKind::bar, bars(10), "XYZUSDT");
  EXPECT_EQ(open().error().kind, ErrorKind::not_found);
  store(DataKind::bar, bars(10));
  EXPECT_FALSE(open({.from = kRecorded + kDay}));
  EXPECT_EQ(open({.speed = 0}).error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace kontor::emulator::test
