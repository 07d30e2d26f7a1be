#include "session/event_log.hpp"

#include <span>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "journal/simulated_file_system.hpp"

namespace kontor::session {
namespace {

using journal::SimulatedFileSystem;

const std::string kLogFolder = "sessions/log";

LoggedEvent numbered(std::uint64_t seq) {
  LoggedEvent event;
  event.ts = static_cast<TimeNs>(seq) * kSecond;
  event.seq = seq;
  event.session = "log";
  event.type = EventType::checkpoint;
  event.message = "said \"this\"\n\tand \x01";
  event.details = {{"record", static_cast<std::int64_t>(seq * 10)},
                   {"text", "ü\\"},
                   {"truth", true},
                   {"half", 0.5},
                   {"list", std::vector<std::string>{"a", "b"}}};
  event.host = "here";
  event.component = "session";
  event.correlation = "run:1";
  return event;
}

std::vector<std::uint64_t> numbers_in(SimulatedFileSystem& files) {
  std::vector<std::uint64_t> found;
  const auto read =
      for_each_event_line(files, kLogFolder, [&](std::string_view line, const EventPlace&) -> Result<void> {
        TRY(const auto event, parse_line(line));
        EXPECT_EQ(event, numbered(event.seq));
        found.push_back(event.seq);
        return {};
      });
  EXPECT_TRUE(read) << read.error().message;
  return found;
}

std::vector<std::uint64_t> up_to(std::uint64_t last) {
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t number = 1; number <= last; ++number) numbers.push_back(number);
  return numbers;
}

/// A log of this many events, synced.
void fill_log(SimulatedFileSystem& files, std::uint64_t first, std::uint64_t last, std::uint64_t file_bytes) {
  EventLog log(files, kLogFolder, file_bytes);
  ASSERT_TRUE(log.recover(UINT64_MAX));
  for (std::uint64_t seq = first; seq <= last; ++seq) {
    log.append(numbered(seq));
    ASSERT_TRUE(log.write(seq % 3 == 0));
  }
  ASSERT_TRUE(log.write(true));
}

TEST(EventLog, BeginsANewFileWhereOneHasGrown) {
  SimulatedFileSystem files;
  fill_log(files, 1, 30, 1'000);
  EXPECT_GE(event_files(files, kLogFolder)->size(), 5U);
  fill_log(files, 31, 40, 1'000);
  EXPECT_EQ(numbers_in(files), up_to(40));
}

TEST(EventLog, CutsALineThatWasNotFinishedWhereverItEnds) {
  SimulatedFileSystem whole;
  fill_log(whole, 1, 4, EventLog::kFileBytes);
  const std::string path = event_folder(kLogFolder) + "/" + event_file_name(1);
  const auto content = whole.content(path);
  std::string last;
  append_line(last, numbered(4));
  for (std::size_t cut = 0; cut <= last.size(); ++cut) {
    SimulatedFileSystem files;
    fill_log(files, 1, 4, EventLog::kFileBytes);
    files.set_content(path, {content.begin(), content.end() - static_cast<std::ptrdiff_t>(cut)});
    EventLog log(files, kLogFolder);
    const auto end = log.recover(UINT64_MAX);
    ASSERT_TRUE(end) << end.error().message;
    EXPECT_EQ(end->seq, cut == 0 ? 4U : 3U);
    EXPECT_EQ(end->record, end->seq * 10);
    EXPECT_EQ(end->cut_bytes, cut == 0 ? 0 : last.size() - cut);
    log.append(numbered(end->seq + 1));
    ASSERT_TRUE(log.write(true));
    EXPECT_EQ(numbers_in(files), up_to(end->seq + 1));
  }
}

TEST(EventLog, CutsWhatTellsOfRecordsThatAreGone) {
  for (const std::uint64_t last_record : {0U, 9U, 10U, 149U, 155U, 300U}) {
    SCOPED_TRACE(last_record);
    SimulatedFileSystem files;
    fill_log(files, 1, 30, 1'000);
    EventLog log(files, kLogFolder, 1'000);
    const auto end = log.recover(last_record);
    ASSERT_TRUE(end) << end.error().message;
    EXPECT_EQ(end->seq, last_record / 10);
    EXPECT_EQ(numbers_in(files), up_to(last_record / 10));
    log.append(numbered(end->seq + 1));
    ASSERT_TRUE(log.write(true));
    EXPECT_EQ(numbers_in(files), up_to(end->seq + 1));
  }
}

/// Whatever fails, and wherever, is written again: every line once.
TEST(EventLog, WritesAgainWhatADiskDidNotTake) {
  const auto cannot = [](SimulatedFileSystem& files, std::uint64_t kind) {
    if (kind == 0) files.fail_changes(ErrorKind::io);
    if (kind == 1) files.fail_syncs(true);
    if (kind == 2) files.fill_up(100);
  };
  for (std::uint64_t kind = 0; kind < 3; ++kind) {
    for (std::uint64_t at = 1; at < 30; ++at) {
      SCOPED_TRACE(fmt::format("kind {} at {}", kind, at));
      SimulatedFileSystem files;
      EventLog log(files, kLogFolder, 1'000);
      ASSERT_TRUE(log.recover(UINT64_MAX));
      bool has_failed = false;
      for (std::uint64_t seq = 1; seq <= 40; ++seq) {
        if (seq == at) cannot(files, kind);
        if (seq == at + 6) files.mend();
        log.append(numbered(seq));
        const bool is_written = log.write(seq % 3 == 0).has_value();
        has_failed = has_failed || !is_written;
        ASSERT_TRUE(is_written || (seq >= at && seq < at + 6));
      }
      ASSERT_TRUE(log.write(true));
      EXPECT_EQ(log.kept(), 0U);
      EXPECT_TRUE(has_failed);
      EXPECT_EQ(numbers_in(files), up_to(40));
    }
  }
}

}  // namespace
}  // namespace kontor::session
