#include "research/metrics_regime.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "research/metrics_series.hpp"
#include "strategy/indicators/moving_average.hpp"
#include "strategy/indicators/trend.hpp"
#include "strategy/indicators/volatility.hpp"

namespace kontor::research {
namespace {

namespace indicators = strategy::indicators;

constexpr std::size_t kRegimes = 4;
constexpr std::size_t kDirectionalPeriod = 14;
constexpr std::size_t kAveragePeriod = 20;

MarketRegime classify(double adx, double z) {
  if (adx >= 30 || std::abs(z) >= 1) return MarketRegime::trend;
  if (adx <= 15 && std::abs(z) <= 0.5) return MarketRegime::range;
  return MarketRegime::mixed;
}

/// The rule over a stream of closed bars.
class RegimeRule {
 public:
  MarketRegime update(const indicators::BarValues& bar) {
    const double adx = direction_.update(bar).adx;
    const double distance = bar.close - average_.update(bar.close);
    const double deviation = deviation_.update(bar.close);
    if (!direction_.ready() || !average_.ready() || !deviation_.ready()) return MarketRegime::unknown;
    return classify(adx, deviation > 0 ? distance / deviation : 0.0);
  }

 private:
  indicators::AverageDirectionalIndex direction_{kDirectionalPeriod};
  indicators::ExponentialMovingAverage average_{kAveragePeriod};
  indicators::StandardDeviation deviation_{kAveragePeriod};
};

/// Which regime holds at a time; asked in any order.
class RegimeCalendar {
 public:
  explicit RegimeCalendar(std::vector<RegimeStart> starts) : starts_(std::move(starts)) {}

  [[nodiscard]] MarketRegime at(TimeNs ts) const {
    const auto after = std::ranges::upper_bound(starts_, ts, {}, &RegimeStart::ts);
    return after == starts_.begin() ? MarketRegime::unknown : std::prev(after)->regime;
  }
  /// Calls `visit(regime, length)` for each stretch of one regime between two times.
  template <class Visit>
  void for_each_stretch(TimeNs from, TimeNs to, Visit&& visit) const {
    TimeNs begin = from;
    MarketRegime regime = at(from);
    for (const RegimeStart& start : starts_) {
      if (start.ts <= from) continue;
      if (start.ts >= to) break;
      visit(regime, start.ts - begin);
      begin = start.ts;
      regime = start.regime;
    }
    if (to > begin) visit(regime, to - begin);
  }

 private:
  std::vector<RegimeStart> starts_;
};

struct Growth {
  double equity = 1;
  double benchmark = 1;
};

std::array<Growth, kRegimes> growth_by_regime(const RunResult& result, const RegimeCalendar& calendar) {
  std::array<Growth, kRegimes> growth;
  TimeNs ts = result.from;
  double equity = result.initial_equity.to_double();
  double benchmark = equity;
  for (const EquitySample& sample : result.equity) {
    if (sample.ts <= result.from) continue;
    Growth& part = growth[static_cast<std::size_t>(calendar.at(ts))];
    if (equity > 0) part.equity *= sample.equity.to_double() / equity;
    if (sample.benchmark > 0 && benchmark > 0) part.benchmark *= sample.benchmark / benchmark;
    ts = sample.ts;
    equity = sample.equity.to_double();
    if (sample.benchmark > 0) benchmark = sample.benchmark;
  }
  return growth;
}

}  // namespace

std::vector<RegimeStart> market_regimes(const ChartSeries& hours) {
  std::vector<RegimeStart> starts;
  RegimeRule rule;
  for (std::size_t i = 0; i < hours.ts_open.size(); ++i) {
    const MarketRegime regime = rule.update(
        {hours.open[i], hours.high[i], hours.low[i], hours.close[i], hours.volume[i], hours.ts_open[i]});
    if (!starts.empty() && starts.back().regime == regime) continue;
    starts.push_back({hours.ts_open[i] + kHour, regime});
  }
  return starts;
}

std::vector<RegimeFigures> split_by_regime(const RunResult& result) {
  if (result.regime_bars.ts_open.empty() || result.to <= result.from) return {};
  const RegimeCalendar calendar(market_regimes(result.regime_bars));
  std::array<RegimeFigures, kRegimes> parts;
  const auto part_at = [&](TimeNs ts) { return static_cast<std::size_t>(calendar.at(ts)); };
  const auto whole = static_cast<double>(result.to - result.from);
  calendar.for_each_stretch(result.from, result.to, [&](MarketRegime regime, DurationNs length) {
    parts[static_cast<std::size_t>(regime)].time_share += static_cast<double>(length) / whole;
  });
  const auto growth = growth_by_regime(result, calendar);
  for (const FillRecord& record : result.fills) ++parts[part_at(record.fill.ts_venue)].fills;
  std::array<std::vector<const RoundTrip*>, kRegimes> trips;
  for (const RoundTrip* trip : by_time_of_close(result.round_trips))
    trips[part_at(trip->ts_open)].push_back(trip);
  std::vector<RegimeFigures> found;
  for (std::size_t i = 0; i < kRegimes; ++i) {
    RegimeFigures& part = parts[i];
    part.regime = static_cast<MarketRegime>(i);
    part.total_return = growth[i].equity - 1;
    if (has_benchmark(result)) part.benchmark_return = growth[i].benchmark - 1;
    part.trades = summarize(trips[i]);
    if (part.time_share > 0 || part.fills > 0) found.push_back(part);
  }
  return found;
}

}  // namespace kontor::research
