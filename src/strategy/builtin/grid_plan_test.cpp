#include "strategy/builtin/grid_plan.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/instruments.hpp"

namespace kontor::strategy {
namespace {

using test::amount;

class GridPlanTest : public testing::Test {
 protected:
  InstrumentTable table;
  const Instrument instrument = table[test::add(table, test::spot("BTC"))];
  GridMarket market{
      .price = 1000, .range_percent = 1, .median_percent = 1, .range_rank = 0.5, .clusters = {}};
  GridShape shape;
  GridCosts costs{.buy_fee_quote = 0.001, .sell_fee = 0.001};

  [[nodiscard]] GridPlan plan(std::string_view capital = "10000") const {
    return plan_grid(instrument, market, shape, costs, amount(capital), amount("10"));
  }
  [[nodiscard]] double line(RawPrice price) const { return instrument.to_double(price); }
};

TEST_F(GridPlanTest, RangeFollowsVolatilityWithinItsBounds) {
  EXPECT_DOUBLE_EQ(half_range_percent(market, shape), 5);
  market.range_percent = 1.5;
  EXPECT_DOUBLE_EQ(half_range_percent(market, shape), 7.5);
  market.range_percent = 10;  // the ratio counts up to 2
  EXPECT_DOUBLE_EQ(half_range_percent(market, shape), 10);
  market.range_percent = 0.1;  // and down to ½
  EXPECT_DOUBLE_EQ(half_range_percent(market, shape), 2.5);
  shape.range_multiplier = 1.1;
  market.range_percent = 1;
  EXPECT_DOUBLE_EQ(half_range_percent(market, shape), 5.5);
  shape.base_range_percent = 15;
  EXPECT_DOUBLE_EQ(half_range_percent(market, shape), 15);
  shape.base_range_percent = 0.1;
  EXPECT_DOUBLE_EQ(half_range_percent(market, shape), 1);
  market.median_percent = 0;  // nothing to compare to
  shape = {};
  EXPECT_DOUBLE_EQ(half_range_percent(market, shape), 5);
}

TEST_F(GridPlanTest, TheTrendShiftsTheRange) {
  EXPECT_DOUBLE_EQ(upside_share(0), 0.5);
  EXPECT_DOUBLE_EQ(upside_share(1), 0.5);
  EXPECT_DOUBLE_EQ(upside_share(1.01), 0.575);
  EXPECT_DOUBLE_EQ(upside_share(3), 0.575);
  EXPECT_DOUBLE_EQ(upside_share(3.01), 0.65);
  EXPECT_DOUBLE_EQ(upside_share(-1.01), 0.425);
  EXPECT_DOUBLE_EQ(upside_share(-3.01), 0.35);
  shape.snap_percent = 0;
  GridPlan flat = plan();
  EXPECT_EQ(line(flat.lower), 950);
  EXPECT_EQ(line(flat.upper), 1050);
  market.trend_percent = 4;
  GridPlan up = plan();
  EXPECT_EQ(line(up.lower), 965);
  EXPECT_EQ(line(up.upper), 1065);
  market.trend_percent = -2;
  GridPlan down = plan();
  EXPECT_EQ(line(down.lower), 942.5);
  EXPECT_EQ(line(down.upper), 1042.5);
}

TEST_F(GridPlanTest, LevelsByTheRankOfTheVolatility) {
  EXPECT_EQ(levels_by_rank(0), 7U);
  EXPECT_EQ(levels_by_rank(0.2499), 7U);
  EXPECT_EQ(levels_by_rank(0.25), 10U);
  EXPECT_EQ(levels_by_rank(0.7499), 10U);
  EXPECT_EQ(levels_by_rank(0.75), 12U);
  EXPECT_EQ(levels_by_rank(0.95), 15U);
  for (const auto& [rank, levels] : {std::pair{0.1, 7U}, {0.5, 10U}, {0.8, 12U}, {0.99, 15U}}) {
    market.range_rank = rank;
    EXPECT_EQ(plan().levels.size(), levels);
  }
  shape.levels = 4;
  EXPECT_EQ(plan().levels.size(), 4U);
}

TEST_F(GridPlanTest, GeometricLinesHaveEqualRatiosArithmeticOnesEqualDistances) {
  shape.levels = 4;
  const GridPlan geometric = plan();
  const double ratio = std::pow(1050.0 / 950.0, 0.25);
  for (std::size_t i = 0; i < 4; ++i) {
    const GridLevelPlan& level = geometric.levels[i];
    EXPECT_NEAR(line(level.buy_price), 950 * std::pow(ratio, static_cast<double>(i)), 0.0051);
    EXPECT_NEAR(line(level.sell_price) / line(level.buy_price), ratio, 2e-5);
    if (i > 0) {
      EXPECT_EQ(level.buy_price, geometric.levels[i - 1].sell_price);
    }
  }
  shape.spacing = GridSpacing::arithmetic;
  const GridPlan arithmetic = plan();
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(line(arithmetic.levels[i].buy_price), 950 + 25.0 * static_cast<double>(i));
  }
}

TEST_F(GridPlanTest, BreakEvenIsTwiceTheFeeAndTheRequirementOneAndAHalfTimesThat) {
  costs = {.buy_fee_base = 0.001, .sell_fee = 0.001};
  EXPECT_NEAR(costs.break_even(), 1 / (0.999 * 0.999) - 1, 1e-15);
  EXPECT_NEAR(costs.required_spacing(), 0.0030045, 1e-7);  // 0.30 % at fees of 0.1 %
  costs = {.buy_fee_quote = 0.001, .sell_fee = 0.001};
  EXPECT_NEAR(costs.break_even(), 1.001 / 0.999 - 1, 1e-15);
  costs.slippage = 0.0005;
  costs.safety = 2;
  EXPECT_NEAR(costs.required_spacing(), 2 * (1.001 / 0.999 - 1) + 0.0005, 1e-15);
}

TEST_F(GridPlanTest, FeesReduceTheNumberOfLevels) {
  shape.base_range_percent = 1;  // 2 % altogether, and 10 levels are wanted
  GridPlan cheap = plan();
  EXPECT_EQ(cheap.levels.size(), 6U);  // 2 % / 0.3003 %
  costs.safety = 3;
  EXPECT_EQ(plan().levels.size(), 3U);
  costs.safety = 5;  // 1.001 % fits once only
  const GridPlan none = plan();
  EXPECT_EQ(none.refusal, "grid: fewer than two levels are wider than fees and ticks require");
  EXPECT_TRUE(none.levels.empty());
}

TEST_F(GridPlanTest, TicksThatMergeLinesReduceTheNumberOfLevels) {
  InstrumentSpecification coarse = test::spot("COARSE");
  coarse.tick = test::decimal("10");
  const Instrument with_ticks = table[test::add(table, coarse)];
  shape.base_range_percent = 2;  // 980 … 1020: five lines on ticks at the most
  shape.levels = 9;
  costs = {};
  const GridPlan coarse_plan = plan_grid(with_ticks, market, shape, costs, amount("10000"), amount("10"));
  ASSERT_TRUE(coarse_plan.refusal.empty());
  EXPECT_EQ(coarse_plan.levels.size(), 4U);
  shape.base_range_percent = 1;
  coarse.tick = test::decimal("50");
  coarse.name.symbol = "COARSER";
  const Instrument too_coarse = table[test::add(table, coarse)];
  EXPECT_EQ(plan_grid(too_coarse, market, shape, costs, amount("10000"), amount("10")).refusal,
            "grid: fewer than two levels are wider than fees and ticks require");
}

TEST_F(GridPlanTest, LinesSnapToClustersNearThem) {
  shape.levels = 4;  // lines at 950, 974.07, 998.75, 1024.04, 1050
  const std::vector<double> clusters = {951, 976, 1015, 1024.5};
  market.clusters = clusters;
  const GridPlan snapped = plan();
  EXPECT_EQ(line(snapped.levels[0].buy_price), 950);              // the edges stay
  EXPECT_EQ(line(snapped.levels[1].buy_price), 976);              // 0.2 % away
  EXPECT_NEAR(line(snapped.levels[2].buy_price), 998.75, 0.005);  // 1015 is too far
  EXPECT_EQ(line(snapped.levels[3].buy_price), 1024.5);
  shape.snap_percent = 0;
  EXPECT_NEAR(line(plan().levels[1].buy_price), 974.07, 0.005);
}

TEST_F(GridPlanTest, ALineDoesNotSnapWhereThatWouldBreakTheSpacing) {
  shape.base_range_percent = 1;
  shape.levels = 6;  // about 0.334 % apart, 0.3003 % are required
  const std::vector<double> clusters = {
      991.8};  // 0.15 % off the line at 993.3, leaving 0.18 % to its neighbour
  market.clusters = clusters;
  const GridPlan kept = plan();
  ASSERT_EQ(kept.levels.size(), 6U);
  EXPECT_NEAR(line(kept.levels[1].buy_price), 993.3, 0.05);
}

TEST_F(GridPlanTest, LevelsShareTheCapitalEqually) {
  shape.levels = 4;
  for (const auto& level : plan().levels) {
    const Amount value = instrument.notional(level.buy_price, level.quantity);
    EXPECT_LE(value, amount("2500"));
    EXPECT_GT(instrument.notional(level.buy_price, level.quantity + instrument.step()), amount("2500"));
  }
}

TEST_F(GridPlanTest, LevelsThatAreTooSmallAreLeftOut) {
  shape.levels = 4;
  const GridPlan poor = plan("39");  // 9.75 a level, 10 are required
  EXPECT_EQ(poor.refusal, "grid: fewer than two levels are large enough to be traded");
  InstrumentSpecification steps = test::spot("STEPS");
  steps.step = test::decimal("0.5");
  steps.min_quantity = test::decimal("0.5");
  const Instrument coarse = table[test::add(table, steps)];
  // 490 a level buy half a coin below 980, and nothing above.
  const GridPlan partly = plan_grid(coarse, market, shape, costs, amount("1960"), amount("10"));
  EXPECT_TRUE(partly.refusal.empty());
  EXPECT_EQ(partly.skipped, 2U);
  EXPECT_EQ(partly.levels[0].quantity, test::quantity(coarse, "0.5"));
  EXPECT_TRUE(partly.levels[3].quantity.is_zero());
}

TEST_F(GridPlanTest, RefusesWithoutCapitalOrPrice) {
  EXPECT_EQ(plan("0").refusal, "grid: no capital is left to trade with");
  EXPECT_EQ(plan("-5").refusal, "grid: no capital is left to trade with");
  market.price = 0;
  EXPECT_EQ(plan().refusal, "grid: no market price");
}

TEST_F(GridPlanTest, NetOfACycleCountsBothFeesAndTheStep) {
  // q_s·p_s·(1 − f_s) − q_b·p_b·(1 + f_q)
  const RawQuantity one = test::quantity(instrument, "1");
  const RawPrice bought = test::price(instrument, "1000");
  const RawPrice sold = test::price(instrument, "1010");
  EXPECT_EQ(cycle_net(instrument, {.buy_fee_quote = 0.001, .sell_fee = 0.001}, one, bought, sold),
            amount("7.99"));  // 1010 × 0.999 − 1000 × 1.001
  EXPECT_EQ(cycle_net(instrument, {.buy_fee_base = 0.001, .sell_fee = 0.001}, one, bought, sold),
            amount("7.98101"));  // 0.999 × 1010 × 0.999 − 1000
  // 0.0015 bought, 0.0000015 taken: a whole step of 0.00001 cannot be sold.
  EXPECT_EQ(
      cycle_net(instrument, {.buy_fee_base = 0.001}, test::quantity(instrument, "0.0015"), bought, sold),
      amount("0.0049"));  // 0.00149 × 1010 − 1.5
}

/// Everything that a plan promises, for markets of all kinds.
void expect_sound(const Instrument& instrument, const GridPlan& plan, const GridShape& shape, Amount capital,
                  Amount least) {
  std::size_t traded = 0;
  Amount spent;
  RawPrice last;
  for (const auto& level : plan.levels) {
    ASSERT_TRUE(instrument.on_tick(level.buy_price) && instrument.on_tick(level.sell_price));
    ASSERT_LT(level.buy_price, level.sell_price);
    ASSERT_GE(level.buy_price, last);
    last = level.sell_price;
    const double ratio =
        static_cast<double>(level.sell_price.units) / static_cast<double>(level.buy_price.units);
    ASSERT_GE(ratio - 1, plan.required_spacing * (1 - 1e-12));
    if (level.quantity.is_zero()) continue;
    ++traded;
    ASSERT_TRUE(instrument.on_step(level.quantity));
    ASSERT_GE(level.quantity, instrument.min_quantity());
    ASSERT_GE(instrument.notional(level.buy_price, level.quantity), least);
    ASSERT_GT(level.expected_net, Amount());
    spent += instrument.notional(level.buy_price, level.quantity);
  }
  ASSERT_LE(spent, capital);
  ASSERT_GE(traded, 2U);
  ASSERT_EQ(plan.levels.size() - traded, plan.skipped);
  if (shape.levels != 0) {
    ASSERT_LE(plan.levels.size(), shape.levels);
  }
}

TEST(GridPlanProperty, EveryPlanIsSound) {
  InstrumentTable table;
  InstrumentSpecification coarse = test::spot("COARSE");
  coarse.tick = test::decimal("5");
  coarse.step = test::decimal("0.01");
  coarse.min_quantity = test::decimal("0.01");
  const std::array ids = {test::add(table, test::spot("BTC")), test::add(table, test::perpetual("BTC")),
                          test::add(table, test::pepe()), test::add(table, coarse)};
  Prng random(17);
  std::size_t planned = 0;
  std::size_t refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    SCOPED_TRACE(i);
    const Instrument& instrument = table[ids[random.below(ids.size())]];
    GridMarket market;
    market.price =
        instrument.to_double(RawPrice(test::between(random, 50, 200'000) * instrument.tick().units));
    market.range_percent = 0.05 + random.uniform() * 5;
    market.median_percent = 0.05 + random.uniform() * 5;
    market.range_rank = random.uniform();
    market.trend_percent = random.uniform() * 12 - 6;
    std::vector<double> clusters;
    for (int c = 0; c < 8; ++c) clusters.push_back(market.price * (0.85 + 0.3 * random.uniform()));
    std::ranges::sort(clusters);
    market.clusters = clusters;
    GridShape shape;
    shape.base_range_percent = 0.1 + random.uniform() * 14.9;
    shape.levels = random.below(3) == 0 ? 2 + random.below(60) : 0;
    shape.spacing = random.below(2) == 0 ? GridSpacing::geometric : GridSpacing::arithmetic;
    GridCosts costs;
    (random.below(2) == 0 ? costs.buy_fee_base : costs.buy_fee_quote) = random.uniform() * 0.005 - 0.0005;
    costs.sell_fee = random.uniform() * 0.005 - 0.0005;
    const Amount capital = Amount::from_decimal({test::between(random, 1, 50'000'000), 2});
    const Amount least = std::max(amount("10"), instrument.min_notional());
    const GridPlan plan = plan_grid(instrument, market, shape, costs, capital, least);
    if (plan.refusal.empty()) {
      ++planned;
      ASSERT_NO_FATAL_FAILURE(expect_sound(instrument, plan, shape, capital, least));
    } else {
      ++refused;
    }
  }
  EXPECT_GT(planned, 8'000U);
  EXPECT_GT(refused, 500U);
}

}  // namespace
}  // namespace kontor::strategy
