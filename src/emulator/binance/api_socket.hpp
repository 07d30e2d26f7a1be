#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/binance/endpoints.hpp"
#include "emulator/binance/request_json.hpp"
#include "emulator/binance/socket_peer.hpp"
#include "emulator/binance/user_streams.hpp"

namespace kontor::emulator::binance {

/// A WebSocket on which requests are answered: the venue's WebSocket API. On spot it also carries user data.
class ApiSocket final : public SocketPeer, public UserReader {
 public:
  struct Opening {
    Product product = Product::spot;
    std::string address;  ///< the client's, without the port
    bool returns_rate_limits = true;
  };
  /// Runs a task after a while, unless this socket is gone by then.
  using Later = std::function<void(DurationNs delay, std::function<void()> task)>;

  ApiSocket(Service& service, UserStreams& user, Opening opening, Later later);

  void close() override;
  void shut_down() override;
  void on_user_event(AccountId account, const std::string& message) override;

 protected:
  void on_text(std::string_view text) override;

 private:
  static constexpr std::size_t kMaxSubscriptions = 1'000;

  /// One request on its way.
  struct Request {
    SocketMessage message;
    Parameters parameters{};
    const Endpoint* endpoint = nullptr;
  };
  struct Reply {
    Answer<std::string> body;
    LimitVerdict limits{};
  };

  void work_off(const Request& request, const RequestFault& fault);
  [[nodiscard]] Answer<std::string> handle(const Request& request);
  [[nodiscard]] Answer<std::string> handle_session(const Request& request);
  [[nodiscard]] Answer<Call> authenticate(const Request& request, const Endpoint& endpoint);
  [[nodiscard]] Answer<std::string> log_on(const Request& request);
  [[nodiscard]] Answer<std::string> subscribe(const Request& request, bool by_signature);
  [[nodiscard]] Answer<std::string> unsubscribe(const Request& request);
  [[nodiscard]] std::string status_text() const;
  [[nodiscard]] std::string list_text() const;
  [[nodiscard]] std::string text_of(const Request& request, const Answer<std::string>& body,
                                    const LimitVerdict& limits) const;
  void send_reply(const Request& request, const Reply& reply);
  [[nodiscard]] bool suffers(const RequestFault& fault);
  [[nodiscard]] std::string_view key_of(const Request& request) const noexcept;

  UserStreams& user_;
  Opening opening_;
  Later later_;
  std::string logged_on_key_;
  TimeNs logged_on_at_ = 0;
  TimeNs connected_at_ = 0;
  std::map<std::int64_t, AccountId> subscriptions_;
  std::int64_t next_subscription_ = 0;
};

}  // namespace kontor::emulator::binance
