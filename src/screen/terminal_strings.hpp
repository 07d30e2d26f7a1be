#pragma once

#include <array>
#include <cstddef>

namespace kontor::screen {

/// What is to be written to a terminal, whatever it shows, so that a shell finds it as it was.
struct ClosingBytes {
  std::array<char, 512> bytes{};
  std::size_t size = 0;
};

/// For the terminal that the library is on now.
[[nodiscard]] ClosingBytes closing_bytes();
/// True where the terminal of that name in TERM is known, and its cursor can be put anywhere.
[[nodiscard]] bool can_move_cursor();

}  // namespace kontor::screen
