#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "base/amount.hpp"
#include "base/time.hpp"
#include "model/timeframe.hpp"
#include "model/types.hpp"

namespace kontor::emulator {

/// One candle as venues publish it. Without trades open, high, low and close are the close before.
struct Candle {
  TimeNs ts_open = 0;
  RawPrice open{};
  RawPrice high{};
  RawPrice low{};
  RawPrice close{};
  RawQuantity volume{};
  Amount turnover{};           ///< in the quote asset
  RawQuantity taker_volume{};  ///< what takers bought
  Amount taker_turnover{};
  std::uint32_t trades = 0;
  std::uint64_t first_trade = 0;  ///< ids of the first and the last trade inside; 0: none
  std::uint64_t last_trade = 0;
  bool operator==(const Candle&) const noexcept = default;
};

/// Adds `later` to the candle before it in the same larger candle.
void merge_candle(Candle& into, const Candle& later) noexcept;

/// The one-minute candles of an instrument without a gap, the last one still growing. Holds a bounded past:
/// the oldest go first.
class CandleSeries {
 public:
  static constexpr std::size_t kMaxMinutes = 20'160;  ///< two weeks

  /// Closed candles from before the first trade; ascending, contiguous minutes.
  void seed(const std::vector<Candle>& past);
  /// A trade at `ts`, not before the last one.
  void add_trade(TimeNs ts, RawPrice price, RawQuantity quantity, Amount turnover, bool buyer_takes,
                 std::uint64_t id);
  /// Time has come to `now`: minutes that passed without a trade get their candles.
  void roll(TimeNs now);

  [[nodiscard]] bool empty() const noexcept { return minutes_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return minutes_.size(); }
  [[nodiscard]] const Candle& last() const noexcept { return minutes_.back(); }
  /// The growing candle of a timeframe that is a whole number of minutes.
  [[nodiscard]] Candle current(Timeframe timeframe) const;
  /// Candles with from ≤ ts_open < to, ascending; of more than `limit` the latest, or the earliest where
  /// `from_start`. The one that grows is included.
  [[nodiscard]] std::vector<Candle> range(Timeframe timeframe, TimeNs from, TimeNs to, std::size_t limit,
                                          bool from_start) const;
  /// The last `window` up to `now` as one candle; what a 24 h ticker is made of, to the minute.
  [[nodiscard]] Candle rolling(DurationNs window, TimeNs now) const;

 private:
  [[nodiscard]] std::size_t index_at(TimeNs ts) const noexcept;
  void append(const Candle& candle);

  std::deque<Candle> minutes_;
};

}  // namespace kontor::emulator
