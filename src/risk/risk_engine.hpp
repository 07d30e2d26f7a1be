#pragma once

#include <expected>
#include <span>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/time.hpp"
#include "execution/approved.hpp"
#include "execution/order_manager.hpp"
#include "model/event.hpp"
#include "model/instrument.hpp"
#include "model/market_state.hpp"
#include "portfolio/portfolio.hpp"
#include "risk/limits.hpp"
#include "risk/order_rate.hpp"
#include "risk/reasons.hpp"

namespace kontor::risk {

/// What the checks read. All const, all from the engine's state.
struct RiskView {
  const InstrumentTable& instruments;
  const MarketState& market;
  const portfolio::Portfolio& portfolio;
  const execution::OrderManager& orders;
  TradingState trading;  ///< the operator's word
  Agreement agreement;
  TimeNs now;
  TradingState breakers = TradingState::running;  ///< what the safety chain allows in the order's scopes
};

/// A request that risk did not let pass, with every rule that it broke.
struct Refusal {
  std::vector<RejectReason> reasons;
};

/// The only maker of Approved<T> (M13). Checks an order against the instrument's filters, the trading state
/// and all limits; fails closed for what adds risk, and lets through what only reduces it. Counters are part
/// of the state.
///
/// An order reduces risk if it is marked reduce-only (or is a protective leg), or if it is on the other side
/// of the strategy's own position and, together with the strategy's other open orders on that side, no larger
/// than it. Such orders are asked for the filters only, and for the trading state. What is open counts as if
/// it were going to fill.
///
/// A protective leg closes what its entry opens. Beyond that it may close what the strategy itself holds,
/// less what other legs of it already protect; never what another strategy holds.
class RiskEngine {
 public:
  RiskEngine(RiskSettings settings, std::size_t strategies, std::size_t instruments);

  /// `entry` is the quantity of the entry that goes out together with a protective leg; zero: none does.
  [[nodiscard]] std::expected<execution::Approved<NewOrder>, Refusal> check(const RiskView& view,
                                                                            const NewOrder& order,
                                                                            RawQuantity entry = {});
  /// An amendment is judged as the order that it makes; it is no new entry.
  [[nodiscard]] std::expected<execution::Approved<AmendOrder>, Refusal> check(const RiskView& view,
                                                                              const AmendOrder& amend);

  /// Other limits hold from now on, those of every scope: what is not among them has none. What was counted
  /// and still has to be stays: entries of the day, cooldowns, rates. Scopes that are not there are passed
  /// over.
  void change_limits(std::span<const ScopedLimits> limits);

  /// The limits in force and the counters; those of other numbers of strategies and instruments make the
  /// decoder fail.
  void save(Encoder& encoder) const;
  void load(Decoder& decoder);

 private:
  /// Entries of one strategy in one instrument.
  struct Counter {
    TimeNs day = 0;  ///< start of the UTC day that `orders` belongs to
    std::uint32_t orders = 0;
    bool entered = false;
    TimeNs last_entry = 0;
    BOOST_DESCRIBE_CLASS(Counter, (), (day, orders, entered, last_entry), (), ())
  };
  /// Which limits stand in the way of a strategy in an instrument, found once.
  struct Scope {
    bool limited = false;
    bool counted = false;
  };

  /// Every `stride`-th counter from `first` to before `last`: those of one scope.
  struct Counters {
    std::size_t first = 0;
    std::size_t last = 0;
    std::size_t stride = 1;
  };

  /// True if nobody sells what he does not have.
  [[nodiscard]] bool is_long_only(const Instrument& instrument) const noexcept {
    return instrument.is_spot() && !lends_[instrument.id().index()];
  }
  void find_scopes();
  [[nodiscard]] std::size_t pair_of(const NewOrder& order) const noexcept {
    return order.strategy.index() * instruments_ + order.instrument.index();
  }
  void check_limits(const RiskView& view, const NewOrder& order, OrderId replaced, Reasons& broken) noexcept;
  void check_entries(const Limits& limits, const Counters& range, const NewOrder& order, TimeNs now,
                     Reasons& broken) const noexcept;
  void check_entry_limits(const NewOrder& order, TimeNs now, Reasons& broken) const noexcept;
  void count_entry(const NewOrder& order, TimeNs now) noexcept;

  RiskSettings settings_;
  std::size_t strategies_;
  std::size_t instruments_;
  std::vector<bool> lends_;         ///< by InstrumentId: spot that may be sold short
  std::vector<Scope> scopes_;       ///< strategy × instrument
  std::vector<Decimal> leverages_;  ///< by InstrumentId
  std::vector<Counter> counters_;   ///< strategy × instrument
  OrderRates rates_;
};

}  // namespace kontor::risk
