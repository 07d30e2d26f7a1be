#pragma once

#include <algorithm>
#include <array>

#include "simulation/feed.hpp"
#include "venue/sim/sim_venue.hpp"

/// How far the data ahead sets nothing off at the venue: prices stay where no order of ours is touched.
namespace kontor::simulation {

// How many are looked at ahead of the first of them.
inline constexpr std::size_t kMostQuietBars = 256;
inline constexpr std::size_t kMostQuietTrades = 32;

/// How many of the bars touch no order of ours and are over by `until`, each received before the next. The
/// last one is never among them.
[[nodiscard]] inline std::size_t quiet_bars(const BarRows& bars, const sim::SimVenue::QuietRange& range,
                                            TimeNs until) noexcept {
  const std::size_t most = std::min(bars.count, kMostQuietBars + 1) - 1;
  std::size_t row = 0;
  while (row < most && bars.ts_venue(row) <= until && bars.ts_open[row + 1] - bars.ts_open[row] > bars.lag)
    ++row;
  if (range.is_everything()) return row;
  const std::size_t in_time = row;
  for (row = 0; row < in_time; ++row) {
    if (bars.low[row] <= range.below || bars.high[row] >= range.above) break;
  }
  return row;
}

/// Trades that the venue sees next, up to `until`, and that touch no order of ours.
class QuietTrades {
 public:
  QuietTrades(FeedCursor::TradeWalk walk, const sim::SimVenue::QuietRange& range, TimeNs until) noexcept {
    while (count_ < kMostQuietTrades && walk.time() < until && !walk.is_last()) {
      const std::int64_t price = walk.price().units;
      if (price <= range.below || price >= range.above) break;
      times_[count_++] = walk.time();
      walk.next();
    }
    next_ = walk.time();
  }

  /// When the first trade happens that is not among them.
  [[nodiscard]] TimeNs next() const noexcept { return next_; }
  /// How many of them have happened by `now`.
  [[nodiscard]] std::size_t happened_by(TimeNs now) const noexcept {
    const auto* const begin = times_.data();
    return static_cast<std::size_t>(std::upper_bound(begin, begin + count_, now) - begin);
  }
  /// When the trade happens that follows the first `count`.
  [[nodiscard]] TimeNs time_behind(std::size_t count) const noexcept {
    return count < count_ ? times_[count] : next_;
  }

 private:
  std::array<TimeNs, kMostQuietTrades> times_;  ///< at the venue, never going back
  std::size_t count_ = 0;
  TimeNs next_ = kTimeMax;
};

}  // namespace kontor::simulation
