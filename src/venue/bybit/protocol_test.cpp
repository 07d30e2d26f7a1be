#include "venue/bybit/protocol.hpp"

#include <map>

#include <gtest/gtest.h>

#include "venue/bybit/bybit_test_support.hpp"

namespace kontor::bybit {
namespace {

using test::decimal;
using venue::PlaceOrder;
using venue::Product;

PlaceOrder plain_order(OrderType type) {
  PlaceOrder order{.symbol = "BTCUSDT", .type = type, .quantity = decimal("1"), .client_order_id = "a"};
  if (has_limit_price(type)) order.price = decimal("10");
  if (has_trigger(type)) order.trigger_price = decimal("9");
  return order;
}

PlaceOrder changed(OrderType type, void (*change)(PlaceOrder&)) {
  PlaceOrder order = plain_order(type);
  change(order);
  return order;
}

/// One request that uses each capability.
std::map<std::string_view, venue::Action> one_of_each() {
  const venue::OrderChoice order{.symbol = "BTCUSDT", .client_order_id = "a"};
  return {
      {"server_time", venue::GetServerTime{}},
      {"instruments", venue::GetInstruments{}},
      {"ticker", venue::GetTicker{"BTCUSDT"}},
      {"candles", venue::GetCandles{"BTCUSDT", {kMinute}}},
      {"book", venue::GetBook{"BTCUSDT"}},
      {"trades", venue::GetTrades{"BTCUSDT"}},
      {"place.market", plain_order(OrderType::market)},
      {"place.limit", plain_order(OrderType::limit)},
      {"place.stop_market", plain_order(OrderType::stop_market)},
      {"place.stop_limit", plain_order(OrderType::stop_limit)},
      {"place.take_profit_market", plain_order(OrderType::take_profit_market)},
      {"place.take_profit_limit", plain_order(OrderType::take_profit_limit)},
      {"place.trailing_stop", changed(OrderType::trailing_stop,
                                      [](PlaceOrder& o) {
                                        o.trailing_offset = decimal("1");
                                        o.reduce_only = true;
                                      })},
      {"place.post_only", changed(OrderType::limit, [](PlaceOrder& o) { o.post_only = true; })},
      {"place.immediate_or_cancel",
       changed(OrderType::limit, [](PlaceOrder& o) { o.time_in_force = TimeInForce::immediate_or_cancel; })},
      {"place.fill_or_kill",
       changed(OrderType::limit, [](PlaceOrder& o) { o.time_in_force = TimeInForce::fill_or_kill; })},
      {"place.good_till_date",
       changed(OrderType::limit, [](PlaceOrder& o) { o.time_in_force = TimeInForce::good_till_date; })},
      {"place.reduce_only", changed(OrderType::limit, [](PlaceOrder& o) { o.reduce_only = true; })},
      {"place.position_side",
       changed(OrderType::limit, [](PlaceOrder& o) { o.position_side = venue::PositionSide::long_side; })},
      {"place.trigger_by_mark",
       changed(OrderType::stop_market, [](PlaceOrder& o) { o.trigger_source = TriggerSource::mark; })},
      {"place.attached_exits",
       changed(OrderType::limit, [](PlaceOrder& o) { o.stop_loss = venue::AttachedExit{decimal("8")}; })},
      {"batch_place", venue::PlaceOrders{{plain_order(OrderType::limit)}}},
      {"amend", venue::ChangeOrder{.order = order, .price = decimal("11")}},
      {"cancel", venue::CancelOne{order}},
      {"batch_cancel", venue::CancelMany{{order}}},
      {"cancel_all", venue::CancelAll{"BTCUSDT"}},
      {"countdown_cancel", venue::CountdownCancel{.window_ms = 10'000}},
      {"balance", venue::GetBalance{}},
      {"positions", venue::GetPositions{}},
      {"open_orders", venue::GetOpenOrders{}},
      {"order", venue::GetOrder{order}},
      {"fills", venue::GetFills{}},
      {"leverage", venue::SetLeverage{"BTCUSDT", decimal("3")}},
      {"margin_mode", venue::SetMarginMode{}},
      {"position_mode", venue::SetPositionMode{}},
      {"funding_rate", venue::GetFundingRate{}},
      {"funding_history", venue::GetFundingHistory{"BTCUSDT"}},
      {"funding_payments", venue::GetFundingPayments{}},
      {"fees", venue::GetFees{}},
      {"key_permissions", venue::GetKeyPermissions{}},
      {"order_counts", venue::GetOrderCounts{}},
      {"listen_key", venue::ManageListenKey{}},
  };
}

TEST(BybitProtocol, WhatTheTableSaysIsWhatCanBeAsked) {
  BybitProtocol protocol;
  const auto actions = one_of_each();
  std::size_t requests = 0;
  for (const venue::Capability& capability : protocol.capabilities()) {
    if (capability.name.starts_with("stream.")) continue;
    ++requests;
    ASSERT_TRUE(actions.contains(capability.name)) << capability.name;
    const venue::Action& action = actions.at(capability.name);
    const auto can = [&](Product product) {
      return protocol.encode(action, test::request_context(product)).has_value();
    };
    EXPECT_EQ(can(Product::spot), capability.spot) << capability.name;
    EXPECT_EQ(can(Product::linear), capability.linear) << capability.name;
  }
  EXPECT_EQ(requests, actions.size());
}

TEST(BybitProtocol, IsMadeByItsName) {
  const std::unique_ptr<venue::Protocol> protocol = make_protocol();
  EXPECT_EQ(protocol->venue(), "bybit");
}

TEST(BybitProtocol, AMessageTooLongToBeOneIsRefused) {
  BybitProtocol protocol;
  test::LineSink sink;
  const std::string text((std::size_t{64} << 20U) + 1, ' ');
  const auto result = protocol.decode(text, test::linear_stream(), sink);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "bybit: expected a message of at most 67108864 bytes, found 67108865");
}

TEST(BybitProtocol, AnAnswerAsLongAsAllInstrumentsIsRead) {
  std::string text = R"({"retCode":0,"retMsg":"OK","result":{"category":"spot","list":[)";
  for (int i = 0; i < 5000; ++i) {
    text += fmt::format(
        R"({}{{"symbol":"S{}","baseCoin":"B","quoteCoin":"Q","status":"Trading","lotSizeFilter":{{)"
        R"("basePrecision":"0.1","minOrderQty":"1","maxOrderQty":"9","minOrderAmt":"1"}},)"
        R"("priceFilter":{{"tickSize":"0.01"}}}})",
        i == 0 ? "" : ",", i);
  }
  text += "]},\"time\":1}";
  const test::Lines lines = test::decoded(text, test::spot(venue::MessageKind::instruments));
  ASSERT_EQ(lines.size(), 5000U);
  EXPECT_TRUE(lines.back().starts_with("instrument symbol=S4999 "));
}

}  // namespace
}  // namespace kontor::bybit
