#include "net/url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace kontor::net {
namespace {

std::optional<std::uint16_t> default_port(std::string_view scheme) noexcept {
  if (scheme == "http" || scheme == "ws") return 80;
  if (scheme == "https" || scheme == "wss") return 443;
  return std::nullopt;
}

std::optional<std::uint16_t> read_port(std::string_view text) noexcept {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), lower_case);
  return lower;
}

bool is_visible(char c) noexcept { return c > ' ' && c < '\x7f'; }

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  const auto wrong = [&](std::string_view expected) {
    return fail(ErrorKind::usage, fmt::format("expected {}, found \"{}\"", expected, text));
  };
  if (!std::ranges::all_of(text, is_visible)) return wrong("an address without spaces");
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return wrong("an address such as https://host/path");
  Url url;
  url.scheme = in_lower_case(text.substr(0, scheme_end));
  const auto implied = default_port(url.scheme);
  if (!implied) return wrong("http, https, ws or wss");
  const std::string_view rest = text.substr(scheme_end + 3);
  const auto authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, authority_end);
  url.target = rest.substr(authority_end);
  if (url.target.contains('#')) return wrong("an address without a fragment");
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  if (authority.contains('@')) return wrong("an address without a user name");
  const bool is_literal = authority.starts_with('[');
  const auto host_end = is_literal ? authority.find(']') : authority.rfind(':');
  if (is_literal && host_end == std::string_view::npos) return wrong("a closing bracket after the host");
  url.host = in_lower_case(is_literal ? authority.substr(1, host_end - 1) : authority.substr(0, host_end));
  if (url.host.empty()) return wrong("a host");
  if (!is_literal && url.host.contains(':')) return wrong("an IPv6 address in brackets");
  authority.remove_prefix(host_end == std::string_view::npos ? authority.size()
                                                             : host_end + (is_literal ? 1 : 0));
  url.port = *implied;
  if (authority.empty()) return url;
  const auto port = authority.starts_with(':') ? read_port(authority.substr(1)) : std::nullopt;
  if (!port) return wrong("a port between 1 and 65535");
  url.port = *port;
  return url;
}

std::string Url::authority() const {
  const std::string name = host.contains(':') ? "[" + host + "]" : host;
  return port == default_port(scheme) ? name : fmt::format("{}:{}", name, port);
}

}  // namespace kontor::net
