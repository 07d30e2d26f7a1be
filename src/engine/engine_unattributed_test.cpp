// Fills that no order is known for: our money goes missing nowhere.

#include <gtest/gtest.h>

#include "engine/engine_test_support.hpp"

namespace kontor::engine {
namespace {

/// Buys a little on every trade.
class Buyer final : public strategy::Strategy {
 public:
  [[nodiscard]] strategy::Subscriptions subscriptions() const override {
    return {.trades = {InstrumentId(0)}};
  }
  void on_trade(const strategy::View& view, const Trade& trade, strategy::Intents& out) override {
    out.market(trade.instrument, Side::buy, test::quantity(view.instrument(trade.instrument), "0.5"));
  }
  void save(Encoder& /*encoder*/) const override {}
  void load(Decoder& /*decoder*/) override {}
};

Trade trade_at_100(const InstrumentTable& table) {
  Trade trade;
  trade.price = test::price(table[InstrumentId(0)], "100");
  trade.quantity = RawQuantity(1);
  return trade;
}

TEST(EngineUnattributed, AFillOfAnOrderThatWasClosedLongAgoIsBooked) {
  InstrumentTable table;
  const InstrumentId id = test::add(table, test::spot("BTC"));
  std::vector<std::unique_ptr<strategy::Strategy>> strategies;
  strategies.push_back(std::make_unique<Buyer>());
  Engine engine({table, table[id].quote(), {}, std::move(strategies), {{BarSource::trades, {}}}, {}});
  EventHeader header;
  const auto step = [&](const auto& body) {
    ++header.seq;
    engine.step(header, body);
  };
  step(Transfer{Money{test::amount("1000"), table[id].quote()}});
  const std::uint64_t orders = execution::OrderManager::kClosedOrdersKept + 2;
  for (std::uint64_t order = 1; order <= orders; ++order) {
    step(trade_at_100(table));
    step(OrderCanceled{OrderId(order), {}, RejectReason::insufficient_balance});
  }
  ASSERT_EQ(engine.state().orders.find(OrderId(1)), nullptr);
  engine.clear_outputs();

  Fill fill;
  fill.order = OrderId(1);
  fill.instrument = id;
  fill.trade = TradeId(1);
  fill.price = test::price(table[id], "100");
  fill.quantity = test::quantity(table[id], "0.5");
  fill.fee_asset = table[id].quote();
  step(fill);
  step(fill);  // twice is once
  EXPECT_EQ(engine.state().portfolio.position(id).quantity, fill.quantity);
  EXPECT_EQ(engine.state().portfolio.ledger().cash(table[id].quote()), test::amount("950"));
  ASSERT_EQ(engine.outputs().fills.size(), 1U);
  EXPECT_EQ(engine.outputs().fills[0].fill.order, OrderId(1));
  EXPECT_EQ(engine.outputs().fills[0].order.id, OrderId());
}

}  // namespace
}  // namespace kontor::engine
