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

/// Looks at marks as a recorder does: samples of the equity, its extremes, and, where it is asked to, prices.
class Sampler : public SilentObserver {
 public:
  explicit Sampler(bool watches_prices) : watches_prices_(watches_prices) {}
  [[nodiscard]] TimeNs quiet_until() const noexcept { return next_; }
  [[nodiscard]] bool watches_prices() const noexcept { return watches_prices_; }
  void before_mark(TimeNs time, const portfolio::Portfolio& portfolio) {
    if (time <= next_) return;
    encode_into(seen_, next_);
    encode_into(seen_, portfolio.equity());
    next_ = std::max(next_ + 7 * kMinute, time);
  }
  void after_mark(TimeNs time, const portfolio::Portfolio& portfolio, InstrumentId /*instrument*/,
                  RawPrice high, RawPrice low) {
    const Amount equity = portfolio.equity();
    if (equity > highest_ || equity < lowest_) {
      encode_into(seen_, time);
      encode_into(seen_, equity);
    }
    highest_ = std::max(highest_, equity);
    lowest_ = std::min(lowest_, equity);
    if (!watches_prices_) return;
    encode_into(seen_, high);
    encode_into(seen_, low);
  }
  void on_outputs(const engine::Outputs& outputs, TimeNs now, const portfolio::Portfolio& /*portfolio*/) {
    encode_into(seen_, now);
    for (const auto& command : outputs.commands) encode_into(seen_, command);
    commands_ += outputs.commands.size();
  }
  void count_bars(std::uint64_t bars) noexcept {
    data_ += bars;
    quiet_ += bars;
  }
  void count(const Bar& /*bar*/) noexcept { ++data_; }
  using SilentObserver::count;
  [[nodiscard]] Encoder seen() const {
    Encoder all = seen_;
    encode_into(all, data_);
    return all;
  }
  [[nodiscard]] std::size_t commands() const noexcept { return commands_; }
  [[nodiscard]] std::uint64_t quiet() const noexcept { return quiet_; }

 private:
  bool watches_prices_;
  TimeNs next_ = kTimeMin + 1;
  Amount highest_ = Amount::from_units(kInt128Min);
  Amount lowest_ = Amount::from_units(kInt128Max);
  Encoder seen_;
  std::size_t commands_ = 0;
  std::uint64_t data_ = 0;
  std::uint64_t quiet_ = 0;
};

std::unique_ptr<strategy::Strategy> crossing_averages(const RandomWorld& world) {
  const auto& descriptor = **strategy::find_strategy("sma_cross");
  const auto parameters = *strategy::Parameters::make(
      descriptor.parameters, {{"fast", std::int64_t{3}}, {"slow", std::int64_t{11}}});
  return std::move(*descriptor.make({world.table(), InstrumentId(0), Timeframe{kMinute}}, parameters));
}

struct Sampled : Outcome {
  std::uint64_t quiet = 0;
};

template <class Drive>
Sampled sampled(const RandomWorld& world, bool averages, bool prices, const Drive& drive) {
  const auto deposits = world.deposits();
  Sampler sampler(prices);
  auto settings = world.engine_settings();
  if (averages) {
    settings.strategies.clear();
    settings.strategies.push_back(crossing_averages(world));
  }
  Simulation<Sampler> simulation({world.table(), world.sources, world.venue, deposits}, std::move(settings),
                                 sampler);
  simulation.begin();
  drive(simulation);
  simulation.deliver_the_rest();
  Encoder encoder;
  simulation.save(encoder);
  return {{sampler.seen().buffer(), encoder.buffer(), sampler.commands()}, sampler.quiet()};
}

// What sets nothing off is gone through many at a time, where nobody wants to be shown each event. Not one
// decision, mark or sample may differ for it, nor may anything that is saved.
TEST_P(SingleSource, GoesQuietlyThroughWhatSetsNothingOff) {
  std::size_t commands = 0;
  std::uint64_t quiet = 0;
  for (std::uint64_t seed = 0; seed < 48; ++seed) {
    SCOPED_TRACE(seed);
    RandomWorld world(seed / 4, GetParam().mix, 900);
    world.sources.erase(world.sources.begin() + 1, world.sources.end());
    world.sources.front().feed_latency = GetParam().feed_latency;
    const bool averages = seed % 2 == 0 && GetParam().mix == FeedMix::bars;
    const bool prices = seed / 2 % 2 == 0;
    const Sampled stepped = sampled(world, averages, prices, [](auto& simulation) {
      while (simulation.has_data()) simulation.step();
    });
    const Sampled ran = sampled(world, averages, prices,
                                [](auto& simulation) { EXPECT_TRUE(simulation.run([] { return true; })); });
    EXPECT_EQ(stepped.quiet, 0U);
    EXPECT_TRUE(stepped.seen == ran.seen);
    EXPECT_TRUE(stepped.state == ran.state);
    commands += stepped.commands;
    quiet += ran.quiet;
  }
  EXPECT_GT(commands, 100U);
  if (GetParam().mix == FeedMix::bars && GetParam().feed_latency < kMinute) {
    EXPECT_GT(quiet, 1000U);
  }
}

/// What is left of all positions, as far as the instruments' steps and minima let it be closed; of coins
/// those there are.
std::int64_t steps_held(const RandomWorld& world, const engine::State& state) {
  std::int64_t steps = 0;
  for (const auto& instrument : world.table().all()) {
    for (std::uint32_t strategy = 0; strategy < RandomWorld::kStrategies; ++strategy) {
      auto held = state.portfolio.book(StrategyId(strategy), instrument.id()).position.quantity;
      if (instrument.is_spot())
        held = std::min(held, instrument.whole_quantity(state.portfolio.ledger().cash(instrument.base())));
      const RawPrice mark = state.market[instrument.id().index()].mark();
      const bool is_dust = instrument.is_spot() && instrument.notional(mark, instrument.floor_to_step(held)) <
                                                       instrument.min_notional();
      if (is_dust) continue;
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
    held += steps_held(world, state);
    simulation.inject(TradingStateChanged{TradingState::flattening}, simulation.now());
    while (simulation.has_data() && state.trading == TradingState::flattening) simulation.step();
    EXPECT_EQ(state.trading, TradingState::halted);
    EXPECT_EQ(state.orders.open_count(), 0U);
    EXPECT_EQ(steps_held(world, state), 0);
  }
  EXPECT_GT(held, 1000);
}

INSTANTIATE_TEST_SUITE_P(AllFeeds, Flattening,
                         testing::Values(FeedMix::bars, FeedMix::trades, FeedMix::quotes, FeedMix::book));

}  // namespace
}  // namespace kontor::simulation
