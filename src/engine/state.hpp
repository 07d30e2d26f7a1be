#pragma once

#include <algorithm>

#include "engine/bar_aggregator.hpp"
#include "engine/flattening.hpp"
#include "engine/timers.hpp"
#include "execution/declared_orders.hpp"
#include "execution/order_manager.hpp"
#include "model/instrument.hpp"
#include "model/market_state.hpp"
#include "portfolio/portfolio.hpp"
#include "risk/risk_engine.hpp"

namespace kontor::engine {

/// Everything that events change, besides what strategies keep for themselves. Changed only by the engine's
/// apply functions; read by everybody.
struct State {
  static constexpr std::size_t kFundingsKept = 1'024;

  const InstrumentTable& instruments;
  MarketState market;
  portfolio::Portfolio portfolio;
  execution::OrderManager orders;
  execution::DeclaredOrders declared;
  risk::RiskEngine risk;
  Timers timers;
  std::vector<BarAggregator> aggregators;
  Flattening flattening;
  TradingState trading = TradingState::running;   ///< the operator's word
  TradingState schedule = TradingState::running;  ///< the schedule's
  Agreement agreement = Agreement::equal;
  execution::TradeDeduplicator fundings{kFundingsKept};  ///< by instrument and time

  [[nodiscard]] bool knows_funding(InstrumentId instrument, TimeNs at) const noexcept {
    return fundings.contains(instrument, TradeId(static_cast<std::uint64_t>(at)));
  }

  /// The stricter of both words; the states stand in the order of how little they allow.
  [[nodiscard]] TradingState trading_in_force() const noexcept { return std::max(trading, schedule); }

  std::uint64_t seq = 0;
  TimeNs now = kTimeMin;
};

}  // namespace kontor::engine
