#include "strategy/indicators/registry.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "strategy/indicators/macd.hpp"
#include "strategy/indicators/moving_average.hpp"
#include "strategy/indicators/volume.hpp"
#include "tests/support/indicator_series.hpp"

namespace kontor::strategy::indicators {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::unique_ptr<AnyIndicator> made(std::string_view spec) {
  auto result = make(spec);
  EXPECT_TRUE(result.has_value()) << result.error().message;
  return result ? std::move(*result) : nullptr;
}

Series step(AnyIndicator& indicator, const BarValues& bar) {
  const std::span<const double> outputs = indicator.update(bar);
  return Series(outputs.begin(), outputs.end());
}

/// Bit for bit, so that NaN equals NaN and a last digit does not pass.
bool identical(const Series& left, const Series& right) {
  return left.size() == right.size() &&
         std::memcmp(left.data(), right.data(), left.size() * sizeof(double)) == 0;
}

/// Every indicator with its defaults, and with its smallest and with odd parameters.
std::vector<std::string> all_specifications() {
  std::vector<std::string> specifications;
  for (const IndicatorDescriptor& descriptor : descriptors()) specifications.emplace_back(descriptor.name);
  for (const char* spec : {"adx:1",
                           "atr:1",
                           "bollinger:1,0",
                           "cci:1",
                           "donchian:1",
                           "ema:1",
                           "hull:2",
                           "ichimoku:1,1,1,1",
                           "ichimoku:5,3,2,4",
                           "kama:1,1,1",
                           "keltner:1,1,0",
                           "keltner:3,30,1.5",
                           "macd:1,2,1",
                           "macd:3,50,2",
                           "mfi:1",
                           "psar:1,1",
                           "psar:0.001,0.5",
                           "roc:1",
                           "rolling_vwap:1",
                           "rsi:1",
                           "sma:1",
                           "sma:7",
                           "stddev:1",
                           "stochastic:1,1,1",
                           "stochastic:3,7,11",
                           "supertrend:1,0",
                           "supertrend:7,1.1",
                           "vwap:7,3",
                           "williams_r:1",
                           "wma:1",
                           "wma:11"}) {
    specifications.emplace_back(spec);
  }
  return specifications;
}

class EveryIndicator : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryIndicator, IsReadyAfterItsWarmupAndNeverNanAgain) {
  const auto indicator = made(GetParam());
  ASSERT_NE(indicator, nullptr);
  std::size_t seen = 0;
  for (const BarValues& bar : random_bars(81, 1'000)) {
    EXPECT_EQ(indicator->ready(), seen >= indicator->warmup());
    const Series outputs = step(*indicator, bar);
    ++seen;
    ASSERT_EQ(outputs.size(), indicator->output_names().size());
    const auto missing = std::ranges::count_if(outputs, [](double value) { return std::isnan(value); });
    if (seen < indicator->warmup()) {
      ASSERT_GT(missing, 0) << "ready " << indicator->warmup() - seen << " bars before its warm-up";
    } else {
      ASSERT_EQ(missing, 0) << "at bar " << seen;
    }
    for (const double value : outputs) ASSERT_FALSE(std::isinf(value)) << "at bar " << seen;
  }
}

TEST_P(EveryIndicator, StandsAFrozenPrice) {
  const auto indicator = made(GetParam());
  for (const BarValues& bar : random_bars(82, 200)) indicator->update(bar);
  for (const double volume : {1.0, 0.0}) {
    for (const BarValues& bar : constant_bars(60'000.01, volume, 500)) {
      for (const double value : step(*indicator, bar)) ASSERT_TRUE(std::isfinite(value));
    }
  }
}

TEST_P(EveryIndicator, ContinuesFromASnapshotBitForBit) {
  const auto bars = random_bars(83, 300);
  const auto straight = made(GetParam());
  std::vector<Series> expected;
  std::vector<std::vector<std::byte>> snapshots;
  for (const BarValues& bar : bars) {
    snapshots.push_back(straight->snapshot());
    expected.push_back(step(*straight, bar));
  }
  for (std::size_t cut = 0; cut < bars.size(); cut += cut < 60 ? 1 : 37) {
    const auto resumed = made(GetParam());
    for (std::size_t i = 0; i < cut % 5; ++i)
      resumed->update(bars[i]);  // whatever it held before is replaced
    ASSERT_TRUE(resumed->restore(snapshots[cut]).has_value());
    for (std::size_t i = cut; i < bars.size(); ++i) {
      ASSERT_TRUE(identical(step(*resumed, bars[i]), expected[i])) << "cut at " << cut << ", bar " << i;
    }
    ASSERT_EQ(resumed->snapshot(), straight->snapshot());
  }
}

TEST_P(EveryIndicator, RefusesWhatIsNotItsSnapshot) {
  const auto indicator = made(GetParam());
  for (const BarValues& bar : random_bars(84, 100)) indicator->update(bar);
  const auto snapshot = indicator->snapshot();
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, snapshot.size() / 2, snapshot.size() - 1}) {
    const auto result = indicator->restore(std::span(snapshot).first(size));
    ASSERT_FALSE(result.has_value()) << size;
    EXPECT_EQ(result.error().kind, ErrorKind::bad_data);
  }
  auto longer = snapshot;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(indicator->restore(longer).has_value());
  EXPECT_EQ(indicator->snapshot(), snapshot);
}

/// Wherever eight bytes of a snapshot become others: it is refused and changes nothing, or the indicator goes
/// on within its own memory. A place in a window that lies outside of it must be among what is refused.
TEST_P(EveryIndicator, RefusesPlacesOutsideOfItsMemory) {
  const auto indicator = made(GetParam());
  const auto bars = random_bars(85, 150);
  for (const BarValues& bar : bars) indicator->update(bar);
  const auto snapshot = indicator->snapshot();
  const std::size_t head = sizeof(std::uint64_t) + indicator->name().size();
  for (const std::uint64_t word :
       {std::uint64_t{0}, UINT64_MAX, std::uint64_t{1'000'000}, std::uint64_t{7}}) {
    for (std::size_t at = head; at + sizeof word <= snapshot.size(); ++at) {
      auto changed = snapshot;
      std::memcpy(changed.data() + at, &word, sizeof word);
      const auto other = made(GetParam());
      const auto before = other->snapshot();
      if (!other->restore(changed)) {
        ASSERT_EQ(other->snapshot(), before);
        continue;
      }
      ASSERT_EQ(other->warmup(), indicator->warmup());
      for (std::size_t i = 0; i < std::min<std::size_t>(bars.size(), 60); ++i) other->update(bars[i]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryIndicator, ::testing::ValuesIn(all_specifications()),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::ranges::replace_if(
                               name, [](char letter) { return std::isalnum(letter) == 0; }, '_');
                           return name;
                         });

TEST(Registry, DescribesWhatItMakes) {
  std::set<std::string_view> names;
  for (const IndicatorDescriptor& descriptor : descriptors()) {
    SCOPED_TRACE(descriptor.name);
    EXPECT_TRUE(names.insert(descriptor.name).second);
    if (!descriptor.alias.empty()) {
      EXPECT_TRUE(names.insert(descriptor.alias).second);
      EXPECT_EQ(find_descriptor(descriptor.alias), &descriptor);
    }
    EXPECT_EQ(find_descriptor(descriptor.name), &descriptor);
    for (const std::string_view text :
         {descriptor.title, descriptor.summary, descriptor.inputs, descriptor.warmup, descriptor.source}) {
      EXPECT_FALSE(text.empty());
    }
    for (const IndicatorParameter& parameter : descriptor.parameters) {
      EXPECT_FALSE(parameter.meaning.empty());
      EXPECT_LE(parameter.minimum, parameter.default_value);
      EXPECT_LE(parameter.default_value, parameter.maximum);
    }
    const auto indicator = made(descriptor.name);
    EXPECT_EQ(&indicator->descriptor(), &descriptor);
    EXPECT_EQ(indicator->output_names().size(), descriptor.outputs.size());
  }
  EXPECT_EQ(descriptors().size(), 24u);
  EXPECT_EQ(find_descriptor("nothing"), nullptr);
  EXPECT_EQ(find_descriptor(""), nullptr);
}

TEST(Registry, NamesOutputsAfterTheSpecification) {
  EXPECT_THAT(made("rsi")->output_names(), ElementsAre("rsi_14"));
  EXPECT_THAT(made("macd:5,35,5")->output_names(),
              ElementsAre("macd_5_35_5.macd", "macd_5_35_5.signal", "macd_5_35_5.histogram"));
  EXPECT_THAT(made("bollinger:20,2")->output_names(),
              ElementsAre("bollinger_20_2.upper", "bollinger_20_2.middle", "bollinger_20_2.lower"));
  EXPECT_THAT(made("psar")->output_names(), ElementsAre("psar_0.02_0.2.line", "psar_0.02_0.2.direction"));
}

TEST(Registry, PassesParametersInTheirOrder) {
  EXPECT_EQ(made("macd:3,50,2")->warmup(), 51u);
  EXPECT_EQ(made("stochastic:3,7,11")->warmup(), 19u);
  EXPECT_EQ(made("keltner:3,30,1.5")->warmup(), 31u);
  EXPECT_EQ(made("ichimoku:5,3,2,4")->warmup(), 8u);
  const auto narrow = made("bollinger:5,1");
  const auto wide = made("bollinger:period=5,deviations=3");
  for (const BarValues& bar : random_bars(85, 50)) {
    const Series one = step(*narrow, bar);
    const Series three = step(*wide, bar);
    if (narrow->ready()) {
      EXPECT_NEAR(three[0] - three[1], 3 * (one[0] - one[1]), 1e-9);
    }
  }
  const auto hourly = made("vwap:60,15");
  BarValues bar{10, 10, 10, 10, 1, 14 * 60'000'000'000};
  EXPECT_THAT(hourly->update(bar), ElementsAre(10));
  bar = {20, 20, 20, 20, 1, 15 * 60'000'000'000};
  EXPECT_THAT(hourly->update(bar), ElementsAre(20));
}

TEST(Registry, ErrorsComeFromTheSpecification) {
  const auto result = make("emma:20");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::usage);
  EXPECT_THAT(result.error().message, HasSubstr("did you mean 'ema'?"));
}

TEST(Registry, ASnapshotOfAnotherSpecificationIsRefused) {
  const auto result = made("sma:20")->restore(made("sma:21")->snapshot());
  ASSERT_FALSE(result.has_value());
  EXPECT_THAT(result.error().message, HasSubstr("expected a snapshot of indicator 'sma_20', found 'sma_21'"));
}

/// What a strategy keeps: indicators as members of its described state.
struct StrategyState {
  SimpleMovingAverage average{7};
  Macd macd{3, 10, 4};
  SessionVwap price;
  BOOST_DESCRIBE_CLASS(StrategyState, (), (average, macd, price), (), ())
};

TEST(Registry, IndicatorsAreEncodedWithTheStateTheyArePartOf) {
  const auto bars = random_bars(86, 200);
  StrategyState state;
  for (std::size_t i = 0; i < 100; ++i) {
    state.average.update(bars[i].close);
    state.macd.update(bars[i].close);
    state.price.update(bars[i]);
  }
  auto decoded = decode<StrategyState>(encode(state));
  ASSERT_TRUE(decoded.has_value());
  for (std::size_t i = 100; i < bars.size(); ++i) {
    ASSERT_EQ(decoded->average.update(bars[i].close), state.average.update(bars[i].close));
    ASSERT_EQ(decoded->macd.update(bars[i].close).signal, state.macd.update(bars[i].close).signal);
    ASSERT_EQ(decoded->price.update(bars[i]), state.price.update(bars[i]));
  }
  EXPECT_EQ(encode(*decoded), encode(state));
}

}  // namespace
}  // namespace kontor::strategy::indicators
