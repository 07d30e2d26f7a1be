#include "journal/snapshot.hpp"

#include <gtest/gtest.h>

#include "journal/journal_test_support.hpp"
#include "journal/retention.hpp"

namespace kontor::journal {
namespace {

using test::Driver;
using test::kFolder;
using test::kStart;
using test::new_journal;
using test::read_all;

std::vector<std::byte> state_of(std::uint64_t seq, std::size_t size = 300) {
  std::vector<std::byte> state(size);
  for (std::size_t i = 0; i < size; ++i) state[i] = static_cast<std::byte>(seq * 31 + i);
  return state;
}

void snapshot_at(FileSystem& files, std::uint64_t seq) {
  ASSERT_TRUE(write_snapshot(files, kFolder, test::identity(), seq, kStart, state_of(seq)));
}

std::string path_of(std::uint64_t seq) { return path_in(kFolder, snapshot_file_name(seq)); }

TEST(JournalSnapshot, ComesBackWithItsHash) {
  SimulatedFileSystem files;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{3} << 20U}) {
    const auto hash = write_snapshot(files, kFolder, test::identity(), 9, kStart, state_of(9, size));
    ASSERT_TRUE(hash);
    const auto found = newest_snapshot(files, kFolder);
    ASSERT_TRUE(found && found->snapshot);
    EXPECT_EQ(found->snapshot->seq, 9U);
    EXPECT_EQ(found->snapshot->state, state_of(9, size));
    EXPECT_EQ(found->snapshot->state_hash, *hash);
    EXPECT_EQ(*hash, hash_of(state_of(9, size)));
    EXPECT_EQ(found->snapshot->manifest.identity.session, "alpha");
  }
}

TEST(JournalSnapshot, OneFlippedByteOrACutFallsBackToTheOneBefore) {
  SimulatedFileSystem files;
  snapshot_at(files, 5);
  snapshot_at(files, 8);
  const auto content = files.content(path_of(8));
  for (std::size_t at = 0; at < content.size(); ++at) {
    auto changed = content;
    changed[at] ^= std::byte{0x20};
    files.set_content(path_of(8), changed);
    auto found = newest_snapshot(files, kFolder);
    ASSERT_TRUE(found && found->snapshot);
    ASSERT_EQ(found->snapshot->seq, 5U) << at;
    ASSERT_EQ(found->problems.size(), 1U);
    ASSERT_NE(found->problems[0].find(path_of(8)), std::string::npos) << found->problems[0];
    files.set_content(path_of(8), {content.begin(), content.begin() + static_cast<std::ptrdiff_t>(at)});
    found = newest_snapshot(files, kFolder);
    ASSERT_TRUE(found && found->snapshot) << at;
    ASSERT_EQ(found->snapshot->seq, 5U) << at;
  }
}

TEST(JournalSnapshot, OneFromAfterTheEndOfTheJournalIsNotUsed) {
  SimulatedFileSystem files;
  snapshot_at(files, 5);
  snapshot_at(files, 8);
  EXPECT_EQ(newest_snapshot(files, kFolder, 7)->snapshot->seq, 5U);
  EXPECT_FALSE(newest_snapshot(files, kFolder, 4)->snapshot);
}

TEST(JournalSnapshot, ACrashAtEveryStepLeavesTheOneBeforeOrTheNewOne) {
  for (std::uint64_t step = 0; step < 1200; step += 3) {
    SimulatedFileSystem files(step);
    snapshot_at(files, 5);
    files.crash_at(files.steps() + step);
    const bool written = write_snapshot(files, kFolder, test::identity(), 8, kStart, state_of(8)).has_value();
    files.restart(Loss::pages);
    const auto found = newest_snapshot(files, kFolder);
    ASSERT_TRUE(found && found->snapshot) << step;
    ASSERT_TRUE(found->problems.empty()) << found->problems[0];
    ASSERT_EQ(found->snapshot->state, state_of(found->snapshot->seq));
    if (written) {
      ASSERT_EQ(found->snapshot->seq, 8U) << step;
    }
  }
}

TEST(JournalRetention, MarketIsPrunedBeforeASnapshotAndTheRestReads) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files, {.segment_bytes = 1500});
  Driver driver(writer);
  driver.run(60);
  const std::uint64_t last = writer.next_seq() - 1;
  const auto whole = read_all(files).records;
  EXPECT_EQ(prune_segments(files, kFolder, Family::market, 50).error().kind, ErrorKind::usage)
      << "no snapshot yet";
  snapshot_at(files, last);
  const auto pruned = prune_segments(files, kFolder, Family::market, 50);
  ASSERT_TRUE(pruned) << pruned.error().message;
  EXPECT_GT(*pruned, 1U);
  const auto rest = read_all(files);
  ASSERT_FALSE(rest.error) << rest.error->message;
  EXPECT_GT(rest.pruned, 5U);
  EXPECT_EQ(rest.records.size() + rest.pruned, whole.size());
  EXPECT_EQ(read_all(files, {.from_seq = 50}).records.size(), whole.size() - 49)
      << "nothing from there on is missing";
  ASSERT_TRUE(recover(files, kFolder));
  EXPECT_EQ(prune_segments(files, kFolder, Family::market, last + 2).error().kind, ErrorKind::usage);
}

TEST(JournalRetention, TheLastSegmentStays) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files);
  Driver(writer).run(5);
  snapshot_at(files, writer.next_seq() - 1);
  EXPECT_EQ(prune_segments(files, kFolder, Family::market, writer.next_seq()), 0U);
}

TEST(JournalRetention, KeepsTheNewestSnapshotsAndTwoAtTheLeast) {
  SimulatedFileSystem files;
  for (const std::uint64_t seq : {1U, 2U, 3U, 4U, 5U}) snapshot_at(files, seq);
  EXPECT_EQ(prune_snapshots(files, kFolder, 3), 2U);
  EXPECT_EQ(prune_snapshots(files, kFolder, 0), 1U);
  EXPECT_EQ(files.paths(), (std::vector{path_of(4), path_of(5)}));
}

}  // namespace
}  // namespace kontor::journal
