#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kontor::net {

/// An absolute address of http, https, ws or wss.
struct Url {
  std::string scheme;  ///< in lower case
  std::string host;    ///< in lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;
  std::string target;  ///< path and query as they were written, at least `/`

  /// Errors: usage (another scheme, no host, a port that is none, user names, fragments, control characters
  /// or spaces).
  [[nodiscard]] static Result<Url> parse(std::string_view text);
  [[nodiscard]] bool is_secure() const noexcept { return scheme == "https" || scheme == "wss"; }
  /// As the Host header wants it: without the port that the scheme implies.
  [[nodiscard]] std::string authority() const;
  /// `https://example.org:444`, without a target.
  [[nodiscard]] std::string origin() const { return scheme + "://" + authority(); }
};

}  // namespace kontor::net
