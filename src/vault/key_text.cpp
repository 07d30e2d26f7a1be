#include "vault/key_text.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kontor::vault {
namespace {

std::int64_t days_of(DurationNs age) { return age / kDay; }

std::string line_of(const KeyFacts& key) {
  return fmt::format("{:<12} {:<20} {:<7} {:<9} {:<12} {:>6} {} {}\n", name_of(key.owner.venue),
                     key.owner.account, name_of(key.slot), name_of(key.network), key.fingerprint,
                     fmt::format("{} d", days_of(key.age)), key.is_old ? "old" : "   ",
                     permissions_text(key));
}

}  // namespace

std::string permissions_text(const KeyFacts& key) {
  if (!key.permissions) return "not checked";
  const KeyPermissions& may = *key.permissions;
  const std::array named{std::pair(may.can_read, "read"), std::pair(may.can_trade, "trade"),
                         std::pair(may.can_withdraw, "WITHDRAW"),
                         std::pair(may.can_transfer_out, "TRANSFER OUT")};
  std::vector<std::string_view> words;
  for (const auto& [is_so, word] : named) {
    if (is_so) words.emplace_back(word);
  }
  return fmt::format("{}; from {} address",
                     words.empty() ? "nothing" : fmt::format("{}", fmt::join(words, ", ")),
                     may.has_address_list ? "a listed" : "any");
}

std::string keys_table(std::span<const KeyFacts> keys) {
  std::string text = fmt::format("{:<12} {:<20} {:<7} {:<9} {:<12} {:>6}     {}\n", "VENUE", "ACCOUNT",
                                 "SLOT", "NETWORK", "FINGERPRINT", "AGE", "PERMISSIONS");
  for (const KeyFacts& key : keys) text += line_of(key);
  return text;
}

std::vector<std::string> age_warnings(std::span<const KeyFacts> keys) {
  std::vector<std::string> warnings;
  for (const KeyFacts& key : keys) {
    if (!key.is_old) continue;
    warnings.push_back(
        fmt::format("the {} key of {} is {} days old, more than {}; 'kontor keys rotate {} {}' replaces it",
                    name_of(key.slot), name_of(key.owner), days_of(key.age), days_of(kLongestKeyAge),
                    name_of(key.owner.venue), key.owner.account));
  }
  return warnings;
}

}  // namespace kontor::vault
