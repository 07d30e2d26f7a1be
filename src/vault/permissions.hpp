#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/time.hpp"

namespace kontor::vault {

/// What a venue says that a key may do, and when it said so.
struct KeyPermissions {
  bool can_read = false;
  bool can_trade = false;
  bool can_withdraw = false;
  bool can_transfer_out = false;  ///< to other accounts, also of the same owner
  bool has_address_list = false;  ///< the venue takes it from listed internet addresses only
  TimeNs probed_at = 0;
  bool operator==(const KeyPermissions&) const noexcept = default;
  BOOST_DESCRIBE_CLASS(KeyPermissions, (),
                       (can_read, can_trade, can_withdraw, can_transfer_out, has_address_list, probed_at), (),
                       ())
};

/// What a key is wanted for.
BOOST_DEFINE_FIXED_ENUM_CLASS(KeyUse, std::uint8_t, reading, trading)

/// What is wrong with the permissions of a key.
BOOST_DEFINE_FIXED_ENUM_CLASS(KeyProblem, std::uint8_t, may_withdraw, may_transfer_out, may_not_read,
                              may_not_trade, no_address_list)

enum class KeyVerdict : std::uint8_t {
  accepted,
  warned,   ///< may be used, but the owner should know
  refused,  ///< must not be used
};

struct KeyJudgement {
  KeyVerdict verdict = KeyVerdict::accepted;
  std::vector<KeyProblem> problems;  ///< in the order of their weight
};

/// Whether a key with these permissions may be used for that. A key that can move money away is refused
/// whatever it is wanted for: a thief of this machine could do the same with it.
[[nodiscard]] KeyJudgement judge(const KeyPermissions& permissions, KeyUse use);

/// Refuses, or only warns.
[[nodiscard]] KeyVerdict weight_of(KeyProblem problem) noexcept;
/// For people: what it is, and what to do.
[[nodiscard]] std::string_view explain(KeyProblem problem) noexcept;

}  // namespace kontor::vault
