#include "data/fetch_venue.hpp"

#include <algorithm>
#include <atomic>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/catalogue_test_support.hpp"

namespace kontor::data {
namespace {

using kontor::test::TemporaryFolder;
using test::key_of;
using test::kMay2025;

constexpr TimeRange kHourOfBars{kMay2025, kMay2025 + kHour};

/// A venue with all that a batch holds, which gives pages of so many rows and writes down what it was asked.
class BatchSource final : public PageSource {
 public:
  enum class Order : std::uint8_t { oldest_first, newest_first };

  BatchSource(Batch all, std::size_t page_rows, Order order = Order::oldest_first)
      : all_(std::move(all)), page_rows_(page_rows), order_(order) {}

  Result<FetchedPage> fetch(const TimeRange& wanted) override {
    asked.push_back(wanted);
    if (before_answer) before_answer(asked.size());
    if (asked.size() == fails_at) return fail(ErrorKind::io, "the venue does not answer");
    const auto& times = all_.columns[time_column(all_.kind)];
    const auto index_of = [&](TimeNs time) {
      return static_cast<std::size_t>(std::ranges::lower_bound(times, time) - times.begin());
    };
    std::size_t first = index_of(wanted.from);
    std::size_t last = index_of(wanted.to);
    FetchedPage page{Batch(all_.kind), wanted};
    const bool is_cut = last - first > page_rows_;
    if (is_cut && order_ == Order::oldest_first) {
      last = first + page_rows_;
      page.covered.to = times[last];
    } else if (is_cut) {
      first = last - page_rows_;
      page.covered.from = times[first];
    }
    page.is_last = is_cut && reach_ends;
    for (std::size_t column = 0; column < all_.columns.size(); ++column) {
      const auto& values = all_.columns[column];
      page.rows.columns[column].assign(values.begin() + static_cast<std::ptrdiff_t>(first),
                                       values.begin() + static_cast<std::ptrdiff_t>(last));
    }
    page.rows.price_scale = all_.price_scale;
    page.rows.quantity_scale = all_.quantity_scale;
    page.rows.rate_scale = all_.rate_scale;
    if (distort) distort(page);
    return page;
  }

  std::vector<TimeRange> asked;
  std::size_t fails_at = 0;
  bool reach_ends = false;  ///< the first page is all that it has
  std::function<void(std::size_t)> before_answer;
  std::function<void(FetchedPage&)> distort;

 private:
  Batch all_;
  std::size_t page_rows_;
  Order order_;
};

class FillHoles : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  Catalogue store_ = Catalogue::open_or_create(folder_ / "store").value();
  SilentProgress progress_;
  FillOptions options_{};

  Result<std::vector<TimeRange>> holes(const DatasetKey& key, const TimeRange& wanted) {
    TRY(const auto coverage, FetchCoverage::load(store_, key));
    return find_holes(store_, key, wanted, coverage);
  }
  /// What a command does: looks for holes and fills them.
  Result<FillSummary> fill(const DatasetKey& key, const TimeRange& wanted, PageSource& source) {
    TRY(const auto found, holes(key, wanted));
    return fill_holes(store_, key, found, source, options_, progress_);
  }
  std::uint64_t rows(const DatasetKey& key) {
    const auto info = store_.info(key);
    return info ? info->rows : 0;
  }
  void put(const DatasetKey& key, Batch batch) {
    auto transaction = store_.begin();
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(transaction->add(key, std::move(batch)));
    ASSERT_TRUE(transaction->commit());
  }
};

TEST_F(FillHoles, AnEmptyStoreIsFilledPageByPage) {
  BatchSource source(test::make_bars(kMay2025, 60), 25);
  const auto summary = fill(key_of(DataKind::bar), kHourOfBars, source);
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->pages, 3U);
  EXPECT_EQ(summary->written.rows_added, 60U);
  EXPECT_EQ(rows(key_of(DataKind::bar)), 60U);
  EXPECT_TRUE(summary->unreachable.empty());
}

TEST_F(FillHoles, TheSameOnceMoreAsksNothing) {
  BatchSource bars(test::make_bars(kMay2025, 60), 25);
  BatchSource trades(test::make_ticks(DataKind::trade, kMay2025, 200), 60, BatchSource::Order::newest_first);
  for (BatchSource* source : {&bars, &trades}) {
    const auto key = key_of(source == &bars ? DataKind::bar : DataKind::trade);
    ASSERT_TRUE(fill(key, kHourOfBars, *source));
    EXPECT_EQ(rows(key), source == &bars ? 60U : 200U);
    EXPECT_GT(source->asked.size(), 1U);
    source->asked.clear();
    const auto again = fill(key, kHourOfBars, *source);
    ASSERT_TRUE(again);
    EXPECT_THAT(source->asked, ::testing::IsEmpty());
    EXPECT_EQ(again->written.rows_offered, 0U);
  }
}

TEST_F(FillHoles, OnlyWhatIsMissingIsAskedFor) {
  const auto key = key_of(DataKind::bar);
  const Batch all = test::make_bars(kMay2025, 60);
  BatchSource part(all, 100);
  ASSERT_TRUE(fill_holes(store_, key, {{kMay2025 + 10 * kMinute, kMay2025 + 20 * kMinute}}, part, options_,
                         progress_));
  BatchSource source(all, 100);
  ASSERT_TRUE(fill(key, kHourOfBars, source));
  EXPECT_THAT(source.asked, ::testing::ElementsAre(TimeRange{kMay2025, kMay2025 + 10 * kMinute},
                                                   TimeRange{kMay2025 + 20 * kMinute, kMay2025 + kHour}));
  EXPECT_EQ(rows(key), 60U);
}

TEST_F(FillHoles, BarsFromElsewhereAreNotAskedForAgain) {
  const auto key = key_of(DataKind::bar);
  put(key, test::make_bars(kMay2025, 30));
  EXPECT_THAT(holes(key, kHourOfBars).value(),
              ::testing::ElementsAre(TimeRange{kMay2025 + 30 * kMinute, kMay2025 + kHour}));
}

TEST_F(FillHoles, AnOutageOfTheVenueIsKnownAfterwards) {
  const auto key = key_of(DataKind::bar);
  Batch with_gap = test::make_bars(kMay2025, 60);
  for (auto& column : with_gap.columns) column.erase(column.begin() + 20, column.begin() + 30);
  BatchSource source(with_gap, 100);
  ASSERT_TRUE(fill(key, kHourOfBars, source));
  EXPECT_EQ(rows(key), 50U);
  EXPECT_THAT(holes(key, kHourOfBars).value(), ::testing::IsEmpty());
  // Also in a wider range, of which only the rest is asked.
  EXPECT_THAT(holes(key, {kMay2025, kMay2025 + 2 * kHour}).value(),
              ::testing::ElementsAre(TimeRange{kMay2025 + kHour, kMay2025 + 2 * kHour}));
}

TEST_F(FillHoles, WhatWasRemovedSinceIsAskedForAgain) {
  const auto key = key_of(DataKind::trade);
  const TimeRange hour{kMay2025, kMay2025 + kHour};
  BatchSource source(test::make_ticks(DataKind::trade, kMay2025, 200), 1000);
  ASSERT_TRUE(fill(key, hour, source));
  ASSERT_THAT(holes(key, hour).value(), ::testing::IsEmpty());
  auto transaction = store_.begin();
  ASSERT_TRUE(transaction);
  ASSERT_TRUE(transaction->remove(key, kMay2025, kMay2025 + kSecond));
  ASSERT_TRUE(transaction->commit());
  EXPECT_THAT(holes(key, hour).value(), ::testing::ElementsAre(hour));
  ASSERT_TRUE(fill(key, hour, source));
  EXPECT_EQ(rows(key), 200U);
}

TEST_F(FillHoles, AnInterruptionKeepsWhatHasComeAndTheNextCallGoesOn) {
  const auto key = key_of(DataKind::bar);
  std::atomic<bool> cancel = false;
  options_.cancel = &cancel;
  BatchSource source(test::make_bars(kMay2025, 60), 10);
  source.before_answer = [&](std::size_t count) { cancel = count == 3; };
  const auto interrupted = fill(key, kHourOfBars, source);
  ASSERT_FALSE(interrupted);
  EXPECT_EQ(interrupted.error().kind, ErrorKind::canceled);
  EXPECT_EQ(rows(key), 30U);

  cancel = false;
  source.asked.clear();
  source.before_answer = {};
  ASSERT_TRUE(fill(key, kHourOfBars, source));
  EXPECT_EQ(source.asked.front().from, kMay2025 + 30 * kMinute);
  EXPECT_EQ(rows(key), 60U);
}

TEST_F(FillHoles, AnErrorKeepsWhatHasCome) {
  const auto key = key_of(DataKind::bar);
  BatchSource source(test::make_bars(kMay2025, 60), 10);
  source.fails_at = 4;
  const auto failed = fill(key, kHourOfBars, source);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::io);
  EXPECT_EQ(rows(key), 30U);
}

TEST_F(FillHoles, PagesAreStoredWhileOthersAreStillToCome) {
  const auto key = key_of(DataKind::bar);
  options_.pages_per_commit = 2;
  BatchSource source(test::make_bars(kMay2025, 60), 10);
  std::vector<std::uint64_t> stored;
  source.before_answer = [&](std::size_t) { stored.push_back(rows(key)); };
  ASSERT_TRUE(fill(key, kHourOfBars, source));
  EXPECT_THAT(stored, ::testing::ElementsAre(0, 0, 20, 20, 40, 40));
}

TEST_F(FillHoles, WhatTheVenueDoesNotReachIsToldAndNotTakenForCovered) {
  const auto key = key_of(DataKind::trade);
  const TimeRange hour{kMay2025, kMay2025 + kHour};
  BatchSource source(test::make_ticks(DataKind::trade, kMay2025, 200), 50, BatchSource::Order::newest_first);
  source.reach_ends = true;
  const auto summary = fill(key, hour, source);
  ASSERT_TRUE(summary);
  EXPECT_EQ(rows(key), 50U);
  ASSERT_EQ(summary->unreachable.size(), 1U);
  EXPECT_EQ(summary->unreachable.front().from, hour.from);
  EXPECT_EQ(holes(key, hour).value(), summary->unreachable);
}

TEST_F(FillHoles, RowsThatContradictStoredOnesAreAnErrorUnlessTheyAreToWin) {
  const auto key = key_of(DataKind::bar);
  put(key, test::make_bars(kMay2025, 60, 1));
  BatchSource source(test::make_bars(kMay2025, 60, 2), 100);
  const auto conflict = fill_holes(store_, key, {kHourOfBars}, source, options_, progress_);
  ASSERT_FALSE(conflict);
  EXPECT_EQ(conflict.error().kind, ErrorKind::bad_data);
  options_.replace = true;
  const auto replaced = fill_holes(store_, key, {kHourOfBars}, source, options_, progress_);
  ASSERT_TRUE(replaced) << replaced.error().message;
  EXPECT_EQ(replaced->written.rows_replaced, 60U);
}

TEST_F(FillHoles, ASourceThatBreaksItsContractEndsIt) {
  const auto key = key_of(DataKind::bar);
  const std::vector<std::function<void(FetchedPage&)>> distortions = {
      [](FetchedPage& page) { page.covered.to = page.covered.from; },  // no progress
      [](FetchedPage& page) { page.covered.to += kMinute; },           // beyond the question
      [](FetchedPage& page) { page.covered.to -= kMinute, page.covered.from += kMinute; },  // neither end
      [](FetchedPage& page) { page.covered.to -= 30 * kMinute; },                           // rows outside
  };
  for (const auto& distort : distortions) {
    BatchSource source(test::make_bars(kMay2025, 60), 100);
    source.distort = distort;
    const auto outcome = fill(key, kHourOfBars, source);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, ErrorKind::internal);
    EXPECT_EQ(rows(key), 0U);
  }
}

}  // namespace
}  // namespace kontor::data
