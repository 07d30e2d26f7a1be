#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.hpp"

namespace kontor::emulator::bybit {

/// What a request comes to, before it is put into the form of its channel: the venue's code and words, and
/// the parts of its body as JSON.
struct Answer {
  std::int64_t code = 0;  ///< 0: done
  std::string message = "OK";
  std::string result = "{}";
  std::string extension = "{}";  ///< retExtInfo
  bool accepted_order = false;   ///< at least one new order was taken

  [[nodiscard]] bool ok() const noexcept { return code == 0; }
};

/// A value, or the venue's refusal.
template <class T>
using Checked = std::expected<T, Answer>;

[[nodiscard]] inline Answer refuse(std::int64_t code, std::string message) {
  return {.code = code, .message = std::move(message)};
}
[[nodiscard]] inline std::unexpected<Answer> refusal(std::int64_t code, std::string message) {
  return std::unexpected<Answer>(refuse(code, std::move(message)));
}
/// "params error: …", the venue's word for what it cannot read.
[[nodiscard]] inline std::unexpected<Answer> bad_parameter(std::string_view what) {
  return refusal(10001, "params error: " + std::string(what));
}
[[nodiscard]] inline Answer done(std::string result) { return {.result = std::move(result)}; }

/// What a handler came to: its result, or its refusal.
[[nodiscard]] inline Answer answered(Checked<std::string> result) {
  return result ? done(std::move(*result)) : std::move(result).error();
}

/// The body of a REST answer.
[[nodiscard]] std::string envelope(const Answer& answer, TimeNs server_time);

[[nodiscard]] constexpr std::int64_t milliseconds_of(TimeNs time) noexcept {
  return floor_divide(time, kMillisecond);
}

}  // namespace kontor::emulator::bybit
