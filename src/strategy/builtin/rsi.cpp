#include "strategy/builtin/rsi.hpp"

#include <fmt/format.h>

#include "base/codec.hpp"
#include "strategy/builtin/common_checks.hpp"
#include "strategy/load_same.hpp"
#include "strategy/sizing_parameters.hpp"

namespace kontor::strategy {

StrategyDescriptor Rsi::descriptor() {
  return {
      "rsi",
      "Buys weakness and sells strength: enters when Wilder's relative strength index falls below a "
      "threshold, "
      "leaves when it has recovered.",
      with_sizing({
          integer_parameter("period", 14, 2, 10'000, "Bars of the index."),
          real_parameter("oversold", 30, 0, 100, "Index below which it buys."),
          real_parameter("overbought", 70, 0, 100, "Index above which it sells short, with mode long_short."),
          real_parameter("exit", 50, 0, 100,
                         "Index at which a long position is left; a short one at 100 - exit."),
          integer_parameter(
              "trend_period", 0, 0, 100'000,
              "Bars of an average that the close must be above to buy, below to sell short; 0: no "
              "filter."),
          choice_parameter("trend_average", {"sma", "ema"}, "Kind of that average."),
          mode_parameter(),
      }),
      &Rsi::make};
}

Result<std::unique_ptr<Strategy>> Rsi::make(const StrategyContext& context, const Parameters& parameters) {
  TRY_VOID(check_order(parameters, "oversold", "overbought"));
  TRY_VOID(check_order(parameters, "oversold", "exit"));
  TRY_VOID(check_mode(context, parameters));
  if (goes_short(parameters) && 100 - parameters.real("exit") >= parameters.real("overbought")) {
    return fail(ErrorKind::usage, fmt::format("exit: expected above {} (100 - overbought), found {}",
                                              100 - parameters.real("overbought"), parameters.real("exit")));
  }
  TRY(PositionSizer sizer, PositionSizer::make(context, parameters));
  return std::unique_ptr<Strategy>(new Rsi(context, parameters, std::move(sizer)));
}

Rsi::Rsi(const StrategyContext& context, const Parameters& parameters, PositionSizer sizer)
    : ConfiguredStrategy(context, parameters),
      instrument_(context.instrument),
      timeframe_(context.timeframe),
      oversold_(parameters.real("oversold")),
      overbought_(parameters.real("overbought")),
      exit_(parameters.real("exit")),
      goes_short_(goes_short(parameters)),
      trend_(parameters.integer("trend_period") == 0     ? Trend::off
             : parameters.text("trend_average") == "sma" ? Trend::simple
                                                         : Trend::exponential),
      strength_(parameters.count("period")),
      simple_(std::max<std::size_t>(parameters.count("trend_period"), 1)),
      exponential_(std::max<std::size_t>(parameters.count("trend_period"), 1)),
      taker_(context.instrument, std::move(sizer)) {}

void Rsi::adopt(Rsi& fresh) {
  oversold_ = fresh.oversold_;
  overbought_ = fresh.overbought_;
  exit_ = fresh.exit_;
  goes_short_ = fresh.goes_short_;
  if (adopt_settings(strength_, fresh.strength_)) {
    low_armed_ = false;
    high_armed_ = false;
  }
  const bool same_trend = trend_ == fresh.trend_ && is_same_kind(simple_, fresh.simple_);
  if (!same_trend) {
    trend_ = fresh.trend_;
    simple_ = std::move(fresh.simple_);
    exponential_ = fresh.exponential_;
  }
  taker_.adopt(fresh.taker_);
}

Subscriptions Rsi::subscriptions() const { return {.bars = {{instrument_, timeframe_}}}; }

std::size_t Rsi::warmup_bars() const {
  const std::size_t trend = trend_ == Trend::off ? 0 : simple_.warmup();
  return std::max({strength_.warmup(), trend, taker_.sizer().warmup_bars()});
}

bool Rsi::is_warm() const noexcept {
  const bool trend_known =
      trend_ == Trend::off || (trend_ == Trend::simple ? simple_.ready() : exponential_.ready());
  return strength_.ready() && trend_known;
}

Rsi::Allowed Rsi::allowed_by_trend(double close) noexcept {
  if (trend_ == Trend::off) return {};
  const double average = trend_ == Trend::simple ? simple_.update(close) : exponential_.update(close);
  return {close > average, close < average};
}

bool Rsi::is_over(Direction held, double strength) const noexcept {
  return (held == Direction::up && strength >= exit_) ||
         (held == Direction::down && strength <= 100.0 - exit_);
}

void Rsi::on_bar(const View& view, const Bar& bar, Intents& out) {
  taker_.update(view, bar);
  const double close = view.instrument(instrument_).to_double(bar.close);
  const double strength = strength_.update(close);
  const Allowed allowed = allowed_by_trend(close);
  if (!is_warm()) return leave_while_warming_up(view, bar, strength, out);
  if (strength >= oversold_) low_armed_ = true;
  if (strength <= overbought_) high_armed_ = true;
  const bool buys = low_armed_ && strength < oversold_ && allowed.up;
  const bool sells = goes_short_ && high_armed_ && strength > overbought_ && allowed.down;
  const Direction held = taker_.held(view, bar.close);
  if (buys) {
    low_armed_ = false;
    if (held != Direction::up) taker_.take(view, Direction::up, bar.close, out);
  } else if (sells) {
    high_armed_ = false;
    if (held != Direction::down) taker_.take(view, Direction::down, bar.close, out);
  } else if (is_over(held, strength)) {
    taker_.take(view, Direction::flat, bar.close, out);
  }
}

/// A trend filter that was changed has to warm up; the index alone decides when a position is left.
void Rsi::leave_while_warming_up(const View& view, const Bar& bar, double strength, Intents& out) {
  if (!strength_.ready() || !is_over(taker_.held(view, bar.close), strength)) return;
  taker_.take(view, Direction::flat, bar.close, out);
}

void Rsi::save(Encoder& encoder) const {
  encode_into(encoder, strength_);
  encode_into(encoder, simple_);
  encode_into(encoder, exponential_);
  encode_into(encoder, low_armed_);
  encode_into(encoder, high_armed_);
  taker_.save(encoder);
}

void Rsi::load(Decoder& decoder) {
  load_same(decoder, strength_);
  load_same(decoder, simple_);
  load_same(decoder, exponential_);
  decode_from(decoder, low_armed_);
  decode_from(decoder, high_armed_);
  taker_.load(decoder);
}

}  // namespace kontor::strategy
