#include "venue/bybit/parse_account.hpp"

#include <gtest/gtest.h>

#include "venue/bybit/bybit_test_support.hpp"

namespace kontor::bybit {
namespace {

using test::decoded;
using test::linear;
using test::linear_stream;
using test::Lines;
using test::spot_stream;
using venue::MessageKind;

std::string account_answer(std::string_view result) {
  return fmt::format(R"({{"retCode":0,"retMsg":"OK","result":{},"retExtInfo":{{}},"time":1690872862481}})",
                     result);
}

TEST(BybitAccount, BalancesAreWhatIsOwned) {
  EXPECT_EQ(decoded(account_answer(R"({"list":[{"totalEquity":"3.31","accountType":"UNIFIED","coin":[
        {"coin":"BTC","equity":"15","walletBalance":"15","locked":"5","availableToWithdraw":"10","spotBorrow":"0"},
        {"coin":"USDT","walletBalance":"100.5","spotBorrow":"20.25","availableToWithdraw":""}]}]})"),
                    linear(MessageKind::balance)),
            (Lines{"balance asset=BTC ts_venue=1690872862481000000 total=15 free=10 locked=5",
                   "balance asset=USDT ts_venue=1690872862481000000 total=80.25"}));
}

TEST(BybitAccount, ABalanceWithMorePlacesThanFitIsCut) {
  EXPECT_EQ(
      decoded(account_answer(
                  R"({"list":[{"coin":[{"coin":"USDT","walletBalance":"1234567890.123456789012345"}]}]})"),
              linear(MessageKind::balance)),
      Lines{"balance asset=USDT ts_venue=1690872862481000000 total=1234567890.123456789"});
}

TEST(BybitAccount, TheWalletOfTheStreamHasTheTimeOfItsMessageWhereverThatStands) {
  constexpr std::string_view line =
      "balance asset=BTC ts_venue=1700034722104000000 total=0.00102964 locked=0";
  EXPECT_EQ(decoded(R"({"id":"5","topic":"wallet","creationTime":1700034722104,"data":[{"coin":[{"coin":"BTC",
        "walletBalance":"0.00102964","locked":"0","availableToWithdraw":""}]}]})",
                    linear_stream()),
            Lines{std::string(line)});
  EXPECT_EQ(decoded(R"({"data":[{"coin":[{"coin":"BTC","walletBalance":"0.00102964","locked":"0"}]}],
        "topic":"wallet","creationTime":1700034722104})",
                    spot_stream()),
            Lines{std::string(line)});
}

TEST(BybitAccount, ACoinWithoutABalanceIsNotGuessed) {
  EXPECT_EQ(decoded(account_answer(R"({"list":[{"coin":[{"coin":"USDT","walletBalance":""}]}]})"),
                    linear(MessageKind::balance)),
            Lines{R"(bybit: expected a decimal in walletBalance, found "none")"});
}

TEST(BybitAccount, PositionsHaveASign) {
  EXPECT_EQ(
      decoded(account_answer(R"({"list":[{"positionIdx":0,"symbol":"BTCUSDT","side":"Sell","size":"0.300",
        "avgPrice":"27464.50441675","tradeMode":0,"leverage":"10","markPrice":"28224.50","liqPrice":"",
        "unrealisedPnl":"-0.00029413","updatedTime":"1697673600012"},{"positionIdx":1,"symbol":"ETHUSDT",
        "side":"Buy","size":"2","avgPrice":"1600","tradeMode":1,"leverage":"","liqPrice":"1200","updatedTime":"1"}],
        "nextPageCursor":"","category":"linear"})"),
              linear(MessageKind::positions)),
      (Lines{"position symbol=BTCUSDT ts_venue=1697673600012000000 quantity=-0.300 "
             "entry_price=27464.50441675 mark=28224.50 unrealised=-0.00029413 leverage=10",
             "position symbol=ETHUSDT ts_venue=1000000 position_side=long_side quantity=2 entry_price=1600 "
             "liquidation_price=1200 margin_mode=isolated",
             "next_page"}));
}

TEST(BybitAccount, AnEmptyPositionHasNoSideAndAFullOneDoes) {
  EXPECT_EQ(
      decoded(R"({"topic":"position","creationTime":1,"data":[{"category":"linear","symbol":"A","side":"",
        "size":"0","entryPrice":"0","liqPrice":"0","updatedTime":"5"}]})",
              linear_stream()),
      Lines{"position symbol=A ts_venue=5000000"});
  EXPECT_EQ(decoded(R"({"topic":"position","creationTime":1,"data":[{"symbol":"A","side":"","size":"1"}]})",
                    linear_stream()),
            Lines{R"(bybit: expected Buy or Sell in side, found "")"});
}

TEST(BybitAccount, FundingPaymentsOfTheLog) {
  constexpr std::string_view log = R"({"nextPageCursor":"21963%3A1","list":[
    {"id":"59","symbol":"XRPUSDT","side":"Buy","funding":"-0.003676","change":"-0.003676",
     "transactionTime":"1672128000000","type":"SETTLEMENT","currency":"USDT","tradeId":"534c"},
    {"id":"60","symbol":"XRPUSDT","funding":"","transactionTime":"1672121182224","type":"TRADE","currency":"USDT",
     "tradeId":"5184"},
    {"id":"61","symbol":"BTCUSDT","funding":"0.5","transactionTime":"1672128000000","type":"SETTLEMENT",
     "currency":"USDT","tradeId":""}]})";
  EXPECT_EQ(
      decoded(account_answer(log), linear(MessageKind::funding_payments)),
      (Lines{"funding_paid symbol=XRPUSDT ts_venue=1672128000000000000 asset=USDT amount=-0.003676 id=534c",
             "funding_paid symbol=BTCUSDT ts_venue=1672128000000000000 asset=USDT amount=0.5 id=61",
             "next_page cursor=21963%3A1"}));
  venue::MessageContext context = linear(MessageKind::funding_payments);
  context.symbol = "BTCUSDT";
  EXPECT_EQ(decoded(account_answer(log), context).size(), 2U);
}

TEST(BybitAccount, Fees) {
  EXPECT_EQ(
      decoded(account_answer(
                  R"({"list":[{"symbol":"ETHUSDT","takerFeeRate":"0.0006","makerFeeRate":"-0.0001"}]})"),
              linear(MessageKind::fees)),
      Lines{"fees symbol=ETHUSDT maker=-0.0001 taker=0.0006"});
}

TEST(BybitAccount, PermissionsOfAKey) {
  EXPECT_EQ(
      decoded(account_answer(
                  R"({"readOnly":0,"permissions":{"ContractTrade":["Order","Position"],"Spot":["SpotTrade"],
        "Wallet":["AccountTransfer","SubMemberTransfer","Withdraw"],"Options":[],"Derivatives":[]},
        "ips":["18.181.170.164"],"expiredAt":"2023-11-14T22:13:20Z","deadlineDay":83})"),
              linear(MessageKind::key_permissions)),
      Lines{"key can_read=true can_trade_spot=true can_trade_linear=true can_withdraw=true can_transfer=true "
            "is_bound_to_addresses=true expires_at=1700000000000000000"});
  // A key for reading may have permissions that it cannot use; one that may withdraw is told anyway.
  EXPECT_EQ(
      decoded(account_answer(
                  R"({"readOnly":1,"permissions":{"Derivatives":["DerivativesTrade"],"Spot":["SpotTrade"],
        "Wallet":["Withdraw"]},"ips":["*"],"expiredAt":"1970-01-01T00:00:00Z"})"),
              linear(MessageKind::key_permissions)),
      Lines{"key can_read=true can_withdraw=true"});
  EXPECT_EQ(
      decoded(account_answer(R"({"readOnly":0,"permissions":{"Derivatives":["DerivativesTrade"]},"ips":[]})"),
              linear(MessageKind::key_permissions)),
      Lines{"key can_read=true can_trade_linear=true"});
  EXPECT_EQ(decoded(account_answer(R"({"readOnly":0})"), linear(MessageKind::key_permissions)),
            Lines{R"(bybit: expected a field in permissions, found "none")"});
}

TEST(BybitAccount, SettingsAnswerThatTheyAreSet) {
  venue::MessageContext context = linear(MessageKind::leverage);
  context.symbol = "BTCUSDT";
  EXPECT_EQ(decoded(account_answer("{}"), context), Lines{"setting symbol=BTCUSDT"});
  EXPECT_EQ(decoded(account_answer("{}"), linear(MessageKind::position_mode)), Lines{"setting"});
  EXPECT_EQ(decoded(R"({"retCode":0,"retMsg":"OK"})", linear(MessageKind::margin_mode)), Lines{"setting"});
  EXPECT_EQ(decoded(R"({"retCode":0,"retMsg":"success"})", linear(MessageKind::countdown_cancel)), Lines{});
  EXPECT_EQ(decoded(R"({"retCode":3400045,"retMsg":"Set margin mode failed","result":{"reasons":[]}})",
                    linear(MessageKind::margin_mode)),
            Lines{"error error_class=invalid_request code=3400045 text=Set margin mode failed "
                  "meaning=the margin mode could not be set"});
}

}  // namespace
}  // namespace kontor::bybit
