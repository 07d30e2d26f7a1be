#include "strategy/indicators/registry.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <utility>

#include <boost/describe/members.hpp>
#include <boost/mp11.hpp>

#include "base/codec.hpp"
#include "strategy/indicators/channels.hpp"
#include "strategy/indicators/ichimoku.hpp"
#include "strategy/indicators/macd.hpp"
#include "strategy/indicators/moving_average.hpp"
#include "strategy/indicators/oscillators.hpp"
#include "strategy/indicators/specification.hpp"
#include "strategy/indicators/trend.hpp"
#include "strategy/indicators/volatility.hpp"
#include "strategy/indicators/volume.hpp"

namespace kontor::strategy::indicators {
namespace {

template <class Value>
using public_members =
    boost::mp11::mp_rename<boost::describe::describe_members<Value, boost::describe::mod_public>,
                           boost::mp11::mp_list>;

/// The output names of an indicator whose value is a described struct; a plain double has one unnamed output.
template <class Value>
constexpr auto output_names_of() {
  if constexpr (std::same_as<Value, double>) {
    return std::array<std::string_view, 1>{""};
  } else {
    return []<class... Member>(boost::mp11::mp_list<Member...>) {
      return std::array<std::string_view, sizeof...(Member)>{Member::name...};
    }(public_members<Value>{});
  }
}

template <class Indicator>
using value_type_of = std::remove_cvref_t<decltype(std::declval<const Indicator&>().value())>;

template <class Indicator>
constexpr auto outputs_of = output_names_of<value_type_of<Indicator>>();

/// Presents one concrete indicator as AnyIndicator.
template <class Indicator>
class Adapter final : public AnyIndicator {
 public:
  Adapter(const Specification& specification, Indicator indicator)
      : AnyIndicator(*specification.descriptor, specification.name()), indicator_(std::move(indicator)) {}

  std::span<const double> update(const BarValues& bar) override {
    if constexpr (requires { indicator_.update(bar); }) {
      publish(indicator_.update(bar));
    } else {
      publish(indicator_.update(bar.close));
    }
    return outputs_;
  }
  [[nodiscard]] bool ready() const override { return indicator_.ready(); }
  [[nodiscard]] std::size_t warmup() const override { return indicator_.warmup(); }
  [[nodiscard]] std::vector<std::byte> snapshot() const override {
    Encoder encoder;
    encode_into(encoder, name());
    encode_into(encoder, indicator_);
    return encoder.take();
  }
  [[nodiscard]] Result<void> restore(std::span<const std::byte> snapshot) override {
    Decoder decoder(snapshot);
    std::string found;
    decode_from(decoder, found);
    if (decoder.failed() || found != name()) {
      return fail(ErrorKind::bad_data,
                  "expected a snapshot of indicator '" + name() + "', found '" + found + "'");
    }
    Indicator restored = indicator_;
    decode_from(decoder, restored);
    if (decoder.failed() || decoder.remaining() != 0 || restored.warmup() != indicator_.warmup() ||
        encode(restored).size() != encode(indicator_).size()) {
      return fail(ErrorKind::bad_data, "expected the whole state of indicator '" + name() + "', found " +
                                           std::to_string(snapshot.size()) + " bytes that are not one");
    }
    indicator_ = std::move(restored);
    return {};
  }

 private:
  using Value = value_type_of<Indicator>;

  void publish(const Value& value) {
    if constexpr (std::same_as<Value, double>) {
      outputs_[0] = value;
    } else {
      std::size_t next = 0;
      boost::mp11::mp_for_each<public_members<Value>>(
          [&](auto member) { outputs_[next++] = value.*member.pointer; });
    }
  }

  Indicator indicator_;
  std::array<double, outputs_of<Indicator>.size()> outputs_{};
};

using Values = std::span<const double>;
using Made = std::unique_ptr<AnyIndicator>;

struct Entry {
  IndicatorDescriptor descriptor;
  Made (*create)(const Specification&);
};

constexpr std::size_t count_of(double value) { return static_cast<std::size_t>(value); }

/// Makes `Indicator` from leading whole-number parameters, the common case.
template <class Indicator, std::size_t... Index>
Made make_from_counts(const Specification& specification, std::index_sequence<Index...> /*positions*/) {
  return std::make_unique<Adapter<Indicator>>(specification,
                                              Indicator(count_of(specification.values[Index])...));
}

template <class Indicator, std::size_t Count>
Made counts(const Specification& specification) {
  return make_from_counts<Indicator>(specification, std::make_index_sequence<Count>{});
}

/// Makes `Indicator` from a period and a real number.
template <class Indicator>
Made count_and_real(const Specification& specification) {
  const Values values = specification.values;
  return std::make_unique<Adapter<Indicator>>(specification, Indicator(count_of(values[0]), values[1]));
}

Made create_keltner(const Specification& specification) {
  const Values values = specification.values;
  return std::make_unique<Adapter<KeltnerChannel>>(
      specification, KeltnerChannel(count_of(values[0]), count_of(values[1]), values[2]));
}

Made create_psar(const Specification& specification) {
  const Values values = specification.values;
  return std::make_unique<Adapter<ParabolicSar>>(specification, ParabolicSar(values[0], values[1]));
}

Made create_vwap(const Specification& specification) {
  constexpr std::int64_t minute_ns = 60'000'000'000;
  const Values values = specification.values;
  return std::make_unique<Adapter<SessionVwap>>(
      specification, SessionVwap(static_cast<std::int64_t>(values[0]) * minute_ns,
                                 static_cast<std::int64_t>(values[1]) * minute_ns));
}

constexpr double longest = 100'000;  // as in TA-Lib
constexpr double widest = 1'000;
constexpr double week_minutes = 10'080;

constexpr IndicatorParameter whole(std::string_view name, double value, std::string_view meaning,
                                   double minimum = 1) {
  return {name, ParameterType::integer, value, minimum, longest, meaning};
}

constexpr IndicatorParameter factor(std::string_view name, double value, std::string_view meaning) {
  return {name, ParameterType::real, value, 0, widest, meaning};
}

constexpr std::array period_10 = {whole("period", 10, "bars in the window")};
constexpr std::array period_14 = {whole("period", 14, "bars in the window")};
constexpr std::array period_20 = {whole("period", 20, "bars in the window")};
constexpr std::array hull_parameters = {whole("period", 16, "bars in the longest window", 2)};
constexpr std::array wilder_14 = {whole("period", 14, "bars of Wilder's smoothing")};
constexpr std::array bollinger_parameters = {whole("period", 20, "bars in the window"),
                                             factor("deviations", 2, "standard deviations to each side")};
constexpr std::array stddev_parameters = {whole("period", 20, "bars in the window"),
                                          factor("deviations", 1, "factor on the result")};
constexpr std::array ichimoku_parameters = {
    whole("conversion", 9, "bars of the conversion line"), whole("base", 26, "bars of the base line"),
    whole("span_b", 52, "bars of leading span B"),
    whole("displacement", 26, "bars the cloud is drawn ahead, counting this one")};
constexpr std::array kama_parameters = {whole("period", 10, "bars of the efficiency ratio"),
                                        whole("fast", 2, "EMA period in a clean trend"),
                                        whole("slow", 30, "EMA period in pure noise")};
constexpr std::array keltner_parameters = {whole("period", 20, "bars of the middle line's EMA"),
                                           whole("atr_period", 10, "bars of the average true range"),
                                           factor("multiplier", 2, "average true ranges to each side")};
constexpr std::array macd_parameters = {whole("fast", 12, "period of the fast EMA"),
                                        whole("slow", 26, "period of the slow EMA"),
                                        whole("signal", 9, "period of the signal line's EMA")};
constexpr std::array psar_parameters = {
    IndicatorParameter{"acceleration", ParameterType::real, 0.02, 1e-6, 1, "step of the acceleration factor"},
    IndicatorParameter{"maximum", ParameterType::real, 0.2, 1e-6, 1, "largest acceleration factor"}};
constexpr std::array stochastic_parameters = {whole("period", 14, "bars of the range"),
                                              whole("smoothing", 3, "bars of the average that makes %K slow"),
                                              whole("signal", 3, "bars of the average that makes %D")};
constexpr std::array supertrend_parameters = {whole("period", 10, "bars of the average true range"),
                                              factor("multiplier", 3, "average true ranges from the middle")};
constexpr std::array vwap_parameters = {
    IndicatorParameter{"session_minutes", ParameterType::integer, 1440, 1, week_minutes,
                       "length of a session"},
    IndicatorParameter{"offset_minutes", ParameterType::integer, 0, 0, week_minutes,
                       "start of a session after midnight UTC"}};

constexpr std::array entries = std::to_array<Entry>({
    {{"adx", "", "Average directional index",
      "Strength of a trend, with the directional indicators of its two sides", "high low close", wilder_14,
      outputs_of<AverageDirectionalIndex>, "2 * period", "Wilder 1978; TA-Lib ADX, PLUS_DI, MINUS_DI"},
     counts<AverageDirectionalIndex, 1>},
    {{"atr", "", "Average true range",
      "Wilder's average of the true range, a measure of volatility in price units", "high low close",
      wilder_14, outputs_of<AverageTrueRange>, "period + 1", "Wilder 1978; TA-Lib ATR"},
     counts<AverageTrueRange, 1>},
    {{"bollinger", "bbands", "Bollinger bands", "Simple average and standard deviations around it", "close",
      bollinger_parameters, outputs_of<BollingerBands>, "period", "Bollinger 2001; TA-Lib BBANDS"},
     count_and_real<BollingerBands>},
    {{"cci", "", "Commodity channel index", "Distance of the typical price from its mean in mean deviations",
      "high low close", period_20, outputs_of<CommodityChannelIndex>, "period", "Lambert 1980; TA-Lib CCI"},
     counts<CommodityChannelIndex, 1>},
    {{"donchian", "", "Donchian channel", "Highest high and lowest low of the window, this bar included",
      "high low", period_20, outputs_of<DonchianChannel>, "period",
      "Donchian; TA-Lib MAX of high and MIN of low"},
     counts<DonchianChannel, 1>},
    {{"ema", "", "Exponential moving average", "Average whose weights fall geometrically", "close", period_20,
      outputs_of<ExponentialMovingAverage>, "period", "TA-Lib EMA"},
     counts<ExponentialMovingAverage, 1>},
    {{"hull", "hma", "Hull moving average", "Weighted averages combined to lag less", "close",
      hull_parameters, outputs_of<HullMovingAverage>, "period + floor(sqrt(period)) - 1", "Hull 2005"},
     counts<HullMovingAverage, 1>},
    {{"ichimoku", "", "Ichimoku kinko hyo", "Range middles over three horizons and the cloud between them",
      "high low close", ichimoku_parameters, outputs_of<Ichimoku>,
      "max(conversion, base, span_b) + displacement - 1", "Hosoda 1969"},
     counts<Ichimoku, 4>},
    {{"kama", "", "Kaufman adaptive moving average", "Average that is fast in a trend and slow in noise",
      "close", kama_parameters, outputs_of<KaufmanAdaptiveMovingAverage>, "period + 1",
      "Kaufman 1995; TA-Lib KAMA"},
     counts<KaufmanAdaptiveMovingAverage, 3>},
    {{"keltner", "", "Keltner channel", "Exponential average and average true ranges around it",
      "high low close", keltner_parameters, outputs_of<KeltnerChannel>, "max(period, atr_period + 1)",
      "Keltner 1960, Raschke"},
     create_keltner},
    {{"macd", "", "Moving average convergence divergence",
      "Difference of two exponential averages and its average", "close", macd_parameters, outputs_of<Macd>,
      "slow + signal - 1", "Appel 1979; TA-Lib MACD"},
     counts<Macd, 3>},
    {{"mfi", "", "Money flow index", "Share of turnover on rising typical prices", "high low close volume",
      period_14, outputs_of<MoneyFlowIndex>, "period + 1", "Quong and Soudack 1989; TA-Lib MFI"},
     counts<MoneyFlowIndex, 1>},
    {{"obv",
      "",
      "On-balance volume",
      "Running sum of volume signed by the direction of the close",
      "close volume",
      {},
      outputs_of<OnBalanceVolume>,
      "1",
      "Granville 1963; TA-Lib OBV"},
     counts<OnBalanceVolume, 0>},
    {{"psar", "sar", "Parabolic stop and reverse", "Trailing stop that accelerates with the trend",
      "high low", psar_parameters, outputs_of<ParabolicSar>, "2", "Wilder 1978; TA-Lib SAR"},
     create_psar},
    {{"roc", "", "Rate of change", "Change in percent since `period` bars ago", "close", period_10,
      outputs_of<RateOfChange>, "period + 1", "TA-Lib ROC"},
     counts<RateOfChange, 1>},
    {{"rolling_vwap", "", "Rolling volume-weighted average price",
      "Typical price weighted by volume over the window", "high low close volume", period_20,
      outputs_of<RollingVwap>, "period", "Berkowitz, Logue and Noser 1988"},
     counts<RollingVwap, 1>},
    {{"rsi", "", "Relative strength index", "Share of gains in the recent movement, 0 to 100", "close",
      wilder_14, outputs_of<RelativeStrengthIndex>, "period + 1", "Wilder 1978; TA-Lib RSI"},
     counts<RelativeStrengthIndex, 1>},
    {{"sma", "", "Simple moving average", "Mean of the window", "close", period_20,
      outputs_of<SimpleMovingAverage>, "period", "TA-Lib SMA"},
     counts<SimpleMovingAverage, 1>},
    {{"stddev", "", "Standard deviation", "Population standard deviation of the window", "close",
      stddev_parameters, outputs_of<StandardDeviation>, "period", "TA-Lib STDDEV"},
     count_and_real<StandardDeviation>},
    {{"stochastic", "stoch", "Slow stochastic oscillator",
      "Place of the close in the range, smoothed, 0 to 100", "high low close", stochastic_parameters,
      outputs_of<StochasticOscillator>, "period + smoothing + signal - 2", "Lane 1950s; TA-Lib STOCH"},
     counts<StochasticOscillator, 3>},
    {{"supertrend", "", "Supertrend", "Trailing band of average true ranges and the side it is on",
      "high low close", supertrend_parameters, outputs_of<Supertrend>, "period + 1",
      "Seban; Pine Script ta.supertrend"},
     count_and_real<Supertrend>},
    {{"vwap", "", "Volume-weighted average price", "Typical price weighted by volume since the session began",
      "high low close volume", vwap_parameters, outputs_of<SessionVwap>, "1",
      "Berkowitz, Logue and Noser 1988"},
     create_vwap},
    {{"williams_r", "willr", "Williams %R", "Distance of the close from the highest high, -100 to 0",
      "high low close", period_14, outputs_of<WilliamsPercentRange>, "period", "Williams 1973; TA-Lib WILLR"},
     counts<WilliamsPercentRange, 1>},
    {{"wma", "", "Weighted moving average", "Mean with weights falling linearly into the past", "close",
      period_20, outputs_of<WeightedMovingAverage>, "period", "TA-Lib WMA"},
     counts<WeightedMovingAverage, 1>},
});

constexpr auto descriptor_table = [] {
  std::array<IndicatorDescriptor, entries.size()> table{};
  for (std::size_t i = 0; i < entries.size(); ++i) table[i] = entries[i].descriptor;
  return table;
}();

static_assert(std::ranges::is_sorted(descriptor_table, {}, &IndicatorDescriptor::name));

}  // namespace

AnyIndicator::AnyIndicator(const IndicatorDescriptor& descriptor, std::string name)
    : descriptor_(&descriptor), name_(std::move(name)) {
  for (const std::string_view output : descriptor.outputs) {
    output_names_.push_back(output.empty() ? name_ : name_ + "." + std::string(output));
  }
}

std::span<const IndicatorDescriptor> descriptors() noexcept { return descriptor_table; }

const IndicatorDescriptor* find_descriptor(std::string_view name) noexcept {
  if (name.empty()) {
    return nullptr;
  }
  const auto found = std::ranges::find_if(descriptor_table, [name](const IndicatorDescriptor& descriptor) {
    return descriptor.name == name || descriptor.alias == name;
  });
  return found == descriptor_table.end() ? nullptr : &*found;
}

Result<std::unique_ptr<AnyIndicator>> make(std::string_view spec) {
  TRY(const Specification specification, parse_specification(spec));
  const auto index = specification.descriptor - descriptor_table.data();
  return entries[static_cast<std::size_t>(index)].create(specification);
}

}  // namespace kontor::strategy::indicators
