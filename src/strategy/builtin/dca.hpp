#pragma once

#include "strategy/configured_strategy.hpp"

namespace kontor::strategy {

/// Dollar-cost averaging: spends the same amount at equal intervals, more of it where the price lies well
/// below what was paid on average. Buys on the first closed bar at or after a due time; a due time that
/// passed without a bar is not made up for.
class DollarCostAveraging final : public ConfiguredStrategy<DollarCostAveraging> {
 public:
  [[nodiscard]] static StrategyDescriptor descriptor();
  [[nodiscard]] static Result<std::unique_ptr<Strategy>> make(const StrategyContext& context,
                                                              const Parameters& parameters);

  [[nodiscard]] Subscriptions subscriptions() const override;
  void on_bar(const View& view, const Bar& bar, Intents& out) override;
  void on_fill(const View& view, const Fill& fill, const execution::Order& order, Intents& out) override;
  void save(Encoder& encoder) const override;
  void load(Decoder& decoder) override;

 private:
  friend class ConfiguredStrategy<DollarCostAveraging>;
  DollarCostAveraging(const StrategyContext& context, const Parameters& parameters);
  /// The next purchase is due one new interval after the last one was.
  void adopt(DollarCostAveraging& fresh);
  void buy(const View& view, RawPrice price, Intents& out) const;
  /// What all purchases have cost, and what the open orders would add.
  [[nodiscard]] Amount committed(const View& view, RawPrice price) const noexcept;
  [[nodiscard]] bool is_cheap(const View& view, RawPrice price) const noexcept;

  InstrumentId instrument_;
  Timeframe timeframe_;
  DurationNs interval_;
  Amount notional_;
  Amount max_total_;  ///< zero: no end
  Decimal drop_;      ///< fraction below the average cost from which the multiplier applies; zero: never
  Decimal multiplier_;
  TimeNs next_due_ = kTimeMin;
  Amount spent_;
};

}  // namespace kontor::strategy
