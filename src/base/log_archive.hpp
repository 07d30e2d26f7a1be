#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.hpp"

namespace kontor {

/// Packs a file of the log with gzip, a piece at a time, so that nobody waits long for it: `x` becomes
/// `x.gz`. The packed file appears whole (written beside, synced, renamed) before the other one goes;
/// interrupted at any moment, one of them is whole, and `x.gz.part` is all that may be left over. One thread.
class LogArchive {
 public:
  /// Bytes that a step packs.
  static constexpr std::size_t kStep = 128 * 1024;

  /// Errors: io, no_space.
  [[nodiscard]] static Result<LogArchive> begin(const std::filesystem::path& file);
  LogArchive(LogArchive&&) noexcept;
  LogArchive& operator=(LogArchive&&) noexcept;
  /// Leaves both files as they are where it is not done.
  ~LogArchive();

  /// True once it is done. After an error it must not be called again.
  [[nodiscard]] Result<bool> step();

 private:
  struct State;
  explicit LogArchive(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Gets each line without its end; false stops the reading.
using TakeLogLine = std::function<bool(std::string_view)>;

/// Reads the lines of a file of the log, packed (`.gz`) or not. A last line that has no end yet is left.
/// Errors: not_found, io, bad_data: a packed file that is broken.
[[nodiscard]] Result<void> read_log_lines(const std::filesystem::path& file, const TakeLogLine& take);

/// The same of an open file that is not packed, from a place on; returns the place behind the last line.
[[nodiscard]] Result<std::uint64_t> read_log_lines(int file, std::uint64_t from, const TakeLogLine& take);

/// A longer line is no line of a log, and is passed over.
inline constexpr std::size_t kMostLogLine = 1'000'000;

}  // namespace kontor
