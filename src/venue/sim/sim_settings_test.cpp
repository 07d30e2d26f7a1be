#include "venue/sim/sim_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "venue/sim/scenario_test_support.hpp"

namespace kontor::sim {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Settings : public ::testing::Test {
 protected:
  [[nodiscard]] std::string error() const {
    const auto checked = settings().check(world_.instruments);
    return checked ? "" : checked.error().message;
  }
  [[nodiscard]] const SimSettings& settings() const { return world_.settings; }
  InstrumentRules& all() { return world_.settings.rules; }
  test::Scenario world_;
};

TEST_F(Settings, DefaultsAreSound) {
  world_.settings = SimSettings{};
  EXPECT_EQ(error(), "");
  EXPECT_EQ(settings().rules.slippage_bps, (Decimal{5, 0}));
  EXPECT_EQ(settings().rules.participation, (Decimal{1, 1}));
  EXPECT_EQ(settings().latency.order_entry_ns + settings().latency.response_ns, 50 * kMillisecond);
}

TEST_F(Settings, NamesEveryImpossibleValueAtOnce) {
  all().participation = Decimal{11, 1};
  all().slippage_bps = Decimal{-1, 0};
  all().taker_fee = Decimal{5, 1};
  all().max_open_orders = 0;
  all().maintenance = {};
  world_.settings.latency.jitter_ns = -1;
  EXPECT_THAT(error(), AllOf(HasSubstr("BTCUSDT@test: expected a participation between 0 and 1, found 1.1"),
                             HasSubstr("slippage"), HasSubstr("a fee between"), HasSubstr("max_open_orders"),
                             HasSubstr("at least one maintenance tier"), HasSubstr("latencies"),
                             HasSubstr("ETHPERP")));
  EXPECT_EQ(settings().check(world_.instruments).error().kind, ErrorKind::usage);
}

TEST_F(Settings, LeverageIsBoundByTheInstrument) {
  world_.rules("BTCPERP").leverage = Decimal{101, 0};
  EXPECT_THAT(error(), HasSubstr("BTCPERP@test: expected a leverage between 1 and 100, found 101"));
}

TEST_F(Settings, TiersAscend) {
  all().maintenance = {{Decimal{5, 0}, Decimal{1, 2}, Decimal{}}, {Decimal{4, 0}, Decimal{2, 2}, Decimal{}}};
  EXPECT_THAT(error(), HasSubstr("ascending notional caps"));
  all().maintenance = {{Decimal{0, 0}, Decimal{1, 2}, Decimal{}}, {Decimal{4, 0}, Decimal{2, 2}, Decimal{}}};
  EXPECT_THAT(error(), HasSubstr("zero in the last tier only"));
}

TEST_F(Settings, ThirdFeeAssetNeedsAPrice) {
  InstrumentRules& rules = world_.rules("BTCUSDT");
  rules.fee_asset = FeeAsset::other;
  rules.other_fee_asset = world_.instruments.add_asset("BNB");
  EXPECT_THAT(error(), HasSubstr("an instrument or a price for the fee asset"));
  rules.other_fee_instrument = world_.id_of("ETHPERP");
  EXPECT_THAT(error(), HasSubstr("an instrument that prices the fee asset, found ETHPERP@test"));
  rules.other_fee_instrument = world_.id_of("BNBUSDT");
  EXPECT_EQ(error(), "");
}

TEST_F(Settings, OneInstrumentOwesABaseAsset) {
  InstrumentSpecification second = world_.instruments[world_.id_of("BTCUSDT")].specification();
  second.name.symbol = "BTCUSDC";
  second.quote = "USDC";
  ASSERT_TRUE(world_.instruments.add(second).has_value());
  world_.rules("BTCUSDT").spot_margin = true;
  EXPECT_EQ(error(), "");
  world_.rules("BTCUSDC").spot_margin = true;
  EXPECT_THAT(error(), HasSubstr("one spot instrument on margin for each base asset"));
}

TEST_F(Settings, RulesForOneInstrumentBeginAsTheDefaults) {
  all().touch_fills = true;
  InstrumentRules& own = world_.rules("BTCPERP");
  EXPECT_TRUE(own.touch_fills);
  own.touch_fills = false;
  EXPECT_FALSE(settings().rules_of(world_.id_of("BTCPERP")).touch_fills);
  EXPECT_TRUE(settings().rules_of(world_.id_of("ETHPERP")).touch_fills);
  EXPECT_EQ(settings().overrides.size(), 1U);
}

TEST_F(Settings, OpenWindowCoversTheLatency) {
  EXPECT_EQ(settings().open_window().of(kMinute), 35 * kMillisecond);
  EXPECT_EQ(settings().open_window().of(50 * kMillisecond), 25 * kMillisecond);
  world_.settings.open_window_ns = 0;
  EXPECT_EQ(settings().open_window().of(kMinute), 0);
}

TEST_F(Settings, AssumptionsSayWhatWasAssumed) {
  const auto lines = settings().assumptions(world_.instruments);
  ASSERT_EQ(lines.size(), 1 + 4 * world_.instruments.size());
  EXPECT_EQ(lines[0].first, "latency");
  EXPECT_EQ(lines[0].second, "order entry 25 ms, response 25 ms, feed 10 ms, jitter 0 ms (seed 1)");
  EXPECT_EQ(lines[1].second, "maker 0.001, taker 0.002, paid in quote asset");
  EXPECT_EQ(lines[4].second, "none: spot without short sales");
}

}  // namespace
}  // namespace kontor::sim
