#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "base/log_record.hpp"

namespace kontor {

/// How many records of each level.
using LogCounts = std::array<std::uint64_t, kLogLevels>;

/// Records that wait for the writer: at most so many. A record that comes when it is full takes the place of
/// the oldest one of the lowest level below its own, debug before info; where there is none below, it is
/// dropped itself. What was dropped is counted. Whoever uses it from several threads guards it.
class LogQueue {
 public:
  explicit LogQueue(std::size_t most) : most_(most) {}

  void push(LogRecord record);
  /// All of them, in the order in which they came; the queue is empty then.
  [[nodiscard]] std::vector<LogRecord> take();
  /// How many were dropped since this was asked before.
  [[nodiscard]] LogCounts take_dropped();

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

 private:
  struct Waiting {
    std::uint64_t number = 0;
    LogRecord record;
  };

  std::size_t most_;
  std::size_t size_ = 0;
  std::uint64_t pushed_ = 0;
  std::array<std::deque<Waiting>, kLogLevels> by_level_;
  LogCounts dropped_{};
};

}  // namespace kontor
