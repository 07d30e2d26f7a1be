#pragma once

#include <functional>
#include <memory>
#include <string>

#include "venue/live/rest_caller.hpp"
#include "venue/live/stream_socket.hpp"

namespace kontor::live {

/// The venue's messages about one account. Keeps the listen key alive where the venue wants one. Belongs to
/// the loop's thread.
class PrivateStream {
 public:
  static constexpr DurationNs kBetweenKeepAlives = 30 * kMinute;
  struct Handlers {
    std::function<void(const venue::Message&)> on_message;
    /// Messages come in, or do not any more.
    std::function<void(bool is_alive)> on_change;
    std::function<void(const std::string&)> note;
  };

  PrivateStream(net::IoLoop& loop, std::unique_ptr<venue::Protocol> protocol, RestCaller& rest,
                net::ConnectOptions connect, bool needs_listen_key, Handlers handlers);

  /// `topics` are read beside those that the venue's greeting subscribes to.
  void open(std::vector<std::string> topics = {});
  void close();
  /// Does not read those any more.
  void leave_topics();

 private:
  class Sink;
  void begin();
  void open_socket(const std::string& listen_key);
  void ask_listen_key();
  void keep_alive();
  void take_text(std::string_view text);
  void take(const venue::Message& message);
  void set_alive(bool is_alive);
  void start_over(const std::string& why);

  net::IoLoop& loop_;
  std::unique_ptr<venue::Protocol> protocol_;
  RestCaller& rest_;
  net::ConnectOptions connect_;
  bool needs_listen_key_;
  Handlers handlers_;
  std::vector<std::string> topics_;
  std::unique_ptr<StreamSocket> socket_;
  bool is_alive_ = false;
  bool awaits_sign_in_ = false;
  net::Backoff backoff_;
  net::Timer keep_alive_;
  net::Timer again_;
};

}  // namespace kontor::live
