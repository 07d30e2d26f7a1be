#include "research/run_result_volumes.hpp"

#include <gtest/gtest.h>

#include "simulation/feed_test_support.hpp"

namespace kontor::research {
namespace {

using simulation::test::kStart;

class BarVolumes : public testing::Test {
 protected:
  void fill_at(TimeNs ts) {
    FillRecord record;
    record.fill.instrument = btc;
    record.fill.ts_venue = ts;
    result.fills.push_back(record);
  }
  void note(std::vector<FeedSource> sources) {
    result.instruments = table;
    note_bar_volumes(result, sources);
  }
  [[nodiscard]] double units(std::int64_t raw) const { return table[btc].to_double(RawQuantity(raw)); }

  InstrumentTable table;
  const InstrumentId btc = kontor::test::add(table, kontor::test::perpetual("BTC"));
  RunResult result;
};

TEST_F(BarVolumes, AFillAtTheEndOfABarLiesInIt) {
  fill_at(kStart + kMinute);                      // the end of the first bar
  fill_at(kStart + kMinute + 25 * kMillisecond);  // in the second one
  fill_at(kStart + 2 * kMinute);
  fill_at(kStart + kHour);  // no data there
  note({simulation::test::bars(table, btc,
                               {{10, 10, 10, 10, 500}, {10, 10, 10, 10, 700}, {10, 10, 10, 10, 900}})});
  EXPECT_EQ(result.fills[0].bar_open, kStart);
  EXPECT_DOUBLE_EQ(result.fills[0].bar_volume, units(500));
  EXPECT_DOUBLE_EQ(result.fills[1].bar_volume, units(700));
  EXPECT_DOUBLE_EQ(result.fills[2].bar_volume, units(700));
  EXPECT_EQ(result.fills[2].bar_open, kStart + kMinute);
  EXPECT_EQ(result.fills[3].bar_volume, 0);
}

TEST_F(BarVolumes, TradesAreCountedByTheMinute) {
  fill_at(kStart + 30 * kSecond);
  note({simulation::test::trades(table, btc,
                                 {{kStart + 1, kStart + 1, 10, 3},
                                  {kStart + 2, kStart + 2, 10, 4},
                                  {kStart + kMinute, kStart + kMinute, 10, 100}})});
  EXPECT_DOUBLE_EQ(result.fills[0].bar_volume, units(7));
}

TEST_F(BarVolumes, QuotesHaveNone) {
  fill_at(kStart + 30 * kSecond);
  note({simulation::test::quotes(table, btc, {{kStart, kStart, 10, 11}})});
  EXPECT_EQ(result.fills[0].bar_volume, 0);
}

}  // namespace
}  // namespace kontor::research
