#include "session/chronicle.hpp"

#include <gtest/gtest.h>

#include "journal/reader.hpp"
#include "journal/simulated_file_system.hpp"

namespace kontor::session {
namespace {

const std::string kChronicleFolder = "sessions/chronicle";

/// A chronicle without a past, on a disk in memory.
class ChronicleTest : public testing::Test {
 protected:
  ChronicleTest() {
    const auto lock = journal::AccountLock::acquire(files_, "accounts/main.lock", {1, "here", "alpha", 0});
    EXPECT_TRUE(lock);
  }
  [[nodiscard]] Result<journal::Writer> open() {
    return journal::Writer::open(files_, kChronicleFolder,
                                 {"test", "chronicle", "", "main", 1, 1, {"c0ffee", ""}, {}}, options_, {},
                                 0);
  }
  void note(std::string text) {
    chronicle_.append(now_, journal::SessionEvent{"note", std::move(text)});
    chronicle_.commit(now_);
    now_ += kSecond;
  }
  [[nodiscard]] std::uint64_t records() {
    auto reader = journal::Reader::open(files_, kChronicleFolder);
    EXPECT_TRUE(reader) << reader.error().message;
    std::uint64_t count = 0;
    for (auto record = reader->next(); record && *record != nullptr; record = reader->next()) ++count;
    return count;
  }

  journal::SimulatedFileSystem files_;
  journal::WriterOptions options_;
  TimeNs now_ = 0;
  Chronicle chronicle_{std::nullopt, [this] { return open(); }};
};

TEST_F(ChronicleTest, AFaultPassesAndNothingIsMissing) {
  note("before");
  files_.fail_changes(ErrorKind::no_space);
  note("while it lasts");
  ASSERT_TRUE(chronicle_.disk_fault());
  EXPECT_EQ(chronicle_.disk_fault()->kind, ErrorKind::no_space);
  EXPECT_FALSE(chronicle_.failure());
  EXPECT_FALSE(chronicle_.retry(now_)) << "the disk is as it was";
  EXPECT_FALSE(chronicle_.sync(now_));
  files_.mend();
  EXPECT_TRUE(chronicle_.retry(now_));
  EXPECT_FALSE(chronicle_.disk_fault());
  note("after");
  EXPECT_EQ(records(), 5U) << "configuration, instruments, three notes";
}

TEST_F(ChronicleTest, MoreThanCanBeKeptIsTheEndWithWhatBeganIt) {
  note("before");
  files_.fail_changes(ErrorKind::no_space);
  for (std::size_t kept = 0; kept < journal::Writer::kMaxKept; kept += std::size_t{1} << 20U) {
    EXPECT_FALSE(chronicle_.failure());
    note(std::string(std::size_t{1} << 20U, 'x'));
  }
  ASSERT_TRUE(chronicle_.failure());
  EXPECT_EQ(chronicle_.failure()->kind, ErrorKind::no_space);
  files_.mend();
  EXPECT_FALSE(chronicle_.retry(now_));
}

TEST_F(ChronicleTest, ADiskThatFailsBeforeTheFirstRecordIsTheEnd) {
  files_.fail_changes(ErrorKind::io);
  note("nothing");
  EXPECT_TRUE(chronicle_.failure());
  EXPECT_FALSE(chronicle_.disk_fault());
}

TEST_F(ChronicleTest, AbsorbsTheDiskAndPassesOnAnythingElse) {
  note("before");
  EXPECT_TRUE(chronicle_.absorb({}));
  EXPECT_FALSE(chronicle_.disk_fault());
  EXPECT_TRUE(chronicle_.absorb(fail(ErrorKind::no_space, "no room for a snapshot")));
  ASSERT_TRUE(chronicle_.disk_fault());
  EXPECT_EQ(chronicle_.disk_fault()->message, "no room for a snapshot");
  EXPECT_TRUE(chronicle_.retry(now_));
  const auto other = chronicle_.absorb(fail(ErrorKind::bad_data, "no snapshot"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().message, "no snapshot");
}

TEST_F(ChronicleTest, AGoodEndNeedsADiskThatWorks) {
  note("before");
  files_.fail_syncs(true);
  const auto ended = chronicle_.close(now_, "the end");
  EXPECT_FALSE(ended);
  files_.mend();
}

}  // namespace
}  // namespace kontor::session
