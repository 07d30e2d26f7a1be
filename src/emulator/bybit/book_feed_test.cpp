#include "emulator/bybit/book_feed.hpp"

#include <map>

#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "emulator/bybit/bybit_test_support.hpp"

namespace kontor::emulator::bybit {
namespace {

using Ladders = std::array<std::map<std::int64_t, std::int64_t>, 2>;

void apply(Ladders& ladders, const BookDelta& delta) {
  for (std::size_t side = 0; side < 2; ++side) {
    for (const BookLevel& level : delta.changes[side]) {
      if (level.quantity.is_zero()) {
        EXPECT_EQ(ladders[side].erase(level.price.units), 1U);
      } else {
        ladders[side][level.price.units] = level.quantity.units;
      }
    }
  }
}

Ladders ladders_of(const BookFeed& feed) {
  Ladders ladders;
  for (const Side side : {Side::buy, Side::sell}) {
    for (const BookLevel& level : feed.levels(side)) {
      ladders[static_cast<std::size_t>(side)][level.price.units] = level.quantity.units;
    }
  }
  return ladders;
}

TEST(BybitBookFeed, DeltasLeadFromTheSnapshotToTheBook) {
  test::Bench bench;
  Prng chance(11);
  const Instrument& instrument = bench.venue->exchange().listings().instrument(bench.linear);
  BookFeed feed(7);
  feed.refresh(bench.venue->exchange().market(bench.linear), 1);
  feed.set_read(true);
  Ladders copy = ladders_of(feed);
  std::uint64_t id = feed.update_id();
  for (int round = 0; round < 300; ++round) {
    std::vector<BookLevelChange> changes;
    for (int i = 0; i < 4; ++i) {
      const bool buys = chance.below(2) == 0;
      const auto away = static_cast<std::int64_t>(chance.below(30) + 1);
      const RawPrice middle = instrument.raw_price(test::number("50000")).value();
      changes.push_back({RawPrice(middle.units + (buys ? -away : away) * instrument.tick().units),
                         RawQuantity(static_cast<std::int64_t>(chance.below(4))),
                         buys ? Side::buy : Side::sell});
    }
    bench.feed->add(bench.now, test::ScriptedFeed::BookStep{bench.linear, false, changes});
    bench.step();
    feed.refresh(bench.venue->exchange().market(bench.linear), static_cast<std::uint64_t>(round));
    for (const BookDelta& delta : feed.take_unsent()) {
      EXPECT_EQ(delta.update_id, ++id);
      apply(copy, delta);
    }
    ASSERT_EQ(copy, ladders_of(feed));
    ASSERT_LE(feed.levels(Side::buy).size(), 7U);
  }
  EXPECT_GT(id, 100U);
}

TEST(BybitBookFeed, ThatNobodyTakesFromBecomesAnOverrun) {
  test::Bench bench;
  BookFeed feed(50);
  feed.set_read(true);
  for (std::size_t i = 0; i <= BookFeed::kMaxUnsent; ++i) {
    bench.book(bench.spot, i % 2 == 0 ? "49000" : "49001", "50001");
    feed.refresh(bench.venue->exchange().market(bench.spot), i);
  }
  EXPECT_TRUE(feed.take_unsent().empty());
  EXPECT_TRUE(feed.take_overrun());
  EXPECT_FALSE(feed.take_overrun());
}

}  // namespace
}  // namespace kontor::emulator::bybit
