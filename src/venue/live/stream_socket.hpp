#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/backoff.hpp"
#include "net/io_loop.hpp"
#include "net/websocket_client.hpp"
#include "venue/protocol.hpp"

namespace kontor::live {

/// One socket of a venue that is kept open: opened again after every end with waits that grow, subscribed
/// anew each time at the venue's pace, pinged as the venue wants it, replaced before the venue ends it.
/// Belongs to the loop's thread.
class StreamSocket {
 public:
  struct Handlers {
    /// The text is borrowed for the time of the call.
    std::function<void(std::string_view text)> on_message;
    /// The socket is open and everything is subscribed to, or it is not any more (with the reason).
    std::function<void(bool is_open, const std::string& why)> on_change;
  };
  struct Setup {
    venue::StreamRules rules{};
    net::ConnectOptions connect{};
    std::uint64_t seed = 1;
  };

  StreamSocket(net::IoLoop& loop, venue::Protocol& protocol, Setup setup, Handlers handlers);
  StreamSocket(const StreamSocket&) = delete;
  StreamSocket& operator=(const StreamSocket&) = delete;

  /// Opens it and keeps it so. `greeting` is made anew for each opening: it may be signed.
  void open(std::string url, std::function<std::vector<std::string>()> greeting,
            std::vector<std::string> topics);
  /// Does not read these any more, if it is open.
  void leave(const std::vector<std::string>& topics);
  /// Ends it and opens it again.
  void reopen();
  void close();
  [[nodiscard]] bool is_open() const noexcept { return client_ && client_->is_open(); }
  [[nodiscard]] std::size_t topics() const noexcept { return topics_.size(); }

 private:
  void connect();
  void on_open();
  void on_close(const net::CloseReason& reason);
  void subscribe_next();
  void ping();
  void try_again();

  net::IoLoop& loop_;
  venue::Protocol& protocol_;
  Setup setup_;
  Handlers handlers_;
  net::Backoff backoff_;
  std::unique_ptr<net::WebSocketClient> client_;
  std::string url_;
  std::function<std::vector<std::string>()> greeting_;
  std::vector<std::string> topics_;
  std::size_t subscribed_ = 0;
  std::uint64_t requests_ = 0;
  DurationNs opened_at_ = 0;
  bool is_wanted_ = false;
  net::Timer again_;
  net::Timer pace_;
  net::Timer ping_;
  net::Timer life_;
};

}  // namespace kontor::live
