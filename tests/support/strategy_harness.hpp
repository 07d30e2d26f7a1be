#pragma once

#include <memory>
#include <string>
#include <vector>

#include "execution/desired_orders.hpp"
#include "strategy/strategy.hpp"
#include "tests/support/approval.hpp"
#include "tests/support/instruments.hpp"

namespace kontor::test {

/// What a strategy under test trades on.
struct HarnessSettings {
  InstrumentSpecification instrument;
  Timeframe timeframe{kHour};
  std::string_view balance = "10000";  ///< of the quote asset
  Decimal fee{};                       ///< fraction of the notional
  bool fee_in_base = false;            ///< on purchases; only spot
  std::string_view volume_per_bar{};   ///< what orders that take get in one bar at the most; empty: all
};

/// The smallest account and venue around one strategy: market orders fill at the next bar's open, limit
/// orders when a bar trades through them, stops at their trigger; what takes, in the order of the orders, as
/// far as the bar's volume goes. Everything is answered at once. What the
/// strategy asks for is kept as text, so that a test can name the exact orders that it expects.
class StrategyHarness {
 public:
  StrategyHarness(const HarnessSettings& settings, std::string_view strategy,
                  const std::map<std::string, strategy::ParameterValue>& parameters);

  /// The strategy of that name with these parameters on another instrument; its error if it cannot be made.
  [[nodiscard]] static Result<std::unique_ptr<strategy::Strategy>> make(
      const strategy::StrategyContext& context, std::string_view strategy,
      const std::map<std::string, strategy::ParameterValue>& parameters);

  /// A bar on which nothing moves but the close; the open is the last close.
  void close(std::string_view price);
  void closes(const std::vector<std::string_view>& prices);
  void bar(std::string_view open, std::string_view high, std::string_view low, std::string_view close);
  void bar(Bar bar);
  void quote(std::string_view bid, std::string_view ask);
  /// Executes a part of an open order.
  void fill(OrderId order, std::string_view quantity);
  /// The venue ends an order by itself.
  void end(OrderId order, RejectReason reason);

  /// What has been asked for since the last call, one line each.
  [[nodiscard]] std::vector<std::string> asked();
  /// The open orders, one line each, in the order of their prices.
  [[nodiscard]] std::vector<std::string> open_orders() const;
  [[nodiscard]] const execution::Order* open_order(Side side, std::string_view price) const;
  [[nodiscard]] Position position() const { return portfolio_.book(kStrategy, id_).position; }
  [[nodiscard]] std::string held() const { return instrument().quantity(position().quantity).format(); }
  [[nodiscard]] Amount equity() const { return portfolio_.equity(); }
  [[nodiscard]] const Instrument& instrument() const { return table_[id_]; }
  [[nodiscard]] InstrumentId id() const { return id_; }
  [[nodiscard]] strategy::Strategy& strategy() { return *strategy_; }
  [[nodiscard]] const portfolio::Portfolio& portfolio() const { return portfolio_; }
  [[nodiscard]] std::uint64_t fills() const { return trades_; }

  /// Lets the strategy go by other parameters: those that are given, with the defaults of all others.
  [[nodiscard]] bool change(const std::map<std::string, strategy::ParameterValue>& parameters);
  /// Replaces the strategy by a fresh one that has loaded its state.
  void restart();
  /// Replaces the strategy by a fresh one without any state, and withdraws its orders; the position stays.
  void forget();
  [[nodiscard]] std::vector<std::byte> strategy_state() const;

 private:
  static constexpr StrategyId kStrategy{0};

  [[nodiscard]] strategy::View view() const {
    return {table_, market_, portfolio_, orders_, kStrategy, now_};
  }
  void match(const Bar& bar);
  /// The price at which an open order is executed within the bar; zero if it is not.
  [[nodiscard]] RawPrice price_in(const execution::Order& order, const Bar& bar) const;
  void execute(OrderId order, RawQuantity quantity, RawPrice price, Liquidity liquidity);
  void cancel_siblings(const execution::Order& order);
  void carry_out();
  void place(NewOrder order);
  void place(const strategy::PlaceBracket& bracket);
  void cancel(OrderId order);
  void desire(const strategy::DesireOrders& list);
  [[nodiscard]] std::string line(const NewOrder& order) const;

  InstrumentTable table_;
  InstrumentId id_;
  HarnessSettings settings_;
  MarketState market_;
  portfolio::Portfolio portfolio_;
  execution::OrderManager orders_;
  execution::DesiredOrdersDiffer differ_;
  std::string name_;
  std::map<std::string, strategy::ParameterValue> parameters_;
  std::unique_ptr<strategy::Strategy> strategy_;
  strategy::Intents intents_;
  std::vector<std::string> asked_;
  TimeNs now_ = 0;
  std::uint64_t trades_ = 0;
};

}  // namespace kontor::test
