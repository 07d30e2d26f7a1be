#include "strategy/builtin/grid_statistics.hpp"

#include <algorithm>

namespace kontor::strategy {
namespace {

constexpr std::size_t kTrendFast = 10;
constexpr std::size_t kTrendSlow = 50;

/// The lower median, so that it is one of the values.
double median_of(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace

GridStatistics::GridStatistics(std::size_t atr_period, std::size_t range_window)
    : range_(atr_period),
      trend_fast_(kTrendFast),
      trend_slow_(kTrendSlow),
      ranges_(range_window),
      highs_(kBarsSeen),
      lows_(kBarsSeen) {}

void GridStatistics::update(const indicators::BarValues& bar) noexcept {
  range_.update(bar);
  trend_fast_.update(bar.close);
  trend_slow_.update(bar.close);
  highs_.push(bar.high);
  lows_.push(bar.low);
  close_ = bar.close;
  if (range_.ready() && bar.close > 0) ranges_.push(range_.value() / bar.close * 100);
}

GridMarket GridStatistics::market(const ClusterRule& rule, std::vector<double>& clusters) const {
  clusters = price_clusters(highs_.in_order(), lows_.in_order(), rule);
  GridMarket market;
  market.price = close_;
  market.clusters = clusters;
  market.trend_percent = (trend_fast_.value() / trend_slow_.value() - 1) * 100;
  std::vector<double> ranges = ranges_.in_order();
  if (ranges.empty()) return market;
  market.range_percent = ranges.back();
  const auto below =
      std::ranges::count_if(ranges, [&](double range) { return range < market.range_percent; });
  market.range_rank = static_cast<double>(below) / static_cast<double>(ranges.size());
  market.median_percent = median_of(ranges);
  return market;
}

}  // namespace kontor::strategy
