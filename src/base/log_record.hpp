#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/log_settings.hpp"
#include "base/time.hpp"

namespace kontor {

/// A fact of a record as its author says it: nothing is copied before the level has let it pass.
class LogField {
 public:
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

  LogField(std::string_view key, std::string_view text) : key_(key), value_(text) {}
  LogField(std::string_view key, const char* text) : key_(key), value_(std::string_view(text)) {}
  LogField(std::string_view key, const std::string& text) : key_(key), value_(std::string_view(text)) {}
  LogField(std::string_view key, bool value) : key_(key), value_(value) {}
  LogField(std::string_view key, double value) : key_(key), value_(value) {}
  LogField(std::string_view key, std::signed_integral auto value) : key_(key), value_(std::int64_t{value}) {}
  LogField(std::string_view key, std::unsigned_integral auto value)
      : key_(key), value_(std::uint64_t{value}) {}

  [[nodiscard]] std::string_view key() const noexcept { return key_; }
  [[nodiscard]] const Value& value() const noexcept { return value_; }

 private:
  std::string_view key_;
  Value value_;
};

/// One thing that was said, as it waits for the writer. Texts are cut to the bounds below.
struct LogRecord {
  static constexpr std::size_t kMostText = 8'000;  ///< bytes of a message or a value
  static constexpr std::size_t kMostFields = 32;

  struct Field {
    std::string key;
    std::variant<std::string, std::int64_t, std::uint64_t, double, bool> value;
  };

  TimeNs ts = 0;  ///< on the wall
  LogLevel level = LogLevel::info;
  LogComponent component = LogComponent::session;
  std::uint64_t thread = 0;   ///< the system's number of the thread that spoke
  std::string correlation{};  ///< `order:17`; records and events of one matter have the same
  std::string message{};
  std::vector<Field> fields{};
};

}  // namespace kontor
