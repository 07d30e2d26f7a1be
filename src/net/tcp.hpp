#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "net/byte_stream.hpp"
#include "net/connect_options.hpp"
#include "net/io_loop.hpp"

namespace kontor::net {

/// Why there is no connection.
struct ConnectFailure {
  ConnectStep step = ConnectStep::resolve;
  bool timed_out = false;
  Error error{};
};
using ConnectOutcome = std::expected<std::shared_ptr<ByteStream>, ConnectFailure>;
using ConnectCallback = std::move_only_function<void(ConnectOutcome)>;

/// Looks a name up and connects to its addresses, one after the other.
class TcpConnecting {
 public:
  TcpConnecting() = default;
  TcpConnecting(const TcpConnecting&) = delete;
  TcpConnecting& operator=(const TcpConnecting&) = delete;
  virtual ~TcpConnecting() = default;
  /// The callback does not come any more.
  virtual void cancel() noexcept = 0;
};

struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;
};

/// The callback never comes from within this call.
[[nodiscard]] std::shared_ptr<TcpConnecting> connect_tcp(IoLoop& loop, HostAndPort where,
                                                         const ConnectTimeouts& timeouts,
                                                         ConnectCallback callback);

/// Takes connections in.
class TcpListener {
 public:
  using Accept = std::move_only_function<void(std::shared_ptr<ByteStream>)>;

  TcpListener() = default;
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;
  virtual ~TcpListener() = default;
  [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;
  virtual void stop() noexcept = 0;
};

/// `where.host` is an address, not a name. Error io.
[[nodiscard]] Result<std::shared_ptr<TcpListener>> listen_tcp(IoLoop& loop, const HostAndPort& where,
                                                              TcpListener::Accept accept);

}  // namespace kontor::net
