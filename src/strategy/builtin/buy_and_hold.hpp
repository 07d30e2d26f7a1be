#pragma once

#include "strategy/configured_strategy.hpp"
#include "strategy/position_taker.hpp"

namespace kontor::strategy {

/// Buys once, on the first closed bar on which the sizer can say how much, and holds: the yardstick for
/// everything else. An order of which nothing was executed is tried again on the next bar, three times at the
/// most.
class BuyAndHold final : public ConfiguredStrategy<BuyAndHold> {
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
  void on_order_closed(const View& view, const execution::Order& order, Intents& out) override;
  void save(Encoder& encoder) const override;
  void load(Decoder& decoder) override;

 private:
  friend class ConfiguredStrategy<BuyAndHold>;
  static constexpr std::uint32_t kMaxAttempts = 3;

  BuyAndHold(const StrategyContext& context, const Parameters& parameters, PositionSizer sizer);
  /// Sizes what it still has to buy; what it has bought stays.
  void adopt(BuyAndHold& fresh);

  InstrumentId instrument_;
  Timeframe timeframe_;
  PositionTaker taker_;
  std::uint64_t bars_ = 0;
  std::uint32_t attempts_ = 0;
  bool done_ = false;
};

}  // namespace kontor::strategy
