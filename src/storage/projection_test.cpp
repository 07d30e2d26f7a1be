#include "storage/projection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/migrations.hpp"
#include "storage/storage_test_support.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::storage {
namespace {

using journal::Loss;
using kontor::test::TemporaryFolder;
using simulation::test::FeedMix;
using test::everything_in;
using test::kJournal;
using test::RecordedSession;
using test::rows_of;
using testing::ElementsAre;
using testing::HasSubstr;

class Projections : public testing::Test {
 protected:
  ProjectionSettings settings(std::uint64_t batch = 65'536) {
    return {recorded_.files, recorded_.factory(), batch};
  }
  Database open(std::string_view name) {
    auto opened = open_storage((folder_ / name).string());
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  SessionOutcome project_all(Database& database, std::uint64_t batch = 65'536) {
    auto outcome = project(database, settings(batch), kJournal);
    EXPECT_TRUE(outcome) << outcome.error().message;
    EXPECT_FALSE(outcome->problem) << outcome->problem->message;
    return std::move(*outcome);
  }
  /// What a database holds that was made from the first record on in one go.
  std::map<std::string, std::vector<std::string>> from_scratch() {
    const auto path = (folder_ / "scratch-of-test.db").string();
    const auto outcomes = rebuild(path, settings(), folders_, RebuildScope::everything);
    EXPECT_TRUE(outcomes) << outcomes.error().message;
    auto database = open("scratch-of-test.db");
    return everything_in(database);
  }

  TemporaryFolder folder_;
  RecordedSession recorded_{7, FeedMix::bars, 150};
  std::vector<std::string> folders_{kJournal};
};

TEST_F(Projections, StepByStepComesToTheSameAsFromScratch) {
  auto database = open("kontor.db");
  std::uint64_t records = 0;
  for (const std::uint64_t event : {1U, 2U, 3U, 40U, 41U, 150U, 250U}) {
    ASSERT_TRUE(recorded_.run_until(event));
    records += project_all(database, 1 + event % 7).records;
    ASSERT_EQ(everything_in(database), from_scratch()) << "after a run that was stopped at event " << event;
  }
  ASSERT_TRUE(recorded_.run());
  const auto last = project_all(database, 50);
  EXPECT_EQ(records + last.records, last.last_seq);
  const auto expected = from_scratch();
  EXPECT_EQ(everything_in(database), expected);
  for (const char* table :
       {"orders", "order_transitions", "fills", "refusals", "breaker_changes", "positions", "balances",
        "runs", "equity_snapshots", "events", "instruments", "strategies", "checkpoints"})
    EXPECT_FALSE(expected.at(table).empty()) << table;
  EXPECT_EQ(expected.at("runs").size(), 8U);
  EXPECT_THAT(rows_of(database, "PRAGMA foreign_key_check"), testing::IsEmpty());
}

TEST_F(Projections, DoneAgainItChangesNothing) {
  ASSERT_TRUE(recorded_.run());
  auto database = open("kontor.db");
  project_all(database);
  const auto before = everything_in(database);
  const auto again = project_all(database);
  EXPECT_EQ(again.records, 0U);
  EXPECT_FALSE(again.begun_anew);
  EXPECT_EQ(everything_in(database), before);
}

TEST_F(Projections, ASessionThatWasFlattenedHasItsOrdersAndItsState) {
  session::test::ScriptedPace pace;
  pace.script[60] = session::Request::flatten;
  ASSERT_TRUE(recorded_.run(pace));
  auto database = open("kontor.db");
  project_all(database);
  EXPECT_THAT(rows_of(database, "SELECT trading FROM sessions"), ElementsAre("halted"));
  EXPECT_GT(*database.integer("SELECT count(*) FROM orders WHERE role = 'flatten'"), 0);
}

TEST_F(Projections, ASessionWhoseConfigurationWasChangedIsFoldedThroughItsChanges) {
  auto database = open("kontor.db");
  session::test::ChangingPace pace(5, 9, 300);
  for (const std::uint64_t events : {60U, 130U, 220U}) {
    pace.stop_at = events;
    ASSERT_TRUE(recorded_.run(pace));
    project_all(database, 7);
    ASSERT_EQ(everything_in(database), from_scratch()) << "after " << events << " events";
  }
  pace.stop_at = UINT64_MAX;
  ASSERT_TRUE(recorded_.run(pace));
  project_all(database, 7);
  EXPECT_EQ(everything_in(database), from_scratch());
  EXPECT_GT(*database.integer("SELECT count(*) FROM events WHERE type = 'settings_changed'"), 5);
}

/// Looks at the session's journal while it flattens.
class LookingPace final : public session::Pace {
 public:
  explicit LookingPace(std::function<void()> look) : look_(std::move(look)) {}
  session::Demand wait(TimeNs /*due*/, const std::function<void()>& idle) override {
    if (idle) idle();
    return ++waits_ == 60 ? session::Request::flatten : session::Request::none;
  }
  void show(const session::PaperSession& session) override {
    if (session.status().trading == TradingState::flattening && !std::exchange(has_looked_, true)) look_();
  }

 private:
  std::function<void()> look_;
  std::uint64_t waits_ = 0;
  bool has_looked_ = false;
};

TEST_F(Projections, ASessionThatFlattensIsProjectedMeanwhile) {
  auto database = open("kontor.db");
  std::vector<std::string> trading;
  LookingPace pace([&] {
    project_all(database);
    trading = rows_of(database, "SELECT trading FROM sessions");
  });
  ASSERT_TRUE(recorded_.run(pace));
  EXPECT_THAT(trading, ElementsAre("flattening"));
  project_all(database);
  EXPECT_EQ(everything_in(database), from_scratch());
}

/// The process ends between two batches, at every one of them.
TEST_F(Projections, InterruptedBetweenBatchesItGoesOn) {
  ASSERT_TRUE(recorded_.run());
  auto database = open("kontor.db");
  std::uint64_t interruptions = 0;
  for (;;) {
    auto interrupted = settings(97);
    interrupted.after_batch = [&](const std::string& session, std::uint64_t seq) -> Result<void> {
      EXPECT_EQ(session, "alpha");
      EXPECT_THAT(rows_of(database, "SELECT last_seq FROM sessions"), ElementsAre(std::to_string(seq)));
      return fail(ErrorKind::canceled, "interrupted");
    };
    const auto outcome = project(database, interrupted, kJournal);
    if (outcome) break;
    ASSERT_EQ(outcome.error().kind, ErrorKind::canceled);
    ASSERT_LT(++interruptions, 1000U);
  }
  EXPECT_GT(interruptions, 10U);
  EXPECT_EQ(everything_in(database), from_scratch());
}

/// The disk is full somewhere in a batch: the batch is gone, what was before stays, and later it goes on.
TEST_F(Projections, AFaultWithinABatchLeavesTheOneBefore) {
  ASSERT_TRUE(recorded_.run());
  auto database = open("kontor.db");
  std::uint64_t faults = 0;
  std::string last = "0";
  for (std::int64_t pages = *database.integer("PRAGMA page_count") + 3;; pages += 9) {
    ASSERT_TRUE(database.run(fmt::format("PRAGMA max_page_count = {}", pages)));
    const auto outcome = project(database, settings(100), kJournal);
    if (outcome) break;
    ASSERT_EQ(outcome.error().kind, ErrorKind::no_space) << outcome.error().message;
    ++faults;
    ASSERT_FALSE(database.in_transaction());
    const auto now =
        rows_of(database, "SELECT max(seq) = last_seq, last_seq FROM sessions JOIN events USING (session)");
    if (!now.empty()) last = now.front();
  }
  EXPECT_GT(faults, 5U);
  EXPECT_NE(last, "0") << "a batch was whole before a fault";
  EXPECT_EQ(everything_in(database), from_scratch());
}

/// Sessions whose last event has decisions that the journal does not hold.
std::uint64_t unsettled_in(Database& database) {
  return static_cast<std::uint64_t>(*database.integer(
      "SELECT count(*) FROM sessions JOIN checkpoints USING (session) WHERE seq < last_seq"));
}

/// The session dies within any step of its disk, and is projected as it lies there, before and after it goes
/// on: also where decisions of the last event are missing, and where a tail was lost that was projected.
TEST_F(Projections, ASessionThatIsKilledAnywhereIsProjectedAsItGoesOn) {
  RecordedSession whole(7, FeedMix::bars, 60);
  whole.sync.when = journal::SyncPolicy::When::none;
  ASSERT_TRUE(whole.run());
  const std::uint64_t steps = whole.files.steps();
  std::uint64_t anew = 0;
  std::uint64_t unsettled = 0;
  int number = 0;
  for (const Loss loss : {Loss::nothing, Loss::all, Loss::tail}) {
    for (std::uint64_t at = steps / 20; at < steps; at += steps / 4 + 1) {
      SCOPED_TRACE(testing::Message() << "killed at step " << at << ", loss " << static_cast<int>(loss));
      RecordedSession session(7, FeedMix::bars, 60);
      session.sync.when = journal::SyncPolicy::When::none;
      const ProjectionSettings projected{session.files, session.factory(), 40};
      auto database = open(fmt::format("killed-{}.db", ++number));
      session.files.crash_at(at);
      ASSERT_FALSE(session.run());
      // What lies there when the process is gone, whether the disk has it or not.
      journal::SimulatedFileSystem seen;
      for (const auto& path : session.files.paths()) seen.set_content(path, session.files.content(path));
      const auto first = project(database, {seen, session.factory(), 40}, kJournal);
      ASSERT_TRUE(first) << first.error().message;
      unsettled += unsettled_in(database);
      session.files.restart(loss);
      ASSERT_TRUE(session.run());
      const auto second = project(database, projected, kJournal);
      ASSERT_TRUE(second) << second.error().message;
      ASSERT_FALSE(second->problem) << second->problem->message;
      anew += second->begun_anew ? 1U : 0U;
      auto scratch = open(fmt::format("fresh-{}.db", number));
      ASSERT_TRUE(project(scratch, projected, kJournal));
      ASSERT_EQ(everything_in(database), everything_in(scratch));
    }
  }
  // A kill between an event and its decisions is rarer: all over the run until there was one.
  for (std::uint64_t at = steps / 10; unsettled == 0 && at < steps; at += steps / 257 + 1) {
    RecordedSession session(7, FeedMix::bars, 60);
    session.sync.when = journal::SyncPolicy::When::none;
    auto database = open(fmt::format("unsettled-{}.db", at));
    session.files.crash_at(at);
    ASSERT_FALSE(session.run());
    journal::SimulatedFileSystem seen;
    for (const auto& path : session.files.paths()) seen.set_content(path, session.files.content(path));
    ASSERT_TRUE(project(database, {seen, session.factory(), 40}, kJournal));
    unsettled += unsettled_in(database);
    session.files.restart(Loss::nothing);
    ASSERT_TRUE(session.run());
    ASSERT_TRUE(project(database, {session.files, session.factory(), 40}, kJournal));
    auto scratch = open(fmt::format("settled-{}.db", at));
    ASSERT_TRUE(project(scratch, {session.files, session.factory(), 40}, kJournal));
    ASSERT_EQ(everything_in(database), everything_in(scratch));
  }
  EXPECT_GT(unsettled, 0U) << "no kill fell between an event and its decisions";
  EXPECT_GT(anew, 0U) << "no loss took back what was projected";
}

TEST_F(Projections, AnEngineStateOfAnotherBuildCostsTimeOnly) {
  ASSERT_TRUE(recorded_.run_until(100));
  auto database = open("kontor.db");
  project_all(database);
  ASSERT_TRUE(database.run("UPDATE checkpoints SET engine = x'00112233'"));
  ASSERT_TRUE(recorded_.run());
  EXPECT_FALSE(project_all(database).begun_anew);
  EXPECT_EQ(everything_in(database), from_scratch());
}

/// A newer build may decide otherwise than the one that ran the session. What was projected stays.
TEST_F(Projections, AnEngineThatDecidesOtherwiseLosesNothing) {
  ASSERT_TRUE(recorded_.run_until(120));
  auto database = open("kontor.db");
  project_all(database);
  const auto before = everything_in(database);
  const RecordedSession other(8, FeedMix::bars, 150);
  const ProjectionSettings newer{recorded_.files, other.factory()};
  const auto nothing_new = project(database, newer, kJournal);
  ASSERT_TRUE(nothing_new && !nothing_new->problem) << "nothing has to be gone through";
  ASSERT_TRUE(recorded_.run());
  ASSERT_TRUE(database.run("UPDATE checkpoints SET engine = x'00'"));
  const auto outcome = project(database, newer, kJournal);
  ASSERT_TRUE(outcome) << outcome.error().message;
  ASSERT_TRUE(outcome->problem);
  EXPECT_EQ(outcome->problem->kind, ErrorKind::bad_data);
  EXPECT_THAT(outcome->problem->message, HasSubstr("expected what the engine decides"));
  auto after = everything_in(database);
  for (const char* table : {"orders", "order_transitions", "fills", "events", "positions", "balances"})
    EXPECT_EQ(after[table], before.at(table)) << table;
}

TEST_F(Projections, AnotherSessionOfTheSameNameReplacesTheFirst) {
  ASSERT_TRUE(recorded_.run());
  auto database = open("kontor.db");
  project_all(database);
  RecordedSession other(8, FeedMix::bars, 150);
  ASSERT_TRUE(other.run());
  const auto outcome = project(database, {other.files, other.factory()}, kJournal);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(outcome->begun_anew);
  auto scratch = open("other.db");
  ASSERT_TRUE(project(scratch, {other.files, other.factory()}, kJournal));
  EXPECT_EQ(everything_in(database), everything_in(scratch));
}

TEST_F(Projections, TwoAtOnceDoNotMixTheirRows) {
  ASSERT_TRUE(recorded_.run());
  auto database = open("kontor.db");
  auto overtaken = settings(97);
  overtaken.after_batch = [&](const std::string&, std::uint64_t) -> Result<void> {
    auto second = open("kontor.db");
    const auto outcome = project(second, settings(), kJournal);
    EXPECT_TRUE(outcome && !outcome->problem);
    return {};
  };
  const auto outcome = project(database, overtaken, kJournal);
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("another process"));
  EXPECT_EQ(everything_in(database), from_scratch());
}

/// Flips one byte in the middle of a journal's segment of orders and fills.
void corrupt_middle(RecordedSession& recorded) {
  for (const auto& path : recorded.files.paths()) {
    if (path.find("core-00000000000000000001") == std::string::npos) continue;
    auto content = recorded.files.content(path);
    content[content.size() / 2] ^= std::byte{16};
    recorded.files.set_content(path, content);
  }
}

TEST_F(Projections, OfACorruptJournalWhatStandsBeforeIsProjected) {
  ASSERT_TRUE(recorded_.run());
  auto whole = open("whole.db");
  project_all(whole);
  corrupt_middle(recorded_);
  auto database = open("kontor.db");
  const auto outcome = project(database, settings(50), kJournal);
  ASSERT_TRUE(outcome) << outcome.error().message;
  ASSERT_TRUE(outcome->problem);
  EXPECT_EQ(outcome->problem->kind, ErrorKind::bad_data);
  EXPECT_THAT(outcome->problem->message, HasSubstr("core-00000000000000000001.journal: offset"));
  EXPECT_GT(outcome->last_seq, 100U);
  const auto until = fmt::format(" WHERE seq <= {} ORDER BY seq", outcome->last_seq);
  for (const std::string table : {"fills", "refusals", "breaker_changes", "events", "order_transitions"}) {
    const auto expected = rows_of(whole, "SELECT * FROM " + table + until);
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(rows_of(database, "SELECT * FROM " + table + " ORDER BY seq"), expected) << table;
  }
  EXPECT_THAT(rows_of(database, "SELECT problem FROM sessions"), ElementsAre(HasSubstr("offset")));
  const auto again = project(database, settings(), kJournal);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->problem) << "the fault is told every time";
  EXPECT_EQ(again->records, 0U);
}

TEST_F(Projections, ARebuildNeverLosesWhatAJournalNoLongerHolds) {
  ASSERT_TRUE(recorded_.run());
  auto database = open("kontor.db");
  project_all(database);
  const auto before = everything_in(database);
  corrupt_middle(recorded_);
  for (const auto scope : {RebuildScope::everything, RebuildScope::sessions}) {
    const auto rebuilt = rebuild(database.path(), settings(), folders_, scope);
    ASSERT_FALSE(rebuilt);
    EXPECT_EQ(rebuilt.error().kind, ErrorKind::bad_data);
    EXPECT_THAT(rebuilt.error().message, HasSubstr("it stays as it is"));
    EXPECT_EQ(everything_in(database), before);
  }
}

TEST_F(Projections, ARebuildThatIsInterruptedLeavesTheOldDatabase) {
  ASSERT_TRUE(recorded_.run_until(50));
  auto database = open("kontor.db");
  project_all(database);
  const auto before = everything_in(database);
  ASSERT_TRUE(recorded_.run());
  auto interrupted = settings(100);
  int batches = 0;
  interrupted.after_batch = [&](const std::string&, std::uint64_t) -> Result<void> {
    if (++batches < 4) return {};
    return fail(ErrorKind::canceled, "interrupted");
  };
  ASSERT_FALSE(rebuild(database.path(), interrupted, folders_, RebuildScope::everything));
  EXPECT_EQ(everything_in(database), before);
  EXPECT_FALSE(std::filesystem::exists(database.path() + ".new"));
  ASSERT_TRUE(rebuild(database.path(), settings(), folders_, RebuildScope::everything));
  EXPECT_EQ(everything_in(database), from_scratch());
}

TEST_F(Projections, ARebuildOfOneSessionKeepsTheOthers) {
  ASSERT_TRUE(recorded_.run());
  auto database = open("kontor.db");
  project_all(database);
  ASSERT_TRUE(database.run(
      "INSERT INTO sessions SELECT 'gone', parent, account, seed, reporting_asset, begun, status, "
      "trading, last_seq, last_time, problem FROM sessions; "
      "DELETE FROM fills WHERE session = 'alpha'"));
  ASSERT_TRUE(rebuild(database.path(), settings(), folders_, RebuildScope::sessions));
  EXPECT_THAT(rows_of(database, "SELECT session FROM sessions ORDER BY session"),
              ElementsAre("alpha", "gone"));
  EXPECT_GT(*database.integer("SELECT count(*) FROM fills"), 10);
  ASSERT_TRUE(rebuild(database.path(), settings(), folders_, RebuildScope::everything));
  EXPECT_THAT(rows_of(database, "SELECT session FROM sessions"), ElementsAre("alpha"));
}

TEST_F(Projections, AFolderWithoutRecordsIsNothing) {
  auto database = open("kontor.db");
  const auto missing = project(database, settings(), "sessions/nowhere");
  ASSERT_TRUE(missing);
  ASSERT_TRUE(missing->problem);
  EXPECT_EQ(*database.integer("SELECT count(*) FROM sessions"), 0);
}

}  // namespace
}  // namespace kontor::storage
