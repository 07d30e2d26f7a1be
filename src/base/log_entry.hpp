#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log_record.hpp"

namespace kontor {

/// A line of a log as it was read.
struct LogEntry {
  std::uint64_t seq = 0;
  TimeNs ts = 0;
  LogLevel level = LogLevel::info;
  std::string component{};  ///< as it is written: another build may have others
  std::string host{};
  std::int64_t pid = 0;
  std::uint64_t thread = 0;
  std::string correlation{};
  std::string message{};
  std::vector<std::pair<std::string, std::string>> fields{};  ///< texts as they are, everything else as JSON
  std::string line{};                                         ///< the whole of it
  /// Lines right before this one that are no longer there: a rotation has swallowed them.
  std::uint64_t missing_before = 0;
};

/// Error bad_data: it is no line of a log.
[[nodiscard]] Result<LogEntry> parse_log_line(std::string_view line);

/// What of a log is wanted.
struct LogFilters {
  LogLevel level = LogLevel::debug;    ///< and above
  std::set<std::string> components{};  ///< empty: all
  std::string text{};                  ///< somewhere in the line, in whatever case; empty: any
  std::optional<TimeNs> from{};        ///< of the time of the record
  std::optional<TimeNs> to{};          ///< no longer wanted
};
[[nodiscard]] bool passes(const LogEntry& entry, const LogFilters& filters);

/// Appends the entry as the console shows records, with its date.
void append_entry_line(std::string& out, const LogEntry& entry, bool in_colour);

}  // namespace kontor
