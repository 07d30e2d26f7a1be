#include "base/json_text.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>

#include <fmt/format.h>

namespace kontor {
namespace {

constexpr std::size_t kEscapeLength = 6;
constexpr std::string_view kReplacement = "\\ufffd";

/// `\u0000` to `\u007f`.
constexpr auto kEscapes = [] {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<std::array<char, kEscapeLength>, 128> escapes{};
  for (std::size_t code = 0; code < escapes.size(); ++code)
    escapes[code] = {'\\', 'u', '0', '0', kDigits[code / 16], kDigits[code % 16]};
  return escapes;
}();

/// Length of the valid UTF-8 sequence at the front of `text` (RFC 3629), zero if there is none.
std::size_t utf8_length(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = at(0);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0U) != 0x80U) return 0;
  }
  const bool overlong = (lead == 0xE0 && at(1) < 0xA0) || (lead == 0xF0 && at(1) < 0x90);
  const bool surrogate = lead == 0xED && at(1) >= 0xA0;
  const bool too_large = lead == 0xF4 && at(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

constexpr bool needs_escape(char c) noexcept {
  const auto code = static_cast<unsigned char>(c);
  return code < 0x20 || code == 0x7F || c == '"' || c == '\\' || c == '<';
}

constexpr std::string_view escape_of(char c) noexcept {
  switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\t': return "\\t";
    default: break;
  }
  const auto& escape = kEscapes[static_cast<unsigned char>(c)];
  return {escape.data(), escape.size()};
}

}  // namespace

std::string_view next_json_piece(std::string_view& text) noexcept {
  std::size_t plain = 0;
  std::size_t length = 1;
  while (plain < text.size() && !needs_escape(text[plain])) {
    length = static_cast<unsigned char>(text[plain]) < 0x80 ? 1 : utf8_length(text.substr(plain));
    if (length == 0) break;
    plain += length;
  }
  if (plain > 0) {
    const auto run = text.substr(0, plain);
    text.remove_prefix(plain);
    return run;
  }
  if (text.empty()) return {};
  const auto escape = length == 0 ? kReplacement : escape_of(text.front());
  text.remove_prefix(1);
  return escape;
}

void append_json_number(std::string& out, double number) {
  if (std::isfinite(number)) {
    fmt::format_to(std::back_inserter(out), "{}", number);
  } else {
    out += "null";
  }
}

}  // namespace kontor
