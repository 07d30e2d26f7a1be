#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/decimal.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace kontor::venue {

/// Reads values out of one JSON message and remembers the first thing that was not as expected; from then on
/// it gives zeros. Numbers may stand in quotes or not: the digits are taken as they are written. Texts are
/// borrowed until the next message is opened. Reading allocates nothing once the buffers have grown.
class MessageReader {
 public:
  using Value = simdjson::ondemand::value;
  using Object = simdjson::ondemand::object;
  using Array = simdjson::ondemand::array;

  /// Takes a new message. False: it is not even the beginning of JSON.
  [[nodiscard]] bool open(std::string_view text) {
    problem_.clear();
    buffer_.resize(text.size() + simdjson::SIMDJSON_PADDING);
    text.copy(buffer_.data(), text.size());
    const auto error = parser_.iterate(buffer_.data(), text.size(), buffer_.size()).get(document_);
    if (error != simdjson::SUCCESS) note("message", "JSON", simdjson::error_message(error));
    return error == simdjson::SUCCESS;
  }
  /// The whole message, from its start.
  [[nodiscard]] Value root() {
    document_.rewind();
    Value value;
    check("message", document_.get_value().get(value));
    return value;
  }

  [[nodiscard]] bool failed() const noexcept { return !problem_.empty(); }
  [[nodiscard]] std::unexpected<Error> error(std::string_view venue) const {
    return fail(ErrorKind::bad_data, fmt::format("{}: {}", venue, problem_));
  }
  /// Says what was not as expected, if nothing was before.
  void note(std::string_view key, std::string_view expected, std::string_view found) {
    if (!failed())
      problem_ = fmt::format("{}: expected {}, found {}", key, expected, found.substr(0, kShown));
  }

  [[nodiscard]] Object object(std::string_view key, Value value) {
    Object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) note_value(key, "an object", value);
    return object;
  }
  [[nodiscard]] Array array(std::string_view key, Value value) {
    Array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) note_value(key, "a list", value);
    return array;
  }
  /// Calls `take(key, value)` for each field in the message's order.
  template <class Take>
  void for_each(Object object, Take&& take) {
    if (failed()) return;
    for (auto field : object) {
      std::string_view key;
      Value value;
      if (!check("message", field.unescaped_key().get(key))) return;
      if (!check(key, field.value().get(value))) return;
      take(key, value);
      if (failed()) return;
    }
  }
  template <class Take>
  void for_each(Array array, Take&& take) {
    if (failed()) return;
    for (auto element : array) {
      Value value;
      if (!check("list", element.get(value))) return;
      take(value);
      if (failed()) return;
    }
  }
  /// The name of an object's first field, which is then read from its start again; empty: it has none.
  [[nodiscard]] std::string_view first_key(Object& object) {
    std::string_view key;
    if (failed()) return key;
    for (auto field : object) {
      static_cast<void>(check("message", field.unescaped_key().get(key)));
      break;
    }
    check("message", object.reset().error());
    return key;
  }
  /// The field of an object, wherever it stands; nothing: there is none.
  [[nodiscard]] std::optional<Value> find(Object& object, std::string_view key) {
    if (failed()) return std::nullopt;
    Value value;
    const auto error = object.find_field_unordered(key).get(value);
    if (error == simdjson::SUCCESS) return value;
    if (error != simdjson::NO_SUCH_FIELD) check(key, error);
    return std::nullopt;
  }

  /// A string without its quotes, or anything else as it is written: `null`, `true`, a number.
  [[nodiscard]] std::string_view text(std::string_view key, Value value) {
    const std::string_view token = trimmed(value.raw_json_token());
    if (!token.starts_with('"')) return token;
    std::string_view text;
    return check(key, value.get_string().get(text)) ? text : std::string_view();
  }
  /// The same; `null` is empty.
  [[nodiscard]] std::string_view optional_text(std::string_view key, Value value) {
    return is_null(value) ? std::string_view() : text(key, value);
  }
  [[nodiscard]] static bool is_null(Value& value) { return trimmed(value.raw_json_token()) == "null"; }

  [[nodiscard]] Decimal decimal(std::string_view key, Value value) {
    const std::string_view said = bare(value);
    if (const auto number = Decimal::parse(said)) [[likely]]
      return *number;
    note(key, "a decimal number", said);
    return {};
  }
  /// Nothing for `null` and an empty string.
  [[nodiscard]] std::optional<Decimal> optional_decimal(std::string_view key, Value value) {
    const std::string_view said = bare(value);
    if (said.empty() || said == "null") return std::nullopt;
    return decimal(key, value);
  }
  [[nodiscard]] Decimal decimal_or_zero(std::string_view key, Value value) {
    return optional_decimal(key, value).value_or(Decimal{});
  }
  [[nodiscard]] std::int64_t whole(std::string_view key, Value value) {
    const std::string_view said = bare(value);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(said.data(), said.data() + said.size(), number);
    if (error == std::errc() && end == said.data() + said.size()) [[likely]]
      return number;
    note(key, "a whole number", said);
    return 0;
  }
  [[nodiscard]] std::int64_t whole_or_zero(std::string_view key, Value value) {
    const std::string_view said = bare(value);
    return said.empty() || said == "null" ? 0 : whole(key, value);
  }
  /// Milliseconds since 1970; zero and what is not there stay zero.
  [[nodiscard]] TimeNs milliseconds(std::string_view key, Value value) {
    const std::int64_t number = whole_or_zero(key, value);
    TimeNs time = 0;
    if (!__builtin_mul_overflow(number, kMillisecond, &time)) [[likely]]
      return time;
    note(key, "a time in milliseconds", bare(value));
    return 0;
  }
  [[nodiscard]] bool flag(std::string_view key, Value value) {
    const std::string_view said = bare(value);
    if (said != "true" && said != "false") note(key, "true or false", said);
    return said == "true";
  }
  /// What a table of the venue's words says; a word that is in none is a problem of the message.
  template <class Parse>
  [[nodiscard]] auto word(std::string_view key, Value value, Parse&& parse) {
    const std::string_view said = text(key, value);
    const auto meaning = parse(said);
    using Meaning = std::remove_cvref_t<decltype(*meaning)>;
    if (meaning) [[likely]]
      return Meaning(*meaning);
    note(key, "a word that is known", said);
    return Meaning{};
  }

 private:
  static constexpr std::size_t kShown = 80;

  /// True if nothing went wrong.
  bool check(std::string_view key, simdjson::error_code error) {
    if (error == simdjson::SUCCESS) [[likely]]
      return true;
    note(key, "whole JSON", simdjson::error_message(error));
    return false;
  }
  void note_value(std::string_view key, std::string_view expected, Value& value) {
    note(key, expected, trimmed(value.raw_json_token()));
  }
  [[nodiscard]] static std::string_view trimmed(std::string_view token) noexcept {
    while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
    return token;
  }
  /// A number as it is written, without quotes.
  [[nodiscard]] static std::string_view bare(Value& value) noexcept {
    std::string_view token = trimmed(value.raw_json_token());
    if (token.size() < 2 || token.front() != '"') return token;
    token.remove_prefix(1);
    return token.substr(0, token.find('"'));
  }

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  std::string buffer_;
  std::string problem_;
};

}  // namespace kontor::venue
