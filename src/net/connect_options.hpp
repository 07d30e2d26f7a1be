#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/describe/enum.hpp>

#include "base/time.hpp"
#include "net/tls.hpp"

namespace kontor::net {

/// The steps of opening a connection.
BOOST_DEFINE_FIXED_ENUM_CLASS(ConnectStep, std::uint8_t, resolve, connect, proxy, tls)

/// How long each step may take. `connect` holds for each address of a name, of which kMaxAddresses are tried.
struct ConnectTimeouts {
  DurationNs resolve_ns = 5 * kSecond;
  DurationNs connect_ns = 5 * kSecond;
  DurationNs proxy_ns = 5 * kSecond;
  DurationNs tls_ns = 5 * kSecond;
};
inline constexpr std::size_t kMaxAddresses = 4;

/// A proxy that is spoken to in HTTP/1.1. Addresses of http are asked of it in absolute form, everything else
/// through a tunnel (CONNECT).
struct Proxy {
  std::string url{};            ///< `http://host:port`; empty: no proxy
  std::string authorization{};  ///< value of Proxy-Authorization; empty: none. Never told
};

/// How connections are opened.
struct ConnectOptions {
  ConnectTimeouts timeouts{};
  std::shared_ptr<TlsContext> tls{};  ///< needed for https and wss
  Proxy proxy{};
};

}  // namespace kontor::net
