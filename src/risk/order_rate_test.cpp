#include "risk/order_rate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/risk_fixture.hpp"

namespace kontor::risk {
namespace {

using test::kOther;
using testing::ElementsAre;
using testing::IsEmpty;

using OrderRateTest = test::RiskFixture;

TEST(OrderWindow, SlidesWithEveryOrder) {
  OrderWindow window(2, kSecond);
  EXPECT_FALSE(window.is_full(0));
  window.add(0);
  window.add(400);
  EXPECT_TRUE(window.is_full(kSecond - 1));
  EXPECT_FALSE(window.is_full(kSecond));
  window.add(kSecond);
  EXPECT_TRUE(window.is_full(kSecond + 399));
  EXPECT_FALSE(window.is_full(kSecond + 400));
}

TEST(OrderWindow, WithoutALimitIsNeverFullAndWithZeroAlways) {
  OrderWindow unlimited(std::nullopt, kSecond);
  for (int i = 0; i < 1'000; ++i) unlimited.add(0);
  EXPECT_FALSE(unlimited.is_full(0));
  EXPECT_TRUE(OrderWindow(0, kSecond).is_full(0));
}

/// Against the plain definition: all times, counted.
TEST(OrderWindow, AgreesWithCountingAllTimes) {
  for (const std::uint32_t most : {1U, 2U, 7U}) {
    OrderWindow window(most, 100);
    std::vector<TimeNs> times;
    for (TimeNs now = 0; now < 5'000; now += 1 + (now * 7919) % 37) {
      const auto recent = std::ranges::count_if(times, [&](TimeNs time) { return now - time < 100; });
      ASSERT_EQ(window.is_full(now), recent >= most) << now;
      if (window.is_full(now)) continue;
      window.add(now);
      times.push_back(now);
    }
  }
}

TEST_F(OrderRateTest, HoldsInEveryScope) {
  settings.account.max_orders_per_minute = 4;
  settings.strategies[0].max_orders_per_second = 2;
  settings.instruments[ether.index()].max_orders_per_second = 1;
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), IsEmpty());
  EXPECT_THAT(refused(order(ether, Side::buy, "1")), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), ElementsAre(RejectReason::order_rate));
  EXPECT_THAT(refused(order(ether, Side::buy, "1", kOther)), ElementsAre(RejectReason::order_rate));
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1", kOther)), IsEmpty());
  now += kSecond;
  EXPECT_THAT(refused(order(ether, Side::buy, "1")), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1", kOther)), ElementsAre(RejectReason::order_rate));
  now += kMinute - kSecond;
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1", kOther)), IsEmpty());
}

TEST_F(OrderRateTest, ExitsPassAndCount) {
  settings.account.max_orders_per_second = 1;
  hold(perpetual, Side::buy, "1");
  EXPECT_THAT(refused(order(perpetual, Side::sell, "0.1")), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::sell, "0.1")), IsEmpty());
  EXPECT_THAT(refused(stop_loss(perpetual, "1", GroupId(1))), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), ElementsAre(RejectReason::order_rate));
}

TEST_F(OrderRateTest, AmendmentsCountAndAreRefusedUnlessTheyOnlyShrink) {
  settings.account.max_orders_per_second = 1;
  const OrderId resting = rest(limit(perpetual, Side::buy, "1", "49000"));
  const auto to = [&](std::string_view size) {
    return AmendOrder{resting, perpetual, test::quantity(table[perpetual], size),
                      test::price(table[perpetual], "49000")};
  };
  EXPECT_THAT(refused(to("1.1")), IsEmpty());
  EXPECT_THAT(refused(to("1.1")), ElementsAre(RejectReason::order_rate));
  EXPECT_THAT(refused(to("0.9")), IsEmpty());
  EXPECT_THAT(refused(order(ether, Side::buy, "1")), ElementsAre(RejectReason::order_rate));
}

TEST_F(OrderRateTest, WhatWasRefusedDoesNotCount) {
  settings.account.max_orders_per_second = 1;
  settings.account.max_order_notional = test::amount("5000");
  EXPECT_THAT(refused(order(perpetual, Side::buy, "1")), ElementsAre(RejectReason::max_order_notional));
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), IsEmpty());
}

TEST_F(OrderRateTest, IsPartOfTheState) {
  settings.account.max_orders_per_minute = 3;
  settings.account.max_orders_per_day = 100;
  for (int i = 0; i < 3; ++i) {
    now += kSecond;
    EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), IsEmpty());
  }
  const auto bytes = encode(risk());
  RiskEngine other(settings, 2, 3);
  Decoder decoder(bytes);
  decode_from(decoder, other);
  ASSERT_FALSE(decoder.failed());
  EXPECT_EQ(decoder.remaining(), 0U);
  EXPECT_EQ(encode(other), bytes);
  EXPECT_FALSE(other.check(view(), order(perpetual, Side::buy, "0.1")));
  now += kMinute - 2 * kSecond;
  EXPECT_TRUE(other.check(view(), order(perpetual, Side::buy, "0.1")));
  EXPECT_FALSE(other.check(view(), order(perpetual, Side::buy, "0.1")));
}

TEST_F(OrderRateTest, ASnapshotOfOtherNumbersIsRefused) {
  settings.account.max_orders_per_minute = 3;
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), IsEmpty());
  const auto bytes = encode(risk());
  for (const auto& [strategies, instruments] : {std::pair<std::size_t, std::size_t>{1, 3}, {2, 4}}) {
    RiskEngine other(settings, strategies, instruments);
    Decoder decoder(bytes);
    decode_from(decoder, other);
    EXPECT_TRUE(decoder.failed());
  }
  // The limits of the snapshot hold, whatever the engine was made with.
  settings.account.max_orders_per_minute = 1;
  RiskEngine stricter(settings, 2, 3);
  Decoder decoder(bytes);
  decode_from(decoder, stricter);
  EXPECT_FALSE(decoder.failed());
  EXPECT_TRUE(stricter.check(view(), order(perpetual, Side::buy, "0.1")));
  // Fewer allowed than remembered: the newest count.
  stricter.change_limits(scoped_limits_of(settings));
  EXPECT_FALSE(stricter.check(view(), order(perpetual, Side::buy, "0.1")));
}

}  // namespace
}  // namespace kontor::risk
