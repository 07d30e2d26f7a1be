#include "venue/sim/sim_link.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace kontor::sim {
namespace {

NewOrder order(std::uint64_t id) {
  NewOrder order;
  order.id = OrderId(id);
  return order;
}

TimedReport accepted(std::uint64_t id, TimeNs ts_venue, TimeNs deliver_by = kTimeMax) {
  return {ts_venue, deliver_by, OrderAccepted{OrderId(id)}};
}

LatencySettings fixed(DurationNs entry, DurationNs response) {
  LatencySettings settings;
  settings.order_entry_ns = entry;
  settings.response_ns = response;
  return settings;
}

TEST(SimLink, AcknowledgementTakesFiftyMillisecondsByDefault) {
  SimLink link{LatencySettings{}};
  link.send(order(1), 0);
  EXPECT_EQ(link.next_arrival(), 25 * kMillisecond);
  const std::vector<TimedReport> reports{accepted(1, link.next_arrival())};
  link.push_reports(reports);
  EXPECT_EQ(link.next_delivery(), 50 * kMillisecond);
}

TEST(SimLink, EmptyLinkNeverDelivers) {
  const SimLink link{LatencySettings{}};
  EXPECT_EQ(link.next_arrival(), kTimeMax);
  EXPECT_EQ(link.next_delivery(), kTimeMax);
}

TEST(SimLink, KeepsTheOrderOfCommands) {
  SimLink link(fixed(10, 20));
  link.send(order(1), 100);
  link.send(order(2), 100);
  link.send(CancelOrder{OrderId(1), InstrumentId(0)}, 105);
  EXPECT_EQ(link.commands_in_flight(), 3U);
  EXPECT_EQ(link.next_arrival(), 110);
  EXPECT_EQ(std::get<NewOrder>(link.pop_arrival().command).id, OrderId(1));
  EXPECT_EQ(std::get<NewOrder>(link.pop_arrival().command).id, OrderId(2));
  EXPECT_EQ(link.next_arrival(), 115);
  EXPECT_EQ(std::get<CancelOrder>(link.pop_arrival().command).id, OrderId(1));
  EXPECT_EQ(link.next_arrival(), kTimeMax);
}

TEST(SimLink, DeliversByTheTimeThatTheReportNames) {
  SimLink link(fixed(10, 20));
  const std::vector<TimedReport> reports{accepted(1, 100), accepted(2, 100, 105), accepted(3, 100)};
  link.push_reports(reports);
  EXPECT_EQ(link.pop_delivery().delivery, 120);
  EXPECT_EQ(link.pop_delivery().delivery, 120);  // not before what was said before
  const ReportInFlight& last = link.pop_delivery();
  EXPECT_EQ(last.delivery, 120);
  EXPECT_EQ(last.ts_venue, 100);
  EXPECT_EQ(std::get<OrderAccepted>(last.report).order, OrderId(3));
}

TEST(SimLink, BoundedReportArrivesEarly) {
  SimLink link(fixed(10, 20));
  const std::vector<TimedReport> reports{accepted(1, 100, 105)};
  link.push_reports(reports);
  EXPECT_EQ(link.next_delivery(), 105);
}

TEST(SimLink, JitterIsSeededAndNothingOvertakes) {
  LatencySettings settings = fixed(1'000, 1'000);
  settings.jitter_ns = 5'000;
  settings.seed = 42;
  SimLink first(settings);
  SimLink second(settings);
  settings.seed = 43;
  SimLink other(settings);
  TimeNs last = 0;
  bool differs = false;
  for (std::uint64_t i = 1; i <= 1'000; ++i) {
    const auto now = static_cast<TimeNs>(i * 100);
    for (SimLink* link : {&first, &second, &other}) link->send(order(i), now);
    const TimeNs arrival = first.pop_arrival().arrival;
    EXPECT_EQ(arrival, second.pop_arrival().arrival);
    differs = differs || arrival != other.pop_arrival().arrival;
    EXPECT_GE(arrival, last);
    EXPECT_GE(arrival, now + 1'000);
    EXPECT_LE(arrival, now + 6'000);
    last = arrival;
  }
  EXPECT_TRUE(differs);
}

TEST(SimLink, RingGrowsWithoutLosingItsOrder) {
  SimLink link(fixed(10, 20));
  std::uint64_t sent = 0;
  std::uint64_t taken = 0;
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 97; ++i, ++sent) link.send(order(sent + 1), static_cast<TimeNs>(sent));
    for (int i = 0; i < 13; ++i) ASSERT_EQ(std::get<NewOrder>(link.pop_arrival().command).id.value, ++taken);
  }
  EXPECT_EQ(link.commands_in_flight(), sent - taken);
  while (taken < sent) ASSERT_EQ(std::get<NewOrder>(link.pop_arrival().command).id.value, ++taken);
  EXPECT_EQ(link.next_arrival(), kTimeMax);
}

}  // namespace
}  // namespace kontor::sim
