#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/json_text.hpp"

namespace kontor::emulator {

/// Writes JSON in the order of the calls. The caller keeps to the grammar: a key before every value inside an
/// object; commas are added. Numbers that the venue writes as text are given as text.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& begin_object(std::string_view name) { return key(name).open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& begin_array(std::string_view name) { return key(name).open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name) {
    separate();
    append_json_text(out_, name);
    out_.push_back(':');
    is_first_ = true;
    return *this;
  }

  JsonWriter& text(std::string_view value) {
    separate();
    append_json_text(out_, value);
    return *this;
  }
  JsonWriter& number(std::int64_t value) {
    separate();
    fmt::format_to(std::back_inserter(out_), "{}", value);
    return *this;
  }
  JsonWriter& flag(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  /// A value that is JSON already.
  JsonWriter& raw(std::string_view json) {
    separate();
    out_.append(json);
    return *this;
  }

  JsonWriter& text(std::string_view name, std::string_view value) { return key(name).text(value); }
  JsonWriter& number(std::string_view name, std::int64_t value) { return key(name).number(value); }
  JsonWriter& flag(std::string_view name, bool value) { return key(name).flag(value); }
  JsonWriter& null(std::string_view name) { return key(name).null(); }
  JsonWriter& raw(std::string_view name, std::string_view json) { return key(name).raw(json); }

  [[nodiscard]] std::string take() noexcept { return std::move(out_); }
  [[nodiscard]] const std::string& view() const noexcept { return out_; }

 private:
  JsonWriter& open(char bracket) {
    separate();
    out_.push_back(bracket);
    is_first_ = true;
    return *this;
  }
  JsonWriter& close(char bracket) {
    out_.push_back(bracket);
    is_first_ = false;
    return *this;
  }
  void separate() {
    if (!is_first_) out_.push_back(',');
    is_first_ = false;
  }

  std::string out_;
  bool is_first_ = true;
};

}  // namespace kontor::emulator
