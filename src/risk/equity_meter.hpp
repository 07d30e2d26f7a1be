#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <boost/describe/class.hpp>

#include "base/amount.hpp"
#include "base/time.hpp"
#include "model/breaker.hpp"
#include "risk/breakers.hpp"
#include "risk/fractions.hpp"

namespace kontor::risk {

/// What a measurement says: the level that it asks for, and on what grounds.
struct Verdict {
  BreakerLevel level = BreakerLevel::normal;
  Amount value;
  Amount threshold;
  TimeNs until = 0;  ///< 0: not by time
};

/// The fall of an equity from its peak, with a tier for each level.
class DrawdownMeter {
 public:
  explicit DrawdownMeter(const DrawdownBreaker& settings);

  void begin(Amount equity) noexcept { peak_ = equity; }
  void rescale(Amount before, Amount after) noexcept { peak_ = rescaled(peak_, before, after); }
  [[nodiscard]] Amount peak() const noexcept { return peak_; }
  [[nodiscard]] DurationNs cooldown() const noexcept { return cooldown_; }
  /// The highest tier that the equity reaches; a new peak reaches none.
  [[nodiscard]] Verdict look(Amount equity) noexcept;
  /// The equity at or below which a tier above `level` can be reached.
  [[nodiscard]] Amount alarm(BreakerLevel level) const noexcept;

 private:
  static constexpr std::size_t kTiers = 4;  ///< warning … flattening

  std::array<std::int64_t, kTiers> tiers_;  ///< 0: none
  DurationNs cooldown_;
  Amount peak_;
  BOOST_DESCRIBE_CLASS(DrawdownMeter, (), (), (), (peak_))
};

/// The loss since the start of a period of UTC.
class PeriodLossMeter {
 public:
  /// `length`: kDay, or seven of them, which begin on Mondays.
  PeriodLossMeter(const LossBreaker& settings, DurationNs length);

  void begin(Amount equity, TimeNs now) noexcept {
    start_ = start_of_period(now);
    base_ = equity;
  }
  void rescale(Amount before, Amount after) noexcept { base_ = rescaled(base_, before, after); }
  [[nodiscard]] TimeNs end() const noexcept { return start_ + length_; }
  /// `last`: the equity before; at the beginning of a period it is what the period began with.
  [[nodiscard]] Verdict look(Amount equity, Amount last, TimeNs now) noexcept;
  [[nodiscard]] Amount alarm(BreakerLevel level) const noexcept {
    return level >= action_ ? Amount::from_units(kInt128Min) : alarm_below(base_, threshold_);
  }

 private:
  [[nodiscard]] TimeNs start_of_period(TimeNs now) const noexcept {
    return floor_divide(now - origin_, length_) * length_ + origin_;
  }

  std::int64_t threshold_;
  BreakerLevel action_;
  DurationNs cooldown_;
  DurationNs length_;
  TimeNs origin_;  ///< the start of some period
  TimeNs start_ = 0;
  Amount base_;
  BOOST_DESCRIBE_CLASS(PeriodLossMeter, (), (), (), (start_, base_))
};

/// The equity hard stop of passivbot 7, HSL (M1.8). The exponential moving average has the smoothing factor
/// 2 / (span + 1) per minute and begins at zero.
class EquityStopMeter {
 public:
  explicit EquityStopMeter(const EquityStopBreaker& settings);

  /// Measures anew; the highest equity ever stays known.
  void begin(Amount equity, TimeNs now) noexcept;
  /// Forgets that as well.
  void begin_life(Amount equity, TimeNs now) noexcept {
    highest_ = equity;
    begin(equity, now);
  }
  void rescale(Amount before, Amount after) noexcept {
    peak_ = rescaled(peak_, before, after);
    highest_ = rescaled(highest_, before, after);
  }
  void raise(Amount equity) noexcept {
    peak_ = std::max(peak_, equity);
    highest_ = std::max(highest_, equity);
  }
  [[nodiscard]] Amount peak() const noexcept { return peak_; }
  [[nodiscard]] TimeNs next_look() const noexcept { return (minute_ + 1) * kMinute; }
  /// Nothing within the minute of the last look.
  [[nodiscard]] std::optional<Verdict> look(Amount equity, TimeNs now) noexcept;

 private:
  void smooth(std::int64_t fall, std::int64_t minutes) noexcept;

  std::int64_t red_;
  std::int64_t orange_;
  std::int64_t yellow_;
  std::int64_t no_restart_;
  std::int64_t span_;  ///< minutes
  DurationNs cooldown_;
  Amount peak_;
  Amount highest_;            ///< ever
  std::int64_t minute_ = 0;   ///< of the last look, since 1970
  std::int64_t average_ = 0;  ///< billionths of a billionth would be finer than anybody can tell: billionths
  BOOST_DESCRIBE_CLASS(EquityStopMeter, (), (), (), (peak_, highest_, minute_, average_))
};

}  // namespace kontor::risk
