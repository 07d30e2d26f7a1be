#include "strategy/builtin/sma_cross.hpp"

#include "base/codec.hpp"
#include "strategy/builtin/common_checks.hpp"
#include "strategy/load_same.hpp"
#include "strategy/sizing_parameters.hpp"

namespace kontor::strategy {

StrategyDescriptor SmaCross::descriptor() {
  return {
      "sma_cross",
      "Follows the trend: buys when a fast simple moving average crosses above a slow one, leaves or goes "
      "short when it crosses below.",
      with_sizing({integer_parameter("fast", 10, 1, 100'000, "Bars of the fast average."),
                   integer_parameter("slow", 50, 2, 100'000, "Bars of the slow average; more than fast."),
                   mode_parameter()}),
      &SmaCross::make};
}

Result<std::unique_ptr<Strategy>> SmaCross::make(const StrategyContext& context,
                                                 const Parameters& parameters) {
  TRY_VOID(check_order(parameters, "fast", "slow"));
  TRY_VOID(check_mode(context, parameters));
  TRY(PositionSizer sizer, PositionSizer::make(context, parameters));
  return std::unique_ptr<Strategy>(new SmaCross(context, parameters, std::move(sizer)));
}

SmaCross::SmaCross(const StrategyContext& context, const Parameters& parameters, PositionSizer sizer)
    : ConfiguredStrategy(context, parameters),
      instrument_(context.instrument),
      timeframe_(context.timeframe),
      below_(goes_short(parameters) ? Direction::down : Direction::flat),
      averages_(parameters.count("fast"), parameters.count("slow")),
      taker_(context.instrument, std::move(sizer)) {}

void SmaCross::adopt(SmaCross& fresh) {
  below_ = fresh.below_;
  adopt_settings(averages_, fresh.averages_);
  taker_.adopt(fresh.taker_);
}

Subscriptions SmaCross::subscriptions() const { return {.bars = {{instrument_, timeframe_}}}; }

std::size_t SmaCross::warmup_bars() const {
  return std::max(averages_.warmup(), taker_.sizer().warmup_bars());
}

void SmaCross::on_bar(const View& view, const Bar& bar, Intents& out) {
  taker_.update(view, bar);
  if (look(bar)) [[unlikely]]
    act(view, bar, out);
}

void SmaCross::look_through(BarWalk& bars) {
  if (!taker_.watches_bars()) bars.show([this](const Bar& bar) { return look(bar); });
}

void SmaCross::act(const View& view, const Bar& bar, Intents& out) {
  const int side = averages_.side();
  if (side == side_ || side == 0) return;
  const bool crossed = side_ != 0;
  side_ = side;
  if (crossed) taker_.take(view, side > 0 ? Direction::up : below_, bar.close, out);
}

void SmaCross::save(Encoder& encoder) const {
  encode_into(encoder, averages_);
  encode_into(encoder, side_);
  taker_.save(encoder);
}

void SmaCross::load(Decoder& decoder) {
  load_same(decoder, averages_);
  decode_from(decoder, side_);
  if (side_ < -1 || side_ > 1) decoder.fail();
  taker_.load(decoder);
}

}  // namespace kontor::strategy
