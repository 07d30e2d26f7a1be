#include "net/rate_bucket.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>

#include <fmt/format.h>

namespace kontor::net {
namespace {

static_assert(std::is_trivially_copyable_v<RateBucket> && std::is_standard_layout_v<RateBucket>);
static_assert(std::has_unique_object_representations_v<RateBucket>, "its checksum covers no padding");

constexpr DurationNs kShortestInterval = kMillisecond;
constexpr DurationNs kLongestInterval = 366 * kDay;
constexpr DurationNs kLongestTravel = kHour;
constexpr DurationNs kSlewPart = 1'000;  // clocks are slewed by less than one part of so many
/// Times beyond are taken for this one, so that an interval can be added to each.
constexpr TimeNs kGreatestTime = kTimeMax / 2;
/// A statement beyond is nonsense, and is taken for this one so that sums stay far from their end.
constexpr std::uint64_t kGreatestStatement = std::numeric_limits<std::uint32_t>::max();
/// Slices after which nothing at all is left: what is counted, then a claim of each lane, one after the
/// other.
constexpr std::int64_t kSlicesUntilFree = RateSlices::kSlots + (2 * static_cast<std::int64_t>(kRateLanes));

constexpr std::size_t index_of(RateLane lane) noexcept { return static_cast<std::size_t>(lane); }

}  // namespace

Result<void> RateRule::check() const {
  if (name.empty() || name.size() > kLongestName || name.find('\0') != std::string::npos) {
    return fail(
        ErrorKind::usage,
        fmt::format("rate rule: expected a name of 1 to {} characters, found \"{}\"", kLongestName, name));
  }
  if (interval_ns < kShortestInterval || interval_ns > kLongestInterval) {
    return fail(ErrorKind::usage, fmt::format("rate rule {}: expected an interval of {} to {}, found {} ns",
                                              name, format_duration(kShortestInterval),
                                              format_duration(kLongestInterval), interval_ns));
  }
  if (limit == 0 || limit > kGreatestLimit) {
    return fail(ErrorKind::usage, fmt::format("rate rule {}: expected a limit of 1 to {}, found {}", name,
                                              kGreatestLimit, limit));
  }
  if (travel_ns < 0 || travel_ns > kLongestTravel) {
    return fail(ErrorKind::usage, fmt::format("rate rule {}: expected a travel time of 0 to {}, found {} ns",
                                              name, format_duration(kLongestTravel), travel_ns));
  }
  return {};
}

void RateBucket::begin(const Terms& terms, TimeNs now) noexcept {
  *this = RateBucket{};
  interval_ns_ = terms.interval_ns;
  travel_ns_ = terms.travel_ns;
  limit_ = terms.limit;
  measure();
  move_all_to(std::clamp(now, -kGreatestTime, kGreatestTime));
  assumed_ = limit_;
}

void RateBucket::measure() noexcept {
  const DurationNs hold_ns = interval_ns_ + travel_ns_ + (interval_ns_ / kSlewPart) + 1;
  slice_ns_ = (hold_ns + RateSlices::kKept - 1) / RateSlices::kKept;
}

void RateBucket::distrust(TimeNs now) noexcept {
  advance(now);
  assumed_ = limit_;
  assumed_at_ = last_;
  assumed_slice_ = slice_now();
  claimed_.fill(0);
}

void RateBucket::set_limit(std::uint32_t limit) noexcept {
  limit_ = std::clamp<std::uint32_t>(limit, 1, RateRule::kGreatestLimit);
  if (assumed_ != 0) assumed_ = limit_;
}

void RateBucket::set_travel(DurationNs travel_ns) noexcept {
  if (travel_ns == travel_ns_) return;
  travel_ns_ = travel_ns;
  measure();
  move_all_to(last_);
}

void RateBucket::move_all_to(TimeNs now) noexcept {
  last_ = now;
  const std::int64_t slice = floor_divide(now, slice_ns_);
  const std::uint64_t granted = granted_.total();
  const std::uint64_t foreign = foreign_.total();
  granted_.clear(slice);
  granted_.add(slice, granted);
  foreign_.clear(slice);
  foreign_.add(slice, foreign);
  assumed_at_ = now;
  assumed_slice_ = slice;
  stated_slice_ = slice;
  claimed_.fill(0);
}

void RateBucket::advance(TimeNs now) noexcept {
  now = std::clamp(now, -kGreatestTime, kGreatestTime);
  if (now < last_ - kBackwardTolerance) return move_all_to(now);
  if (now <= last_) return;
  last_ = now;
  const std::int64_t slice = floor_divide(now, slice_ns_);
  if (slice == slice_now()) return;
  granted_.advance(slice);
  foreign_.advance(slice);
  if (slice >= RateSlices::end_of(assumed_slice_)) assumed_ = 0;
  if (slice >= RateSlices::end_of(stated_slice_)) stated_ = 0;
}

std::uint64_t RateBucket::capacity(RateLane lane) const noexcept {
  if (is_protective(lane)) return limit_;
  const std::uint64_t reserved = ((limit_ * kReservedPercent) + 99) / 100;
  // Of a limit of one nothing can be reserved, or nothing else would ever be served.
  return limit_ - std::min<std::uint64_t>(reserved, limit_ - 1);
}

/// An emergency is held up by what was granted and by what the venue states, not by what we only assume.
std::uint64_t RateBucket::used_at(std::int64_t slice, RateLane lane) const noexcept {
  const std::uint64_t stated = slice < RateSlices::end_of(stated_slice_) ? stated_ : 0;
  const std::uint64_t granted = granted_.left_at(slice);
  if (lane == RateLane::emergency_cancel) return std::max(stated, granted);
  const std::uint64_t assumed = slice < RateSlices::end_of(assumed_slice_) ? assumed_ : 0;
  return std::max(stated, granted + foreign_.left_at(slice) + assumed);
}

std::uint64_t RateBucket::estimate() const noexcept {
  return std::max(stated_, granted_.total() + foreign_.total() + assumed_);
}

std::uint64_t RateBucket::claimed_above(std::int64_t slice, RateLane lane) const noexcept {
  std::uint64_t sum = 0;
  for (std::size_t one = 0; one < index_of(lane); ++one) {
    if (slice <= claimed_until_[one]) sum += claimed_[one];
  }
  return sum;
}

TimeNs RateBucket::ready_at(RateLane lane, std::uint32_t cost) const noexcept {
  const std::uint64_t most = capacity(lane);
  const std::int64_t now = slice_now();
  const std::uint64_t used =
      lane == RateLane::emergency_cancel ? std::max(stated_, granted_.total()) : estimate();
  if (used + claimed_above(now, lane) + cost <= most) return last_;
  std::int64_t slice = now + 1;
  for (; slice < now + kSlicesUntilFree; ++slice) {
    if (used_at(slice, lane) + claimed_above(slice, lane) + cost <= most) break;
  }
  return slice * slice_ns_;
}

void RateBucket::take(RateLane lane, std::uint32_t cost) noexcept {
  granted_.add(slice_now(), cost);
  if (stated_ != 0) stated_ += cost;
  claimed_[index_of(lane)] = 0;
}

void RateBucket::claim(RateLane lane, std::uint32_t cost, TimeNs ready) noexcept {
  const std::size_t one = index_of(lane);
  const bool stands = claimed_[one] != 0 && slice_now() <= claimed_until_[one];
  claimed_[one] = stands ? std::max(claimed_[one], cost) : cost;
  claimed_until_[one] = floor_divide(ready, slice_ns_) + 1;
}

void RateBucket::note_wait(DurationNs wait_ns) noexcept {
  ++throttled_total_;
  if (__builtin_add_overflow(wait_ns_, wait_ns, &wait_ns_)) wait_ns_ = kTimeMax;
}

void RateBucket::observe(const RateStatement& statement) noexcept {
  const TimeNs asked_at = statement.asked_at == kTimeMin
                              ? last_ - travel_ns_
                              : std::clamp(statement.asked_at, -kGreatestTime, last_);
  if (asked_at >= assumed_at_ + travel_ns_) assumed_ = 0;
  const std::uint64_t before = estimate();
  const std::int64_t stated_before = stated_slice_;
  // Up to one travel time before the question requests were granted that the venue may not have counted yet.
  const std::int64_t uncounted_from = floor_divide(asked_at - travel_ns_, slice_ns_);
  stated_ = std::min(statement.used, kGreatestStatement) + granted_.since(uncounted_from);
  stated_slice_ = slice_now();
  if (estimate() >= before) return;
  // Only the last statement can have been the greater bound: what it knew stays until it would have ended.
  foreign_.add(stated_before, before - granted_.total() - foreign_.total() - assumed_);
}

RateUsage RateBucket::usage() const noexcept {
  return {.used = estimate(), .limit = limit_, .throttled_total = throttled_total_, .wait_ns = wait_ns_};
}

}  // namespace kontor::net
