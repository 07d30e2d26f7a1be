// The runner itself: a scenario that is wrong must fail, at the right line, and an update must write what
// happened.

#include "tests/scenarios/scenario_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/words.hpp"

namespace kontor::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kHead =
    "instrument BTCUSDT tick 0.01 step 0.001\n"
    "deposit 1000 USDT\n"
    "quote 99 101\n";

ScenarioOutcome run(const std::string& rest) { return run_scenario(kHead + rest, "a.scn"); }

TEST(ScenarioRunner, PassesWhatIsAsExpectedAndLeavesItAsItIs) {
  const std::string rest =
      "# a comment\n"
      "want buy 1 @ 100  # and another one\n"
      "  expect submit 1 buy 1 @ 100\n"
      "state order 1 sent 0 of 1.0 @ 100\n";
  const auto outcome = run(rest);
  EXPECT_THAT(outcome.failures, IsEmpty());
}

TEST(ScenarioRunner, FailsWhereSomethingHappensThatNobodyExpected) {
  const auto outcome = run("want buy 1 @ 100\nstate open_orders 1\n");
  EXPECT_THAT(outcome.failures,
              ElementsAre("a.scn:4: expected nothing more, found submit 1 buy 1.000 @ 100.00"));
  // Also where it is the last line.
  EXPECT_THAT(run("want buy 1 @ 100\n").failures, ElementsAre(HasSubstr("a.scn:4: expected nothing more")));
}

TEST(ScenarioRunner, FailsWhereSomethingExpectedDoesNotHappen) {
  EXPECT_THAT(run("quote 98 99\n  expect cancel 1\n").failures,
              ElementsAre("a.scn:5: expected cancel 1, found nothing"));
}

TEST(ScenarioRunner, FailsWhereSomethingElseHappens) {
  EXPECT_THAT(run("want buy 1 @ 100\n  expect submit 1 sell 1 @ 100\n").failures,
              ElementsAre("a.scn:5: expected submit 1 sell 1 @ 100, found submit 1 buy 1.000 @ 100.00"));
}

TEST(ScenarioRunner, FailsWhereTheStateIsAnother) {
  EXPECT_THAT(run("state cash USDT 999\n").failures,
              ElementsAre("a.scn:4: expected state cash USDT 999, found state cash USDT 1000"));
}

TEST(ScenarioRunner, FailsAtWhatItDoesNotUnderstandAndRewritesNothing) {
  for (const char* line :
       {"qoute 99 101", "want", "want buy", "want buy 1 @", "want buy 1 @ 100 often", "accept", "state",
        "state nothing", "instrument ETHUSDT tick 1 step 1", "venue cash USDT 1", "bar 1m 1 1 1 1 1",
        "at 25:00", "fill 1 0.0001 @ 100", "trading perhaps", "quote 99 101 junk"}) {
    const auto outcome = run(std::string(line) + "\n");
    ASSERT_EQ(outcome.failures.size(), 1U) << line;
    EXPECT_THAT(outcome.failures.front(), HasSubstr("a.scn:4: ")) << line;
    EXPECT_THAT(outcome.updated, IsEmpty()) << line;
  }
}

TEST(ScenarioRunner, FailsWhereTheSetupIsImpossible) {
  EXPECT_THAT(run_scenario("instrument BTCUSDT tick 0 step 1\n", "a.scn").failures,
              ElementsAre(HasSubstr("a.scn:1: BTCUSDT@sim: expected a tick above zero")));
  EXPECT_THAT(run_scenario("quote 1 2\n", "a.scn").failures,
              ElementsAre(HasSubstr("expected an instrument")));
  EXPECT_THAT(run_scenario("", "a.scn").failures, ElementsAre(HasSubstr("expected at least one event")));
}

TEST(ScenarioRunner, FailsWhereAWishIsNeverSpoken) {
  EXPECT_THAT(run("on fill want buy 1 market\n").failures,
              ElementsAre(HasSubstr("its occasion did not come")));
}

TEST(ScenarioRunner, FailsWhereMessagesAreStillUnderWay) {
  const std::string text =
      "instrument BTCUSDT tick 0.01 step 0.001\nsimulate order_latency 1s\ndeposit 1000 USDT\nquote 99 101\n"
      "want buy 1 @ 90\n";
  EXPECT_THAT(run_scenario(text, "a.scn").failures, ElementsAre(HasSubstr("still under way")));
  EXPECT_THAT(run_scenario(text + "wait 1s\n", "a.scn").failures, IsEmpty());
}

TEST(ScenarioRunner, WritesWhatHappenedInPlaceOfWhatWasExpected) {
  const auto outcome =
      run("want buy 1 @ 100\n"
          "  expect submit 1 sell 2 @ 100\n"
          "  expect cancel 9\n"
          "# stays\n"
          "  state open_orders 7\n");
  EXPECT_EQ(outcome.updated, std::string(kHead) +
                                 "want buy 1 @ 100\n"
                                 "  expect submit 1 buy 1.000 @ 100.00\n"
                                 "# stays\n"
                                 "  state open_orders 1\n");
}

TEST(ScenarioWords, NumbersAreEqualByValueAndWordsByLetter) {
  EXPECT_TRUE(same_words("fill 1 0.20000 @ 100.00", "fill  1 0.2 @ 100 # comment"));
  EXPECT_FALSE(same_words("fill 1 0.2", "fill 1 0.21"));
  EXPECT_FALSE(same_words("fill 1", "fill 1 2"));
  EXPECT_FALSE(same_words("fill 1m", "fill 1"));
  EXPECT_THAT(Words("buy 1, sell 2").all(), ElementsAre("buy", "1", ",", "sell", "2"));
}

}  // namespace
}  // namespace kontor::scenario
