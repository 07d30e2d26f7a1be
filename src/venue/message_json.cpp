#include "venue/message_json.hpp"

#include <array>
#include <optional>
#include <string_view>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include "base/codec.hpp"
#include "base/json_text.hpp"

namespace kontor::venue {
namespace {

template <class T>
void append_object(std::string& out, const T& value, std::string_view first = {});

template <class T>
bool is_said(const T& value) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return !value.empty();
  } else if constexpr (detail::is_instance<T, std::optional>::value) {
    return value.has_value();
  } else {
    return true;
  }
}

template <class T>
void append_value(std::string& out, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    append_json_text(out, value);
  } else if constexpr (std::is_enum_v<T>) {
    append_json_text(out, boost::describe::enum_to_string(value, "unknown"));
  } else if constexpr (std::is_same_v<T, Decimal> || std::is_same_v<T, Timeframe>) {
    append_json_text(out, value.format());
  } else if constexpr (std::is_arithmetic_v<T>) {
    out += std::to_string(value);
  } else if constexpr (requires { value.has_value(); }) {
    append_value(out, *value);
  } else if constexpr (requires { value.size(); }) {
    out += '[';
    for (const auto& one : value) {
      if (out.back() != '[') out += ',';
      append_object(out, one);
    }
    out += ']';
  } else {
    append_object(out, value);
  }
}

bool is_time_name(std::string_view name) noexcept { return name.starts_with("ts_") || name.ends_with("_at"); }

template <class T>
void append_object(std::string& out, const T& value, std::string_view first) {
  out += '{';
  out += first;
  boost::mp11::mp_for_each<detail::described_members<T>>([&](auto member) {
    const auto& content = value.*member.pointer;
    using Content = std::remove_cvref_t<decltype(content)>;
    const std::string_view name = member.name;
    if (!is_said(content)) return;
    if constexpr (std::is_same_v<Content, TimeNs>) {
      if (is_time_name(name) && content == 0) return;
    }
    if (out.back() != '{') out += ',';
    append_json_text(out, name);
    out += ':';
    if constexpr (std::is_same_v<Content, TimeNs>) {
      if (is_time_name(name)) return append_json_text(out, format_time(content));
    }
    append_value(out, content);
  });
  out += '}';
}

/// `PublicTrade` → `public_trade`: the name by which the type goes outside.
std::string_view event_name(const Message& message) {
  constexpr std::array<std::string_view, std::variant_size_v<Message>> kNames = {"server_time",
                                                                                 "instrument",
                                                                                 "rate_limit",
                                                                                 "ticker",
                                                                                 "candle",
                                                                                 "book",
                                                                                 "trade",
                                                                                 "order",
                                                                                 "order_acknowledged",
                                                                                 "fill",
                                                                                 "balance",
                                                                                 "position",
                                                                                 "funding_rate",
                                                                                 "funding_paid",
                                                                                 "fee_rates",
                                                                                 "key_permissions",
                                                                                 "account_setting",
                                                                                 "countdown_set",
                                                                                 "listen_key",
                                                                                 "next_page",
                                                                                 "stream_status",
                                                                                 "error"};
  return kNames[message.index()];
}

}  // namespace

std::string format_json(const Message& message) {
  std::string out;
  std::string first = "\"event\":";
  append_json_text(first, event_name(message));
  std::visit([&](const auto& body) { append_object(out, body, first); }, message);
  return out;
}

std::string format_json(const net::HttpRequest& request) {
  std::string out = "{\"method\":";
  append_json_text(out, net::method_name(request.method));
  out += ",\"url\":";
  append_json_text(out, request.url);
  out += ",\"headers\":{";
  for (const net::HttpHeader& header : request.headers) {
    if (out.back() != '{') out += ',';
    append_json_text(out, header.name);
    out += ':';
    append_json_text(out, header.value);
  }
  out += "},\"body\":";
  append_json_text(out, request.body);
  out += '}';
  return out;
}

}  // namespace kontor::venue
