#include "venue/bybit/stream.hpp"

#include <gtest/gtest.h>

#include "venue/bybit/bybit_test_support.hpp"

namespace kontor::bybit {
namespace {

using venue::Channel;
using venue::Product;

std::string topic_text(Product product, const venue::Subscription& subscription) {
  const auto topic = BybitProtocol().topic(product, subscription);
  return topic ? *topic : topic.error().message;
}

TEST(BybitStream, TopicsHaveBybitsNames) {
  EXPECT_EQ(topic_text(Product::spot, {.channel = Channel::trades, .symbol = "BTCUSDT"}),
            "publicTrade.BTCUSDT");
  EXPECT_EQ(topic_text(Product::spot, {.channel = Channel::ticker, .symbol = "BTCUSDT"}), "tickers.BTCUSDT");
  EXPECT_EQ(topic_text(Product::linear, {.channel = Channel::mark, .symbol = "BTCUSDT"}), "tickers.BTCUSDT");
  EXPECT_EQ(topic_text(Product::spot, {.channel = Channel::mark, .symbol = "BTCUSDT"}),
            "bybit spot has no mark price");
  EXPECT_EQ(topic_text(Product::linear, {.channel = Channel::quotes, .symbol = "BTCUSDT"}),
            "orderbook.1.BTCUSDT");
  EXPECT_EQ(
      topic_text(Product::linear, {.channel = Channel::candles, .symbol = "BTCUSDT", .interval = {kHour}}),
      "kline.60.BTCUSDT");
  EXPECT_EQ(topic_text(Product::linear, {.channel = Channel::trades, .symbol = ""}),
            "bybit has no topic without a symbol");
}

TEST(BybitStream, BooksHaveFourDepths) {
  EXPECT_EQ(topic_text(Product::spot, {.channel = Channel::book, .symbol = "A"}), "orderbook.200.A");
  for (const std::uint32_t depth : {1U, 50U, 200U, 1000U}) {
    EXPECT_EQ(topic_text(Product::linear, {.channel = Channel::book, .symbol = "A", .depth = depth}),
              fmt::format("orderbook.{}.A", depth));
  }
  EXPECT_EQ(topic_text(Product::linear, {.channel = Channel::book, .symbol = "A", .depth = 500}),
            "bybit has books of 1, 50, 200 and 1000 levels, not of 500");
}

TEST(BybitStream, AddressesAreOfTheProduct) {
  const BybitProtocol protocol;
  EXPECT_EQ(protocol.stream_url(Product::spot, {}, protocol.endpoints(Product::spot)),
            "wss://stream.bybit.com/v5/public/spot");
  EXPECT_EQ(protocol.stream_url(Product::linear, {}, protocol.endpoints(Product::linear)),
            "wss://stream.bybit.com/v5/public/linear");
  EXPECT_EQ(protocol.private_url(Product::linear, protocol.endpoints(Product::linear), {}),
            "wss://stream.bybit.com/v5/private");
  EXPECT_EQ(protocol.endpoints(Product::linear).order_entry, "wss://stream.bybit.com/v5/trade");
  EXPECT_EQ(protocol.endpoints(Product::spot).rest, "https://api.bybit.com");
}

TEST(BybitStream, APathThatAnAddressHasIsNotAddedTwice) {
  const BybitProtocol protocol;
  venue::Endpoints local;
  local.public_stream = "ws://127.0.0.1:9000/v5/public/linear";
  local.private_stream = "ws://127.0.0.1:9000/";
  EXPECT_EQ(protocol.stream_url(Product::linear, {}, local), "ws://127.0.0.1:9000/v5/public/linear");
  EXPECT_EQ(protocol.private_url(Product::linear, local, {}), "ws://127.0.0.1:9000/v5/private");
}

TEST(BybitStream, SubscriptionsNameTheirTopicsAndTheirId) {
  const BybitProtocol protocol;
  const std::vector<std::string> topics = {"orderbook.50.BTCUSDT", "publicTrade.BTCUSDT"};
  EXPECT_EQ(protocol.subscribe_text(topics, 7, true),
            R"({"req_id":"7","op":"subscribe","args":["orderbook.50.BTCUSDT","publicTrade.BTCUSDT"]})");
  EXPECT_EQ(protocol.subscribe_text(topics, 8, false),
            R"({"req_id":"8","op":"unsubscribe","args":["orderbook.50.BTCUSDT","publicTrade.BTCUSDT"]})");
  EXPECT_EQ(protocol.ping_text(9), R"({"op":"ping"})");
}

TEST(BybitStream, ThePrivateSocketSignsInForTenSecondsAndSubscribes) {
  const BybitProtocol protocol;
  venue::RequestContext context = test::request_context(Product::linear);
  context.clock -= 10 * kSecond;  // so that it ends when the published signature does
  const std::vector<std::string> greeting = protocol.private_greeting(context, 3);
  ASSERT_EQ(greeting.size(), 2U);
  EXPECT_EQ(greeting[0], R"({"req_id":"3","op":"auth","args":["test_api_key",1700000000000,)"
                         R"("bacffe7500499eb829bb58c45d36d1b3e5ac67c14eaeba91df5e99ccee013925"]})");
  EXPECT_EQ(greeting[1],
            R"({"req_id":"4","op":"subscribe","args":["order","execution","position","wallet"]})");
  context.credentials = nullptr;
  EXPECT_TRUE(protocol.private_greeting(context, 3).empty());
}

TEST(BybitStream, RulesOfTheSockets) {
  const BybitProtocol protocol;
  EXPECT_EQ(protocol.stream_rules(Product::spot).topics_per_request, 10U);
  EXPECT_EQ(protocol.stream_rules(Product::linear).topics_per_request, 0U);
  EXPECT_EQ(protocol.stream_rules(Product::linear).text_per_socket, 21'000U);
  EXPECT_EQ(protocol.stream_rules(Product::linear).ping_every, 20 * kSecond);
  EXPECT_EQ(protocol.stream_rules(Product::linear).book, venue::BookRule::snapshot_in_stream);
}

}  // namespace
}  // namespace kontor::bybit
