#pragma once

#include <algorithm>
#include <ranges>
#include <string_view>

namespace kontor {

// Letters without regard to their case, as far as ASCII goes: whatever the locale is, other characters only
// equal themselves.

constexpr char lower_case(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool same_letter(char a, char b) noexcept { return lower_case(a) == lower_case(b); }

constexpr bool equals_in_any_case(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, same_letter);
}

/// True if `wanted` stands somewhere in the text; empty, it stands everywhere.
constexpr bool contains_in_any_case(std::string_view text, std::string_view wanted) noexcept {
  return wanted.empty() || !std::ranges::search(text, wanted, same_letter).empty();
}

}  // namespace kontor
