#include <cstdint>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/assert.hpp"
#include "base/prng.hpp"
#include "venue/sim/matching_engine.hpp"

namespace {

using kontor::OrderId;
using kontor::Prng;
using kontor::RawPrice;
using kontor::RawQuantity;
using kontor::Side;
using kontor::TimeInForce;
using kontor::sim::MatchingEngine;
using kontor::sim::MatchingEvent;
using kontor::sim::MatchingEventKind;
using kontor::sim::MatchingOrder;

enum class OperationKind : std::uint8_t { submit, cancel, amend };

struct Operation {
  OperationKind kind = OperationKind::submit;
  MatchingOrder order;  ///< a cancel uses its id alone, an amendment price and quantity, too
};

/// A stream of operations in which every cancel names an order that rests: 50 % limit orders near the touch
/// (a geometric mean of ten ticks behind a mid price that wanders), 40 % cancels of a random resting order,
/// 10 % marketable orders for one to three resting ones. Orders are of 1 to 100 units of 1,000 participants.
/// Of the cancels so many percent of all operations are amendments instead, half of the quantity alone.
class Flow {
 public:
  Flow(std::uint64_t seed, std::size_t resting_at_start, std::uint64_t amendments = 0)
      : prng_(seed), amendments_(amendments) {
    while (live_.size() < resting_at_start) add_order();
    prefill_.swap(operations_);
  }

  void append(std::size_t count) {
    while (operations_.size() < count) {
      const std::uint64_t draw = prng_.below(100);
      if (draw < 50 || live_.empty()) {
        add_order();
      } else if (draw < 50 + amendments_) {
        amend_order();
      } else if (draw < 90) {
        cancel_order();
      } else {
        take();
      }
      if (prng_.below(16) == 0) mid_ += prng_.below(2) == 0 ? 1 : -1;
    }
  }

  [[nodiscard]] const std::vector<Operation>& prefill() const { return prefill_; }
  [[nodiscard]] const std::vector<Operation>& operations() const { return operations_; }
  [[nodiscard]] std::uint64_t trades() const { return trades_; }

 private:
  MatchingOrder next_order() {
    return MatchingOrder{
        .id = OrderId(++last_id_),
        .participant = kontor::sim::ParticipantId(static_cast<std::uint32_t>(prng_.below(1'000)) + 1),
        .side = prng_.below(2) == 0 ? Side::buy : Side::sell,
        .quantity = RawQuantity(static_cast<std::int64_t>(prng_.below(100)) + 1)};
  }
  void add_order() {
    MatchingOrder order = next_order();
    std::int64_t depth = 1;
    while (prng_.below(10) != 0) ++depth;
    order.limit_price = RawPrice(mid_ - kontor::sign_of(order.side) * depth);
    submit(order);
  }
  void take() {
    MatchingOrder order = next_order();
    order.time_in_force = TimeInForce::immediate_or_cancel;
    order.limit_price = RawPrice(mid_ + kontor::sign_of(order.side) * 10);
    order.quantity = RawQuantity(static_cast<std::int64_t>(prng_.below(150)) + 1);
    submit(order);
  }
  void cancel_order() {
    const OrderId id = live_[prng_.below(live_.size())];
    operations_.push_back(Operation{.kind = OperationKind::cancel, .order = MatchingOrder{.id = id}});
    engine_.cancel(id);
    forget(id);
  }
  void amend_order() {
    const OrderId id = live_[prng_.below(live_.size())];
    const auto resting = *engine_.find(id);
    MatchingOrder order{.id = id, .side = resting.side};
    order.quantity = RawQuantity(static_cast<std::int64_t>(prng_.below(100)) + 1);
    order.limit_price = resting.price;
    if (prng_.below(2) == 0) {
      const auto depth = static_cast<std::int64_t>(prng_.below(20)) + 1;
      order.limit_price = RawPrice(mid_ - kontor::sign_of(resting.side) * depth);
    }
    operations_.push_back(Operation{.kind = OperationKind::amend, .order = order});
    follow(engine_.amend(id, order.limit_price, order.quantity));
    if (!engine_.find(id)) forget(id);
  }
  void follow(std::span<const MatchingEvent> events) {
    for (const MatchingEvent& event : events) {
      if (event.kind != MatchingEventKind::trade) continue;
      ++trades_;
      if (event.maker_open.is_zero()) forget(event.maker);
    }
  }
  void submit(const MatchingOrder& order) {
    operations_.push_back(Operation{.order = order});
    follow(engine_.submit(order));
    if (!engine_.find(order.id)) return;
    place_.resize(last_id_ + 1);
    place_[order.id.value] = live_.size();
    live_.push_back(order.id);
  }
  void forget(OrderId id) {
    const std::size_t place = place_[id.value];
    live_[place] = live_.back();
    place_[live_[place].value] = place;
    live_.pop_back();
  }

  Prng prng_;
  std::uint64_t amendments_;
  MatchingEngine engine_;
  std::int64_t mid_ = 100'000;
  std::uint64_t last_id_ = 0;
  std::uint64_t trades_ = 0;
  std::vector<OrderId> live_;
  std::vector<std::size_t> place_;  ///< in live_, by id
  std::vector<Operation> prefill_;
  std::vector<Operation> operations_;
};

std::size_t run(MatchingEngine& engine, const std::vector<Operation>& operations) {
  std::size_t events = 0;
  for (const auto& [kind, order] : operations) {
    switch (kind) {
      case OperationKind::submit: events += engine.submit(order).size(); break;
      case OperationKind::cancel: events += engine.cancel(order.id).size(); break;
      case OperationKind::amend:
        events += engine.amend(order.id, order.limit_price, order.quantity).size();
        break;
    }
  }
  return events;
}

/// Items are operations.
void replay(benchmark::State& state, std::size_t resting_at_start, std::uint64_t amendments = 0) {
  Flow flow(7, resting_at_start, amendments);
  flow.append(1'000'000);
  for (auto _ : state) {
    state.PauseTiming();
    MatchingEngine engine;
    run(engine, flow.prefill());
    state.ResumeTiming();
    benchmark::DoNotOptimize(run(engine, flow.operations()));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(flow.operations().size()));
  state.counters["trades_per_operation"] =
      static_cast<double>(flow.trades()) / static_cast<double>(flow.operations().size());
}

void BM_matching_mixed(benchmark::State& state) { replay(state, 10'000); }
BENCHMARK(BM_matching_mixed)->Unit(benchmark::kMillisecond)->UseRealTime();

/// A quarter of the cancels are amendments.
void BM_matching_amending(benchmark::State& state) { replay(state, 10'000, 10); }
BENCHMARK(BM_matching_amending)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The same with as many orders resting at the start as the argument says.
void BM_matching_by_size(benchmark::State& state) { replay(state, static_cast<std::size_t>(state.range(0))); }
BENCHMARK(BM_matching_by_size)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
