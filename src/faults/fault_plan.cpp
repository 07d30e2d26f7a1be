#include "faults/fault_plan.hpp"

namespace kontor::faults {
namespace {

/// Up to `most`; zero in one of three plans, so that every fault also meets a world without it.
std::uint64_t chance(Prng& random, std::uint64_t most) {
  return random.below(3) == 0 ? 0 : random.below(most + 1);
}

/// Around `mean`, or never in one of three plans.
DurationNs between(Prng& random, DurationNs mean) {
  if (random.below(3) == 0) return 0;
  return mean / 4 + static_cast<DurationNs>(random.below(static_cast<std::uint64_t>(mean) * 2));
}

}  // namespace

FaultPlan FaultPlan::of(std::uint64_t seed) {
  Prng random(seed ^ 0xFA017ULL);
  FaultPlan plan;
  plan.lose_request = chance(random, 60);
  plan.refuse_request = chance(random, 60);
  plan.delay_request = chance(random, 80);
  plan.lose_answer = chance(random, 80);
  plan.lose_report = chance(random, 80);
  plan.repeat_report = chance(random, 120);
  plan.delay_report = chance(random, 150);
  plan.lose_question = chance(random, 200);
  plan.between_disconnects = between(random, kHour);
  plan.between_silences = between(random, 2 * kHour);
  plan.between_kills = between(random, 2 * kHour);
  plan.between_disk_failures = between(random, seed % 5 == 1 ? 20 * kMinute : 6 * kHour);
  plan.between_manual_trades = between(random, 2 * kHour);
  plan.between_market_gaps = between(random, 3 * kHour);
  plan.between_clock_jumps = between(random, 3 * kHour);
  plan.between_term_changes = between(random, 6 * kHour);
  plan.is_delisted = random.below(12) == 0;
  const auto skew = static_cast<std::uint64_t>(2 * kLongestClockSkew);
  plan.clock_skew = static_cast<DurationNs>(random.below(skew)) - kLongestClockSkew;
  return plan;
}

}  // namespace kontor::faults
