#include "strategy/position_sizer.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/codec.hpp"
#include "strategy/load_same.hpp"
#include "strategy/rounded.hpp"

namespace kontor::strategy {
namespace {

using portfolio::SizerKind;

constexpr double kStopOfRiskPercent = 1.5;  ///< in average true ranges (M15)
constexpr double kRoomForCosts = 0.95;      ///< of the equity, where the sizer itself knows no bound
constexpr std::uint8_t kFractionScale = 8;
constexpr std::uint8_t kNotionalScale = 6;

SizerKind kind_of(std::string_view word) {
  for (const SizerKind kind :
       {SizerKind::fixed_quantity, SizerKind::fixed_notional, SizerKind::percent_of_equity,
        SizerKind::risk_percent, SizerKind::volatility_target}) {
    if (word == boost::describe::enum_to_string(kind, "")) return kind;
  }
  return SizerKind::percent_of_equity;  // the parameter's choices leave no other word
}

Result<portfolio::SizingRule> rule_of(const Instrument& instrument, const Parameters& parameters) {
  portfolio::SizingRule rule;
  rule.kind = kind_of(parameters.text("sizer"));
  const double size = parameters.real("size");
  const bool sized = rule.kind != SizerKind::risk_percent && rule.kind != SizerKind::volatility_target;
  if (sized && size <= 0)
    return fail(ErrorKind::usage, fmt::format("size: expected above 0, found {}", size));
  switch (rule.kind) {
    case SizerKind::fixed_quantity: rule.quantity = instrument.round_quantity(size); break;
    case SizerKind::fixed_notional:
      rule.notional = Amount::from_decimal(rounded(size, kNotionalScale));
      break;
    case SizerKind::percent_of_equity:
      if (const double most = 100 * instrument.specification().max_leverage.to_double(); size > most) {
        return fail(ErrorKind::usage,
                    fmt::format("size: expected at most {} percent of the equity for {}, found {}", most,
                                instrument.name().format(), size));
      }
      rule.fraction = rounded(size / 100, kFractionScale);
      break;
    case SizerKind::risk_percent:
      rule.fraction = rounded(parameters.real("risk_percent") / 100, kFractionScale);
      break;
    case SizerKind::volatility_target:
      rule.fraction = rounded(parameters.real("target_volatility") / 100, kFractionScale);
      break;
  }
  const double percent = parameters.real("max_position_percent");
  const double notional = parameters.real("max_position_notional");
  const double bound = sized ? 0 : kRoomForCosts * instrument.specification().max_leverage.to_double();
  if (percent > 0 || bound > 0)
    rule.max_fraction = rounded(percent > 0 ? percent / 100 : bound, kFractionScale);
  if (notional > 0) rule.max_notional = Amount::from_decimal(rounded(notional, kNotionalScale));
  return rule;
}

}  // namespace

Result<PositionSizer> PositionSizer::make(const StrategyContext& context, const Parameters& parameters) {
  const Instrument& instrument = context.instruments[context.instrument];
  PositionSizer sizer;
  TRY(sizer.rule_, rule_of(instrument, parameters));
  const SizerKind kind = sizer.rule_.kind;
  sizer.stop_atr_ = parameters.real("stop_atr");
  sizer.target_atr_ = parameters.real("target_atr");
  if (kind == SizerKind::risk_percent && sizer.stop_atr_ == 0) sizer.stop_atr_ = kStopOfRiskPercent;
  constexpr double kYear = static_cast<double>(365 * kDay);
  sizer.bars_per_year_root_ = std::sqrt(kYear / static_cast<double>(context.timeframe.period_ns));
  sizer.needs_history_ = sizer.protects() || kind == SizerKind::volatility_target;
  sizer.range_ = indicators::AverageTrueRange(parameters.count("atr_period"));
  sizer.deviation_ = indicators::StandardDeviation(parameters.count("volatility_bars"));
  return sizer;
}

std::size_t PositionSizer::warmup_bars() const noexcept {
  const std::size_t range = protects() ? range_.warmup() : 0;
  const bool targets = rule_.kind == SizerKind::volatility_target;
  return std::max(range, targets ? deviation_.warmup() + 1 : 0);
}

void PositionSizer::remember(const Instrument& instrument, const Bar& bar) noexcept {
  const indicators::BarValues values = to_values(instrument, bar);
  if (protects()) range_.update(values);
  if (rule_.kind != SizerKind::volatility_target) return;
  if (previous_close_ > 0 && values.close > 0) deviation_.update(std::log(values.close / previous_close_));
  previous_close_ = values.close;
}

/// Standard deviation of the log returns of the last bars × √(bars in 365 days).
Decimal PositionSizer::volatility() const noexcept {
  if (rule_.kind != SizerKind::volatility_target || !deviation_.ready()) return {};
  return rounded(std::min(deviation_.value() * bars_per_year_root_, 1e6), kFractionScale);
}

SizedEntry PositionSizer::size(const View& view, InstrumentId id, Side side, RawPrice price) const noexcept {
  const Instrument& instrument = view.instrument(id);
  SizedEntry entry;
  portfolio::SizingInput input;
  input.equity = view.equity_in_quote(id);
  input.entry = price;
  input.volatility = volatility();
  if (protects()) {
    if (!range_.ready()) return {{}, {}, {}, "the average true range is not known yet"};
    const double direction = side == Side::buy ? 1.0 : -1.0;
    const double from = instrument.to_double(price);
    const auto at = [&](double distance, Rounding mode) {
      return instrument.round_price(from + distance, mode);
    };
    // Rounded away from the entry: never nearer than asked for.
    const Rounding below = side == Side::buy ? Rounding::floor : Rounding::ceiling;
    const Rounding above = side == Side::buy ? Rounding::ceiling : Rounding::floor;
    if (stop_atr_ > 0) entry.stop_price = at(-direction * stop_atr_ * range_.value(), below);
    if (target_atr_ > 0) entry.target_price = at(direction * target_atr_ * range_.value(), above);
    const bool impossible =
        (stop_atr_ > 0 && entry.stop_price.units <= 0) || (target_atr_ > 0 && entry.target_price.units <= 0);
    if (impossible) return {{}, {}, {}, "a protective price would not be above zero"};
    input.stop_distance =
        stop_atr_ > 0 ? RawPrice(std::abs(price.units - entry.stop_price.units)) : RawPrice();
    input.lowest_price = price;
    for (const RawPrice leg : {entry.stop_price, entry.target_price}) {
      if (leg.units > 0) input.lowest_price = std::min(input.lowest_price, leg);
    }
  }
  const portfolio::Sizing sizing = portfolio::size_position(instrument, rule_, input);
  entry.quantity = sizing.quantity;
  entry.reason = sizing.reason;
  return entry;
}

void PositionSizer::save(Encoder& encoder) const {
  encode_into(encoder, range_);
  encode_into(encoder, deviation_);
  encode_into(encoder, previous_close_);
}

void PositionSizer::load(Decoder& decoder) {
  load_same(decoder, range_);
  load_same(decoder, deviation_);
  decode_from(decoder, previous_close_);
}

}  // namespace kontor::strategy
