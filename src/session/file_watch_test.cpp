#include "session/file_watch.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/test_data.hpp"

namespace kontor::session {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::TemporaryFolder;
using test::write_file;
using By = FileWatch::By;
using Clock = FileWatch::Clock;

class Watches : public testing::TestWithParam<By> {
 protected:
  Watches() { write_file(file_, "one"); }

  /// How often the file is said to have changed within so long a time, looked at every 10 ms of it.
  int changes(FileWatch& watch, std::chrono::milliseconds time) {
    int seen = 0;
    for (const auto end = now_ + time; now_ < end; now_ += 10ms) seen += watch.has_changed(now_) ? 1 : 0;
    return seen;
  }

  TemporaryFolder folder_;
  fs::path file_ = folder_ / "a.toml";
  Clock::time_point now_ = Clock::now();
};

INSTANTIATE_TEST_SUITE_P(Both, Watches, testing::Values(By::hearing, By::looking),
                         [](const auto& by) { return by.param == By::hearing ? "Hearing" : "Looking"; });

TEST_P(Watches, AFileThatIsWrittenInPlaceHasChangedOnce) {
  FileWatch watch(file_, GetParam());
  EXPECT_EQ(watch.hears(), GetParam() == By::hearing);
  EXPECT_EQ(changes(watch, 3s), 0);
  write_file(file_, "two and more");
  EXPECT_EQ(changes(watch, 3s), 1);
  EXPECT_EQ(changes(watch, 3s), 0);
}

TEST_P(Watches, AFileThatIsPutInItsPlaceHasChangedOnce) {
  FileWatch watch(file_, GetParam());
  for (int i = 0; i < 3; ++i) {
    write_file(folder_ / ".a.toml.swp", "new " + std::to_string(i));
    fs::rename(folder_ / ".a.toml.swp", file_);
    EXPECT_EQ(changes(watch, 3s), 1) << i;
  }
}

TEST_P(Watches, OtherFilesOfItsFolderAreNotItsBusiness) {
  FileWatch watch(file_, GetParam());
  write_file(folder_ / "b.toml", "two");
  write_file(folder_ / "a.toml~", "two");
  EXPECT_EQ(changes(watch, 3s), 0);
}

TEST_P(Watches, AFileThatGoesAwayIsWaitedFor) {
  FileWatch watch(file_, GetParam());
  fs::remove(file_);
  EXPECT_EQ(changes(watch, 3s), 0);
  write_file(file_, "back again");
  EXPECT_EQ(changes(watch, 3s), 1);
}

TEST(FileWatch, WaitsUntilAllPiecesAreThere) {
  const TemporaryFolder folder;
  const fs::path file = folder / "a.toml";
  write_file(file, "one");
  FileWatch watch(file);
  auto now = Clock::now();
  for (int piece = 0; piece < 5; ++piece, now += FileWatch::kSettled / 2) {
    write_file(file, "piece " + std::to_string(piece));
    EXPECT_FALSE(watch.has_changed(now)) << piece;
  }
  EXPECT_FALSE(watch.has_changed(now));
  EXPECT_TRUE(watch.has_changed(now + FileWatch::kSettled));
}

TEST(FileWatch, HearsLongBeforeItLooks) {
  const TemporaryFolder folder;
  const fs::path file = folder / "a.toml";
  write_file(file, "one");
  FileWatch watch(file);
  if (!watch.hears()) GTEST_SKIP() << "the system does not tell of changes";
  write_file(file, "two");
  const auto now = Clock::now();
  EXPECT_FALSE(watch.has_changed(now));
  EXPECT_TRUE(watch.has_changed(now + FileWatch::kSettled));
}

}  // namespace
}  // namespace kontor::session
