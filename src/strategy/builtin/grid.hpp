#pragma once

#include "strategy/builtin/grid_book.hpp"
#include "strategy/builtin/grid_statistics.hpp"
#include "strategy/configured_strategy.hpp"

namespace kontor::strategy {

/// Grid trading around the price with a range that follows volatility and a spacing that pays its fees (C-3,
/// C-4 in docs/strategies.md). Says what it wants as the complete set of desired orders, so that a restart
/// needs nothing but that: execution places, amends and cancels the difference. Long only.
class Grid final : public ConfiguredStrategy<Grid> {
 public:
  [[nodiscard]] static StrategyDescriptor descriptor();
  [[nodiscard]] static Result<std::unique_ptr<Strategy>> make(const StrategyContext& context,
                                                              const Parameters& parameters);

  [[nodiscard]] Subscriptions subscriptions() const override;
  [[nodiscard]] std::size_t warmup_bars() const override { return statistics_.warmup(); }
  void on_bar(const View& view, const Bar& bar, Intents& out) override;
  void on_fill(const View& view, const Fill& fill, const execution::Order& order, Intents& out) override;
  void on_order_closed(const View& view, const execution::Order& order, Intents& out) override;
  [[nodiscard]] std::vector<Fact> facts() const override;
  void save(Encoder& encoder) const override;
  void load(Decoder& decoder) override;

 private:
  friend class ConfiguredStrategy<Grid>;
  /// What is worth knowing of the last grid that was built.
  struct Summary {
    double half_range_percent = 0;
    double required_spacing = 0;
    std::uint64_t levels = 0;
    std::uint64_t skipped = 0;
    std::uint64_t builds = 0;
    Amount least_net;  ///< expected net of the poorest cycle
    Amount mean_net;
    BOOST_DESCRIBE_CLASS(Summary, (),
                         (half_range_percent, required_spacing, levels, skipped, builds, least_net, mean_net),
                         (), ())
  };

  Grid(const StrategyContext& context, const Parameters& parameters);
  /// A grid of the new shape takes the old one's place with the next bar, and carries its inventory. Other
  /// statistics have to be gathered first; until then the old grid goes on.
  void adopt(Grid& fresh);
  [[nodiscard]] bool wants_rebuild(RawPrice price, TimeNs now) const noexcept;
  void build(const View& view, const Bar& bar, Intents& out);
  void summarize(const GridPlan& plan);
  /// What the grid may spend: its capital less what its inventory has cost, on spot no more than there is.
  [[nodiscard]] Amount capital(const View& view) const noexcept;
  /// A price at which something bought at `cost` may be sold again.
  [[nodiscard]] RawPrice sell_price_for(const Instrument& instrument, double cost) const noexcept;
  /// `mark` is the freshest price: the close, or that of a fill, which is newer than the last close.
  void emit(const View& view, RawPrice mark, Intents& out);

  InstrumentId instrument_;
  Timeframe timeframe_;
  GridShape shape_;
  GridCosts costs_;
  ClusterRule clusters_;
  Amount capital_;  ///< zero: a share of the equity
  Decimal capital_fraction_;
  Amount least_notional_;
  DurationNs rebuild_interval_;

  GridStatistics statistics_;
  GridBook book_;
  RawPrice lower_;
  RawPrice upper_;
  RawPrice centre_;
  TimeNs last_attempt_ = kTimeMin;
  bool is_outdated_ = false;  ///< the parameters were changed, and no grid was built by them yet
  Summary summary_;

  std::vector<RestingOrder> resting_;             ///< scratch, no state
  std::vector<execution::DesiredOrder> desired_;  ///< scratch, no state
};

}  // namespace kontor::strategy
