#include "portfolio/sizing.hpp"

#include <gtest/gtest.h>

#include "tests/support/instruments.hpp"

namespace kontor::portfolio {
namespace {

using test::amount;
using test::between;
using test::decimal;
using test::price;
using test::quantity;

class SizingTest : public testing::Test {
 protected:
  InstrumentTable table;
  const Instrument btc = table[test::add(table, test::spot("BTC"))];

  [[nodiscard]] SizingInput at(std::string_view entry, std::string_view equity = "10000") const {
    SizingInput input;
    input.equity = amount(equity);
    input.entry = price(btc, entry);
    return input;
  }
};

TEST_F(SizingTest, FixedQuantityIsFlooredToTheStep) {
  SizingRule rule;
  rule.kind = SizerKind::fixed_quantity;
  rule.quantity = quantity(btc, "0.12345");
  EXPECT_EQ(size_position(btc, rule, at("50000")).quantity, quantity(btc, "0.12345"));
  InstrumentSpecification coarse = test::spot("ETH");
  coarse.step = decimal("0.01");
  coarse.data_quantity_scale = 5;
  const Instrument eth = table[test::add(table, coarse)];
  rule.quantity = quantity(eth, "0.12999");
  SizingInput input = at("50000");
  EXPECT_EQ(size_position(eth, rule, input).quantity, quantity(eth, "0.12"));
}

TEST_F(SizingTest, FixedNotionalBuysNoMoreThanTheBudget) {
  SizingRule rule;
  rule.kind = SizerKind::fixed_notional;
  rule.notional = amount("1000");
  EXPECT_EQ(size_position(btc, rule, at("30000")).quantity, quantity(btc, "0.03333"));
}

TEST_F(SizingTest, PercentOfEquity) {
  SizingRule rule;
  rule.fraction = decimal("0.95");
  EXPECT_EQ(size_position(btc, rule, at("50000")).quantity, quantity(btc, "0.19"));
}

TEST_F(SizingTest, RiskPercentLosesTheFractionAtTheStop) {
  SizingRule rule;
  rule.kind = SizerKind::risk_percent;
  rule.fraction = decimal("0.02");
  SizingInput input = at("50000");
  input.stop_distance = price(btc, "1500");
  // 10000 × 2 % / 1500 = 0.13333…
  EXPECT_EQ(size_position(btc, rule, input).quantity, quantity(btc, "0.13333"));
}

TEST_F(SizingTest, RiskPercentCountsTheMultiplier) {
  InstrumentSpecification contracts = test::perpetual("ETH");
  contracts.multiplier = decimal("0.1");
  const Instrument eth = table[test::add(table, contracts)];
  SizingRule rule;
  rule.kind = SizerKind::risk_percent;
  rule.fraction = decimal("0.01");
  SizingInput input;
  input.equity = amount("10000");
  input.entry = price(eth, "2000");
  input.stop_distance = price(eth, "50");
  // 10000 × 1 % / (50 × 0.1) = 20 contracts
  EXPECT_EQ(size_position(eth, rule, input).quantity, quantity(eth, "20"));
}

TEST_F(SizingTest, VolatilityTargetScalesTheEquity) {
  SizingRule rule;
  rule.kind = SizerKind::volatility_target;
  rule.fraction = decimal("0.2");
  SizingInput input = at("50000");
  input.volatility = decimal("0.5");
  // 10000 × 0.2 / 0.5 = 4000
  EXPECT_EQ(size_position(btc, rule, input).quantity, quantity(btc, "0.08"));
}

TEST_F(SizingTest, TheLeastOfAllCapsDecidesAndSaysSo) {
  SizingRule rule;
  rule.fraction = decimal("0.95");
  EXPECT_EQ(size_position(btc, rule, at("50000")).bound, SizeBound::sizer);
  rule.max_notional = amount("5000");
  Sizing sizing = size_position(btc, rule, at("50000"));
  EXPECT_EQ(sizing.quantity, quantity(btc, "0.1"));
  EXPECT_EQ(sizing.bound, SizeBound::max_notional);
  EXPECT_EQ(sizing.wanted, quantity(btc, "0.19"));
  rule.max_fraction = decimal("0.25");
  sizing = size_position(btc, rule, at("50000"));
  EXPECT_EQ(sizing.quantity, quantity(btc, "0.05"));
  EXPECT_EQ(sizing.bound, SizeBound::max_fraction);
}

TEST_F(SizingTest, TheInstrumentsMaximumQuantityIsACap) {
  SizingRule rule;
  rule.kind = SizerKind::fixed_quantity;
  rule.quantity = quantity(btc, "9001");
  const Sizing sizing = size_position(btc, rule, at("50000"));
  EXPECT_EQ(sizing.quantity, quantity(btc, "9000"));
  EXPECT_EQ(sizing.bound, SizeBound::max_quantity);
}

TEST_F(SizingTest, BelowTheMinimumIsNothingAndTheReasonIsSaid) {
  SizingRule rule;
  rule.kind = SizerKind::fixed_notional;
  rule.notional = amount("4.99");
  Sizing sizing = size_position(btc, rule, at("100"));
  EXPECT_TRUE(sizing.quantity.is_zero());
  EXPECT_EQ(sizing.reason, "the size is below the instrument's minimum notional");
  rule.notional = amount("0.4");
  sizing = size_position(btc, rule, at("50000"));
  EXPECT_EQ(sizing.reason, "the size is below one step");
  EXPECT_TRUE(sizing.quantity.is_zero());
  rule.notional = amount("5");
  EXPECT_EQ(size_position(btc, rule, at("100")).quantity, quantity(btc, "0.05"));
}

TEST_F(SizingTest, TheMinimumNotionalHoldsAtTheLowestOrderOfTheSize) {
  SizingRule rule;
  rule.kind = SizerKind::fixed_notional;
  rule.notional = amount("5");
  SizingInput input = at("100");
  input.lowest_price = price(btc, "95");  // a stop below: 0.05 × 95 = 4.75
  EXPECT_EQ(size_position(btc, rule, input).reason, "the size is below the instrument's minimum notional");
  input.lowest_price = price(btc, "105");  // above the entry: the entry is the lowest
  EXPECT_EQ(size_position(btc, rule, input).quantity, quantity(btc, "0.05"));
}

TEST_F(SizingTest, WhatIsNotKnownGivesNothing) {
  SizingRule rule;
  rule.fraction = decimal("0.95");
  EXPECT_EQ(size_position(btc, rule, at("0")).reason, "no market price to size by");
  EXPECT_EQ(size_position(btc, rule, at("50000", "0")).reason, "no equity left to size by");
  EXPECT_EQ(size_position(btc, rule, at("50000", "-3")).reason, "no equity left to size by");
  rule.kind = SizerKind::risk_percent;
  EXPECT_EQ(size_position(btc, rule, at("50000")).reason, "the stop's distance is not known yet");
  rule.kind = SizerKind::volatility_target;
  EXPECT_EQ(size_position(btc, rule, at("50000")).reason, "the volatility is not known yet, or too small");
}

TEST_F(SizingTest, FixedSizesNeedNoEquity) {
  SizingRule rule;
  rule.kind = SizerKind::fixed_notional;
  rule.notional = amount("100");
  EXPECT_FALSE(size_position(btc, rule, at("50000", "-3")).quantity.is_zero());
  rule.max_fraction = decimal("1");
  EXPECT_TRUE(size_position(btc, rule, at("50000", "-3")).quantity.is_zero());
}

TEST_F(SizingTest, HugeSizesSaturateInsteadOfOverflowing) {
  InstrumentSpecification unlimited = test::pepe();
  unlimited.max_quantity = Decimal{};
  const Instrument coin = table[test::add(table, unlimited)];
  SizingRule rule;
  rule.kind = SizerKind::fixed_quantity;
  rule.quantity = RawQuantity(INT64_MAX);
  SizingInput input;
  input.entry = RawPrice(INT64_MAX);
  const Sizing sizing = size_position(coin, rule, input);
  EXPECT_GT(sizing.quantity.units, 0);
  EXPECT_GT(coin.notional(input.entry, sizing.quantity), Amount());
}

/// What a random rule allows at most, worked out apart from the code under test.
void expect_within_limits(const Instrument& instrument, const SizingRule& rule, const SizingInput& input,
                          const Sizing& sizing) {
  const Amount notional = instrument.notional(input.entry, sizing.quantity);
  const auto share = [&](const Decimal& fraction) { return input.equity.times(fraction, Rounding::up); };
  switch (rule.kind) {
    case SizerKind::fixed_quantity: EXPECT_LE(sizing.quantity, rule.quantity); break;
    case SizerKind::fixed_notional: EXPECT_LE(notional, rule.notional); break;
    case SizerKind::percent_of_equity: EXPECT_LE(notional, share(rule.fraction)); break;
    case SizerKind::risk_percent:
      EXPECT_LE(instrument.notional(input.stop_distance, sizing.quantity), share(rule.fraction));
      break;
    case SizerKind::volatility_target:
      EXPECT_LE(notional.to_double() * input.volatility.to_double(),
                input.equity.to_double() * rule.fraction.to_double() * (1 + 1e-9));
      break;
    case SizerKind::cvar:
      EXPECT_LE(notional.to_double() * input.shortfall.to_double(),
                input.equity.to_double() * rule.fraction.to_double() * (1 + 1e-9));
      break;
    case SizerKind::kelly:
      EXPECT_LE(notional.to_double(),
                input.equity.to_double() * (1 + 1e-9) *
                    (input.kelly ? std::max(0.0, input.kelly->to_double() * rule.fraction.to_double())
                                 : rule.start.to_double()));
      break;
    case SizerKind::wallet_exposure:
      EXPECT_LE(notional, input.wallet.times(rule.fraction, Rounding::up));
      break;
  }
  if (rule.max_notional) {
    EXPECT_LE(notional, *rule.max_notional);
  }
  if (rule.max_fraction) {
    EXPECT_LE(notional, share(*rule.max_fraction));
  }
  EXPECT_LE(sizing.quantity, instrument.max_quantity());
  EXPECT_LE(sizing.quantity, sizing.wanted);
  EXPECT_TRUE(instrument.on_step(sizing.quantity));
}

TEST(SizingProperty, NeverAboveBudgetOrCapsAndNeverRaisedToTheMinimum) {
  InstrumentTable table;
  const std::array ids = {test::add(table, test::spot("BTC")), test::add(table, test::perpetual("BTC")),
                          test::add(table, test::pepe())};
  Prng random(7);
  std::size_t traded = 0;
  std::size_t refused = 0;
  for (int i = 0; i < 100'000; ++i) {
    SCOPED_TRACE(i);
    const Instrument& instrument = table[ids[random.below(ids.size())]];
    SizingRule rule;
    rule.kind = static_cast<SizerKind>(random.below(8));
    rule.quantity = instrument.floor_to_step(RawQuantity(between(random, 1, 10'000'000)));
    rule.notional = Amount::from_decimal({between(random, 1, 10'000'000), 3});
    rule.fraction = Decimal{between(random, 1, 1500), 3};
    rule.start = Decimal{between(random, 1, 1500), 3};
    if (random.below(3) == 0) rule.max_notional = Amount::from_decimal({between(random, 1, 1'000'000), 2});
    if (random.below(3) == 0) rule.max_fraction = Decimal{between(random, 1, 1000), 3};
    SizingInput input;
    input.equity = Amount::from_decimal({between(random, 1, 100'000'000), 3});
    input.entry = RawPrice(between(random, 1, 10'000'000));
    input.stop_distance = RawPrice(between(random, 1, 100'000));
    input.volatility = Decimal{between(random, 1, 3'000'000), 6};
    input.shortfall = Decimal{between(random, 1, 1'000'000), 6};
    if (random.below(2) == 0) input.kelly = Decimal{between(random, -1'000'000, 3'000'000), 6};
    input.wallet = Amount::from_decimal({between(random, 1, 100'000'000), 3});
    const Sizing sizing = size_position(instrument, rule, input);
    expect_within_limits(instrument, rule, input, sizing);
    if (sizing.quantity.is_zero()) {
      ++refused;
      EXPECT_FALSE(sizing.reason.empty());
    } else {
      ++traded;
      EXPECT_TRUE(sizing.reason.empty());
      EXPECT_GE(sizing.quantity, instrument.min_quantity());
      EXPECT_GE(instrument.notional(input.entry, sizing.quantity), instrument.min_notional());
    }
  }
  EXPECT_GT(traded, 20'000U);
  EXPECT_GT(refused, 1'000U);
}

TEST(SizingProperty, OneStepMoreWouldBreakTheBudget) {
  InstrumentTable table;
  const std::array ids = {test::add(table, test::spot("BTC")), test::add(table, test::pepe())};
  Prng random(8);
  for (int i = 0; i < 20'000; ++i) {
    const Instrument& instrument = table[ids[random.below(ids.size())]];
    SizingRule rule;
    rule.fraction = Decimal{between(random, 1, 1000), 3};
    SizingInput input;
    input.equity = Amount::from_decimal({between(random, 10'000, 1'000'000), 3});
    input.entry = RawPrice(between(random, 100, 10'000'000));
    const Sizing sizing = size_position(instrument, rule, input);
    if (sizing.bound != SizeBound::sizer) continue;
    EXPECT_GT(instrument.notional(input.entry, sizing.wanted + instrument.step()),
              input.equity.times(rule.fraction, Rounding::floor));
  }
}

TEST_F(SizingTest, CvarCostsTheFractionInABadBar) {
  SizingRule rule;
  rule.kind = SizerKind::cvar;
  rule.fraction = decimal("0.01");
  SizingInput input = at("50000");
  EXPECT_EQ(size_position(btc, rule, input).reason, "the expected shortfall is not known yet, or too small");
  input.shortfall = decimal("0.04");  // 100 of 10,000 are lost on 2,500
  EXPECT_EQ(size_position(btc, rule, input).quantity, quantity(btc, "0.05"));
  rule.max_fraction = decimal("0.2");
  const Sizing capped = size_position(btc, rule, input);
  EXPECT_EQ(capped.quantity, quantity(btc, "0.04"));
  EXPECT_EQ(capped.bound, SizeBound::max_fraction);
}

TEST_F(SizingTest, KellyStartsAtAFractionAndFollowsTheRecord) {
  SizingRule rule;
  rule.kind = SizerKind::kelly;
  rule.fraction = decimal("0.5");
  rule.start = decimal("0.1");
  SizingInput input = at("50000");
  EXPECT_EQ(size_position(btc, rule, input).quantity, quantity(btc, "0.02"));
  input.kelly = decimal("0.6");
  EXPECT_EQ(size_position(btc, rule, input).quantity, quantity(btc, "0.06"));
  input.kelly = decimal("0");
  EXPECT_EQ(size_position(btc, rule, input).reason, "the closed trades show no edge");
  input.kelly = decimal("1000");
  rule.max_fraction = decimal("0.95");
  EXPECT_EQ(size_position(btc, rule, input).quantity, quantity(btc, "0.19"));
}

TEST_F(SizingTest, WalletExposureKnowsNoUnrealisedProfit) {
  SizingRule rule;
  rule.kind = SizerKind::wallet_exposure;
  rule.fraction = decimal("1.5");
  SizingInput input = at("50000", "99999");
  EXPECT_EQ(size_position(btc, rule, input).reason, "no wallet balance left to size by");
  input.wallet = amount("1000");
  EXPECT_EQ(size_position(btc, rule, input).quantity, quantity(btc, "0.03"));
  input.equity = amount("-5");
  EXPECT_EQ(size_position(btc, rule, input).quantity, quantity(btc, "0.03"));
}

}  // namespace
}  // namespace kontor::portfolio
