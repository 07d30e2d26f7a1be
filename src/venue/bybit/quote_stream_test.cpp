#include <gtest/gtest.h>

#include "venue/bybit/protocol.hpp"

namespace kontor::bybit {
namespace {

class TickerSink final : public venue::MessageSink {
 public:
  void take(const venue::Message& message) override {
    if (const auto* one = std::get_if<venue::Ticker>(&message)) {
      tickers.push_back(*one);
    } else {
      ++others;
    }
  }
  std::vector<venue::Ticker> tickers;
  int others = 0;
};

TEST(BybitQuotes, TheBookOfOneLevelIsAQuote) {
  const auto protocol = make_protocol();
  TickerSink sink;
  const auto read = protocol->decode(
      R"({"topic":"orderbook.1.BTCUSDT","ts":1700000000100,"type":"snapshot","data":{"s":"BTCUSDT",)"
      R"("b":[["100.5","2"]],"a":[["100.6","3"]],"u":77,"seq":1},"cts":1700000000090})",
      {.product = venue::Product::linear}, sink);
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(sink.tickers.size(), 1U);
  EXPECT_EQ(sink.others, 0);
  EXPECT_EQ(sink.tickers[0].bid, (Decimal{1005, 1}));
  EXPECT_EQ(sink.tickers[0].ask_quantity, (Decimal{3, 0}));
  EXPECT_EQ(sink.tickers[0].ts_venue, 1'700'000'000'090 * kMillisecond);
}

TEST(BybitQuotes, AChangeOfOneSideSaysNothingOfTheOther) {
  const auto protocol = make_protocol();
  TickerSink sink;
  const auto read = protocol->decode(
      R"({"topic":"orderbook.1.BTCUSDT","ts":1700000000200,"type":"delta","data":{"s":"BTCUSDT",)"
      R"("b":[["100.5","0"],["100.4","1"]],"a":[],"u":78,"seq":2},"cts":1700000000190})",
      {.product = venue::Product::linear}, sink);
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(sink.tickers.size(), 1U);
  EXPECT_EQ(sink.tickers[0].bid, (Decimal{1004, 1}));
  EXPECT_FALSE(sink.tickers[0].ask);
}

}  // namespace
}  // namespace kontor::bybit
