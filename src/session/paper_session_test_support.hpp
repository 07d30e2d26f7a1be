#pragma once

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "journal/simulated_file_system.hpp"
#include "session/history.hpp"
#include "session/paper_session.hpp"
#include "session/replay.hpp"
#include "simulation/random_world_test_support.hpp"
#include "tests/support/random_settings.hpp"

namespace kontor::session::test {

inline const std::string kSessionFolder = "sessions/alpha";
inline const std::string kAccountLock = "accounts/paper.lock";

/// Every decision that a journal holds, in words that do not depend on where in the journal it stands.
inline std::vector<std::string> decisions(journal::FileSystem& files) {
  std::vector<std::string> found;
  auto history = History::open(files, kSessionFolder);
  EXPECT_TRUE(history) << history.error().message;
  std::vector<BookLevelChange> changes;
  while (history && history->next() != nullptr) {
    const auto& record = *history->next();
    Encoder text;
    if (journal::is_command(record.type)) {
      encode_into(text, journal::command_in(record)->body);
    } else if (journal::is_event(record.type) && journal::family_of(record.type) == journal::Family::core) {
      encode_event(text, Event{{}, journal::event_in(record, changes)->body});
    }
    if (text.size() != 0) {
      found.emplace_back(journal::name_of(record.type) + " ");
      for (const std::byte byte : text.buffer()) found.back().push_back(static_cast<char>(byte));
    }
    if (auto passed = history->pass(); !passed) {
      ADD_FAILURE() << passed.error().message;
      break;
    }
  }
  return found;
}

inline void remove_snapshots(journal::SimulatedFileSystem& files) {
  for (const auto& path : files.paths()) {
    if (path.find("snapshot-") == std::string::npos) continue;
    EXPECT_TRUE(files.remove(path));
  }
}

/// As fast as it goes; says what it is told to at certain events.
class ScriptedPace final : public Pace {
 public:
  Demand wait(TimeNs /*due*/, const std::function<void()>& idle) override {
    if (idles) idle();
    const auto found = script.find(waits++);
    return found == script.end() ? Demand() : found->second;
  }
  void show(const PaperSession& session) override { last = session.status(); }

  std::map<std::uint64_t, Demand> script;
  std::uint64_t waits = 0;
  bool idles = false;  ///< has time between events
  SessionStatus last;
};

/// Wants the configuration to be changed whenever the session has come so far, again and again if the process
/// dies meanwhile: what a person's file says does not go away.
class ChangingPace final : public Pace {
 public:
  /// Changes number `changes`, spread over the first `events` events, random by `seed`.
  ChangingPace(std::uint64_t seed, std::uint64_t changes, std::uint64_t events) {
    Prng random(seed);
    for (std::uint64_t i = 0; i < changes; ++i)
      wanted[random.below(events)] = kontor::test::random_settings(random, 2, 2);
  }

  Demand wait(TimeNs /*due*/, const std::function<void()>& /*idle*/) override {
    if (last.events >= stop_at) return Request::stop;
    const auto due = wanted.upper_bound(last.events);
    if (due == wanted.begin()) return Request::none;
    file = std::prev(due)->second;
    return in_force == file.configuration_hash ? Request::none : Request::change_settings;
  }
  std::optional<SettingsWord> settings(const journal::Configuration& now) override {
    in_force = now.hash;
    if (in_force == file.configuration_hash) return std::nullopt;
    ++made;
    return SettingsWord{file, {}};
  }
  void show(const PaperSession& session) override {
    last = session.status();
    seen = session.view();
    in_force = seen.configuration_hash;
  }

  std::map<std::uint64_t, SettingsChanged> wanted;  ///< by the number of events from which on
  SettingsChanged file;
  std::uint64_t stop_at = UINT64_MAX;  ///< events
  std::uint64_t made = 0;              ///< changes
  std::string in_force;
  SessionView seen;
  SessionStatus last;
};

/// Has a file that cannot be read.
class RefusingPace final : public Pace {
 public:
  Demand wait(TimeNs /*due*/, const std::function<void()>& /*idle*/) override {
    return ++waits == 30 ? Request::change_settings : Request::none;
  }
  std::optional<SettingsWord> settings(const journal::Configuration& /*in_force*/) override {
    return SettingsWord{{}, "a.toml:7: expected a number, found 'much'"};
  }
  void show(const PaperSession& /*session*/) override {}

  std::uint64_t waits = 0;
};

/// Runs sessions over a random world on a disk in memory, with a clock on the wall that only moves when it is
/// looked at.
class PaperSessionTest : public testing::Test {
 protected:
  /// One run of the process: takes the account, opens the session, runs it.
  Result<Ending> run(journal::SimulatedFileSystem& files, Pace& pace) {
    TRY_VOID(files.make_folder("accounts"));
    TRY(auto lock, journal::AccountLock::acquire(files, kAccountLock, {1, "here", "alpha", 0}));
    TRY(auto session, PaperSession::open(files, lock, setup(lock)));
    restart = session->restart();
    auto ending = session->run(pace);
    restart = session->restart();
    if (ending) {
      state = session->engine().snapshot();
      last_equity = session->engine().state().portfolio.equity();
    }
    return ending;
  }
  Result<Ending> run(journal::SimulatedFileSystem& files) {
    ScriptedPace pace;
    return run(files, pace);
  }
  /// A run that is killed at a step of the disk, and what comes of the next one.
  Result<Ending> run_killed_at(std::uint64_t step, journal::Loss loss, journal::SimulatedFileSystem& files) {
    files.crash_at(step);
    EXPECT_FALSE(run(files));
    files.restart(loss);
    return run(files);
  }
  [[nodiscard]] SessionSetup setup(const journal::AccountLock& lock) {
    SessionSetup made{{world->table(), world->sources, world->venue, deposits},
                      [this] { return Result<engine::EngineSettings>(world->engine_settings()); },
                      {{"kontor test", "alpha", "", "paper", lock.token(), 1, configuration,
                        journal::definitions_of(world->table())},
                       kSessionFolder,
                       sync,
                       snapshot_events,
                       {"alpha", "random", "paper", "here", [this] { return wall += wall_step; }},
                       safe_mode},
                      schedule};
    return made;
  }
  Result<ReplayReport> replayed(journal::SimulatedFileSystem& files) {
    engine::Engine engine(world->engine_settings());
    return replay(files, kSessionFolder, engine);
  }
  void use_world(std::uint64_t seed, simulation::test::FeedMix mix, std::size_t length) {
    world = std::make_unique<simulation::test::RandomWorld>(seed, mix, length);
    deposits = world->deposits();
  }

  std::unique_ptr<simulation::test::RandomWorld> world =
      std::make_unique<simulation::test::RandomWorld>(7, simulation::test::FeedMix::bars, 40);
  std::vector<Money> deposits = world->deposits();
  journal::Configuration configuration{"c0ffee", "name = \"alpha\"\n"};
  std::optional<calendar::Schedule> schedule;
  bool safe_mode = false;  ///< tests kill a session again and again
  journal::SyncPolicy sync;
  std::uint64_t snapshot_events = 60;
  TimeNs wall = 1'700'000'000 * kSecond;
  DurationNs wall_step = 7 * kMillisecond;
  Restart restart;
  std::vector<std::byte> state;
  Amount last_equity;
};

}  // namespace kontor::session::test
