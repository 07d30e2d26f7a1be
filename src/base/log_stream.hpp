#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/log_entry.hpp"
#include "base/result.hpp"

namespace kontor {

/// A file of a log.
struct LogFileInfo {
  std::string name;  ///< within the folder
  std::uint64_t bytes = 0;
  bool packed = false;
};

/// What was read of a log.
struct LogPage {
  std::vector<LogEntry> entries{};  ///< those that the filters let through, oldest first
  std::uint64_t cursor = 0;         ///< seq of the last line looked at: where to go on
  std::uint64_t missing = 0;        ///< lines before the cursor that are gone and stand before no entry here
  std::uint64_t unreadable = 0;     ///< lines that are none of a log
};

/// Reads the log in a folder while it is written, whole or piece by piece (M7). It changes nothing, and a
/// reader that is slower than the rotation learns how many lines it has missed. One thread.
class LogStream {
 public:
  static constexpr std::size_t kMostEntries = 10'000;

  explicit LogStream(std::filesystem::path folder) : folder_(std::move(folder)) {}
  LogStream(const LogStream&) = delete;
  LogStream& operator=(const LogStream&) = delete;
  ~LogStream();

  /// The files that there are, newest first.
  [[nodiscard]] std::vector<LogFileInfo> list() const;
  /// The last so many lines that the filters let through. Error not_found: there is no log; io, bad_data.
  [[nodiscard]] Result<LogPage> tail(std::size_t most, const LogFilters& filters = {});
  /// What came after the line with this seq, up to so many entries; zero: from the beginning. Called again
  /// with the page's cursor it reads only what is new.
  [[nodiscard]] Result<LogPage> follow(std::uint64_t cursor, const LogFilters& filters = {},
                                       std::size_t most = kMostEntries);

 private:
  class Collector;

  /// Reads on in the file that was read last. False where that is not where the cursor is.
  [[nodiscard]] Result<bool> read_on(Collector& collector);
  [[nodiscard]] Result<void> read_all(Collector& collector);
  [[nodiscard]] Result<bool> read_once(Collector& collector, bool goes_on);
  [[nodiscard]] Result<void> read_current(Collector& collector);
  void forget_place();

  std::filesystem::path folder_;
  int file_ = -1;             ///< the newest, as it was when it was read last …
  std::uint64_t place_ = 0;   ///< … up to here …
  std::uint64_t cursor_ = 0;  ///< … and to this line
};

}  // namespace kontor
