#include "session/life_cycle.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>

namespace kontor::session {
namespace {

LifeState state_of(std::size_t index) { return static_cast<LifeState>(index); }

TEST(LifeCycle, AllowsExactlyTheStepsOfTheTable) {
  using enum LifeState;
  const std::map<LifeState, std::set<LifeState>> expected{
      {created, {starting}},
      {starting, {running, paused, stopping, failed}},
      {running, {paused, stopping, failed}},
      {paused, {running, stopping, failed}},
      {stopping, {stopped, failed}},
      {stopped, {starting}},
      {failed, {starting}},
  };
  for (std::size_t from = 0; from < kLifeStates; ++from) {
    for (std::size_t to = 0; to < kLifeStates; ++to) {
      SCOPED_TRACE(testing::Message() << name_of(state_of(from)) << " to " << name_of(state_of(to)));
      const bool allowed = expected.at(state_of(from)).contains(state_of(to));
      EXPECT_EQ(can_go(state_of(from), state_of(to)), allowed);
      LifeCycle life(state_of(from));
      const auto gone = life.go(state_of(to));
      EXPECT_EQ(gone.has_value(), allowed);
      EXPECT_EQ(life.state(), state_of(allowed ? to : from));
      if (!allowed) {
        EXPECT_EQ(gone.error().kind, ErrorKind::internal);
      }
    }
  }
}

TEST(LifeCycle, NamesReadBack) {
  for (std::size_t i = 0; i < kLifeStates; ++i)
    EXPECT_EQ(parse_life_state(name_of(state_of(i))), state_of(i));
  EXPECT_FALSE(parse_life_state("running"));
  EXPECT_FALSE(parse_life_state(""));
}

TEST(LifeCycle, SilenceOfMoreThanNinetySecondsIsACrash) {
  constexpr TimeNs kHeard = 1'000 * kSecond;
  for (std::size_t i = 0; i < kLifeStates; ++i) {
    const LifeState state = state_of(i);
    const SeenLife as_told{state, false};
    EXPECT_EQ(seen_from_outside(state, kHeard, kHeard), as_told);
    EXPECT_EQ(seen_from_outside(state, kHeard, kHeard + kCrashedAfter), as_told);
    EXPECT_EQ(seen_from_outside(state, kHeard, kHeard - kDay), as_told) << "a clock that was set back";
    const SeenLife late = is_over(state) ? as_told : SeenLife{LifeState::failed, true};
    EXPECT_EQ(seen_from_outside(state, kHeard, kHeard + kCrashedAfter + 1), late);
  }
  EXPECT_GE(kCrashedAfter, 3 * kHeartbeatInterval);
}

TEST(Phases, TradingTakesAsLongAsItLikes) {
  EXPECT_FALSE(is_overdue(Phase::trade, 365 * kDay));
  for (const Phase phase : {Phase::recover, Phase::warm_up, Phase::finish}) {
    ASSERT_TRUE(deadline_of(phase)) << name_of(phase);
    EXPECT_FALSE(is_overdue(phase, *deadline_of(phase)));
    EXPECT_TRUE(is_overdue(phase, *deadline_of(phase) + 1));
  }
}

}  // namespace
}  // namespace kontor::session
