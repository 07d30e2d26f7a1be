#include "screen/line.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace kontor::screen {
namespace {

constexpr char32_t kBroken = 0xFFFFFFFF;

/// A character and the bytes that it takes.
struct Character {
  char32_t code = kBroken;
  std::size_t bytes = 1;
};

/// The character at the beginning of `text`, which is not empty; kBroken where that is no UTF-8.
Character first_of(std::string_view text) noexcept {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  char32_t code = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    code = code << 6U | (byte(i) & 0x3FU);
  }
  const bool is_overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  return is_overlong || is_surrogate || code > 0x10FFFF ? Character{} : Character{code, bytes};
}

struct CodeRange {
  char32_t first;
  char32_t last;
};

// Unicode Standard Annex 11: the blocks that are wide as a whole.
constexpr std::array<CodeRange, 10> kWide{{{0x1100, 0x115F},
                                           {0x2E80, 0x303E},
                                           {0x3041, 0xA4CF},
                                           {0xAC00, 0xD7A3},
                                           {0xF900, 0xFAFF},
                                           {0xFE30, 0xFE6F},
                                           {0xFF00, 0xFF60},
                                           {0xFFE0, 0xFFE6},
                                           {0x1F300, 0x1FAFF},
                                           {0x20000, 0x3FFFD}}};
constexpr std::array<CodeRange, 5> kCombining{
    {{0x0300, 0x036F}, {0x200B, 0x200D}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}}};
/// Controls, and what turns the direction of the text around.
constexpr std::array<CodeRange, 5> kControls{
    {{0x00, 0x1F}, {0x7F, 0x9F}, {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F}}};

bool is_in(std::span<const CodeRange> ranges, char32_t code) noexcept {
  return std::ranges::any_of(ranges, [&](const CodeRange& r) { return code >= r.first && code <= r.last; });
}

bool is_control(char32_t code) noexcept { return code == kBroken || is_in(kControls, code); }

std::size_t cells_of(char32_t code) noexcept {
  if (code < 0x300) return 1;
  return is_in(kCombining, code) ? 0 : is_in(kWide, code) ? 2 : 1;
}

/// Calls `visit(character, bytes)` for each character until it says no.
template <class Visit>
void for_each_character(std::string_view text, Visit&& visit) {
  while (!text.empty()) {
    const Character character = first_of(text);
    if (!visit(character.code, text.substr(0, character.bytes))) return;
    text.remove_prefix(character.bytes);
  }
}

/// The beginning of the text that takes at most so many cells.
std::string_view beginning(std::string_view text, std::size_t width) noexcept {
  std::size_t cells = 0;
  std::size_t bytes = 0;
  for_each_character(text, [&](char32_t code, std::string_view character) {
    cells += cells_of(code);
    if (cells > width) return false;
    bytes += character.size();
    return true;
  });
  return text.substr(0, bytes);
}

char ascii_of(char32_t code) noexcept {
  switch (code) {
    case U'─': return '-';
    case U'│': return '|';
    case U'…': return '.';
    case U'→': return '>';
    case U'·': return '-';
    case U'×': return 'x';
    case U'↑': return '^';
    case U'↓': return 'v';
    case U'–':
    case U'−': return '-';
    default: return '?';
  }
}

}  // namespace

std::size_t width_of(std::string_view text) noexcept {
  std::size_t cells = 0;
  for_each_character(text, [&](char32_t code, std::string_view /*bytes*/) {
    cells += cells_of(code);
    return true;
  });
  return cells;
}

std::size_t width_of(const Line& line) noexcept {
  std::size_t cells = 0;
  for (const Piece& run : line) cells += width_of(run.text);
  return cells;
}

std::string printable(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for_each_character(text, [&](char32_t code, std::string_view bytes) {
    if (code == '\n' || code == '\r' || code == '\t') {
      safe += ' ';
    } else if (is_control(code)) {
      safe += '?';
    } else {
      safe += bytes;
    }
    return true;
  });
  return safe;
}

std::string without_styles(std::string_view text) {
  std::string bare;
  while (!text.empty()) {
    const std::size_t begin = std::min(text.find("\x1b["), text.size());
    bare += text.substr(0, begin);
    text.remove_prefix(begin);
    if (text.empty()) break;
    const std::size_t end = text.find_first_not_of("0123456789;", 2);
    const bool is_style = end != std::string_view::npos && text[end] == 'm';
    if (!is_style) bare += text.substr(0, 2);
    text.remove_prefix(is_style ? end + 1 : 2);
  }
  return bare;
}

std::string ascii_of(std::string_view text) {
  std::string plain;
  for_each_character(text, [&](char32_t code, std::string_view /*bytes*/) {
    if (code < 0x80) {
      plain += static_cast<char>(code);
    } else {
      plain.append(cells_of(code), ascii_of(code));
    }
    return true;
  });
  return plain;
}

std::string clip(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return std::string(text);
  return width == 0 ? std::string() : std::string(beginning(text, width - 1)) + "…";
}

Line clip(const Line& line, std::size_t width) {
  Line clipped;
  std::size_t left = width;
  for (const Piece& run : line) {
    const std::size_t cells = width_of(run.text);
    if (cells > left) {
      clipped.push_back({clip(run.text, left), run.style});
      break;
    }
    clipped.push_back(run);
    left -= cells;
  }
  return clipped;
}

std::string fitted(std::string_view text, std::size_t width, Align align) {
  std::string shown = clip(text, width);
  const std::string space(width - std::min(width, width_of(shown)), ' ');
  return align == Align::left ? std::move(shown) + space : space + shown;
}

std::string text_of(const Line& line) {
  std::string text;
  for (const Piece& run : line) text += run.text;
  return text;
}

}  // namespace kontor::screen
