#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/assert.hpp"
#include "model/event.hpp"

namespace kontor::engine {

/// Timers that the engine keeps for its own parts.
enum class OwnTimer : std::uint8_t { safety, protection, stale_orders };

/// Timers that strategies have set, by due time; equal times fire in the order in which they were set. Beside
/// them there are the engine's own, which are moved rather than set again, and fire before those of the same
/// time. The driver asks when the next one is due and brings it back as an event, and that event
/// takes it out: the engine has no clock, and a replay of the events leaves the same timers behind.
class Timers {
 public:
  static constexpr std::size_t kMaxTimers = 100'000;

  void set(TimeNs at, TimerFired body) {
    ASSERT(timers_.size() < kMaxTimers);
    timers_.push_back({at, next_seq_++, body});
    std::push_heap(timers_.begin(), timers_.end());
  }
  /// Moves one of the engine's own; kTimeMax: there is none.
  void set(OwnTimer timer, TimeNs at) noexcept { own_[static_cast<std::size_t>(timer)] = at; }
  /// Moves it if that brings it forward; who waits for a later time is woken early, finds nothing to do and
  /// waits again. True if it was moved.
  bool bring_forward(OwnTimer timer, TimeNs at) noexcept {
    if (at >= due(timer)) return false;
    set(timer, at);
    return true;
  }
  [[nodiscard]] TimeNs due(OwnTimer timer) const noexcept { return own_[static_cast<std::size_t>(timer)]; }
  /// kTimeMax where none is set.
  [[nodiscard]] TimeNs next_due() const noexcept {
    const TimeNs own = *first_own();
    return timers_.empty() ? own : std::min(own, timers_.front().at);
  }
  /// The timer that is due next; there must be one.
  [[nodiscard]] TimerFired next() const noexcept {
    ASSERT(next_due() != kTimeMax);
    const auto own = first_own();
    if (*own <= next_due()) return {kNoStrategy, static_cast<std::uint64_t>(own - own_.begin())};
    return timers_.front().body;
  }
  /// Takes the next timer out if it is this one and due at `now`. A firing that nobody has set is no fault.
  void fired(const TimerFired& body, TimeNs now) noexcept {
    if (body.strategy == kNoStrategy) {
      if (body.timer < own_.size() && own_[body.timer] <= now) own_[body.timer] = kTimeMax;
      return;
    }
    if (timers_.empty() || timers_.front().at > now) return;
    const TimerFired& next = timers_.front().body;
    if (next.strategy != body.strategy || next.timer != body.timer) return;
    std::pop_heap(timers_.begin(), timers_.end());
    timers_.pop_back();
  }

 private:
  struct Entry {
    TimeNs at = 0;
    std::uint64_t seq = 0;
    TimerFired body;
    bool operator<(const Entry& other) const noexcept {
      return at != other.at ? at > other.at : seq > other.seq;
    }
    BOOST_DESCRIBE_CLASS(Entry, (), (at, seq, body), (), ())
  };

  using Own = std::array<TimeNs, 3>;
  [[nodiscard]] Own::const_iterator first_own() const noexcept {
    return std::min_element(own_.begin(), own_.end());
  }

  std::vector<Entry> timers_;
  std::uint64_t next_seq_ = 0;
  Own own_ = {kTimeMax, kTimeMax, kTimeMax};  ///< by OwnTimer

  BOOST_DESCRIBE_CLASS(Timers, (), (), (), (timers_, next_seq_, own_))
};

}  // namespace kontor::engine
