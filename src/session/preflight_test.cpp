#include "session/preflight.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::session {
namespace {

using testing::HasSubstr;

constexpr TimeNs kNow = 20'000 * kDay;

/// With which every check passes, so that a test spoils the one that it is about.
PreflightInput good_input() {
  PreflightInput input;
  input.mode = PreflightMode::live;
  input.now = kNow;
  input.configuration_hash = std::string(64, 'a');
  input.live.phase = LivePhase::alpha;
  input.asset = "USDT";
  input.instruments = {"BTCUSDT@venue", "ETHUSDT@venue"};
  input.order_types = {OrderType::market, OrderType::stop_market};
  input.place = {"/data/sessions", true, 0750U, 1'000'000'000, {}};
  input.kill_switch.tested = kNow - kHour;
  input.grant.typed = kAcknowledgement;
  input.risk.account.max_position_notional = Amount::from_decimal({1'000, 0});
  input.risk.account.max_exposure = Decimal{5, 2};
  input.risk.breakers.daily_loss = risk::LossBreaker{};
  input.risk.breakers.drawdown = risk::DrawdownBreaker{};
  input.datasets = {{"venue/BTCUSDT/bar/1m", 1'000, kNow - kHour},
                    {"venue/ETHUSDT/bar/1m", 900, kNow - kMinute}};
  input.record = {1, 2, 7 * kDay, 20};
  input.venue = {0, Amount::from_decimal({100, 0}), input.instruments,
                 std::vector{OrderType::market, OrderType::limit, OrderType::stop_market},
                 KeyFacts{true, false}};
  return input;
}

Check find_check(const PreflightReport& report, std::string_view id) {
  const auto found = std::ranges::find(report.checks, id, &Check::id);
  EXPECT_NE(found, report.checks.end()) << id;
  return found == report.checks.end() ? Check{} : *found;
}

/// What becomes of one check when the input is changed.
template <class Change>
Check after_change(std::string_view id, Change&& change) {
  PreflightInput input = good_input();
  change(input);
  const auto report = preflight(input);
  const Check check = find_check(report, id);
  EXPECT_EQ(report.passed(), check.passed == true) << "nothing else may have changed";
  return check;
}
template <class Change>
bool passes(std::string_view id, Change&& change) {
  return after_change(id, change).passed == true;
}

TEST(Preflight, ALiveSessionMayBeginWhereEverythingHasPassed) {
  const auto report = preflight(good_input());
  EXPECT_TRUE(report.passed());
  EXPECT_TRUE(refuse_unless_passed(report));
  for (const auto& check : report.checks) {
    EXPECT_EQ(check.passed == true, check.fix.empty()) << check.id;
    if (check.id == "notifier") continue;
    EXPECT_EQ(check.passed, true) << check.id << ": " << check.value;
    EXPECT_EQ(check.severity, CheckSeverity::blocking) << check.id;
  }
  const Check notifier = find_check(report, "notifier");
  EXPECT_FALSE(notifier.passed);
  EXPECT_EQ(notifier.severity, CheckSeverity::warning);
}

TEST(Preflight, TheFolderIsWritable) {
  const auto check = after_change("folder_access", [](auto& input) { input.place.is_writable = false; });
  EXPECT_EQ(check.passed, false);
  EXPECT_THAT(check.value, HasSubstr("/data/sessions is not writable"));
}

TEST(Preflight, TheDiskHasFiveHundredMegabytes) {
  const auto with = [](std::uint64_t bytes) {
    return passes("disk_space", [&](auto& input) { input.place.free_bytes = bytes; });
  };
  EXPECT_FALSE(with(499'999'999));
  EXPECT_TRUE(with(500'000'000));
  EXPECT_TRUE(with(500'000'001));
}

TEST(Preflight, NobodyElseHoldsTheAccount) {
  const auto check =
      after_change("single_instance", [](auto& input) { input.place.lock_holder = "token=3"; });
  EXPECT_EQ(check.passed, false);
  EXPECT_EQ(check.value, "held by token=3");
}

TEST(Preflight, NobodyElseWritesIntoTheFolder) {
  const auto with = [](std::optional<std::uint32_t> permissions) {
    return after_change("folder_permissions", [&](auto& input) { input.place.permissions = permissions; });
  };
  EXPECT_EQ(with(0755).passed, true);
  EXPECT_EQ(with(std::nullopt).passed, true);
  EXPECT_EQ(with(0770).passed, false);
  EXPECT_EQ(with(0752).passed, false);
  EXPECT_EQ(with(0752).value, "rwxr-x-w-");
}

TEST(Preflight, TheEmergencyStopIsOffAndWasTestedToday) {
  EXPECT_FALSE(passes("kill_switch_off", [](auto& input) { input.kill_switch.stands_since = kNow; }));
  const auto tested = [](std::optional<TimeNs> at) {
    return passes("kill_switch_tested", [&](auto& input) { input.kill_switch.tested = at; });
  };
  EXPECT_FALSE(tested(std::nullopt));
  EXPECT_FALSE(tested(kNow - kDay - 1));
  EXPECT_FALSE(tested(kNow - kDay));
  EXPECT_TRUE(tested(kNow - kDay + 1));
}

TEST(Preflight, ThePhaseIsOneWithMoney) {
  EXPECT_TRUE(passes("phase", [](auto& input) { input.live.phase = LivePhase::production; }));
  const auto check = after_change("phase", [](auto& input) { input.live.phase = LivePhase::paper; });
  EXPECT_EQ(check.passed, false);
  EXPECT_THAT(check.fix, HasSubstr("[live]"));
}

TEST(Preflight, TheExposureIsCappedByThePhase) {
  const auto with = [](LivePhase phase, std::optional<Decimal> limit) {
    return after_change("exposure_limit", [&](auto& input) {
      input.live.phase = phase;
      input.risk.account.max_exposure = limit;
    });
  };
  EXPECT_EQ(with(LivePhase::alpha, Decimal{499, 4}).passed, true);
  EXPECT_EQ(with(LivePhase::alpha, Decimal{5, 2}).passed, true);
  const Check above = with(LivePhase::alpha, Decimal{501, 4});
  EXPECT_EQ(above.passed, false);
  EXPECT_EQ(above.value, "0.0501");
  EXPECT_EQ(above.threshold, "at most 0.05 of the equity (alpha)");
  EXPECT_EQ(above.fix, "write `max_exposure = 0.05` below [risk]");
  EXPECT_EQ(with(LivePhase::beta, Decimal{25, 2}).passed, true);
  EXPECT_EQ(with(LivePhase::beta, Decimal{26, 2}).passed, false);
  EXPECT_EQ(with(LivePhase::production, Decimal{1, 0}).passed, true);
  EXPECT_EQ(with(LivePhase::production, Decimal{101, 2}).passed, false);
  EXPECT_EQ(with(LivePhase::production, std::nullopt).passed, false);
  auto paper = good_input();
  paper.live.phase = LivePhase::paper;
  EXPECT_EQ(find_check(preflight(paper), "exposure_limit").threshold, above.threshold)
      << "that of the next phase";
}

TEST(Preflight, ADailyLossStopsTrading) {
  const auto with = [](std::optional<risk::LossBreaker> breaker) {
    return after_change("daily_loss", [&](auto& input) { input.risk.breakers.daily_loss = breaker; });
  };
  const Check missing = with(std::nullopt);
  EXPECT_EQ(missing.passed, false);
  EXPECT_EQ(missing.value, "none");
  EXPECT_THAT(missing.fix, HasSubstr("[risk.breakers.daily_loss]"));
  EXPECT_EQ(with(risk::LossBreaker{.threshold = {99, 3}}).passed, true);
  EXPECT_EQ(with(risk::LossBreaker{.threshold = {10, 2}}).passed, true);
  EXPECT_EQ(with(risk::LossBreaker{.threshold = {101, 3}}).passed, false);
  const Check warns = with(risk::LossBreaker{.action = BreakerLevel::warning});
  EXPECT_EQ(warns.passed, false);
  EXPECT_EQ(warns.value, "0.05, which only warns");
}

TEST(Preflight, ADrawdownStopsTrading) {
  const auto with = [](std::optional<risk::DrawdownBreaker> breaker,
                       std::optional<risk::EquityStopBreaker> stop = std::nullopt) {
    return after_change("drawdown", [&](auto& input) {
      input.risk.breakers.drawdown = breaker;
      input.risk.breakers.equity_stop = stop;
    });
  };
  const risk::DrawdownBreaker only_warns{.warning = {5, 2}, .restricted = {}, .halted = {}, .flattening = {}};
  EXPECT_EQ(with(std::nullopt).passed, false);
  EXPECT_EQ(with(only_warns).value, "none");
  EXPECT_EQ(with(only_warns).passed, false);
  const auto at = [&](Decimal tier) {
    return with(risk::DrawdownBreaker{.restricted = {}, .halted = tier, .flattening = {3, 1}}).passed;
  };
  EXPECT_EQ(at({199, 3}), true);
  EXPECT_EQ(at({2, 1}), true);
  EXPECT_EQ(at({201, 3}), false);
  EXPECT_EQ(with(std::nullopt, risk::EquityStopBreaker{.threshold = {2, 1}}).passed, true);
  EXPECT_EQ(with(std::nullopt, risk::EquityStopBreaker{.threshold = {21, 2}}).passed, false);
}

TEST(Preflight, PositionsAreLimitedOfTheAccountOrOfEachInstrument) {
  const auto with = [](bool of_account, bool of_each) {
    return passes("position_limit", [&](auto& input) {
      if (!of_account) input.risk.account.max_position_notional = std::nullopt;
      input.risk.every_instrument_has_position_limit = of_each;
    });
  };
  EXPECT_TRUE(with(true, false));
  EXPECT_TRUE(with(false, true));
  EXPECT_FALSE(with(false, false));
}

TEST(Preflight, LeverageIsTenAtMost) {
  const auto with = [](Decimal leverage) {
    return passes("leverage", [&](auto& input) { input.risk.largest_leverage = leverage; });
  };
  EXPECT_TRUE(with({99, 1}));
  EXPECT_TRUE(with({10, 0}));
  EXPECT_FALSE(with({101, 1}));
}

TEST(Preflight, ThereIsARecordOfBacktestsAndOfPaper) {
  EXPECT_FALSE(passes("backtest_record", [](auto& input) { input.record.backtests = 0; }));
  const auto time = [](DurationNs duration) {
    return passes("paper_time", [&](auto& input) { input.record.paper_time = duration; });
  };
  EXPECT_FALSE(time(7 * kDay - 1));
  EXPECT_TRUE(time(7 * kDay + 1));
  const auto trades = [](std::uint64_t count) {
    return passes("paper_trades", [&](auto& input) { input.record.paper_trades = count; });
  };
  EXPECT_FALSE(trades(19));
  EXPECT_TRUE(trades(20));
  EXPECT_TRUE(trades(21));
}

TEST(Preflight, WithoutASessionThereIsNoRecordHoweverLittleIsAskedFor) {
  auto input = good_input();
  input.record = {1, 0, 0, 0};
  input.live.min_paper_time = 0;
  input.live.min_paper_trades = 0;
  const auto report = preflight(input);
  EXPECT_EQ(find_check(report, "paper_time").passed, false);
  EXPECT_EQ(find_check(report, "paper_trades").value, "no session of this configuration");
}

TEST(Preflight, TheDataIsOfTodayAndNotTooLittle) {
  const auto aged = [](DurationNs age) {
    return after_change("data_age", [&](auto& input) { input.datasets[1].last = kNow - age; });
  };
  EXPECT_EQ(aged(kDay - 1).passed, true);
  EXPECT_EQ(aged(kDay).passed, true);
  EXPECT_EQ(aged(kDay + 1).passed, false);
  EXPECT_THAT(aged(2 * kDay).value, HasSubstr("venue/ETHUSDT/bar/1m is 2d"));
  const auto counted = [](std::uint64_t rows) {
    return after_change("data_rows", [&](auto& input) { input.datasets[0].rows = rows; });
  };
  EXPECT_EQ(counted(99).passed, false);
  EXPECT_EQ(counted(99).value, "venue/BTCUSDT/bar/1m has 99");
  EXPECT_EQ(counted(100).passed, true);
  EXPECT_EQ(counted(101).passed, true);
}

TEST(Preflight, WithoutDataBothSaySo) {
  auto input = good_input();
  input.datasets[0] = {"venue/BTCUSDT/bar/1m", 0, 0};
  auto report = preflight(input);
  EXPECT_EQ(find_check(report, "data_age").value, "none of venue/BTCUSDT/bar/1m");
  EXPECT_EQ(find_check(report, "data_rows").passed, false);
  input.datasets.clear();
  report = preflight(input);
  EXPECT_EQ(find_check(report, "data_age").passed, false);
  EXPECT_EQ(find_check(report, "data_rows").value, "no data");
}

TEST(Preflight, TheClockIsASecondOffAtMostEitherWay) {
  const auto with = [](DurationNs offset) {
    return passes("clock_offset", [&](auto& input) { input.venue.clock_offset = offset; });
  };
  EXPECT_TRUE(with(999 * kMillisecond));
  EXPECT_TRUE(with(kSecond));
  EXPECT_TRUE(with(-kSecond));
  EXPECT_FALSE(with(kSecond + 1));
  EXPECT_FALSE(with(-kSecond - 1));
}

TEST(Preflight, TheVenueKnowsInstrumentsAndOrderTypes) {
  const auto filters = after_change(
      "instrument_filters", [](auto& input) { input.venue.instruments = std::vector{input.instruments[0]}; });
  EXPECT_EQ(filters.passed, false);
  EXPECT_EQ(filters.value, "not known: ETHUSDT@venue");
  const auto types = after_change(
      "order_types", [](auto& input) { input.venue.order_types = std::vector{OrderType::market}; });
  EXPECT_EQ(types.passed, false);
  EXPECT_EQ(types.value, "not stop_market");
  EXPECT_EQ(types.threshold, "market, stop_market");
}

TEST(Preflight, TheBalanceIsAtLeastTheMinimum) {
  const auto with = [](const Decimal& balance) {
    return passes("balance", [&](auto& input) { input.venue.balance = Amount::from_decimal(balance); });
  };
  EXPECT_FALSE(with({9999, 2}));
  EXPECT_TRUE(with({100, 0}));
  EXPECT_TRUE(with({10001, 2}));
}

TEST(Preflight, TheKeyMayTradeAndNotWithdraw) {
  const auto with = [](KeyFacts key) {
    return passes("key_permissions", [&](auto& input) { input.venue.key = key; });
  };
  EXPECT_TRUE(with({true, false}));
  EXPECT_FALSE(with({true, true}));
  EXPECT_FALSE(with({false, false}));
}

TEST(Preflight, WhatNobodyHasAskedTheVenueIsNotKnownAndNotEnough) {
  auto input = good_input();
  input.venue = {};
  const auto report = preflight(input);
  EXPECT_FALSE(report.passed());
  for (const auto* id : {"clock_offset", "instrument_filters", "order_types", "balance", "key_permissions"}) {
    const Check check = find_check(report, id);
    EXPECT_FALSE(check.passed.has_value()) << id;
    EXPECT_EQ(check.value, "needs the venue") << id;
    EXPECT_FALSE(check.threshold.empty()) << id;
  }
}

TEST(Preflight, LeaveIsGivenByTheWordsOrByAToken) {
  const auto with = [](GrantFacts grant) {
    return after_change("acknowledgement", [&](auto& input) { input.grant = grant; });
  };
  const LiveToken token{std::string(64, 'a'), LivePhase::alpha, kNow - kDay, kNow + kDay};
  EXPECT_EQ(with({}).passed, false);
  EXPECT_EQ(with({.typed = "yes"}).value, "other words");
  EXPECT_EQ(with({.typed = "yes", .token = token}).passed, false);
  EXPECT_EQ(with({.token = token}).passed, true);
  LiveToken other = token;
  other.configuration_hash = std::string(64, 'b');
  EXPECT_EQ(with({.token = other}).passed, false);
  EXPECT_THAT(with({.token = other}).value, HasSubstr("given to configuration bbbbbbbbbbbb"));
  EXPECT_EQ(with({.token_problem = "it was changed"}).value, "it was changed");
}

TEST(Preflight, ATokenIsGrantedForWhatHasPassedAndForSomeTimeOnly) {
  const auto token = grant_live(good_input(), kUsualGrant);
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(*token, (LiveToken{std::string(64, 'a'), LivePhase::alpha, kNow, kNow + 30 * kDay}));
  EXPECT_TRUE(grant_live(good_input(), kLongestGrant));
  EXPECT_FALSE(grant_live(good_input(), kLongestGrant + 1));
  EXPECT_FALSE(grant_live(good_input(), 0));
  auto input = good_input();
  input.grant.typed = "something else";
  EXPECT_FALSE(grant_live(input, kDay));
  input = good_input();
  input.grant = {.typed = {}, .token = *token};
  EXPECT_FALSE(grant_live(input, kDay)) << "a token cannot prolong itself";
  input = good_input();
  input.mode = PreflightMode::paper;
  EXPECT_FALSE(grant_live(input, kDay));
  input = good_input();
  input.venue.balance = std::nullopt;
  const auto refused = grant_live(input, kDay);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              HasSubstr("balance: expected at least 100 USDT, found needs the venue"));
}

TEST(Preflight, PaperIsOnlyKeptFromWhatItNeeds) {
  PreflightInput input;
  input.place = {"/data", true, 0777U, kLeastFreeBytes, {}};
  auto report = preflight(input);
  EXPECT_TRUE(report.passed());
  EXPECT_EQ(find_check(report, "daily_loss").severity, CheckSeverity::warning);
  EXPECT_EQ(find_check(report, "daily_loss").passed, false);
  input.kill_switch.stands_since = kNow;
  EXPECT_FALSE(preflight(input).passed());
  input.kill_switch.stands_since = std::nullopt;
  input.mode = PreflightMode::live;
  EXPECT_FALSE(preflight(input).passed());
}

TEST(Preflight, ARefusalNamesEveryCheckThatBlocks) {
  const auto refused =
      refuse_unless_passed(preflight(PlaceFacts{"/data", true, 0750U, 12'000'000, "token=4"}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::io);
  EXPECT_EQ(
      refused.error().message,
      "disk_space: expected at least 500 MB, found 12 MB free; free space on the disk of /data, or name "
      "another folder with --sessions\n"
      "single_instance: expected a lock that nobody holds, found held by token=4; end the other session "
      "first: 'kontor session stop ID'");
}

TEST(Preflight, TheReportIsJson) {
  PreflightReport report{PreflightMode::live, "ab", {}};
  report.checks.push_back({"a", CheckSeverity::blocking, "Title", "1", "2", std::nullopt, "mend it"});
  EXPECT_EQ(
      to_json(report),
      R"({"mode":"live","passed":false,"configuration_hash":"ab","checks":[{"id":"a","severity":"blocking",)"
      R"("title":"Title","value":"1","threshold":"2","passed":null,"fix":"mend it"}]})");
}

}  // namespace
}  // namespace kontor::session
