#include "net/rate_budget_outcome.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

namespace kontor::net {
namespace {

static_assert(std::is_trivially_copyable_v<RatePauseState>);
static_assert(std::has_unique_object_representations_v<RatePauseState>, "its checksum covers no padding");

constexpr TimeNs kLatestPause = kTimeMax / 2;

RateOutcome wait_for_pause(TimeNs now, std::span<const RateDemand> demands, const RatePause& pause) noexcept {
  for (const RateDemand& demand : demands) demand.bucket->note_wait(pause.until - now);
  return WaitUntil{.time = pause.until, .pause = pause.reason};
}

/// The demand waits until all have room; those that lack it keep some for the lane, and count the wait.
RateOutcome wait_for_room(TimeNs now, RateLane lane, std::span<const RateDemand> demands) noexcept {
  TimeNs all_ready = now;
  for (const RateDemand& demand : demands) {
    const TimeNs ready = demand.bucket->ready_at(lane, demand.cost);
    if (ready <= demand.bucket->now()) continue;
    demand.bucket->claim(lane, demand.cost, ready);
    demand.bucket->note_wait(ready - now);
    all_ready = std::max(all_ready, ready);
  }
  return WaitUntil{.time = all_ready};
}

}  // namespace

void RatePauseState::extend(TimeNs now, const RatePause& pause) noexcept {
  advance(now);
  const TimeNs until = std::clamp(pause.until, -kLatestPause, kLatestPause);
  if (pause.reason == RatePauseReason::none || until <= last_ || until <= until_) return;
  until_ = until;
  reason_ = static_cast<std::uint64_t>(pause.reason);
}

void RatePauseState::advance(TimeNs now) noexcept {
  now = std::clamp(now, -kLatestPause, kLatestPause);
  if (reason_ != 0 && now < last_ - RateBucket::kBackwardTolerance)
    until_ -= last_ - now;
  else if (reason_ != 0)
    now = std::max(now, last_);
  last_ = now;
  if (until_ > last_) return;
  until_ = kTimeMin;
  reason_ = 0;
}

RatePause RatePauseState::pause() const noexcept {
  return {.until = until_, .reason = static_cast<RatePauseReason>(reason_)};
}

RateOutcome decide_rate(TimeNs now, RateLane lane, std::span<const RateDemand> demands,
                        const RatePause& pause) noexcept {
  for (const RateDemand& demand : demands) {
    if (demand.cost > demand.bucket->capacity(lane)) return Refused{RateRefusal::exceeds_capacity};
  }
  for (const RateDemand& demand : demands) demand.bucket->advance(now);
  if (pause.reason != RatePauseReason::none && pause.until > now) return wait_for_pause(now, demands, pause);
  const bool all_fit = std::ranges::all_of(demands, [&](const RateDemand& demand) {
    return demand.bucket->ready_at(lane, demand.cost) <= demand.bucket->now();
  });
  if (!all_fit) return wait_for_room(now, lane, demands);
  for (const RateDemand& demand : demands) demand.bucket->take(lane, demand.cost);
  return Granted{};
}

}  // namespace kontor::net
