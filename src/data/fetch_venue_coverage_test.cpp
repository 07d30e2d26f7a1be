#include "data/fetch_venue_coverage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/catalogue_test_support.hpp"

namespace kontor::data {
namespace {

using kontor::test::TemporaryFolder;
using test::key_of;

class Coverage : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  Catalogue store_ = Catalogue::open_or_create(folder_ / "store").value();
  DatasetKey key_ = key_of(DataKind::funding);

  FetchCoverage load() { return FetchCoverage::load(store_, key_).value(); }
  static std::vector<CoveredRange> ranges_of(const FetchCoverage& coverage) {
    return {coverage.ranges().begin(), coverage.ranges().end()};
  }
};

TEST_F(Coverage, IsEmptyBeforeTheFirstFetchAndComesBackAsItWasSaved) {
  FetchCoverage coverage = load();
  EXPECT_TRUE(coverage.ranges().empty());
  coverage.add({{50, 60}, 2});
  coverage.add({{10, 20}, 0});
  ASSERT_TRUE(coverage.save());
  EXPECT_THAT(ranges_of(load()),
              ::testing::ElementsAre(CoveredRange{{10, 20}, 0}, CoveredRange{{50, 60}, 2}));
}

TEST_F(Coverage, StretchesThatTouchGrowTogether) {
  FetchCoverage coverage = load();
  coverage.add({{10, 20}, 1});
  coverage.add({{30, 40}, 2});
  coverage.add({{20, 30}, 4});
  EXPECT_THAT(ranges_of(coverage), ::testing::ElementsAre(CoveredRange{{10, 40}, 7}));
}

TEST_F(Coverage, ANewStretchTakesThePlaceOfThoseThatItOverlaps) {
  FetchCoverage coverage = load();
  coverage.add({{10, 20}, 1});
  coverage.add({{30, 40}, 2});
  coverage.add({{15, 35}, 9});
  EXPECT_THAT(ranges_of(coverage), ::testing::ElementsAre(CoveredRange{{15, 35}, 9}));
}

TEST_F(Coverage, AFileThatIsDamagedIsTakenForNone) {
  FetchCoverage coverage = load();
  coverage.add({{10, 20}, 1});
  ASSERT_TRUE(coverage.save());
  const auto path = store_.path() / ".coverage" / (Catalogue::dataset_name(key_) + ".txt");
  const std::string good = test::read_file(path);
  for (const std::string& bad : {std::string("something else\n"), good + "30 25 1\n", good + "15 30 1\n",
                                 good + "30 40", good + "a b c\n", std::string("kontor coverage 1\n"),
                                 good + "30 40 -1\n", good + "99999999999999999999 1 1\n"}) {
    test::write_file(path, bad);
    EXPECT_TRUE(load().ranges().empty()) << bad;
  }
  test::write_file(path, good);
  EXPECT_EQ(load().ranges().size(), 1U);
}

TEST_F(Coverage, RowsOfTwoMarketsDoNotMix) {
  FetchCoverage coverage = load();
  ASSERT_TRUE(coverage.claim("bybit spot"));
  ASSERT_TRUE(coverage.save());
  FetchCoverage again = load();
  EXPECT_TRUE(again.claim("bybit spot"));
  const auto refused = again.claim("bybit linear");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("bybit spot"));
}

TEST_F(Coverage, IsNotSeenAsData) {
  FetchCoverage coverage = load();
  coverage.add({{10, 20}, 0});
  ASSERT_TRUE(coverage.save());
  const auto listing = store_.list();
  ASSERT_TRUE(listing);
  EXPECT_TRUE(listing->datasets.empty());
  EXPECT_TRUE(listing->broken.empty());
  EXPECT_TRUE(Catalogue::open(store_.path()));
}

TEST_F(Coverage, HolesAreWhatIsNotCovered) {
  FetchCoverage coverage = load();
  coverage.add({{10, 20}, 0});
  coverage.add({{30, 40}, 0});
  EXPECT_THAT(find_holes(store_, key_, {5, 35}, coverage).value(),
              ::testing::ElementsAre(TimeRange{5, 10}, TimeRange{20, 30}));
}

TEST(TimeRanges, WhatIsLeftIsWhatNobodyTook) {
  const auto left = [](std::vector<TimeRange> taken) { return without({10, 50}, std::move(taken)); };
  EXPECT_THAT(left({}), ::testing::ElementsAre(TimeRange{10, 50}));
  EXPECT_THAT(left({{10, 50}}), ::testing::IsEmpty());
  EXPECT_THAT(left({{0, 60}}), ::testing::IsEmpty());
  EXPECT_THAT(left({{0, 10}, {50, 60}}), ::testing::ElementsAre(TimeRange{10, 50}));
  EXPECT_THAT(left({{30, 40}, {20, 35}}), ::testing::ElementsAre(TimeRange{10, 20}, TimeRange{40, 50}));
  EXPECT_THAT(left({{20, 20}}), ::testing::ElementsAre(TimeRange{10, 50}));
  EXPECT_EQ(total_length(left({{20, 30}})), 30);
  EXPECT_THAT(without({10, 10}, {}), ::testing::IsEmpty());
}

}  // namespace
}  // namespace kontor::data
