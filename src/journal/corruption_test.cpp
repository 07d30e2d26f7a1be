#include <fmt/format.h>
#include <gtest/gtest.h>

#include "journal/journal_test_support.hpp"

/// One flipped byte anywhere, and a cut at every length: the error names the place, or the loss of the tail
/// is reported; what is read is never anything but what was written.
namespace kontor::journal {
namespace {

using test::Contents;
using test::Driver;
using test::kFolder;
using test::new_journal;
using test::read_all;

/// Three runs' worth of segments, all of it durable but the last record of each family.
std::vector<test::Copy> write_small_journal(SimulatedFileSystem& files) {
  Writer writer = new_journal(files, {.sync = {SyncPolicy::When::before_send, kHour}, .segment_bytes = 900});
  Driver driver(writer);
  driver.run(7);
  EXPECT_TRUE(writer.sync(driver.now()));
  driver.batch();
  EXPECT_TRUE(driver.commit());
  return read_all(files).records;
}

bool is_prefix(const Contents& contents, const std::vector<test::Copy>& whole) {
  return contents.records.size() <= whole.size() &&
         std::equal(contents.records.begin(), contents.records.end(), whole.begin());
}

void expect_no_silent_change(SimulatedFileSystem& files, const std::string& path,
                             const std::vector<test::Copy>& whole, std::size_t at) {
  for (const Unproven unproven : {Unproven::refuse, Unproven::cut}) {
    const Contents contents = read_all(files, {.unproven = unproven});
    ASSERT_TRUE(is_prefix(contents, whole)) << path << " at " << at;
    if (contents.error) {
      ASSERT_EQ(contents.error->kind, ErrorKind::bad_data);
      ASSERT_NE(contents.error->message.find(path), std::string::npos) << contents.error->message;
    } else {
      ASSERT_TRUE(contents.tail.torn()) << path << " at " << at << ": neither an error nor a report";
    }
  }
}

TEST(JournalCorruption, OneFlippedByteAnywhereIsAnErrorOrAReportedCut) {
  SimulatedFileSystem files;
  const auto whole = write_small_journal(files);
  ASSERT_GE(files.paths().size(), 4U);
  for (const std::string& path : files.paths()) {
    const auto content = files.content(path);
    for (std::size_t at = 0; at < content.size(); ++at) {
      for (const auto pattern : {0x01, 0x80, 0xFF}) {
        auto changed = content;
        changed[at] ^= static_cast<std::byte>(pattern);
        files.set_content(path, changed);
        ASSERT_NO_FATAL_FAILURE(expect_no_silent_change(files, path, whole, at));
      }
    }
    files.set_content(path, content);
  }
}

TEST(JournalCorruption, WhatWasDurableIsNeverTakenForATornTail) {
  SimulatedFileSystem files;
  const auto whole = write_small_journal(files);
  const std::uint64_t durable = whole[whole.size() - 2].seq;  // the last batch was one bar, and not synced
  for (const std::string& path : files.paths()) {
    const auto content = files.content(path);
    for (std::size_t at = 0; at < content.size(); ++at) {
      auto changed = content;
      changed[at] ^= std::byte{0x10};
      files.set_content(path, changed);
      const Contents contents = read_all(files, {.unproven = Unproven::cut});
      if (!contents.error) {
        ASSERT_GE(contents.tail.last_seq, durable) << path << " at " << at;
      }
    }
    files.set_content(path, content);
  }
}

TEST(JournalCorruption, ACutAtEveryLengthIsAnErrorOrLeavesAPrefix) {
  SimulatedFileSystem files;
  const auto whole = write_small_journal(files);
  for (const std::string& path : files.paths()) {
    const auto content = files.content(path);
    for (std::size_t size = 0; size < content.size(); ++size) {
      files.set_content(path, {content.begin(), content.begin() + static_cast<std::ptrdiff_t>(size)});
      const Contents contents = read_all(files);
      ASSERT_TRUE(is_prefix(contents, whole)) << path << " cut to " << size;
      ASSERT_TRUE(contents.error || contents.records.size() < whole.size());
      if (contents.error) {
        ASSERT_EQ(contents.error->kind, ErrorKind::bad_data) << contents.error->message;
      }
    }
    files.set_content(path, content);
  }
}

TEST(JournalCorruption, AFlippedLengthIsNoTornTailWhenRecordsFollow) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files, {.sync = {SyncPolicy::When::none, kSecond}});
  Driver driver(writer);
  driver.run(6);
  const std::string path = path_in(kFolder, segment_file_name(Family::market, 1));
  auto reader = SegmentReader::open(files, path);
  ASSERT_EQ(*reader->next(), SegmentReader::Step::record);
  const std::uint64_t second = reader->position();
  auto content = files.content(path);
  content[second + 2] = std::byte{0x0F};  // a megabyte, far beyond the end
  files.set_content(path, content);
  const Contents refused = read_all(files);
  ASSERT_TRUE(refused.error);
  EXPECT_NE(refused.error->message.find(fmt::format("offset {}", second)), std::string::npos)
      << refused.error->message;
  EXPECT_NE(refused.error->message.find("4 whole records behind it"), std::string::npos)
      << refused.error->message;
  const Contents cut = read_all(files, {.unproven = Unproven::cut});
  ASSERT_FALSE(cut.error) << cut.error->message;
  EXPECT_EQ(cut.records.back().seq, 3U);
}

TEST(JournalCorruption, AMissingSegmentIsFound) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files, {.segment_bytes = 1000});
  Driver(writer).run(63);
  for (const std::string& path : files.paths()) {
    const auto content = files.content(path);
    ASSERT_TRUE(files.remove(path));
    const Contents contents = read_all(files);
    if (path.find("000001.journal") != std::string::npos) {
      EXPECT_FALSE(contents.error) << "as if it had been pruned: " << contents.error->message;
      EXPECT_GT(contents.pruned, 0U);
    } else {
      EXPECT_TRUE(contents.error) << path;
    }
    files.set_content(path, content);
  }
}

TEST(JournalCorruption, ASegmentUnderAnotherNameIsRefused) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files);
  Driver(writer).run(3);
  const std::string core = path_in(kFolder, segment_file_name(Family::core, 1));
  files.set_content(path_in(kFolder, segment_file_name(Family::market, 1)), files.content(core));
  const Contents contents = read_all(files);
  ASSERT_TRUE(contents.error);
  EXPECT_NE(contents.error->message.find("another segment"), std::string::npos) << contents.error->message;
}

}  // namespace
}  // namespace kontor::journal
