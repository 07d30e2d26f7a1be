#include "base/log_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor {
namespace {

using testing::ElementsAre;

void push(LogQueue& queue, std::initializer_list<std::pair<LogLevel, const char*>> messages) {
  for (const auto& [level, message] : messages) {
    LogRecord record;
    record.level = level;
    record.message = message;
    queue.push(std::move(record));
  }
}

std::vector<std::string> messages_of(LogQueue& queue) {
  std::vector<std::string> messages;
  for (const auto& record : queue.take()) messages.push_back(record.message);
  return messages;
}

TEST(LogQueue, GivesRecordsInTheOrderInWhichTheyCame) {
  LogQueue queue(10);
  push(queue,
       {{LogLevel::error, "a"}, {LogLevel::debug, "b"}, {LogLevel::info, "c"}, {LogLevel::debug, "d"}});
  EXPECT_THAT(messages_of(queue), ElementsAre("a", "b", "c", "d"));
  EXPECT_TRUE(queue.empty());
}

TEST(LogQueue, WhenItIsFullDebugGoesFirstThenInfoOldestFirst) {
  LogQueue queue(4);
  push(queue, {{LogLevel::info, "i1"},
               {LogLevel::debug, "d1"},
               {LogLevel::debug, "d2"},
               {LogLevel::warning, "w1"},
               {LogLevel::info, "i2"},     // d1 goes
               {LogLevel::warning, "w2"},  // d2 goes
               {LogLevel::debug, "d3"},    // nothing is lower: it goes itself
               {LogLevel::info, "i3"},     // the same
               {LogLevel::error, "e1"}});  // i1 goes
  EXPECT_THAT(messages_of(queue), ElementsAre("w1", "i2", "w2", "e1"));
  EXPECT_THAT(queue.take_dropped(), ElementsAre(3, 2, 0, 0, 0));
  EXPECT_THAT(queue.take_dropped(), ElementsAre(0, 0, 0, 0, 0));
}

TEST(LogQueue, FullOfTheWorstItKeepsWhatCameFirst) {
  LogQueue queue(2);
  push(queue, {{LogLevel::critical, "c1"}, {LogLevel::critical, "c2"}, {LogLevel::critical, "c3"}});
  push(queue, {{LogLevel::debug, "d"}});
  EXPECT_THAT(messages_of(queue), ElementsAre("c1", "c2"));
  EXPECT_THAT(queue.take_dropped(), ElementsAre(1, 0, 0, 0, 1));
}

}  // namespace
}  // namespace kontor
