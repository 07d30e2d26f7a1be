#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/describe/enum.hpp>

#include "base/amount.hpp"
#include "base/time.hpp"
#include "model/order.hpp"

namespace kontor::session {

/// What a session's events are about (M6). The names are those of the file; docs/sessions.md says what each
/// tells, and which ones belong to parts of the program that are still to come.
BOOST_DEFINE_FIXED_ENUM_CLASS(EventType, std::uint8_t, session_start, session_end, phase_start, phase_end,
                              checkpoint, heartbeat, signal, risk_decision, order_submitted,
                              order_cancel_requested, order_amend_requested, order_accepted, order_rejected,
                              order_canceled, order_expired, order_amended, order_triggered,
                              order_cancel_rejected, order_amend_rejected, order_unresolved, fill,
                              position_opened, position_changed, position_closed, position_funding,
                              autocorrect_attempt, circuit_breaker, protection, mode_switch, regime_change,
                              config_changed, config_refused, reconcile_diff, error, summary_updated,
                              disk_failed, disk_recovered, instrument_changed)

BOOST_DEFINE_FIXED_ENUM_CLASS(EventLevel, std::uint8_t, debug, info, warning, error, critical)

/// The session's figures at the time of an event, as far as it tells them. Reporting asset.
struct EventMetrics {
  std::optional<Amount> equity{};
  std::optional<Amount> pnl{};  ///< equity − initial capital
  std::optional<double> win_rate{};
  std::optional<std::uint64_t> trades{};  ///< closed round trips
  std::optional<std::uint64_t> wins{};
  std::optional<std::uint64_t> losses{};
  bool operator==(const EventMetrics&) const = default;
};

/// The order that an event is about. Prices and quantities are decimal text in the instrument's scale.
struct EventOrder {
  OrderId id;
  std::string symbol{};  ///< `BTCUSDT@binance`; empty, like the rest: not known
  std::optional<Side> side{};
  std::optional<OrderType> type{};
  std::string quantity{};
  std::string price{};  ///< limit, trigger or trailing offset; empty for a market order
  OrderStatus status = OrderStatus::sent;
  bool operator==(const EventOrder&) const = default;
};

/// A further fact: its name, and what it says.
struct EventDetail {
  using Value = std::variant<std::string, std::int64_t, double, bool, std::vector<std::string>>;
  std::string name;
  Value value;
  bool operator==(const EventDetail&) const = default;
};

/// One line of a session's file of events. `details` always has `record`, the seq of the journal's record
/// that it tells of.
struct LoggedEvent {
  TimeNs ts = 0;          ///< the session's time
  std::uint64_t seq = 0;  ///< from 1, one higher with each event of the session
  std::string session{};
  EventType type{};
  std::string phase{};
  EventLevel level = EventLevel::info;
  std::string message{};
  std::optional<EventMetrics> metrics{};
  std::optional<EventOrder> order{};
  std::vector<EventDetail> details{};
  std::string status{};
  std::string error{};
  std::optional<std::int64_t> duration_ms{};
  std::string host{};
  std::string component{};
  std::string correlation{};  ///< `order:17`, `run:3`: events of one matter have the same
  bool operator==(const LoggedEvent&) const = default;
};

inline constexpr int kEventVersion = 1;

/// The detail of this name, where the event has it in this form.
template <class T>
[[nodiscard]] const T* detail_of(const LoggedEvent& event, std::string_view name) noexcept {
  for (const auto& detail : event.details) {
    if (detail.name == name) return std::get_if<T>(&detail.value);
  }
  return nullptr;
}
/// A whole or a broken number.
[[nodiscard]] std::optional<double> number_in(const LoggedEvent& event, std::string_view name) noexcept;
/// A time in its text form.
[[nodiscard]] std::optional<TimeNs> time_in(const LoggedEvent& event, std::string_view name);

[[nodiscard]] std::string_view name_of(EventType type) noexcept;
[[nodiscard]] std::string_view name_of(EventLevel level) noexcept;
/// Usage error with what there is where the name is none of them.
[[nodiscard]] Result<EventType> parse_event_type(std::string_view name);

/// Appends the event as one JSON object on a line of its own, keys in the order of the schema.
void append_line(std::string& text, const LoggedEvent& event);
/// Reads what append_line wrote; what it did not write may be read or be bad data.
[[nodiscard]] Result<LoggedEvent> parse_line(std::string_view line);

/// Details as a JSON object, and back: the form that they have in the journal.
[[nodiscard]] std::string details_text(const std::vector<EventDetail>& details);
[[nodiscard]] Result<std::vector<EventDetail>> parse_details(std::string_view text);

}  // namespace kontor::session
