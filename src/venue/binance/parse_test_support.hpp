#pragma once

#include <array>
#include <filesystem>
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
#include <gtest/gtest.h>

#include "tests/support/test_data.hpp"
#include "venue/binance/protocol.hpp"

// What messages are compared as: a line of text each, with all that is said in them.
namespace kontor::binance::test {

template <class T>
std::string text_of(const T& value) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return std::string(value);
  } else if constexpr (std::is_enum_v<T>) {
    return boost::describe::enum_to_string(value, "?");
  } else if constexpr (std::is_same_v<T, Decimal> || std::is_same_v<T, Timeframe>) {
    return value.format();
  } else if constexpr (requires { value.has_value(); }) {
    return value ? "some " + text_of(*value) : "none";
  } else if constexpr (std::is_same_v<T, std::span<const venue::BookLevel>>) {
    std::string text;
    for (const venue::BookLevel& level : value)
      text += fmt::format("{}{}x{}", text.empty() ? "" : ",", level.price.format(), level.quantity.format());
    return text;
  } else {
    return fmt::format("{}", value);
  }
}

/// `symbol=BTCUSDT price=1.50`: each member that is not what it would be if nothing were said. The optional
/// ones say `some`.
template <class T>
std::string members_of(const T& message) {
  std::string text;
  const T silent{};
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>([&](auto one) {
    const std::string said = text_of(message.*one.pointer);
    if (said != text_of(silent.*one.pointer)) text += fmt::format(" {}={}", one.name, said);
  });
  return text;
}

inline std::string line_of(const venue::Message& message) {
  constexpr std::array kNames = {"server_time", "instrument", "rate_limit",   "ticker",       "candle",
                                 "book",        "trade",      "order",        "acknowledged", "fill",
                                 "balance",     "position",   "funding_rate", "funding_paid", "fees",
                                 "permissions", "setting",    "countdown",    "listen_key",   "next_page",
                                 "stream",      "error"};
  static_assert(kNames.size() == std::variant_size_v<venue::Message>);
  return std::visit([&](const auto& said) { return kNames[message.index()] + members_of(said); }, message);
}

using Lines = std::vector<std::string>;

class LineSink final : public venue::MessageSink {
 public:
  void take(const venue::Message& message) override { lines.push_back(line_of(message)); }
  Lines lines;
};

/// What a text says; if it cannot be read to its end, the last line is why.
inline Lines decoded(std::string_view text, const venue::MessageContext& context) {
  const auto protocol = make_protocol();
  LineSink sink;
  if (const auto read = protocol->decode(text, context, sink); !read)
    sink.lines.push_back("FAILED " + read.error().message);
  return sink.lines;
}

inline venue::MessageContext spot(venue::MessageKind kind = venue::MessageKind::stream) {
  return {.product = venue::Product::spot, .kind = kind, .symbol = "ASKED", .interval = {kHour}};
}
inline venue::MessageContext linear(venue::MessageKind kind = venue::MessageKind::stream) {
  return {.product = venue::Product::linear, .kind = kind, .symbol = "ASKED", .interval = {kHour}};
}

/// Recorded and documented messages, which lie beside the checkout.
inline std::filesystem::path venue_data() {
  return kontor::test::real_data_folder().parent_path() / "venues";
}
inline std::filesystem::path samples(std::string_view source) {
  return venue_data() / "samples" / "binance" / source;
}
inline bool has_samples() {
  return !kontor::test::real_data_folder().empty() && std::filesystem::is_directory(samples("cryptofeed"));
}
inline std::string sample(std::string_view path) { return kontor::test::read_file(samples(path)); }

}  // namespace kontor::binance::test

#define REQUIRE_BINANCE_SAMPLES()                                                   \
  if (!::kontor::binance::test::has_samples()) {                                    \
    GTEST_SKIP() << "no recorded messages: put them into ../shared/venues/samples"; \
  }                                                                                 \
  static_assert(true)
