#include "strategy/indicators/specification.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::strategy::indicators {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Specification read(std::string_view spec) {
  auto result = parse_specification(spec);
  EXPECT_TRUE(result.has_value()) << result.error().message;
  return result.value_or(Specification{});
}

std::string error_of(std::string_view spec) {
  const auto result = parse_specification(spec);
  EXPECT_FALSE(result.has_value()) << spec;
  if (result) return {};
  EXPECT_EQ(result.error().kind, ErrorKind::usage);
  return result.error().message;
}

TEST(Specification, AbsentParametersTakeTheirDefaults) {
  EXPECT_THAT(read("macd").values, ElementsAre(12, 26, 9));
  EXPECT_THAT(read("macd:5").values, ElementsAre(5, 26, 9));
  EXPECT_THAT(read("macd:signal=3").values, ElementsAre(12, 26, 3));
  EXPECT_TRUE(read("obv").values.empty());
}

TEST(Specification, PositionalAndNamedFormsMeanTheSame) {
  EXPECT_THAT(read("macd:5,35,5").values, ElementsAre(5, 35, 5));
  EXPECT_THAT(read("macd:signal=5,slow=35,fast=5").values, ElementsAre(5, 35, 5));
  EXPECT_THAT(read("macd:5,signal=4,slow=35").values, ElementsAre(5, 35, 4));
  EXPECT_THAT(read("bollinger:20,2.5").values, ElementsAre(20, 2.5));
  EXPECT_THAT(read("bollinger:2e1,25e-1").values, ElementsAre(20, 2.5));
}

TEST(Specification, NamesCarryTheValues) {
  EXPECT_EQ(read("rsi").name(), "rsi_14");
  EXPECT_EQ(read("bollinger:20,2").name(), "bollinger_20_2");
  EXPECT_EQ(read("bbands:20,2.50").name(), "bollinger_20_2.5");
  EXPECT_EQ(read("psar").name(), "psar_0.02_0.2");
  EXPECT_EQ(read("obv").name(), "obv");
  EXPECT_EQ(read("sma:100000").name(), "sma_100000");
}

TEST(Specification, UnknownNamesSuggestTheNearest) {
  EXPECT_THAT(error_of("rsy:14"), AllOf(HasSubstr("'rsy:14'"), HasSubstr("unknown name 'rsy'"),
                                        HasSubstr("did you mean 'rsi'?"), HasSubstr("known: adx, atr")));
  EXPECT_THAT(error_of("bolinger"), HasSubstr("did you mean 'bollinger'?"));
  EXPECT_THAT(error_of("stochastics:14"), HasSubstr("did you mean 'stochastic'?"));
  EXPECT_THAT(error_of("zzzzzz"), ::testing::Not(HasSubstr("did you mean")));
  EXPECT_THAT(error_of(""), HasSubstr("expected a name, found nothing"));
  EXPECT_THAT(error_of(":14"), HasSubstr("expected a name, found nothing"));
}

TEST(Specification, UnknownParametersSuggestTheNearest) {
  EXPECT_THAT(error_of("macd:fats=3"),
              AllOf(HasSubstr("macd has no parameter 'fats'"), HasSubstr("did you mean 'fast'?"),
                    HasSubstr("its parameters: fast, slow, signal")));
  EXPECT_THAT(error_of("obv:period=3"), HasSubstr("obv takes no parameters, found 'period'"));
  EXPECT_THAT(error_of("obv:3"), HasSubstr("obv takes no parameters, found '3'"));
}

TEST(Specification, ValuesMustBeNumbersOfTheirType) {
  EXPECT_THAT(error_of("rsi:abc"), HasSubstr("parameter 'period' expects a whole number, found 'abc'"));
  EXPECT_THAT(error_of("rsi:14x"), HasSubstr("found '14x'"));
  EXPECT_THAT(error_of("rsi:14.5"), HasSubstr("parameter 'period' expects a whole number, found '14.5'"));
  EXPECT_THAT(error_of("rsi:"), HasSubstr("parameter 'period' expects a whole number, found ''"));
  EXPECT_THAT(error_of("macd:12,,9"), HasSubstr("parameter 'slow' expects a whole number, found ''"));
  EXPECT_THAT(error_of("macd:12,26,9,"), HasSubstr("expected at most 3 values (fast, slow, signal)"));
  EXPECT_THAT(error_of("bollinger:20,nan"),
              HasSubstr("parameter 'deviations' expects a number, found 'nan'"));
  EXPECT_THAT(error_of("bollinger:20,inf"), HasSubstr("found 'inf'"));
  EXPECT_THAT(error_of("rsi: 14"), HasSubstr("found ' 14'"));
  EXPECT_THAT(error_of("rsi:1e999"), HasSubstr("found '1e999'"));
}

TEST(Specification, ValuesMustLieWithinTheirBounds) {
  EXPECT_THAT(error_of("rsi:0"),
              HasSubstr("parameter 'period' expects a whole number from 1 to 100000, found 0"));
  EXPECT_THAT(error_of("rsi:-3"), HasSubstr("found -3"));
  EXPECT_THAT(error_of("sma:100001"), HasSubstr("from 1 to 100000"));
  EXPECT_THAT(error_of("hull:1"), HasSubstr("from 2 to 100000"));
  EXPECT_THAT(error_of("bollinger:20,-1"),
              HasSubstr("parameter 'deviations' expects a number from 0 to 1000"));
  EXPECT_THAT(error_of("psar:0"), HasSubstr("parameter 'acceleration' expects a number from 1e-06 to 1"));
}

TEST(Specification, OrderAndRepetitionOfArguments) {
  EXPECT_THAT(error_of("rsi:14,15"), HasSubstr("expected at most 1 value (period), found one more: '15'"));
  EXPECT_THAT(error_of("macd:fast=5,30"),
              HasSubstr("expected 'parameter=value' after a named parameter, found '30'"));
  EXPECT_THAT(error_of("macd:5,fast=6"), HasSubstr("parameter 'fast' is given twice"));
}

TEST(Specification, ParametersMustFitEachOther) {
  EXPECT_THAT(error_of("macd:26,12,9"), HasSubstr("expected fast < slow, found fast = 26 and slow = 12"));
  EXPECT_THAT(error_of("macd:26,26,9"), HasSubstr("expected fast < slow"));
  EXPECT_THAT(error_of("kama:10,31"), HasSubstr("expected fast <= slow, found fast = 31 and slow = 30"));
  EXPECT_THAT(error_of("psar:0.3"), HasSubstr("expected acceleration <= maximum, found acceleration = 0.3"));
  EXPECT_THAT(error_of("vwap:60,60"), HasSubstr("expected offset_minutes < session_minutes"));
  EXPECT_THAT(read("kama:10,30").values, ElementsAre(10, 30, 30));
}

TEST(Nearest, IsTheSmallestEditDistanceThatCouldBeASlip) {
  constexpr std::string_view words[] = {"rsi", "roc", "bollinger", "macd"};
  EXPECT_EQ(nearest("rsi", words), "rsi");
  EXPECT_EQ(nearest("rso", words), "rsi");
  EXPECT_EQ(nearest("bolinnger", words), "bollinger");
  EXPECT_EQ(nearest("acd", words), "macd");
  EXPECT_EQ(nearest("volume", words), "");
  EXPECT_EQ(nearest("rsi", {}), "");
}

}  // namespace
}  // namespace kontor::strategy::indicators
