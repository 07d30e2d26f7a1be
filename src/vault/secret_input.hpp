#pragma once

#include <cstddef>
#include <vector>

#include "base/result.hpp"
#include "vault/secret_text.hpp"

/// Secrets as other programs hand them over: lines from a file descriptor. Every character goes straight into
/// memory that is wiped; no buffered stream keeps a copy.
namespace kontor::vault {

/// What any line of a secret may have, in bytes.
inline constexpr std::size_t kLongestLine = 4096;

/// Reads `count` lines, each to its line end or to the end of the data, and closes the descriptor. Nothing
/// behind the last of them is read. Error usage: the descriptor is not open, or there are fewer lines; io.
[[nodiscard]] Result<std::vector<SecretText>> read_secret_lines(int descriptor, std::size_t count);

}  // namespace kontor::vault
