#pragma once

#include "engine/bar_aggregator.hpp"
#include "engine/flattening.hpp"
#include "engine/timers.hpp"
#include "execution/declared_orders.hpp"
#include "execution/order_manager.hpp"
#include "model/instrument.hpp"
#include "model/market_state.hpp"
#include "portfolio/portfolio.hpp"
#include "risk/risk_engine.hpp"
#include "risk/safety_chain.hpp"

namespace kontor::engine {

/// Everything that events change, besides what strategies keep for themselves. Changed only by the engine's
/// apply functions; read by everybody.
struct State {
  const InstrumentTable& instruments;
  MarketState market;
  portfolio::Portfolio portfolio;
  execution::OrderManager orders;
  execution::DeclaredOrders declared;
  risk::RiskEngine risk;
  Timers timers;
  std::vector<BarAggregator> aggregators;
  Flattening flattening;
  TradingState trading = TradingState::running;  ///< the operator's word
  risk::SafetyChain safety;
  std::uint64_t seq = 0;
  TimeNs now = kTimeMin;

  /// What may be done in the account: the operator's word or that of its breakers, whichever allows less.
  [[nodiscard]] TradingState trading_of_account() const noexcept {
    return risk::stricter(trading, safety.of_account());
  }
  /// What may be done by a strategy in an instrument, all scopes considered.
  [[nodiscard]] TradingState trading_of(StrategyId strategy, InstrumentId instrument) const noexcept {
    return risk::stricter(trading, safety.of(strategy, instrument));
  }
};

}  // namespace kontor::engine
