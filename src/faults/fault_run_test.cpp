#include "faults/fault_run.hpp"

#include <gtest/gtest.h>

namespace kontor::faults {
namespace {

constexpr std::uint64_t kMinutes = 240;

void expect_all_held(std::uint64_t seed, std::uint64_t minutes) {
  const auto report = FaultRun(seed, minutes).run();
  EXPECT_EQ(report.violation, "") << "kontor simulate --first " << seed << " --seeds 1 --minutes " << minutes;
}

TEST(FaultRun, EveryInvariantHolds) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) expect_all_held(seed, kMinutes);
}

TEST(FaultRun, TheSameSeedDoesTheSame) {
  const auto one = FaultRun(11, kMinutes).run();
  const auto other = FaultRun(11, kMinutes).run();
  EXPECT_EQ(one.state_checksum, other.state_checksum);
  EXPECT_EQ(one.events, other.events);
  EXPECT_EQ(one.network.reports_lost, other.network.reports_lost);
}

/// Faults that never come prove nothing.
TEST(FaultRun, EveryKindOfFaultComesUp) {
  FaultReport sum;
  for (std::uint64_t seed = 1; seed <= 90; ++seed) {
    const auto report = FaultRun(seed, kMinutes).run();
    sum.fills += report.fills;
    sum.kills += report.kills;
    sum.disk_failures += report.disk_failures;
    sum.disk_recoveries += report.disk_recoveries;
    sum.unrecorded += report.unrecorded;
    sum.disconnects += report.disconnects;
    sum.manual_trades += report.manual_trades;
    sum.term_changes += report.term_changes;
    sum.delistings += report.delistings;
    sum.network.requests_lost += report.network.requests_lost;
    sum.network.requests_refused += report.network.requests_refused;
    sum.network.requests_too_late += report.network.requests_too_late;
    sum.network.reports_lost += report.network.reports_lost;
    sum.network.reports_repeated += report.network.reports_repeated;
    sum.network.reports_delayed += report.network.reports_delayed;
    sum.network.questions_lost += report.network.questions_lost;
  }
  EXPECT_GT(sum.fills, 500U);
  EXPECT_GT(sum.kills, 20U);
  EXPECT_GT(sum.disk_failures, 3U);
  EXPECT_GT(sum.disk_recoveries, 10U);
  EXPECT_GT(sum.unrecorded, 4U);
  EXPECT_GT(sum.disconnects, 20U);
  EXPECT_GT(sum.manual_trades, 10U);
  EXPECT_GT(sum.term_changes, 3U);
  EXPECT_GT(sum.delistings, 0U);
  EXPECT_GT(sum.network.requests_lost, 20U);
  EXPECT_GT(sum.network.requests_refused, 20U);
  EXPECT_GT(sum.network.requests_too_late, 10U);
  EXPECT_GT(sum.network.reports_lost, 50U);
  EXPECT_GT(sum.network.reports_repeated, 50U);
  EXPECT_GT(sum.network.reports_delayed, 50U);
  EXPECT_GT(sum.network.questions_lost, 20U);
}

}  // namespace
}  // namespace kontor::faults
