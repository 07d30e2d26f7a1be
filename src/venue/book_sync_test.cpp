#include "venue/book_sync.hpp"

#include <gtest/gtest.h>

namespace kontor::venue {
namespace {

/// Counts what reaches the book, by the last numbers.
struct BookSyncTest : testing::Test {
  std::vector<std::int64_t> applied;
  BookSync::Apply apply = [this](const BookChange& change) { applied.push_back(change.last_id); };

  static BookChange update(std::int64_t first, std::int64_t last, std::int64_t previous = 0) {
    return {.symbol = "BTCUSDT", .first_id = first, .last_id = last, .previous_id = previous};
  }
  static BookChange snapshot(std::int64_t last) {
    return {.symbol = "BTCUSDT", .is_snapshot = true, .last_id = last};
  }
};

TEST_F(BookSyncTest, KeepsUpdatesUntilTheSnapshotAndDropsWhatItHolds) {
  BookSync sync(BookRule::next_id);
  EXPECT_EQ(sync.take(update(1, 5), apply), BookStep::waiting);
  EXPECT_EQ(sync.take(update(6, 9), apply), BookStep::waiting);
  EXPECT_EQ(sync.take(update(10, 12), apply), BookStep::waiting);
  EXPECT_TRUE(sync.needs_snapshot());
  EXPECT_EQ(sync.take(snapshot(7), apply), BookStep::applied);
  EXPECT_EQ(applied, (std::vector<std::int64_t>{7, 9, 12}));
  EXPECT_EQ(sync.take(update(13, 13), apply), BookStep::applied);
  EXPECT_TRUE(sync.is_synchronised());
}

TEST_F(BookSyncTest, ASnapshotOlderThanTheStreamIsAGap) {
  BookSync sync(BookRule::next_id);
  std::ignore = sync.take(update(10, 12), apply);
  EXPECT_EQ(sync.take(snapshot(7), apply), BookStep::gap);
  EXPECT_FALSE(sync.is_synchronised());
  // What came since is kept for the next snapshot.
  EXPECT_EQ(sync.take(snapshot(11), apply), BookStep::applied);
  EXPECT_EQ(applied.back(), 12);
}

TEST_F(BookSyncTest, AMissingUpdateIsAGap) {
  BookSync sync(BookRule::next_id);
  std::ignore = sync.take(snapshot(7), apply);
  EXPECT_EQ(sync.take(update(9, 10), apply), BookStep::gap);
  EXPECT_EQ(sync.gaps(), 1U);
  EXPECT_EQ(sync.take(update(11, 11), apply), BookStep::waiting);
}

TEST_F(BookSyncTest, AnUpdateThatComesTwiceIsOutdated) {
  BookSync sync(BookRule::next_id);
  std::ignore = sync.take(snapshot(7), apply);
  EXPECT_EQ(sync.take(update(8, 9), apply), BookStep::applied);
  EXPECT_EQ(sync.take(update(8, 9), apply), BookStep::outdated);
  EXPECT_EQ(applied, (std::vector<std::int64_t>{7, 9}));
}

TEST_F(BookSyncTest, ByPreviousIdTheFirstUpdateReachesAroundTheSnapshot) {
  BookSync sync(BookRule::previous_id);
  std::ignore = sync.take(update(90, 99, 89), apply);
  std::ignore = sync.take(update(101, 110, 99), apply);
  EXPECT_EQ(sync.take(snapshot(105), apply), BookStep::applied);
  EXPECT_EQ(applied, (std::vector<std::int64_t>{105, 110}));
  EXPECT_EQ(sync.take(update(113, 120, 110), apply), BookStep::applied);
  EXPECT_EQ(sync.take(update(125, 130, 121), apply), BookStep::gap);
}

TEST_F(BookSyncTest, ByPreviousIdASnapshotBetweenTwoUpdatesDoesNotFit) {
  BookSync sync(BookRule::previous_id);
  std::ignore = sync.take(update(101, 110, 99), apply);
  EXPECT_EQ(sync.take(snapshot(100), apply), BookStep::gap);
}

TEST_F(BookSyncTest, WhereTheStreamBringsSnapshotsEachUpdateIsTheNext) {
  BookSync sync(BookRule::snapshot_in_stream);
  EXPECT_EQ(sync.take(update(4, 4), apply), BookStep::waiting);
  EXPECT_FALSE(sync.needs_snapshot());
  EXPECT_EQ(sync.take(snapshot(5), apply), BookStep::applied);
  EXPECT_EQ(sync.take(update(6, 6), apply), BookStep::applied);
  EXPECT_EQ(sync.take(update(8, 8), apply), BookStep::gap);
  // A new snapshot starts over, with whatever number.
  EXPECT_EQ(sync.take(snapshot(1), apply), BookStep::applied);
  EXPECT_EQ(sync.take(update(2, 2), apply), BookStep::applied);
}

TEST_F(BookSyncTest, WhatIsKeptIsBounded) {
  BookSync sync(BookRule::next_id);
  for (std::int64_t id = 1; id <= 5000; ++id) std::ignore = sync.take(update(id, id), apply);
  EXPECT_EQ(sync.take(snapshot(10), apply), BookStep::gap);
  EXPECT_EQ(sync.take(snapshot(4999), apply), BookStep::applied);
  EXPECT_EQ(applied.back(), 5000);
}

TEST_F(BookSyncTest, ACutStreamStartsOver) {
  BookSync sync(BookRule::next_id);
  std::ignore = sync.take(snapshot(7), apply);
  sync.reset();
  EXPECT_TRUE(sync.needs_snapshot());
  EXPECT_EQ(sync.take(update(8, 8), apply), BookStep::waiting);
}

}  // namespace
}  // namespace kontor::venue
