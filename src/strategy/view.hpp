#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "execution/order_manager.hpp"
#include "model/instrument.hpp"
#include "model/market_state.hpp"
#include "portfolio/portfolio.hpp"

namespace kontor::strategy {

/// What a strategy can see: the state as of now, read only, and of the books only its own. Nothing in here
/// has a time stamp after `now()`. Valid during the call; keep no references.
class View {
 public:
  /// Everything must outlive the view, `now` too: it moves on while the view stays.
  View(const InstrumentTable& instruments, const MarketState& market, const portfolio::Portfolio& portfolio,
       const execution::OrderManager& orders, StrategyId strategy, const TimeNs& now) noexcept
      : instruments_(&instruments),
        market_(&market),
        portfolio_(&portfolio),
        orders_(&orders),
        strategy_(strategy),
        now_(&now) {}
  View(const InstrumentTable&, const MarketState&, const portfolio::Portfolio&,
       const execution::OrderManager&, StrategyId, TimeNs&&) = delete;

  [[nodiscard]] TimeNs now() const noexcept { return *now_; }
  [[nodiscard]] StrategyId strategy() const noexcept { return strategy_; }
  [[nodiscard]] const Instrument& instrument(InstrumentId id) const noexcept { return (*instruments_)[id]; }
  [[nodiscard]] const InstrumentMarket& market(InstrumentId id) const noexcept {
    return (*market_)[id.index()];
  }
  /// The strategy's own position, whatever other strategies hold.
  [[nodiscard]] const Position& position(InstrumentId id) const noexcept {
    return portfolio_->book(strategy_, id).position;
  }
  [[nodiscard]] const portfolio::SubBookEntry& book(InstrumentId id) const noexcept {
    return portfolio_->book(strategy_, id);
  }
  /// The whole account in the reporting asset.
  [[nodiscard]] Amount equity() const noexcept { return portfolio_->equity(); }
  /// The same in the quote asset of an instrument, to size by.
  [[nodiscard]] Amount equity_in_quote(InstrumentId id) const noexcept {
    return portfolio_->equity_in(instrument(id).quote());
  }
  /// Balance of the quote asset of an instrument, reservations not taken off.
  [[nodiscard]] Amount quote_balance(InstrumentId id) const noexcept {
    return portfolio_->ledger().cash(instrument(id).quote());
  }
  /// Our own open orders in an instrument, by ascending id.
  template <class Visit>
  void for_each_order(InstrumentId id, Visit&& visit) const {
    orders_->for_each_open([&](const execution::Order& order) {
      if (order.request.strategy == strategy_ && order.request.instrument == id) visit(order);
    });
  }
  [[nodiscard]] std::size_t open_orders(InstrumentId id) const noexcept {
    return orders_->open_count() == 0 ? 0 : orders_->open_count(strategy_, id);
  }
  [[nodiscard]] const execution::Order* order(OrderId id) const noexcept { return orders_->find(id); }

 private:
  const InstrumentTable* instruments_;
  const MarketState* market_;
  const portfolio::Portfolio* portfolio_;
  const execution::OrderManager* orders_;
  StrategyId strategy_;
  const TimeNs* now_;
};

}  // namespace kontor::strategy
