#pragma once

#include <string_view>
#include <variant>

#include "emulator/binance/api_socket.hpp"
#include "emulator/binance/stream_socket.hpp"
#include "net/http_server.hpp"

namespace kontor::emulator::binance {

/// Which WebSocket a request opens; nothing: there is none at this path.
using SocketOpening = std::variant<std::monostate, StreamOpening, ApiSocket::Opening>;
[[nodiscard]] SocketOpening opening_of(Product product, const net::ServerRequest& request);

}  // namespace kontor::emulator::binance
