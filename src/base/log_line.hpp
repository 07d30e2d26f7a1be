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

/// Appends a text so that it stays on its line and in its place: control characters become escapes.
void append_printable(std::string& out, std::string_view text);

// The parts of a line for people, whether it comes from a record or was read from a file.
/// Time, level and component, each in its column.
void append_plain_head(std::string& out, std::string_view time, LogLevel level, std::string_view component,
                       bool in_colour);
/// `  key=value`, the value in quotes where it would not hold together without them.
void append_plain_fact(std::string& out, std::string_view key, std::string_view value);
/// What the line is about, and its end.
void append_plain_end(std::string& out, std::string_view correlation);

/// Reads the `seq` of a line that append_log_line wrote; zero where there is none.
[[nodiscard]] std::uint64_t seq_of_log_line(std::string_view line) noexcept;

}  // namespace kontor
