#include "strategy/builtin/dca.hpp"

#include <fmt/format.h>

#include "base/codec.hpp"
#include "portfolio/sizing.hpp"
#include "strategy/rounded.hpp"

namespace kontor::strategy {
namespace {

constexpr std::uint8_t kScale = 6;

}  // namespace

StrategyDescriptor DollarCostAveraging::descriptor() {
  return {
      "dca",
      "Dollar-cost averaging: spends the same amount at equal intervals, optionally more after a fall.",
      {duration_parameter("interval", kDay, kSecond, 366 * kDay, "Time between two purchases."),
       real_parameter("notional", 100, 0.000001, 1e12,
                      "What a purchase spends, in the quote asset, before fees."),
       real_parameter("max_total", 0, 0, 1e12,
                      "What all purchases together may have cost, in the quote asset; 0: no limit."),
       real_parameter("drop_percent", 0, 0, 99,
                      "Percent below the average cost of what is held from which drop_multiplier applies; 0: "
                      "never."),
       real_parameter("drop_multiplier", 2, 0.01, 100, "What notional is multiplied by after such a fall.")},
      &DollarCostAveraging::make};
}

Result<std::unique_ptr<Strategy>> DollarCostAveraging::make(const StrategyContext& context,
                                                            const Parameters& parameters) {
  const double total = parameters.real("max_total");
  if (const double notional = parameters.real("notional"); total > 0 && total < notional) {
    return fail(ErrorKind::usage,
                fmt::format("max_total: expected 0 or at least notional ({}), found {}", notional, total));
  }
  return std::unique_ptr<Strategy>(new DollarCostAveraging(context, parameters));
}

DollarCostAveraging::DollarCostAveraging(const StrategyContext& context, const Parameters& parameters)
    : ConfiguredStrategy(context, parameters),
      instrument_(context.instrument),
      timeframe_(context.timeframe),
      interval_(parameters.duration("interval")),
      notional_(Amount::from_decimal(rounded(parameters.real("notional"), kScale))),
      max_total_(Amount::from_decimal(rounded(parameters.real("max_total"), kScale))),
      drop_(rounded(parameters.real("drop_percent") / 100, kScale)),
      multiplier_(rounded(parameters.real("drop_multiplier"), kScale)) {}

void DollarCostAveraging::adopt(DollarCostAveraging& fresh) {
  if (next_due_ != kTimeMin) next_due_ += fresh.interval_ - interval_;
  interval_ = fresh.interval_;
  notional_ = fresh.notional_;
  max_total_ = fresh.max_total_;
  drop_ = fresh.drop_;
  multiplier_ = fresh.multiplier_;
}

Subscriptions DollarCostAveraging::subscriptions() const { return {.bars = {{instrument_, timeframe_}}}; }

void DollarCostAveraging::on_bar(const View& view, const Bar& bar, Intents& out) {
  if (bar.ts_venue < next_due_) return;
  const TimeNs due = next_due_ == kTimeMin ? bar.ts_venue : next_due_;
  next_due_ = due + (floor_divide(bar.ts_venue - due, interval_) + 1) * interval_;
  buy(view, bar.close, out);
}

void DollarCostAveraging::on_fill(const View& view, const Fill& fill, const execution::Order& /*order*/,
                                  Intents& /*out*/) {
  if (fill.side == Side::buy) spent_ += view.instrument(instrument_).notional(fill.price, fill.quantity);
}

Amount DollarCostAveraging::committed(const View& view, RawPrice price) const noexcept {
  Amount total = spent_;
  view.for_each_order(instrument_, [&](const execution::Order& order) {
    total += view.instrument(instrument_).notional(price, order.remaining());
  });
  return total;
}

bool DollarCostAveraging::is_cheap(const View& view, RawPrice price) const noexcept {
  const Position& position = view.position(instrument_);
  if (drop_.is_zero() || !position.is_long()) return false;
  // price ≤ average × (1 − drop)  ⇔  value ≤ cost − cost × drop, exactly
  const Amount value = view.instrument(instrument_).notional(price, position.quantity);
  return value <= position.cost - position.cost.times(drop_, Rounding::floor);
}

void DollarCostAveraging::buy(const View& view, RawPrice price, Intents& out) const {
  const Instrument& instrument = view.instrument(instrument_);
  Amount budget = is_cheap(view, price) ? notional_.times(multiplier_, Rounding::floor) : notional_;
  if (!max_total_.is_zero()) {
    const Amount left = max_total_ - committed(view, price);
    if (left.units() <= 0) return;  // all is spent: no reason to say so at every due time
    budget = std::min(budget, left);
  }
  portfolio::SizingRule rule;
  rule.kind = portfolio::SizerKind::fixed_notional;
  rule.notional = budget;
  portfolio::SizingInput input;
  input.entry = price;
  const portfolio::Sizing sizing = portfolio::size_position(instrument, rule, input);
  if (sizing.quantity.is_zero()) {
    out.skip(sizing.reason);
  } else {
    out.market(instrument_, Side::buy, sizing.quantity);
  }
}

void DollarCostAveraging::save(Encoder& encoder) const {
  encode_into(encoder, next_due_);
  encode_into(encoder, spent_);
}

void DollarCostAveraging::load(Decoder& decoder) {
  decode_from(decoder, next_due_);
  decode_from(decoder, spent_);
  if ((next_due_ != kTimeMin && next_due_ < 0) || spent_.is_negative()) decoder.fail();
}

}  // namespace kontor::strategy
