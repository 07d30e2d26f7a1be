#include "base/log_file.hpp"

#include <csignal>
#include <map>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "base/log_stream.hpp"
#include "tests/support/test_data.hpp"

namespace kontor {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;
using testing::ElementsAre;

constexpr LogFile::Bounds kSmall{1'000, 4};

/// A line of 100 bytes.
std::string numbered_line(std::uint64_t seq) {
  std::string line = fmt::format(
      R"({{"ts":"2025-01-01T00:00:00.000000Z","seq":{},"level":"info","component":"log","host":"h","pid":1,"thread":1,"msg":")",
      seq);
  line += std::string(147 - line.size(), 'x') + "\"}\n";
  return line;
}

void write_lines(LogFile& log, std::uint64_t from, std::uint64_t to) {
  for (std::uint64_t seq = from; seq <= to; ++seq) {
    const auto done = log.append(numbered_line(seq));
    ASSERT_FALSE(done.failure) << done.failure->message;
  }
}

void do_all_work(LogFile& log) {
  for (int i = 0; i < 1000 && log.idle(); ++i) {
  }
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

std::vector<std::uint64_t> seqs_in(const fs::path& folder) {
  std::vector<std::uint64_t> seqs;
  LogStream stream(folder);
  const auto page = stream.follow(0);
  if (!page) return seqs;
  for (const auto& entry : page->entries) seqs.push_back(entry.seq);
  return seqs;
}

std::vector<std::uint64_t> numbers(std::uint64_t from, std::uint64_t to) {
  std::vector<std::uint64_t> all;
  for (std::uint64_t number = from; number <= to; ++number) all.push_back(number);
  return all;
}

TEST(LogFile, RotatesByRenamingKeepsSoManyAndPacksTheOldOnes) {
  const TemporaryFolder folder;
  auto log = LogFile::open(folder.path(), kSmall).value();
  write_lines(log, 1, 30);  // six lines a file
  do_all_work(log);
  EXPECT_THAT(names_in(folder.path()),
              ElementsAre("kontor.log", "kontor.log.1", "kontor.log.2.gz", "kontor.log.3.gz"));
  EXPECT_EQ(seqs_in(folder.path()), numbers(7, 30));
  for (const auto* name : {"kontor.log", "kontor.log.1"})
    EXPECT_LE(fs::file_size(folder / name), kSmall.size);
  write_lines(log, 31, 32);
  do_all_work(log);
  EXPECT_EQ(seqs_in(folder.path()), numbers(13, 32));
}

TEST(LogFile, ManyLinesAtOnceAreSpreadOverFiles) {
  const TemporaryFolder folder;
  auto log = LogFile::open(folder.path(), kSmall).value();
  std::string lines;
  for (std::uint64_t seq = 1; seq <= 20; ++seq) lines += numbered_line(seq);
  EXPECT_EQ(log.append(lines).bytes, lines.size());
  EXPECT_EQ(seqs_in(folder.path()), numbers(1, 20));
  EXPECT_LE(fs::file_size(folder / "kontor.log.1"), kSmall.size);
}

TEST(LogFile, ALineThatIsLargerThanAFileGetsOneOfItsOwn) {
  const TemporaryFolder folder;
  auto log = LogFile::open(folder.path(), kSmall).value();
  write_lines(log, 1, 1);
  const std::string large = std::string(3'000, 'x') + "\n";
  EXPECT_EQ(log.append(large).bytes, large.size());
  write_lines(log, 2, 2);
  EXPECT_EQ(fs::file_size(folder / "kontor.log.1"), large.size());
  EXPECT_EQ(seqs_in(folder.path()), numbers(1, 2));
}

TEST(LogFile, OneFileAloneBeginsAnew) {
  const TemporaryFolder folder;
  auto log = LogFile::open(folder.path(), {1'000, 1}).value();
  write_lines(log, 1, 20);
  do_all_work(log);
  EXPECT_THAT(names_in(folder.path()), ElementsAre("kontor.log"));
  EXPECT_EQ(seqs_in(folder.path()), numbers(19, 20));
}

TEST(LogFile, ASmallerCountRemovesWhatIsBeyondAndALargerOneGrows) {
  const TemporaryFolder folder;
  auto log = LogFile::open(folder.path(), kSmall).value();
  write_lines(log, 1, 24);
  log.bound({1'000, 2});
  write_lines(log, 25, 25);
  EXPECT_THAT(names_in(folder.path()), ElementsAre("kontor.log", "kontor.log.1"));
  log.bound({1'000, 5});
  write_lines(log, 26, 31);
  do_all_work(log);
  EXPECT_THAT(names_in(folder.path()), ElementsAre("kontor.log", "kontor.log.1", "kontor.log.2.gz"));
}

TEST(LogFile, ARestartGoesOnBehindTheLastLineAndCutsWhatWasNeverFinished) {
  const TemporaryFolder folder;
  {
    auto log = LogFile::open(folder.path(), kSmall).value();
    write_lines(log, 1, 5);
  }
  const auto whole = test::read_file(folder / "kontor.log");
  test::write_file(folder / "kontor.log", whole + R"({"ts":"2025)");
  auto log = LogFile::open(folder.path(), kSmall).value();
  EXPECT_EQ(log.last_seq(), 5U);
  EXPECT_EQ(test::read_file(folder / "kontor.log"), whole);
  write_lines(log, 6, 6);
  EXPECT_EQ(seqs_in(folder.path()), numbers(1, 6));
}

TEST(LogFile, TheLastSeqIsFoundInOlderFilesWhereTheNewestIsEmpty) {
  const TemporaryFolder folder;
  {
    auto log = LogFile::open(folder.path(), kSmall).value();
    write_lines(log, 1, 13);
    do_all_work(log);
  }
  fs::remove(folder / "kontor.log");
  fs::remove(folder / "kontor.log.1");
  EXPECT_EQ(LogFile::open(folder.path(), kSmall)->last_seq(), 6U) << "packed";
}

/// Every state in which a rotation with packing can be left: the operations are those of rotate(), in order.
TEST(LogFile, AnInterruptedRotationLosesNoLine) {
  const auto interrupt = [](const fs::path& folder, int step) {
    if (step >= 1) fs::rename(folder / "kontor.log.2.gz", folder / "kontor.log.3.gz");
    if (step >= 2) fs::rename(folder / "kontor.log.1", folder / "kontor.log.2");
    if (step >= 3) fs::rename(folder / "kontor.log", folder / "kontor.log.1");
    if (step == 4) test::write_file(folder / "kontor.log.2.gz.part", "half of a");
    if (step == 5) test::write_file(folder / "kontor.log", "");
  };
  for (int step = 0; step <= 5; ++step) {
    const TemporaryFolder folder;
    {
      auto log = LogFile::open(folder.path(), {1'000, 5}).value();
      write_lines(log, 1, 18);
      do_all_work(log);
    }
    ASSERT_THAT(names_in(folder.path()), ElementsAre("kontor.log", "kontor.log.1", "kontor.log.2.gz"));
    interrupt(folder.path(), step);
    auto log = LogFile::open(folder.path(), {1'000, 5}).value();
    EXPECT_EQ(log.last_seq(), 18U) << step;
    write_lines(log, 19, 25);
    do_all_work(log);
    EXPECT_EQ(seqs_in(folder.path()), numbers(1, 25)) << step;
    for (const auto& name : names_in(folder.path())) EXPECT_FALSE(name.ends_with(".part")) << name;
  }
}

TEST(LogFile, WhereBothFormsAreLeftThePackedOneIsWhole) {
  const TemporaryFolder folder;
  {
    auto log = LogFile::open(folder.path(), kSmall).value();
    write_lines(log, 1, 13);
    fs::copy_file(folder / "kontor.log.2", folder / "copy");
    do_all_work(log);
  }
  fs::rename(folder / "copy", folder / "kontor.log.2");
  EXPECT_EQ(seqs_in(folder.path()), numbers(1, 13)) << "each once";
  auto log = LogFile::open(folder.path(), kSmall).value();
  EXPECT_FALSE(fs::exists(folder / "kontor.log.2"));
  EXPECT_EQ(seqs_in(folder.path()), numbers(1, 13));
}

TEST(LogFile, AFolderHasOneWriter) {
  const TemporaryFolder folder;
  auto log = LogFile::open(folder.path(), kSmall);
  ASSERT_TRUE(log);
  const auto second = LogFile::open(folder.path(), kSmall);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::usage);
  log = fail(ErrorKind::internal, "closed");
  EXPECT_TRUE(LogFile::open(folder.path(), kSmall));
}

/// A limit of the system on this process while this lives.
class ProcessLimit {
 public:
  ProcessLimit(__rlimit_resource resource, rlim_t most)
      : resource_(resource), handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(resource_, &before_);
    const rlimit limit{most, before_.rlim_max};
    ::setrlimit(resource_, &limit);
  }
  ProcessLimit(const ProcessLimit&) = delete;
  ProcessLimit& operator=(const ProcessLimit&) = delete;
  ~ProcessLimit() {
    ::setrlimit(resource_, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  __rlimit_resource resource_;
  rlimit before_{};
  void (*handler_)(int);
};

/// The number that the next file to be opened gets.
rlim_t next_descriptor() {
  const int next = ::dup(STDIN_FILENO);
  ::close(next);
  return static_cast<rlim_t>(next);
}

TEST(LogFile, AFullDiskLeavesNoHalfLineAndIsTriedAgain) {
  const TemporaryFolder folder;
  auto log = LogFile::open(folder.path(), {100'000, 3}).value();
  write_lines(log, 1, 2);
  {
    const ProcessLimit full(RLIMIT_FSIZE, 400);
    const auto done = log.append(numbered_line(3));
    ASSERT_TRUE(done.failure);
    EXPECT_EQ(done.failure->kind, ErrorKind::no_space);
    EXPECT_EQ(done.bytes, 0U);
  }
  write_lines(log, 4, 4);
  EXPECT_EQ(seqs_in(folder.path()), (std::vector<std::uint64_t>{1, 2, 4}));
}

TEST(LogFile, GoesOnWithAnotherFileWhereSomebodyHasRemovedTheOneThatIsWritten) {
  const TemporaryFolder folder;
  auto log = LogFile::open(folder.path(), kSmall).value();
  write_lines(log, 1, 8);
  fs::remove(folder / "kontor.log");
  write_lines(log, 9, 20);
  EXPECT_FALSE(log.take_rotation_failure());
  do_all_work(log);
  auto expected = numbers(1, 6);  // 7 to 12 were in the file that is gone
  for (const std::uint64_t seq : numbers(13, 20)) expected.push_back(seq);
  EXPECT_EQ(seqs_in(folder.path()), expected);
}

TEST(LogFile, WhereNoOtherFileCanBeBegunItGrowsUntilOneCan) {
  const TemporaryFolder folder;
  auto log = LogFile::open(folder.path(), kSmall).value();
  write_lines(log, 1, 5);
  {
    const ProcessLimit full(RLIMIT_NOFILE, next_descriptor());
    write_lines(log, 6, 15);
    do_all_work(log);
  }
  EXPECT_TRUE(log.take_rotation_failure());
  EXPECT_THAT(names_in(folder.path()), ElementsAre("kontor.log"));
  write_lines(log, 16, 22);
  do_all_work(log);
  EXPECT_THAT(names_in(folder.path()), ElementsAre("kontor.log", "kontor.log.1", "kontor.log.2.gz"));
  EXPECT_EQ(seqs_in(folder.path()), numbers(1, 22));
}

}  // namespace
}  // namespace kontor
