#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <fmt/format.h>

#include "venue/bybit/protocol.hpp"

// What requests and messages are compared as: one line of text each.
namespace kontor::bybit::test {

inline Decimal decimal(std::string_view text) { return Decimal::parse(text).value(); }

template <class T>
std::string value_text(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    return std::string(value);
  } else if constexpr (std::is_enum_v<T>) {
    return boost::describe::enum_to_string(value, "?");
  } else if constexpr (requires { value.format(); }) {
    return value.format();
  } else if constexpr (requires { value.has_value(); }) {
    return value ? value_text(*value) : "";
  } else if constexpr (std::is_same_v<T, std::span<const venue::BookLevel>>) {
    std::string text;
    for (const venue::BookLevel& level : value) {
      text += fmt::format("{}{}@{}", text.empty() ? "" : ",", level.quantity.format(), level.price.format());
    }
    return text;
  } else {
    return fmt::format("{}", value);
  }
}

/// `symbol=BTCUSDT price=1.50`: what differs from what it would be if nothing were said.
template <class T>
std::string members_text(const T& message) {
  std::string text;
  const T silent{};
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
      [&](auto member) {
        const std::string said = value_text(message.*member.pointer);
        if (said == value_text(silent.*member.pointer)) return;
        text += fmt::format(" {}={}", member.name, said);
      });
  return text;
}

inline std::string describe(const venue::Message& message) {
  constexpr std::array kNames = {"server_time", "instrument", "rate_limit",   "ticker",       "candle",
                                 "book",        "trade",      "order",        "acknowledged", "execution",
                                 "balance",     "position",   "funding_rate", "funding_paid", "fees",
                                 "key",         "setting",    "countdown",    "listen_key",   "next_page",
                                 "stream",      "error"};
  static_assert(kNames.size() == std::variant_size_v<venue::Message>);
  return std::visit([&](const auto& said) { return kNames[message.index()] + members_text(said); }, message);
}

/// Keeps the lines of what it is given; the messages themselves do not outlive the call.
class LineSink final : public venue::MessageSink {
 public:
  void take(const venue::Message& message) override { lines.push_back(describe(message)); }
  std::vector<std::string> lines;
};

/// What a message says, line by line; the last line is the error, if it is one.
inline std::vector<std::string> decoded(std::string_view text, const venue::MessageContext& context) {
  BybitProtocol protocol;
  LineSink sink;
  const auto result = protocol.decode(text, context, sink);
  if (!result) sink.lines.push_back(result.error().message);
  return sink.lines;
}

using Lines = std::vector<std::string>;

inline venue::MessageContext linear(venue::MessageKind kind) {
  return {.product = venue::Product::linear, .kind = kind};
}
inline venue::MessageContext spot(venue::MessageKind kind) {
  return {.product = venue::Product::spot, .kind = kind};
}
inline venue::MessageContext linear_stream() { return linear(venue::MessageKind::stream); }
inline venue::MessageContext spot_stream() { return spot(venue::MessageKind::stream); }

inline const venue::Credentials& test_credentials() {
  static const venue::Credentials credentials{"test_api_key", "test_secret"};
  return credentials;
}

/// Requests are made at the time of the published signatures.
inline venue::RequestContext request_context(venue::Product product) {
  return {.product = product,
          .clock = 1'700'000'000'000 * kMillisecond,
          .credentials = &test_credentials(),
          .id = "request-id"};
}

/// `GET /v5/…?…`, `POST /v5/… {…}`, or why it is refused.
inline std::string encoded(venue::Product product, const venue::Action& action) {
  BybitProtocol protocol;
  const auto request = protocol.encode(action, request_context(product));
  if (!request) return request.error().message;
  constexpr std::string_view kHost = "https://api.bybit.com";
  if (!request->url.starts_with(kHost)) return "another host: " + request->url;
  std::string text =
      fmt::format("{} {}", net::method_name(request->method), request->url.substr(kHost.size()));
  if (!request->body.empty()) text += " " + request->body;
  return text;
}
inline std::string linear_request(const venue::Action& action) {
  return encoded(venue::Product::linear, action);
}
inline std::string spot_request(const venue::Action& action) { return encoded(venue::Product::spot, action); }

}  // namespace kontor::bybit::test
