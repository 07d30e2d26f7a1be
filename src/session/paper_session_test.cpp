#include "session/paper_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/paper_session_test_support.hpp"

namespace kontor::session {
namespace {

using journal::Loss;
using journal::RecordType;
using journal::SimulatedFileSystem;
using simulation::test::FeedMix;
using simulation::test::RandomWorld;
using test::decisions;
using test::kAccountLock;
using test::kSessionFolder;
using test::remove_snapshots;
using test::ScriptedPace;

using PaperSessions = test::PaperSessionTest;

TEST_F(PaperSessions, WritesEverythingDownAndReplaysTheSame) {
  SimulatedFileSystem files;
  const auto ending = run(files);
  ASSERT_TRUE(ending) << ending.error().message;
  EXPECT_EQ(*ending, Ending::data_ended);
  EXPECT_FALSE(restart.continues);
  const auto report = replayed(files);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->identical()) << report->difference;
  EXPECT_GT(report->events, 100U);
  EXPECT_GT(report->outputs, 30U);
  EXPECT_GE(report->states, 2U);
}

TEST_F(PaperSessions, AnEndedSessionWritesNothingMore) {
  SimulatedFileSystem files;
  ASSERT_TRUE(run(files));
  const auto before = files.content(kSessionFolder + "/core-00000000000000000001.journal");
  const auto names = files.paths();
  const auto ending = run(files);
  ASSERT_TRUE(ending) << ending.error().message;
  EXPECT_EQ(*ending, Ending::data_ended);
  EXPECT_TRUE(restart.continues);
  EXPECT_EQ(files.content(kSessionFolder + "/core-00000000000000000001.journal"), before);
  EXPECT_EQ(files.paths(), names);
}

TEST_F(PaperSessions, StoppedAndGoneOnItTakesTheSameDecisions) {
  SimulatedFileSystem whole;
  ASSERT_TRUE(run(whole));
  const auto expected = decisions(whole);
  const auto expected_orders = state.size();
  SimulatedFileSystem files;
  ScriptedPace pace;
  pace.script[90] = Request::stop;
  auto ending = run(files, pace);
  ASSERT_TRUE(ending) << ending.error().message;
  EXPECT_EQ(*ending, Ending::stopped);
  ending = run(files);
  ASSERT_TRUE(ending) << ending.error().message;
  EXPECT_EQ(restart.repeated, 0U);
  EXPECT_GT(restart.snapshot_seq, 0U);
  EXPECT_EQ(decisions(files), expected);
  EXPECT_EQ(state.size(), expected_orders);
  EXPECT_TRUE(replayed(files)->identical()) << replayed(files)->difference;
}

/// The process dies within any step of the disk, with or without the power. What the journal then holds is
/// gone on from, and in the end every decision was taken exactly once, and is the one of an undisturbed run.
TEST_F(PaperSessions, KilledAnywhereNothingIsLostOrDoubled) {
  SimulatedFileSystem whole;
  ASSERT_TRUE(run(whole));
  const auto expected = decisions(whole);
  const std::uint64_t steps = whole.steps();
  std::uint64_t killed = 0;
  for (const Loss loss : {Loss::nothing, Loss::all, Loss::tail}) {
    for (std::uint64_t at = 1; at < steps; at += steps / 70 + 1) {
      SCOPED_TRACE(testing::Message() << "killed at step " << at << ", loss " << static_cast<int>(loss));
      SimulatedFileSystem files(at);
      const auto ending = run_killed_at(at, loss, files);
      ++killed;
      ASSERT_TRUE(ending) << ending.error().message;
      ASSERT_EQ(decisions(files), expected);
      const auto report = replayed(files);
      ASSERT_TRUE(report) << report.error().message;
      ASSERT_TRUE(report->identical()) << report->difference;
    }
  }
  EXPECT_GE(killed, 200U);
}

TEST_F(PaperSessions, KilledAgainAndAgainItStillComesToTheSameEnd) {
  SimulatedFileSystem whole;
  ASSERT_TRUE(run(whole));
  SimulatedFileSystem files;
  std::uint64_t kills = 0;
  for (;; ++kills) {
    files.crash_at(files.steps() + whole.steps() * 2 / 5);
    if (run(files)) break;
    ASSERT_LT(kills, 50U);
    files.restart(kills % 2 == 0 ? Loss::nothing : Loss::all);
  }
  EXPECT_GE(kills, 2U);
  EXPECT_EQ(decisions(files), decisions(whole));
}

TEST_F(PaperSessions, AnOperatorsWordIsPartOfThePast) {
  SimulatedFileSystem files;
  ScriptedPace pace;
  pace.script = {{30, Request::pause}, {70, Request::resume}, {110, Request::stop}};
  ASSERT_TRUE(run(files, pace));
  const auto report = replayed(files);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->identical()) << report->difference;
  // Without its snapshots it has to go through both words again.
  remove_snapshots(files);
  const auto ending = run(files);
  ASSERT_TRUE(ending) << ending.error().message;
  EXPECT_EQ(restart.snapshot_seq, 0U);
  EXPECT_GT(restart.repeated, 60U);
}

/// Wants everything closed once the session has come so far, and says so as long as it is not.
class InsistingPace final : public Pace {
 public:
  Demand wait(TimeNs /*due*/, const std::function<void()>& /*idle*/) override {
    return last.events >= 60 && last.trading == TradingState::running ? Request::flatten : Request::none;
  }
  void show(const PaperSession& session) override { last = session.status(); }

  SessionStatus last;
};

TEST_F(PaperSessions, KilledWhileFlatteningItGoesOnFlattening) {
  SimulatedFileSystem whole;
  InsistingPace undisturbed;
  ASSERT_TRUE(run(whole, undisturbed));
  ASSERT_EQ(undisturbed.last.trading, TradingState::halted);
  const std::uint64_t steps = whole.steps();
  for (std::uint64_t at = steps / 5; at < steps; at += steps / 60 + 1) {
    SCOPED_TRACE(testing::Message() << "killed at step " << at);
    SimulatedFileSystem files(at);
    files.crash_at(at);
    InsistingPace pace;
    ASSERT_FALSE(run(files, pace));
    files.restart(at % 2 == 0 ? Loss::nothing : Loss::all);
    const auto ending = run(files, pace);
    ASSERT_TRUE(ending) << ending.error().message;
    EXPECT_EQ(pace.last.trading, TradingState::halted);
    EXPECT_EQ(pace.last.open_positions, undisturbed.last.open_positions);
    const auto report = replayed(files);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->identical()) << report->difference;
  }
}

TEST_F(PaperSessions, AStopThatHaltsWaitsForItsCancels) {
  SimulatedFileSystem files;
  ScriptedPace pace;
  pace.script[60] = Request::halt_and_stop;
  const auto ending = run(files, pace);
  ASSERT_TRUE(ending) << ending.error().message;
  EXPECT_EQ(*ending, Ending::stopped);
  engine::Engine engine(world->engine_settings());
  ASSERT_TRUE(engine.restore(state));
  EXPECT_EQ(engine.state().trading, TradingState::halted);
  engine.state().orders.for_each_open(
      [](const execution::Order& order) { EXPECT_NE(order.status, OrderStatus::pending_cancel); });
}

/// Breakers that trip soon and stay.
risk::BreakerSettings strict_breakers() {
  risk::BreakerSettings settings;
  settings.account.drawdown = {.warning = Decimal{1, 6},
                               .restricted = Decimal{1, 5},
                               .halted = Decimal{3, 5},
                               .flattening = Decimal{0, 0}};
  settings.account.price_shock = {.threshold = Decimal{2, 3}, .cooldown = 3 * kMinute};
  settings.strategies.resize(1);
  settings.strategies[0].losing_streak = {
      .threshold = 1, .action = BreakerLevel::flattening, .cooldown = 3 * kMinute};
  return settings;
}

/// What the journal says that breakers did.
std::vector<std::string> breakers_in(SimulatedFileSystem& files) {
  std::vector<std::string> lines;
  auto reader = journal::Reader::open(files, kSessionFolder);
  EXPECT_TRUE(reader);
  while (const auto* record = reader->next().value()) {
    if (record->type != RecordType::breaker_changed) continue;
    auto change = journal::payload_in<BreakerChanged>(*record).value();
    change.cause = 0;  // a later run counts its records on from others
    const auto bytes = encode(change);
    lines.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  return lines;
}

TEST_F(PaperSessions, KilledWithTrippedBreakersItComesBackWithThem) {
  world->breakers = strict_breakers();
  SimulatedFileSystem whole;
  ScriptedPace undisturbed;
  ASSERT_TRUE(run(whole, undisturbed));
  ASSERT_EQ(undisturbed.last.trading, TradingState::halted);
  const auto expected = breakers_in(whole);
  ASSERT_GE(expected.size(), 4U);
  const std::uint64_t steps = whole.steps();
  for (std::uint64_t at = steps / 10; at < steps; at += steps / 40 + 1) {
    SCOPED_TRACE(testing::Message() << "killed at step " << at);
    SimulatedFileSystem files(at);
    files.crash_at(at);
    ScriptedPace pace;
    ASSERT_FALSE(run(files, pace));
    files.restart(at % 2 == 0 ? Loss::nothing : Loss::all);
    const auto ending = run(files, pace);
    ASSERT_TRUE(ending) << ending.error().message;
    EXPECT_EQ(breakers_in(files), expected);
    const auto report = replayed(files);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->identical()) << report->difference;
  }
}

TEST_F(PaperSessions, ARestartIsAsRestrictedAsItWas) {
  world->breakers = strict_breakers();
  SimulatedFileSystem files;
  ScriptedPace pace;
  pace.script[150] = Request::stop;
  ASSERT_TRUE(run(files, pace));
  ASSERT_EQ(pace.last.trading, TradingState::halted) << "the world must have lost so much by then";
  // From the snapshot, and through the whole journal once more.
  for (const bool has_snapshots : {true, false}) {
    if (!has_snapshots) remove_snapshots(files);
    ScriptedPace again;
    again.script[1] = Request::stop;
    ASSERT_TRUE(run(files, again));
    EXPECT_EQ(again.last.trading, TradingState::halted);
  }
}

TEST_F(PaperSessions, ResumeTakesBackWhatHasTrippedAndSaysWhy) {
  world->breakers = strict_breakers();
  SimulatedFileSystem files;
  ScriptedPace pace;
  pace.script[150] = Demand{Request::resume, "looked at it: \"fine\""};
  pace.script[151] = Request::stop;
  ASSERT_TRUE(run(files, pace));
  EXPECT_EQ(pace.last.trading, TradingState::running);
  std::vector<std::string> told;
  auto reader = journal::Reader::open(files, kSessionFolder);
  ASSERT_TRUE(reader);
  while (const auto* record = reader->next().value()) {
    if (record->type == RecordType::session_event) {
      const auto step = journal::payload_in<journal::SessionEvent>(*record).value();
      if (step.details.find("looked at it") != std::string::npos) told.emplace_back("reason");
    } else if (record->type == RecordType::trading_state_changed) {
      told.emplace_back("running");
    } else if (record->type == RecordType::breaker_changed) {
      const auto change = journal::payload_in<BreakerChanged>(*record).value();
      if (change.reason == BreakerReason::reset) told.emplace_back("reset");
    }
  }
  ASSERT_GE(told.size(), 3U);
  told.erase(std::unique(told.begin(), told.end()), told.end());
  EXPECT_THAT(told, testing::ElementsAre("reason", "running", "reset"));
  ASSERT_TRUE(run(files));
  const auto report = replayed(files);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->identical()) << report->difference;
}

TEST_F(PaperSessions, ABrokenSnapshotCostsTimeOnly) {
  SimulatedFileSystem whole;
  ASSERT_TRUE(run(whole));
  SimulatedFileSystem files;
  ScriptedPace pace;
  pace.script[100] = Request::stop;
  ASSERT_TRUE(run(files, pace));
  for (const auto& path : files.paths()) {
    if (path.find("snapshot-") == std::string::npos) continue;
    auto content = files.content(path);
    content[content.size() / 2] ^= std::byte{1};
    files.set_content(path, content);
  }
  const auto ending = run(files);
  ASSERT_TRUE(ending) << ending.error().message;
  EXPECT_THAT(restart.problems, testing::Not(testing::IsEmpty()));
  EXPECT_EQ(decisions(files), decisions(whole));
}

TEST_F(PaperSessions, AnotherConfigurationIsRefused) {
  SimulatedFileSystem files;
  ScriptedPace pace;
  pace.script[50] = Request::stop;
  ASSERT_TRUE(run(files, pace));
  configuration.hash = "decade";
  const auto ending = run(files);
  ASSERT_FALSE(ending);
  EXPECT_EQ(ending.error().kind, ErrorKind::usage);
  EXPECT_THAT(ending.error().message, testing::HasSubstr("another configuration"));
}

TEST_F(PaperSessions, OtherDataThanBeforeAreRefused) {
  SimulatedFileSystem files;
  ScriptedPace pace;
  pace.script[50] = Request::stop;
  ASSERT_TRUE(run(files, pace));
  remove_snapshots(files);
  const RandomWorld other{8, FeedMix::bars, 40};
  world->sources = other.sources;
  const auto ending = run(files);
  ASSERT_FALSE(ending);
  EXPECT_THAT(ending.error().message, testing::HasSubstr("as in the journal"));
}

TEST_F(PaperSessions, AFullDiskStopsItBeforeAnythingLeaves) {
  SimulatedFileSystem whole;
  ASSERT_TRUE(run(whole));
  SimulatedFileSystem files;
  files.set_capacity(30'000);
  const auto ending = run(files);
  ASSERT_FALSE(ending);
  EXPECT_EQ(ending.error().kind, ErrorKind::no_space);
  files.set_capacity(UINT64_MAX);
  files.restart(Loss::nothing);
  ASSERT_TRUE(run(files));
  EXPECT_EQ(decisions(files), decisions(whole));
}

/// Also between what happens at the venue and when that is heard of.
TEST_F(PaperSessions, AWordAtAnyMomentComesBackAtTheSamePlace) {
  for (std::uint64_t at = 20; at < 60; ++at) {
    SCOPED_TRACE(at);
    SimulatedFileSystem files;
    ScriptedPace pace;
    pace.script[at] = Request::flatten;
    pace.script[at + 15] = Request::resume;
    ASSERT_TRUE(run(files, pace));
    const auto first = state;
    remove_snapshots(files);
    const auto again = run(files);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(state, first);
  }
}

TEST_F(PaperSessions, TwoOnOneAccountAreRefused) {
  SimulatedFileSystem files;
  ASSERT_TRUE(files.make_folder("accounts"));
  const auto first = journal::AccountLock::acquire(files, kAccountLock, {1, "here", "alpha", 0});
  ASSERT_TRUE(first);
  const auto second = run(files);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, testing::HasSubstr("alpha"));
}

class EveryFeed : public PaperSessions, public testing::WithParamInterface<FeedMix> {};

TEST_P(EveryFeed, IsGoneOnFromAnywhere) {
  RandomWorld other(11, GetParam(), GetParam() == FeedMix::bars ? 50 : 250);
  world->sources = other.sources;
  world->venue = other.venue;
  SimulatedFileSystem whole;
  ASSERT_TRUE(run(whole));
  const auto expected = decisions(whole);
  for (std::uint64_t at = 37; at < 300; at += 83) {
    SimulatedFileSystem files;
    ScriptedPace pace;
    pace.script[at] = Request::stop;
    ASSERT_TRUE(run(files, pace));
    const auto ending = run(files);
    ASSERT_TRUE(ending) << ending.error().message;
    ASSERT_EQ(decisions(files), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(PaperSession, EveryFeed,
                         testing::Values(FeedMix::bars, FeedMix::trades, FeedMix::quotes, FeedMix::book));

}  // namespace
}  // namespace kontor::session
