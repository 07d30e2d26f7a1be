#include "journal/account_lock.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "journal/posix_file_system.hpp"
#include "journal/simulated_file_system.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::journal {
namespace {

constexpr TimeNs kSince = 1'735'689'600 * kSecond;

std::string text_of(FileSystem& files, const std::string& path) {
  const auto file = files.open(path, Access::read);
  std::vector<std::byte> bytes(*(*file)->size());
  EXPECT_TRUE((*file)->read(0, bytes));
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(AccountLock, ASecondHolderIsRefusedAndToldWhoHoldsIt) {
  const kontor::test::TemporaryFolder folder;
  PosixFileSystem files;
  const std::string path = (folder / "main.lock").string();
  const auto first = AccountLock::acquire(files, path, {4711, "tokyo", "alpha", kSince});
  ASSERT_TRUE(first) << first.error().message;
  const auto second = AccountLock::acquire(files, path, {4712, "tokyo", "beta", kSince});
  ASSERT_FALSE(second);
  EXPECT_NE(
      second.error().message.find("token=1 process=4711 host=tokyo session=alpha since=2025-01-01T00:00:00Z"),
      std::string::npos)
      << second.error().message;
}

TEST(AccountLock, AnotherProcessIsRefusedUntilTheHolderIsGone) {
  const kontor::test::TemporaryFolder folder;
  PosixFileSystem files;
  const std::string path = (folder / "main.lock").string();
  const auto child_gets_it = [&] {
    const pid_t child = ::fork();
    if (child == 0) {
      PosixFileSystem own;
      ::_exit(AccountLock::acquire(own, path, {2, "here", "child", kSince}) ? 0 : 1);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  };
  {
    const auto lock = AccountLock::acquire(files, path, {1, "here", "parent", kSince});
    ASSERT_TRUE(lock);
    EXPECT_FALSE(child_gets_it());
  }
  EXPECT_TRUE(child_gets_it());
  EXPECT_EQ(AccountLock::acquire(files, path, {1, "here", "parent", kSince})->token(), 3U);
}

TEST(AccountLock, EachHolderGetsAGreaterTokenAndALine) {
  SimulatedFileSystem files;
  for (std::uint64_t token = 1; token <= 100; ++token) {
    const auto lock = AccountLock::acquire(files, "a/main.lock", {token, "host", "session", kSince});
    ASSERT_TRUE(lock);
    EXPECT_EQ(lock->token(), token);
  }
  EXPECT_EQ(std::ranges::count(text_of(files, "a/main.lock"), '\n'), 100);
}

TEST(AccountLock, TheTokenSurvivesACrashAtEveryStep) {
  for (std::uint64_t step = 0; step < 100; ++step) {
    SimulatedFileSystem files(step);
    ASSERT_EQ(AccountLock::acquire(files, "a/main.lock", {1, "host", "first", kSince})->token(), 1U);
    files.crash_at(files.steps() + step);
    const bool second = AccountLock::acquire(files, "a/main.lock", {1, "host", "second", kSince}).has_value();
    files.restart(Loss::tail);
    const auto third = AccountLock::acquire(files, "a/main.lock", {1, "host", "third", kSince});
    ASSERT_TRUE(third) << third.error().message;
    EXPECT_GE(third->token(), second ? 3U : 2U) << step;
  }
}

TEST(AccountLock, AnEarlierHolderNoticesALaterOne) {
  SimulatedFileSystem files;
  auto lock = AccountLock::acquire(files, "a/main.lock", {1, "here", "alpha", kSince});
  EXPECT_TRUE(lock->check());
  EXPECT_TRUE(lock->check_name(files));
  const auto file = files.open("a/main.lock", Access::append);
  const std::string line = "token=2 process=9 host=there session=beta since=now\n";
  ASSERT_TRUE((*file)->append(std::as_bytes(std::span(line))));
  EXPECT_NE(lock->check().error().message.find("session=beta"), std::string::npos);
}

TEST(AccountLock, AListThatWasReplacedIsFoundOutByName) {
  SimulatedFileSystem files;
  auto lock = AccountLock::acquire(files, "a/main.lock", {1, "here", "alpha", kSince});
  ASSERT_TRUE(files.remove("a/main.lock"));
  EXPECT_FALSE(lock->check_name(files));
  EXPECT_EQ(AccountLock::acquire(files, "a/main.lock", {2, "there", "beta", kSince})->token(), 1U);
  EXPECT_TRUE(lock->check()) << "the open file is as it was";
  EXPECT_FALSE(lock->check_name(files));
}

TEST(AccountLock, AFileWithOtherContentIsRefused) {
  SimulatedFileSystem files;
  const std::string text = "something else\n";
  files.set_content("a/main.lock", {reinterpret_cast<const std::byte*>(text.data()),
                                    reinterpret_cast<const std::byte*>(text.data()) + text.size()});
  EXPECT_EQ(AccountLock::acquire(files, "a/main.lock", {}).error().kind, ErrorKind::bad_data);
}

TEST(AccountLock, NamesCannotForgeALine) {
  SimulatedFileSystem files;
  ASSERT_TRUE(AccountLock::acquire(files, "a/main.lock", {1, "h\ntoken=99 ", "a b=c", kSince}));
  EXPECT_EQ(text_of(files, "a/main.lock"),
            "token=1 process=1 host=h_token_99_ session=a_b_c since=2025-01-01T00:00:00Z\n");
}

}  // namespace
}  // namespace kontor::journal
