#include <gmock/gmock.h>

#include "emulator/bybit/bybit_test_support.hpp"

namespace kontor::emulator::bybit {
namespace {

using test::Bench;
using test::member;
using test::number_member;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kResting = R"("side":"Buy","orderType":"Limit","qty":"0.010","price":"49000.0")";

TEST(BybitOrders, RestAreAmendedAndCanceled) {
  Bench bench;
  for (const std::string_view category : {"spot", "linear"}) {
    const std::string created = bench.create(category, std::string(kResting) + R"(,"orderLinkId":"mine")");
    const std::string id = member(created, "orderId");
    EXPECT_EQ(member(created, "orderLinkId"), "mine");
    EXPECT_THAT(bench.open_orders(category), HasSubstr(R"("orderStatus":"New")"));
    const std::string amended = bench.post(
        "/v5/order/amend",
        Bench::order(category, fmt::format(R"("orderId":"{}","qty":"0.02","price":"49500.0")", id)));
    EXPECT_EQ(number_member(amended, "retCode"), 0) << amended;
    EXPECT_EQ(member(bench.open_orders(category), "price").substr(0, 7), "49500.0");
    const std::string cancel = Bench::order(category, R"("orderLinkId":"mine")");
    EXPECT_EQ(member(bench.post("/v5/order/cancel", cancel), "orderId"), id);
    EXPECT_EQ(number_member(bench.post("/v5/order/cancel", cancel), "retCode"),
              category == "spot" ? 170213 : 110001);
    EXPECT_THAT(bench.open_orders(category), HasSubstr(R"("list":[])"));
    const std::string history =
        bench.ask(fmt::format("/v5/order/history?category={}&orderId={}", category, id));
    EXPECT_THAT(history, HasSubstr(R"("orderStatus":"Cancelled")"));
    EXPECT_THAT(history, HasSubstr(R"("cancelType":"CancelByUser","rejectReason":"EC_NoError")"));
    // Clients tell spot from the rest by this field.
    EXPECT_EQ(history.find("tpslMode") == std::string::npos, category == "spot");
  }
}

TEST(BybitOrders, OfTheMarketFillAndAddUp) {
  Bench bench;
  const Amount dollars = bench.total("USDT");
  const Amount coins = bench.total("BTC");
  const std::string created = bench.create("spot", R"("side":"Buy","orderType":"Market","qty":"1000")");
  EXPECT_EQ(number_member(created, "retCode"), 0) << created;
  const std::string order =
      bench.ask("/v5/order/realtime?category=spot&orderId=" + member(created, "orderId"));
  EXPECT_EQ(member(order, "orderStatus"), "Filled") << order;
  EXPECT_EQ(member(order, "qty"), "1000");
  const std::string executions = bench.ask("/v5/execution/list?category=spot");
  EXPECT_EQ(member(executions, "execPrice"), "50000.10");
  EXPECT_EQ(member(executions, "feeCurrency"), "BTC");
  const Amount bought = Amount::parse(member(executions, "execQty")).value();
  const Amount fee = Amount::parse(member(executions, "execFee")).value();
  const Amount paid = Amount::parse(member(executions, "execValue")).value();
  EXPECT_EQ(bench.total("BTC") - coins, bought - fee);
  EXPECT_EQ(dollars - bench.total("USDT"), paid);
  const std::string log = bench.ask("/v5/account/transaction-log?accountType=UNIFIED&currency=USDT");
  EXPECT_EQ(member(log, "cashBalance"), bench.total("USDT").format());
  EXPECT_EQ(member(log, "change"), (-paid).format());
}

TEST(BybitOrders, AreRefusedInTheVenuesWords) {
  Bench bench;
  const auto linear = [&](std::string_view members) {
    return bench.wait(kSecond).code_of("linear", members);
  };
  const auto spot = [&](std::string_view members) { return bench.wait(kSecond).code_of("spot", members); };
  EXPECT_EQ(linear(R"("orderType":"Limit","qty":"0.01","price":"49000")"), 10001);  // no side
  EXPECT_EQ(spot(R"("side":"buy","orderType":"Limit","qty":"0.01","price":"49000")"), 170117);
  EXPECT_EQ(spot(R"("side":"Buy","orderType":"Stop","qty":"0.01","price":"49000")"), 170116);
  EXPECT_EQ(spot(R"("side":"Buy","orderType":"Limit","qty":"0.01","price":"49000","timeInForce":"GTD")"),
            170115);
  EXPECT_EQ(spot(R"("side":"Buy","orderType":"Limit","qty":"0.000001","price":"49000")"), 170136);
  EXPECT_EQ(spot(R"("side":"Buy","orderType":"Limit","qty":"0.00002","price":"49000")"), 170140);
  EXPECT_EQ(spot(R"("side":"Buy","orderType":"Limit","qty":"0.0100001","price":"49000")"), 170137);
  EXPECT_EQ(spot(R"("side":"Buy","orderType":"Limit","qty":"0.01","price":"49000.001")"), 170134);
  EXPECT_EQ(spot(R"("side":"Buy","orderType":"Limit","qty":"50","price":"49000")"), 170131);
  EXPECT_EQ(spot(R"("side":"Buy","orderType":"Limit","qty":"84","price":"49000")"), 170381);
  EXPECT_EQ(spot(R"("side":"Buy","orderType":"Limit","qty":"0.01","price":"49000","isLeverage":1)"), 170344);
  EXPECT_EQ(linear(R"("side":"Buy","orderType":"Limit","qty":"0.01","price":"20000")"), 110003);
  EXPECT_EQ(linear(R"("side":"Buy","orderType":"Limit","qty":"100","price":"49000")"), 110007);
  EXPECT_EQ(linear(R"("side":"Buy","orderType":"Limit","qty":"0.01","price":"49000","positionIdx":1)"),
            10001);
  EXPECT_EQ(linear(R"("side":"Sell","orderType":"Market","qty":"0.01","reduceOnly":true)"), 110017);
  EXPECT_EQ(linear(R"("side":"Sell","orderType":"Market","qty":0.01)"), 10001);
  EXPECT_EQ(linear(R"("side":"Buy","orderType":"Market","qty":"0.01","slippageTolerance":"1")"), 10001);
  EXPECT_EQ(
      number_member(bench.post("/v5/order/create", R"({"category":"spot","symbol":"NOPE","side":"Buy"})"),
                    "retCode"),
      170121);
  EXPECT_EQ(
      number_member(bench.post("/v5/order/create", R"({"category":"inverse","symbol":"BTCUSD"})"), "retCode"),
      10001);
  EXPECT_EQ(number_member(bench.post("/v5/order/create", "{"), "retCode"), 10001);
}

TEST(BybitOrders, HaveClientIdsThatAreUniqueForEver) {
  Bench bench;
  const std::string named = std::string(kResting) + R"(,"orderLinkId":"once")";
  for (const std::string_view category : {"spot", "linear"}) {
    EXPECT_EQ(bench.code_of(category, named), 0);
    EXPECT_EQ(number_member(bench.post("/v5/order/cancel", Bench::order(category, R"("orderLinkId":"once")")),
                            "retCode"),
              0);
    EXPECT_EQ(bench.code_of(category, named), category == "spot" ? 170141 : 110072);
  }
  EXPECT_EQ(bench.code_of("linear", std::string(kResting) + R"(,"orderLinkId":"has a space")"), 10001);
}

TEST(BybitOrders, ThatWaitNameTheirTrigger) {
  Bench bench;
  const auto waits = [](int direction, std::string_view trigger) {
    return fmt::format(
        R"("side":"Sell","orderType":"Market","qty":"0.01","triggerPrice":"{}","triggerDirection":{})",
        trigger, direction);
  };
  EXPECT_EQ(bench.code_of("linear", waits(2, "51000")), 110093);
  EXPECT_EQ(bench.code_of("linear", waits(1, "49000")), 110092);
  EXPECT_EQ(
      bench.code_of("linear", R"("side":"Sell","orderType":"Market","qty":"0.01","triggerPrice":"49000")"),
      10001);
  EXPECT_EQ(bench.code_of("linear", waits(2, "49000")), 0);
  const std::string open = bench.open_orders("linear");
  EXPECT_THAT(open, HasSubstr(R"("orderStatus":"Untriggered")"));
  EXPECT_THAT(open, HasSubstr(R"("triggerPrice":"49000.0","triggerDirection":2,"triggerBy":"LastPrice")"));
  EXPECT_EQ(member(open, "stopOrderType"), "Stop");
  bench.book(bench.linear, "48999.9", "49000.1").trade(bench.linear, "49000", "0.1", Side::sell);
  EXPECT_EQ(member(bench.position(), "side"), "Sell");
}

TEST(BybitOrders, OfABatchAreAnsweredOneByOne) {
  Bench bench;
  const std::string placed = bench.post(
      "/v5/order/create-batch",
      R"({"category":"spot","request":[{"symbol":"BTCUSDT","side":"Buy","orderType":"Limit","qty":"0.01","price":"49000","orderLinkId":"a"},)"
      R"({"symbol":"NOPE","side":"Buy","orderType":"Limit","qty":"0.01","price":"49000","orderLinkId":"b"}]})");
  EXPECT_THAT(
      placed,
      HasSubstr(R"("retExtInfo":{"list":[{"code":0,"msg":"OK"},{"code":170121,"msg":"Invalid symbol."}]})"));
  EXPECT_THAT(placed, HasSubstr(R"("symbol":"NOPE","orderId":"","orderLinkId":"b","createAt":"")"));
  const std::string canceled = bench.post(
      "/v5/order/cancel-batch",
      R"({"category":"spot","request":[{"symbol":"BTCUSDT","orderLinkId":"a"},{"symbol":"BTCUSDT","orderLinkId":"b"}]})");
  EXPECT_THAT(canceled,
              HasSubstr(R"([{"code":0,"msg":"OK"},{"code":170213,"msg":"Order does not exist."}])"));
  std::string many = R"({"category":"spot","request":[{})";
  for (int i = 0; i < 10; ++i) many += ",{}";
  EXPECT_EQ(number_member(bench.post("/v5/order/create-batch", many + "]}"), "retCode"), 10001);
}

TEST(BybitOrders, ComeInPages) {
  Bench bench;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(bench.code_of("linear", fmt::format(R"({},"orderLinkId":"n{}")", kResting, i)), 0);
  }
  std::string seen;
  std::string cursor;
  int pages = 0;
  do {
    const std::string page =
        bench.ask("/v5/order/realtime?category=linear&symbol=BTCUSDT&limit=2&cursor=" + cursor);
    for (std::size_t at = page.find("\"orderLinkId\":\"n"); at != std::string::npos;
         at = page.find("\"orderLinkId\":\"n", at + 1)) {
      seen += page[at + 16];
    }
    cursor = member(page, "nextPageCursor");
    ++pages;
  } while (!cursor.empty() && pages < 9);
  EXPECT_EQ(seen, "43210");
  EXPECT_EQ(pages, 3);
}

TEST(BybitOrders, AreCanceledAllAtOnce) {
  Bench bench;
  EXPECT_EQ(bench.code_of("linear", kResting), 0);
  EXPECT_EQ(
      bench.code_of(
          "linear",
          R"("side":"Sell","orderType":"Market","qty":"0.01","triggerPrice":"49000","triggerDirection":2)"),
      0);
  EXPECT_EQ(number_member(bench.post("/v5/order/cancel-all", R"({"category":"linear"})"), "retCode"), 10001);
  const auto all =
      bench.post("/v5/order/cancel-all", R"({"category":"linear","symbol":"BTCUSDT","orderFilter":"Order"})");
  EXPECT_THAT(all, HasSubstr(R"("success":"1")"));
  EXPECT_THAT(bench.open_orders("linear"), HasSubstr("Untriggered"));
  EXPECT_EQ(number_member(bench.post("/v5/order/cancel-all", R"({"category":"linear","settleCoin":"USDT"})"),
                          "retCode"),
            0);
  EXPECT_THAT(bench.open_orders("linear"), HasSubstr(R"("list":[])"));
  EXPECT_THAT(bench.ask("/v5/order/history?category=linear"), HasSubstr("Deactivated"));
}

TEST(BybitOrders, OfOptionsAndInverseContractsAreNone) {
  Bench bench;
  EXPECT_THAT(bench.ask("/v5/order/realtime?category=option"),
              HasSubstr(R"("list":[],"nextPageCursor":"","category":"option")"));
  EXPECT_THAT(bench.ask("/v5/position/list?category=inverse"), HasSubstr(R"("list":[])"));
  EXPECT_EQ(number_member(bench.ask("/v5/order/realtime?category=linear"), "retCode"), 10001);
}

}  // namespace
}  // namespace kontor::emulator::bybit
