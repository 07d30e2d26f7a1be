#include "strategy/position_sizer.hpp"

#include <cmath>

#include <boost/describe/enum_from_string.hpp>
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

SizerKind kind_of(const std::string& word) {
  SizerKind kind = SizerKind::percent_of_equity;  // the parameter's choices leave no other word
  boost::describe::enum_from_string(word.c_str(), kind);
  return kind;
}

/// Which sizers take `size`, and which know no bound of their own.
bool takes_size(SizerKind kind) noexcept {
  return kind == SizerKind::fixed_quantity || kind == SizerKind::fixed_notional ||
         kind == SizerKind::percent_of_equity || kind == SizerKind::kelly;
}
bool is_unbounded(SizerKind kind) noexcept {
  return kind == SizerKind::risk_percent || kind == SizerKind::volatility_target || kind == SizerKind::cvar ||
         kind == SizerKind::kelly;
}

/// A number that may not be more than the instrument's largest leverage allows, `whole` being once the
/// equity.
Result<void> check_leverage(const Instrument& instrument, std::string_view name, double value, double whole,
                            std::string_view unit) {
  const double most = whole * instrument.specification().max_leverage.to_double();
  if (value <= most) return {};
  return fail(ErrorKind::usage, fmt::format("{}: expected at most {} {} for {}, found {}", name, most, unit,
                                            instrument.name().format(), value));
}

/// The number of the sizer.
Result<void> set_number(const Instrument& instrument, const Parameters& parameters,
                        portfolio::SizingRule& rule) {
  const double size = parameters.real("size");
  const auto percent = [&](std::string_view name) {
    return rounded(parameters.real(name) / 100, kFractionScale);
  };
  switch (rule.kind) {
    case SizerKind::fixed_quantity: rule.quantity = instrument.round_quantity(size); break;
    case SizerKind::fixed_notional:
      rule.notional = Amount::from_decimal(rounded(size, kNotionalScale));
      break;
    case SizerKind::percent_of_equity:
      TRY_VOID(check_leverage(instrument, "size", size, 100, "percent of the equity"));
      rule.fraction = percent("size");
      break;
    case SizerKind::risk_percent: rule.fraction = percent("risk_percent"); break;
    case SizerKind::volatility_target: rule.fraction = percent("target_volatility"); break;
    case SizerKind::cvar: rule.fraction = percent("shortfall_percent"); break;
    case SizerKind::kelly:
      TRY_VOID(check_leverage(instrument, "size", size, 100, "percent of the equity"));
      rule.start = percent("size");
      rule.fraction = percent("kelly_percent");
      break;
    case SizerKind::wallet_exposure: {
      const double limit = parameters.real("wallet_exposure_limit");
      TRY_VOID(check_leverage(instrument, "wallet_exposure_limit", limit, 1, "times the wallet balance"));
      rule.fraction = rounded(limit * parameters.real("entry_percent") / 100, kFractionScale);
      break;
    }
  }
  return {};
}

Result<portfolio::SizingRule> rule_of(const Instrument& instrument, const Parameters& parameters) {
  portfolio::SizingRule rule;
  rule.kind = kind_of(parameters.text("sizer"));
  if (const double size = parameters.real("size"); takes_size(rule.kind) && size <= 0)
    return fail(ErrorKind::usage, fmt::format("size: expected above 0, found {}", size));
  TRY_VOID(set_number(instrument, parameters, rule));
  const double percent = parameters.real("max_position_percent");
  const double notional = parameters.real("max_position_notional");
  const double largest = instrument.specification().max_leverage.to_double();
  const double bound = is_unbounded(rule.kind) ? kRoomForCosts * largest : 0;
  if (percent > 0 || bound > 0)
    rule.max_fraction = rounded(percent > 0 ? percent / 100 : bound, kFractionScale);
  if (notional > 0) rule.max_notional = Amount::from_decimal(rounded(notional, kNotionalScale));
  return rule;
}

}  // namespace

namespace {

StopOrder stop_order_of(std::string_view word) noexcept {
  if (word == "limit") return StopOrder::limit;
  return word == "trailing" ? StopOrder::trailing : StopOrder::market;
}

}  // namespace

std::optional<OrderType> stop_type_of(const Parameters& parameters) {
  const bool has_stop = parameters.real("stop_atr") > 0 || parameters.text("sizer") == "risk_percent";
  if (!has_stop) return std::nullopt;
  switch (stop_order_of(parameters.text("stop_order"))) {
    case StopOrder::market: return OrderType::stop_market;
    case StopOrder::limit: return OrderType::stop_limit;
    case StopOrder::trailing: return OrderType::trailing_stop;
  }
  return std::nullopt;
}

Result<PositionSizer> PositionSizer::make(const StrategyContext& context, const Parameters& parameters) {
  const Instrument& instrument = context.instruments[context.instrument];
  PositionSizer sizer;
  TRY(sizer.rule_, rule_of(instrument, parameters));
  const SizerKind kind = sizer.rule_.kind;
  sizer.stop_atr_ = parameters.real("stop_atr");
  sizer.target_atr_ = parameters.real("target_atr");
  sizer.stop_order_ = stop_order_of(parameters.text("stop_order"));
  sizer.stop_limit_atr_ = parameters.real("stop_limit_atr");
  if (kind == SizerKind::risk_percent && sizer.stop_atr_ == 0) sizer.stop_atr_ = kStopOfRiskPercent;
  constexpr double kYear = static_cast<double>(365 * kDay);
  sizer.bars_per_year_root_ = std::sqrt(kYear / static_cast<double>(context.timeframe.period_ns));
  sizer.needs_history_ = sizer.protects() || kind == SizerKind::volatility_target || kind == SizerKind::cvar;
  sizer.range_ = indicators::AverageTrueRange(parameters.count("atr_period"));
  sizer.deviation_ = indicators::StandardDeviation(parameters.count("volatility_bars"));
  sizer.confidence_ = parameters.real("cvar_confidence") / 100;
  if (kind == SizerKind::cvar) sizer.tail_ = ReturnTail(parameters.count("cvar_bars"));
  sizer.least_trades_ = parameters.count("kelly_trades");
  if (kind == SizerKind::kelly) sizer.record_ = TradeRecord();
  return sizer;
}

std::size_t PositionSizer::warmup_bars() const noexcept {
  const std::size_t range = protects() ? range_.warmup() : 0;
  if (rule_.kind == SizerKind::volatility_target) return std::max(range, deviation_.warmup() + 1);
  if (rule_.kind == SizerKind::cvar) return std::max(range, tail_.warmup());
  return range;
}

void PositionSizer::remember(const Instrument& instrument, const Bar& bar) noexcept {
  const indicators::BarValues values = to_values(instrument, bar);
  if (protects()) range_.update(values);
  if (rule_.kind == SizerKind::cvar) tail_.update(values.close);
  if (rule_.kind != SizerKind::volatility_target) return;
  if (previous_close_ > 0 && values.close > 0) deviation_.update(std::log(values.close / previous_close_));
  previous_close_ = values.close;
}

/// Standard deviation of the log returns of the last bars × √(bars in 365 days).
Decimal PositionSizer::volatility() const noexcept {
  if (rule_.kind != SizerKind::volatility_target || !deviation_.ready()) return {};
  return rounded(std::min(deviation_.value() * bars_per_year_root_, 1e6), kFractionScale);
}

portfolio::SizingInput PositionSizer::input_for(const View& view, InstrumentId id, Side side,
                                                RawPrice price) const noexcept {
  portfolio::SizingInput input;
  input.equity = view.equity_in_quote(id);
  input.entry = price;
  input.volatility = volatility();
  if (rule_.kind == SizerKind::cvar && tail_.ready()) {
    const double shortfall = tail_.expected_shortfall(side, confidence_);
    input.shortfall = rounded(std::clamp(shortfall, 0.0, 1e6), kFractionScale);
  }
  if (rule_.kind == SizerKind::kelly && record_.trades() >= least_trades_) {
    input.kelly = rounded(record_.kelly_fraction(), kFractionScale);
  }
  if (rule_.kind == SizerKind::wallet_exposure) {
    input.wallet = view.quote_balance(id);
    if (view.instrument(id).is_spot()) input.wallet += view.position(id).cost;
  }
  return input;
}

std::string_view PositionSizer::protect(const Instrument& instrument, Side side, RawPrice price,
                                        SizedEntry& entry) const noexcept {
  if (!range_.ready()) return "the average true range is not known yet";
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
  bool impossible =
      (stop_atr_ > 0 && entry.stop_price.units <= 0) || (target_atr_ > 0 && entry.target_price.units <= 0);
  if (stop_atr_ > 0 && stop_order_ == StopOrder::limit) {
    entry.stop_limit = at(-direction * (stop_atr_ + stop_limit_atr_) * range_.value(), below);
    impossible = impossible || entry.stop_limit.units <= 0;
  }
  if (stop_atr_ > 0 && stop_order_ == StopOrder::trailing) {
    const RawPrice distance(std::abs(price.units - entry.stop_price.units));
    entry.trailing_offset = instrument.round_to_tick(distance, Rounding::ceiling);
  }
  return impossible ? "a protective price would not be above zero" : "";
}

SizedEntry PositionSizer::size(const View& view, InstrumentId id, Side side, RawPrice price) const noexcept {
  const Instrument& instrument = view.instrument(id);
  SizedEntry entry;
  portfolio::SizingInput input = input_for(view, id, side, price);
  if (protects()) {
    const std::string_view fault = protect(instrument, side, price, entry);
    if (!fault.empty()) {
      SizedEntry none;
      none.reason = fault;
      return none;
    }
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

void PositionSizer::adopt(PositionSizer& fresh) {
  const auto both = [&](SizerKind kind) { return rule_.kind == kind && fresh.rule_.kind == kind; };
  // What only one of them keeps up with the bars has gaps in its past.
  if (protects() && fresh.protects() && is_same_kind(range_, fresh.range_)) fresh.range_ = range_;
  if (both(SizerKind::volatility_target) && is_same_kind(deviation_, fresh.deviation_)) {
    fresh.deviation_ = deviation_;
    fresh.previous_close_ = previous_close_;
  }
  if (both(SizerKind::cvar) && is_same_kind(tail_, fresh.tail_)) fresh.tail_ = tail_;
  if (both(SizerKind::kelly)) {
    fresh.record_ = record_;
  } else if (fresh.rule_.kind == SizerKind::kelly) {
    fresh.record_.join();
  }
  *this = std::move(fresh);
}

void PositionSizer::save(Encoder& encoder) const {
  encode_into(encoder, range_);
  encode_into(encoder, deviation_);
  encode_into(encoder, previous_close_);
  if (rule_.kind == SizerKind::cvar) encode_into(encoder, tail_);
  if (rule_.kind == SizerKind::kelly) encode_into(encoder, record_);
}

void PositionSizer::load(Decoder& decoder) {
  load_same(decoder, range_);
  load_same(decoder, deviation_);
  decode_from(decoder, previous_close_);
  if (rule_.kind == SizerKind::cvar) load_same(decoder, tail_);
  if (rule_.kind == SizerKind::kelly) load_same(decoder, record_);
}

}  // namespace kontor::strategy
