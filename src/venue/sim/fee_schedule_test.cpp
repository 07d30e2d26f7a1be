#include "venue/sim/fee_schedule.hpp"

#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "venue/sim/scenario_test_support.hpp"

namespace kontor::sim::test {
namespace {

TEST(ProductRate, EqualsTheDecimalProduct) {
  Prng prng(7);
  for (int i = 0; i < 20'000; ++i) {
    const Decimal rate{static_cast<std::int64_t>(prng.below(20'000)) - 10'000,
                       static_cast<std::uint8_t>(prng.below(9))};
    const std::int64_t unit = kPowersOfTen[prng.below(13)];
    const auto raw = static_cast<std::int64_t>(prng.below(1'000'000'000'000));
    const Amount expected =
        Amount::from_units(static_cast<int128>(raw) * unit).times(rate, Rounding::ceiling);
    ASSERT_EQ(ProductRate(rate, unit).of(raw).units(), expected.units())
        << rate.format() << " × " << raw << " × " << unit;
  }
}

TEST(ProductRate, SurvivesProductsBeyondItsFastPath) {
  const Decimal rate{1, 3};
  const int128 raw =
      static_cast<int128>(1'000'000'000'000'000'000) * 100'000'000;  // 1e26 × 1e10 does not fit
  EXPECT_EQ(ProductRate(rate, 1'000'000'000'000).of(raw).units(), raw * 1'000'000'000);
}

TEST(ConvertedFee, RoundsUpToTheLastUnit) {
  const Amount one = Amount::parse("1").value();
  EXPECT_EQ(converted_fee(one, RawPrice(300), 0).format(), "0.003333333333333334");
  EXPECT_EQ(converted_fee(one, RawPrice(400), 2).format(), "0.25");
  EXPECT_EQ(converted_fee(Amount(), RawPrice(300), 0).format(), "0");
}

class Fees : public ::testing::Test {
 protected:
  Fees() { scenario_.use("BTCUSDT"); }
  Scenario& trades() {
    scenario_.bar("100 100 100 100").order("1 buy 1 market").bar("100 100 100 100");
    return scenario_.order("2 sell 0.5 limit 101").bar("100 102 100 101");
  }
  Scenario scenario_;
};

TEST_F(Fees, InQuoteByDefault) {
  scenario_.deposit("1000 USDT");
  trades();
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 100 taker fee 0.2 USDT\n"
            "fill 2 sell 0.5 @ 101 maker fee 0.0505 USDT\n");
  EXPECT_EQ(scenario_.balance("USDT"), "950.2495");
}

TEST_F(Fees, InBaseOnBuys) {
  scenario_.settings.rules.fee_asset = FeeAsset::base;
  scenario_.deposit("1000 USDT");
  trades();
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 100 taker fee 0.002 BTC\n"
            "fill 2 sell 0.5 @ 101 maker fee 0.0505 USDT\n");
  EXPECT_EQ(scenario_.balance("BTC"), "0.498");
  EXPECT_EQ(scenario_.balance("USDT"), "950.4495");
}

TEST_F(Fees, InAThirdAssetAtItsPrice) {
  scenario_.settings.rules.fee_asset = FeeAsset::other;
  scenario_.settings.rules.other_fee_asset = scenario_.instruments.add_asset("BNB");
  scenario_.settings.rules.other_fee_instrument = scenario_.id_of("BNBUSDT");
  scenario_.deposit("1000 USDT").deposit("0.0005 BNB");
  scenario_.use("BNBUSDT").bar("400 400 400 400").use("BTCUSDT");
  trades();
  // 0.2 / 400 takes all the BNB there is; the next fee falls back to the quote asset.
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 100 taker fee 0.0005 BNB\n"
            "fill 2 sell 0.5 @ 101 maker fee 0.0505 USDT\n");
  EXPECT_EQ(scenario_.balance("BNB"), "0");
}

TEST_F(Fees, InAThirdAssetAtAFixedPrice) {
  scenario_.settings.rules.fee_asset = FeeAsset::other;
  scenario_.settings.rules.other_fee_asset = scenario_.instruments.add_asset("BNB");
  scenario_.settings.rules.other_fee_price = Decimal{2'505, 1};
  scenario_.deposit("1000 USDT").deposit("1 BNB");
  trades();
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 100 taker fee 0.000798403193612775 BNB\n"
            "fill 2 sell 0.5 @ 101 maker fee 0.000201596806387226 BNB\n");
}

TEST_F(Fees, RebateIsPaidOut) {
  scenario_.rules("BTCUSDT").maker_fee = Decimal{-1, 4};
  scenario_.deposit("1000 USDT").bar("100 100 100 100").order("1 buy 1 limit 99").bar("100 100 98 99");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 99 maker fee -0.0099 USDT\n");
  EXPECT_EQ(scenario_.balance("USDT"), "901.0099");
}

}  // namespace
}  // namespace kontor::sim::test
