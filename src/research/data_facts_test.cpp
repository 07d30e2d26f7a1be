#include "research/data_facts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulation/feed_test_support.hpp"

namespace kontor::research {
namespace {

using simulation::test::BarRow;
using simulation::test::kStart;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DataFacts : public testing::Test {
 protected:
  [[nodiscard]] simulation::FeedSource bars(const std::vector<BarRow>& rows) const {
    return simulation::test::bars(table, btc, rows);
  }

  InstrumentTable table;
  const InstrumentId btc = kontor::test::add(table, kontor::test::spot("BTC"));
};

TEST_F(DataFacts, ExtentIsInPlainUnits) {
  const auto source = bars({{10000, 10500, 9900, 10100, 250'000}, {10100, 10200, 9800, 9900, 150'000}});
  const DataExtent extent = extent_of(source.series);
  EXPECT_DOUBLE_EQ(extent.lowest_price, 98);
  EXPECT_DOUBLE_EQ(extent.highest_price, 105);
  EXPECT_DOUBLE_EQ(extent.total_quantity, 4);
}

TEST_F(DataFacts, ExtentOfSeveralSources) {
  DataExtent all;
  all.include({});
  all.include({5, 6, 1});
  all.include({4, 5, 3});
  all.include({});
  EXPECT_EQ(all.lowest_price, 4);
  EXPECT_EQ(all.highest_price, 6);
  EXPECT_EQ(all.total_quantity, 3);
}

TEST_F(DataFacts, WholeDataNeedsNoWarning) {
  const auto source = bars({{10000, 10100, 9900, 10000}, {10000, 10100, 9900, 10000}});
  EXPECT_THAT(data_warnings(source.series, {}), IsEmpty());
  EXPECT_THAT(data_warnings(source.series, {kStart - kHour, kStart + kHour}), IsEmpty());
}

TEST_F(DataFacts, ImpossibleBarsAreCounted) {
  const auto source =
      bars({{10000, 10100, 9900, 10200}, {10000, 10100, -5, 10000}, {10000, 10100, 9900, 10000}});
  EXPECT_THAT(data_warnings(source.series, {}), ElementsAre(HasSubstr("2 bars can't be")));
}

TEST_F(DataFacts, HolesAreToldWithTheLongest) {
  data::Batch batch(data::DataKind::bar);
  for (const std::int64_t minute : {0, 1, 3, 4, 14, 15}) {
    const std::int64_t values[] = {kStart + minute * kMinute, 10000, 10000, 10000, 10000, 1, 1};
    for (std::size_t column = 0; column < batch.columns.size(); ++column)
      batch.columns[column].push_back(values[column]);
  }
  const auto source = simulation::test::source_of(table, btc, std::move(batch));
  EXPECT_THAT(
      data_warnings(source.series, {}),
      ElementsAre(HasSubstr("10 bars are missing in 2 holes, the longest from 2025-01-01T00:05:00Z to "
                            "2025-01-01T00:14:00Z")));
}

TEST_F(DataFacts, ARangeThatIsNotCoveredIsTold) {
  const auto source = bars({{10000, 10100, 9900, 10000}});
  EXPECT_THAT(data_warnings(source.series, {kStart - 10 * kDay, kStart + 2 * kDay}),
              ElementsAre(HasSubstr("begins at 2025-01-01T00:00:00Z, asked for from 2024-12-22T00:00:00Z"),
                          HasSubstr("ends at 2025-01-01T00:00:00Z, asked for until 2025-01-03T00:00:00Z")));
}

}  // namespace
}  // namespace kontor::research
