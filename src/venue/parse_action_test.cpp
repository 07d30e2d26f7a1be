#include "venue/parse_action.hpp"

#include <set>

#include <gtest/gtest.h>

namespace kontor::venue {
namespace {

Result<EncodeRequest> read(std::string_view params, std::string_view action = "place") {
  return parse_encode_request(std::string(R"({"venue":"binance","product":"usdm","action":")") +
                              std::string(action) + R"(","params":)" + std::string(params) +
                              R"(,"clock_ms":1499827319559,"key":"k",)" + R"("secret":"s","id":"a-1"})");
}

TEST(ParseAction, ReadsAnOrderWithItsNumbersAsTheyAreWritten) {
  const auto request = read(R"({"symbol":"LTCBTC","side":"SELL","type":"limit","time_in_force":"IOC",
      "quantity":0.10000000000000001,"price":"1e-7","post_only":false,"position_side":"long",
      "stop_loss":{"trigger_price":"0.9","trigger_source":"mark"},"expire_at":"2025-05-04T15:33:00Z"})");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->product, Product::linear);
  EXPECT_EQ(request->clock, 1499827319559 * kMillisecond);
  EXPECT_EQ(request->id, "a-1");
  const auto& order = std::get<PlaceOrder>(request->action);
  EXPECT_EQ(order.symbol, "LTCBTC");
  EXPECT_EQ(order.side, Side::sell);
  EXPECT_EQ(order.time_in_force, TimeInForce::immediate_or_cancel);
  EXPECT_EQ(order.quantity.format(), "0.10000000000000001");
  EXPECT_EQ(order.price->format(), "0.0000001");
  EXPECT_EQ(order.position_side, PositionSide::long_side);
  EXPECT_EQ(order.stop_loss->trigger_price.format(), "0.9");
  EXPECT_EQ(order.stop_loss->trigger_source, TriggerSource::mark);
  EXPECT_EQ(format_time(order.expire_at), "2025-05-04T15:33:00Z");
}

TEST(ParseAction, TheOrderThatIsMeantStandsBesideTheRest) {
  const auto request = read(R"({"symbol":"BTCUSDT","client_order_id":"x","quantity":"2"})", "amend");
  ASSERT_TRUE(request) << request.error().message;
  const auto& change = std::get<ChangeOrder>(request->action);
  EXPECT_EQ(change.order.client_order_id, "x");
  EXPECT_EQ(change.quantity->format(), "2");
  EXPECT_FALSE(change.price);
}

TEST(ParseAction, ReadsLists) {
  const auto request =
      read(R"({"orders":[{"symbol":"A","quantity":"1"},{"symbol":"B","quantity":"2"}]})", "batch_place");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(std::get<PlaceOrders>(request->action).orders.at(1).symbol, "B");
}

/// What each mistake is called.
TEST(ParseAction, SaysWhatIsWrong) {
  const auto message = [](const auto& result) {
    return result ? std::string("read") : result.error().message;
  };
  EXPECT_EQ(message(read(R"({"symbol":"A","sise":"buy"})")).substr(0, 26), "place: unknown key \"sise\";");
  EXPECT_EQ(message(read(R"({"side":"hold"})")), "side: expected buy|sell, found hold");
  EXPECT_EQ(message(read(R"({"quantity":"1,5"})")), "quantity: expected a decimal number, found 1,5");
  EXPECT_EQ(message(read(R"({"post_only":"yes"})")), "post_only: expected true or false, found \"yes\"");
  EXPECT_EQ(message(read(R"({"symbol":"A","symbol":"B"})")),
            "symbol: expected each key once, found it a second time");
  EXPECT_EQ(message(read("[]")), "place: expected an object {…}, found [");
  EXPECT_TRUE(
      message(read("{}", "plaze")).starts_with("action: \"plaze\" is not one of server_time, instruments,"));
  EXPECT_EQ(message(parse_encode_request("")), "expected one JSON object, found none");
  EXPECT_EQ(message(parse_encode_request(R"({"venue":"binance","action":"fees"} {})")),
            "expected one JSON object, found more behind it");
  EXPECT_EQ(message(parse_encode_request(R"({"action":"fees"})")),
            "venue: expected a venue, such as binance, found nothing");
}

TEST(ParseAction, EveryTruncationIsAnError) {
  const std::string whole =
      R"({"venue":"binance","product":"spot","action":"cancel","params":{"symbol":"A","client_order_id":"b"},"id":"c"})";
  ASSERT_TRUE(parse_encode_request(whole));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(parse_encode_request(std::string_view(whole).substr(0, size))) << size;
}

TEST(ParseAction, AMessageStandsInItsPlaceAsJsonOrAsText) {
  const auto as_json = parse_decode_request(
      R"({"venue":"binance","product":"spot","kind":"server_time","message":{"serverTime": 1.0, "x":[1,{"y":2}]}})");
  ASSERT_TRUE(as_json) << as_json.error().message;
  EXPECT_EQ(as_json->message, R"({"serverTime": 1.0, "x":[1,{"y":2}]})");
  const auto as_text = parse_decode_request(
      R"({"venue":"binance","kind":"candles","interval":"5m","symbol":"A","http_status":503,"message":"<html>\"oops\""})");
  ASSERT_TRUE(as_text) << as_text.error().message;
  EXPECT_EQ(as_text->message, "<html>\"oops\"");
  EXPECT_EQ(as_text->http_status, 503U);
  EXPECT_EQ(as_text->interval.format(), "5m");
}

TEST(ParseAction, HelpNamesEveryActionOnce) {
  const auto help = action_help();
  EXPECT_EQ(help.size(), std::variant_size_v<Action>);
  std::set<std::string_view> names;
  for (const auto& action : help) EXPECT_TRUE(names.insert(action.name).second) << action.name;
}

}  // namespace
}  // namespace kontor::venue
