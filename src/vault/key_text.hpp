#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vault/credential.hpp"

/// Credentials for people and programs: facts only, never a key or a secret.
namespace kontor::vault {

/// One line each, below a headline.
[[nodiscard]] std::string keys_table(std::span<const KeyFacts> keys);
/// `read, trade; from listed addresses`, or `not checked`.
[[nodiscard]] std::string permissions_text(const KeyFacts& key);
/// A line for each key that is too old: which, and what to do.
[[nodiscard]] std::vector<std::string> age_warnings(std::span<const KeyFacts> keys);

/// `{"vault": …, "keys": […]}`; of each venue, account, slot, network, fingerprint, created, age_days, is_old
/// and permissions.
[[nodiscard]] std::string to_json(std::span<const KeyFacts> keys, std::string_view vault);
/// `{"outcome": …, "keys": […]}`: what a command did, and the keys that it did it to.
[[nodiscard]] std::string outcome_json(std::string_view outcome, std::span<const KeyFacts> keys);

}  // namespace kontor::vault
