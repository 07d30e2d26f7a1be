#pragma once

#include <boost/describe/class.hpp>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/amount.hpp"
#include "base/time.hpp"
#include "execution/approved.hpp"
#include "execution/order_manager.hpp"
#include "model/event.hpp"
#include "model/instrument.hpp"
#include "model/market_state.hpp"
#include "portfolio/portfolio.hpp"

namespace kontor::risk {

/// Limits of one scope (the account, a strategy, an instrument). Absent means: this scope does not limit it.
/// Where several scopes limit the same thing, the strictest wins.
struct Limits {
  std::optional<Amount> max_order_notional;     ///< quote asset
  std::optional<Amount> max_position_notional;  ///< |position| of the scope in one instrument after the order
  std::optional<Decimal> max_exposure;          ///< Σ |position value| after the order, as a fraction of equity
  std::optional<Decimal> max_price_deviation;   ///< |limit − mark| / mark
  std::optional<std::uint32_t> max_open_orders;
  std::optional<std::uint32_t> max_orders_per_day;  ///< UTC days, entries only
  std::optional<DurationNs> cooldown;               ///< least time between two entries in an instrument
};

/// The limits of all scopes.
struct RiskSettings {
  Limits account;
  std::vector<Limits> strategies;   ///< by StrategyId; empty: none
  std::vector<Limits> instruments;  ///< by InstrumentId; empty: none
};

/// What the checks read. All const, all from the engine's state.
struct RiskView {
  const InstrumentTable& instruments;
  const MarketState& market;
  const portfolio::Portfolio& portfolio;
  const execution::OrderManager& orders;
  TradingState trading;
  TimeNs now;
};

/// A request that risk did not let pass, with every rule that it broke.
struct Refusal {
  std::vector<RejectReason> reasons;
};

/// The only maker of Approved<T>. Checks an order against the instrument's filters, the trading state and all
/// limits; fails closed for what adds risk, and lets through what only reduces it. Counters are part of the state.
class RiskEngine {
 public:
  RiskEngine(RiskSettings settings, std::size_t strategies, std::size_t instruments);

  [[nodiscard]] std::expected<execution::Approved<NewOrder>, Refusal> check(const RiskView& view,
                                                                            const NewOrder& order);
  [[nodiscard]] std::expected<execution::Approved<AmendOrder>, Refusal> check(const RiskView& view,
                                                                              const AmendOrder& amend);

 private:
  /// Entries of one strategy in one instrument.
  struct Counter {
    TimeNs day = 0;
    std::uint32_t orders = 0;
    TimeNs last_entry = 0;
    BOOST_DESCRIBE_CLASS(Counter, (), (day, orders, last_entry), (), ())
  };

  RiskSettings settings_;
  std::vector<Counter> counters_;  ///< strategy × instrument

  BOOST_DESCRIBE_CLASS(RiskEngine, (), (), (), (counters_))
};

}  // namespace kontor::risk
