#include "base/log_queue.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace kontor {

void LogQueue::push(LogRecord record) {
  const auto level = static_cast<std::size_t>(record.level);
  ASSERT(level < kLogLevels);
  if (size_ == most_) {
    std::size_t lowest = 0;
    while (lowest < level && by_level_[lowest].empty()) ++lowest;
    ++dropped_[lowest];
    if (lowest == level) return;
    by_level_[lowest].pop_front();
    --size_;
  }
  by_level_[level].push_back({pushed_++, std::move(record)});
  ++size_;
}

std::vector<LogRecord> LogQueue::take() {
  std::vector<Waiting> all;
  all.reserve(size_);
  for (auto& waiting : by_level_) {
    std::ranges::move(waiting, std::back_inserter(all));
    waiting.clear();
  }
  size_ = 0;
  std::ranges::sort(all, {}, &Waiting::number);
  std::vector<LogRecord> records;
  records.reserve(all.size());
  for (auto& waiting : all) records.push_back(std::move(waiting.record));
  return records;
}

LogCounts LogQueue::take_dropped() { return std::exchange(dropped_, {}); }

}  // namespace kontor
