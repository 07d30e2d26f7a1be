#include <gmock/gmock.h>

#include "emulator/bybit/bybit_test_support.hpp"

namespace kontor::emulator::bybit {
namespace {

using test::Bench;
using test::member;
using test::number_member;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kBuy = R"("side":"Buy","orderType":"Market","qty":"0.02")";
constexpr std::string_view kClose =
    R"("side":"Sell","orderType":"Market","qty":"0","reduceOnly":true,"closeOnTrigger":true)";

std::int64_t stop(Bench& bench, std::string_view members) {
  return number_member(bench.wait(kSecond).post("/v5/position/trading-stop", Bench::order("linear", members)),
                       "retCode");
}

TEST(BybitPosition, IsShownAndClosed) {
  Bench bench;
  EXPECT_EQ(bench.code_of("linear", kBuy), 0);
  const std::string held = bench.position();
  EXPECT_THAT(held,
              HasSubstr(R"("side":"Buy","size":"0.020","avgPrice":"50000.1","positionValue":"1000.002")"));
  EXPECT_THAT(bench.ask("/v5/position/list?category=linear&settleCoin=USDT"), HasSubstr("BTCUSDT"));
  EXPECT_EQ(bench.code_of("linear", kClose), 0);
  EXPECT_THAT(bench.position(), HasSubstr(R"("side":"","size":"0")"));
  EXPECT_THAT(bench.ask("/v5/position/list?category=linear&settleCoin=USDT"), HasSubstr(R"("list":[])"));
  const std::string closed = bench.ask("/v5/position/closed-pnl?category=linear");
  EXPECT_THAT(closed, HasSubstr(R"("avgEntryPrice":"50000.1","avgExitPrice":"49999.9")"));
  // 0.02 × (49999.9 - 50000.1) less the fee of the exit.
  EXPECT_EQ(member(closed, "closedPnl"), "-0.5539989");
  EXPECT_EQ(bench.code_of("linear", kClose), 110017);
}

TEST(BybitPosition, HasLeverageAndModes) {
  Bench bench;
  const auto set = [&](std::string_view leverage) {
    return number_member(
        bench.post(
            "/v5/position/set-leverage",
            Bench::order("linear", fmt::format(R"("buyLeverage":"{0}","sellLeverage":"{0}")", leverage))),
        "retCode");
  };
  EXPECT_EQ(set("25"), 0);
  EXPECT_EQ(set("25"), 110043);
  EXPECT_EQ(set("101"), 110013);
  EXPECT_EQ(member(bench.position(), "leverage"), "25");
  const auto mode = [&](int value) {
    return number_member(
        bench.post("/v5/position/switch-mode", Bench::order("linear", fmt::format(R"("mode":{})", value))),
        "retCode");
  };
  EXPECT_EQ(mode(0), 110025);
  EXPECT_EQ(mode(3), 110029);
  EXPECT_EQ(mode(1), 10001);
  EXPECT_EQ(number_member(bench.post("/v5/account/set-margin-mode", R"({"setMarginMode":"ISOLATED_MARGIN"})"),
                          "retCode"),
            0);
  EXPECT_EQ(member(bench.ask("/v5/account/info"), "marginMode"), "ISOLATED_MARGIN");
  const std::string portfolio =
      bench.post("/v5/account/set-margin-mode", R"({"setMarginMode":"PORTFOLIO_MARGIN"})");
  EXPECT_EQ(number_member(portfolio, "retCode"), 3400045);
}

TEST(BybitPosition, KeepsItsStopsUntilItIsFlat) {
  Bench bench;
  EXPECT_EQ(stop(bench, R"("tpslMode":"Full","stopLoss":"45000")"), 10001);
  EXPECT_EQ(bench.code_of("linear", kBuy), 0);
  EXPECT_EQ(stop(bench, R"("tpslMode":"Full","stopLoss":"51000")"), 10001);
  EXPECT_EQ(stop(bench, R"("tpslMode":"Full","takeProfit":"55000","stopLoss":"45000")"), 0);
  EXPECT_EQ(stop(bench, R"("tpslMode":"Full","stopLoss":"46000")"), 0);
  EXPECT_EQ(stop(bench, R"("tpslMode":"Full")"), 34040);
  EXPECT_THAT(bench.position(), HasSubstr(R"("takeProfit":"55000.0","stopLoss":"46000.0")"));
  EXPECT_EQ(bench.venue->exchange().open_orders(bench.account, Product::linear, std::nullopt).size(), 2U);
  EXPECT_EQ(stop(bench, R"("tpslMode":"Full","takeProfit":"0")"), 0);
  EXPECT_THAT(bench.position(), HasSubstr(R"("takeProfit":"","stopLoss":"46000.0")"));
  EXPECT_EQ(bench.code_of("linear", kClose), 0);
  EXPECT_TRUE(bench.venue->exchange().open_orders(bench.account, Product::linear, std::nullopt).empty());
  EXPECT_THAT(bench.position(), HasSubstr(R"("takeProfit":"","stopLoss":"")"));
}

TEST(BybitPosition, IsClosedByItsStop) {
  Bench bench;
  EXPECT_EQ(bench.code_of("linear", std::string(kBuy) + R"(,"takeProfit":"55000","stopLoss":"45000")"), 0);
  EXPECT_THAT(bench.position(), HasSubstr(R"("takeProfit":"55000.0","stopLoss":"45000.0")"));
  bench.book(bench.linear, "44999.9", "45000.1").trade(bench.linear, "45000", "0.1", Side::sell);
  EXPECT_THAT(bench.position(), HasSubstr(R"("size":"0")"));
  EXPECT_TRUE(bench.venue->exchange().open_orders(bench.account, Product::linear, std::nullopt).empty());
  const std::string executions = bench.ask("/v5/execution/list?category=linear&limit=1");
  EXPECT_THAT(executions, HasSubstr(R"("createType":"CreateByStopLoss")"));
  EXPECT_EQ(member(executions, "stopOrderType"), "StopLoss");
}

TEST(BybitPosition, TrailingStopFollowsItsSize) {
  Bench bench;
  EXPECT_EQ(bench.code_of("linear", kBuy), 0);
  EXPECT_EQ(stop(bench, R"("tpslMode":"Full","trailingStop":"500")"), 0);
  EXPECT_EQ(member(bench.position(), "trailingStop"), "500.0");
  EXPECT_EQ(bench.code_of("linear", kBuy), 0);
  const auto open = bench.venue->exchange().open_orders(bench.account, Product::linear, std::nullopt);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0]->quantity, bench.venue->exchange().position(bench.account, bench.linear).quantity);
  EXPECT_THAT(bench.open_orders("linear"), HasSubstr(R"("stopOrderType":"TrailingStop")"));
}

TEST(BybitPosition, PartialStopsComeAndGoInPairs) {
  Bench bench;
  EXPECT_EQ(bench.code_of("linear", kBuy), 0);
  EXPECT_EQ(
      stop(bench,
           R"("tpslMode":"Partial","takeProfit":"55000","stopLoss":"45000","tpSize":"0.01","slSize":"0.01")"),
      0);
  EXPECT_EQ(
      stop(bench,
           R"("tpslMode":"Partial","takeProfit":"55000","stopLoss":"45000","tpSize":"0.01","slSize":"0.02")"),
      10001);
  EXPECT_THAT(bench.open_orders("linear"), HasSubstr("PartialTakeProfit"));
  bench.book(bench.linear, "54999.9", "55000.1").trade(bench.linear, "55000", "0.1", Side::buy);
  EXPECT_EQ(member(bench.position(), "size"), "0.010");
  EXPECT_THAT(bench.open_orders("linear"), HasSubstr(R"("list":[])"));
}

TEST(BybitPosition, LegsOfAnEntryThatRestsAreNoOrdersYet) {
  Bench bench;
  EXPECT_EQ(
      bench.code_of("linear",
                    R"("side":"Buy","orderType":"Limit","qty":"0.02","price":"49000","tpslMode":"Partial",)"
                    R"("takeProfit":"55000","stopLoss":"45000")"),
      0);
  const std::string open = bench.open_orders("linear");
  EXPECT_THAT(open, HasSubstr(R"("takeProfit":"55000","stopLoss":"45000")"));
  EXPECT_THAT(open, Not(HasSubstr("Untriggered")));
  bench.book(bench.linear, "48899.9", "48900.1").trade(bench.linear, "48900", "0.1", Side::sell);
  EXPECT_THAT(bench.open_orders("linear"), HasSubstr("PartialStopLoss"));
}

TEST(BybitPosition, WalletAddsUp) {
  Bench bench;
  EXPECT_EQ(bench.code_of("linear", kBuy), 0);
  EXPECT_EQ(bench.code_of("spot", R"("side":"Buy","orderType":"Limit","qty":"0.01","price":"49000")"), 0);
  const std::string wallet = bench.ask("/v5/account/wallet-balance?accountType=UNIFIED&coin=USDT");
  EXPECT_EQ(member(wallet, "locked"), "490");
  EXPECT_EQ(member(wallet, "totalOrderIM"), "0");
  EXPECT_EQ(member(wallet, "totalPositionIM"), "100.0002");
  EXPECT_EQ(member(wallet, "walletBalance"), bench.total("USDT").format());
  EXPECT_THAT(wallet, Not(HasSubstr(R"("coin":"BTC")")));
  EXPECT_EQ(number_member(bench.ask("/v5/account/wallet-balance?accountType=SPOT"), "retCode"), 10001);
}

}  // namespace
}  // namespace kontor::emulator::bybit
