#include "session/parity.hpp"

#include <gmock/gmock.h>

#include "journal/simulated_file_system.hpp"
#include "session/paper_session.hpp"
#include "simulation/random_world_test_support.hpp"

namespace kontor::session {
namespace {

using journal::SimulatedFileSystem;
using simulation::test::FeedMix;
using simulation::test::RandomWorld;
using testing::HasSubstr;
using testing::IsEmpty;

/// Says one thing at one moment, another at a second one.
class WordsAt final : public Pace {
 public:
  explicit WordsAt(std::map<std::uint64_t, Request> words = {}) : words_(std::move(words)) {}
  Request wait(TimeNs /*due*/, const std::function<void()>& /*idle*/) override {
    const auto found = words_.find(waits_++);
    return found == words_.end() ? Request::none : found->second;
  }
  void show(const PaperSession& /*session*/) override {}

 private:
  std::map<std::uint64_t, Request> words_;
  std::uint64_t waits_ = 0;
};

class Parity : public testing::TestWithParam<FeedMix> {
 protected:
  Result<Ending> run(Pace& pace) {
    TRY_VOID(files_.make_folder("accounts"));
    TRY(auto lock, journal::AccountLock::acquire(files_, "accounts/alpha", {1, "here", "alpha", 0}));
    SessionSetup setup{simulation_world(),
                       [this] { return Result<engine::EngineSettings>(world_.engine_settings()); },
                       {"kontor test",
                        "alpha",
                        "",
                        "paper",
                        lock.token(),
                        1,
                        {"c0ffee", "name = \"alpha\"\n"},
                        journal::definitions_of(world_.table())},
                       "sessions/alpha",
                       {},
                       100};
    TRY(auto session, PaperSession::open(files_, lock, std::move(setup)));
    return session->run(pace);
  }
  ParityReport report() {
    auto made = parity(files_, "sessions/alpha", simulation_world(), world_.engine_settings());
    EXPECT_TRUE(made) << made.error().message;
    return made ? *made : ParityReport{};
  }
  [[nodiscard]] simulation::World simulation_world() const {
    return {world_.table(), world_.sources, world_.venue, deposits_};
  }

  RandomWorld world_{5, GetParam(), 200};
  std::vector<Money> deposits_ = world_.deposits();
  SimulatedFileSystem files_;
};

TEST_P(Parity, ASessionFedFromADatasetDoesWhatItsBacktestDoes) {
  WordsAt pace;
  ASSERT_TRUE(run(pace));
  const auto made = report();
  EXPECT_GT(made.decisions, 20U);
  EXPECT_GT(made.fills, 5U);
  EXPECT_THAT(made.differences, IsEmpty());
}

TEST_P(Parity, StoppedAndKilledOnTheWayItStillDoes) {
  WordsAt first({{40, Request::stop}});
  ASSERT_TRUE(run(first));
  EXPECT_THAT(report().differences, IsEmpty());
  files_.crash_at(files_.steps() + 25);
  WordsAt second;
  ASSERT_FALSE(run(second));
  files_.restart(journal::Loss::nothing);
  EXPECT_THAT(report().differences, IsEmpty());
  ASSERT_TRUE(run(second));
  EXPECT_THAT(report().differences, IsEmpty());
}

TEST_P(Parity, WhatAnOperatorChangedHasThatCause) {
  WordsAt pace({{60, Request::flatten}, {200, Request::resume}});
  ASSERT_TRUE(run(pace));
  const auto made = report();
  ASSERT_FALSE(made.differences.empty());
  for (const auto& difference : made.differences)
    EXPECT_THAT(difference.cause, HasSubstr("operator: trading was set to flattening")) << difference.session;
}

TEST_P(Parity, OtherDataIsTheCauseOfWhatComesAfterIt) {
  WordsAt pace;
  ASSERT_TRUE(run(pace));
  const RandomWorld other(6, GetParam(), 200);
  world_.sources = other.sources;
  const auto made = report();
  ASSERT_FALSE(made.differences.empty());
  EXPECT_THAT(made.differences.front().cause, HasSubstr("data: the session saw other data"));
}

TEST_P(Parity, AnotherLatencyIsNamed) {
  WordsAt pace;
  ASSERT_TRUE(run(pace));
  world_.venue.latency.response_ns += 3 * kMillisecond;
  const auto made = report();
  ASSERT_FALSE(made.differences.empty());
  EXPECT_THAT(made.differences.front().cause, HasSubstr("latency: 3ms apart"));
}

INSTANTIATE_TEST_SUITE_P(AllFeeds, Parity,
                         testing::Values(FeedMix::bars, FeedMix::trades, FeedMix::quotes, FeedMix::book));

}  // namespace
}  // namespace kontor::session
