#include "standard_input.hpp"

#include <array>
#include <cstdio>

#include <fmt/format.h>

namespace kontor::app {

Result<std::string> read_standard_input() {
  constexpr std::size_t kMostBytes = std::size_t{64} << 20U;
  std::string text;
  std::array<char, 64 * 1024> piece{};
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), stdin)) {
    if (text.size() + count > kMostBytes)
      return fail(ErrorKind::usage,
                  fmt::format("standard input: expected up to {} MiB, found more", kMostBytes >> 20U));
    text.append(piece.data(), count);
  }
  if (std::ferror(stdin) != 0) return fail(ErrorKind::io, "standard input cannot be read");
  return text;
}

}  // namespace kontor::app
