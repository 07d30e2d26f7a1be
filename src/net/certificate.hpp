#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace kontor::net {

/// What a private authority is made for.
struct PrivateAuthorityOptions {
  std::vector<std::string> names{};  ///< of hosts or addresses, besides localhost, 127.0.0.1 and ::1
  TimeNs valid_from = 0;
  DurationNs valid_for = 365 * kDay;
  bool names_this_machine = true;  ///< false: the certificate holds for `names` alone
};

/// An authority and a server that it vouches for, all in PEM. The authority's key is thrown away: it can
/// vouch for nobody else.
struct PrivateAuthority {
  std::string ca_pem;           ///< for clients that shall trust the server
  std::string certificate_pem;  ///< the server's …
  std::string key_pem;          ///< … and its key
};

/// Makes one, with elliptic curve keys (P-256). Error usage: a validity that is none, or names that are.
[[nodiscard]] Result<PrivateAuthority> generate_private_authority(const PrivateAuthorityOptions& options);

}  // namespace kontor::net
