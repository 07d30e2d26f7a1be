#include "risk/equity_meter.hpp"

namespace kontor::risk {
namespace {

/// Monday, 1970-01-05.
constexpr TimeNs kFirstMonday = 4 * kDay;
constexpr Amount kNever = Amount::from_units(kInt128Min);

std::int64_t part_of(std::int64_t fraction, const Decimal& part) noexcept {
  return static_cast<std::int64_t>(static_cast<int128>(fraction) * billionths(part) / kBillion);
}

}  // namespace

DrawdownMeter::DrawdownMeter(const DrawdownBreaker& settings)
    : tiers_{billionths(settings.warning), billionths(settings.restricted), billionths(settings.halted),
             billionths(settings.flattening)},
      cooldown_(settings.cooldown) {}

Verdict DrawdownMeter::look(Amount equity) noexcept {
  peak_ = std::max(peak_, equity);
  const std::int64_t fall = fall_of(equity, peak_);
  Verdict verdict;
  for (std::size_t i = 0; i < kTiers; ++i) {
    if (tiers_[i] == 0 || fall < tiers_[i]) continue;
    verdict.level = static_cast<BreakerLevel>(i + 1);
    verdict.threshold = fraction_amount(tiers_[i]);
  }
  verdict.value = fraction_amount(fall);
  return verdict;
}

Amount DrawdownMeter::alarm(BreakerLevel level) const noexcept {
  for (auto i = static_cast<std::size_t>(level); i < kTiers; ++i) {
    if (tiers_[i] != 0) return alarm_below(peak_, tiers_[i]);
  }
  return kNever;
}

PeriodLossMeter::PeriodLossMeter(const LossBreaker& settings, DurationNs length)
    : threshold_(billionths(settings.threshold)),
      action_(settings.action),
      cooldown_(settings.cooldown),
      length_(length),
      origin_(settings.boundary + (length == kDay ? 0 : kFirstMonday)) {}

Verdict PeriodLossMeter::look(Amount equity, Amount last, TimeNs now) noexcept {
  if (now >= end()) begin(last, now);
  const std::int64_t fall = fall_of(equity, base_);
  Verdict verdict{BreakerLevel::normal, fraction_amount(fall), fraction_amount(threshold_), 0};
  if (fall < threshold_) return verdict;
  verdict.level = action_;
  verdict.until = std::max(end(), now + cooldown_);
  return verdict;
}

EquityStopMeter::EquityStopMeter(const EquityStopBreaker& settings)
    : red_(billionths(settings.threshold)),
      orange_(part_of(red_, settings.orange)),
      yellow_(part_of(red_, settings.yellow)),
      no_restart_(billionths(settings.no_restart)),
      span_(std::max<std::int64_t>(settings.smoothing / kMinute, 1)),
      cooldown_(settings.cooldown) {}

void EquityStopMeter::begin(Amount equity, TimeNs now) noexcept {
  peak_ = equity;
  average_ = 0;
  minute_ = floor_divide(now, kMinute);
}

void EquityStopMeter::smooth(std::int64_t fall, std::int64_t minutes) noexcept {
  // After so many spans an average is what it follows, to the last billionth.
  if (minutes > 16 * span_) {
    average_ = fall;
    return;
  }
  for (; minutes > 0 && average_ != fall; --minutes) {
    // Rounded away from zero, so that it comes to what it follows.
    const std::int64_t twice = 2 * (fall - average_);
    average_ += (twice + (twice < 0 ? -span_ : span_)) / (span_ + 1);
  }
}

std::optional<Verdict> EquityStopMeter::look(Amount equity, TimeNs now) noexcept {
  const std::int64_t minute = floor_divide(now, kMinute);
  if (minute <= minute_) return std::nullopt;
  const std::int64_t fall = fall_of(equity, peak_);
  smooth(fall, minute - minute_);
  minute_ = minute;
  const std::int64_t score = std::min(fall, average_);
  Verdict verdict{BreakerLevel::normal, fraction_amount(score), fraction_amount(yellow_), 0};
  if (score >= red_) {
    const bool restarts = fall_of(equity, highest_) < no_restart_;
    return Verdict{BreakerLevel::flattening, verdict.value, fraction_amount(red_),
                   restarts ? now + cooldown_ : 0};
  }
  if (score >= yellow_) verdict.level = BreakerLevel::warning;
  if (score >= orange_) {
    verdict.level = BreakerLevel::restricted;
    verdict.threshold = fraction_amount(orange_);
  }
  return verdict;
}

}  // namespace kontor::risk
