#pragma once

#include <cstddef>

#include "base/result.hpp"
#include "vault/secret_text.hpp"

namespace kontor::vault {

inline constexpr std::size_t kShortestPassphrase = 12;   ///< characters
inline constexpr std::size_t kLongestPassphrase = 1024;  ///< bytes

/// Whether a vault may be locked with this passphrase: long enough, no control characters (which nobody can
/// type again), and neither a piece that is repeated nor a run along the alphabet or the digits. What it says
/// about one that is refused does not tell the passphrase. Error usage.
[[nodiscard]] Result<void> check_new_passphrase(const SecretText& passphrase);

}  // namespace kontor::vault
