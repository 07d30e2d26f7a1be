#pragma once

#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "risk/risk_engine.hpp"
#include "tests/support/instruments.hpp"

namespace kontor::test {

inline constexpr StrategyId kOne(0);
inline constexpr StrategyId kOther(1);

/// Two strategies with 100,000 USDT between them; bitcoin at 50,000 spot and perpetual, ether at 2,500.
class RiskFixture : public testing::Test {
 protected:
  InstrumentTable table;
  InstrumentId spot = add(table, test::spot("BTC"));
  InstrumentId perpetual = add(table, test::perpetual("BTC"));
  InstrumentId ether = add(table, test::perpetual("ETH"));
  MarketState market = MarketState(3);
  portfolio::Portfolio portfolio{table, table[spot].quote(), 2};
  execution::OrderManager orders;
  risk::RiskSettings settings;
  TradingState trading = TradingState::running;
  Agreement agreement = Agreement::equal;
  TimeNs now = 100 * kDay;
  std::optional<risk::RiskEngine> engine;
  std::uint64_t trades = 0;

  void SetUp() override {
    settings.strategies.resize(2);
    settings.instruments.resize(3);
    portfolio.book_transfer({amount("100000"), table[spot].quote()});
    set_mark(spot, "50000");
    set_mark(perpetual, "50000");
    set_mark(ether, "2500");
  }
  void set_mark(InstrumentId id, std::string_view at) {
    market[id.index()].last = price(table[id], at);
    portfolio.revalue(id, market[id.index()].last);
  }
  risk::RiskEngine& risk() {
    if (!engine) engine.emplace(settings, 2, 3);
    return *engine;
  }
  [[nodiscard]] risk::RiskView view() const {
    return {table, market, portfolio, orders, trading, agreement, now};
  }

  [[nodiscard]] NewOrder order(InstrumentId id, Side side, std::string_view size,
                               StrategyId strategy = kOne) const {
    NewOrder result;
    result.instrument = id;
    result.strategy = strategy;
    result.side = side;
    result.quantity = quantity(table[id], size);
    return result;
  }
  [[nodiscard]] NewOrder limit(InstrumentId id, Side side, std::string_view size, std::string_view at,
                               StrategyId strategy = kOne) const {
    NewOrder result = order(id, side, size, strategy);
    result.type = OrderType::limit;
    result.limit_price = price(table[id], at);
    return result;
  }
  /// A stop of 48,000 that sells.
  [[nodiscard]] NewOrder stop_loss(InstrumentId id, std::string_view size, GroupId group) const {
    NewOrder result = order(id, Side::sell, size);
    result.type = OrderType::stop_market;
    result.trigger_price = price(table[id], "48000");
    result.role = GroupRole::stop_loss;
    result.group = group;
    result.reduce_only = true;
    return result;
  }
  /// All reasons against the order; none if it passes.
  std::vector<RejectReason> refused(const NewOrder& order) {
    const auto checked = risk().check(view(), order);
    return checked ? std::vector<RejectReason>() : checked.error().reasons;
  }
  std::vector<RejectReason> refused(const AmendOrder& amend) {
    const auto checked = risk().check(view(), amend);
    return checked ? std::vector<RejectReason>() : checked.error().reasons;
  }
  /// Lets an order rest, unasked by the limits under test.
  OrderId rest(NewOrder order) {
    order.id = orders.reserve_id();
    risk::RiskEngine unlimited({}, 2, 3);
    const auto approved =
        unlimited.check({table, market, portfolio, orders, TradingState::running, Agreement::equal, now},
                        order, order.quantity);
    EXPECT_TRUE(approved);
    orders.submit(*approved, now);
    orders.on_accepted({order.id}, now);
    return order.id;
  }
  void hold(InstrumentId id, Side side, std::string_view size, StrategyId strategy = kOne) {
    Fill fill;
    fill.instrument = id;
    fill.trade = TradeId(++trades);
    fill.side = side;
    fill.quantity = quantity(table[id], size);
    fill.price = market[id.index()].last;
    fill.fee_asset = table[spot].quote();
    portfolio.book_fill(strategy, fill);
  }
};

}  // namespace kontor::test
