#include "data/import_format.hpp"

#include <algorithm>
#include <array>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kontor::data {
namespace {

constexpr std::array<std::string_view, 9> kNames{"auto",
                                                 "csv",
                                                 "binance-klines",
                                                 "binance-trades",
                                                 "binance-aggtrades",
                                                 "binance-funding",
                                                 "binance-stream",
                                                 "bybit-trades",
                                                 "bybit-ob500"};

bool is_text(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace

std::string_view format_name(ImportFormat format) noexcept {
  return kNames[static_cast<std::size_t>(format)];
}

std::string format_names() { return fmt::format("{}", fmt::join(kNames, ", ")); }

std::string_view kind_name(DataKind kind) noexcept { return boost::describe::enum_to_string(kind, "?"); }

Result<ImportFormat> parse_format(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) {
    return fail(ErrorKind::usage, fmt::format("expected a format ({}), found '{}'", format_names(), name));
  }
  return static_cast<ImportFormat>(found - kNames.begin());
}

ContentFamily detect_family(std::string_view first_lines) noexcept {
  const std::string_view head = first_lines.substr(0, 4096);
  if (head.empty() || !std::all_of(head.begin(), head.end(), is_text)) return ContentFamily::unknown;
  if (head.front() == '{') return ContentFamily::json_lines;
  const std::size_t digits = head.find_first_not_of("0123456789");
  if (digits != 0 && digits != std::string_view::npos && head.substr(digits).starts_with(" {")) {
    return ContentFamily::stamped_json_lines;
  }
  return ContentFamily::csv;
}

}  // namespace kontor::data
