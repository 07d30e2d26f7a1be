#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/assert.hpp"
#include "model/event.hpp"

namespace kontor::engine {

/// Timers that strategies have set, by due time; equal times fire in the order in which they were set. Beside
/// them there is one of the safety chain's, which is moved rather than set again, and fires before those of
/// the same time. The driver asks when the next one is due and brings it back as an event, and that event
/// takes it out: the engine has no clock, and a replay of the events leaves the same timers behind.
class Timers {
 public:
  static constexpr std::size_t kMaxTimers = 100'000;

  void set(TimeNs at, TimerFired body) {
    ASSERT(timers_.size() < kMaxTimers);
    timers_.push_back({at, next_seq_++, body});
    std::push_heap(timers_.begin(), timers_.end());
  }
  /// Moves the safety chain's timer; kTimeMax: there is none.
  void set_safety(TimeNs at) noexcept { safety_ = at; }
  [[nodiscard]] TimeNs safety() const noexcept { return safety_; }
  /// kTimeMax where none is set.
  [[nodiscard]] TimeNs next_due() const noexcept {
    return timers_.empty() ? safety_ : std::min(safety_, timers_.front().at);
  }
  /// The timer that is due next; there must be one.
  [[nodiscard]] TimerFired next() const noexcept {
    ASSERT(next_due() != kTimeMax);
    if (safety_ <= next_due()) return {kNoStrategy, 0};
    return timers_.front().body;
  }
  /// Takes the next timer out if it is this one and due at `now`. A firing that nobody has set is no fault.
  void fired(const TimerFired& body, TimeNs now) noexcept {
    if (body.strategy == kNoStrategy) {
      if (safety_ <= now) safety_ = kTimeMax;
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

  std::vector<Entry> timers_;
  std::uint64_t next_seq_ = 0;
  TimeNs safety_ = kTimeMax;

  BOOST_DESCRIBE_CLASS(Timers, (), (), (), (timers_, next_seq_, safety_))
};

}  // namespace kontor::engine
