#include "strategy/builtin/buy_and_hold.hpp"

#include "base/codec.hpp"
#include "strategy/sizing_parameters.hpp"

namespace kontor::strategy {

StrategyDescriptor BuyAndHold::descriptor() {
  return {"buy_and_hold", "Buys once at the beginning and holds: the yardstick for every other strategy.",
          sizing_parameters(), &BuyAndHold::make};
}

Result<std::unique_ptr<Strategy>> BuyAndHold::make(const StrategyContext& context,
                                                   const Parameters& parameters) {
  TRY(PositionSizer sizer, PositionSizer::make(context, parameters));
  return std::unique_ptr<Strategy>(new BuyAndHold(context, parameters, std::move(sizer)));
}

BuyAndHold::BuyAndHold(const StrategyContext& context, const Parameters& parameters, PositionSizer sizer)
    : ConfiguredStrategy(context, parameters),
      instrument_(context.instrument),
      timeframe_(context.timeframe),
      taker_(context.instrument, std::move(sizer)) {}

void BuyAndHold::adopt(BuyAndHold& fresh) {
  taker_.adopt(fresh.taker_);
  bars_ = 0;  // what the sizer lacks may be as much as at the beginning
}

Subscriptions BuyAndHold::subscriptions() const { return {.bars = {{instrument_, timeframe_}}}; }

std::size_t BuyAndHold::warmup_bars() const { return taker_.sizer().warmup_bars(); }

void BuyAndHold::on_bar(const View& view, const Bar& bar, Intents& out) {
  if (done_) return;
  taker_.update(view, bar);
  if (++bars_ < warmup_bars()) return;
  done_ = true;
  ++attempts_;
  taker_.take(view, Direction::up, bar.close, out);
}

void BuyAndHold::on_order_closed(const View& /*view*/, const execution::Order& order, Intents& /*out*/) {
  const bool entry = order.request.side == Side::buy && order.filled.is_zero();
  if (entry && attempts_ < kMaxAttempts) done_ = false;
}

void BuyAndHold::save(Encoder& encoder) const {
  encode_into(encoder, bars_);
  encode_into(encoder, attempts_);
  encode_into(encoder, done_);
  taker_.save(encoder);
}

void BuyAndHold::load(Decoder& decoder) {
  decode_from(decoder, bars_);
  decode_from(decoder, attempts_);
  if (attempts_ > kMaxAttempts) decoder.fail();
  decode_from(decoder, done_);
  taker_.load(decoder);
}

}  // namespace kontor::strategy
