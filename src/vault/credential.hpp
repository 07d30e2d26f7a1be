#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/operators.hpp>

#include "base/result.hpp"
#include "base/time.hpp"
#include "vault/permissions.hpp"
#include "vault/secret_text.hpp"

namespace kontor::vault {

// The values of these enumerations are written into vaults: new ones go to the end, none is ever given twice.
BOOST_DEFINE_FIXED_ENUM_CLASS(Venue, std::uint8_t, binance, bybit, bitfinex, hyperliquid, alpaca)
/// An account has room for two keys, so that one can be replaced without a moment in which none works.
BOOST_DEFINE_FIXED_ENUM_CLASS(Slot, std::uint8_t, active, next)
/// Which of a venue's systems knows the key.
BOOST_DEFINE_FIXED_ENUM_CLASS(Network, std::uint8_t, mainnet, testnet, emulator)

inline constexpr std::size_t kLongestAccount = 64;
inline constexpr std::size_t kLongestSecret = 2048;
/// A key that is older should be replaced.
inline constexpr DurationNs kLongestKeyAge = 90 * kDay;

/// Whose key it is: one account at one venue. The name of the account is our own.
struct AccountName {
  Venue venue = Venue::binance;
  std::string account;
  bool operator==(const AccountName&) const = default;
};

/// One key with all that a venue wants to see of it.
struct Credential {
  AccountName owner;
  Slot slot = Slot::active;
  Network network = Network::mainnet;
  TimeNs created_at = 0;  ///< when it came into the vault
  SecretText key;         ///< what names it at the venue
  SecretText secret;      ///< what signs
  SecretText extra;       ///< a third value that some venues give with a key; mostly empty
  std::optional<KeyPermissions> permissions;  ///< as last asked of the venue
};

/// What may be told about a credential: to screens, logs and programs.
struct KeyFacts {
  AccountName owner;
  Slot slot = Slot::active;
  Network network = Network::mainnet;
  std::string fingerprint;
  TimeNs created_at = 0;
  DurationNs age = 0;
  bool is_old = false;  ///< over kLongestKeyAge
  std::optional<KeyPermissions> permissions;
};

[[nodiscard]] std::string_view name_of(Venue venue) noexcept;
[[nodiscard]] std::string_view name_of(Slot slot) noexcept;
[[nodiscard]] std::string_view name_of(Network network) noexcept;
/// `binance/main`.
[[nodiscard]] std::string name_of(const AccountName& owner);

// Error usage names what there is.
[[nodiscard]] Result<Venue> parse_venue(std::string_view name);
[[nodiscard]] Result<Slot> parse_slot(std::string_view name);
[[nodiscard]] Result<Network> parse_network(std::string_view name);

/// 1 to 64 letters, digits, `-`, `_` and `.`, beginning with a letter or digit. Error usage.
[[nodiscard]] Result<void> check_account(std::string_view account);
/// A key, a secret or an extra value as venues give them: printable ASCII without blanks. `what` names it in
/// the error, which does not tell the value. Error usage.
[[nodiscard]] Result<void> check_secret(std::string_view what, const SecretText& secret);
/// All of the credential. Error usage.
[[nodiscard]] Result<void> check_credential(const Credential& credential);

/// The first 8 hexadecimal digits of the SHA-256 of the key (not of the secret): enough to know it again.
[[nodiscard]] std::string fingerprint_of(const SecretText& key);
/// A key from the future, after a clock went back, is 0 old.
[[nodiscard]] KeyFacts facts_of(const Credential& credential, TimeNs now);

}  // namespace kontor::vault
