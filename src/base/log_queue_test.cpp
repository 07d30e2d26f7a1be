#include "base/log_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor {
namespace {

using testing::ElementsAre;

LogRecord queued(LogLevel level, std::string message) {
  LogRecord record;
  record.level = level;
  record.message = std::move(message);
  return record;
}

std::vector<std::string> messages_of(LogQueue& queue) {
  std::vector<std::string> messages;
  for (const auto& record : queue.take()) messages.push_back(record.message);
  return messages;
}

TEST(LogQueue, GivesRecordsInTheOrderInWhichTheyCame) {
  LogQueue queue(10);
  queue.push(queued(LogLevel::error, "a"));
  queue.push(queued(LogLevel::debug, "b"));
  queue.push(queued(LogLevel::info, "c"));
  queue.push(queued(LogLevel::debug, "d"));
  EXPECT_THAT(messages_of(queue), ElementsAre("a", "b", "c", "d"));
  EXPECT_TRUE(queue.empty());
}

TEST(LogQueue, WhenItIsFullDebugGoesFirstThenInfoOldestFirst) {
  LogQueue queue(4);
  queue.push(queued(LogLevel::info, "i1"));
  queue.push(queued(LogLevel::debug, "d1"));
  queue.push(queued(LogLevel::debug, "d2"));
  queue.push(queued(LogLevel::warning, "w1"));
  queue.push(queued(LogLevel::info, "i2"));     // d1 goes
  queue.push(queued(LogLevel::warning, "w2"));  // d2 goes
  queue.push(queued(LogLevel::debug, "d3"));    // nothing is lower: it goes itself
  queue.push(queued(LogLevel::info, "i3"));     // the same
  queue.push(queued(LogLevel::error, "e1"));    // i1 goes
  EXPECT_THAT(messages_of(queue), ElementsAre("w1", "i2", "w2", "e1"));
  EXPECT_THAT(queue.take_dropped(), ElementsAre(3, 2, 0, 0, 0));
  EXPECT_THAT(queue.take_dropped(), ElementsAre(0, 0, 0, 0, 0));
}

TEST(LogQueue, FullOfTheWorstItKeepsWhatCameFirst) {
  LogQueue queue(2);
  for (const auto* message : {"c1", "c2", "c3"}) queue.push(queued(LogLevel::critical, message));
  queue.push(queued(LogLevel::debug, "d"));
  EXPECT_THAT(messages_of(queue), ElementsAre("c1", "c2"));
  EXPECT_THAT(queue.take_dropped(), ElementsAre(1, 0, 0, 0, 1));
}

}  // namespace
}  // namespace kontor
