#include "data/catalogue_transaction.hpp"

#include <atomic>
#include <csignal>
#include <fstream>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "data/catalogue_test_support.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::data {
namespace {

using test::key_of;
using test::kMay2025;
using ::testing::HasSubstr;

constexpr int kCrashed = 77;
constexpr int kUnavailable = 78;

/// Runs `work` in a process of its own and returns its exit code: that process may end anywhere.
int in_child(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      work();
    } catch (const std::exception& error) {
      std::fputs(error.what(), stderr);
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Ends the process with a message unless `condition` holds; for use in a child.
void must(bool condition, const std::string& message) {
  if (!condition) throw std::runtime_error(message + "\n");
}

class TransactionTest : public ::testing::Test {
 protected:
  TransactionTest() : store_(test::take(Catalogue::open_or_create(folder_ / "store"))) {
    test::write(store_, key_of(DataKind::bar), test::make_bars(kMay2025, 1000));
  }
  /// Touches a segment that is there, makes new ones in a dataset that is there and in one that is not.
  static Result<WriteSummary> import(const Catalogue& store, WriteOptions options) {
    TRY(auto transaction, store.begin(std::move(options)));
    TRY_VOID(transaction.add(key_of(DataKind::bar), test::make_bars(kMay2025 + 500 * kMinute, 60'000, 1)));
    TRY_VOID(transaction.add(key_of(DataKind::trade), test::make_ticks(DataKind::trade, kMay2025, 20'000)));
    return transaction.commit();
  }
  static WriteOptions replacing(std::function<void(const WriteProgress&)> progress) {
    return {.replace = true, .progress = std::move(progress)};
  }

  kontor::test::TemporaryFolder folder_;
  Catalogue store_;
};

TEST_F(TransactionTest, CrashWhileStagingChangesNothing) {
  const auto before = test::snapshot(store_.path());
  for (std::uint64_t crash_at = 1; crash_at <= 3; ++crash_at) {
    const int code = in_child([&] {
      test::take(import(store_, replacing([&](const WriteProgress& progress) {
                          if (progress.step == WriteProgress::Step::stage && progress.done == crash_at)
                            ::_exit(kCrashed);
                        })));
    });
    ASSERT_EQ(code, kCrashed);
    EXPECT_NE(test::snapshot(store_.path()), before) << "temporaries should lie about";
    const auto reopened = test::take(Catalogue::open(store_.path()));
    EXPECT_EQ(test::snapshot(reopened.path()), before);
  }
}

TEST_F(TransactionTest, CrashWhilePublishingIsCompleted) {
  const auto expected = test::take(Catalogue::open_or_create(folder_ / "expected"));
  test::write(expected, key_of(DataKind::bar), test::make_bars(kMay2025, 1000));
  test::take(import(expected, {.replace = true}));
  const auto after = test::snapshot(expected.path(), false);
  for (std::uint64_t crash_at = 1; crash_at <= 3; ++crash_at) {
    const auto store = test::take(Catalogue::open_or_create(folder_ / std::to_string(crash_at)));
    test::write(store, key_of(DataKind::bar), test::make_bars(kMay2025, 1000));
    const int code = in_child([&] {
      test::take(import(store, replacing([&](const WriteProgress& progress) {
                          if (progress.step == WriteProgress::Step::publish && progress.done == crash_at) {
                            ::_exit(kCrashed);
                          }
                        })));
    });
    ASSERT_EQ(code, kCrashed);
    EXPECT_NE(test::snapshot(store.path(), false), after);
    const auto reopened = test::take(Catalogue::open(store.path()));
    EXPECT_EQ(test::snapshot(reopened.path(), false), after);
  }
}

TEST_F(TransactionTest, NextWriterTidiesUpToo) {
  const int code = in_child(
      [&] { test::take(import(store_, replacing([](const WriteProgress&) { ::_exit(kCrashed); }))); });
  ASSERT_EQ(code, kCrashed);
  test::take(import(store_, {.replace = true}));
  for (const auto& [name, content] : test::snapshot(store_.path())) {
    EXPECT_FALSE(name.ends_with(".new")) << name;
    EXPECT_NE(name, ".transaction");
  }
}

TEST_F(TransactionTest, DamagedRecordCountsAsNotCommitted) {
  const std::vector<CommitStep> steps{{"binance/BTCUSDT/bar/1m/2025-05.kseg", true}};
  const auto before = test::snapshot(store_.path());
  test::take(record_commit(store_.path(), steps));
  const auto path = store_.path() / ".transaction";
  const auto record = test::read_file(path);
  for (std::size_t i = 0; i < record.size(); ++i) {
    auto bad = record;
    bad[i] = static_cast<char>(bad[i] ^ 4);
    test::write_file(path, bad);
    test::take(recover_if_needed(store_.path()));
    ASSERT_EQ(test::snapshot(store_.path()), before) << i;
    test::write_file(path, record.substr(0, i));
    test::take(recover_if_needed(store_.path()));
    ASSERT_EQ(test::snapshot(store_.path()), before) << i;
  }
  test::write_file(path, record);
  test::take(recover_if_needed(store_.path()));
  EXPECT_FALSE(std::filesystem::exists(store_.path() / "binance"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(TransactionTest, AbandonedTransactionLeavesNothing) {
  const auto before = test::snapshot(store_.path());
  {
    auto transaction = test::take(store_.begin({.memory_limit_bytes = 1}));
    for (const auto kind : test::kAllKinds) {
      auto key = key_of(kind);
      key.instrument.venue = "elsewhere";
      test::take(transaction.add(key, test::make_rows(kind, kMay2025, 2000)));
    }
    EXPECT_NE(test::snapshot(store_.path()), before) << "some segments should be staged by now";
  }
  EXPECT_EQ(test::snapshot(store_.path()), before);
}

TEST_F(TransactionTest, CancelBetweenSegments) {
  const auto before = test::snapshot(store_.path());
  for (std::uint64_t cancel_at = 0; cancel_at <= 3; ++cancel_at) {
    std::atomic<bool> cancel = cancel_at == 0;
    WriteOptions options = replacing([&](const WriteProgress& progress) {
      if (progress.step == WriteProgress::Step::stage && progress.done == cancel_at) cancel = true;
    });
    options.cancel = &cancel;
    const auto summary = import(store_, std::move(options));
    ASSERT_FALSE(summary) << cancel_at;
    EXPECT_EQ(summary.error().kind, ErrorKind::canceled);
    EXPECT_EQ(test::snapshot(store_.path()), before);
  }
}

TEST_F(TransactionTest, OneWriterAtATime) {
  auto first = test::take(store_.begin());
  const auto second = store_.begin();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::io);
  EXPECT_THAT(second.error().message, HasSubstr("is locked by process " + std::to_string(::getpid())));
  const int code = in_child([&] { must(!store_.begin(), "a second process got the lock"); });
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(store_.read(key_of(DataKind::bar))) << "readers need no lock";
  EXPECT_TRUE(Catalogue::open(store_.path()));
  test::take(first.commit());
  EXPECT_TRUE(store_.begin());
}

// A reader that opens its segments while an import is being put into place must wait for all of it.
TEST_F(TransactionTest, ReadersSeeAllOfAnImportOrNothing) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const pid_t reader = ::fork();
  if (reader == 0) {
    char go = 0;
    if (::read(pipe_ends[0], &go, 1) != 1) ::_exit(2);
    const auto listing = Catalogue::open(store_.path())->list();
    ::_exit(listing && listing->datasets.size() == 2 ? 0 : 1);
  }
  test::take(import(store_, replacing([&](const WriteProgress& progress) {
                      if (progress.step != WriteProgress::Step::publish || progress.done != 1) return;
                      ASSERT_EQ(::write(pipe_ends[1], "x", 1), 1);
                      ::usleep(50'000);  // the reader comes now, between two renames
                    })));
  int status = 0;
  ::waitpid(reader, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
}

TEST_F(TransactionTest, FileSizeLimitFailsCleanly) {
  const auto before = test::snapshot(store_.path());
  const int code = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{300'000, 300'000};
    must(::setrlimit(RLIMIT_FSIZE, &limit) == 0, "setrlimit");
    const auto summary = import(store_, {.replace = true});
    must(!summary && summary.error().kind == ErrorKind::io, "expected an i/o error");
    must(summary.error().message.find(".kseg.new: File too large") != std::string::npos,
         summary.error().message);
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(test::snapshot(store_.path()), before);
}

/// In a child: a file system of its own with `size` bytes at `path`. Ends the child where that is not
/// permitted.
void mount_small_disk(const std::filesystem::path& path, const char* size) {
  std::filesystem::create_directory(path);
  if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) ::_exit(kUnavailable);
  ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  if (::mount("none", path.c_str(), "tmpfs", 0, size) != 0) ::_exit(kUnavailable);
}

TEST_F(TransactionTest, FullDiskFailsCleanly) {
  const int code = in_child([&] {
    mount_small_disk(folder_ / "disk", "size=2m");
    const auto store = test::take(Catalogue::open_or_create(folder_ / "disk" / "store"));
    test::write(store, key_of(DataKind::bar), test::make_bars(kMay2025, 1000));
    const auto before = test::snapshot(store.path());
    const auto summary = import(store, {.replace = true});
    must(!summary && summary.error().kind == ErrorKind::io, "expected an i/o error");
    must(summary.error().message.find(".kseg.new: No space left on device") != std::string::npos,
         summary.error().message);
    must(test::snapshot(store.path()) == before, "the store has changed");
    must(test::take(store.read(key_of(DataKind::bar))).rows() == 1000, "the data is not readable");
    test::write(store, key_of(DataKind::quote), test::make_ticks(DataKind::quote, kMay2025, 100));
  });
  if (code == kUnavailable) GTEST_SKIP() << "no permission to mount a small file system";
  EXPECT_EQ(code, 0);
}

TEST_F(TransactionTest, DiskWithoutAnyRoomFailsCleanly) {
  const int code = in_child([&] {
    mount_small_disk(folder_ / "disk", "size=64k,nr_inodes=12");
    const auto store = test::take(Catalogue::open_or_create(folder_ / "disk" / "store"));
    test::take(store.begin());  // makes the lock file
    int files = 0;
    while (std::ofstream(folder_ / "disk" / std::to_string(files)) << "x") ++files;
    const auto before = test::snapshot(store.path());
    const auto summary = import(store, {});
    must(!summary && summary.error().message.find("No space left on device") != std::string::npos,
         "expected no space");
    must(test::snapshot(store.path()) == before, "the store has changed");
  });
  if (code == kUnavailable) GTEST_SKIP() << "no permission to mount a small file system";
  EXPECT_EQ(code, 0);
}

TEST_F(TransactionTest, ReadOnlyStoreCanBeReadButNotWritten) {
  const int code = in_child([&] {
    if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) ::_exit(kUnavailable);
    ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    const auto* path = store_.path().c_str();
    if (::mount(path, path, nullptr, MS_BIND, nullptr) != 0 ||
        ::mount("none", path, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) != 0) {
      ::_exit(kUnavailable);
    }
    const auto store = test::take(Catalogue::open(store_.path()));
    must(test::take(store.read(key_of(DataKind::bar))).rows() == 1000, "not readable");
    const auto transaction = store.begin();
    must(!transaction && transaction.error().kind == ErrorKind::io, "expected an i/o error");
    must(transaction.error().message.find("Read-only file system") != std::string::npos,
         transaction.error().message);
  });
  if (code == kUnavailable) GTEST_SKIP() << "no permission to mount";
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace kontor::data
