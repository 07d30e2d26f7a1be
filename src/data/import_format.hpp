#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "data/dataset.hpp"

namespace kontor::data {

/// The layouts of files that can be imported; docs/import-formats.md describes each.
enum class ImportFormat : std::uint8_t {
  automatic,          ///< told from the content
  csv,                ///< any CSV with a header of known column names
  binance_klines,     ///< archive candles: 11 or 12 columns
  binance_trades,     ///< archive trades
  binance_aggtrades,  ///< archive trades, aggregated
  binance_funding,    ///< archive funding rates
  binance_stream,     ///< recorded stream messages with receive times
  bybit_trades,       ///< archive trades
  bybit_ob500,        ///< archive order books
};

/// `binance-klines`, `auto`, …: the name on the command line.
[[nodiscard]] std::string_view format_name(ImportFormat format) noexcept;
/// The reverse; the error lists all names.
[[nodiscard]] Result<ImportFormat> parse_format(std::string_view name);
/// All names, separated by commas.
[[nodiscard]] std::string format_names();

/// `bar`, `trade`, …
[[nodiscard]] std::string_view kind_name(DataKind kind) noexcept;

/// What family of documents the first bytes of a document belong to.
enum class ContentFamily : std::uint8_t { csv, json_lines, stamped_json_lines, unknown };
[[nodiscard]] ContentFamily detect_family(std::string_view first_lines) noexcept;

}  // namespace kontor::data
