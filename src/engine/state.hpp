#pragma once

#include <optional>

#include "engine/bar_aggregator.hpp"
#include "engine/flattening.hpp"
#include "engine/timers.hpp"
#include "execution/declared_orders.hpp"
#include "execution/order_manager.hpp"
#include "execution/protection.hpp"
#include "model/instrument.hpp"
#include "model/market_state.hpp"
#include "portfolio/portfolio.hpp"
#include "risk/risk_engine.hpp"
#include "risk/safety_chain.hpp"

namespace kontor::engine {

/// Everything that events change, besides what strategies keep for themselves. Changed only by the engine's
/// apply functions; read by everybody.
struct State {
  static constexpr std::size_t kFundingsKept = 1'024;

  InstrumentTable instruments;  ///< with the terms that hold now
  MarketState market;
  portfolio::Portfolio portfolio;
  execution::OrderManager orders;
  execution::DeclaredOrders declared;
  execution::Protection protection;
  risk::RiskEngine risk;
  Timers timers;
  std::vector<BarAggregator> aggregators;
  Flattening flattening;
  TradingState trading = TradingState::running;   ///< the operator's word
  TradingState schedule = TradingState::running;  ///< the schedule's
  std::optional<TimeNs> disk_failed_at{};         ///< since when nothing can be recorded
  risk::SafetyChain safety;
  Agreement agreement = Agreement::equal;
  execution::TradeDeduplicator fundings{kFundingsKept};  ///< the last payments

  /// Venues do not number payments: the same amount for the same time is the same payment.
  [[nodiscard]] static TradeId number_of(const FundingPayment& payment, TimeNs at) noexcept {
    const auto units = static_cast<std::uint64_t>(payment.amount.amount.units());
    return TradeId(static_cast<std::uint64_t>(at) ^ (units * 0x9E3779B97F4A7C15ULL));
  }
  [[nodiscard]] bool knows(const FundingPayment& payment, TimeNs at) const noexcept {
    return fundings.contains(payment.instrument, number_of(payment, at));
  }

  std::uint64_t seq = 0;
  TimeNs now = kTimeMin;

  /// True if an operator's word changes anything: it is another one, or lets run again what breakers hold.
  [[nodiscard]] bool is_news(TradingState wanted) const {
    return wanted != trading || (wanted == TradingState::running && safety.has_tripped());
  }
  /// What a disk that fails leaves: exits, which have to be possible without a record of them.
  [[nodiscard]] TradingState of_disk() const noexcept {
    return disk_failed_at ? TradingState::restricted : TradingState::running;
  }
  /// What was said from outside: by the operator, the schedule or the disk, whichever allows least.
  [[nodiscard]] TradingState word() const noexcept {
    return risk::stricter(risk::stricter(trading, schedule), of_disk());
  }
  /// What may be done in the account: that word, or that of its breakers.
  [[nodiscard]] TradingState trading_of_account() const noexcept {
    return risk::stricter(word(), safety.of_account());
  }
  /// What may be done by a strategy in an instrument, all scopes considered.
  [[nodiscard]] TradingState trading_of(StrategyId strategy, InstrumentId instrument) const noexcept {
    return risk::stricter(word(), safety.of(strategy, instrument));
  }
};

}  // namespace kontor::engine
