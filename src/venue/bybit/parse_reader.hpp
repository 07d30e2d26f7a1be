#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "base/result.hpp"
#include "base/time.hpp"
#include "venue/bybit/parse_number.hpp"
#include "venue/message.hpp"

namespace kontor::bybit {

using JsonValue = simdjson::ondemand::value;
using JsonObject = simdjson::ondemand::object;

/// Reads the values of one message. Numbers are read from their digits, quoted or not, never through a
/// double; `""` and `null` are how Bybit says "none". Every function returns false for what it cannot read
/// and keeps what that was: the first fault becomes the message's error, nothing is built before.
class Reader {
 public:
  void begin() noexcept { fault_ = {}; }

  /// The text of a string or number. It is borrowed from the message.
  bool text(std::string_view field, JsonValue& value, std::string_view& out) {
    const std::string_view raw = raw_of(value);
    if (raw.size() >= 2 && raw.front() == '"' && !raw.contains('\\')) {
      out = raw.substr(1, raw.size() - 2);
      return true;
    }
    return unusual_text(field, value, out);
  }
  /// A number that must be there.
  bool decimal(std::string_view field, JsonValue& value, Decimal& out) {
    const std::string_view token = token_of(value);
    return read_decimal(token, out) || fault("a decimal", field, token);
  }
  /// A number, or none: what was there stays.
  bool decimal_or_none(std::string_view field, JsonValue& value, Decimal& out) {
    const std::string_view token = token_of(value);
    return token.empty() || read_decimal(token, out) || fault("a decimal or nothing", field, token);
  }
  bool optional_decimal(std::string_view field, JsonValue& value, std::optional<Decimal>& out);
  /// As read_cut_decimal().
  bool cut_decimal(std::string_view field, JsonValue& value, std::optional<Decimal>& out);
  bool integer(std::string_view field, JsonValue& value, std::int64_t& out) {
    const std::string_view token = token_of(value);
    return read_integer(token, out) || fault("a whole number", field, token);
  }
  bool integer_or_none(std::string_view field, JsonValue& value, std::int64_t& out);
  /// Milliseconds since 1970; none and 0 are 0.
  bool milliseconds(std::string_view field, JsonValue& value, TimeNs& out) {
    const std::string_view token = token_of(value);
    std::int64_t stamp = 0;
    if (!token.empty() && !read_integer(token, stamp)) return fault("milliseconds since 1970", field, token);
    constexpr std::int64_t kLatest = INT64_MAX / kMillisecond;
    if (stamp < 0 || stamp > kLatest) return fault("milliseconds since 1970", field, token);
    out = stamp * kMillisecond;
    return true;
  }
  /// `true` and `false`, and what older messages say instead: `1`, `0`, `""`.
  bool flag(std::string_view field, JsonValue& value, bool& out);
  bool side(std::string_view field, std::string_view text, Side& out);
  /// Appends `[["price","quantity"], …]`; further cells are not ours.
  bool levels(std::string_view field, JsonValue& value, std::vector<venue::BookLevel>& out);

  /// Gives `take(key, value)` every field of an object.
  template <class Take>
  bool fields(std::string_view field, JsonValue& value, Take&& take) {
    JsonObject object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return fault("an object", field, raw_of(value));
    return fields(object, std::forward<Take>(take));
  }
  template <class Take>
  bool fields(JsonObject& object, Take&& take) {
    for (auto item : object) {
      simdjson::ondemand::field field;
      if (std::move(item).get(field) != simdjson::SUCCESS) return broken();
      if (!take(key_of(field), field.value())) return false;
    }
    return true;
  }
  /// Gives `take(value)` every element of an array.
  template <class Take>
  bool elements(std::string_view field, JsonValue& value, Take&& take) {
    simdjson::ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return fault("a list", field, raw_of(value));
    for (auto item : array) {
      JsonValue element;
      if (std::move(item).get(element) != simdjson::SUCCESS) return broken();
      if (!take(element)) return false;
    }
    return true;
  }

  /// Keeps what is wrong, unless something was wrong before. Always false.
  bool fault(std::string_view expected, std::string_view field, std::string_view found) noexcept;
  /// The message is no JSON.
  bool broken() noexcept { return fault("a whole JSON message", {}, {}); }
  [[nodiscard]] std::unexpected<Error> error() const;

  /// A string without its quotes, a number as it stands, nothing for `""` and `null`.
  [[nodiscard]] static std::string_view token_of(JsonValue& value) noexcept {
    const std::string_view raw = raw_of(value);
    if (raw.size() >= 2 && raw.front() == '"') return raw.substr(1, raw.size() - 2);
    return raw == "null" ? std::string_view() : raw;
  }

 private:
  struct Fault {
    std::string_view expected;
    std::string_view field;
    std::string_view found;
  };

  [[nodiscard]] static std::string_view raw_of(JsonValue& value) noexcept {
    std::string_view raw = value.raw_json_token();
    while (!raw.empty() && raw.back() <= ' ' && raw.back() >= 0) raw.remove_suffix(1);
    return raw;
  }
  [[nodiscard]] static std::string_view key_of(simdjson::ondemand::field& field) noexcept {
    const char* const begin = field.key().raw();
    const char* end = begin;
    while (*end != '"') ++end;  // the parser has seen that it ends
    return {begin, end};
  }
  bool unusual_text(std::string_view field, JsonValue& value, std::string_view& out);

  Fault fault_;
};

}  // namespace kontor::bybit
