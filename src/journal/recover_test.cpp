#include "journal/recover.hpp"

#include <gtest/gtest.h>

#include "journal/journal_test_support.hpp"
#include "journal/snapshot.hpp"

namespace kontor::journal {
namespace {

using test::Copy;
using test::Driver;
using test::kFolder;
using test::kStart;
using test::new_journal;
using test::read_all;
using test::resumed_journal;

/// A run that is killed at some step, and what it may rely on.
struct Progress {
  std::uint64_t acknowledged = 0;  ///< durable_through() at the last commit that worked
  std::uint64_t appended = 0;
};

Progress run_until_crash(SimulatedFileSystem& files, const WriterOptions& options, int batches) {
  Progress run;
  auto writer = Writer::open(files, kFolder, test::identity(), options, {}, kStart);
  if (!writer) return run;
  Driver driver(*writer);
  for (int i = 0; i < batches; ++i) {
    driver.batch();
    const bool committed = driver.commit().has_value();
    run.acknowledged = writer->durable_through();
    run.appended = writer->next_seq() - 1;
    if (!committed) break;
  }
  return run;
}

std::vector<Copy> undisturbed(const WriterOptions& options, int batches) {
  SimulatedFileSystem files;
  run_until_crash(files, options, batches);
  return read_all(files).records;
}

/// After every possible crash: what was acknowledged is there, nothing is there that was not written, and a
/// new run goes on behind it.
void survives_crashes(const WriterOptions& options, Loss loss, std::uint64_t seed, std::uint64_t stride) {
  constexpr int kBatches = 10;
  const auto whole = undisturbed(options, kBatches);
  SimulatedFileSystem measure;
  run_until_crash(measure, options, kBatches);
  for (std::uint64_t step = 0; step <= measure.steps(); step += stride) {
    SimulatedFileSystem files(seed + step);
    files.crash_at(step);
    const Progress run = run_until_crash(files, options, kBatches);
    files.restart(loss);
    const auto recovery = recover(files, kFolder, Unproven::cut);
    ASSERT_TRUE(recovery) << "step " << step << ": " << recovery.error().message;
    const std::uint64_t kept = recovery->start.next_seq - 1;
    ASSERT_GE(kept, run.acknowledged) << "step " << step;
    ASSERT_LE(kept, run.appended + 2) << "step " << step;
    Writer writer = resumed_journal(files, options);
    Driver(writer).run(3);
    const auto after = read_all(files);
    ASSERT_FALSE(after.error) << "step " << step << ": " << after.error->message;
    ASSERT_EQ(after.records.size(), writer.next_seq() - 1);
    for (std::size_t i = 0; i < kept; ++i)
      ASSERT_EQ(after.records[i], whole[i]) << "step " << step << " record " << i;
  }
}

constexpr SyncPolicy kBeforeSend{SyncPolicy::When::before_send, kHour};
constexpr SyncPolicy kInterval{SyncPolicy::When::interval, 4 * kMinute};

TEST(JournalRecovery, SurvivesAKillAtEveryByte) {
  survives_crashes({.sync = kBeforeSend, .segment_bytes = 1200}, Loss::nothing, 1, 1);
  survives_crashes({.sync = test::kNeverSync, .segment_bytes = 1200}, Loss::nothing, 2, 7);
}

TEST(JournalRecovery, SurvivesALossOfPowerAnywhere) {
  survives_crashes({.sync = kBeforeSend, .segment_bytes = 1200}, Loss::pages, 10'000, 3);
  for (const Loss loss : {Loss::all, Loss::tail, Loss::pages}) {
    survives_crashes({.sync = kBeforeSend, .segment_bytes = 1500}, loss, 20'000, 11);
    survives_crashes({.sync = kInterval, .segment_bytes = 1500}, loss, 30'000, 11);
    survives_crashes({.sync = test::kNeverSync, .segment_bytes = 3000}, loss, 40'000, 11);
  }
}

TEST(JournalRecovery, SurvivesACrashDuringRecovery) {
  for (std::uint64_t step = 1; step < 12; ++step) {
    SimulatedFileSystem files(step);
    files.crash_at(2600);
    const Progress run = run_until_crash(files, {.sync = kBeforeSend}, 16);
    files.restart(Loss::tail);
    files.crash_at(step);
    static_cast<void>(recover(files, kFolder, Unproven::cut));
    files.restart(Loss::all);
    const auto recovery = recover(files, kFolder, Unproven::cut);
    ASSERT_TRUE(recovery) << recovery.error().message;
    EXPECT_GE(recovery->start.next_seq - 1, run.acknowledged);
    EXPECT_FALSE(read_all(files).tail.torn());
  }
}

TEST(JournalRecovery, AFolderWithoutAJournalIsANewOne) {
  SimulatedFileSystem files;
  const auto recovery = recover(files, kFolder);
  ASSERT_TRUE(recovery);
  EXPECT_EQ(recovery->start.next_seq, 1U);
  EXPECT_FALSE(recovery->manifest);
}

TEST(JournalRecovery, ReportsWhatItCuts) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files);
  Driver driver(writer);
  driver.run(6);
  const std::string path = path_in(kFolder, segment_file_name(Family::core, 1));
  auto content = files.content(path);
  content.resize(content.size() - 3);
  files.set_content(path, content);
  const auto recovery = recover(files, kFolder);
  ASSERT_TRUE(recovery) << recovery.error().message;
  const FamilyTail& core = recovery->tail.families[0];
  EXPECT_EQ(core.path, path);
  EXPECT_EQ(core.kept_bytes + core.cut_bytes, content.size());
  EXPECT_NE(core.problem.find("a record's first"), std::string::npos) << core.problem;
  EXPECT_EQ(recovery->start.next_seq, writer.next_seq() - 1);
  EXPECT_EQ(files.content(path).size(), core.kept_bytes);
  EXPECT_FALSE(read_all(files).tail.torn());
}

TEST(JournalRecovery, DataWithoutTheDecisionsBeforeItIsCut) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files, {.sync = test::kNeverSync});
  Driver driver(writer);
  driver.run(12);
  const std::string path = path_in(kFolder, segment_file_name(Family::core, 1));
  const auto core_of = [&](std::uint64_t before) {  // the core records up to the first one from `before` on
    auto reader = SegmentReader::open(files, path);
    std::uint64_t end = reader->position();
    while (*reader->next() == SegmentReader::Step::record && reader->record().seq < before)
      end = reader->position();
    return end;
  };
  auto content = files.content(path);
  content.resize(core_of(10));
  files.set_content(path, content);
  const auto recovery = recover(files, kFolder);
  ASSERT_TRUE(recovery) << recovery.error().message;
  EXPECT_GT(recovery->tail.families[1].cut_bytes, 0U);
  EXPECT_NE(recovery->tail.families[1].problem.find("missing"), std::string::npos);
  const auto after = read_all(files);
  ASSERT_FALSE(after.error);
  EXPECT_EQ(after.records.size(), recovery->start.next_seq - 1);
}

TEST(JournalRecovery, RemovesSnapshotsOfRecordsThatAreGone) {
  SimulatedFileSystem files;
  std::uint64_t last = 0;
  {
    Writer writer = new_journal(files);
    Driver(writer).run(5);
    last = writer.next_seq() - 1;
  }
  for (const std::uint64_t seq : {last, last + 1})
    ASSERT_TRUE(write_snapshot(files, kFolder, test::identity(), seq, kStart, {}, Durability::system));
  const auto recovery = recover(files, kFolder);
  ASSERT_TRUE(recovery) << recovery.error().message;
  EXPECT_EQ(recovery->removed, std::vector{snapshot_file_name(last + 1)});
  EXPECT_EQ(newest_snapshot(files, kFolder)->snapshot->seq, last);
}

TEST(JournalRecovery, ReadsOnlyTheLastSegments) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files, {.segment_bytes = 2000});
  Driver(writer).run(100);
  const std::string first = path_in(kFolder, segment_file_name(Family::core, 1));
  auto content = files.content(first);
  content.back() ^= std::byte{1};
  files.set_content(first, content);
  EXPECT_TRUE(recover(files, kFolder));
  EXPECT_TRUE(read_all(files).error) << "reading all of it finds the damage";
}

}  // namespace
}  // namespace kontor::journal
