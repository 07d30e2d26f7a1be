#pragma once

#include <functional>
#include <memory>
#include <unordered_set>

#include "net/http_server.hpp"
#include "net/io_loop.hpp"
#include "net/websocket_peer.hpp"

namespace kontor::net {

/// What the connections of one server share.
struct ServerContext {
  IoLoop& loop;
  ServerOptions options;
  ServerHandlers handlers;
  std::unordered_set<std::shared_ptr<ServerConnection>> connections{};  ///< that carry requests
  std::unordered_set<std::shared_ptr<WebSocketPeer>> sockets{};
  bool is_stopping = false;
  std::move_only_function<void()> on_fewer{};  ///< called after one of them has gone

  [[nodiscard]] std::size_t size() const noexcept { return connections.size() + sockets.size(); }
  void remove(const std::shared_ptr<ServerConnection>& connection) {
    if (connections.erase(connection) > 0 && on_fewer) on_fewer();
  }
  void remove(const std::shared_ptr<WebSocketPeer>& socket) {
    if (sockets.erase(socket) > 0 && on_fewer) on_fewer();
  }
};

/// Makes a stream, on which the opening was answered, a WebSocket of the server.
void open_server_socket(const std::shared_ptr<ServerContext>& context, std::shared_ptr<ByteStream> stream,
                        SocketHandlers handlers);

}  // namespace kontor::net
