#include "emulator/synthetic_feed.hpp"

#include <gtest/gtest.h>

#include "emulator/exchange_test_support.hpp"

namespace kontor::emulator::test {
namespace {

std::unique_ptr<Exchange> synthetic_exchange(const SyntheticFeedSettings& settings,
                                             VenueName venue = VenueName::binance,
                                             const std::vector<std::string>& symbols = {}) {
  Listings listings = Listings::standard(venue, symbols).value();
  auto feed = make_synthetic_feed(listings, settings).value();
  ExchangeSettings exchange;
  exchange.start = settings.start;
  return Exchange::make(std::move(listings), std::move(feed), exchange).value();
}

/// Everything that can be seen of all markets, as text.
std::string picture(const Exchange& exchange) {
  std::string text;
  for (const ListedInstrument& listed : exchange.listings().all()) {
    const PublicMarket& market = exchange.market(listed.id);
    text += listed.symbol + " " + std::to_string(market.book_id()) + " " +
            std::to_string(market.last_trade_id()) + " " + std::to_string(market.last_price().units) + " " +
            std::to_string(market.candles().last().volume.units) + " " +
            std::to_string(market.perpetual().index.units) + "\n";
  }
  return text;
}

TEST(SyntheticFeed, ABookThatIsRebuiltFromItsChangesIsTheBook) {
  const auto exchange = synthetic_exchange({.seed = 3, .start = kOpening, .events_per_second = 50});
  // What stands already is taken over as a snapshot.
  EventLog log;
  for (const ListedInstrument& listed : exchange->listings().all()) {
    log.books.emplace_back(exchange->market(listed.id).book(), exchange->market(listed.id).book_id());
  }
  class Follower final : public ExchangeListener {
   public:
    explicit Follower(EventLog& log) : log_(log) {}
    void on_book_change(const BookChange& event) override {
      auto& [book, id] = log_.books[event.instrument.index()];
      EXPECT_EQ(event.previous_id, id);
      id = event.last_id;
      book.apply({event.instrument, event.ts, event.ts, event.snapshot, event.changes});
    }

   private:
    EventLog& log_;
  } follower(log);
  ASSERT_TRUE(exchange->add_listener(follower));
  ASSERT_TRUE(exchange->advance(kOpening + kMinute).value());
  for (const ListedInstrument& listed : exchange->listings().all()) {
    const Book& book = exchange->market(listed.id).book();
    const Book& rebuilt = log.books[listed.id.index()].first;
    EXPECT_LT(book.best_bid().price, book.best_ask().price) << listed.symbol;
    for (const Side side : {Side::buy, Side::sell}) {
      EXPECT_GE(book.size(side), 190U) << listed.symbol;
      EXPECT_LE(book.size(side), 200U) << listed.symbol;
      ASSERT_EQ(book.size(side), rebuilt.size(side));
      book.for_each_level(side, [&](const BookLevel& level) {
        EXPECT_EQ(rebuilt.quantity_at(side, level.price), level.quantity);
        EXPECT_TRUE(exchange->listings().instrument(listed.id).on_tick(level.price));
        EXPECT_TRUE(exchange->listings().instrument(listed.id).on_step(level.quantity));
      });
    }
  }
  exchange->remove_listener(follower);
}

TEST(SyntheticFeed, TheSameSeedGivesTheSameMarketHoweverTimeIsCut) {
  const auto once = synthetic_exchange({.seed = 5, .start = kOpening});
  const auto often = synthetic_exchange({.seed = 5, .start = kOpening});
  const auto other = synthetic_exchange({.seed = 6, .start = kOpening});
  ASSERT_TRUE(once->advance(kOpening + 5 * kMinute).value());
  for (int i = 1; i <= 3'000; ++i) ASSERT_TRUE(often->advance(kOpening + i * 100 * kMillisecond).value());
  ASSERT_TRUE(other->advance(kOpening + 5 * kMinute).value());
  EXPECT_EQ(picture(*once), picture(*often));
  EXPECT_NE(picture(*once), picture(*other));
}

TEST(SyntheticFeed, SpotPerpetualAndCrossesStayTogether) {
  const auto exchange =
      synthetic_exchange({.seed = 8, .start = kOpening, .events_per_second = 20, .daily_volatility = 0.5});
  while (!exchange->advance(kOpening + 10 * kMinute).value()) {
  }
  const auto price = [&](Product product, std::string_view symbol) {
    const auto* listed = exchange->listings().find(product, symbol);
    return exchange->listings().instrument(listed->id).to_double(exchange->market(listed->id).last_price());
  };
  const double btc = price(Product::spot, "BTCUSDT");
  EXPECT_GT(std::abs(btc / 65'000 - 1), 0.0005) << "the price has not moved";
  EXPECT_NEAR(price(Product::linear, "BTCUSDT") / btc, 1, 0.01);
  EXPECT_NEAR(price(Product::spot, "ETHBTC") / (price(Product::spot, "ETHUSDT") / btc), 1, 0.01);
}

TEST(SyntheticFeed, CandlesGoOnFromTheMadeUpPast) {
  const auto exchange = synthetic_exchange({.seed = 2, .start = kOpening});
  ASSERT_TRUE(exchange->advance(kOpening + 3 * kMinute).value());
  for (const ListedInstrument& listed : exchange->listings().all()) {
    const CandleSeries& series = exchange->market(listed.id).candles();
    EXPECT_GE(series.size(), 1'502U);
    const auto candles = series.range(Timeframe{kMinute}, kTimeMin, kTimeMax, 2'000, true);
    for (std::size_t i = 0; i < candles.size(); ++i) {
      EXPECT_LE(candles[i].low, std::min(candles[i].open, candles[i].close));
      EXPECT_GE(candles[i].high, std::max(candles[i].open, candles[i].close));
      EXPECT_GT(candles[i].low.units, 0);
      EXPECT_EQ(candles[i].ts_open, candles[0].ts_open + static_cast<TimeNs>(i) * kMinute);
    }
  }
}

TEST(SyntheticFeed, AJumpMovesTheWholeMarketOfAnAssetAndFiresStops) {
  const std::vector<std::string> symbols = {"BTCUSDT"};
  const auto exchange = synthetic_exchange({.seed = 4, .start = kOpening}, VenueName::bybit, symbols);
  const auto account =
      exchange->add_account({"alice", {}, {{Product::linear, "USDT", amount("100000")}}}).value();
  const InstrumentId linear = exchange->listings().find(Product::linear, "BTCUSDT")->id;
  ASSERT_TRUE(exchange->advance(kOpening + kSecond).value());
  OrderTicket stop = Bourse::stop(Product::linear, Side::sell, "0.1", "64000");
  const VenueOrderId id = exchange->place(account, stop).value().order->id;
  ASSERT_TRUE(exchange->jump_price(linear, number("-0.05")));
  EXPECT_EQ(exchange->find_order(account, {.product = Product::linear, .id = id})->state, OrderState::filled);
  EXPECT_LT(exchange->position(account, linear).quantity.units, 0);
  EXPECT_FALSE(exchange->jump_price(linear, number("-1")));
  EXPECT_FALSE(exchange->jump_price(linear, number("1000")));
  EXPECT_EQ(exchange->market(linear).book().size(Side::buy), 200U);
}

TEST(SyntheticFeed, SettingsOutOfRangeAreErrors) {
  const Listings listings = Listings::standard(VenueName::binance).value();
  EXPECT_FALSE(make_synthetic_feed(listings, {.events_per_second = 0}));
  EXPECT_FALSE(make_synthetic_feed(listings, {.daily_volatility = -1}));
  EXPECT_FALSE(make_synthetic_feed(listings, {.mean_trade_value = 0}));
  EXPECT_FALSE(make_synthetic_feed(listings, {.levels = 5}));
  EXPECT_TRUE(make_synthetic_feed(listings, {}));
}

}  // namespace
}  // namespace kontor::emulator::test
