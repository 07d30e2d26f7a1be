#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/binance/market_streams.hpp"
#include "emulator/binance/request_json.hpp"
#include "emulator/binance/socket_peer.hpp"
#include "emulator/binance/user_streams.hpp"

namespace kontor::emulator::binance {

/// The streams of one product that sockets read.
struct ProductStreams {
  MarketStreams& market;
  UserStreams& user;
};

/// How a stream socket was opened: `/stream?streams=…`, `/private/ws?listenKey=…`.
struct StreamOpening {
  Product product = Product::spot;
  StreamRoute route = StreamRoute::spot;
  bool is_routed = false;  ///< USDⓈ-M: by a path that names the route
  bool is_combined = false;
  std::vector<std::string> streams{};
};

/// A WebSocket that market streams, and on USDⓈ-M user data, are read by.
class StreamSocket final : public SocketPeer, public StreamReader, public UserReader {
 public:
  static constexpr std::size_t kMaxStreams = 1'024;

  StreamSocket(Service& service, const ProductStreams& streams, StreamOpening opening);

  void start();
  void close() override;
  void shut_down() override;
  void on_stream(const std::string& stream, const std::string& message) override;
  void on_user_event(AccountId account, const std::string& message) override;
  /// The key has expired: tells it, and reads it no more.
  void expire(const std::string& listen_key);

 protected:
  void on_text(std::string_view text) override;
  void on_listen_key_fault() override;
  [[nodiscard]] std::size_t messages_a_second() const noexcept override;

 private:
  void subscribe(const std::string& stream);
  void unsubscribe(const std::string& stream);
  /// A listen key is a stream too: that of the account.
  bool subscribe_user(const std::string& listen_key);
  [[nodiscard]] bool serves(const std::string& stream) const;
  [[nodiscard]] std::string wrapped(const std::string& stream, const std::string& message) const;
  [[nodiscard]] std::string answer(const SocketMessage& message);
  [[nodiscard]] std::string change_subscriptions(const SocketMessage& message, bool adds);
  [[nodiscard]] std::string set_property(const SocketMessage& message);

  ProductStreams streams_;
  StreamOpening opening_;
  std::vector<std::string> subscriptions_;
  std::map<std::string, AccountId> listen_keys_;
};

}  // namespace kontor::emulator::binance
