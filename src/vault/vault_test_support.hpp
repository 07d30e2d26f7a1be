#pragma once

#include <string>
#include <string_view>

#include "vault/credential.hpp"
#include "vault/vault.hpp"

namespace kontor::vault::test {

/// As little work as the library allows: a test opens vaults by the thousand.
inline constexpr KeyHardness kQuick{.operations = 1, .memory_bytes = 8192};

inline constexpr TimeNs kMade = 1'770'000'000 * kSecond;

inline SecretText passphrase() { return SecretText::copy_of("correct horse battery"); }

/// A key whose values tell whose they are.
inline Credential credential(std::string_view account, std::string_view key = "KEY-one",
                             Venue venue = Venue::binance) {
  Credential made;
  made.owner = {venue, std::string(account)};
  made.created_at = kMade;
  made.key = SecretText::copy_of(key);
  made.secret = SecretText::copy_of(std::string("SECRET-of-").append(key));
  return made;
}

}  // namespace kontor::vault::test
