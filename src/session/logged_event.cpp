#include "session/logged_event.hpp"

#include <iterator>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/mp11.hpp>
#include <fmt/format.h>

#include "base/json_text.hpp"

namespace kontor::session {
namespace {

/// Writes the members of one object, a comma between them.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& text) : text_(text) { text_ += '{'; }
  void close() { text_ += '}'; }

  void text(std::string_view name, std::string_view value) {
    key(name);
    append_json_text(text_, value);
  }
  /// Left out where there is nothing to tell.
  void some(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  template <class Number>
  void whole(std::string_view name, Number value) {
    key(name);
    fmt::format_to(std::back_inserter(text_), "{}", value);
  }
  void number(std::string_view name, double value) {
    key(name);
    append_json_number(text_, value);
  }
  void key(std::string_view name) {
    if (!first_) text_ += ',';
    first_ = false;
    text_ += '"';
    text_ += name;
    text_ += "\":";
  }

 private:
  std::string& text_;
  bool first_ = true;
};

template <class Enum>
std::string_view text_of(Enum value) {
  return boost::describe::enum_to_string(value, "unknown");
}

void append_metrics(std::string& text, const EventMetrics& metrics) {
  ObjectWriter object(text);
  if (metrics.equity) object.text("equity", metrics.equity->format());
  if (metrics.pnl) object.text("pnl", metrics.pnl->format());
  if (metrics.win_rate) object.number("win_rate", *metrics.win_rate);
  if (metrics.trades) object.whole("trades", *metrics.trades);
  if (metrics.wins) object.whole("wins", *metrics.wins);
  if (metrics.losses) object.whole("losses", *metrics.losses);
  object.close();
}

void append_order(std::string& text, const EventOrder& order) {
  ObjectWriter object(text);
  object.whole("id", order.id.value);
  object.some("symbol", order.symbol);
  if (order.side) object.text("side", text_of(*order.side));
  if (order.type) object.text("type", text_of(*order.type));
  object.some("qty", order.quantity);
  object.some("price", order.price);
  object.text("status", text_of(order.status));
  object.close();
}

void append_value(std::string& text, const EventDetail::Value& value) {
  if (const auto* words = std::get_if<std::string>(&value)) return append_json_text(text, *words);
  if (const auto* number = std::get_if<double>(&value)) return append_json_number(text, *number);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    fmt::format_to(std::back_inserter(text), "{}", *whole);
    return;
  }
  if (const auto* truth = std::get_if<bool>(&value)) {
    text += *truth ? "true" : "false";
    return;
  }
  text += '[';
  for (const auto& element : std::get<std::vector<std::string>>(value)) {
    if (text.back() != '[') text += ',';
    append_json_text(text, element);
  }
  text += ']';
}

void append_details(std::string& text, const std::vector<EventDetail>& details) {
  text += '{';
  for (const auto& detail : details) {
    if (text.back() != '{') text += ',';
    append_json_text(text, detail.name);
    text += ':';
    append_value(text, detail.value);
  }
  text += '}';
}

}  // namespace

std::optional<double> number_in(const LoggedEvent& event, std::string_view name) noexcept {
  if (const auto* whole = detail_of<std::int64_t>(event, name)) return static_cast<double>(*whole);
  if (const auto* number = detail_of<double>(event, name)) return *number;
  return std::nullopt;
}

std::optional<TimeNs> time_in(const LoggedEvent& event, std::string_view name) {
  const auto* text = detail_of<std::string>(event, name);
  if (text == nullptr) return std::nullopt;
  const auto time = parse_time(*text);
  return time ? std::optional(*time) : std::nullopt;
}

std::string_view name_of(EventType type) noexcept { return text_of(type); }
std::string_view name_of(EventLevel level) noexcept { return text_of(level); }

Result<EventType> parse_event_type(std::string_view name) {
  EventType type{};
  if (boost::describe::enum_from_string(std::string(name).c_str(), type)) return type;
  std::string all;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<EventType>>(
      [&](auto enumerator) { all += fmt::format("{}{}", all.empty() ? "" : ", ", enumerator.name); });
  return fail(ErrorKind::usage, fmt::format("expected a type of event ({}), found '{}'", all, name));
}

std::string details_text(const std::vector<EventDetail>& details) {
  std::string text;
  append_details(text, details);
  return text;
}

void append_line(std::string& text, const LoggedEvent& event) {
  ObjectWriter object(text);
  object.whole("v", kEventVersion);
  object.text("ts", format_time(event.ts));
  object.whole("seq", event.seq);
  object.text("session_id", event.session);
  object.text("type", name_of(event.type));
  object.some("phase", event.phase);
  object.text("level", name_of(event.level));
  object.text("message", event.message);
  if (event.metrics) {
    object.key("metrics");
    append_metrics(text, *event.metrics);
  }
  if (event.order) {
    object.key("order");
    append_order(text, *event.order);
  }
  if (!event.details.empty()) {
    object.key("details");
    append_details(text, event.details);
  }
  object.some("status", event.status);
  object.some("error", event.error);
  if (event.duration_ms) object.whole("duration_ms", *event.duration_ms);
  object.text("host", event.host);
  object.text("component", event.component);
  object.text("corr_id", event.correlation);
  object.close();
  text += '\n';
}

}  // namespace kontor::session
