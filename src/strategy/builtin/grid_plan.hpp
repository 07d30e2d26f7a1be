#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/amount.hpp"
#include "model/instrument.hpp"

namespace kontor::strategy {

/// How the lines of a grid lie between its edges.
BOOST_DEFINE_FIXED_ENUM_CLASS(GridSpacing, std::uint8_t, geometric, arithmetic)

/// What the market looks like to whoever plans a grid.
struct GridMarket {
  double price = 0;                  ///< of the last closed bar
  double range_percent = 0;          ///< a = average true range / close × 100
  double median_percent = 0;         ///< a_ref: median of a over 90 days
  double range_rank = 0.5;           ///< share of the a of 90 days that lie below the present one
  double trend_percent = 0;          ///< (fast average / slow average − 1) × 100
  std::span<const double> clusters;  ///< supports and resistances, ascending
};

/// The part of the settings that shapes a grid.
struct GridShape {
  double base_range_percent = 5;
  double range_multiplier = 1;  ///< m, by regime
  double snap_percent = 0.5;    ///< 0: lines stay where they are
  std::size_t levels = 0;       ///< 0: by the rank of the range
  GridSpacing spacing = GridSpacing::geometric;
};

/// What a cycle of buying and selling costs, as fractions of the value.
struct GridCosts {
  double buy_fee_base = 0;   ///< taken out of what is bought
  double buy_fee_quote = 0;  ///< paid on top
  double sell_fee = 0;
  double safety = 1.5;  ///< k
  double slippage = 0;  ///< slip

  /// s0 = 1 / ((1 − f_b)(1 − f_s)) − 1: the spacing at which a cycle earns nothing.
  [[nodiscard]] double break_even() const noexcept;
  /// s = k·s0 + slip: the least spacing that is traded.
  [[nodiscard]] double required_spacing() const noexcept { return safety * break_even() + slippage; }
};

/// One level of a grid: buy at its lower line, sell at its upper one.
struct GridLevelPlan {
  RawPrice buy_price;
  RawPrice sell_price;
  RawQuantity quantity;  ///< zero: too small to be traded, left out
  Amount expected_net;   ///< of one full cycle after fees, quote asset
};

/// A planned grid, or why there is none.
struct GridPlan {
  std::string_view refusal;           ///< a constant text; empty: the grid can be traded
  std::vector<GridLevelPlan> levels;  ///< ascending, N of them between N + 1 lines
  RawPrice lower;
  RawPrice upper;
  double half_range_percent = 0;  ///< R
  double required_spacing = 0;    ///< s
  std::size_t skipped = 0;        ///< levels that are too small
};

/// R = base × clamp(a / a_ref, ½, 2) × m, held between 1 and 15.
[[nodiscard]] double half_range_percent(const GridMarket& market, const GridShape& shape) noexcept;
/// The share of the range that lies above the price: ½, more in an up-trend (> 1 %: 0.575, > 3 %: 0.65),
/// mirrored.
[[nodiscard]] double upside_share(double trend_percent) noexcept;
/// Number of levels by the rank of the range: low 7, normal 10, high 12, extreme 15; cut at ¼, ¾ and 0.95.
[[nodiscard]] std::size_t levels_by_rank(double range_rank) noexcept;

/// Plans a dynamic grid around the price, with `capital` (quote asset) shared equally by its levels and no
/// order below `min_notional`. Fewer levels are planned until the narrowest spacing, after lines have been
/// snapped to clusters and rounded to ticks, is at least the required one; fewer than two tradable levels are
/// refused. Source: C-3 (dynamic ATR grid) and C-4 (fee-aware grid), described in docs/strategies.md.
[[nodiscard]] GridPlan plan_grid(const Instrument& instrument, const GridMarket& market,
                                 const GridShape& shape, const GridCosts& costs, Amount capital,
                                 Amount min_notional);

/// Net of one cycle in quote asset: q_s·p_s·(1 − f_s) − q_b·p_b·(1 + f_q) with q_s = floor(q_b·(1 − f_b)).
[[nodiscard]] Amount cycle_net(const Instrument& instrument, const GridCosts& costs, RawQuantity bought,
                               RawPrice buy_price, RawPrice sell_price) noexcept;

}  // namespace kontor::strategy
