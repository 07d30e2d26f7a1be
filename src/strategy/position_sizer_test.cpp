#include "strategy/position_sizer.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "strategy/sizing_parameters.hpp"
#include "tests/support/instruments.hpp"

namespace kontor::strategy {
namespace {

using Given = std::map<std::string, ParameterValue>;

constexpr TimeNs kNow = 0;

class PositionSizerTest : public testing::Test {
 protected:
  InstrumentTable table;
  InstrumentId spot = test::add(table, test::spot("BTC"));
  InstrumentId perpetual = test::add(table, test::perpetual("BTC"));
  MarketState market = MarketState(2);
  portfolio::Portfolio portfolio{table, table[spot].quote(), 1};
  execution::OrderManager orders;

  void SetUp() override { portfolio.book_transfer({test::amount("10000"), table[spot].quote()}); }

  Result<PositionSizer> make(const Given& given, InstrumentId id, Timeframe timeframe = Timeframe{kDay}) {
    const auto descriptors = sizing_parameters();
    TRY(const auto parameters, Parameters::make(descriptors, given));
    return PositionSizer::make({table, id, timeframe}, parameters);
  }
  Result<PositionSizer> make(const Given& given) { return make(given, spot); }
  std::string fault(const Given& given, InstrumentId id) {
    const auto made = make(given, id);
    return made ? "no fault" : made.error().message;
  }
  SizedEntry size(const PositionSizer& sizer, Side side, std::string_view at, InstrumentId id) {
    const View view(table, market, portfolio, orders, StrategyId(0), kNow);
    return sizer.size(view, id, side, test::price(table[id], at));
  }
  void feed(PositionSizer& sizer, InstrumentId id, std::string_view high, std::string_view low,
            std::string_view close) {
    Bar bar;
    bar.high = test::price(table[id], high);
    bar.low = test::price(table[id], low);
    bar.open = bar.close = test::price(table[id], close);
    sizer.update(table[id], bar);
  }
  [[nodiscard]] std::string text(RawQuantity quantity, InstrumentId id) const {
    return table[id].quantity(quantity).format();
  }
  [[nodiscard]] std::string text(RawPrice price, InstrumentId id) const {
    return table[id].price(price).format();
  }
};

TEST_F(PositionSizerTest, TheDefaultLeavesRoomForFees) {
  const auto sizer = make({});
  ASSERT_TRUE(sizer);
  EXPECT_EQ(sizer->warmup_bars(), 0U);
  EXPECT_FALSE(sizer->protects());
  EXPECT_EQ(text(size(*sizer, Side::buy, "50000", spot).quantity, spot), "0.19000");
}

TEST_F(PositionSizerTest, EverySizerTakesItsNumbers) {
  const auto quantity_of = [&](const Given& given, InstrumentId id) {
    const auto sizer = make(given, id);
    EXPECT_TRUE(sizer);
    return text(size(*sizer, Side::buy, "50000", id).quantity, id);
  };
  EXPECT_EQ(quantity_of({{"sizer", std::string("fixed_quantity")}, {"size", 0.123456}}, spot), "0.12345");
  EXPECT_EQ(quantity_of({{"sizer", std::string("fixed_notional")}, {"size", 2500.0}}, spot), "0.05000");
  EXPECT_EQ(quantity_of({{"size", 50.0}}, spot), "0.10000");
  EXPECT_EQ(quantity_of({{"size", 300.0}}, perpetual), "0.600");
  EXPECT_EQ(quantity_of({{"size", 50.0}, {"max_position_percent", 20.0}}, spot), "0.04000");
  EXPECT_EQ(quantity_of({{"size", 50.0}, {"max_position_notional", 1000.0}}, spot), "0.02000");
}

TEST_F(PositionSizerTest, RiskPercentPutsTheStopOneAndAHalfRangesAway) {
  auto sizer =
      make({{"sizer", std::string("risk_percent")}, {"risk_percent", 2.0}, {"atr_period", std::int64_t{1}}});
  ASSERT_TRUE(sizer);
  EXPECT_TRUE(sizer->protects());
  EXPECT_EQ(sizer->warmup_bars(), 2U);
  feed(*sizer, spot, "1010", "990", "1000");
  EXPECT_EQ(size(*sizer, Side::buy, "1000", spot).reason, "the average true range is not known yet");
  feed(*sizer, spot, "1010", "990", "1000");  // a range of 20, so a stop 30 below
  const SizedEntry entry = size(*sizer, Side::buy, "1000", spot);
  EXPECT_EQ(text(entry.stop_price, spot), "970.00");
  EXPECT_EQ(text(entry.target_price, spot), "0.00");
  EXPECT_EQ(text(entry.quantity, spot), "6.66666");  // 200 / 30
}

TEST_F(PositionSizerTest, ARiskSizedPositionKeepsToTheLeverage) {
  const Given given = {
      {"sizer", std::string("risk_percent")}, {"risk_percent", 50.0}, {"atr_period", std::int64_t{1}}};
  auto on_spot = make(given);
  feed(*on_spot, spot, "1001", "999", "1000");
  feed(*on_spot, spot, "1001", "999", "1000");
  // 5,000 / 3 = 1,666 coins would cost 1.6 million: 95 % of the equity at the most.
  EXPECT_EQ(text(size(*on_spot, Side::buy, "1000", spot).quantity, spot), "9.50000");
  auto leveraged = make(given, perpetual);
  feed(*leveraged, perpetual, "1001", "999", "1000");
  feed(*leveraged, perpetual, "1001", "999", "1000");
  EXPECT_EQ(text(size(*leveraged, Side::buy, "1000", perpetual).quantity, perpetual),
            "190.000");  // 95 % × 20
}

TEST_F(PositionSizerTest, ProtectivePricesAreRoundedAwayFromTheEntry) {
  const Given given = {{"stop_atr", 1.0}, {"target_atr", 2.0}, {"atr_period", std::int64_t{1}}};
  auto sizer = make(given, perpetual);
  feed(*sizer, perpetual, "1000.3", "999.9", "1000.0");
  feed(*sizer, perpetual, "1000.3", "999.9", "1000.0");
  const SizedEntry up = size(*sizer, Side::buy, "1000", perpetual);
  EXPECT_EQ(text(up.stop_price, perpetual), "999.6");
  EXPECT_EQ(text(up.target_price, perpetual), "1000.8");
  const SizedEntry down = size(*sizer, Side::sell, "1000", perpetual);
  EXPECT_EQ(text(down.stop_price, perpetual), "1000.4");
  EXPECT_EQ(text(down.target_price, perpetual), "999.2");
  auto between_ticks =
      make({{"stop_atr", 0.99}, {"target_atr", 0.99}, {"atr_period", std::int64_t{1}}}, perpetual);
  feed(*between_ticks, perpetual, "1000.3", "999.9", "1000.0");
  feed(*between_ticks, perpetual, "1000.3", "999.9", "1000.0");  // 0.396
  EXPECT_EQ(text(size(*between_ticks, Side::buy, "1000", perpetual).stop_price, perpetual), "999.6");
  EXPECT_EQ(text(size(*between_ticks, Side::sell, "1000", perpetual).stop_price, perpetual), "1000.4");
}

TEST_F(PositionSizerTest, TheMinimumHoldsForTheProtectiveOrdersToo) {
  auto sizer = make({{"sizer", std::string("fixed_notional")},
                     {"size", 5.2},
                     {"stop_atr", 1.0},
                     {"atr_period", std::int64_t{1}}});
  feed(*sizer, spot, "110", "90", "100");
  feed(*sizer, spot, "110", "90", "100");  // the stop lies at 80: 0.052 × 80 is below 5
  EXPECT_EQ(size(*sizer, Side::buy, "100", spot).reason,
            "the size is below the instrument's minimum notional");
}

TEST_F(PositionSizerTest, AStopBelowZeroIsNoEntry) {
  auto sizer = make({{"stop_atr", 10.0}, {"atr_period", std::int64_t{1}}});
  feed(*sizer, spot, "110", "90", "100");
  feed(*sizer, spot, "110", "90", "100");
  EXPECT_EQ(size(*sizer, Side::buy, "100", spot).reason, "a protective price would not be above zero");
}

TEST_F(PositionSizerTest, VolatilityTargetCountsAYearOfBars) {
  auto sizer = make({{"sizer", std::string("volatility_target")},
                     {"target_volatility", 10.0},
                     {"volatility_bars", std::int64_t{4}}});
  ASSERT_TRUE(sizer);
  EXPECT_EQ(sizer->warmup_bars(), 5U);
  for (const char* close : {"1000", "1010", "1000", "1010", "1000"}) feed(*sizer, spot, close, close, close);
  // Returns ±ln(1.01), mean 0: the deviation is ln(1.01), annualised × √365.
  const double volatility = std::log(1.01) * std::sqrt(365.0);
  const double expected = 10'000 * 0.1 / volatility / 1'000;
  EXPECT_NEAR(table[spot].to_double(size(*sizer, Side::buy, "1000", spot).quantity), expected, 2e-5);
}

TEST_F(PositionSizerTest, EquityIsTakenInTheQuoteAssetOfTheInstrument) {
  InstrumentTable cross_table;
  const InstrumentId btc = test::add(cross_table, test::spot("BTC"));
  InstrumentSpecification specification = test::spot("ETH", "BTC");
  specification.tick = test::decimal("0.00001");
  specification.min_notional = test::decimal("0.0001");
  const InstrumentId cross = test::add(cross_table, specification);
  portfolio::Portfolio account(cross_table, cross_table[btc].quote(), 1);
  account.book_transfer({test::amount("10000"), cross_table[btc].quote()});
  account.revalue(btc, test::price(cross_table[btc], "50000"));
  const auto descriptors = sizing_parameters();
  const auto parameters = Parameters::make(descriptors, {{"size", 50.0}});
  const auto sizer = PositionSizer::make({cross_table, cross, Timeframe{kDay}}, *parameters);
  ASSERT_TRUE(sizer);
  const MarketState cross_market(2);
  const View view(cross_table, cross_market, account, orders, StrategyId(0), kNow);
  const SizedEntry entry = sizer->size(view, cross, Side::buy, test::price(cross_table[cross], "0.05"));
  EXPECT_EQ(cross_table[cross].quantity(entry.quantity).format(), "2.00000");  // 10,000 USDT are 0.2 BTC
}

TEST_F(PositionSizerTest, RefusesWhatCannotBe) {
  EXPECT_EQ(fault({{"size", 0.0}}, spot), "size: expected above 0, found 0");
  EXPECT_EQ(fault({{"size", 100.5}}, spot),
            "size: expected at most 100 percent of the equity for BTCUSDT@test, found 100.5");
  EXPECT_EQ(fault({{"size", 2001.0}}, perpetual),
            "size: expected at most 2000 percent of the equity for BTCUSDTPERP@test, found 2001");
  EXPECT_EQ(fault({{"sizer", std::string("risk_percent")}, {"size", 0.0}}, spot), "no fault");
  EXPECT_EQ(fault({{"sizer", std::string("martingale")}}, spot),
            "sizer: expected one of percent_of_equity, fixed_quantity, fixed_notional, risk_percent, "
            "volatility_target, cvar, kelly, wallet_exposure, found martingale");
}

TEST_F(PositionSizerTest, ComesBackFromItsBinaryForm) {
  const Given given = {{"sizer", std::string("volatility_target")},
                       {"volatility_bars", std::int64_t{3}},
                       {"stop_atr", 2.0},
                       {"atr_period", std::int64_t{2}}};
  auto sizer = make(given);
  for (const char* close : {"1000", "1010", "1003", "1020"}) feed(*sizer, spot, "1030", "990", close);
  Encoder encoder;
  sizer->save(encoder);
  auto copy = make(given);
  Decoder decoder(encoder.buffer());
  copy->load(decoder);
  EXPECT_FALSE(decoder.failed());
  EXPECT_EQ(decoder.remaining(), 0U);
  const SizedEntry a = size(*sizer, Side::buy, "1000", spot);
  const SizedEntry b = size(*copy, Side::buy, "1000", spot);
  EXPECT_EQ(a.quantity, b.quantity);
  EXPECT_EQ(a.stop_price, b.stop_price);
  EXPECT_FALSE(a.quantity.is_zero());
}

TEST_F(PositionSizerTest, CvarLooksAtTheWorstBarsOfItsSide) {
  auto sizer = make({{"sizer", std::string("cvar")},
                     {"shortfall_percent", 2.0},
                     {"cvar_confidence", 95.0},
                     {"cvar_bars", std::int64_t{20}}},
                    perpetual);
  ASSERT_TRUE(sizer);
  EXPECT_EQ(sizer->warmup_bars(), 21U);
  for (int i = 0; i < 20; ++i) feed(*sizer, perpetual, "1000", "1000", "1000");
  EXPECT_EQ(size(*sizer, Side::buy, "1000", perpetual).reason,
            "the expected shortfall is not known yet, or too small");
  feed(*sizer, perpetual, "1000", "960", "960");  // −4 %: 200 of 10,000 are lost on 5,000
  EXPECT_EQ(text(size(*sizer, Side::buy, "1000", perpetual).quantity, perpetual), "5.000");
  EXPECT_EQ(size(*sizer, Side::sell, "1000", perpetual).reason,
            "the expected shortfall is not known yet, or too small");
  feed(*sizer, perpetual, "1056", "960", "1056");  // +10 %
  EXPECT_EQ(text(size(*sizer, Side::sell, "1000", perpetual).quantity, perpetual), "2.000");
}

TEST_F(PositionSizerTest, KellyTakesTheSizeUntilEnoughTradesAreClosed) {
  auto sizer = make({{"sizer", std::string("kelly")},
                     {"size", 10.0},
                     {"kelly_percent", 25.0},
                     {"kelly_trades", std::int64_t{2}},
                     {"max_position_percent", 500.0}},
                    perpetual);
  ASSERT_TRUE(sizer);
  const auto fill = [&](Side side, std::string_view price) {
    Fill made;
    made.instrument = perpetual;
    made.side = side;
    made.quantity = test::quantity(table[perpetual], "0.1");
    made.price = test::price(table[perpetual], price);
    made.fee_asset = table[perpetual].quote();
    market[perpetual.index()].last = made.price;
    portfolio.book_fill(StrategyId(0), made);
    sizer->look_at_book(View(table, market, portfolio, orders, StrategyId(0), kNow), perpetual);
  };
  EXPECT_EQ(text(size(*sizer, Side::buy, "1000", perpetual).quantity, perpetual), "1.000");
  fill(Side::buy, "1000");
  fill(Side::sell, "1200");  // + 20 %
  EXPECT_EQ(text(size(*sizer, Side::buy, "1000", perpetual).quantity, perpetual), "1.002");
  fill(Side::buy, "1000");
  fill(Side::sell, "900");  // − 10 %: f = 0.5 / 0.1 − 0.5 / 0.2 = 2.5, a quarter of it of 10,010
  EXPECT_EQ(text(size(*sizer, Side::buy, "1000", perpetual).quantity, perpetual), "6.256");
  Encoder encoder;
  sizer->save(encoder);
  auto restored = make({{"sizer", std::string("kelly")},
                        {"size", 10.0},
                        {"kelly_percent", 25.0},
                        {"kelly_trades", std::int64_t{2}},
                        {"max_position_percent", 500.0}},
                       perpetual);
  Decoder decoder(encoder.buffer());
  restored->load(decoder);
  EXPECT_FALSE(decoder.failed());
  EXPECT_EQ(text(size(*restored, Side::buy, "1000", perpetual).quantity, perpetual), "6.256");
}

TEST_F(PositionSizerTest, WalletExposureIsCostOverTheWalletBalance) {
  const auto sizer = make(
      {{"sizer", std::string("wallet_exposure")}, {"wallet_exposure_limit", 2.0}, {"entry_percent", 50.0}},
      perpetual);
  ASSERT_TRUE(sizer);
  EXPECT_EQ(text(size(*sizer, Side::buy, "1000", perpetual).quantity, perpetual), "10.000");
  // On spot what coins have cost is part of the wallet, what they have gained since is not.
  const auto on_spot = make({{"sizer", std::string("wallet_exposure")}, {"entry_percent", 50.0}});
  Fill fill;
  fill.instrument = spot;
  fill.quantity = test::quantity(table[spot], "2");
  fill.price = test::price(table[spot], "1000");
  fill.fee_asset = table[spot].quote();
  portfolio.book_fill(StrategyId(0), fill);
  portfolio.revalue(spot, test::price(table[spot], "4000"));
  EXPECT_EQ(text(size(*on_spot, Side::buy, "1000", spot).quantity, spot), "5.00000");
  EXPECT_NE(fault({{"sizer", std::string("wallet_exposure")}, {"wallet_exposure_limit", 1.5}}, spot)
                .find("wallet_exposure_limit: expected at most 1 times the wallet balance"),
            std::string::npos);
}

}  // namespace
}  // namespace kontor::strategy
