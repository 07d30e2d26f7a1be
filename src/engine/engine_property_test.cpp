// Engines under random events: the same events give the same bytes, a snapshot continues as if nothing had
// been, and whatever the venue says, the books agree with themselves.

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/engine_test_support.hpp"

namespace kontor::engine {
namespace {

using test::Arena;
using test::bytes_of;
using test::RandomLife;

struct Count {
  std::size_t commands = 0;
  std::size_t fills = 0;
  std::size_t refused = 0;
  std::size_t closed = 0;
  void add(const Outputs& outputs) {
    commands += outputs.commands.size();
    fills += outputs.fills.size();
    refused += outputs.refused.size();
    closed += outputs.closed.size();
  }
};

class EngineProperty : public testing::TestWithParam<bool> {};

// Arenas of odd seeds keep their brackets themselves.
INSTANTIATE_TEST_SUITE_P(Feeds, EngineProperty, testing::Bool(),
                         [](const auto& feed) { return feed.param ? "Bars" : "Ticks"; });

TEST_P(EngineProperty, TheSameEventsGiveTheSameBytes) {
  const Arena arena(11, GetParam() ? Timeframe{kMinute} : Timeframe{0});
  Engine first(arena.settings());
  Engine second(arena.settings());
  RandomLife life(arena.table(), 99, GetParam());
  Count count;
  for (int i = 0; i < 30'000; ++i) {
    const Event event = life.next(first);
    first.step(event);
    second.step(event);
    ASSERT_EQ(bytes_of(first.outputs()), bytes_of(second.outputs())) << "event " << i;
    count.add(first.outputs());
    life.take(first.outputs());
    first.clear_outputs();
    second.clear_outputs();
  }
  EXPECT_EQ(first.snapshot(), second.snapshot());
  // The life must have been eventful enough to mean something.
  EXPECT_GT(count.commands, 1000U);
  EXPECT_GT(count.fills, 500U);
  EXPECT_GT(count.refused, 100U);
  EXPECT_GT(count.closed, 200U);
}

TEST_P(EngineProperty, ASnapshotContinuesAsIfNothingHadBeen) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Arena arena(seed, GetParam() ? Timeframe{kMinute} : Timeframe{0});
    Engine original(arena.settings());
    Engine restored(arena.settings());
    RandomLife life(arena.table(), seed, GetParam());
    const std::size_t snapshot_at = 500 + 700 * seed;
    for (std::size_t i = 0; i < snapshot_at + 400; ++i) {
      const Event event = life.next(original);
      original.step(event);
      if (i > snapshot_at) restored.step(event);
      if (i > snapshot_at) {
        ASSERT_EQ(bytes_of(original.outputs()), bytes_of(restored.outputs()))
            << "seed " << seed << " event " << i;
      }
      life.take(original.outputs());
      original.clear_outputs();
      restored.clear_outputs();
      if (i == snapshot_at) {
        const auto taken = restored.restore(original.snapshot());
        ASSERT_TRUE(taken) << taken.error().message;
      }
      if (i >= snapshot_at && i % 8 == 0) {
        ASSERT_EQ(original.snapshot(), restored.snapshot()) << "seed " << seed << " event " << i;
      }
    }
    EXPECT_EQ(original.snapshot(), restored.snapshot());
  }
}

/// The account against its parts: sub-books, ledger, open orders.
void expect_consistent(const Engine& engine, const InstrumentTable& table) {
  const auto& state = engine.state();
  for (std::uint32_t i = 0; i < table.asset_count(); ++i) {
    ASSERT_TRUE(state.portfolio.ledger().residue(AssetId(i)).is_zero());
  }
  for (const auto& instrument : table.all()) {
    RawQuantity sum;
    for (std::uint32_t s = 0; s < engine.strategies(); ++s) {
      sum += state.portfolio.book(StrategyId(s), instrument.id()).position.quantity;
    }
    ASSERT_EQ(sum, state.portfolio.position(instrument.id()).quantity);
  }
  OrderId last;
  std::set<std::pair<GroupId, GroupRole>> legs;
  state.orders.for_each_open([&](const execution::Order& order) {
    ASSERT_GT(order.id(), last);
    ASSERT_TRUE(order.is_open());
    last = order.id();
    const NewOrder& request = order.request;
    if (request.group.value == 0) return;
    ASSERT_TRUE(legs.emplace(request.group, request.role).second) << "two orders of one leg";
  });
}

TEST_P(EngineProperty, TheBooksAgreeWithThemselvesWhateverTheVenueSays) {
  const Arena arena(5, GetParam() ? Timeframe{kMinute} : Timeframe{0});
  Engine engine(arena.settings());
  RandomLife life(arena.table(), 7, GetParam());
  TimeNs last = kTimeMin;
  for (int i = 0; i < 20'000; ++i) {
    const Event event = life.next(engine);
    engine.step(event);
    ASSERT_GE(engine.state().now, last);
    last = engine.state().now;
    expect_consistent(engine, arena.table());
    if (HasFatalFailure()) FAIL() << "event " << i;
    life.take(engine.outputs());
    engine.clear_outputs();
  }
}

TEST(EngineSnapshot, RefusesWhatIsNoneAndWhatIsAnothers) {
  const Arena arena(1);
  Engine engine(arena.settings());
  RandomLife life(arena.table(), 1, true);
  for (int i = 0; i < 300; ++i) {
    engine.step(life.next(engine));
    life.take(engine.outputs());
    engine.clear_outputs();
  }
  const auto bytes = engine.snapshot();
  Engine other(arena.settings());
  const auto fresh = other.snapshot();
  EXPECT_EQ(other.restore({}).error().kind, ErrorKind::bad_data);
  for (std::size_t size = 0; size < bytes.size(); size += 997) {
    Engine cut(arena.settings());
    EXPECT_FALSE(cut.restore(std::span(bytes).first(size))) << size;
  }
  auto longer = bytes;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(other.restore(longer));
  auto older = bytes;
  older[8] = std::byte{1};  // the version, after the length of the identity
  EXPECT_FALSE(other.restore(older));
  auto renamed = bytes;
  renamed[8 + 4 + 8] ^= std::byte{1};  // the first letter of the first instrument's venue
  EXPECT_FALSE(other.restore(renamed));
  EXPECT_EQ(other.snapshot(), fresh);
  EXPECT_TRUE(other.restore(bytes));
  EXPECT_EQ(other.snapshot(), bytes);

  InstrumentTable one;
  test::add(one, test::spot("BTC"));
  std::vector<std::unique_ptr<strategy::Strategy>> strategies;
  strategies.push_back(std::make_unique<test::RandomStrategy>(
      test::RandomStrategySettings{.seed = 1, .instruments = {InstrumentId(0)}}));
  Engine smaller({one, *one.find_asset("USDT"), {}, std::move(strategies), {}, {}});
  const auto before = smaller.snapshot();
  EXPECT_EQ(smaller.restore(bytes).error().kind, ErrorKind::bad_data);
  EXPECT_EQ(smaller.snapshot(), before);
}

TEST(EngineSettingsChange, ASnapshotBringsWhatWasInForceIntoAnEngineOfTheFirstConfiguration) {
  const Arena arena(3);
  Engine changed(arena.settings());
  const auto at_first = changed.snapshot();
  Prng random(4);
  auto change = kontor::test::random_settings(random, 2, 2);
  change.strategies = {
      {StrategyId(1), {{"act_one_in", std::int64_t{7}}, {"largest_steps", std::int64_t{9}}}}};
  changed.step(Event{{1, 5, 5, 0}, change});
  EXPECT_FALSE(changed.has_outputs());
  const auto bytes = changed.snapshot();
  EXPECT_NE(bytes, at_first);

  Engine fresh(arena.settings());
  EXPECT_FALSE(fresh.restore(std::span(bytes).first(bytes.size() - 1)));
  EXPECT_EQ(fresh.snapshot(), at_first) << "what was refused has changed nothing, parameters neither";
  ASSERT_TRUE(fresh.restore(bytes));
  EXPECT_EQ(fresh.snapshot(), bytes);
  ASSERT_TRUE(fresh.restore(at_first));
  EXPECT_EQ(fresh.snapshot(), at_first);
}

TEST(EngineSettingsChange, WhatCannotBeIsPassedOver) {
  const Arena arena(3);
  Engine engine(arena.settings());
  SettingsChanged change;
  change.strategies = {
      {StrategyId(9), {{"act_one_in", std::int64_t{7}}, {"largest_steps", std::int64_t{9}}}},
      {StrategyId(0), {{"act_one_in", std::int64_t{0}}, {"largest_steps", std::int64_t{9}}}}};
  Engine without(arena.settings());
  without.step(Event{{1, 5, 5, 0}, SettingsChanged()});
  engine.step(Event{{1, 5, 5, 0}, change});
  EXPECT_EQ(engine.snapshot(), without.snapshot());
}

}  // namespace
}  // namespace kontor::engine
