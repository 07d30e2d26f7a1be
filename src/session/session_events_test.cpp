#include "session/session_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/reader.hpp"
#include "journal/simulated_file_system.hpp"
#include "session/event_schema.hpp"
#include "session/paper_session_test_support.hpp"

namespace kontor::session {
namespace {

using journal::Loss;
using journal::SimulatedFileSystem;
using simulation::test::FeedMix;
using test::kSessionFolder;
using test::PaperSessionTest;
using test::ScriptedPace;
using testing::Contains;
using testing::Not;

std::string text_of(SimulatedFileSystem& files, const std::string& path) {
  const auto bytes = files.content(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// All lines of all files of events.
std::string event_text(SimulatedFileSystem& files) {
  std::string text;
  const auto names = event_files(files, kSessionFolder);
  EXPECT_TRUE(names) << names.error().message;
  for (const auto& name : *names) text += text_of(files, event_folder(kSessionFolder) + "/" + name);
  return text;
}

/// What the whole journal gives, record by record.
std::string projected(SimulatedFileSystem& files) {
  auto reader = journal::Reader::open(files, kSessionFolder);
  EXPECT_TRUE(reader) << reader.error().message;
  const journal::Record* record = reader->next().value();
  const auto& identity = reader->first_manifest().identity;
  EventProjection projection(identity.session, journal::table_of(identity.instruments).value());
  std::string text;
  for (; record != nullptr; record = reader->next().value()) {
    const auto taken = projection.take(*record);
    EXPECT_TRUE(taken) << taken.error().message;
    for (const auto& event : projection.events()) append_line(text, event);
    projection.clear();
  }
  return text;
}

std::vector<LoggedEvent> events_in(SimulatedFileSystem& files) {
  std::vector<LoggedEvent> events;
  const auto read = for_each_event_line(files, kSessionFolder,
                                        [&](std::string_view line, const EventPlace&) -> Result<void> {
                                          auto event = parse_line(line);
                                          EXPECT_TRUE(event) << event.error().message << "\n" << line;
                                          if (event) events.push_back(std::move(*event));
                                          return {};
                                        });
  EXPECT_TRUE(read) << read.error().message;
  return events;
}

std::vector<std::string> steps_in(SimulatedFileSystem& files) {
  std::vector<std::string> steps;
  for (const auto& event : events_in(files)) {
    if (!event.status.empty() && parse_life_state(event.status) && event.type != EventType::heartbeat &&
        event.type != EventType::summary_updated)
      steps.push_back(std::string(name_of(event.type)) + (event.phase.empty() ? "" : " " + event.phase) +
                      " " + event.status);
  }
  return steps;
}

/// Events that do not depend on when a process was started and killed, without their places.
std::vector<std::string> market_events(SimulatedFileSystem& files) {
  std::vector<std::string> found;
  for (auto event : events_in(files)) {
    const bool of_run = (event.type < EventType::signal && event.type != EventType::summary_updated) ||
                        event.type == EventType::mode_switch;
    if (of_run) continue;
    event.seq = 0;
    std::erase_if(event.details, [](const EventDetail& detail) {
      return detail.name == "record" || detail.name == "ts_wall";
    });
    if (event.type == EventType::summary_updated || event.correlation.starts_with("event:") ||
        event.correlation.starts_with("run:"))
      event.correlation.clear();
    append_line(found.emplace_back(), event);
  }
  return found;
}

class SessionEventsTest : public PaperSessionTest {
 protected:
  /// The files say what the journal holds, the schema knows every line, and the summary is their fold.
  void expect_whole(SimulatedFileSystem& files, bool ended) {
    const std::string text = event_text(files);
    EXPECT_EQ(text, projected(files));
    EventValidator validator;
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
      const auto line = std::string_view(text).substr(begin, end - begin);
      const auto complaint = validator.complaint(line);
      ASSERT_FALSE(complaint) << *complaint << "\n" << line;
      begin = end + 1;
    }
    expect_summary(files, ended);
  }
  void expect_summary(SimulatedFileSystem& files, bool ended) {
    const std::string summary = text_of(files, std::string(kSessionFolder) + "/summary.json");
    const auto all = fold_events(files, kSessionFolder);
    ASSERT_TRUE(all) << all.error().message;
    const auto at = summary.find("\"last_seq\": ");
    ASSERT_NE(at, std::string::npos) << summary;
    const auto then = fold_events(files, kSessionFolder, std::stoull(summary.substr(at + 12)));
    EXPECT_EQ(to_json(then->summary()), summary);
    if (ended) {
      EXPECT_EQ(to_json(all->summary()), summary);
    }
  }
};

TEST_F(SessionEventsTest, TellsTheLifeOfASession) {
  SimulatedFileSystem files;
  ASSERT_TRUE(run(files));
  EXPECT_THAT(steps_in(files),
              testing::ElementsAre("session_start STARTING", "phase_start recover STARTING",
                                   "phase_end recover STARTING", "phase_start warm_up STARTING",
                                   "phase_end warm_up STARTING", "phase_start trade RUNNING",
                                   "phase_end trade RUNNING", "phase_start finish STOPPING",
                                   "phase_end finish STOPPING", "session_end STOPPED"));
  expect_whole(files, true);
  const auto events = events_in(files);
  EXPECT_EQ(events.front().host, "here");
  EXPECT_EQ(events.front().correlation, "run:1");
  const Summary summary = fold_events(files, kSessionFolder)->summary();
  EXPECT_EQ(summary.status, LifeState::stopped);
  EXPECT_EQ(summary.phases_completed, kPhases);
  EXPECT_EQ(summary.name, "alpha");
  EXPECT_EQ(summary.strategy, "random");
  EXPECT_GE(summary.trades, 3U);
  EXPECT_LE(summary.wins + summary.losses, summary.trades);
  EXPECT_GT(summary.max_drawdown, 0);
  EXPECT_EQ(summary.current_equity, last_equity);
  EXPECT_GT(summary.runtime_ms, 0);
}

TEST_F(SessionEventsTest, PausedAndKilledItComesBackPaused) {
  SimulatedFileSystem files;
  ScriptedPace pace;
  pace.script = {{30, Request::pause}, {70, Request::stop}};
  ASSERT_TRUE(run(files, pace));
  EXPECT_THAT(steps_in(files), Contains("mode_switch trade PAUSED"));
  ScriptedPace again;
  again.script = {{10, Request::resume}};
  ASSERT_TRUE(run(files, again));
  EXPECT_THAT(steps_in(files), Contains("phase_start trade PAUSED"));
  EXPECT_THAT(steps_in(files), Contains("mode_switch trade RUNNING"));
  expect_whole(files, true);
}

TEST_F(SessionEventsTest, BeatsEveryThirtySecondsOnTheWall) {
  SimulatedFileSystem files;
  wall_step = 2 * kSecond;
  ScriptedPace pace;
  pace.idles = true;
  ASSERT_TRUE(run(files, pace));
  TimeNs last = 0;
  int beats = 0;
  for (const auto& event : events_in(files)) {
    const auto told = time_in(event, "ts_wall");
    if (!told) continue;
    if (event.type == EventType::heartbeat) {
      ++beats;
      EXPECT_GE(*told - last, kHeartbeatInterval);
    }
    EXPECT_LE(*told - last, last == 0 ? INT64_MAX : kCrashedAfter);
    last = *told;
  }
  EXPECT_GE(beats, 3);
}

/// A process that dies within any step of the disk: the files are a beginning of what the journal gives, and
/// in the end they are all of it, with every event of an undisturbed run once.
TEST_F(SessionEventsTest, KilledAnywhereTheFilesAreTheJournal) {
  SimulatedFileSystem whole;
  ASSERT_TRUE(run(whole));
  const auto expected = market_events(whole);
  const std::uint64_t steps = whole.steps();
  std::uint64_t crashes = 0;
  for (const Loss loss : {Loss::nothing, Loss::all, Loss::tail, Loss::pages}) {
    for (std::uint64_t at = 1; at < steps; at += steps / 40 + 1) {
      SCOPED_TRACE(testing::Message() << "killed at step " << at << ", loss " << static_cast<int>(loss));
      SimulatedFileSystem files(at);
      const auto ending = run_killed_at(at, loss, files);
      ASSERT_TRUE(ending) << ending.error().message;
      expect_whole(files, true);
      ASSERT_EQ(market_events(files), expected);
      const auto all = steps_in(files);
      crashes += static_cast<std::uint64_t>(std::ranges::count(all, "session_end FAILED"));
    }
  }
  EXPECT_GT(crashes, 50U);
}

TEST_F(SessionEventsTest, KilledWithoutPowerTheFilesNeverContradictTheJournal) {
  SimulatedFileSystem whole;
  ASSERT_TRUE(run(whole));
  for (std::uint64_t at = 999; at < whole.steps(); at += whole.steps() / 60 + 1) {
    SCOPED_TRACE(at);
    SimulatedFileSystem files(at);
    files.crash_at(at);
    ASSERT_FALSE(run(files));
    files.restart(Loss::nothing);
    const std::string text = event_text(files);
    // The last line may be torn, nothing else.
    EXPECT_TRUE(projected(files).starts_with(text)) << text;
  }
}

TEST_F(SessionEventsTest, ManySeedsAndFeedsAgree) {
  for (const FeedMix mix : {FeedMix::bars, FeedMix::trades, FeedMix::quotes, FeedMix::book}) {
    for (std::uint64_t seed = 20; seed < 24; ++seed) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", feed " << static_cast<int>(mix));
      use_world(seed, mix, mix == FeedMix::bars ? 50 : 200);
      SimulatedFileSystem files;
      ScriptedPace pace;
      pace.script[40 + seed] = Request::stop;
      ASSERT_TRUE(run(files, pace));
      files.crash_at(files.steps() + 3'000 * (seed - 18));
      const bool killed = !run(files);
      files.restart(seed % 2 == 0 ? Loss::nothing : Loss::all);
      if (killed) {
        ASSERT_TRUE(run(files));
      }
      expect_whole(files, true);
    }
  }
}

TEST_F(SessionEventsTest, AreMadeAnewFromTheJournal) {
  SimulatedFileSystem files;
  ASSERT_TRUE(run(files));
  const std::string expected = event_text(files);
  const std::string path = event_folder(kSessionFolder) + "/000001.jsonl";
  for (const std::size_t kept : {std::size_t{0}, expected.size() / 3, expected.size() - 5}) {
    auto bytes = files.content(path);
    bytes.resize(std::min(kept, bytes.size()));
    files.set_content(path, bytes);
    ASSERT_TRUE(run(files));
    EXPECT_EQ(event_text(files), expected);
  }
  // Events that the journal knows nothing of.
  std::string longer = expected;
  LoggedEvent foreign = events_in(files).back();
  for (int i = 0; i < 3; ++i) {
    ++foreign.seq;
    append_line(longer, foreign);
  }
  const auto bytes = std::as_bytes(std::span(longer));
  files.set_content(path, {bytes.begin(), bytes.end()});
  ASSERT_TRUE(run(files));
  EXPECT_EQ(event_text(files), expected);
  EXPECT_THAT(restart.problems, Contains(testing::HasSubstr("made anew")));
}

TEST_F(SessionEventsTest, OfASnapshotWithoutThemAreReadFromTheStart) {
  SimulatedFileSystem files;
  ScriptedPace pace;
  pace.script[110] = Request::stop;
  ASSERT_TRUE(run(files, pace));
  const auto found = journal::newest_snapshot(files, kSessionFolder);
  ASSERT_TRUE(found && found->snapshot);
  const auto& snapshot = *found->snapshot;
  const auto parts = split_state(snapshot.state);
  ASSERT_FALSE(parts.session.empty());
  ASSERT_TRUE(journal::write_snapshot(files, kSessionFolder, snapshot.manifest.identity, snapshot.seq,
                                      snapshot.ts, parts.simulation));
  ASSERT_TRUE(run(files));
  EXPECT_EQ(restart.snapshot_seq, snapshot.seq);
  EXPECT_EQ(event_text(files), projected(files));
}

TEST(SessionState, SplitsOnlyWhatIsMarked) {
  Encoder encoder;
  encode_into(encoder, std::uint64_t{42});
  const auto plain = split_state(encoder.buffer());
  EXPECT_EQ(plain.simulation.size(), 8U);
  EXPECT_TRUE(plain.session.empty());
  append_to_state(encoder, {std::byte{1}, std::byte{2}, std::byte{3}});
  const auto parts = split_state(encoder.buffer());
  EXPECT_EQ(parts.simulation.size(), 8U);
  EXPECT_EQ(parts.session.size(), 3U);
}

}  // namespace
}  // namespace kontor::session
