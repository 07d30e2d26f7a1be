#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/enum.hpp>

#include "base/result.hpp"
#include "data/dataset.hpp"
#include "data/import_format.hpp"

namespace kontor::data {

/// What a column of a CSV file means. `book_price_quantity` cells hold `price_quantity` of one best side.
BOOST_DEFINE_FIXED_ENUM_CLASS(CsvRole, std::uint8_t, ignored, time, receive_time, open, high, low, close,
                              volume, trade_count, price, quantity, id, side, buyer_is_maker, symbol, bid,
                              bid_quantity, ask, ask_quantity, bid_with_quantity, ask_with_quantity, snapshot,
                              message_end, rate, mark)

inline constexpr std::size_t kCsvRoles = 25;

/// How the lines of one CSV document are to be read.
struct CsvLayout {
  ImportFormat format = ImportFormat::csv;
  DataKind kind = DataKind::bar;
  bool has_header = false;
  std::vector<std::string> names;            ///< of the columns: the header's, or our own where there is none
  std::vector<CsvRole> roles;                ///< one per column
  std::vector<std::string> unknown_columns;  ///< names that mean nothing to us, for a warning

  /// The column with this role, if there is one.
  [[nodiscard]] std::optional<std::size_t> column_of(CsvRole role) const;
};

/// Tells from the first lines of a CSV document what it holds. `wanted_kind` settles what the columns leave
/// open: a price-quantity-side file as a book, the `open` column of a candle file as the funding rate.
/// bad_data: neither a header that names a kind of data, nor columns of a known layout.
[[nodiscard]] Result<CsvLayout> detect_csv_layout(std::string_view first_lines,
                                                  std::optional<DataKind> wanted_kind);

}  // namespace kontor::data
