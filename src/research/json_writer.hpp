#pragma once

#include <optional>
#include <string_view>

#include "research/exact_text.hpp"

namespace kontor::research {

/// Writes JSON text with keys in the order of the calls and money digit by digit, never through a double.
/// Strings are safe inside an HTML script element (`<` becomes `\u003c`) and always valid UTF-8.
/// The caller keeps the nesting right; a key comes before each value of an object.
class JsonWriter {
 public:
  enum class Layout : std::uint8_t {
    indented,  ///< two spaces for each level; arrays of plain values on one line
    compact,
  };

  JsonWriter(TextBuffer& out, Layout layout) : out_(out), layout_(layout) {}

  void begin_object() { open('{', true); }
  void end_object() { close('}'); }
  void begin_array() { open('[', true); }
  /// An array that stays on one line.
  void begin_row() { open('[', false); }
  void end_array() { close(']'); }

  void key(std::string_view name);

  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(bool truth);
  void value(double number);  ///< null unless finite
  void value(std::int64_t number);
  void value(std::uint64_t number);
  void value(Amount amount);
  void null();
  /// Rounded to `places`, trailing zeros dropped.
  void rounded(Amount amount, int places);
  /// With at most `digits` significant digits; null unless finite.
  void rounded(double number, int digits);
  void decimal(std::int64_t units, int scale);
  /// ISO-8601; null for a time of zero, which means "not yet".
  void time(TimeNs time);

  template <class T>
  void value(const std::optional<T>& optional) {
    if (optional) {
      value(*optional);
    } else {
      null();
    }
  }
  template <class T>
  void member(std::string_view name, const T& content) {
    key(name);
    value(content);
  }

 private:
  void open(char bracket, bool lines);
  void close(char bracket);
  void separate();
  void new_line();

  TextBuffer& out_;
  Layout layout_;
  TimeWriter time_writer_;
  unsigned depth_ = 0;
  std::uint64_t in_lines_ = 0;  ///< one bit for each level: its elements stand on lines of their own
  bool first_ = true;
  bool after_key_ = false;
};

}  // namespace kontor::research
