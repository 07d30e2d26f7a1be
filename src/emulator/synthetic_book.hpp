#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "base/prng.hpp"
#include "model/instrument.hpp"
#include "model/market_data.hpp"

namespace kontor::emulator {

/// A made-up order book around a moving fair price: one tick between the best prices, levels on a coarser
/// grid behind them, sizes that change. What it does is told as level changes.
class SyntheticBook {
 public:
  struct Settings {
    std::size_t levels = 200;
    double price = 0;        ///< where it begins, in plain units; gives the grid
    double trade_value = 0;  ///< of a usual trade, in the quote asset; gives the sizes
    std::uint64_t seed = 1;
  };
  SyntheticBook(const Instrument& instrument, const Settings& settings);

  /// Moves both sides so that the best prices stand around `price`, and fills them up.
  void move_to(double price, std::vector<BookLevelChange>& changes);
  /// Another size at a level, mostly near the top.
  void flicker(std::vector<BookLevelChange>& changes);
  /// A taker of `side` meets the best level and takes some or all of it.
  [[nodiscard]] BookLevelChange take(Side side, std::vector<BookLevelChange>& changes);

  [[nodiscard]] double middle() const noexcept;
  [[nodiscard]] Prng& prng() noexcept { return prng_; }

 private:
  /// `key` is the price in ticks for bids and its negative for asks: the best level has the greatest key.
  struct Level {
    std::int64_t key = 0;
    std::int64_t steps = 0;
  };
  using Levels = std::deque<Level>;  ///< ascending: the best is the last

  [[nodiscard]] Levels& levels(Side side) noexcept { return sides_[static_cast<std::size_t>(side)]; }
  void move_side(Side side, std::int64_t best, std::vector<BookLevelChange>& changes);
  void add(Side side, std::int64_t key, bool at_best, std::vector<BookLevelChange>& changes);
  [[nodiscard]] BookLevelChange change(Side side, const Level& level) const noexcept;
  [[nodiscard]] std::int64_t draw_steps() noexcept;

  std::int64_t tick_units_;
  std::int64_t step_units_;
  double tick_value_;
  std::size_t most_levels_;
  std::int64_t gap_;    ///< ticks between levels behind the best
  double trade_steps_;  ///< of a usual trade
  std::array<Levels, 2> sides_;
  Prng prng_;
};

}  // namespace kontor::emulator
