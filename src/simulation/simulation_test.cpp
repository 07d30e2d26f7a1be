#include "simulation/simulation.hpp"

#include <gmock/gmock.h>

#include "model/event_codec.hpp"
#include "simulation/random_world_test_support.hpp"

namespace kontor::simulation {
namespace {

using test::FeedMix;
using test::RandomWorld;

/// Writes down everything that goes into the engine and comes out.
class Witness : public SilentObserver {
 public:
  [[nodiscard]] bool wants_events() const noexcept { return true; }
  void on_event(const Event& event) { encode_event(seen_, event); }
  void on_outputs(const engine::Outputs& outputs, TimeNs now, const portfolio::Portfolio& /*portfolio*/) {
    encode_into(seen_, now);
    for (const auto& command : outputs.commands) encode_into(seen_, command);
    commands_ += outputs.commands.size();
  }
  [[nodiscard]] const std::vector<std::byte>& seen() const noexcept { return seen_.buffer(); }
  [[nodiscard]] std::size_t commands() const noexcept { return commands_; }

 private:
  Encoder seen_;
  std::size_t commands_ = 0;
};

struct Outcome {
  std::vector<std::byte> seen;
  std::vector<std::byte> state;
  std::size_t commands = 0;
};

/// Lets `drive` bring a simulation of the world to its end.
template <class Drive>
Outcome outcome_of(const RandomWorld& world, const Drive& drive) {
  const auto deposits = world.deposits();
  Witness witness;
  Simulation<Witness> simulation({world.table(), world.sources, world.venue, deposits},
                                 world.engine_settings(), witness);
  simulation.begin();
  drive(simulation);
  simulation.deliver_the_rest();
  Encoder encoder;
  simulation.save(encoder);
  return {witness.seen(), encoder.buffer(), witness.commands()};
}

struct OneSource {
  FeedMix mix;
  DurationNs feed_latency;
};

class SingleSource : public testing::TestWithParam<OneSource> {};

// A single source is read once for both sides of the feed while it can be. It must show nowhere, however
// much later we receive what has happened: at once, before the next bar, together with it, bars later.
TEST_P(SingleSource, RunsInOneGoAsStepByStep) {
  std::size_t commands = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    RandomWorld world(seed, GetParam().mix, 600);
    world.sources.erase(world.sources.begin() + 1, world.sources.end());
    world.sources.front().feed_latency = GetParam().feed_latency;
    const Outcome stepped = outcome_of(world, [](auto& simulation) {
      while (simulation.has_data()) simulation.step();
    });
    const Outcome ran =
        outcome_of(world, [](auto& simulation) { EXPECT_TRUE(simulation.run([] { return true; })); });
    EXPECT_TRUE(stepped.seen == ran.seen);
    EXPECT_TRUE(stepped.state == ran.state);
    commands += stepped.commands;
  }
  EXPECT_GT(commands, 100U);
}

INSTANTIATE_TEST_SUITE_P(BarsAndTrades, SingleSource,
                         testing::Values(OneSource{FeedMix::bars, 0}, OneSource{FeedMix::bars, kSecond},
                                         OneSource{FeedMix::bars, kMinute},
                                         OneSource{FeedMix::bars, 150 * kSecond},
                                         OneSource{FeedMix::trades, 0}, OneSource{FeedMix::trades, kSecond},
                                         OneSource{FeedMix::trades, kMinute}));

/// What is left of all positions, as far as the instruments' steps let it be closed; of coins those there
/// are.
std::int64_t steps_held(const RandomWorld& world, const portfolio::Portfolio& portfolio) {
  std::int64_t steps = 0;
  for (const auto& instrument : world.table().all()) {
    for (std::uint32_t strategy = 0; strategy < RandomWorld::kStrategies; ++strategy) {
      auto held = portfolio.book(StrategyId(strategy), instrument.id()).position.quantity;
      if (instrument.is_spot())
        held = std::min(held, instrument.whole_quantity(portfolio.ledger().cash(instrument.base())));
      steps += std::abs(held.units) / instrument.step().units;
    }
  }
  return steps;
}

class Flattening : public testing::TestWithParam<FeedMix> {};

// Whatever two strategies have got themselves into: once flattening is asked for, nothing is left but what is
// below a step or an instrument's minimum, no order works, and nobody gets in again.
TEST_P(Flattening, LeavesNothingBehind) {
  std::int64_t held = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    const RandomWorld world(seed, GetParam(), 600);
    const auto deposits = world.deposits();
    Witness witness;
    Simulation<Witness> simulation({world.table(), world.sources, world.venue, deposits},
                                   world.engine_settings(), witness);
    simulation.begin();
    while (simulation.events() < 500 && simulation.has_data()) simulation.step();
    const auto& state = simulation.engine().state();
    held += steps_held(world, state.portfolio);
    simulation.inject(TradingStateChanged{TradingState::flattening}, simulation.now());
    while (simulation.has_data() && state.trading == TradingState::flattening) simulation.step();
    EXPECT_EQ(state.trading, TradingState::halted);
    EXPECT_EQ(state.orders.open_count(), 0U);
    EXPECT_EQ(steps_held(world, state.portfolio), 0);
  }
  EXPECT_GT(held, 1000);
}

INSTANTIATE_TEST_SUITE_P(AllFeeds, Flattening,
                         testing::Values(FeedMix::bars, FeedMix::trades, FeedMix::quotes, FeedMix::book));

}  // namespace
}  // namespace kontor::simulation
