#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "data/series_reader.hpp"
#include "model/instrument.hpp"
#include "model/market_data.hpp"

namespace kontor::emulator {

// Recorded rows as what a market does, in the raw units of a listed instrument.

struct TradeTick {
  RawPrice price;
  RawQuantity quantity;
  Side aggressor = Side::buy;
};
/// Where the best prices stand.
struct QuoteTick {
  RawPrice bid;
  RawPrice ask;
};
struct BookTick {
  bool snapshot = false;
  std::vector<BookLevelChange> changes;
};
struct Tick {
  TimeNs ts = 0;  ///< as recorded
  std::variant<TradeTick, QuoteTick, BookTick> what;
};

/// Brings recorded numbers onto an instrument's grid: prices to the nearest tick, quantities down to a step,
/// but never to nothing.
class GridConverter {
 public:
  GridConverter(const Instrument& instrument, const data::Scales& scales)
      : instrument_(instrument), scales_(scales) {}
  [[nodiscard]] RawPrice price(std::int64_t recorded, Rounding mode = Rounding::half_up) const noexcept;
  [[nodiscard]] RawQuantity quantity(std::int64_t recorded) const noexcept;
  [[nodiscard]] const Instrument& instrument() const noexcept { return instrument_; }

 private:
  Instrument instrument_;
  data::Scales scales_;
};

/// The ticks of one recorded series in their order.
class TickSource {
 public:
  TickSource() = default;
  TickSource(const TickSource&) = delete;
  TickSource& operator=(const TickSource&) = delete;
  virtual ~TickSource() = default;
  /// Nothing: the series is at its end. Errors: bad_data, io.
  [[nodiscard]] virtual Result<std::optional<Tick>> next() = 0;
};

/// The source for a series of bars, trades, quotes or book changes. A bar becomes a path of trades: open, the
/// extreme against its direction, the other one, close.
[[nodiscard]] std::unique_ptr<TickSource> make_tick_source(const Instrument& instrument, data::Series series);

}  // namespace kontor::emulator
