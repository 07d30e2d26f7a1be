#pragma once

#include "strategy/builtin/crossing_averages.hpp"
#include "strategy/configured_strategy.hpp"
#include "strategy/position_taker.hpp"

namespace kontor::strategy {

/// Trend following: long while the fast simple moving average is above the slow one; flat or short below it.
/// Acts on a crossing only, decided on closed bars, so not on the first side it finds after the warm-up.
class SmaCross final : public ConfiguredStrategy<SmaCross> {
 public:
  [[nodiscard]] static StrategyDescriptor descriptor();
  [[nodiscard]] static Result<std::unique_ptr<Strategy>> make(const StrategyContext& context,
                                                              const Parameters& parameters);

  [[nodiscard]] Subscriptions subscriptions() const override;
  [[nodiscard]] std::size_t warmup_bars() const override;
  void on_bar(const View& view, const Bar& bar, Intents& out) override;
  void look_through(BarWalk& bars) override;
  void act(const View& view, const Bar& bar, Intents& out) override;
  void on_fill(const View& view, const Fill& /*fill*/, const execution::Order& /*order*/,
               Intents& /*out*/) override {
    taker_.on_fill(view);
  }
  void save(Encoder& encoder) const override;
  void load(Decoder& decoder) override;

 private:
  friend class ConfiguredStrategy<SmaCross>;
  SmaCross(const StrategyContext& context, const Parameters& parameters, PositionSizer sizer);
  /// Averages of other lengths begin anew; a side other than the last one is then a crossing.
  void adopt(SmaCross& fresh);
  /// True if the fast average has come to the other side.
  bool look(const Bar& bar) noexcept {
    const int side = averages_.push(bar.close.units);
    return side != side_ && side != 0;
  }

  InstrumentId instrument_;
  Timeframe timeframe_;
  Direction below_;  ///< where to be when the fast average is below
  CrossingAverages averages_;
  PositionTaker taker_;
  std::int32_t side_ = 0;  ///< of the fast average when it was last on one; 0 before
};

}  // namespace kontor::strategy
