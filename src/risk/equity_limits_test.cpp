#include "risk/equity_limits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/risk_fixture.hpp"

namespace kontor::risk {
namespace {

using test::amount;
using test::decimal;
using test::kOther;
using testing::ElementsAre;
using testing::IsEmpty;

/// 100,000 USDT; bitcoin at 50,000, ether at 2,500.
class EquityLimitsTest : public test::RiskFixture {
 protected:
  void at_leverage(InstrumentId id, std::string_view leverage) {
    settings.leverages.resize(3, Decimal{1, 0});
    settings.leverages[id.index()] = decimal(leverage);
  }
};

TEST_F(EquityLimitsTest, LeverageCountsWhatIsOnMarginOnly) {
  settings.account.max_leverage = decimal("2");
  hold(spot, Side::buy, "1");  // paid in full: no leverage
  hold(perpetual, Side::sell, "3");
  EXPECT_THAT(refused(order(ether, Side::buy, "20")), IsEmpty());
  EXPECT_THAT(refused(order(ether, Side::buy, "20.001")), ElementsAre(RejectReason::max_leverage));
  EXPECT_THAT(refused(order(spot, Side::buy, "1")), IsEmpty());
  rest(limit(ether, Side::buy, "20", "2400"));
  EXPECT_THAT(refused(order(perpetual, Side::sell, "0.01")), ElementsAre(RejectReason::max_leverage));
  EXPECT_THAT(refused(order(perpetual, Side::buy, "3")), IsEmpty());
}

TEST_F(EquityLimitsTest, LeverageCountsSpotThatIsSoldShort) {
  settings.account.max_leverage = decimal("0.5");
  settings.spot_margin = {spot};
  hold(spot, Side::buy, "0.2");
  EXPECT_THAT(refused(order(spot, Side::sell, "1.2")), IsEmpty());  // 1 beyond what is held
  EXPECT_THAT(refused(order(spot, Side::sell, "1.20001")), ElementsAre(RejectReason::max_leverage));
}

TEST_F(EquityLimitsTest, LeverageOfAStrategyLooksAtItsOwnBooks) {
  settings.strategies[1].max_leverage = decimal("1");
  hold(perpetual, Side::buy, "4");
  EXPECT_THAT(refused(order(perpetual, Side::buy, "2", kOther)), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "2.001", kOther)), ElementsAre(RejectReason::max_leverage));
  EXPECT_THAT(refused(order(perpetual, Side::buy, "9")), IsEmpty());
}

TEST_F(EquityLimitsTest, TheReserveStaysUntouched) {
  settings.account.reserve = decimal("0.4");
  at_leverage(perpetual, "5");
  hold(spot, Side::buy, "0.5");        // 25,000 paid
  hold(perpetual, Side::sell, "2.5");  // 125,000 on 25,000
  EXPECT_THAT(refused(order(spot, Side::buy, "0.2")), IsEmpty());
  EXPECT_THAT(refused(order(spot, Side::buy, "0.20001")), ElementsAre(RejectReason::reserve));
  EXPECT_THAT(refused(order(perpetual, Side::sell, "1")), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::sell, "1.001")), ElementsAre(RejectReason::reserve));
  EXPECT_THAT(refused(order(ether, Side::buy, "4")), IsEmpty());  // at its full value
  EXPECT_THAT(refused(order(ether, Side::buy, "4.001")), ElementsAre(RejectReason::reserve));
}

TEST_F(EquityLimitsTest, TheStrictestReserveWins) {
  settings.account.reserve = decimal("0.1");
  settings.strategies[0].reserve = decimal("0.75");
  settings.instruments[ether.index()].reserve = decimal("0.9");
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.5")), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.501")), ElementsAre(RejectReason::reserve));
  EXPECT_THAT(refused(order(ether, Side::buy, "4", kOther)), IsEmpty());
  EXPECT_THAT(refused(order(ether, Side::buy, "4.001", kOther)), ElementsAre(RejectReason::reserve));
  EXPECT_THAT(refused(order(perpetual, Side::buy, "1.8", kOther)), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "1.801", kOther)), ElementsAre(RejectReason::reserve));
}

TEST_F(EquityLimitsTest, ExitsPassWhateverIsBroken) {
  hold(perpetual, Side::buy, "8");
  settings.account.max_leverage = decimal("0.1");
  settings.account.reserve = decimal("1");
  EXPECT_THAT(refused(order(perpetual, Side::sell, "8")), IsEmpty());
  EXPECT_THAT(refused(stop_loss(perpetual, "8", GroupId(1))), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::sell, "16")), IsEmpty());  // no larger than it was
  EXPECT_THAT(refused(order(perpetual, Side::sell, "16.001")),
              ElementsAre(RejectReason::max_leverage, RejectReason::reserve));
}

TEST_F(EquityLimitsTest, AmendmentsAreJudgedAsTheOrderTheyMake) {
  settings.account.max_leverage = decimal("1");
  const OrderId resting = rest(limit(perpetual, Side::buy, "1", "49000"));
  const auto amended = [&](std::string_view size) {
    return AmendOrder{resting, perpetual, test::quantity(table[perpetual], size),
                      test::price(table[perpetual], "49000")};
  };
  EXPECT_THAT(refused(amended("2")), IsEmpty());
  EXPECT_THAT(refused(amended("2.001")), ElementsAre(RejectReason::max_leverage));
  EXPECT_THAT(refused(amended("0.5")), IsEmpty());
}

TEST_F(EquityLimitsTest, WithoutEquityNothingIsAllowed) {
  settings.account.max_leverage = decimal("2");
  settings.account.reserve = decimal("0.1");
  portfolio.book_transfer({amount("-100000"), table[spot].quote()});
  EXPECT_THAT(refused(order(ether, Side::buy, "1")),
              ElementsAre(RejectReason::max_leverage, RejectReason::reserve));
}

}  // namespace
}  // namespace kontor::risk
