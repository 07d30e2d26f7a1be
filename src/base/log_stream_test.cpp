#include "base/log_stream.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log_file.hpp"
#include "base/log_line.hpp"
#include "tests/support/test_data.hpp"

namespace kontor {
namespace {

using test::TemporaryFolder;
using testing::ElementsAre;

/// A log of which lines are written one at a time; small files.
class LogStreamTest : public testing::Test {
 protected:
  void write(std::uint64_t count, LogLevel level = LogLevel::info) {
    for (std::uint64_t i = 0; i < count; ++i) {
      LogRecord record;
      record.ts = static_cast<TimeNs>(++seq_) * kSecond;
      record.level = level;
      record.message = fmt::format("message {}", seq_);
      std::string line;
      append_log_line(line, record, {"h", 1}, seq_);
      ASSERT_FALSE(log_->append(line).failure);
    }
  }
  void pack() {
    while (log_->idle()) {
    }
  }
  static std::vector<std::uint64_t> seqs(const LogPage& page) {
    std::vector<std::uint64_t> all;
    for (const auto& entry : page.entries) all.push_back(entry.seq);
    return all;
  }

  TemporaryFolder folder_;
  std::optional<LogFile> log_ = LogFile::open(folder_.path(), {1'000, 4}).value();
  LogStream stream_{folder_.path()};
  std::uint64_t seq_ = 0;
};

TEST_F(LogStreamTest, TheTailIsTakenOverFilesPackedOrNot) {
  write(20);
  pack();
  EXPECT_THAT(seqs(stream_.tail(3).value()), ElementsAre(18, 19, 20));
  const auto page = stream_.tail(13).value();
  EXPECT_EQ(seqs(page).front(), 8U);
  EXPECT_EQ(page.entries.size(), 13U);
  EXPECT_EQ(page.cursor, 20U);
  LogFilters filters;
  filters.text = "message 1";
  EXPECT_THAT(seqs(stream_.tail(4, filters).value()), ElementsAre(16, 17, 18, 19));
}

TEST_F(LogStreamTest, FollowingGivesEachLineOnceAcrossRotations) {
  std::uint64_t cursor = 0;
  std::vector<std::uint64_t> seen;
  for (const std::uint64_t count : {3U, 0U, 9U, 1U, 12U, 5U}) {
    write(count);
    pack();
    const auto page = stream_.follow(cursor).value();
    for (const auto& entry : page.entries) {
      seen.push_back(entry.seq);
      EXPECT_EQ(entry.missing_before, 0U);
    }
    cursor = page.cursor;
  }
  ASSERT_EQ(seen.size(), 30U);
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], i + 1);
}

TEST_F(LogStreamTest, ASlowReaderLearnsWhatItHasMissed) {
  write(2);
  auto page = stream_.follow(0).value();
  ASSERT_EQ(page.cursor, 2U);
  write(60);
  pack();
  page = stream_.follow(page.cursor).value();
  std::uint64_t missing = 0;
  for (const auto& entry : page.entries) missing += entry.missing_before;
  EXPECT_GT(missing, 0U);
  EXPECT_EQ(page.entries.size() + missing, 60U);
  EXPECT_EQ(page.missing, 0U);
  EXPECT_EQ(page.cursor, 62U);
}

TEST_F(LogStreamTest, AGapBeforeLinesThatNobodyWantsIsToldToo) {
  write(1);
  auto page = stream_.follow(0).value();
  write(60);
  LogFilters filters;
  filters.level = LogLevel::error;
  page = stream_.follow(page.cursor, filters).value();
  EXPECT_TRUE(page.entries.empty());
  EXPECT_GT(page.missing, 0U);
}

TEST_F(LogStreamTest, APageHasABoundAndTheNextOneGoesOnThere) {
  write(20);
  pack();
  std::uint64_t cursor = 0;
  std::vector<std::uint64_t> seen;
  for (int i = 0; i < 10; ++i) {
    const auto page = stream_.follow(cursor, {}, 3).value();
    EXPECT_LE(page.entries.size(), 3U);
    for (const auto& entry : page.entries) {
      EXPECT_EQ(entry.missing_before, 0U);
      seen.push_back(entry.seq);
    }
    cursor = page.cursor;
  }
  EXPECT_EQ(seen.size(), 20U);
  EXPECT_EQ(seen.back(), 20U);
}

TEST_F(LogStreamTest, AnotherReaderGoesOnAtACursor) {
  write(20);
  LogStream other(folder_.path());
  EXPECT_THAT(seqs(other.follow(17).value()), ElementsAre(18, 19, 20));
  EXPECT_THAT(seqs(other.follow(5, {}, 2).value()), ElementsAre(6, 7)) << "and back";
}

TEST_F(LogStreamTest, LinesThatAreNoneAreCountedAndPassedOver) {
  write(2);
  ASSERT_FALSE(log_->append("no line of a log\n").failure);
  write(1);
  const auto page = stream_.tail(10).value();
  EXPECT_THAT(seqs(page), ElementsAre(1, 2, 3));
  EXPECT_EQ(page.unreadable, 1U);
}

TEST_F(LogStreamTest, APackedFileThatIsBrokenHidesNothingElse) {
  write(20);
  pack();
  const auto packed = test::read_file(folder_ / "kontor.log.2.gz");
  test::write_file(folder_ / "kontor.log.2.gz", packed.substr(0, packed.size() / 2));
  const auto page = stream_.tail(100).value();
  EXPECT_EQ(page.cursor, 20U);
  EXPECT_GE(page.unreadable, 1U);
}

TEST_F(LogStreamTest, FilesAreListedNewestFirst) {
  write(30);
  pack();
  std::vector<std::string> names;
  for (const auto& file : stream_.list()) names.push_back(file.name);
  EXPECT_THAT(names, ElementsAre("kontor.log", "kontor.log.1", "kontor.log.2.gz", "kontor.log.3.gz"));
}

TEST(LogStream, WithoutALogThereIsNone) {
  const TemporaryFolder folder;
  LogStream stream(folder.path());
  const auto page = stream.tail(10);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::not_found);
  EXPECT_TRUE(stream.list().empty());
}

}  // namespace
}  // namespace kontor
