#pragma once

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

  /// More than any venue sends at once; the largest known are lists of all instruments, of some 20 MB.
  static constexpr std::size_t kLargestMessage = 64U << 20U;

  /// Takes a new message. False: it is not even the beginning of JSON.
  [[nodiscard]] bool open(std::string_view text) {
    problem_.clear();
    escaped_size_ = 0;
    if (text.size() > kLargestMessage) {
      note("message", fmt::format("{} bytes at the most", kLargestMessage), std::to_string(text.size()));
      return false;
    }
    // Behind the text there must be nothing that could be taken for more of it.
    buffer_.resize(text.size() + simdjson::SIMDJSON_PADDING);
    text.copy(buffer_.data(), text.size());
    std::fill_n(buffer_.data() + text.size(), simdjson::SIMDJSON_PADDING, '\0');
    text_end_ = buffer_.data() + text.size();
    auto error = parser_.iterate(buffer_.data(), text.size(), buffer_.size()).get(document_);
    if (error == simdjson::SUCCESS) error = check_end(text);
    if (error != simdjson::SUCCESS) note("message", "JSON", simdjson::error_message(error));
    return error == simdjson::SUCCESS;
  }
  /// The whole message, from its start.
  [[nodiscard]] Value root() {
    document_.rewind();
    escaped_size_ = 0;
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

  /// A message that leaves out what it is about says nothing: names the first key whose value is not there.
  void want(std::initializer_list<std::pair<std::string_view, bool>> values) {
    if (failed()) return;
    for (const auto& [key, is_there] : values) {
      if (!is_there) [[unlikely]]
        return note(key, "a value", "none");
    }
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
  /// Calls `take(key, value)` for each field in the message's order; keys are given as they are written.
  template <class Take>
  void for_each(Object object, Take&& take) {
    if (failed()) return;
    for (auto field : object) {
      simdjson::ondemand::raw_json_string name;
      Value value;
      if (!check("message", field.key().get(name))) return;
      const std::string_view key = written_key(name);
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
      simdjson::ondemand::raw_json_string name;
      if (check("message", field.key().get(name))) key = written_key(name);
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

  /// A string without its quotes, or a number as it is written; what stands for a name is often one.
  [[nodiscard]] std::string_view text(std::string_view key, Value value) {
    const std::string_view token = written(value);
    if (!token.starts_with('"')) return number_text(key, token);
    if (!token.contains('\\')) [[likely]]
      return token.substr(1, token.size() - 2);
    return unescaped_text(key, value, token.size());
  }
  /// The same; `null` is empty.
  [[nodiscard]] std::string_view optional_text(std::string_view key, Value value) {
    return is_null(value) ? std::string_view() : text(key, value);
  }
  [[nodiscard]] bool is_null(Value& value) const { return written(value) == "null"; }

  [[nodiscard]] Decimal decimal(std::string_view key, Value value) {
    const std::string_view said = bare(value);
    if (Decimal number; parse_short_decimal(said, number)) [[likely]]
      return number;
    if (const auto number = Decimal::parse(said)) return *number;
    note(key, "a decimal number", said);
    return {};
  }
  /// What Decimal::parse() reads where a number has a sign, up to 18 digits and a point at the most; false:
  /// it is no such number, which says nothing about whether it is one.
  [[nodiscard]] static bool parse_short_decimal(std::string_view text, Decimal& number) noexcept {
    const bool is_negative = text.starts_with('-');
    if (is_negative) text.remove_prefix(1);
    if (text.size() > kMostDigits + 1) return false;
    std::int64_t units = 0;
    std::size_t digits = 0;
    std::size_t point = text.size();
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c >= '0' && c <= '9') {
        if (++digits > kMostDigits) return false;
        units = units * 10 + (c - '0');
      } else if (c == '.' && point == text.size()) {
        point = i;
      } else {
        return false;
      }
    }
    if (digits == 0) return false;
    const std::size_t places = point == text.size() ? 0 : text.size() - point - 1;
    number = {is_negative ? -units : units, static_cast<std::uint8_t>(places)};
    return true;
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
  [[nodiscard]] std::int64_t whole_within(std::string_view key, Value value, std::int64_t least,
                                          std::int64_t most) {
    const std::int64_t number = whole(key, value);
    if (number >= least && number <= most) [[likely]]
      return number;
    note(key, fmt::format("a number from {} to {}", least, most), bare(value));
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
  static constexpr std::size_t kMostDigits = 18;  ///< whatever they are, 64 bits hold them

  [[nodiscard]] std::string_view number_text(std::string_view key, std::string_view token) {
    const char first = token.empty() ? ' ' : token.front();
    if (first == '-' || (first >= '0' && first <= '9')) [[likely]]
      return token;
    note(key, "a text or a number", token);
    return {};
  }
  /// A key as it is written: behind its first quote is where simdjson names it, and it has been proven to
  /// end.
  [[nodiscard]] static std::string_view written_key(simdjson::ondemand::raw_json_string name) noexcept {
    const char* const start = name.raw();
    const char* end = start;
    while (*end != '"') end += *end == '\\' ? 2 : 1;
    return {start, end};
  }
  /// simdjson unescapes into a buffer that has room for each string of the message once, and does not look
  /// whether there is any left when one is read again.
  [[nodiscard]] std::string_view unescaped_text(std::string_view key, Value& value, std::size_t size) {
    escaped_size_ += size;
    if (escaped_size_ + simdjson::SIMDJSON_PADDING > buffer_.size()) {
      note(key, "a text that is read once", "the same again");
      return {};
    }
    std::string_view text;
    return check(key, value.get_string().get(text)) ? text : std::string_view();
  }
  /// That the text ends as it has begun: only lists and objects that are asked for as such prove it.
  [[nodiscard]] simdjson::error_code check_end(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return simdjson::EMPTY;
    if (text[first] == '[') return document_.get_array().error();
    return document_.get_object().error();
  }
  /// A value as it is written, never beyond the end of the text.
  [[nodiscard]] std::string_view written(Value& value) const noexcept {
    const std::string_view token = value.raw_json_token();
    if (token.data() >= text_end_) return {};
    return trimmed(
        token.substr(0, std::min(token.size(), static_cast<std::size_t>(text_end_ - token.data()))));
  }
  /// True if nothing went wrong.
  bool check(std::string_view key, simdjson::error_code error) {
    if (error == simdjson::SUCCESS) [[likely]]
      return true;
    note(key, "whole JSON", simdjson::error_message(error));
    return false;
  }
  void note_value(std::string_view key, std::string_view expected, Value& value) {
    note(key, expected, written(value));
  }
  [[nodiscard]] static std::string_view trimmed(std::string_view token) noexcept {
    while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
    return token;
  }
  /// A number as it is written, without quotes.
  [[nodiscard]] std::string_view bare(Value& value) const noexcept {
    std::string_view token = written(value);
    if (token.size() < 2 || token.front() != '"') return token;
    return token.substr(1, token.size() - 2);
  }

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  std::string buffer_;
  const char* text_end_ = nullptr;  ///< within the buffer
  std::string problem_;
  std::size_t escaped_size_ = 0;  ///< of the texts that were unescaped since the message was at its start
};

}  // namespace kontor::venue
