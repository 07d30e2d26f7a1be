#include "emulator/synthetic_book.hpp"

#include <algorithm>
#include <cmath>

namespace kontor::emulator {
namespace {

/// Levels behind the best lie a tenth of a basis point apart, or one tick where that is coarser.
constexpr double kGapOfPrice = 1e-5;
/// A usual level holds this many usual trades.
constexpr double kTradesPerLevel = 4;
constexpr double kLargestTrade = 20;

}  // namespace

SyntheticBook::SyntheticBook(const Instrument& instrument, const Settings& settings)
    : tick_units_(instrument.tick().units),
      step_units_(instrument.terms().step.units),
      tick_value_(instrument.to_double(instrument.tick())),
      most_levels_(settings.levels),
      gap_(std::max<std::int64_t>(1, std::llround(settings.price * kGapOfPrice / tick_value_))),
      trade_steps_(settings.trade_value / settings.price /
                   instrument.to_double(RawQuantity(instrument.terms().step.units))),
      prng_(settings.seed) {
  trade_steps_ = std::clamp(trade_steps_, 1.0, 1e12);
}

BookLevelChange SyntheticBook::change(Side side, const Level& level) const noexcept {
  const std::int64_t ticks = side == Side::buy ? level.key : -level.key;
  return {RawPrice(ticks * tick_units_), RawQuantity(level.steps * step_units_), side};
}

std::int64_t SyntheticBook::draw_steps() noexcept {
  const double size = trade_steps_ * kTradesPerLevel * (0.1 + 1.8 * prng_.uniform());
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(size));
}

void SyntheticBook::add(Side side, std::int64_t key, bool at_best, std::vector<BookLevelChange>& changes) {
  const Level level{key, draw_steps()};
  if (at_best) {
    levels(side).push_back(level);
  } else {
    levels(side).push_front(level);
  }
  changes.push_back(change(side, level));
}

void SyntheticBook::move_side(Side side, std::int64_t best, std::vector<BookLevelChange>& changes) {
  Levels& side_levels = levels(side);
  const auto drop = [&](Level level) {
    level.steps = 0;
    changes.push_back(change(side, level));
  };
  while (!side_levels.empty() && side_levels.back().key > best) {
    drop(side_levels.back());
    side_levels.pop_back();
  }
  // What a far jump leaves behind is out of the depth that is shown.
  const std::int64_t deepest = best - static_cast<std::int64_t>(most_levels_) * gap_;
  while (!side_levels.empty() && side_levels.front().key < deepest) {
    drop(side_levels.front());
    side_levels.pop_front();
  }
  const std::int64_t lowest_key = side == Side::buy ? 1 : INT64_MIN;
  if (!side_levels.empty()) {
    for (std::int64_t key = (floor_divide(side_levels.back().key, gap_) + 1) * gap_; key < best;
         key += gap_) {
      add(side, key, true, changes);
    }
  }
  if (side_levels.empty() || side_levels.back().key < best) add(side, best, true, changes);
  while (side_levels.size() > most_levels_) {
    drop(side_levels.front());
    side_levels.pop_front();
  }
  while (side_levels.size() < most_levels_) {
    const std::int64_t key = floor_divide(side_levels.front().key - 1, gap_) * gap_;
    if (key < lowest_key) break;
    add(side, key, false, changes);
  }
}

void SyntheticBook::move_to(double price, std::vector<BookLevelChange>& changes) {
  const double ticks = std::clamp(price / tick_value_, 1.0, 9e15);
  const auto bid = static_cast<std::int64_t>(ticks);
  move_side(Side::buy, bid, changes);
  move_side(Side::sell, -(bid + 1), changes);
}

void SyntheticBook::flicker(std::vector<BookLevelChange>& changes) {
  const Side side = prng_.below(2) == 0 ? Side::buy : Side::sell;
  Levels& side_levels = levels(side);
  if (side_levels.empty()) return;
  const double near = prng_.uniform();
  const auto depth = static_cast<std::size_t>(near * near * near * static_cast<double>(side_levels.size()));
  Level& level = side_levels[side_levels.size() - 1 - std::min(depth, side_levels.size() - 1)];
  level.steps = draw_steps();
  changes.push_back(change(side, level));
}

BookLevelChange SyntheticBook::take(Side side, std::vector<BookLevelChange>& changes) {
  Levels& side_levels = levels(opposite(side));
  Level& best = side_levels.back();
  const double size = trade_steps_ * std::min(0.5 / (std::sqrt(prng_.uniform()) + 0.01), kLargestTrade);
  const std::int64_t taken = std::clamp<std::int64_t>(static_cast<std::int64_t>(size), 1, best.steps);
  const BookLevelChange trade = change(opposite(side), {best.key, taken});
  best.steps -= taken;
  changes.push_back(change(opposite(side), best));
  // The last level of a side stays: a market that is only one-sided helps nobody.
  if (best.steps == 0 && side_levels.size() > 1) {
    side_levels.pop_back();
  } else if (best.steps == 0) {
    best.steps = draw_steps();
    changes.back() = change(opposite(side), best);
  }
  return trade;
}

double SyntheticBook::middle() const noexcept {
  const auto bid = static_cast<double>(sides_[0].back().key);
  const auto ask = static_cast<double>(-sides_[1].back().key);
  return (bid + ask) / 2 * tick_value_;
}

}  // namespace kontor::emulator
