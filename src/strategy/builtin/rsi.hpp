#pragma once

#include "strategy/configured_strategy.hpp"
#include "strategy/indicators/moving_average.hpp"
#include "strategy/indicators/oscillators.hpp"
#include "strategy/position_taker.hpp"

namespace kontor::strategy {

/// Mean reversion by Wilder's relative strength index: buys when it falls below `oversold` and leaves when it
/// is back at `exit`; with long_short the mirror image above `overbought`. One entry per visit to a zone.
/// With a trend filter it buys above the average only, and sells short below it only.
class Rsi final : public ConfiguredStrategy<Rsi> {
 public:
  [[nodiscard]] static StrategyDescriptor descriptor();
  [[nodiscard]] static Result<std::unique_ptr<Strategy>> make(const StrategyContext& context,
                                                              const Parameters& parameters);

  [[nodiscard]] Subscriptions subscriptions() const override;
  [[nodiscard]] std::size_t warmup_bars() const override;
  void on_bar(const View& view, const Bar& bar, Intents& out) override;
  void on_fill(const View& view, const Fill& /*fill*/, const execution::Order& /*order*/,
               Intents& /*out*/) override {
    taker_.on_fill(view);
  }
  void save(Encoder& encoder) const override;
  void load(Decoder& decoder) override;

 private:
  friend class ConfiguredStrategy<Rsi>;
  enum class Trend : std::uint8_t { off, simple, exponential };

  Rsi(const StrategyContext& context, const Parameters& parameters, PositionSizer sizer);
  /// Thresholds hold at once; an index or an average of another length begins anew.
  void adopt(Rsi& fresh);
  /// The side that the trend filter allows; both where it is off.
  struct Allowed {
    bool up = true;
    bool down = true;
  };
  [[nodiscard]] Allowed allowed_by_trend(double close) noexcept;
  [[nodiscard]] bool is_warm() const noexcept;
  [[nodiscard]] bool is_over(Direction held, double strength) const noexcept;
  void leave_while_warming_up(const View& view, const Bar& bar, double strength, Intents& out);

  InstrumentId instrument_;
  Timeframe timeframe_;
  double oversold_;
  double overbought_;
  double exit_;
  bool goes_short_;
  Trend trend_;
  indicators::RelativeStrengthIndex strength_;
  indicators::SimpleMovingAverage simple_;
  indicators::ExponentialMovingAverage exponential_;
  PositionTaker taker_;
  bool low_armed_ = false;   ///< the index has been at or above `oversold` since the last entry there
  bool high_armed_ = false;  ///< the same for `overbought`
};

}  // namespace kontor::strategy
