#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>

#include "model/instrument.hpp"
#include "model/timeframe.hpp"

namespace kontor::data {

BOOST_DEFINE_FIXED_ENUM_CLASS(DataKind, std::uint8_t, bar, trade, quote, book, funding)

/// What a dataset is filed under: one kind of data of one instrument at one venue; bars also by timeframe.
struct DatasetKey {
  InstrumentName instrument;
  DataKind kind = DataKind::bar;
  Timeframe timeframe;  ///< bars only; kMinute otherwise, and ignored
  auto operator<=>(const DatasetKey&) const = default;
};

// The columns of each kind, in this order; every column is a 64-bit integer.
// Prices and quantities are raw units at the batch's scales. Times are nanoseconds UTC.

enum class BarColumn : std::uint8_t { ts_open, open, high, low, close, volume, trade_count, count };
enum class TradeColumn : std::uint8_t { ts_venue, ts_recv, price, quantity, id, aggressor_side, count };
enum class QuoteColumn : std::uint8_t { ts_venue, ts_recv, bid, ask, bid_quantity, ask_quantity, count };
/// A row is one level change; flags say its side and where a venue message begins and ends.
enum class BookColumn : std::uint8_t { ts_venue, ts_recv, price, quantity, flags, count };
/// The rate has a scale of its own (Batch::rate_scale); mark is zero where the source has none.
enum class FundingColumn : std::uint8_t { ts_venue, rate, mark, count };

/// Bits of BookColumn::flags.
inline constexpr std::int64_t kBookSell = 1;        ///< the change is on the ask side
inline constexpr std::int64_t kBookSnapshot = 2;    ///< the message replaces the whole book
inline constexpr std::int64_t kBookMessageEnd = 4;  ///< last row of its message

constexpr std::size_t column_count(DataKind kind) noexcept {
  switch (kind) {
    case DataKind::bar: return static_cast<std::size_t>(BarColumn::count);
    case DataKind::trade: return static_cast<std::size_t>(TradeColumn::count);
    case DataKind::quote: return static_cast<std::size_t>(QuoteColumn::count);
    case DataKind::book: return static_cast<std::size_t>(BookColumn::count);
    case DataKind::funding: return static_cast<std::size_t>(FundingColumn::count);
  }
  return 0;
}

/// Rows in memory, column by column: what importers make and the catalogue stores. All columns have one
/// length.
struct Batch {
  DataKind kind = DataKind::bar;
  std::uint8_t price_scale = 0;
  std::uint8_t quantity_scale = 0;
  std::uint8_t rate_scale = 0;
  std::vector<std::vector<std::int64_t>> columns;

  explicit Batch(DataKind k) : kind(k), columns(column_count(k)) {}
  [[nodiscard]] std::size_t rows() const noexcept { return columns.empty() ? 0 : columns.front().size(); }
  template <class Column>
  [[nodiscard]] std::vector<std::int64_t>& column(Column c) noexcept {
    return columns[static_cast<std::size_t>(c)];
  }
  template <class Column>
  [[nodiscard]] const std::vector<std::int64_t>& column(Column c) const noexcept {
    return columns[static_cast<std::size_t>(c)];
  }
};

}  // namespace kontor::data
