#pragma once

#include <vector>

#include <boost/describe/class.hpp>

#include "strategy/builtin/grid_plan.hpp"
#include "strategy/builtin/price_clusters.hpp"
#include "strategy/indicators/moving_average.hpp"
#include "strategy/indicators/volatility.hpp"
#include "strategy/recent_values.hpp"

namespace kontor::strategy {

/// What a grid remembers of the market: Wilder's average true range as a share of the close over 90 days, two
/// averages for the trend, and the highs and lows of the last bars for supports and resistances.
class GridStatistics {
 public:
  static constexpr std::size_t kBarsSeen = 200;  ///< before the first grid (C-3)

  explicit GridStatistics(std::size_t atr_period = 14, std::size_t range_window = 2160);

  void update(const indicators::BarValues& bar) noexcept;
  [[nodiscard]] bool ready() const noexcept { return highs_.size() == kBarsSeen && range_.ready(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return std::max(kBarsSeen, range_.warmup()); }

  /// A description of the market as of the last bar; `clusters` receives the supports and resistances.
  [[nodiscard]] GridMarket market(const ClusterRule& rule, std::vector<double>& clusters) const;

  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept {
    return highs_.capacity() == kBarsSeen && lows_.capacity() == kBarsSeen && highs_.size() == lows_.size();
  }

 private:
  indicators::AverageTrueRange range_;
  indicators::ExponentialMovingAverage trend_fast_;
  indicators::ExponentialMovingAverage trend_slow_;
  RecentValues ranges_;  ///< average true range / close × 100
  RecentValues highs_;
  RecentValues lows_;
  double close_ = 0;

  BOOST_DESCRIBE_CLASS(GridStatistics, (), (), (),
                       (range_, trend_fast_, trend_slow_, ranges_, highs_, lows_, close_))
};

}  // namespace kontor::strategy
