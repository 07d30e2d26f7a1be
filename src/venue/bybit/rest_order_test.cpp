#include <gtest/gtest.h>

#include "venue/bybit/bybit_test_support.hpp"
#include "venue/bybit/rest.hpp"

namespace kontor::bybit {
namespace {

using test::decimal;
using test::linear_request;
using test::spot_request;
using venue::AttachedExit;
using venue::PlaceOrder;
using venue::PositionSide;

PlaceOrder limit_order() {
  return {.symbol = "BTCUSDT",
          .side = Side::buy,
          .type = OrderType::limit,
          .quantity = decimal("0.100"),
          .price = decimal("15600.50"),
          .client_order_id = "my-order_1"};
}

PlaceOrder order_of(OrderType type, Side side) {
  PlaceOrder order = limit_order();
  order.type = type;
  order.side = side;
  if (!has_limit_price(type)) order.price.reset();
  if (has_trigger(type)) order.trigger_price = decimal("15000");
  return order;
}

TEST(BybitOrders, ALimitOrderHasItsNumbersAsText) {
  EXPECT_EQ(
      linear_request(limit_order()),
      R"(POST /v5/order/create {"category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Limit",)"
      R"("qty":"0.1","price":"15600.5","timeInForce":"GTC","positionIdx":0,"orderLinkId":"my-order_1"})");
  EXPECT_EQ(spot_request(limit_order()),
            R"(POST /v5/order/create {"category":"spot","symbol":"BTCUSDT","side":"Buy","orderType":"Limit",)"
            R"("qty":"0.1","price":"15600.5","timeInForce":"GTC","orderLinkId":"my-order_1"})");
}

TEST(BybitOrders, ASpotMarketOrderIsCountedInBaseUnits) {
  EXPECT_EQ(
      spot_request(order_of(OrderType::market, Side::buy)),
      R"(POST /v5/order/create {"category":"spot","symbol":"BTCUSDT","side":"Buy","orderType":"Market",)"
      R"("qty":"0.1","marketUnit":"baseCoin","timeInForce":"IOC","orderLinkId":"my-order_1"})");
  EXPECT_EQ(
      linear_request(order_of(OrderType::market, Side::sell)),
      R"(POST /v5/order/create {"category":"linear","symbol":"BTCUSDT","side":"Sell","orderType":"Market",)"
      R"("qty":"0.1","timeInForce":"IOC","positionIdx":0,"orderLinkId":"my-order_1"})");
}

TEST(BybitOrders, TimesInForce) {
  const auto time_in_force_of = [](TimeInForce time_in_force, bool post_only) {
    PlaceOrder order = limit_order();
    order.time_in_force = time_in_force;
    order.post_only = post_only;
    const std::string text = linear_request(order);
    const std::size_t at = text.find(R"("timeInForce":")");
    return at == std::string::npos ? text : text.substr(at + 15, text.find('"', at + 15) - at - 15);
  };
  EXPECT_EQ(time_in_force_of(TimeInForce::good_till_canceled, false), "GTC");
  EXPECT_EQ(time_in_force_of(TimeInForce::immediate_or_cancel, false), "IOC");
  EXPECT_EQ(time_in_force_of(TimeInForce::fill_or_kill, false), "FOK");
  EXPECT_EQ(time_in_force_of(TimeInForce::good_till_canceled, true), "PostOnly");
  EXPECT_EQ(time_in_force_of(TimeInForce::immediate_or_cancel, true),
            "bybit linear has post_only for good_till_canceled orders only");
  EXPECT_EQ(time_in_force_of(TimeInForce::good_till_date, false),
            "bybit linear has no good_till_date: orders have no end of their own");
}

TEST(BybitOrders, ConditionalOrdersOfLinearSayWhichWayThePriceHasToGo) {
  struct Case {
    OrderType type;
    Side side;
    std::string_view form;
    std::string_view direction;
  };
  for (const Case& one : {Case{OrderType::stop_market, Side::buy, "Market", "1"},
                          Case{OrderType::stop_market, Side::sell, "Market", "2"},
                          Case{OrderType::stop_limit, Side::sell, "Limit", "2"},
                          Case{OrderType::take_profit_market, Side::buy, "Market", "2"},
                          Case{OrderType::take_profit_limit, Side::sell, "Limit", "1"}}) {
    const std::string text = linear_request(order_of(one.type, one.side));
    EXPECT_NE(text.find(fmt::format(R"("orderType":"{}")", one.form)), std::string::npos) << text;
    EXPECT_NE(text.find(fmt::format(R"("triggerPrice":"15000","triggerDirection":{},"triggerBy":"LastPrice")",
                                    one.direction)),
              std::string::npos)
        << text;
    EXPECT_EQ(text.find("orderFilter"), std::string::npos);
  }
}

TEST(BybitOrders, ATriggerMayBeTheMarkPriceAndHaveItsOwnDirection) {
  PlaceOrder order = order_of(OrderType::stop_limit, Side::buy);
  order.trigger_source = TriggerSource::mark;
  order.trigger_direction = Side::sell;
  order.reduce_only = true;
  order.position_side = PositionSide::short_side;
  EXPECT_EQ(
      linear_request(order),
      R"(POST /v5/order/create {"category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Limit",)"
      R"("qty":"0.1","price":"15600.5","timeInForce":"GTC","triggerPrice":"15000","triggerDirection":2,)"
      R"("triggerBy":"MarkPrice","positionIdx":2,"reduceOnly":true,"orderLinkId":"my-order_1"})");
}

TEST(BybitOrders, ConditionalOrdersOfSpotHaveAFilterAndNoDirection) {
  EXPECT_EQ(
      spot_request(order_of(OrderType::stop_market, Side::sell)),
      R"(POST /v5/order/create {"category":"spot","symbol":"BTCUSDT","side":"Sell","orderType":"Market",)"
      R"("qty":"0.1","marketUnit":"baseCoin","timeInForce":"IOC","triggerPrice":"15000",)"
      R"("orderFilter":"StopOrder","orderLinkId":"my-order_1"})");
}

TEST(BybitOrders, AttachedExitsAreForWhatTheOrderFills) {
  PlaceOrder order = limit_order();
  order.stop_loss = AttachedExit{decimal("15000.0"), TriggerSource::mark};
  order.take_profit = AttachedExit{decimal("17000"), TriggerSource::last, decimal("16990")};
  EXPECT_EQ(
      linear_request(order),
      R"(POST /v5/order/create {"category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Limit",)"
      R"("qty":"0.1","price":"15600.5","timeInForce":"GTC","positionIdx":0,"tpslMode":"Partial",)"
      R"("takeProfit":"17000","tpTriggerBy":"LastPrice","tpOrderType":"Limit","tpLimitPrice":"16990",)"
      R"("stopLoss":"15000","slTriggerBy":"MarkPrice","slOrderType":"Market","orderLinkId":"my-order_1"})");
  order.stop_loss->trigger_source = TriggerSource::last;
  EXPECT_EQ(
      spot_request(order),
      R"(POST /v5/order/create {"category":"spot","symbol":"BTCUSDT","side":"Buy","orderType":"Limit",)"
      R"("qty":"0.1","price":"15600.5","timeInForce":"GTC","takeProfit":"17000","tpOrderType":"Limit",)"
      R"("tpLimitPrice":"16990","stopLoss":"15000","slOrderType":"Market","orderLinkId":"my-order_1"})");
}

TEST(BybitOrders, ATrailingStopIsASettingOfThePosition) {
  PlaceOrder order = order_of(OrderType::trailing_stop, Side::sell);
  order.trailing_offset = decimal("120.50");
  order.reduce_only = true;
  EXPECT_EQ(linear_request(order),
            R"(POST /v5/position/trading-stop {"category":"linear","symbol":"BTCUSDT","tpslMode":"Full",)"
            R"("positionIdx":0,"trailingStop":"120.5","activePrice":"15000"})");
  order.trigger_price.reset();
  order.position_side = PositionSide::long_side;
  EXPECT_EQ(linear_request(order),
            R"(POST /v5/position/trading-stop {"category":"linear","symbol":"BTCUSDT","tpslMode":"Full",)"
            R"("positionIdx":1,"trailingStop":"120.5"})");
  EXPECT_EQ(spot_request(order),
            "bybit spot has no trailing stop: it is a setting of a position, and spot has none");
}

TEST(BybitOrders, AnOrderWithoutAnIdGetsTheRequests) {
  PlaceOrder order = limit_order();
  order.client_order_id.clear();
  EXPECT_TRUE(linear_request(order).ends_with(R"("orderLinkId":"request-id"})")) << linear_request(order);
  BybitProtocol protocol;
  venue::RequestContext context = test::request_context(venue::Product::linear);
  context.id = {};
  const auto refused = protocol.encode(order, context);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "bybit linear orders need a client order id: without one an answer lost is an order lost");
}

/// One thing that Bybit cannot do, and the reason that is given.
struct RefusedOrder {
  venue::Product product;
  std::string_view reason;
  void (*change)(PlaceOrder&);
};

class BybitRefusedOrders : public ::testing::TestWithParam<RefusedOrder> {};

TEST_P(BybitRefusedOrders, AreNotSent) {
  PlaceOrder order = limit_order();
  GetParam().change(order);
  EXPECT_EQ(test::encoded(GetParam().product, order), GetParam().reason);
}

constexpr auto kSpot = venue::Product::spot;
constexpr auto kLinear = venue::Product::linear;

INSTANTIATE_TEST_SUITE_P(
    All, BybitRefusedOrders,
    ::testing::Values(
        RefusedOrder{kLinear, "bybit linear needs a symbol, there is none",
                     [](PlaceOrder& o) { o.symbol = ""; }},
        RefusedOrder{kLinear, "bybit linear needs a positive quantity, found 0",
                     [](PlaceOrder& o) { o.quantity = decimal("0"); }},
        RefusedOrder{kLinear, "bybit linear needs a positive price, found -1",
                     [](PlaceOrder& o) { o.price = decimal("-1"); }},
        RefusedOrder{kLinear, "bybit linear needs a price for this order type",
                     [](PlaceOrder& o) { o.price = {}; }},
        RefusedOrder{kLinear, "bybit linear has no use for a price for this order type",
                     [](PlaceOrder& o) { o.type = OrderType::market; }},
        RefusedOrder{kLinear, "bybit linear needs a trigger price for this order type",
                     [](PlaceOrder& o) { o.type = OrderType::stop_limit; }},
        RefusedOrder{kLinear, "bybit linear has no use for a trigger price for this order type",
                     [](PlaceOrder& o) { o.trigger_price = decimal("1"); }},
        RefusedOrder{kLinear, "bybit linear has no use for a trailing offset for this order type",
                     [](PlaceOrder& o) { o.trailing_offset = decimal("1"); }},
        RefusedOrder{kLinear, "bybit linear has no use for a trigger_direction for this order type",
                     [](PlaceOrder& o) { o.trigger_direction = Side::buy; }},
        RefusedOrder{kLinear, "bybit linear has no good_till_date: orders have no end of their own",
                     [](PlaceOrder& o) { o.expire_at = 1; }},
        RefusedOrder{kLinear,
                     "bybit linear has no fill_or_kill market orders: what is not filled at once is canceled",
                     [](PlaceOrder& o) {
                       o = order_of(OrderType::market, Side::buy);
                       o.time_in_force = TimeInForce::fill_or_kill;
                     }},
        RefusedOrder{kLinear, "bybit linear has post_only for orders with a price only",
                     [](PlaceOrder& o) {
                       o = order_of(OrderType::market, Side::buy);
                       o.post_only = true;
                     }},
        RefusedOrder{
            kLinear,
            "bybit linear client order ids are 1 to 36 of A-Z a-z 0-9 _ -, found \"no spaces please\"",
            [](PlaceOrder& o) { o.client_order_id = "no spaces please"; }},
        RefusedOrder{kLinear,
                     "bybit linear client order ids are 1 to 36 of A-Z a-z 0-9 _ -, found "
                     "\"1234567890123456789012345678901234567\"",
                     [](PlaceOrder& o) { o.client_order_id = "1234567890123456789012345678901234567"; }},
        RefusedOrder{kLinear, "bybit linear attaches no exits to a reduce_only order",
                     [](PlaceOrder& o) {
                       o.reduce_only = true;
                       o.stop_loss = AttachedExit{decimal("1")};
                     }},
        RefusedOrder{kLinear, "bybit linear attaches no exits to a conditional order",
                     [](PlaceOrder& o) {
                       o = order_of(OrderType::stop_market, Side::buy);
                       o.take_profit = AttachedExit{decimal("1")};
                     }},
        RefusedOrder{kLinear, "bybit linear needs a positive trigger price of an attached exit, found 0",
                     [](PlaceOrder& o) { o.take_profit = AttachedExit{decimal("0")}; }},
        RefusedOrder{kLinear, "bybit linear has no trailing stop by rate, only by a distance in price",
                     [](PlaceOrder& o) {
                       o = order_of(OrderType::trailing_stop, Side::buy);
                       o.trailing_rate = decimal("0.01");
                     }},
        RefusedOrder{kLinear, "bybit linear needs a trailing offset for this order type",
                     [](PlaceOrder& o) { o = order_of(OrderType::trailing_stop, Side::buy); }},
        RefusedOrder{kLinear, "bybit linear has trailing stops that close a position only: set reduce_only",
                     [](PlaceOrder& o) {
                       o = order_of(OrderType::trailing_stop, Side::buy);
                       o.trailing_offset = decimal("1");
                     }},
        RefusedOrder{kLinear, "bybit linear trails the last price only",
                     [](PlaceOrder& o) {
                       o = order_of(OrderType::trailing_stop, Side::buy);
                       o.trailing_offset = decimal("1");
                       o.reduce_only = true;
                       o.trigger_source = TriggerSource::mark;
                     }},
        RefusedOrder{kSpot, "bybit spot has no reduce_only: there is no position to reduce",
                     [](PlaceOrder& o) { o.reduce_only = true; }},
        RefusedOrder{kSpot, "bybit spot has no position_side",
                     [](PlaceOrder& o) { o.position_side = PositionSide::long_side; }},
        RefusedOrder{kSpot, "bybit spot fires at the last price only, there is no mark price",
                     [](PlaceOrder& o) {
                       o = order_of(OrderType::stop_market, Side::buy);
                       o.trigger_source = TriggerSource::mark;
                     }},
        RefusedOrder{kSpot, "bybit spot takes no trigger_direction against the order type",
                     [](PlaceOrder& o) {
                       o = order_of(OrderType::stop_market, Side::buy);
                       o.trigger_direction = Side::sell;
                     }},
        RefusedOrder{kSpot, "bybit spot attaches exits to limit orders only",
                     [](PlaceOrder& o) {
                       o = order_of(OrderType::market, Side::buy);
                       o.stop_loss = AttachedExit{decimal("1")};
                     }},
        RefusedOrder{kSpot, "bybit spot fires attached exits at the last price only, there is no mark price",
                     [](PlaceOrder& o) { o.stop_loss = AttachedExit{decimal("1"), TriggerSource::mark}; }}));

TEST(BybitOrders, ABatchHasOneCategoryAndAnIdForEachOrder) {
  PlaceOrder second = limit_order();
  second.symbol = "ETHUSDT";
  second.client_order_id = "second";
  EXPECT_EQ(linear_request(venue::PlaceOrders{{limit_order(), second}}),
            R"(POST /v5/order/create-batch {"category":"linear","request":[)"
            R"({"symbol":"BTCUSDT","side":"Buy","orderType":"Limit","qty":"0.1","price":"15600.5",)"
            R"("timeInForce":"GTC","positionIdx":0,"orderLinkId":"my-order_1"},)"
            R"({"symbol":"ETHUSDT","side":"Buy","orderType":"Limit","qty":"0.1","price":"15600.5",)"
            R"("timeInForce":"GTC","positionIdx":0,"orderLinkId":"second"}]})");
  EXPECT_EQ(linear_request(venue::PlaceOrders{{limit_order(), limit_order()}}),
            "bybit linear needs different client order ids in a batch, two are the same");
  second.client_order_id.clear();
  EXPECT_EQ(linear_request(venue::PlaceOrders{{limit_order(), second}}),
            "bybit linear needs a client order id for each order of a batch");
  EXPECT_EQ(linear_request(venue::PlaceOrders{}), "bybit linear takes 1 to 20 orders at once, not 0");
  EXPECT_EQ(spot_request(venue::PlaceOrders{std::vector<PlaceOrder>(11, limit_order())}),
            "bybit spot takes 1 to 10 orders at once, not 11");
  EXPECT_EQ(linear_request(venue::PlaceOrders{{order_of(OrderType::trailing_stop, Side::buy)}}),
            "bybit linear takes no trailing stop in a batch");
}

TEST(BybitOrders, ABatchOfTheLargestSizeIsSent) {
  venue::PlaceOrders batch;
  for (int i = 0; i < 20; ++i) {
    batch.orders.push_back(limit_order());
    batch.orders.back().client_order_id = fmt::format("order-{}", i);
  }
  EXPECT_TRUE(linear_request(batch).starts_with("POST /v5/order/create-batch"));
  EXPECT_EQ(weight_of(batch), 20U);
  EXPECT_EQ(weight_of(venue::CancelMany{{{"A"}, {"B"}}}), 2U);
  EXPECT_EQ(weight_of(venue::GetBalance{}), 1U);
}

TEST(BybitOrders, AChangeSaysOnlyWhatChanges) {
  venue::ChangeOrder change{
      .order = {.symbol = "BTCUSDT", .client_order_id = "mine", .venue_order_id = "theirs"}};
  EXPECT_EQ(linear_request(change),
            "bybit linear needs a new quantity, price or trigger price to change an order");
  change.price = decimal("15700.10");
  EXPECT_EQ(linear_request(change),
            R"(POST /v5/order/amend {"category":"linear","symbol":"BTCUSDT","orderLinkId":"mine",)"
            R"("price":"15700.1"})");
  change.order.client_order_id.clear();
  change.quantity = decimal("2");
  change.trigger_price = decimal("15650");
  EXPECT_EQ(spot_request(change),
            R"(POST /v5/order/amend {"category":"spot","symbol":"BTCUSDT","orderId":"theirs","qty":"2",)"
            R"("price":"15700.1","triggerPrice":"15650"})");
  change.quantity = decimal("0");
  EXPECT_EQ(spot_request(change), "bybit spot needs a positive quantity, found 0");
}

TEST(BybitOrders, Cancels) {
  venue::OrderChoice order{.symbol = "BTCUSDT", .client_order_id = "mine"};
  EXPECT_EQ(linear_request(venue::CancelOne{order}),
            R"(POST /v5/order/cancel {"category":"linear","symbol":"BTCUSDT","orderLinkId":"mine"})");
  order.is_conditional = true;
  EXPECT_EQ(linear_request(venue::CancelOne{order}),
            R"(POST /v5/order/cancel {"category":"linear","symbol":"BTCUSDT","orderLinkId":"mine"})");
  EXPECT_EQ(spot_request(venue::CancelOne{order}),
            R"(POST /v5/order/cancel {"category":"spot","symbol":"BTCUSDT","orderLinkId":"mine",)"
            R"("orderFilter":"StopOrder"})");
  EXPECT_EQ(spot_request(venue::CancelMany{{order}}),
            "bybit spot cancels conditional orders one at a time, not in a batch");
  EXPECT_EQ(linear_request(venue::CancelMany{{order, {.symbol = "ETHUSDT", .venue_order_id = "x"}}}),
            R"(POST /v5/order/cancel-batch {"category":"linear","request":[)"
            R"({"symbol":"BTCUSDT","orderLinkId":"mine"},{"symbol":"ETHUSDT","orderId":"x"}]})");
  EXPECT_EQ(spot_request(venue::CancelOne{{.symbol = "BTCUSDT"}}),
            "bybit spot needs a client order id or a venue order id");
}

TEST(BybitOrders, CancelingAllSparesTheOrdersOfTheOtherKind) {
  EXPECT_EQ(linear_request(venue::CancelAll{"BTCUSDT"}),
            R"(POST /v5/order/cancel-all {"category":"linear","symbol":"BTCUSDT","orderFilter":"Order"})");
  EXPECT_EQ(
      linear_request(venue::CancelAll{"", true}),
      R"(POST /v5/order/cancel-all {"category":"linear","settleCoin":"USDT","orderFilter":"StopOrder"})");
  EXPECT_EQ(spot_request(venue::CancelAll{""}),
            R"(POST /v5/order/cancel-all {"category":"spot","orderFilter":"Order"})");
}

TEST(BybitOrders, TheDeadMansSwitchCountsWholeSeconds) {
  EXPECT_EQ(linear_request(venue::CountdownCancel{.window_ms = 3'000}),
            R"(POST /v5/order/disconnected-cancel-all {"product":"DERIVATIVES","timeWindow":3})");
  EXPECT_EQ(spot_request(venue::CountdownCancel{.window_ms = 300'000}),
            R"(POST /v5/order/disconnected-cancel-all {"product":"SPOT","timeWindow":300})");
  for (const std::int64_t window_ms : {2'000, 301'000, 10'500, -5'000}) {
    EXPECT_EQ(linear_request(venue::CountdownCancel{.window_ms = window_ms}),
              fmt::format("bybit linear waits whole seconds from 3 to 300 for a sign of life, not {} ms",
                          window_ms));
  }
  EXPECT_EQ(linear_request(venue::CountdownCancel{.window_ms = 0}),
            "bybit linear cannot disarm the dead man's switch: leave the dcp topic before the socket ends");
  EXPECT_EQ(linear_request(venue::CountdownCancel{"BTCUSDT", 10'000}),
            "bybit linear cancels all its orders, not those of one symbol");
}

}  // namespace
}  // namespace kontor::bybit
