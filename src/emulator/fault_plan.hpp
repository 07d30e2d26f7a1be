#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/enum.hpp>

#include "base/prng.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace kontor::emulator {

/// What can be made to go wrong, by the name that `--faults` knows it by. Chances are per request, per order,
/// per message, or per second and socket.
///
/// Requests: `http_429`, `http_418` (a ban), `http_5xx` (nothing was done), `drop_request` (closed without an
/// answer, nothing was done), `hang_request` (no answer ever, nothing was done), `html_reply`,
/// `truncated_reply` (done, half of the answer), `reject` (of orders, by the venue's word).
/// Orders that were accepted: `accept_then_503`, `accept_then_drop` (closed), `accept_then_hang`.
/// Private messages: `drop_private`, `duplicate_private`, `late_private`, `reorder_private`.
/// Market messages: `gap` (one is left out), `duplicate_market`, `late_market`.
/// Sockets: `stale_socket` (open and silent), `close_socket`, `cut_socket` (in the middle of a frame),
/// `listen_key_expiry`.
BOOST_DEFINE_FIXED_ENUM_CLASS(FaultKind, std::uint8_t, http_429, http_418, http_5xx, drop_request,
                              hang_request, html_reply, truncated_reply, reject, accept_then_503,
                              accept_then_drop, accept_then_hang, drop_private, duplicate_private,
                              late_private, reorder_private, gap, duplicate_market, late_market, stale_socket,
                              close_socket, cut_socket, listen_key_expiry, maintenance, delist, latency)
inline constexpr std::size_t kFaultKinds = 25;
[[nodiscard]] std::string_view name_of(FaultKind kind) noexcept;

/// What a front does with a request before it looks at it. Wait `delay_ns` first in any case.
BOOST_DEFINE_FIXED_ENUM_CLASS(RequestAction, std::uint8_t, proceed, too_many_requests, ban, server_error,
                              close_connection, hang, html_error, maintenance, reject_order)
struct RequestFault {
  RequestAction action = RequestAction::proceed;
  DurationNs delay_ns = 0;
  DurationNs retry_after_ns = 0;  ///< too_many_requests, ban, maintenance
};

/// What a front does with the answer to a request that has been worked off.
BOOST_DEFINE_FIXED_ENUM_CLASS(ReplyAction, std::uint8_t, send, server_error, close_connection, hang, truncate)

/// What a front does with one message to one socket; `reorder`: send it after the next one (or after
/// `delay_ns`).
BOOST_DEFINE_FIXED_ENUM_CLASS(MessageAction, std::uint8_t, send, drop, duplicate, delay, reorder)
struct MessageFault {
  MessageAction action = MessageAction::send;
  DurationNs delay_ns = 0;
};

/// What a front does with a socket; asked once a second for each. `go_silent`: it stays open and nothing is
/// sent or answered on it any more.
BOOST_DEFINE_FIXED_ENUM_CLASS(SocketAction, std::uint8_t, none, go_silent, close, cut, expire_listen_key)

/// Something that happens once, at its time.
struct ScheduledFault {
  FaultKind kind = FaultKind::maintenance;
  TimeNs at = 0;
  DurationNs duration_ns = 0;  ///< maintenance
  std::string symbol{};        ///< delist
};

/// The fault switch: what goes wrong, how often and when. Seeded: the same questions in the same order get
/// the same answers. Without a plan everything proceeds. One thread.
class FaultPlan {
 public:
  static constexpr std::size_t kMaxScheduled = 1'000;

  explicit FaultPlan(std::uint64_t seed) noexcept : prng_(seed) {}

  /// Replaces the plan from `now` on. Comma separated: `http_429=0.01`, `latency_ms=5-200` or `=20`,
  /// `clock_skew_ms=-1500`, `maintenance=30s@2m` (for 30 s, in 2 min), `delist=SOLUSDT@1m`, `seed=7`; empty
  /// or `none`: no faults. Errors: usage (and the plan stays what it was).
  [[nodiscard]] Result<void> set(std::string_view text, TimeNs now);
  /// The plan as it was set.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  /// `places_order`: the request asks for a new order.
  [[nodiscard]] RequestFault before_request(TimeNs now, bool places_order);
  /// Only for orders that were accepted.
  [[nodiscard]] ReplyAction after_acceptance();
  /// For the answers of all other requests.
  [[nodiscard]] ReplyAction reply();
  [[nodiscard]] MessageFault private_message();
  [[nodiscard]] MessageFault market_message();
  [[nodiscard]] SocketAction socket_tick();

  /// How far the venue's clock is ahead of the true one in what it tells and checks.
  [[nodiscard]] DurationNs clock_skew_ns() const noexcept { return clock_skew_ns_; }
  /// Zero: it is open. Otherwise how long it stays closed.
  [[nodiscard]] DurationNs maintenance_left_ns(TimeNs now) const noexcept;
  /// Takes out the scheduled faults whose time has come (not maintenance, which is asked for above).
  [[nodiscard]] std::vector<ScheduledFault> take_due(TimeNs now);
  [[nodiscard]] TimeNs next_due() const noexcept;

  [[nodiscard]] std::uint64_t count(FaultKind kind) const noexcept {
    return counts_[static_cast<std::size_t>(kind)];
  }

 private:
  struct Settings {
    std::array<double, kFaultKinds> chance{};
    DurationNs latency_from_ns = 0;
    DurationNs latency_to_ns = 0;
    DurationNs clock_skew_ns = 0;
    std::vector<ScheduledFault> scheduled{};
    std::uint64_t seed = 0;
    bool has_seed = false;
  };
  [[nodiscard]] static Result<Settings> parse(std::string_view text, TimeNs now);
  [[nodiscard]] static Result<void> parse_item(Settings& settings, std::string_view item, TimeNs now);
  /// Draws only where there is a chance, so that one kind's chance does not shift another's.
  [[nodiscard]] bool strikes(FaultKind kind);
  [[nodiscard]] DurationNs draw_latency();

  std::string text_;
  Settings settings_;
  DurationNs clock_skew_ns_ = 0;
  Prng prng_;
  std::array<std::uint64_t, kFaultKinds> counts_{};
};

}  // namespace kontor::emulator
