#pragma once

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "journal/simulated_file_system.hpp"
#include "session/paper_session.hpp"
#include "session/replay.hpp"
#include "simulation/random_world_test_support.hpp"

namespace kontor::session::test {

inline const std::string kSessionFolder = "sessions/alpha";
inline const std::string kAccountLock = "accounts/paper.lock";

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
  [[nodiscard]] SessionSetup setup(const journal::AccountLock& lock) {
    SessionSetup made{{world->table(), world->sources, world->venue, deposits},
                      [this] { return Result<engine::EngineSettings>(world->engine_settings()); },
                      {"kontor test", "alpha", "", "paper", lock.token(), 1, configuration,
                       journal::definitions_of(world->table())},
                      kSessionFolder,
                      sync,
                      snapshot_events,
                      {"alpha", "random", "paper", "here", [this] { return wall += wall_step; }}};
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
  journal::SyncPolicy sync;
  std::uint64_t snapshot_events = 60;
  TimeNs wall = 1'700'000'000 * kSecond;
  DurationNs wall_step = 7 * kMillisecond;
  Restart restart;
  std::vector<std::byte> state;
  Amount last_equity;
};

}  // namespace kontor::session::test
