#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/paper_session_test_support.hpp"
#include "session/parity.hpp"

// Sessions that trade by a schedule, and sessions whose runs crash one after the other.

namespace kontor::session {
namespace {

using calendar::OnStop;
using journal::Loss;
using journal::RecordType;
using journal::SimulatedFileSystem;
using test::kSessionFolder;
using test::ScriptedPace;
using testing::ElementsAre;
using testing::IsEmpty;

class ScheduledSessions : public test::PaperSessionTest {
 protected:
  /// The world's data are 40 minutes from 2025-01-01T00:00Z on, a Wednesday.
  void use_windows(std::string_view line) {
    calendar::WindowRules rules;
    ASSERT_TRUE(calendar::add_window(rules, line));
    schedule.emplace(calendar::Schedule{{calendar::TimeZone::find("UTC").value(), rules}});
  }
  void stop_at(std::string_view time, OnStop on_stop) {
    use_windows("daily 00:00-24:00");
    schedule->stop = parse_time(time).value();
    schedule->on_stop = on_stop;
  }

  template <class Take>
  void for_each_record(SimulatedFileSystem& files, Take&& take) {
    auto history = History::open(files, kSessionFolder);
    ASSERT_TRUE(history) << history.error().message;
    while (history->next() != nullptr) {
      take(*history->next());
      ASSERT_TRUE(history->pass());
    }
  }
  static Event word_in(const journal::Record& record) {
    std::vector<BookLevelChange> changes;
    return journal::event_in(record, changes).value();
  }
  /// `00:10:00 running window_opened`, for every word on trading.
  std::vector<std::string> words(SimulatedFileSystem& files) {
    std::vector<std::string> found;
    for_each_record(files, [&](const journal::Record& record) {
      if (record.type != RecordType::trading_state_changed) return;
      const Event event = word_in(record);
      const auto& body = std::get<TradingStateChanged>(event.body);
      found.push_back(fmt::format("{} {} {}", format_time(event.header.ts_recv).substr(11, 8),
                                  boost::describe::enum_to_string(body.state, ""),
                                  boost::describe::enum_to_string(body.reason, "")));
    });
    return found;
  }
  /// The times of intents that were refused because trading was restricted.
  std::vector<TimeNs> restricted_at(SimulatedFileSystem& files) {
    std::vector<TimeNs> found;
    for_each_record(files, [&](const journal::Record& record) {
      if (record.type != RecordType::intent_refused) return;
      const auto refused = journal::payload_in<journal::IntentRefused>(record).value();
      if (std::ranges::find(refused.reasons, RejectReason::trading_halted) != refused.reasons.end())
        found.push_back(record.ts);
    });
    return found;
  }
  std::vector<std::string> commands(SimulatedFileSystem& files) {
    std::vector<std::string> found;
    for_each_record(files, [&](const journal::Record& record) {
      if (!journal::is_command(record.type)) return;
      Encoder text;
      encode_into(text, journal::command_in(record)->body);
      found.emplace_back(format_time(record.ts));
      for (const std::byte byte : text.buffer()) found.back().push_back(static_cast<char>(byte));
    });
    return found;
  }
  void expect_identical_replay(SimulatedFileSystem& files) {
    const auto again = replayed(files);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(again->identical()) << again->difference;
  }
  void expect_no_difference(SimulatedFileSystem& files) {
    expect_identical_replay(files);
    const auto compared =
        parity(files, kSessionFolder, {world->table(), world->sources, world->venue, deposits},
               world->engine_settings());
    ASSERT_TRUE(compared) << compared.error().message;
    EXPECT_THAT(compared->differences, IsEmpty())
        << compared->differences.front().session << " | " << compared->differences.front().backtest << " | "
        << compared->differences.front().cause;
  }
  std::size_t positions() { return last_view.positions.size(); }
  Result<Ending> run_and_look(SimulatedFileSystem& files) {
    TRY_VOID(files.make_folder("accounts"));
    TRY(auto lock, journal::AccountLock::acquire(files, test::kAccountLock, {1, "here", "alpha", 0}));
    TRY(auto session, PaperSession::open(files, lock, setup(lock)));
    ScriptedPace pace;
    auto ending = session->run(pace);
    restart = session->restart();
    last_view = session->view();
    return ending;
  }

  SessionView last_view;
};

TEST_F(ScheduledSessions, TakeNoNewRiskOutsideTheirWindows) {
  use_windows("wed 00:10-00:20,00:30-00:35");
  SimulatedFileSystem files;
  ASSERT_TRUE(run(files));
  EXPECT_THAT(words(files), ElementsAre("00:01:00 restricted window_closed", "00:10:00 running window_opened",
                                        "00:20:00 restricted window_closed", "00:30:00 running window_opened",
                                        "00:35:00 restricted window_closed"));
  const auto refused = restricted_at(files);
  EXPECT_GT(refused.size(), 5U);
  const calendar::TradingWindows& windows = schedule->windows;
  for (const TimeNs at : refused) EXPECT_FALSE(windows.is_open(at)) << format_time(at);
  EXPECT_FALSE(commands(files).empty());
  expect_no_difference(files);
}

TEST_F(ScheduledSessions, TellWhyAsModeSwitches) {
  use_windows("wed 00:10-00:20");
  SimulatedFileSystem files;
  ASSERT_TRUE(run(files));
  std::vector<std::string> told;
  ASSERT_TRUE(for_each_event_line(files, kSessionFolder,
                                  [&](std::string_view line, const EventPlace& /*place*/) -> Result<void> {
                                    TRY(const auto event, parse_line(line));
                                    const auto* reason = detail_of<std::string>(event, "reason");
                                    if (event.type == EventType::mode_switch && reason != nullptr)
                                      told.push_back(*reason + ": " + event.message);
                                    return {};
                                  }));
  EXPECT_THAT(told, ElementsAre("window_closed: Trading is restricted: it is outside its trading windows",
                                "window_opened: Trading is running: its trading windows are open",
                                "window_closed: Trading is restricted: it is outside its trading windows"));
}

TEST_F(ScheduledSessions, WaitForTheirStart) {
  use_windows("daily 00:00-24:00");
  schedule->start = parse_time("2025-01-01T00:25:30Z").value();
  SimulatedFileSystem files;
  ASSERT_TRUE(run(files));
  EXPECT_THAT(words(files),
              ElementsAre("00:01:00 restricted before_start", "00:25:30 running window_opened"));
  expect_no_difference(files);
}

TEST_F(ScheduledSessions, KilledAnywhereTheyDecideTheSame) {
  use_windows("wed 00:07-00:14,00:21-00:28");
  schedule->max_duration = 33 * kMinute;
  schedule->on_stop = OnStop::flatten;
  SimulatedFileSystem whole;
  ASSERT_EQ(*run(whole), Ending::max_duration);
  const auto expected = commands(whole);
  const auto expected_words = words(whole);
  EXPECT_EQ(expected_words.size(), 6U);
  const std::uint64_t steps = whole.steps();
  for (const Loss loss : {Loss::nothing, Loss::all}) {
    for (std::uint64_t at = 1; at + 5 < steps; at += steps / 40 + 1) {
      SCOPED_TRACE(testing::Message() << "killed at step " << at << ", loss " << static_cast<int>(loss));
      SimulatedFileSystem files(at);
      const auto ending = run_killed_at(at, loss, files);
      ASSERT_TRUE(ending) << ending.error().message;
      EXPECT_EQ(*ending, Ending::max_duration);
      ASSERT_EQ(commands(files), expected);
      ASSERT_EQ(words(files), expected_words);
      expect_no_difference(files);
    }
  }
}

TEST_F(ScheduledSessions, EndAtTheirStopTimeAndAgainWheneverTheyAreStarted) {
  stop_at("2025-01-01T00:30:00Z", OnStop::keep);
  SimulatedFileSystem files;
  ASSERT_EQ(*run_and_look(files), Ending::stop_time);
  EXPECT_LT(last_view.status.now, parse_time("2025-01-01T00:31:00Z").value());
  EXPECT_GT(positions(), 0U) << "everything is kept";
  const auto before = commands(files);
  expect_no_difference(files);
  ASSERT_EQ(*run_and_look(files), Ending::stop_time);
  EXPECT_EQ(commands(files), before);
  EXPECT_GT(positions(), 0U);
  expect_no_difference(files);
}

TEST_F(ScheduledSessions, CancelWithdrawsEntriesAndWaitsForTheAnswers) {
  stop_at("2025-01-01T00:30:00Z", OnStop::cancel);
  SimulatedFileSystem files;
  ASSERT_EQ(*run_and_look(files), Ending::stop_time);
  EXPECT_EQ(words(files), std::vector<std::string>{"00:30:00 halted stop_time"});
  EXPECT_GT(positions(), 0U) << "positions are kept";
  for (const auto& order : last_view.orders) EXPECT_NE(order.status, "pending_cancel") << order.id;
  expect_no_difference(files);
}

TEST_F(ScheduledSessions, FlattenLeavesNothing) {
  stop_at("2025-01-01T00:30:00Z", OnStop::flatten);
  SimulatedFileSystem files;
  ASSERT_EQ(*run_and_look(files), Ending::stop_time);
  EXPECT_EQ(words(files), std::vector<std::string>{"00:30:00 flattening stop_time"});
  EXPECT_THAT(last_view.orders, IsEmpty());
  EXPECT_EQ(last_view.status.trading, TradingState::halted);
  EXPECT_TRUE(last_view.status.by_schedule);
  expect_no_difference(files);
  const auto before = commands(files);
  ASSERT_EQ(*run_and_look(files), Ending::stop_time);
  EXPECT_EQ(commands(files), before) << "it is flat already";
}

TEST_F(ScheduledSessions, TheScheduleNeverLoosensAnOperatorsWordNorTheOtherWayRound) {
  use_windows("wed 00:10-00:20,00:25-00:30");
  SimulatedFileSystem files;
  ScriptedPace pace;
  pace.script = {{5, Request::pause}, {10, Request::resume}, {60, Request::pause}};
  ASSERT_TRUE(run(files, pace));
  EXPECT_EQ(pace.last.trading, TradingState::restricted);
  TimeNs paused_from = 0;
  for_each_record(files, [&](const journal::Record& record) {
    if (record.type != RecordType::trading_state_changed) return;
    const auto body = std::get<TradingStateChanged>(word_in(record).body);
    if (body.reason == TradingReason::operator_word) paused_from = record.ts;
  });
  const auto refused = restricted_at(files);
  const auto is_in_a_window = [&](TimeNs at) { return schedule->windows.is_open(at); };
  EXPECT_TRUE(std::ranges::any_of(refused, [&](TimeNs at) { return at > paused_from && is_in_a_window(at); }))
      << "a window that opens must not lift the pause";
  EXPECT_TRUE(std::ranges::any_of(refused, [&](TimeNs at) {
    return at < paused_from && !is_in_a_window(at);
  })) << "resume must not open the windows";
  expect_identical_replay(files);
}

/// Runs that crash one after the other, each so long after the one before.
class CrashLoops : public ScheduledSessions {
 protected:
  CrashLoops() {
    safe_mode = true;
    SimulatedFileSystem whole;
    EXPECT_TRUE(run(whole));
    a_part_ = whole.steps() / 6;
  }
  void crash(SimulatedFileSystem& files, DurationNs then_wait) {
    ScriptedPace pace;
    // Far enough to have said something, and not to the end.
    files.crash_at(files.steps() + a_part_);
    ASSERT_FALSE(run(files, pace));
    files.restart(Loss::nothing);
    wall += then_wait;
  }

 private:
  std::uint64_t a_part_ = 0;  ///< steps of the disk that are far from a whole run's
};

TEST_F(CrashLoops, MakeTheNextRunTakeNoNewRisk) {
  SimulatedFileSystem files;
  for (int i = 0; i < 3; ++i) {
    crash(files, kMinute);
    EXPECT_FALSE(restart.crash_loop);
  }
  ScriptedPace pace;
  pace.script[3] = Request::stop;
  ASSERT_TRUE(run(files, pace));
  EXPECT_TRUE(restart.crash_loop);
  EXPECT_EQ(pace.last.trading, TradingState::restricted);
  ASSERT_FALSE(words(files).empty());
  EXPECT_THAT(words(files).back(), testing::EndsWith("restricted crash_loop"));
  // An end in good order ends the loop; what was restricted stays so until somebody resumes it.
  ScriptedPace resuming;
  resuming.script = {{0, Request::resume}, {9, Request::stop}};
  ASSERT_TRUE(run(files, resuming));
  EXPECT_FALSE(restart.crash_loop);
  EXPECT_EQ(resuming.last.trading, TradingState::running);
}

TEST_F(CrashLoops, AreNoneWhereThereIsTimeBetween) {
  SimulatedFileSystem files;
  for (int i = 0; i < 3; ++i) crash(files, 6 * kMinute);
  ASSERT_TRUE(run(files));
  EXPECT_FALSE(restart.crash_loop);
}

TEST_F(CrashLoops, AreNoneWhereARunEndedInGoodOrderBetween) {
  SimulatedFileSystem files;
  crash(files, kSecond);
  crash(files, kSecond);
  ScriptedPace pace;
  pace.script[9] = Request::stop;
  ASSERT_TRUE(run(files, pace));
  crash(files, kSecond);
  ASSERT_TRUE(run(files));
  EXPECT_FALSE(restart.crash_loop);
}

}  // namespace
}  // namespace kontor::session
