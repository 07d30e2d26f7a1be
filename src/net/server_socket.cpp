#include "net/server_socket.hpp"

#include <fmt/format.h>

#include "net/server_context.hpp"
#include "net/websocket_peer.hpp"

namespace kontor::net {
namespace {

class PeerSocket final : public ServerSocket {
 public:
  explicit PeerSocket(std::shared_ptr<WebSocketPeer> peer) noexcept : peer_(std::move(peer)) {}

  Result<void> send(std::string_view text) override { return put(WebSocketOpcode::text, text); }
  Result<void> send_binary(std::string_view bytes) override { return put(WebSocketOpcode::binary, bytes); }
  Result<void> ping(std::string_view text) override {
    return put(WebSocketOpcode::ping, text.substr(0, 125));
  }
  void close(std::uint16_t code, std::string_view text) override { peer_->close(code, text); }
  void abort() override { peer_->abort({.end = WebSocketEnd::by_us}); }
  void break_off(std::string_view text, std::size_t bytes) override { peer_->break_off(text, bytes); }
  void stop_reading() override { peer_->stop_reading(); }
  bool is_open() const noexcept override { return peer_->is_open(); }
  std::size_t queued_bytes() const noexcept override { return peer_->queued_bytes(); }

 private:
  Result<void> put(WebSocketOpcode opcode, std::string_view payload);

  std::shared_ptr<WebSocketPeer> peer_;
};

Result<void> PeerSocket::put(WebSocketOpcode opcode, std::string_view payload) {
  auto sent = peer_->send(opcode, payload);
  if (!sent && sent.error().kind == ErrorKind::overflow) {
    peer_->abort({.end = WebSocketEnd::overflow, .error = sent.error()});
  }
  return sent;
}

}  // namespace

void open_server_socket(const std::shared_ptr<ServerContext>& context, std::shared_ptr<ByteStream> stream,
                        SocketHandlers handlers) {
  const ServerLimits& limits = context->options.limits;
  WebSocketRules rules{.role = WebSocketRole::server,
                       .name = stream->peer(),
                       .closing_ns = limits.closing_ns,
                       .max_message_bytes = limits.message_bytes,
                       .max_queue_bytes = limits.outbound_bytes};
  const auto holder = std::make_shared<std::weak_ptr<WebSocketPeer>>();
  const auto peer = std::make_shared<WebSocketPeer>(
      context->loop, std::move(stream), std::move(rules),
      WebSocketPeer::Handlers{
          .on_message = std::move(handlers.on_message),
          .on_close = [weak_context = std::weak_ptr(context), holder,
                       on_close = std::move(handlers.on_close)](const CloseReason& reason) mutable {
            const auto self = holder->lock();
            if (on_close) on_close(reason);
            if (const auto alive = weak_context.lock(); alive && self) alive->remove(self);
          }});
  *holder = peer;
  context->sockets.insert(peer);
  if (handlers.on_open) handlers.on_open(std::make_shared<PeerSocket>(peer));
  if (peer->is_open()) peer->start();
}

}  // namespace kontor::net
