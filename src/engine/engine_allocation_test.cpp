// The engine's steady state allocates nothing: memory use does not grow with the length of a run.

#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "engine/engine_test_support.hpp"

namespace {
std::size_t allocations = 0;  // of this test program
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace kontor::engine {
namespace {

/// Buys and sells in turn, one order a bar, with a resting order that it moves.
class BusyStrategy final : public strategy::Strategy {
 public:
  [[nodiscard]] strategy::Subscriptions subscriptions() const override {
    strategy::Subscriptions all;
    all.bars = {{InstrumentId(0), Timeframe{kMinute}}, {InstrumentId(0), Timeframe{kHour}}};
    return all;
  }
  void on_bar(const strategy::View& view, const Bar& bar, strategy::Intents& out) override {
    if (bar.timeframe.period_ns != kMinute) return;
    out.market(InstrumentId(0), view.position(InstrumentId(0)).is_flat() ? Side::buy : Side::sell,
               RawQuantity(100'000));
    out.desire_in(InstrumentId(0));
    execution::DesiredOrder wanted;
    wanted.price = RawPrice(bar.close.units - 1000);
    wanted.quantity = RawQuantity(100'000);
    out.desire(wanted);
    out.set_timer(bar.ts_recv + kSecond, 1);
  }
  void save(Encoder& /*encoder*/) const override {}
  void load(Decoder& /*decoder*/) override {}
};

class Loop {
 public:
  Loop() : engine_(settings()) { step(Transfer{Money{test::amount("1000000"), *table_.find_asset("USDT")}}); }

  void run(std::int64_t bars) {
    for (std::int64_t i = 0; i < bars; ++i) {
      Bar bar;
      bar.instrument = InstrumentId(0);
      bar.ts_open = now_;
      now_ += kMinute;
      bar.ts_venue = now_;
      bar.ts_recv = now_;
      bar.open = bar.high = bar.low = bar.close = RawPrice(1'000'000 + (number_++ % 100));
      step(bar);
      now_ += kSecond;
      step(engine_.due_timer());
      now_ -= kSecond;
    }
  }
  [[nodiscard]] std::size_t open_orders() const { return engine_.state().orders.open_count(); }
  std::uint64_t fills = 0;

 private:
  EngineSettings settings() {
    test::add(table_, test::spot("BTC"));
    std::vector<std::unique_ptr<strategy::Strategy>> strategies;
    strategies.push_back(std::make_unique<BusyStrategy>());
    return {table_, *table_.find_asset("USDT"), {}, std::move(strategies), {}, {}};
  }

  template <class Body>
  void step(const Body& body) {
    engine_.step(EventHeader{++seq_, now_, now_, 0}, body);
    answers_.clear();
    for (const auto& command : engine_.outputs().commands) {
      if (const auto* order = std::get_if<NewOrder>(&command.body)) answer(*order);
      if (const auto* amend = std::get_if<AmendOrder>(&command.body)) {
        answers_.emplace_back(OrderAmended{amend->id, amend->quantity, amend->limit_price});
      }
    }
    engine_.clear_outputs();
    for (const auto& report : answers_) {
      std::visit([&](const auto& said) { engine_.step(EventHeader{++seq_, now_, now_, 0}, said); }, report);
      fills += engine_.outputs().fills.size();
      engine_.clear_outputs();
    }
  }

  void answer(const NewOrder& order) {
    answers_.emplace_back(OrderAccepted{order.id});
    if (order.type != OrderType::market) return;
    Fill fill;
    fill.order = order.id;
    fill.instrument = order.instrument;
    fill.trade = TradeId(++trades_);
    fill.side = order.side;
    fill.price = RawPrice(1'000'000);
    fill.quantity = order.quantity;
    fill.fee = Amount::from_units(1000);
    fill.fee_asset = table_[InstrumentId(0)].quote();
    answers_.emplace_back(fill);
  }

  InstrumentTable table_;
  Engine engine_;
  std::vector<VenueReport> answers_;
  TimeNs now_ = 1'735'689'600 * kSecond;
  std::int64_t number_ = 0;
  std::uint64_t seq_ = 0;
  std::uint64_t trades_ = 0;
};

TEST(EngineAllocation, TheSteadyStateAllocatesNothing) {
  Loop loop;
  loop.run(20'000);  // fills every ring, table and buffer once
  const std::uint64_t fills_before = loop.fills;
  const std::size_t before = allocations;
  loop.run(10'000);
  const std::size_t during = allocations - before;
  EXPECT_EQ(during, 0U);
  EXPECT_EQ(loop.fills - fills_before, 10'000U);
  EXPECT_EQ(loop.open_orders(), 1U);
}

}  // namespace
}  // namespace kontor::engine
