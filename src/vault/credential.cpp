#include "vault/credential.hpp"

#include <algorithm>
#include <vector>

#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest.hpp"
#include "base/sha256.hpp"

namespace kontor::vault {
namespace {

constexpr std::size_t kFingerprintDigits = 8;

template <class Enum>
Result<Enum> parse_name(std::string_view what, std::string_view name) {
  std::vector<std::string_view> names;
  std::optional<Enum> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>([&](auto enumerator) {
    names.emplace_back(enumerator.name);
    if (name == enumerator.name) found = enumerator.value;
  });
  if (found) return *found;
  return fail(ErrorKind::usage, fmt::format("expected {} ({}), found '{}'{}", what, fmt::join(names, ", "),
                                            name, did_you_mean(name, names)));
}

constexpr bool is_letter_or_digit(char letter) noexcept {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9');
}

constexpr bool fits_account(char letter) noexcept {
  return is_letter_or_digit(letter) || letter == '-' || letter == '_' || letter == '.';
}

}  // namespace

std::string_view name_of(Venue venue) noexcept { return boost::describe::enum_to_string(venue, "unknown"); }
std::string_view name_of(Slot slot) noexcept { return boost::describe::enum_to_string(slot, "unknown"); }
std::string_view name_of(Network network) noexcept {
  return boost::describe::enum_to_string(network, "unknown");
}
std::string name_of(const AccountName& owner) {
  return fmt::format("{}/{}", name_of(owner.venue), owner.account);
}

Result<Venue> parse_venue(std::string_view name) { return parse_name<Venue>("a venue", name); }
Result<Slot> parse_slot(std::string_view name) { return parse_name<Slot>("a slot", name); }
Result<Network> parse_network(std::string_view name) { return parse_name<Network>("a network", name); }

Result<void> check_account(std::string_view account) {
  const bool fits = !account.empty() && account.size() <= kLongestAccount &&
                    is_letter_or_digit(account.front()) && std::ranges::all_of(account, fits_account);
  if (fits) return {};
  return fail(ErrorKind::usage,
              fmt::format("expected the name of an account (1 to {} letters, digits, '-', '_' and "
                          "'.', beginning with a letter or digit), found something else",
                          kLongestAccount));
}

Result<void> check_secret(std::string_view what, const SecretText& secret) {
  if (secret.empty()) return fail(ErrorKind::usage, fmt::format("expected {}, found nothing", what));
  if (secret.size() > kLongestSecret) {
    return fail(ErrorKind::usage, fmt::format("expected {} of at most {} characters, found {}", what,
                                              kLongestSecret, secret.size()));
  }
  const bool printable =
      std::ranges::all_of(secret.reveal(), [](char letter) { return letter > ' ' && letter <= '~'; });
  if (printable) return {};
  return fail(
      ErrorKind::usage,
      fmt::format("expected {} without blanks, control characters and letters beyond ASCII, found one",
                  what));
}

Result<void> check_credential(const Credential& credential) {
  TRY_VOID(check_account(credential.owner.account));
  TRY_VOID(check_secret("a key", credential.key));
  TRY_VOID(check_secret("a secret", credential.secret));
  if (credential.extra.empty()) return {};
  return check_secret("an extra value", credential.extra);
}

std::string fingerprint_of(const SecretText& key) {
  return sha256_hex(key.reveal()).substr(0, kFingerprintDigits);
}

KeyFacts facts_of(const Credential& credential, TimeNs now) {
  const DurationNs age = now > credential.created_at ? now - credential.created_at : 0;
  return {.owner = credential.owner,
          .slot = credential.slot,
          .network = credential.network,
          .fingerprint = fingerprint_of(credential.key),
          .created_at = credential.created_at,
          .age = age,
          .is_old = age > kLongestKeyAge,
          .permissions = credential.permissions};
}

}  // namespace kontor::vault
