#include <boost/describe/enum_from_string.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "session/logged_event.hpp"

namespace kontor::session {
namespace {

namespace json = boost::json;

std::unexpected<Error> unlike_an_event(std::string_view expected, std::string_view found) {
  return fail(ErrorKind::bad_data, fmt::format("expected {}, found {}", expected, found));
}

Result<json::object> object_in(std::string_view text) {
  json::error_code error;
  const json::value value = json::parse(text, error);
  if (error) return unlike_an_event("a JSON object", error.message());
  if (!value.is_object()) return unlike_an_event("a JSON object", json::serialize(value));
  return value.get_object();
}

/// Reads members of one object; the first that is not what it should be is kept as the problem.
class ObjectReader {
 public:
  explicit ObjectReader(const json::object& object) : object_(object) {}

  [[nodiscard]] std::string text(std::string_view name) {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr) return {};
    if (value->is_string()) return std::string(value->get_string());
    return complain(name, "text", *value), std::string();
  }
  template <class Number = std::uint64_t>
  [[nodiscard]] std::optional<Number> number(std::string_view name) {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr) return std::nullopt;
    json::error_code error;
    const auto number = value->to_number<Number>(error);
    if (!error) return number;
    return complain(name, "a number", *value), std::nullopt;
  }
  template <class Enum>
  [[nodiscard]] std::optional<Enum> choice(std::string_view name) {
    const std::string word = text(name);
    Enum value{};
    if (word.empty()) return std::nullopt;
    if (boost::describe::enum_from_string(word.c_str(), value)) return value;
    return complain(name, "one of its names", *object_.if_contains(name)), std::nullopt;
  }
  [[nodiscard]] std::optional<Amount> amount(std::string_view name) {
    const std::string digits = text(name);
    if (digits.empty()) return std::nullopt;
    const auto amount = Amount::parse(digits);
    if (amount) return *amount;
    return complain(name, "a decimal number", *object_.if_contains(name)), std::nullopt;
  }
  [[nodiscard]] TimeNs time(std::string_view name) {
    const auto time = parse_time(text(name));
    if (time) return *time;
    return complain(name, "a time", json::value(text(name))), TimeNs{0};
  }
  [[nodiscard]] const json::object* object(std::string_view name) {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || value->is_object()) return value == nullptr ? nullptr : &value->get_object();
    return complain(name, "an object", *value), nullptr;
  }
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  void complain(std::string_view name, std::string_view expected, const json::value& found) {
    if (problem_.empty())
      problem_ = fmt::format("{}: expected {}, found {}", name, expected, json::serialize(found));
  }

  const json::object& object_;
  std::string problem_;
};

EventMetrics metrics_in(ObjectReader& reader) {
  EventMetrics metrics;
  metrics.equity = reader.amount("equity");
  metrics.pnl = reader.amount("pnl");
  metrics.win_rate = reader.number<double>("win_rate");
  metrics.trades = reader.number("trades");
  metrics.wins = reader.number("wins");
  metrics.losses = reader.number("losses");
  return metrics;
}

EventOrder order_in(ObjectReader& reader) {
  EventOrder order;
  order.id = OrderId(reader.number("id").value_or(0));
  order.symbol = reader.text("symbol");
  order.side = reader.choice<Side>("side");
  order.type = reader.choice<OrderType>("type");
  order.quantity = reader.text("qty");
  order.price = reader.text("price");
  order.status = reader.choice<OrderStatus>("status").value_or(OrderStatus::unknown);
  return order;
}

Result<EventDetail::Value> detail_in(const json::value& value) {
  if (value.is_string()) return EventDetail::Value(std::string(value.get_string()));
  if (value.is_bool()) return EventDetail::Value(value.get_bool());
  if (value.is_int64()) return EventDetail::Value(value.get_int64());
  if (value.is_double()) return EventDetail::Value(value.get_double());
  if (!value.is_array())
    return unlike_an_event("text, a number, true, false or a list", json::serialize(value));
  std::vector<std::string> list;
  for (const auto& element : value.get_array()) {
    if (!element.is_string()) return unlike_an_event("a list of texts", json::serialize(value));
    list.emplace_back(element.get_string());
  }
  return EventDetail::Value(std::move(list));
}

Result<std::vector<EventDetail>> details_in(const json::object& object) {
  std::vector<EventDetail> details;
  details.reserve(object.size());
  for (const auto& [name, value] : object) {
    TRY(auto content, detail_in(value));
    details.push_back({std::string(name), std::move(content)});
  }
  return details;
}

}  // namespace

Result<std::vector<EventDetail>> parse_details(std::string_view text) {
  TRY(const json::object object, object_in(text));
  return details_in(object);
}

Result<LoggedEvent> parse_line(std::string_view line) {
  TRY(const json::object object, object_in(line));
  ObjectReader reader(object);
  LoggedEvent event;
  if (reader.number("v") != kEventVersion)
    return unlike_an_event(fmt::format("an event of version {}", kEventVersion), "another one");
  const auto type = reader.choice<EventType>("type");
  const auto level = reader.choice<EventLevel>("level");
  const auto seq = reader.number("seq");
  event.ts = reader.time("ts");
  event.session = reader.text("session_id");
  event.phase = reader.text("phase");
  event.message = reader.text("message");
  event.status = reader.text("status");
  event.error = reader.text("error");
  event.duration_ms = reader.number<std::int64_t>("duration_ms");
  event.host = reader.text("host");
  event.component = reader.text("component");
  event.correlation = reader.text("corr_id");
  for (const std::string_view part : {"metrics", "order"}) {
    const json::object* inner = reader.object(part);
    if (inner == nullptr) continue;
    ObjectReader members(*inner);
    part == "metrics" ? void(event.metrics = metrics_in(members)) : void(event.order = order_in(members));
    if (!members.problem().empty())
      return fail(ErrorKind::bad_data, fmt::format("{}.{}", part, members.problem()));
  }
  if (const json::object* details = reader.object("details")) {
    TRY(event.details, details_in(*details));
  }
  if (!reader.problem().empty()) return fail(ErrorKind::bad_data, reader.problem());
  if (!type || !level || !seq) return unlike_an_event("type, level and seq", "a line without one of them");
  event.type = *type;
  event.level = *level;
  event.seq = *seq;
  return event;
}

}  // namespace kontor::session
