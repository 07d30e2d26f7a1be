#include "strategy/builtin/grid_plan.hpp"

#include <algorithm>
#include <cmath>

namespace kontor::strategy {
namespace {

constexpr std::size_t kLeastLevels = 2;
constexpr std::uint8_t kRateScale = 9;

/// A fraction such as a fee as an exact number, rounded against us.
Decimal rate(double fraction) { return {static_cast<std::int64_t>(std::ceil(fraction * 1e9)), kRateScale}; }

struct Edges {
  double lower = 0;
  double upper = 0;
};

Edges edges_of(const GridMarket& market, double half_range_percent) noexcept {
  const double range = 2 * half_range_percent / 100;
  const double upside = upside_share(market.trend_percent);
  return {market.price * (1 - range * (1 - upside)), market.price * (1 + range * upside)};
}

double line_at(const Edges& edges, GridSpacing spacing, double share) noexcept {
  if (spacing == GridSpacing::arithmetic) return edges.lower + (edges.upper - edges.lower) * share;
  return edges.lower * std::pow(edges.upper / edges.lower, share);
}

/// Where a line may be moved to.
struct SnapRule {
  double within = 0;   ///< fraction of the line's price
  double spacing = 0;  ///< to keep to both neighbours
  double margin = 0;   ///< what rounding to ticks may take from it
};

bool keeps_spacing(std::span<const double> lines, std::size_t at, double moved,
                   const SnapRule& rule) noexcept {
  return moved >= lines[at - 1] * (1 + rule.spacing) + rule.margin &&
         lines[at + 1] >= moved * (1 + rule.spacing) + rule.margin;
}

/// Moves the inner lines to the nearest cluster where that is near enough and the spacing to both neighbours
/// allows it.
void snap(std::vector<double>& lines, std::span<const double> clusters, const SnapRule& rule) {
  if (rule.within <= 0 || clusters.empty()) return;
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    const auto above = std::ranges::lower_bound(clusters, lines[i]);
    double nearest = above == clusters.end() ? clusters.back() : *above;
    if (above != clusters.begin() && lines[i] - *(above - 1) < std::abs(nearest - lines[i]))
      nearest = *(above - 1);
    const bool near = std::abs(nearest - lines[i]) <= lines[i] * rule.within;
    if (near && keeps_spacing(lines, i, nearest, rule)) lines[i] = nearest;
  }
}

std::vector<RawPrice> lines_of(const Instrument& instrument, const GridMarket& market, const GridShape& shape,
                               const Edges& edges, std::size_t levels, double spacing) {
  std::vector<double> lines(levels + 1);
  for (std::size_t i = 0; i <= levels; ++i) {
    lines[i] = line_at(edges, shape.spacing, static_cast<double>(i) / static_cast<double>(levels));
  }
  const double tick = instrument.to_double(instrument.tick());
  snap(lines, market.clusters, {shape.snap_percent / 100, std::max(spacing, 0.0), 2 * tick});
  std::vector<RawPrice> rounded;
  for (const double line : lines) rounded.push_back(instrument.round_price(line, Rounding::half_even));
  return rounded;
}

/// The narrowest relative distance of two neighbouring lines; ticks may have merged them.
double narrowest(std::span<const RawPrice> lines) noexcept {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    if (lines[i].units <= 0) return 0;
    const auto below = static_cast<double>(lines[i].units);
    least = std::min(least, (static_cast<double>(lines[i + 1].units) - below) / below);
  }
  return least;
}

/// The lines with as many levels as the costs allow, `levels` at the most; empty if not even two fit.
std::vector<RawPrice> widest_fit(const Instrument& instrument, const GridMarket& market,
                                 const GridShape& shape, const Edges& edges, std::size_t levels,
                                 double spacing) {
  const double total = (edges.upper - edges.lower) / market.price;
  if (spacing > 0) levels = std::min(levels, static_cast<std::size_t>(std::min(total / spacing, 1e6)));
  for (; levels >= kLeastLevels; --levels) {
    auto lines = lines_of(instrument, market, shape, edges, levels, spacing);
    const double least = narrowest(lines);
    if (least > 0 && least >= spacing) return lines;
  }
  return {};
}

GridLevelPlan level_plan(const Instrument& instrument, const GridCosts& costs, Amount share,
                         Amount min_notional, RawPrice buy_price, RawPrice sell_price) noexcept {
  GridLevelPlan level{buy_price, sell_price, instrument.quantity_for(share, buy_price), {}};
  if (!instrument.max_quantity().is_zero()) {
    level.quantity = std::min(level.quantity, instrument.floor_to_step(instrument.max_quantity()));
  }
  const Amount least = std::max(min_notional, instrument.min_notional());
  const bool small = level.quantity.is_zero() || level.quantity < instrument.min_quantity() ||
                     instrument.notional(buy_price, level.quantity) < least;
  if (!small) level.expected_net = cycle_net(instrument, costs, level.quantity, buy_price, sell_price);
  if (level.expected_net.units() <= 0) level.quantity = RawQuantity();
  return level;
}

}  // namespace

double GridCosts::break_even() const noexcept {
  const double buy_fee = 1 - (1 - buy_fee_base) / (1 + buy_fee_quote);  // one fee, however it is taken
  return 1 / ((1 - buy_fee) * (1 - sell_fee)) - 1;
}

double half_range_percent(const GridMarket& market, const GridShape& shape) noexcept {
  const double ratio = market.median_percent > 0 ? market.range_percent / market.median_percent : 1;
  return std::clamp(shape.base_range_percent * std::clamp(ratio, 0.5, 2.0) * shape.range_multiplier, 1.0,
                    15.0);
}

double upside_share(double trend_percent) noexcept {
  const double strength = std::abs(trend_percent);
  const double lean = strength > 3 ? 0.15 : strength > 1 ? 0.075 : 0;
  return trend_percent < 0 ? 0.5 - lean : 0.5 + lean;
}

std::size_t levels_by_rank(double range_rank) noexcept {
  if (range_rank < 0.25) return 7;
  if (range_rank < 0.75) return 10;
  return range_rank < 0.95 ? 12 : 15;
}

Amount cycle_net(const Instrument& instrument, const GridCosts& costs, RawQuantity bought, RawPrice buy_price,
                 RawPrice sell_price) noexcept {
  const Amount paid = instrument.notional(buy_price, bought);
  const Amount base_fee = instrument.base_amount(bought).times(rate(costs.buy_fee_base), Rounding::ceiling);
  const int128 unit = instrument.base_amount(RawQuantity(1)).units();
  const auto taken = static_cast<std::int64_t>(divide_rounded(base_fee.units(), unit, Rounding::ceiling));
  const RawQuantity sold =
      instrument.floor_to_step(RawQuantity(std::max<std::int64_t>(bought.units - taken, 0)));
  const Amount received = instrument.notional(sell_price, sold);
  return received - received.times(rate(costs.sell_fee), Rounding::ceiling) - paid -
         paid.times(rate(costs.buy_fee_quote), Rounding::ceiling);
}

GridPlan plan_grid(const Instrument& instrument, const GridMarket& market, const GridShape& shape,
                   const GridCosts& costs, Amount capital, Amount min_notional) {
  GridPlan plan;
  plan.required_spacing = costs.required_spacing();
  if (!(market.price > 0) || capital.units() <= 0) {
    plan.refusal = capital.units() <= 0 ? "grid: no capital is left to trade with" : "grid: no market price";
    return plan;
  }
  plan.half_range_percent = half_range_percent(market, shape);
  const Edges edges = edges_of(market, plan.half_range_percent);
  const std::size_t wanted = shape.levels != 0 ? shape.levels : levels_by_rank(market.range_rank);
  const auto lines = widest_fit(instrument, market, shape, edges, wanted, plan.required_spacing);
  if (lines.empty()) {
    plan.refusal = "grid: fewer than two levels are wider than fees and ticks require";
    return plan;
  }
  plan.lower = lines.front();
  plan.upper = lines.back();
  const auto levels = static_cast<std::int64_t>(lines.size() - 1);
  const Amount share = capital.share(1, levels);
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    plan.levels.push_back(level_plan(instrument, costs, share, min_notional, lines[i], lines[i + 1]));
    plan.skipped += plan.levels.back().quantity.is_zero() ? 1U : 0U;
  }
  if (plan.levels.size() - plan.skipped < kLeastLevels) {
    plan.refusal = "grid: fewer than two levels are large enough to be traded";
  }
  return plan;
}

}  // namespace kontor::strategy
