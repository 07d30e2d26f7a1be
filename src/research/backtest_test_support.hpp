#pragma once

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "research/backtest.hpp"
#include "simulation/random_world_test_support.hpp"

namespace kontor::research::test {

using namespace simulation::test;  // NOLINT(google-build-using-namespace): test support builds on test
                                   // support

/// A random world as a backtest.
class RandomRun : public RandomWorld {
 public:
  using RandomWorld::RandomWorld;

  [[nodiscard]] BacktestSetup setup() const {
    auto engine = engine_settings();
    BacktestSetup made{table(),
                       sources,
                       engine.reporting_asset,
                       deposits(),
                       venue,
                       engine.risk,
                       std::move(engine.strategies),
                       {},
                       engine.fixed_prices,
                       {},
                       {},
                       nullptr};
    for (std::uint64_t i = 0; i < kStrategies; ++i)
      made.strategy_names.push_back(fmt::format("random {}", i));
    made.recorder.equity_interval = kMinute;
    return made;
  }
};

inline std::string text_of(const FillRecord& record) {
  const Fill& fill = record.fill;
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", fill.order.value,
                     fill.instrument.value, fill.trade.value, static_cast<int>(fill.side),
                     static_cast<int>(fill.liquidity), fill.liquidation, fill.ts_venue, fill.price.units,
                     fill.quantity.units, fill.fee.format(), fill.fee_asset.value, record.strategy.value,
                     static_cast<int>(record.order_type), record.tag, record.realized.format(),
                     record.position_after.units, record.equity_after.format());
}

inline std::string text_of(const OrderRecord& record) {
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {}", record.order.id.value, record.order.instrument.value,
                     static_cast<int>(record.order.side), static_cast<int>(record.order.type),
                     record.order.quantity.units, record.order.limit_price.units,
                     static_cast<int>(record.status), static_cast<int>(record.reason), record.ts_created,
                     record.ts_closed, record.filled.units);
}

inline std::string text_of(const EquitySample& sample) {
  return fmt::format("{} {} {} {} {}", sample.ts, sample.equity.format(), sample.net_exposure.format(),
                     sample.gross_exposure.format(), sample.benchmark);
}

/// Everything that a run came to, but how long it took, as text: two runs are the same if their texts are.
inline std::string text_of(const RunResult& result) {
  std::string text = fmt::format(
      "{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}\n", result.from, result.to, result.bars,
      result.trades, result.quotes, result.book_changes, result.events, result.initial_equity.format(),
      result.final_equity.format(), result.fees.format(), result.funding.format(), result.max_drawdown,
      result.max_drawdown_peak, result.max_drawdown_trough, result.time_in_market, result.turnover.format(),
      result.liquidations, result.fill_count, result.open_positions);
  for (const auto& fill : result.fills) text += text_of(fill) + "\n";
  for (const auto& order : result.orders) text += text_of(order) + "\n";
  for (const auto& sample : result.equity) text += text_of(sample) + "\n";
  for (const auto& trip : result.round_trips) {
    text += fmt::format("{} {} {} {} {} {} {} {}\n", trip.strategy.value, trip.instrument.value, trip.ts_open,
                        trip.ts_close, trip.gross_profit.format(), trip.fees.format(),
                        trip.max_adverse.format(), trip.max_favourable.format());
  }
  for (const auto& refusal : result.refusals) {
    text += fmt::format("{} {} {}\n", refusal.strategy, refusal.reason, refusal.count);
  }
  return text;
}

}  // namespace kontor::research::test
