#include "session/parity.hpp"

#include <gmock/gmock.h>

#include "session/paper_session_test_support.hpp"

namespace kontor::session {
namespace {

using simulation::test::FeedMix;
using simulation::test::RandomWorld;
using test::ScriptedPace;
using testing::HasSubstr;
using testing::IsEmpty;

class Parity : public test::PaperSessionTest, public testing::WithParamInterface<FeedMix> {
 protected:
  Parity() { use_world(5, GetParam(), 200); }

  ParityReport report() { return report(files); }
  ParityReport report(journal::SimulatedFileSystem& of) {
    auto made = parity(of, test::kSessionFolder, simulation_world(), world->engine_settings());
    EXPECT_TRUE(made) << made.error().message;
    return made ? *made : ParityReport{};
  }
  [[nodiscard]] simulation::World simulation_world() const {
    return {world->table(), world->sources, world->venue, deposits};
  }

  journal::SimulatedFileSystem files;
};

TEST_P(Parity, ASessionFedFromADatasetDoesWhatItsBacktestDoes) {
  ASSERT_TRUE(run(files));
  const auto made = report();
  EXPECT_GT(made.decisions, 20U);
  EXPECT_GT(made.fills, 5U);
  EXPECT_THAT(made.differences, IsEmpty());
}

TEST_P(Parity, StoppedAndKilledOnTheWayItStillDoes) {
  ScriptedPace first;
  first.script[40] = Request::stop;
  ASSERT_TRUE(run(files, first));
  EXPECT_THAT(report().differences, IsEmpty());
  files.crash_at(files.steps() + 25);
  ASSERT_FALSE(run(files));
  files.restart(journal::Loss::nothing);
  EXPECT_THAT(report().differences, IsEmpty());
  ASSERT_TRUE(run(files));
  EXPECT_THAT(report().differences, IsEmpty());
}

TEST_P(Parity, WhatAnOperatorChangedHasThatCause) {
  ScriptedPace pace;
  pace.script = {{60, Request::flatten}, {200, Request::resume}};
  ASSERT_TRUE(run(files, pace));
  const auto made = report();
  ASSERT_FALSE(made.differences.empty());
  for (const auto& difference : made.differences)
    EXPECT_THAT(difference.cause, HasSubstr("operator: trading was set to flattening")) << difference.session;
}

TEST_P(Parity, AChangedConfigurationChangesTheBacktestAtTheSameTime) {
  ASSERT_TRUE(run(files));
  const auto undisturbed = report();
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    SCOPED_TRACE(seed);
    journal::SimulatedFileSystem changed;
    test::ChangingPace pace(seed, 8, 300);
    ASSERT_TRUE(run(changed, pace));
    const auto made = report(changed);
    EXPECT_NE(made.decisions, undisturbed.decisions) << "the changes must have mattered";
    EXPECT_THAT(made.differences, IsEmpty());
  }
}

TEST_P(Parity, OtherDataIsTheCauseOfWhatComesAfterIt) {
  ASSERT_TRUE(run(files));
  const RandomWorld other(6, GetParam(), 200);
  world->sources = other.sources;
  const auto made = report();
  ASSERT_FALSE(made.differences.empty());
  EXPECT_THAT(made.differences.front().cause, HasSubstr("data: the session saw other data"));
}

TEST_P(Parity, AnotherLatencyIsNamed) {
  ASSERT_TRUE(run(files));
  world->venue.latency.response_ns += 3 * kMillisecond;
  const auto made = report();
  ASSERT_FALSE(made.differences.empty());
  EXPECT_THAT(made.differences.front().cause, HasSubstr("latency: 3ms apart"));
}

INSTANTIATE_TEST_SUITE_P(AllFeeds, Parity,
                         testing::Values(FeedMix::bars, FeedMix::trades, FeedMix::quotes, FeedMix::book));

}  // namespace
}  // namespace kontor::session
