#include "venue/sim/sim_link.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/prng.hpp"

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

LatencySettings jittery() {
  LatencySettings settings;
  settings.jitter_ns = 40 * kMillisecond;
  settings.seed = 7;
  return settings;
}

/// Sends, takes off and delivers by chance; says what came when.
std::string traffic(SimLink& link, std::uint64_t seed, int from, int to) {
  Prng prng(seed);
  std::string text;
  for (int i = from; i < to; ++i) {
    const TimeNs now = i * 5 * kMillisecond;
    link.send(order(static_cast<std::uint64_t>(i) + 1), now);
    if (prng.below(3) != 0) link.send(CancelOrder{OrderId(1), InstrumentId(0)}, now);
    while (link.next_arrival() <= now) {
      const CommandInFlight& command = link.pop_arrival();
      text += fmt::format("{}>{} ", command.sent, command.arrival);
      const std::vector<TimedReport> reports{accepted(1, command.arrival, command.arrival + 50'000'000)};
      link.push_reports(reports);
    }
    while (link.next_delivery() <= now) text += fmt::format("{}! ", link.pop_delivery().delivery);
  }
  return text;
}

std::vector<std::byte> saved(const SimLink& link) {
  Encoder encoder;
  link.save(encoder);
  return encoder.take();
}

InstrumentTable one_instrument() {
  InstrumentTable table;
  InstrumentSpecification specification;
  specification.name = InstrumentName{"test", "BTCUSDT"};
  specification.base = "BTC";
  specification.quote = "USDT";
  specification.tick = Decimal{1, 2};
  specification.step = Decimal{1, 3};
  EXPECT_TRUE(table.add(specification));
  return table;
}

TEST(SimLinkSnapshot, GoesOnWithWhatIsUnderWayAndWithTheJitter) {
  const InstrumentTable instruments = one_instrument();
  for (int cut = 0; cut < 200; cut += 9) {
    SimLink whole(jittery());
    SimLink first(jittery());
    EXPECT_EQ(traffic(whole, 3, 0, cut), traffic(first, 3, 0, cut));
    const auto bytes = saved(first);
    SimLink second(jittery());
    second.send(order(99), 1);  // is replaced
    Decoder decoder(bytes);
    ASSERT_TRUE(second.load(decoder, instruments));
    EXPECT_EQ(saved(second), bytes);
    EXPECT_EQ(second.commands_in_flight(), first.commands_in_flight());
    EXPECT_EQ(traffic(whole, 5, cut, 300), traffic(second, 5, cut, 300));
    EXPECT_EQ(saved(second), saved(whole));
  }
}

TEST(SimLinkSnapshot, RefusesWhatItDidNotWrite) {
  const InstrumentTable instruments = one_instrument();
  SimLink link(jittery());
  traffic(link, 3, 0, 20);
  ASSERT_GT(link.commands_in_flight() * link.reports_in_flight(), 0U);
  const auto bytes = saved(link);
  SimLink other(jittery());
  const auto before = saved(other);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::span whole = bytes;
    Decoder cut(whole.first(size));
    ASSERT_FALSE(other.load(cut, instruments)) << size;
    auto changed = bytes;
    changed[size] ^= std::byte{16};
    Decoder flipped(changed);
    ASSERT_FALSE(other.load(flipped, instruments)) << size;
  }
  EXPECT_EQ(saved(other), before);

  LatencySettings settings = jittery();
  settings.seed = 8;
  SimLink differs(settings);
  Decoder of_another(bytes);
  EXPECT_EQ(differs.load(of_another, instruments).error().kind, ErrorKind::bad_data);
  Decoder without_instruments(bytes);
  EXPECT_EQ(other.load(without_instruments, InstrumentTable()).error().kind, ErrorKind::bad_data);
}

}  // namespace
}  // namespace kontor::sim
