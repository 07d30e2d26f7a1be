#include "model/instrument.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "tests/support/numbers.hpp"

namespace kontor {
namespace {

using test::amount;
using test::decimal;
using testing::HasSubstr;

constexpr Rounding kAllModes[] = {Rounding::down,    Rounding::up,        Rounding::floor,
                                  Rounding::ceiling, Rounding::half_even, Rounding::half_up};

InstrumentSpecification specification(std::string_view tick, std::string_view step) {
  InstrumentSpecification made;
  made.name = {"binance", "BTCUSDT"};
  made.base = "BTC";
  made.quote = "USDT";
  made.tick = decimal(tick);
  made.step = decimal(step);
  return made;
}

Instrument make(const InstrumentSpecification& made) {
  return Instrument::make(InstrumentId(0), AssetId(0), AssetId(1), made).value();
}
Instrument make(std::string_view tick, std::string_view step) { return make(specification(tick, step)); }

std::string refusal(const InstrumentSpecification& made) {
  const auto result = Instrument::make(InstrumentId(0), AssetId(0), AssetId(1), made);
  return result ? "" : result.error().message;
}

TEST(InstrumentName, ReadsWhatItWrites) {
  const auto name = InstrumentName::parse("BTC/USDT:USDT@binance").value();
  EXPECT_EQ(name.symbol, "BTC/USDT:USDT");
  EXPECT_EQ(name.venue, "binance");
  EXPECT_EQ(InstrumentName::parse(name.format()).value(), name);
  for (const auto* text : {"", "@", "BTC@", "@binance", "BTC", "A@B@C"})
    EXPECT_FALSE(InstrumentName::parse(text)) << text;
}

TEST(Instrument, TakesItsScalesFromTickAndStep) {
  const Instrument btc = make("0.010", "0.00001");
  EXPECT_EQ(btc.price_scale(), 2);
  EXPECT_EQ(btc.quantity_scale(), 5);
  EXPECT_EQ(btc.tick(), RawPrice(1));
  EXPECT_EQ(btc.step(), RawQuantity(1));
  EXPECT_EQ(btc.notional(RawPrice(6'000'001), RawQuantity(12'345)), amount("7407.0012345"));
  EXPECT_EQ(btc.notional(RawPrice(6'000'001), RawQuantity(-12'345)), amount("-7407.0012345"));
  EXPECT_EQ(btc.base_amount(RawQuantity(-12'345)), amount("-0.12345"));
}

TEST(Instrument, WidensItsScalesForTheDataAtHand) {
  auto made = specification("0.5", "10");
  made.data_price_scale = 3;
  made.data_quantity_scale = 2;
  made.min_quantity = decimal("20");
  made.max_quantity = decimal("1000");
  const Instrument instrument = make(made);
  EXPECT_EQ(instrument.tick(), RawPrice(500));
  EXPECT_EQ(instrument.step(), RawQuantity(1'000));
  EXPECT_EQ(instrument.min_quantity(), RawQuantity(2'000));
  EXPECT_EQ(instrument.max_quantity(), RawQuantity(100'000));
  EXPECT_TRUE(instrument.on_tick(RawPrice(-1'500)));
  EXPECT_FALSE(instrument.on_tick(RawPrice(1'501)));
  EXPECT_TRUE(instrument.on_step(RawQuantity(3'000)));
  EXPECT_FALSE(instrument.on_step(RawQuantity(3'001)));
  EXPECT_EQ(instrument.floor_to_step(RawQuantity(3'999)), RawQuantity(3'000));
  EXPECT_EQ(instrument.notional(RawPrice(1'500), RawQuantity(2'000)), amount("30"));
}

TEST(Instrument, RefusesAnImpossibleSpecification) {
  using Change = std::function<void(InstrumentSpecification&)>;
  const std::vector<std::pair<const char*, Change>> cases{
      {"a tick above zero", [](auto& s) { s.tick = Decimal{}; }},
      {"a step above zero", [](auto& s) { s.step = Decimal{-1, 2}; }},
      {"a multiplier above zero", [](auto& s) { s.multiplier = Decimal{}; }},
      {"a min_quantity of zero or more", [](auto& s) { s.min_quantity = Decimal{-1, 0}; }},
      {"a max_quantity of zero or more", [](auto& s) { s.max_quantity = Decimal{-1, 0}; }},
      {"a max_quantity not below min_quantity",
       [](auto& s) { s.min_quantity = Decimal{2, 0}, s.max_quantity = Decimal{1, 0}; }},
      {"a min_notional of zero or more", [](auto& s) { s.min_notional = Decimal{-5, 0}; }},
      {"a fee between -0.1 and 0.1", [](auto& s) { s.taker_fee = Decimal{11, 2}; }},
      {"a fee between -0.1 and 0.1", [](auto& s) { s.maker_fee = Decimal{-11, 2}; }},
      {"a max_leverage of 1 or more", [](auto& s) { s.max_leverage = Decimal{5, 1}; }},
      {"18 decimal places together", [](auto& s) { s.tick = Decimal{1, 14}; }},
      {"18 decimal places together", [](auto& s) { s.data_price_scale = 255; }},
      {"a smaller multiplier", [](auto& s) { s.multiplier = Decimal{INT64_MAX, 0}; }},
      {"min_quantity with 5 decimal places", [](auto& s) { s.min_quantity = Decimal{1, 6}; }},
      {"max_quantity within 64 bits", [](auto& s) { s.max_quantity = Decimal{INT64_MAX, 0}; }},
  };
  for (const auto& [expected, change] : cases) {
    auto made = specification("0.01", "0.00001");
    change(made);
    EXPECT_THAT(refusal(made), HasSubstr(expected));
    EXPECT_THAT(refusal(made), HasSubstr("BTCUSDT@binance"));
  }
  EXPECT_EQ(refusal(specification("0.01", "0.00001")), "");
}

TEST(Instrument, ConvertsExactlyOrNotAtAll) {
  const Instrument btc = make("0.01", "0.00001");
  EXPECT_EQ(btc.raw_price(decimal("60000.010")).value(), RawPrice(6'000'001));
  EXPECT_EQ(btc.raw_quantity(decimal("-0.5")).value(), RawQuantity(-50'000));
  EXPECT_THAT(btc.raw_price(decimal("1.001")).error().message, HasSubstr("2 decimal places"));
  EXPECT_FALSE(btc.raw_quantity(decimal("0.000001")));
  EXPECT_EQ(btc.raw_price(Decimal{INT64_MAX, 0}).error().kind, ErrorKind::overflow);
  EXPECT_EQ(btc.price(RawPrice(6'000'001)).format(), "60000.01");
  EXPECT_EQ(btc.quantity(RawQuantity(-5)).format(), "-0.00005");
}

TEST(Instrument, RoundsPricesToTheTickByEveryMode) {
  const Instrument instrument = make("0.25", "1");
  const auto rounded = [&](double price, Rounding mode) { return instrument.round_price(price, mode).units; };
  EXPECT_EQ(rounded(1.30, Rounding::down), 125);
  EXPECT_EQ(rounded(1.30, Rounding::up), 150);
  EXPECT_EQ(rounded(-1.30, Rounding::down), -125);
  EXPECT_EQ(rounded(-1.30, Rounding::up), -150);
  EXPECT_EQ(rounded(-1.30, Rounding::floor), -150);
  EXPECT_EQ(rounded(-1.30, Rounding::ceiling), -125);
  EXPECT_EQ(rounded(1.25, Rounding::up), 125);
  EXPECT_EQ(rounded(1.125, Rounding::half_even), 100);
  EXPECT_EQ(rounded(1.375, Rounding::half_even), 150);
  EXPECT_EQ(rounded(1.125, Rounding::half_up), 125);
  EXPECT_EQ(rounded(1.1249, Rounding::half_up), 100)
      << "nearest raw unit, then nearest tick, would round twice";
  EXPECT_EQ(rounded(1.1251, Rounding::half_even), 125);
}

TEST(Instrument, SeesThroughTheNoiseOfDoublesAndNoFurther) {
  const Instrument instrument = make("0.1", "0.00000001");
  for (const Rounding mode : kAllModes) EXPECT_EQ(instrument.round_price(0.1 * 3, mode).units, 3);
  for (const Rounding mode : kAllModes)
    EXPECT_EQ(instrument.round_price(61'800.1 + 0.2, mode).units, 618'003);
  EXPECT_EQ(instrument.round_quantity(0.1 + 0.2).units, 30'000'000);
  // Large quantities too must not be rounded up: half a unit of eight places is no noise at a billion units.
  EXPECT_EQ(instrument.round_quantity(10.000000015).units, 1'000'000'001);
  EXPECT_EQ(instrument.round_quantity(-10.000000019).units, -1'000'000'001);
  EXPECT_EQ(instrument.round_quantity(123.456789019).units, 12'345'678'901);
}

TEST(Instrument, RoundsNothingButNumbersAndSaturates) {
  const Instrument instrument = make("0.01", "0.001");
  const double infinity = std::numeric_limits<double>::infinity();
  for (const Rounding mode : kAllModes) {
    EXPECT_EQ(instrument.round_price(std::nan(""), mode).units, 0);
    EXPECT_GT(instrument.round_price(infinity, mode).units, INT64_MAX / 2);
    EXPECT_LT(instrument.round_price(-infinity, mode).units, INT64_MIN / 2);
    EXPECT_TRUE(instrument.on_tick(make("7", "1").round_to_tick(RawPrice(INT64_MAX), mode)));
    EXPECT_EQ(make("7", "1").round_to_tick(RawPrice(INT64_MAX), mode).units % 7, 0);
    EXPECT_EQ(make("7", "1").round_to_tick(RawPrice(INT64_MIN), mode).units % 7, 0);
  }
  EXPECT_EQ(instrument.round_quantity(std::nan("")).units, 0);
  EXPECT_GT(instrument.round_quantity(infinity).units, INT64_MAX / 2);
}

TEST(Instrument, RoundingAgreesWithExactArithmetic) {
  Prng prng(4);
  for (const auto* tick : {"0.01", "0.05", "0.25", "5", "0.00000001"}) {
    const Instrument instrument = make(tick, "1");
    const std::int64_t unit = instrument.tick().units;
    for (int i = 0; i < 20'000; ++i) {
      // An eighth of a raw unit is exact in a double.
      const auto eighths = static_cast<std::int64_t>(prng.below(1U << 24U)) - (1 << 23U);
      const double scaled = static_cast<double>(eighths) / 8;
      const Rounding mode = kAllModes[prng.below(6)];
      const std::int64_t expected = static_cast<std::int64_t>(divide_rounded(eighths, 8 * unit, mode)) * unit;
      const double price = scaled / static_cast<double>(kPowersOfTen[instrument.price_scale()]);
      ASSERT_EQ(instrument.round_price(price, mode).units, expected) << tick << " " << scaled;
    }
  }
}

TEST(Instrument, BuysAsMuchAsTheBudgetAllows) {
  const Instrument btc = make("0.01", "0.00001");
  EXPECT_EQ(btc.quantity_for(amount("1000"), RawPrice(6'000'000)), RawQuantity(1'666));
  EXPECT_EQ(btc.quantity_for(amount("0.59"), RawPrice(6'000'000)), RawQuantity(0));
  EXPECT_EQ(btc.quantity_for(amount("-5"), RawPrice(6'000'000)), RawQuantity(0));
  EXPECT_EQ(btc.quantity_for(amount("5"), RawPrice(0)), RawQuantity(0));
  EXPECT_EQ(btc.quantity_for(Amount::from_units(kInt128Max), RawPrice(1)).units, INT64_MAX);
}

TEST(Instrument, BuysQuantitiesAsOfPepeAndShib) {
  const Instrument pepe = make("0.00000001", "1");
  EXPECT_EQ(pepe.quantity_for(amount("1000"), RawPrice(881)), RawQuantity(113'507'377));
  EXPECT_EQ(pepe.notional(RawPrice(881), RawQuantity(113'507'377)), amount("999.99999137"));
  auto made = specification("0.00000001", "1000");
  made.multiplier = decimal("1000");
  const Instrument thousand = make(made);
  EXPECT_EQ(thousand.quantity_for(amount("1000000"), RawPrice(881)), RawQuantity(113'507'000));
}

TEST(Instrument, NeverSpendsMoreThanTheBudgetAndNeverLeavesAStep) {
  Prng prng(5);
  for (const auto& [tick, step, multiplier] : {std::tuple{"0.01", "0.00001", "1"},
                                               {"0.00000001", "1", "1"},
                                               {"0.5", "100", "0.001"},
                                               {"0.1", "3", "7"}}) {
    auto made = specification(tick, step);
    made.multiplier = decimal(multiplier);
    const Instrument instrument = make(made);
    for (int i = 0; i < 20'000; ++i) {
      const Amount budget =
          Amount::from_units(static_cast<int128>(prng.next() >> prng.below(40)) * 1'000'000);
      const RawPrice price(static_cast<std::int64_t>(prng.below(10'000'000)) + 1);
      const RawQuantity quantity = instrument.quantity_for(budget, price);
      ASSERT_TRUE(instrument.on_step(quantity));
      ASSERT_LE(instrument.notional(price, quantity), budget);
      ASSERT_GT(instrument.notional(price, quantity + instrument.step()), budget);
    }
  }
}

TEST(InstrumentDeathTest, ANotionalBeyondAllMoneyEndsTheProcess) {
  const Instrument btc = make("0.01", "0.00001");
  EXPECT_DEATH((void)btc.notional(RawPrice(INT64_MAX), RawQuantity(INT64_MAX)), "assertion_failed");
}

TEST(InstrumentTable, KeepsInstrumentsAndAssetsOnce) {
  InstrumentTable table;
  auto made = specification("0.01", "0.001");
  const InstrumentId btc = table.add(made).value();
  made.name.symbol = "ETHUSDT";
  made.base = "ETH";
  const InstrumentId eth = table.add(made).value();
  EXPECT_EQ(btc.index(), 0U);
  EXPECT_EQ(eth.index(), 1U);
  EXPECT_EQ(table.asset_count(), 3U);
  EXPECT_EQ(table[btc].quote(), table[eth].quote());
  EXPECT_EQ(table.asset_name(table[eth].base()), "ETH");
  EXPECT_EQ(table.find({"binance", "ETHUSDT"}), eth);
  EXPECT_EQ(table.find({"bybit", "ETHUSDT"}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(table.find_asset("USDT"), table[btc].quote());
  EXPECT_EQ(table.find_asset("DOGE").error().kind, ErrorKind::not_found);
  EXPECT_THAT(table.add(made).error().message, HasSubstr("ETHUSDT@binance twice"));
}

TEST(Instrument, TheVenueMayChangeItsTerms) {
  InstrumentTable table;
  const InstrumentId btc = table.add(specification("0.01", "0.001")).value();
  const Instrument& instrument = table[btc];
  InstrumentTerms terms = instrument.terms();
  EXPECT_TRUE(terms.is_trading);
  terms.tick = RawPrice(50);
  terms.step = RawQuantity(10);
  terms.is_trading = false;
  ASSERT_TRUE(table.change(btc, terms));
  EXPECT_FALSE(instrument.on_tick(RawPrice(101)));
  EXPECT_TRUE(instrument.on_tick(RawPrice(150)));
  EXPECT_EQ(instrument.round_to_tick(RawPrice(101), Rounding::ceiling), RawPrice(150));
  EXPECT_EQ(instrument.floor_to_step(RawQuantity(19)), RawQuantity(10));
  EXPECT_FALSE(instrument.is_trading());
  EXPECT_EQ(instrument.specification().tick, (Decimal{1, 2})) << "what it was made from stays";
}

TEST(Instrument, TermsThatCannotBeChangeNothing) {
  InstrumentTable table;
  const InstrumentId btc = table.add(specification("0.01", "0.001")).value();
  const InstrumentTerms before = table[btc].terms();
  const auto refuses = [&](auto spoil) {
    InstrumentTerms terms = before;
    spoil(terms);
    return !table.change(btc, terms) && table[btc].terms() == before;
  };
  EXPECT_TRUE(refuses([](auto& terms) { terms.tick = RawPrice(); }));
  EXPECT_TRUE(refuses([](auto& terms) { terms.step = RawQuantity(-1); }));
  EXPECT_TRUE(refuses([](auto& terms) { terms.min_quantity = RawQuantity(-1); }));
  EXPECT_TRUE(refuses([](auto& terms) { terms.min_notional = Amount::from_units(-1); }));
  EXPECT_TRUE(refuses([](auto& terms) {
    terms.min_quantity = RawQuantity(10);
    terms.max_quantity = RawQuantity(9);
  }));
}

TEST(InstrumentTable, TermsAreSavedAndTakenBack) {
  InstrumentTable table;
  const InstrumentId btc = table.add(specification("0.01", "0.001")).value();
  InstrumentTable other = table;
  InstrumentTerms terms = table[btc].terms();
  terms.min_notional = Amount::from_units(7);
  ASSERT_TRUE(table.change(btc, terms));
  Encoder encoder;
  table.save(encoder);
  Decoder decoder(encoder.buffer());
  other.load(decoder);
  EXPECT_FALSE(decoder.failed());
  EXPECT_EQ(other[btc].terms(), terms);
}

TEST(InstrumentTable, TheQuoteAssetIsNumberedBeforeTheBase) {
  InstrumentTable table;
  const InstrumentId btc = table.add(specification("0.01", "0.001")).value();
  EXPECT_EQ(table[btc].quote(), AssetId(0));
  EXPECT_EQ(table[btc].base(), AssetId(1));
}

TEST(InstrumentTable, ARefusedInstrumentLeavesNothingBehind) {
  InstrumentTable table;
  auto made = specification("0.01", "0.001");
  made.tick = Decimal{};
  EXPECT_FALSE(table.add(made));
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.asset_count(), 0U);
}

}  // namespace
}  // namespace kontor
