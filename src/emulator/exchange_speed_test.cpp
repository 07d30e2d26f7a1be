#include <chrono>

#include <gtest/gtest.h>

#include "emulator/exchange_test_support.hpp"
#include "emulator/synthetic_feed.hpp"

namespace kontor::emulator::test {
namespace {

double seconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The bounds are far below what an idle machine does even without optimisation: they catch what grows with
// the number of orders or levels, not a slow day.

TEST(ExchangeSpeed, PlacingAndCancelingDoesNotSlowDownWithTheHistory) {
  Bourse bourse;
  bourse.book(bourse.linear, "50000", "50000.1", "10");
  const OrderTicket ticket = Bourse::limit(Product::linear, Side::buy, "0.01", "49000");
  constexpr int kPairs = 15'000;
  const double seconds = seconds_of([&] {
    for (int i = 0; i < kPairs; ++i) {
      const auto placed = bourse.exchange->place(bourse.account, ticket);
      ASSERT_TRUE(placed);
      ASSERT_TRUE(
          bourse.exchange->cancel(bourse.account, {.product = Product::linear, .id = placed->order->id}));
    }
  });
  EXPECT_EQ(bourse.exchange->counters().orders_canceled, static_cast<std::uint64_t>(kPairs));
  EXPECT_LT(seconds, 5.0) << 2 * kPairs / seconds << " order operations/s";
  RecordProperty("order_operations_per_second", std::to_string(2 * kPairs / seconds));
}

TEST(ExchangeSpeed, TheSyntheticMarketKeepsUpWithALoadTest) {
  const std::vector<std::string> symbols = {"BTCUSDT"};
  Listings listings = Listings::standard(VenueName::binance, symbols).value();
  auto feed =
      make_synthetic_feed(listings, {.seed = 1, .start = kOpening, .events_per_second = 50'000}).value();
  ExchangeSettings settings;
  settings.start = kOpening;
  const auto exchange = Exchange::make(std::move(listings), std::move(feed), settings).value();
  ASSERT_TRUE(exchange->add_account({"alice", {}, {{Product::spot, "USDT", amount("1000")}}}));
  const double seconds = seconds_of([&] { ASSERT_TRUE(exchange->advance(kOpening + kSecond).value()); });
  EXPECT_GT(exchange->counters().market_events, 100'000U);
  EXPECT_LT(seconds, 10.0) << static_cast<double>(exchange->counters().market_events) / seconds
                           << " events/s";
}

}  // namespace
}  // namespace kontor::emulator::test
