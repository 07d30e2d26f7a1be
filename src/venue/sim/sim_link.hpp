#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "base/assert.hpp"
#include "base/codec.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "model/event.hpp"
#include "model/instrument.hpp"
#include "venue/sim/latency.hpp"
#include "venue/sim/timed_report.hpp"

namespace kontor::sim {

/// A command on its way to the venue.
struct CommandInFlight {
  TimeNs sent = 0;
  TimeNs arrival = 0;
  CommandBody command;
  BOOST_DESCRIBE_CLASS(CommandInFlight, (), (sent, arrival, command), (), ())
};

/// A report on its way to us.
struct ReportInFlight {
  TimeNs delivery = 0;
  TimeNs ts_venue = 0;
  VenueReport report;
  BOOST_DESCRIBE_CLASS(ReportInFlight, (), (delivery, ts_venue, report), (), ())
};

/// A first-in first-out queue in a ring that doubles up to a named bound. More in flight than that is a
/// runaway strategy: a broken invariant.
template <class T>
class FlightQueue {
 public:
  static constexpr std::size_t kMaxInFlight = std::size_t{1} << 20U;

  [[nodiscard]] bool empty() const noexcept { return head_ == tail_; }
  [[nodiscard]] std::size_t size() const noexcept { return tail_ - head_; }
  [[nodiscard]] const T& front() const noexcept { return ring_[head_ & (ring_.size() - 1)]; }
  /// The n-th element from the front.
  [[nodiscard]] const T& operator[](std::size_t n) const noexcept {
    return ring_[(head_ + n) & (ring_.size() - 1)];
  }
  /// The slot behind the last element; assign it before anything else is pushed.
  T& push() {
    if (size() == ring_.size()) grow();
    return ring_[tail_++ & (ring_.size() - 1)];
  }
  /// Takes the first element out; the reference holds until the next push.
  const T& pop() noexcept {
    ASSERT(!empty());
    return ring_[head_++ & (ring_.size() - 1)];
  }

 private:
  void grow() {
    ASSERT(ring_.size() < kMaxInFlight);
    std::vector<T> larger(ring_.size() * 2);
    const std::size_t count = size();
    for (std::size_t i = 0; i < count; ++i) larger[i] = std::move(ring_[(head_ + i) & (ring_.size() - 1)]);
    ring_ = std::move(larger);
    head_ = 0;
    tail_ = count;
  }

  std::vector<T> ring_ = std::vector<T>(64);
  std::size_t head_ = 0;  ///< counts pops; the ring index is its remainder
  std::size_t tail_ = 0;  ///< counts pushes
};

/// The wire between an engine and the simulated venue: what has been sent and has not arrived yet, both ways.
/// Like one connection each way it keeps the order: nothing overtakes, whatever the jitter.
class SimLink {
 public:
  explicit SimLink(const LatencySettings& settings) : latency_(settings) {}

  /// Sends a command at `now`.
  void send(const CommandBody& command, TimeNs now) {
    last_arrival_ = std::max(last_arrival_, now + latency_.order_entry());
    auto& slot = commands_.push();
    slot.sent = now;
    slot.arrival = last_arrival_;
    slot.command = command;
  }
  /// When the next command reaches the venue; kTimeMax if none is under way.
  [[nodiscard]] TimeNs next_arrival() const noexcept {
    return commands_.empty() ? kTimeMax : commands_.front().arrival;
  }
  /// Takes the next command off the wire; the reference holds until the next send().
  const CommandInFlight& pop_arrival() noexcept { return commands_.pop(); }

  /// Puts reports of the venue on their way back, in their order.
  void push_reports(std::span<const TimedReport> reports) {
    for (const auto& report : reports) {
      const TimeNs due = std::min(report.ts_venue + latency_.response(), report.deliver_by);
      last_delivery_ = std::max(last_delivery_, due);
      auto& slot = reports_.push();
      slot.delivery = last_delivery_;
      slot.ts_venue = report.ts_venue;
      slot.report = report.report;
    }
  }
  /// When the next report reaches us; kTimeMax if none is under way.
  [[nodiscard]] TimeNs next_delivery() const noexcept {
    return reports_.empty() ? kTimeMax : reports_.front().delivery;
  }
  /// Takes the next report off the wire; the reference holds until the next push_reports().
  const ReportInFlight& pop_delivery() noexcept { return reports_.pop(); }

  [[nodiscard]] std::size_t commands_in_flight() const noexcept { return commands_.size(); }
  [[nodiscard]] std::size_t reports_in_flight() const noexcept { return reports_.size(); }

  /// Appends all that is under way, and where the jitter stands, to what `encoder` has.
  void save(Encoder& encoder) const;
  /// Goes on from what a link with the same settings saved. Whatever else it is given, or what is about
  /// other instruments, is bad data and changes nothing here.
  [[nodiscard]] Result<void> load(Decoder& decoder, const InstrumentTable& instruments);

 private:
  LatencyModel latency_;
  TimeNs last_arrival_ = kTimeMin;
  TimeNs last_delivery_ = kTimeMin;
  FlightQueue<CommandInFlight> commands_;
  FlightQueue<ReportInFlight> reports_;
};

}  // namespace kontor::sim
