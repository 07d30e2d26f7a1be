// Random worlds with breakers that trip all the time: what they say holds for every order, exits always pass,
// and the same events lead to the same state in an engine that is fed with nothing else.

#include <set>

#include <gmock/gmock.h>

#include "simulation/random_world_test_support.hpp"

namespace kontor::simulation {
namespace {

using test::FeedMix;
using test::RandomWorld;

Decimal fraction(std::int64_t thousandths) { return {thousandths, 3}; }

/// Thresholds that random strategies reach soon, and times that are over soon; `unit` is about as long as it
/// takes from one datum to the next.
risk::BreakerSettings nervous_breakers(DurationNs unit) {
  risk::BreakerSettings settings;
  risk::Breakers& account = settings.account;
  account.error_burst = {.threshold = 3, .window = 10 * unit, .cooldown = 20 * unit};
  account.drawdown = {.warning = fraction(5),
                      .restricted = fraction(20),
                      .halted = fraction(50),
                      .flattening = fraction(80),
                      .cooldown = 40 * unit};
  account.daily_loss = {.threshold = fraction(60), .cooldown = 10 * unit, .boundary = 3 * kHour};
  account.price_shock = {.threshold = fraction(40), .cooldown = 5 * unit};
  account.price_move = {.threshold = {2, 0}, .periods = 5, .cooldown = 3 * unit};
  account.data_age = {.threshold = unit - unit / 6};
  account.equity_stop = {.threshold = fraction(30),
                         .smoothing = 10 * kMinute,
                         .cooldown = 30 * unit,
                         .no_restart = fraction(900)};
  settings.strategies.resize(RandomWorld::kStrategies);
  settings.strategies[0].losing_streak = {
      .threshold = 2, .action = BreakerLevel::halted, .cooldown = 60 * unit};
  settings.strategies[1].drawdown = {.warning = {0, 0},
                                     .restricted = fraction(10),
                                     .halted = {0, 0},
                                     .flattening = fraction(30),
                                     .cooldown = 30 * unit};
  return settings;
}

/// Looks at every decision with the eyes of somebody who knows only what was put out.
class Auditor : public SilentObserver {
 public:
  [[nodiscard]] bool wants_events() const noexcept { return second != nullptr; }
  void on_event(const Event& event) {
    if (second == nullptr) return;
    second->clear_outputs();
    second->step(event);
  }
  void on_outputs(const engine::Outputs& outputs, TimeNs /*now*/, const portfolio::Portfolio& /*portfolio*/) {
    for (const auto& change : outputs.breakers) {
      EXPECT_NE(change.from, change.to);
      if (change.reason == BreakerReason::tripped) tripped.insert(change.breaker);
      if (change.reason == BreakerReason::elapsed) elapsed.insert(change.breaker);
      changes += 1;
    }
    for (const auto& refused : outputs.refused)
      refusals += std::ranges::count(refused.reasons, RejectReason::circuit_breaker);
    if (outputs.breakers.empty()) {
      for (const auto& command : outputs.commands) expect_allowed(command);
    }
    if (second == nullptr) return;
    EXPECT_EQ(encode(second->outputs().breakers), encode(outputs.breakers));
  }

  const engine::Engine* engine = nullptr;
  engine::Engine* second = nullptr;  ///< is given the same events, and nothing else
  std::set<BreakerKind> tripped;
  std::set<BreakerKind> elapsed;
  std::size_t changes = 0;
  std::int64_t refusals = 0;

 private:
  void expect_allowed(const Command& command) const {
    const auto* order = std::get_if<NewOrder>(&command.body);
    if (order == nullptr) return;
    const auto& state = engine->state();
    const TradingState trading = state.trading_of(order->strategy, order->instrument);
    const bool is_protective = order->role == GroupRole::stop_loss || order->role == GroupRole::take_profit;
    const RawQuantity own = state.portfolio.book(order->strategy, order->instrument).position.quantity;
    const bool closes = order->side == Side::sell ? own.units > 0 : own.units < 0;
    switch (trading) {
      case TradingState::running: break;
      case TradingState::restricted:
        EXPECT_TRUE(order->reduce_only || is_protective || order->role == GroupRole::flatten ||
                    (closes && order->quantity <= own.absolute()))
            << "order " << order->id.value;
        break;
      case TradingState::halted:
        EXPECT_TRUE(order->reduce_only || is_protective) << "order " << order->id.value;
        break;
      case TradingState::flattening:
        EXPECT_EQ(order->role, GroupRole::flatten) << "order " << order->id.value;
        break;
    }
  }
};

/// Asks risk for an exit of everything that is held; the state is not changed.
void expect_exits_pass(const engine::State& state) {
  for (std::uint32_t i = 0; i < RandomWorld::kStrategies; ++i) {
    for (const auto& instrument : state.instruments.all()) {
      const StrategyId strategy(i);
      const RawQuantity own = state.portfolio.book(strategy, instrument.id()).position.quantity;
      if (own.is_zero() || state.trading_of(strategy, instrument.id()) == TradingState::flattening) continue;
      NewOrder exit;
      exit.strategy = strategy;
      exit.instrument = instrument.id();
      exit.side = own.units > 0 ? Side::sell : Side::buy;
      exit.quantity = own.absolute();
      exit.reduce_only = true;
      risk::RiskEngine risk = state.risk;
      const auto checked =
          risk.check({state.instruments, state.market, state.portfolio, state.orders, state.trading,
                      state.agreement, state.now, state.safety.of(strategy, instrument.id())},
                     exit);
      if (checked) continue;
      EXPECT_THAT(checked.error().reasons,
                  testing::Not(testing::AnyOf(testing::Contains(RejectReason::circuit_breaker),
                                              testing::Contains(RejectReason::trading_halted))));
    }
  }
}

class Breakers : public testing::TestWithParam<FeedMix> {};

TEST_P(Breakers, HoldForEveryOrderAndComeOutTheSameAgain) {
  std::set<BreakerKind> tripped;
  std::set<BreakerKind> elapsed;
  std::int64_t refusals = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    SCOPED_TRACE(seed);
    RandomWorld world(seed, GetParam(), 500);
    world.breakers = nervous_breakers(GetParam() == FeedMix::bars ? kMinute : 3 * kSecond);
    const auto deposits = world.deposits();
    Auditor auditor;
    engine::Engine second(world.engine_settings());
    auditor.second = &second;
    Simulation<Auditor> simulation({world.table(), world.sources, world.venue, deposits},
                                   world.engine_settings(), auditor);
    auditor.engine = &simulation.engine();
    simulation.begin();
    for (std::uint64_t step = 0; simulation.has_data(); ++step) {
      simulation.step();
      expect_exits_pass(simulation.engine().state());
      if (step % 400 == 250) {
        // A restart in the middle: what comes back is what was there.
        engine::Engine restored(world.engine_settings());
        const auto bytes = simulation.engine().snapshot();
        ASSERT_TRUE(restored.restore(bytes));
        ASSERT_EQ(restored.snapshot(), bytes);
        ASSERT_EQ(restored.next_timer(), simulation.engine().next_timer());
      }
      if (step % 300 == 299) simulation.inject(TradingStateChanged{TradingState::running}, simulation.now());
    }
    simulation.deliver_the_rest();
    second.clear_outputs();
    EXPECT_EQ(second.snapshot(), simulation.engine().snapshot());
    tripped.insert(auditor.tripped.begin(), auditor.tripped.end());
    elapsed.insert(auditor.elapsed.begin(), auditor.elapsed.end());
    refusals += auditor.refusals;
  }
  // The worlds must have been eventful enough to mean something.
  EXPECT_GE(tripped.size(), 6U);
  EXPECT_GE(elapsed.size(), 2U);
  EXPECT_GT(refusals, 100);
}

// The loop over a single source looks for timers only where somebody has set one.
TEST(BreakersInOneGo, TheFastLoopSeesEveryTimer) {
  std::size_t changes = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    const FeedMix mix = seed % 2 == 0 ? FeedMix::bars : FeedMix::trades;
    RandomWorld world(seed, mix, 600);
    world.breakers = nervous_breakers(mix == FeedMix::bars ? kMinute : 3 * kSecond);
    world.sources.erase(world.sources.begin() + 1, world.sources.end());
    const auto deposits = world.deposits();
    Auditor stepwise;
    Auditor whole;
    Simulation<Auditor> stepped({world.table(), world.sources, world.venue, deposits},
                                world.engine_settings(), stepwise);
    Simulation<Auditor> ran({world.table(), world.sources, world.venue, deposits}, world.engine_settings(),
                            whole);
    stepwise.engine = &stepped.engine();
    whole.engine = &ran.engine();
    stepped.begin();
    while (stepped.has_data()) stepped.step();
    ran.begin();
    EXPECT_TRUE(ran.run([] { return true; }));
    EXPECT_EQ(stepwise.changes, whole.changes);
    EXPECT_EQ(stepped.engine().snapshot(), ran.engine().snapshot());
    changes += whole.changes;
  }
  EXPECT_GT(changes, 100U);
}

INSTANTIATE_TEST_SUITE_P(AllFeeds, Breakers,
                         testing::Values(FeedMix::bars, FeedMix::trades, FeedMix::quotes, FeedMix::book));

}  // namespace
}  // namespace kontor::simulation
