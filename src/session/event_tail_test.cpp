#include "session/event_tail.hpp"

#include <gtest/gtest.h>

#include "journal/format.hpp"
#include "journal/simulated_file_system.hpp"
#include "session/event_log.hpp"

namespace kontor::session {
namespace {

using journal::SimulatedFileSystem;

const std::string kTailFolder = "sessions/tail";

void write_events(SimulatedFileSystem& files, std::uint64_t first, std::uint64_t last,
                  std::uint64_t file_bytes = EventLog::kFileBytes) {
  EventLog log(files, kTailFolder, file_bytes);
  ASSERT_TRUE(log.recover(UINT64_MAX));
  for (std::uint64_t seq = first; seq <= last; ++seq) {
    LoggedEvent event;
    event.seq = seq;
    event.session = "tail";
    event.type = EventType::checkpoint;
    event.message = "a checkpoint";
    event.details = {{"record", static_cast<std::int64_t>(seq)}};
    event.host = "here";
    event.component = "session";
    event.correlation = "run:1";
    log.append(event);
    ASSERT_TRUE(log.write(false));
  }
}

std::vector<std::uint64_t> numbers_of(const std::vector<LoggedEvent>& events) {
  std::vector<std::uint64_t> numbers;
  for (const auto& event : events) numbers.push_back(event.seq);
  return numbers;
}

TEST(EventTail, OfASessionWithoutEventsIsEmpty) {
  SimulatedFileSystem files;
  EventTail tail(files, kTailFolder, 5);
  EXPECT_TRUE(tail.look().empty());
}

TEST(EventTail, HasTheLastEventsAndFollows) {
  SimulatedFileSystem files;
  write_events(files, 1, 3);
  EventTail tail(files, kTailFolder, 5);
  EXPECT_EQ(numbers_of(tail.look()), (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(numbers_of(tail.look()), (std::vector<std::uint64_t>{1, 2, 3}));
  write_events(files, 4, 9);
  EXPECT_EQ(numbers_of(tail.look()), (std::vector<std::uint64_t>{5, 6, 7, 8, 9}));
}

TEST(EventTail, LooksAtAsMuchOfTheEndAsItMay) {
  SimulatedFileSystem files;
  write_events(files, 1, 2000);
  EventTail tail(files, kTailFolder, 10'000);
  const auto numbers = numbers_of(tail.look());
  EXPECT_LT(numbers.size(), 1000U);
  EXPECT_GT(numbers.size(), 100U);
  EXPECT_EQ(numbers.back(), 2000U);
  EXPECT_EQ(numbers.front(), 2000U - numbers.size() + 1);
}

TEST(EventTail, GoesBackIntoTheFileBefore) {
  SimulatedFileSystem files;
  write_events(files, 1, 8, 500);
  EventTail tail(files, kTailFolder, 6);
  EXPECT_EQ(numbers_of(tail.look()), (std::vector<std::uint64_t>{3, 4, 5, 6, 7, 8}));
}

TEST(EventTail, LeavesOutWhatIsNotWrittenToItsEnd) {
  SimulatedFileSystem files;
  write_events(files, 1, 2);
  const auto path = journal::path_in(event_folder(kTailFolder), event_file_name(1));
  const std::string_view part = R"({"v":1,"ts":"2025-)";
  ASSERT_TRUE((*files.open(path, journal::Access::append))->append(std::as_bytes(std::span(part))));
  EventTail tail(files, kTailFolder, 5);
  EXPECT_EQ(numbers_of(tail.look()), (std::vector<std::uint64_t>{1, 2}));
}

}  // namespace
}  // namespace kontor::session
