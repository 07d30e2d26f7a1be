#pragma once

#include <cstdint>
#include <string>

#include "base/log_record.hpp"

namespace kontor {

/// What all records of one program have in common.
struct LogOrigin {
  std::string host = "unknown";
  std::int64_t pid = 0;
};

/// Appends the record as one JSON object on a line of its own, keys in the order of docs/logs.md. `seq`
/// counts the lines of a log.
void append_log_line(std::string& out, const LogRecord& record, const LogOrigin& origin, std::uint64_t seq);

/// Appends the record as a line for people: `15:33:00.123 warning  risk           refused  reasons=…`. No
/// control character of a text gets through to the terminal.
void append_console_line(std::string& out, const LogRecord& record, bool in_colour);

/// `2025-05-04T15:33:00.123456Z`: always to the microsecond, so that lines align and sort.
[[nodiscard]] std::string log_time_text(TimeNs time);

/// The ANSI colour in which a level is shown, and what ends it.
[[nodiscard]] std::string_view log_colour(LogLevel level) noexcept;
inline constexpr std::string_view kLogColourEnd = "\x1b[0m";

/// Appends a text so that it stays on its line and in its place: control characters become escapes.
void append_printable(std::string& out, std::string_view text);

/// Reads the `seq` of a line that append_log_line wrote; zero where there is none.
[[nodiscard]] std::uint64_t seq_of_log_line(std::string_view line) noexcept;

}  // namespace kontor
