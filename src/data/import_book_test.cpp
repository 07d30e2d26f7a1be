#include "data/import_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/import_test_support.hpp"

namespace kontor::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A message with one change, whose price says which message it is.
BookMessage message(std::int64_t first, std::int64_t last, TimeNs time = 0,
                    std::optional<std::int64_t> previous = {}) {
  BookMessage result;
  result.ts_venue = result.ts_recv = time;
  result.first_id = first;
  result.last_id = last;
  result.previous_id = previous;
  result.changes = {{CsvNumber{last, 0}, CsvNumber{1, 0}, false}};
  return result;
}

class BookSequenceTest : public ::testing::Test {
 protected:
  void change(std::int64_t first, std::int64_t last, TimeNs time = 0) {
    EXPECT_TRUE(sequence_.change(message(first, last, time), ++line_));
  }
  void futures_change(std::int64_t previous, std::int64_t first, std::int64_t last) {
    EXPECT_TRUE(sequence_.change(message(first, last, 0, previous), ++line_));
  }
  void snapshot(std::int64_t last, TimeNs time = 0) {
    EXPECT_TRUE(sequence_.snapshot(message(0, last, time), ++line_));
  }

  /// The messages in the order of their rows; a snapshot is negative.
  std::vector<std::int64_t> finish() {
    EXPECT_TRUE(sequence_.finish());
    sequence_.report(sink_, "f");
    batch_ = rows_.take();
    std::vector<std::int64_t> order;
    for (std::size_t i = 0; i < batch_.rows(); ++i) {
      const bool replaces = (batch_.column(BookColumn::flags)[i] & kBookSnapshot) != 0;
      order.push_back(batch_.column(BookColumn::price)[i] * (replaces ? -1 : 1));
    }
    return order;
  }

  RowCollector rows_{DataKind::book};
  BookSequence sequence_{rows_};
  test::MemorySink sink_;
  Batch batch_{DataKind::book};
  std::uint64_t line_ = 0;
};

TEST_F(BookSequenceTest, StartsWithTheSnapshotAndLeavesOutWhatItHolds) {
  change(1, 3);
  change(4, 6);
  snapshot(6);
  change(7, 9);
  EXPECT_THAT(finish(), ElementsAre(-6, 9));
  EXPECT_THAT(sink_.warnings, IsEmpty());
}

TEST_F(BookSequenceTest, RepeatsChangesThatAreNewerThanTheSnapshotAtItsTime) {
  change(1, 3, 10);
  change(4, 6, 20);
  change(7, 9, 30);
  snapshot(5, 25);
  change(10, 12, 40);
  EXPECT_THAT(finish(), ElementsAre(-5, 6, 9, 12));
  EXPECT_THAT(batch_.column(BookColumn::ts_recv), ElementsAre(25, 25, 25, 40));
  EXPECT_THAT(batch_.column(BookColumn::ts_venue), ElementsAre(25, 25, 30, 40));
}

TEST_F(BookSequenceTest, WaitsForTheChangeThatReachesBeyondANewerSnapshot) {
  change(1, 3);
  snapshot(8);
  change(4, 6);
  change(7, 8);
  change(9, 11);
  EXPECT_THAT(finish(), ElementsAre(-8, 11));
  EXPECT_THAT(sink_.warnings, IsEmpty());
}

TEST_F(BookSequenceTest, FollowsFuturesByThePreviousId) {
  futures_change(90, 95, 100);
  snapshot(105);
  futures_change(100, 103, 110);  // holds update 105
  futures_change(110, 118, 120);  // numbers may jump, pu may not
  EXPECT_THAT(finish(), ElementsAre(-105, 110, 120));
  EXPECT_THAT(sink_.warnings, IsEmpty());
}

TEST_F(BookSequenceTest, StartsOverBehindAGap) {
  snapshot(3);
  change(4, 6);
  change(9, 10);
  change(11, 12);
  EXPECT_THAT(finish(), ElementsAre(-3, 6, -10, 12));
  EXPECT_THAT(sink_.warnings, ElementsAre(HasSubstr("f:3: expected unbroken update numbers, found 1 gaps")));
}

TEST_F(BookSequenceTest, FindsGapsOfFutures) {
  snapshot(100);
  futures_change(99, 99, 110);
  futures_change(111, 112, 120);
  EXPECT_THAT(finish(), ElementsAre(-100, 110, -120));
}

TEST_F(BookSequenceTest, FindsAGapBehindTheSnapshot) {
  snapshot(3);
  change(6, 7);
  EXPECT_THAT(finish(), ElementsAre(-3, -7));
}

TEST_F(BookSequenceTest, TakesASnapshotInTheMiddle) {
  snapshot(3);
  change(4, 6);
  change(7, 9);
  snapshot(7);
  change(10, 11);
  EXPECT_THAT(finish(), ElementsAre(-3, 6, 9, -7, 9, 11));
}

TEST_F(BookSequenceTest, LeavesOutASnapshotFromBeforeAGap) {
  snapshot(3);
  change(4, 6);
  change(9, 10);
  snapshot(5);
  change(11, 12);
  EXPECT_THAT(finish(), ElementsAre(-3, 6, -10, 12));
  EXPECT_THAT(sink_.warnings, ElementsAre(HasSubstr("gaps"), HasSubstr("f:4: 1 snapshots do not fit")));
}

TEST_F(BookSequenceTest, LeavesOutRepeatedMessages) {
  snapshot(3);
  change(4, 6);
  change(4, 6);
  change(7, 8);
  EXPECT_THAT(finish(), ElementsAre(-3, 6, 8));
  EXPECT_THAT(sink_.warnings, ElementsAre(HasSubstr("f:3: 1 messages repeat updates")));
}

TEST_F(BookSequenceTest, KeepsARecordingWithoutSnapshot) {
  change(1, 3);
  change(4, 6);
  EXPECT_THAT(finish(), ElementsAre(3, 6));
  EXPECT_THAT(sink_.warnings, ElementsAre(HasSubstr("expected a snapshot at the start, found only changes")));
}

TEST_F(BookSequenceTest, WaitsNoLongerThanAMinuteForASnapshot) {
  change(1, 3, 0);
  change(4, 6, 30 * kSecond);
  change(7, 9, 61 * kSecond);
  change(10, 12, 62 * kSecond);
  snapshot(12, 63 * kSecond);
  EXPECT_THAT(finish(), ElementsAre(3, 6, 9, 12, -12));
}

TEST_F(BookSequenceTest, KeepsWhatCameBeforeAGapWithoutSnapshot) {
  change(1, 3);
  change(7, 9);
  EXPECT_THAT(finish(), ElementsAre(3, -9));
}

TEST_F(BookSequenceTest, CarriesTheStartOverPastAnEmptyMessage) {
  snapshot(3);
  BookMessage empty = message(8, 9);
  empty.changes.clear();
  EXPECT_TRUE(sequence_.change(empty, 2));
  change(10, 12);
  EXPECT_THAT(finish(), ElementsAre(-3, -12));
}

TEST(AppendMessage, MarksSidesSnapshotAndEnd) {
  RowCollector rows(DataKind::book);
  BookMessage one;
  one.changes = {{CsvNumber{10, 0}, CsvNumber{1, 0}, false}, {CsvNumber{11, 0}, CsvNumber{2, 0}, true}};
  ASSERT_TRUE(append_message(rows, one, true));
  ASSERT_TRUE(append_message(rows, one, false));
  EXPECT_THAT(rows.take().column(BookColumn::flags),
              ElementsAre(kBookSnapshot, kBookSell | kBookSnapshot | kBookMessageEnd, 0,
                          kBookSell | kBookMessageEnd));
}

}  // namespace
}  // namespace kontor::data
