#include "vault/vault_file.hpp"

#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/support/temporary_folder.hpp"
#include "vault/vault_lock.hpp"
#include "vault/vault_test_support.hpp"

namespace kontor::vault {
namespace {

namespace fs = std::filesystem;
using kontor::test::TemporaryFolder;
using test::credential;
using test::passphrase;
using testing::HasSubstr;

const VaultFileOptions kQuickFile{.hardness = test::kQuick,
                                  .longest_wait = std::chrono::milliseconds(30'000)};

class VaultFileTest : public testing::Test {
 protected:
  [[nodiscard]] fs::path path() const { return folder_.path() / "own" / "keys.vault"; }
  [[nodiscard]] Result<VaultFile> open() const { return VaultFile::open(path(), passphrase(), kQuickFile); }
  [[nodiscard]] std::string open_problem() const {
    const auto file = open();
    return file ? "none" : file.error().message;
  }
  /// A vault with one key is there.
  [[nodiscard]] VaultFile made() const {
    VaultFile file = VaultFile::make(path(), passphrase(), kQuickFile).value();
    const auto outcome = add(file, "main");
    EXPECT_TRUE(outcome) << outcome.error().message;
    return file;
  }
  static Result<void> add(VaultFile& file, const std::string& account) {
    return file.update([&account](Vault& vault) -> Result<void> {
      TRY(const Change change, vault.keys().add(credential(account)));
      return change == Change::made ? Result<void>() : fail(ErrorKind::internal, "was there");
    });
  }
  [[nodiscard]] std::string content() const {
    std::ifstream file(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] mode_t mode_of(const fs::path& what) const {
    struct stat status{};
    EXPECT_EQ(::stat(what.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }
  [[nodiscard]] fs::path fresh() const { return path().parent_path() / ".keys.vault.new"; }

  TemporaryFolder folder_;
};

TEST_F(VaultFileTest, IsMadeForItsOwnerAlone) {
  const mode_t before = ::umask(0);
  static_cast<void>(made());
  ::umask(before);
  EXPECT_EQ(mode_of(path()), 0600U);
  EXPECT_EQ(mode_of(path().parent_path()), 0700U);
  EXPECT_EQ(mode_of(path().string() + ".lock"), 0600U);
  EXPECT_FALSE(fs::exists(fresh()));
  const auto file = open();
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->vault().keys().credentials().size(), 1U);
}

TEST_F(VaultFileTest, ComesWithTheFirstUpdate) {
  const auto file = VaultFile::make(path(), passphrase(), kQuickFile);
  ASSERT_TRUE(file);
  EXPECT_FALSE(fs::exists(path()));
  EXPECT_THAT(open_problem(), HasSubstr("there is no vault at"));
}

TEST_F(VaultFileTest, IsNotMadeOverAnother) {
  VaultFile late = VaultFile::make(path(), passphrase(), kQuickFile).value();
  static_cast<void>(made());
  EXPECT_FALSE(VaultFile::make(path(), passphrase(), kQuickFile));
  const std::string before = content();
  EXPECT_THAT(add(late, "late").error().message, HasSubstr("expected no vault yet, found one"));
  EXPECT_EQ(content(), before);
}

TEST_F(VaultFileTest, IsRefusedWhereOthersMayReadIt) {
  static_cast<void>(made());
  for (const mode_t mode : {0640U, 0604U, 0660U, 0602U}) {
    ASSERT_EQ(::chmod(path().c_str(), mode), 0);
    EXPECT_THAT(open_problem(), HasSubstr("expected that nobody else may use it (mode 0600)"));
  }
  ASSERT_EQ(::chmod(path().c_str(), 0600), 0);
  EXPECT_EQ(open_problem(), "none");
  ASSERT_EQ(::chmod(path().parent_path().c_str(), 0755), 0);
  EXPECT_THAT(open_problem(), HasSubstr("(mode 0700), found mode 0755"));
}

TEST_F(VaultFileTest, IsNotMadeWhereOthersMayEnter) {
  ASSERT_TRUE(fs::create_directory(path().parent_path()));
  ASSERT_EQ(::chmod(path().parent_path().c_str(), 0750), 0);
  VaultFile file = VaultFile::make(path(), passphrase(), kQuickFile).value();
  EXPECT_THAT(add(file, "main").error().message, HasSubstr("(mode 0700), found mode 0750"));
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(VaultFileTest, LinksAndFoldersAreNoVaults) {
  static_cast<void>(made());
  const fs::path moved = path().parent_path() / "moved";
  fs::rename(path(), moved);
  fs::create_symlink(moved, path());
  EXPECT_THAT(open_problem(), HasSubstr("found a symbolic link"));
  fs::remove(path());
  fs::create_directory(path());
  EXPECT_THAT(open_problem(), HasSubstr("expected a file"));
}

TEST_F(VaultFileTest, ErrorsNameTheFile) {
  static_cast<void>(made());
  EXPECT_THAT(
      VaultFile::open(path(), SecretText::copy_of("wrong"), kQuickFile).error().message,
      testing::AllOf(HasSubstr(path().string()), HasSubstr("wrong passphrase, or the vault was changed")));
  fs::resize_file(path(), 100);
  EXPECT_THAT(open_problem(), testing::AllOf(HasSubstr(path().string()), HasSubstr("cut off")));
  fs::resize_file(path(), 0);
  EXPECT_THAT(open_problem(), HasSubstr("found an empty file"));
  fs::resize_file(path(), kLargestVault + 1);
  EXPECT_THAT(open_problem(), HasSubstr("expected at most"));
}

TEST_F(VaultFileTest, AChangeThatFailsWritesNothing) {
  VaultFile file = made();
  const std::string before = content();
  const auto outcome = file.update([](Vault& vault) -> Result<void> {
    EXPECT_TRUE(vault.keys().add(credential("half")));
    return fail(ErrorKind::usage, "thought better of it");
  });
  EXPECT_EQ(outcome.error().message, "thought better of it");
  EXPECT_EQ(content(), before);
  EXPECT_EQ(file.vault().keys().credentials().size(), 1U);
}

TEST_F(VaultFileTest, WhatOthersWroteIsSeenBeforeItIsChanged) {
  VaultFile first = made();
  VaultFile second = open().value();
  EXPECT_TRUE(add(first, "of-first"));
  EXPECT_TRUE(add(second, "of-second"));
  EXPECT_EQ(open()->vault().keys().credentials().size(), 3U);
  EXPECT_EQ(open()->vault().generation(), 3U);
}

TEST_F(VaultFileTest, APassphraseChangedByAnotherStopsTheUpdate) {
  VaultFile first = made();
  VaultFile second = open().value();
  EXPECT_TRUE(first.update(
      [](Vault& vault) { return vault.change_passphrase(SecretText::copy_of("another long passphrase")); }));
  EXPECT_THAT(add(second, "late").error().message, HasSubstr("changed meanwhile"));
  EXPECT_TRUE(add(first, "with-the-new-one"));
}

TEST_F(VaultFileTest, WhatACrashLeftIsCleared) {
  VaultFile file = made();
  std::ofstream(fresh()) << "half of a vault";
  ASSERT_EQ(::chmod(fresh().c_str(), 0666), 0);
  EXPECT_TRUE(add(file, "second"));
  EXPECT_EQ(mode_of(path()), 0600U);
  EXPECT_EQ(open()->vault().keys().credentials().size(), 2U);
}

TEST_F(VaultFileTest, ADiskThatRefusesLeavesTheOldVault) {
  VaultFile file = made();
  const std::string before = content();
  ASSERT_TRUE(fs::create_directory(fresh()));
  ASSERT_TRUE(fs::create_directory(fresh() / "in-the-way"));
  EXPECT_FALSE(add(file, "second"));
  EXPECT_EQ(content(), before);
  EXPECT_EQ(file.vault().keys().credentials().size(), 1U);
  fs::remove_all(fresh());
  EXPECT_TRUE(add(file, "second"));
}

TEST_F(VaultFileTest, ADiskThatFillsUpLeavesTheOldVault) {
  VaultFile file = made();
  const std::string before = content();
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  const rlimit small{100, limit.rlim_max};
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto outcome = add(file, "second");
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("cannot write"));
  EXPECT_EQ(content(), before);
  EXPECT_FALSE(fs::exists(fresh()));
}

TEST_F(VaultFileTest, ReadersShareAndWritersWaitTheirTurn) {
  VaultFile file = made();
  VaultFileOptions impatient = kQuickFile;
  impatient.longest_wait = std::chrono::milliseconds(40);
  {
    const auto reader = VaultLock::take(path(), LockKind::shared, impatient.longest_wait);
    ASSERT_TRUE(reader);
    VaultFile other = VaultFile::open(path(), passphrase(), impatient).value();
    EXPECT_THAT(add(other, "second").error().message, HasSubstr("found another process at the vault"));
  }
  const auto writer = VaultLock::take(path(), LockKind::exclusive, impatient.longest_wait);
  ASSERT_TRUE(writer);
  EXPECT_FALSE(VaultFile::open(path(), passphrase(), impatient));
}

/// Runs `work` in a process of its own.
template <class Work>
pid_t beside(Work work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work() ? 0 : 1);
  return child;
}

TEST_F(VaultFileTest, TwoProcessesLoseNothingOfEachOther) {
  static_cast<void>(made());
  const auto write_ten = [this](const std::string& prefix) {
    auto file = open();
    for (int i = 0; file && i < 10; ++i) {
      if (!add(*file, prefix + std::to_string(i))) return false;
    }
    return file.has_value();
  };
  std::vector<pid_t> children;
  for (const auto* prefix : {"a", "b", "c"}) children.push_back(beside([&] { return write_ten(prefix); }));
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(open()->vault().keys().credentials().size(), 31U);
}

TEST_F(VaultFileTest, AWriterKilledAtAnyMomentLeavesAWholeVault) {
  static_cast<void>(made());
  std::uint64_t generation = 0;
  for (int round = 0; round < 20; ++round) {
    const pid_t child = beside([this] {
      auto file = open();
      while (file && file->update([](Vault&) -> Result<void> { return {}; })) {
      }
      return false;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + round));
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    const auto file = open();
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_GE(file->vault().generation(), generation);
    generation = file->vault().generation();
  }
  EXPECT_GT(generation, 20U);
}

}  // namespace
}  // namespace kontor::vault
