#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/json_text.hpp"

namespace kontor::emulator::bybit {

/// Writes one JSON value, without spaces, in the order of the calls. Knows where commas belong; that what is
/// opened is closed is the caller's business.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return shut('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return shut(']'); }

  JsonWriter& key(std::string_view name) {
    separate();
    append_json_text(out_, name);
    out_.push_back(':');
    needs_comma_ = false;
    return *this;
  }
  JsonWriter& text(std::string_view value) {
    separate();
    append_json_text(out_, value);
    return *this;
  }
  JsonWriter& number(std::int64_t value) {
    char digits[24];
    const auto [end, error] = std::to_chars(std::begin(digits), std::end(digits), value);
    return raw(std::string_view(digits, static_cast<std::size_t>(end - digits)));
  }
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  /// A value that is JSON already.
  JsonWriter& raw(std::string_view json) {
    separate();
    out_.append(json);
    return *this;
  }

  // A member of an object.
  JsonWriter& field(std::string_view name, std::string_view value) { return key(name).text(value); }
  JsonWriter& field(std::string_view name, const char* value) { return key(name).text(value); }
  JsonWriter& field(std::string_view name, bool value) { return key(name).boolean(value); }
  JsonWriter& field_number(std::string_view name, std::int64_t value) { return key(name).number(value); }
  JsonWriter& field_raw(std::string_view name, std::string_view json) { return key(name).raw(json); }

  [[nodiscard]] std::string take() && { return std::move(out_); }
  [[nodiscard]] std::string_view view() const noexcept { return out_; }

 private:
  void separate() {
    if (needs_comma_) out_.push_back(',');
    needs_comma_ = true;
  }
  JsonWriter& open(char bracket) {
    separate();
    out_.push_back(bracket);
    needs_comma_ = false;
    return *this;
  }
  JsonWriter& shut(char bracket) {
    out_.push_back(bracket);
    needs_comma_ = true;
    return *this;
  }

  std::string out_;
  bool needs_comma_ = false;
};

}  // namespace kontor::emulator::bybit
