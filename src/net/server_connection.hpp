#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/byte_stream.hpp"
#include "net/http_reader.hpp"
#include "net/http_server.hpp"
#include "net/server_context.hpp"

namespace kontor::net {

/// One connection of a server, until it closes or becomes a WebSocket.
class ServerConnection final : public StreamListener, public std::enable_shared_from_this<ServerConnection> {
 public:
  ServerConnection(std::shared_ptr<ServerContext> context, std::shared_ptr<ByteStream> stream)
      : context_(std::move(context)), stream_(std::move(stream)) {}

  void start();
  /// Closes as soon as nothing is worked on.
  void wind_down();
  /// Closes now; calls nothing back any more.
  void forget() noexcept;

  // For the responder.
  void answer(const HttpResponse& response);
  void answer_truncated(const HttpResponse& response, std::size_t body_bytes);
  void answer_raw(std::string_view bytes);
  void drop();
  void reset();

  void on_bytes() override;
  void on_end(const StreamEnd& end) override;
  void on_drained() override;

 private:
  enum class Phase : std::uint8_t {
    opening,  ///< TLS
    resting,  ///< between requests
    reading,  ///< a request
    working,  ///< somebody owes the answer
    writing,  ///< the answer
    gone
  };

  void rest();
  void read_request();
  void ask_for_body();
  void handle();
  void upgrade(const ServerRequest& request);
  void accept_upgrade(std::string_view key, SocketHandlers handlers);
  void refuse(unsigned status, std::string_view text);
  void write(const HttpResponse& response);
  void finish();
  /// The stream closes, or has closed, by itself.
  void leave();
  [[nodiscard]] ServerRequest take_request();

  std::shared_ptr<ServerContext> context_;
  std::shared_ptr<ByteStream> stream_;
  std::optional<HttpReader> reader_{};
  Timer timer_{};
  Phase phase_ = Phase::opening;
  bool keeps_alive_ = true;
  bool is_head_ = false;
  bool has_asked_for_body_ = false;
};

}  // namespace kontor::net
