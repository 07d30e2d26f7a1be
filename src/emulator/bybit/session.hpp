#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <boost/describe/enum.hpp>

#include "emulator/bybit/desk.hpp"
#include "emulator/bybit/outbox.hpp"
#include "emulator/bybit/parameters.hpp"
#include "emulator/bybit/private_hub.hpp"
#include "emulator/bybit/public_hub.hpp"

namespace kontor::emulator::bybit {

/// What a socket is for, by its path.
BOOST_DEFINE_FIXED_ENUM_CLASS(SessionKind, std::uint8_t, public_spot, public_linear, public_empty, account,
                              trade)

/// A path that opens a socket, and how long the socket may be idle.
struct SocketPath {
  SessionKind kind = SessionKind::public_linear;
  DurationNs idle_ns = 10 * kMinute;
};
/// None: no socket is opened there, or `max_active_time` is out of range.
[[nodiscard]] std::optional<SocketPath> parse_socket_path(std::string_view path, std::string_view query);

/// What all sockets of a front share.
struct SessionHost {
  Desk& desk;
  PublicHub& market;
  PrivateHub& accounts;
  Delays& delays;
};

/// One socket of a client: its login, its topics, its operations. Made with a shared_ptr; one thread.
class Session final : public TopicReader, public AccountReader, public std::enable_shared_from_this<Session> {
 public:
  static constexpr std::size_t kMaxTopics = 5'000;
  static constexpr std::size_t kMaxArgumentText = 21'000;  ///< the venue's, of all topics of a socket
  static constexpr std::size_t kMaxSpotArguments = 10;
  static constexpr std::size_t kMaxMessagesPerSecond = 500;
  static constexpr std::size_t kMaxOrderMessagesPerSecond = 3'000;
  static constexpr std::size_t kMaxRememberedIds = 5'000;

  Session(SessionHost host, SocketPath path, std::string address, std::string connection_id);

  void opened(std::shared_ptr<net::ServerSocket> socket) { outbox_->open(std::move(socket)); }
  void received(std::string_view text);
  /// It is gone; arms the cancellation of orders where it was the last that guarded them.
  void closed();
  /// Opens the ring of socket, callbacks and session, where the front goes before its sockets have closed.
  void forget_socket() noexcept;
  /// Once a second: faults, idleness, guards that are held off.
  void tick();

  void on_market_message(std::string_view text) override;
  [[nodiscard]] bool reads(std::string_view topic) const override {
    return topics_.contains(std::string(topic));
  }
  void on_account_message(std::string_view text) override;

  [[nodiscard]] SessionKind kind() const noexcept { return path_.kind; }
  [[nodiscard]] std::optional<AccountId> account() const noexcept;

 private:
  [[nodiscard]] bool is_public() const noexcept;
  [[nodiscard]] Product product() const noexcept;
  [[nodiscard]] TimeNs now() const noexcept { return host_.desk.venue().exchange().now(); }
  /// False: more messages than the venue takes in a second.
  [[nodiscard]] bool count_message();
  void handle(const SocketRequest& request);

  void answer_ping(const SocketRequest& request);
  void log_in(const SocketRequest& request);
  void subscribe(const SocketRequest& request);
  void unsubscribe(const SocketRequest& request);
  /// The venue's words for why not; empty: all can be had.
  [[nodiscard]] std::string complaint_about(const SocketRequest& request) const;
  void set_guards(bool armed);

  void handle_order(const SocketRequest& request);
  void work_off_order(const SocketRequest& request, const RequestFault& fault);
  [[nodiscard]] std::optional<Answer> refuse_order(const SocketRequest& request);
  [[nodiscard]] bool is_repeated(const std::string& id);

  /// success, ret_msg, op, as the streams answer.
  void answer_operation(const SocketRequest& request, bool success, std::string_view message);
  [[nodiscard]] std::string order_reply(const SocketRequest& request, const Answer& answer,
                                        const Admission& admission);
  void answer_login(const SocketRequest& request, const Answer& answer);

  SessionHost host_;
  SocketPath path_;
  std::string address_;
  std::string connection_id_;
  std::shared_ptr<Outbox> outbox_;
  std::optional<AccountId> account_;
  std::string key_;  ///< asked for again with every order: it may have been taken away
  std::set<std::string> topics_;
  std::size_t topic_text_ = 0;
  std::set<std::string> known_ids_;
  std::deque<std::string> id_order_;
  TimeNs last_heard_ = 0;
  TimeNs second_ = 0;
  std::size_t messages_in_second_ = 0;
};

}  // namespace kontor::emulator::bybit
