// Requests that come to nothing, or seem to.

#include <algorithm>

#include "tests/venues/venue_cards.hpp"

namespace kontor::venues {
namespace {

class FailureCard : public VenueCard {
 protected:
  /// The order stands at the venue, and its sender does not know.
  void expect_unanswered(std::string_view fault) {
    side->faults(fault);
    const OrderId order = trader->place(trader->limit(Side::buy, "0.01", "49000"));
    ASSERT_TRUE(trader->until([&] { return !trader->failures().empty(); })) << trader->notes();
    EXPECT_EQ(trader->failures().front().order, order);
    EXPECT_EQ(trader->failures().front().failure, venue::Failure::unanswered);
    EXPECT_FALSE(trader->told<OrderRejected>(order));
    side->faults("none");
    EXPECT_EQ(side->open_orders().size(), 1U);
    const auto answer = trader->ask(order);
    ASSERT_TRUE(answer && answer->state) << trader->notes();
    EXPECT_EQ(answer->state->status, OrderStatus::acknowledged);
    EXPECT_EQ(side->witness().accepted().at(trader->name(order)), 1U);
  }
  /// Nothing stands at the venue, and a question proves it.
  void expect_not_there(std::string_view fault) {
    side->faults(fault);
    const OrderId order = trader->place(trader->limit(Side::buy, "0.01", "49000"));
    ASSERT_TRUE(trader->until([&] {
      return !trader->failures().empty() || trader->told<OrderRejected>(order) != nullptr;
    })) << trader->notes();
    side->faults("none");
    EXPECT_TRUE(side->open_orders().empty());
    const auto answer = trader->ask(order);
    ASSERT_TRUE(answer) << trader->notes();
    EXPECT_FALSE(answer->state);
  }
};

TEST_P(FailureCard, A503AfterAcceptanceLeavesTheOrderUnknownUntilItIsAskedFor) {
  expect_unanswered("accept_then_503=1");
}

TEST_P(FailureCard, AConnectionClosedAfterAcceptanceLeavesTheOrderUnknown) {
  expect_unanswered("accept_then_drop=1");
}

TEST_P(FailureCard, AnAnswerCutInTheMiddleLeavesTheOrderUnknown) { expect_unanswered("truncated_reply=1"); }

TEST_P(FailureCard, ARequestThatTheVenueFailedToWorkOffIsNotThere) { expect_not_there("http_5xx=1"); }

TEST_P(FailureCard, ARequestThatWasDroppedIsNotThere) { expect_not_there("drop_request=1"); }

TEST_P(FailureCard, AnAnswerOfAnotherMachineIsNoProof) { expect_not_there("html_reply=1"); }

TEST_P(FailureCard, AnOrderThatTheVenueRefusesByItsWordIsRejected) {
  side->faults("reject=1");
  const OrderId order = trader->place(trader->limit(Side::buy, "0.01", "49000"));
  ASSERT_TRUE(trader->until_told<OrderRejected>(order)) << trader->notes();
  EXPECT_TRUE(trader->failures().empty());
}

TEST_P(FailureCard, TooManyRequestsMakeAPauseAndNoBan) {
  begin({.dead_man_window = 0, .keeps_limits = true}, {}, 10);
  side->faults("http_429=1");
  const OrderId order = trader->place(trader->limit(Side::buy, "0.01", "49000"));
  ASSERT_TRUE(trader->until([&] {
    return !trader->failures().empty() || trader->told<OrderRejected>(order) != nullptr;
  })) << trader->notes();
  side->faults("none");
  const auto before = side->venue().faults().count(emulator::FaultKind::http_429);
  EXPECT_EQ(before, 1U);
  // Whatever is wanted meanwhile waits, instead of knocking at a closed door.
  const OrderId next = trader->place(trader->limit(Side::buy, "0.01", "49000"));
  trader->wait(200 * kMillisecond);
  clock.leap(kMinute);
  ASSERT_TRUE(trader->until([&] {
    return trader->told<OrderAccepted>(next) != nullptr || trader->told<OrderRejected>(next) != nullptr;
  })) << trader->notes();
  EXPECT_EQ(side->venue().limiter(GetParam().product).counters().bans, 0U);
  EXPECT_EQ(side->venue().limiter(GetParam().product).counters().refused_by_ban, 0U);
  EXPECT_TRUE(trader->until_told<OrderAccepted>(trader->place(trader->limit(Side::buy, "0.01", "49000"))))
      << trader->notes();
}

TEST_P(FailureCard, WhatTheVenuePublishesOfItsLimitsHolds) {
  if (!is_binance()) GTEST_SKIP() << "the venue does not list its limits";
  begin({.dead_man_window = 0, .keeps_limits = true}, {.bans_at_once = true, .order_limit = 7}, 10);
  constexpr std::uint32_t kOrdersShort = 1;
  const auto usage = trader->budget().usage(clock.now(), kOrdersShort);
  ASSERT_TRUE(usage);
  EXPECT_EQ(usage->limit, 7U);
  std::vector<OrderId> orders;
  for (int i = 0; i < 12; ++i) orders.push_back(trader->place(trader->limit(Side::buy, "0.01", "49000")));
  // An order for which there is no room in time does not leave.
  ASSERT_TRUE(trader->until_told<OrderRejected>(orders.back())) << trader->notes();
  EXPECT_TRUE(trader->told<OrderAccepted>(orders.front())) << trader->notes();
  EXPECT_EQ(side->venue().limiter(GetParam().product).counters().bans, 0U);
}

TEST_P(FailureCard, ManyOrdersAtOnceStayWithinTheVenuesLimits) {
  begin({.keeps_limits = true}, {.bans_at_once = true}, 10);
  std::vector<OrderId> orders;
  for (int i = 0; i < 40; ++i) orders.push_back(trader->place(trader->limit(Side::buy, "0.01", "49000")));
  const auto is_judged = [&](OrderId order) {
    return trader->told<OrderAccepted>(order) != nullptr || trader->told<OrderRejected>(order) != nullptr;
  };
  ASSERT_TRUE(trader->until([&] { return std::ranges::all_of(orders, is_judged); })) << trader->notes();
  const auto& counters = side->venue().limiter(GetParam().product).counters();
  EXPECT_EQ(counters.too_many_requests, 0U);
  EXPECT_EQ(counters.bans, 0U);
}

INSTANTIATE_TEST_SUITE_P(Venues, FailureCard, testing::ValuesIn(kVenueCases), name_of_case);

}  // namespace
}  // namespace kontor::venues
