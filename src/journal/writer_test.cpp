#include "journal/writer.hpp"

#include <gtest/gtest.h>

#include "journal/journal_test_support.hpp"
#include "journal/posix_file_system.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::journal {
namespace {

using test::Driver;
using test::kFolder;
using test::kStart;
using test::new_journal;
using test::read_all;

TEST(JournalWriter, WhatIsWrittenIsReadInOneOrderFromBothFamilies) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files);
  Driver driver(writer);
  driver.run(7);
  ASSERT_TRUE(writer.close(driver.now(), "done"));
  const auto contents = read_all(files);
  ASSERT_FALSE(contents.error) << contents.error->message;
  ASSERT_EQ(contents.records.size(), writer.next_seq() - 1);
  for (std::size_t i = 0; i < contents.records.size(); ++i) EXPECT_EQ(contents.records[i].seq, i + 1);
  EXPECT_EQ(contents.records[0].type, RecordType::configuration);
  EXPECT_EQ(contents.records[1].type, RecordType::instruments);
  EXPECT_EQ(contents.records[2].type, RecordType::bar);
  EXPECT_EQ(contents.records.back().type, RecordType::closed);
  EXPECT_TRUE(contents.tail.closed);
  EXPECT_FALSE(contents.tail.torn());
}

TEST(JournalWriter, WorksOnRealFilesAsOnSimulatedOnes) {
  const kontor::test::TemporaryFolder folder;
  PosixFileSystem files;
  SimulatedFileSystem simulated;
  const std::string path = (folder / "a" / "b").string();
  Writer writer = new_journal(files, {.segment_bytes = 2000}, path);
  Writer other = new_journal(simulated, {.segment_bytes = 2000}, path);
  Driver(writer).run(50);
  Driver(other).run(50);
  const auto contents = read_all(files, {}, path);
  ASSERT_FALSE(contents.error) << contents.error->message;
  EXPECT_EQ(contents.records, read_all(simulated, {}, path).records);
  EXPECT_GT(files.list(path)->size(), 4U) << "several segments of each family";
}

TEST(JournalWriter, NothingIsWrittenBeforeTheCommit) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files);
  Driver driver(writer);
  driver.batch();
  EXPECT_TRUE(read_all(files).records.empty());
  ASSERT_TRUE(driver.commit());
  EXPECT_EQ(read_all(files).records.size(), 3U);
}

TEST(JournalWriter, ABatchThatSendsIsDurableAndASilentOneWaitsForTheInterval) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files, {.sync = {SyncPolicy::When::before_send, 2 * kMinute}});
  Driver driver(writer);
  driver.batch();
  ASSERT_TRUE(writer.commit(kStart, Batch::silent));
  EXPECT_EQ(writer.durable_through(), 0U);
  driver.batch();
  ASSERT_TRUE(writer.commit(kStart, Batch::sends));
  EXPECT_EQ(writer.durable_through(), 4U);
  driver.batch();
  ASSERT_TRUE(writer.commit(kStart + kMinute, Batch::silent));
  EXPECT_EQ(writer.durable_through(), 4U);
  ASSERT_TRUE(writer.commit(kStart + 2 * kMinute, Batch::silent));
  EXPECT_EQ(writer.durable_through(), writer.next_seq() - 1);
}

TEST(JournalWriter, WithoutSyncingOnlyAnExplicitSyncIsDurable) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files, {.sync = test::kNeverSync});
  Driver driver(writer);
  driver.run(9);
  EXPECT_EQ(writer.durable_through(), 0U);
  ASSERT_TRUE(writer.sync(driver.now()));
  EXPECT_EQ(writer.durable_through(), writer.next_seq() - 1);
}

TEST(JournalWriter, BeginsANewSegmentOfAFamilyThatHasGrown) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files, {.segment_bytes = 4000});
  Driver(writer).run(200);
  std::size_t core = 0;
  std::size_t market = 0;
  for (const std::string& path : files.paths()) {
    ++(path.find("core-") == std::string::npos ? market : core);
    EXPECT_LT(files.content(path).size(), 4500U) << path;
  }
  EXPECT_GT(core, 3U);
  EXPECT_GT(market, 3U);
  EXPECT_EQ(read_all(files).records.size(), writer.next_seq() - 1);
}

TEST(JournalWriter, AChangedConfigurationIsInLaterManifests) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files, {.segment_bytes = 1000});
  writer.append(kStart, Configuration{"beef", "other"});
  Driver(writer).run(100);
  const auto reader = Reader::open(files, kFolder, {.from_seq = writer.next_seq() - 1});
  EXPECT_EQ(reader->manifest().identity.configuration.hash, "beef");
}

/// A disk that fails until it is mended, and everything is there in the end.
void fails_and_reopens(SimulatedFileSystem& files, const SyncPolicy& policy, ErrorKind kind,
                       const std::function<void()>& fail, const std::function<void()>& mend) {
  Writer writer = new_journal(files, {.sync = policy});
  Driver driver(writer);
  driver.run(5);
  const std::uint64_t durable = writer.durable_through();
  fail();
  driver.batch();
  const auto failed = writer.sync(driver.now());
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, kind) << failed.error().message;
  for (int i = 0; i < 20; ++i) {
    driver.batch();
    EXPECT_FALSE(driver.commit()) << "a failed writer acknowledges nothing";
  }
  EXPECT_EQ(writer.durable_through(), durable);
  EXPECT_FALSE(writer.reopen(driver.now())) << "the disk is as it was";
  mend();
  const auto reopened = writer.reopen(driver.now());
  ASSERT_TRUE(reopened) << reopened.error().message;
  EXPECT_EQ(writer.durable_through(), writer.next_seq() - 1);
  driver.run(5);
  const auto contents = read_all(files);
  ASSERT_FALSE(contents.error) << contents.error->message;
  EXPECT_EQ(contents.records.size(), writer.next_seq() - 1);
}

TEST(JournalWriter, AFullDiskIsToldAndOvercome) {
  for (const auto when :
       {SyncPolicy::When::before_send, SyncPolicy::When::interval, SyncPolicy::When::none}) {
    SimulatedFileSystem files;
    fails_and_reopens(
        files, {when, kMinute}, ErrorKind::no_space, [&] { files.fail_changes(ErrorKind::no_space); },
        [&] { files.mend(); });
  }
}

TEST(JournalWriter, AFailedWriteIsToldAndOvercome) {
  for (const auto when :
       {SyncPolicy::When::before_send, SyncPolicy::When::interval, SyncPolicy::When::none}) {
    SimulatedFileSystem files;
    fails_and_reopens(
        files, {when, kMinute}, ErrorKind::io, [&] { files.fail_changes(ErrorKind::io); },
        [&] { files.mend(); });
  }
}

TEST(JournalWriter, AFailedSyncLosesNothing) {
  for (const auto when : {SyncPolicy::When::before_send, SyncPolicy::When::interval}) {
    SimulatedFileSystem files;
    fails_and_reopens(
        files, {when, kHour}, ErrorKind::io, [&] { files.fail_syncs(true); }, [&] { files.mend(); });
  }
}

TEST(JournalWriter, FillsTheDiskToTheLastByteAndKeepsWhatIsDurable) {
  for (std::uint64_t capacity = 2000; capacity < 3000; ++capacity) {
    SimulatedFileSystem files;
    Writer writer = new_journal(files, {.segment_bytes = 1200});
    files.set_capacity(capacity);
    Driver driver(writer);
    do driver.batch();
    while (driver.commit());
    EXPECT_EQ(writer.failure()->kind, ErrorKind::no_space);
    files.set_capacity(UINT64_MAX);
    ASSERT_TRUE(writer.reopen(driver.now())) << capacity;
    driver.run(10);
    const auto contents = read_all(files);
    ASSERT_FALSE(contents.error) << contents.error->message;
    ASSERT_EQ(contents.records.size(), writer.next_seq() - 1) << capacity;
  }
}

TEST(JournalWriter, MoreThanCanBeKeptIsLostAndSaidSo) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files);
  Driver driver(writer);
  driver.run(3);
  files.fail_changes(ErrorKind::io);
  driver.batch();
  EXPECT_FALSE(writer.sync(driver.now()));
  const SessionEvent large{"note", std::string(std::size_t{1} << 20U, 'x')};
  for (int i = 0; i < 40; ++i) writer.append(driver.now(), large);
  files.mend();
  EXPECT_FALSE(writer.reopen(driver.now()));
  const auto contents = read_all(files);
  ASSERT_FALSE(contents.error);
  EXPECT_GE(contents.records.size(), writer.durable_through());
}

TEST(JournalWriter, ARecordThatIsTooLargeEndsTheJournalBeforeIt) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files);
  Driver driver(writer);
  driver.run(3);
  writer.append(driver.now(), SessionEvent{"note", std::string(kMaxPayload, 'x')});
  const auto committed = writer.commit(driver.now(), Batch::sends);
  ASSERT_FALSE(committed);
  EXPECT_NE(committed.error().message.find("seq 8"), std::string::npos) << committed.error().message;
  EXPECT_FALSE(writer.reopen(driver.now()));
  EXPECT_EQ(read_all(files).records.size(), 7U);
}

TEST(JournalWriter, StopsOnceAnotherHolderHasTheAccount) {
  SimulatedFileSystem files;
  auto lock = AccountLock::acquire(files, "accounts/main.lock", {1, "here", "alpha", kStart});
  Writer writer = new_journal(files, {.lock = &*lock});
  Driver driver(writer);
  driver.run(4);
  const std::uint64_t before = read_all(files).records.size();
  // A second holder where the system's lock did not keep it out.
  const auto intruder = files.open("accounts/main.lock", Access::append);
  const std::string line = "token=2 process=2 host=there session=beta since=2025-01-01T00:00:00Z\n";
  ASSERT_TRUE((*intruder)->append(std::as_bytes(std::span(line))));
  driver.batch();
  const auto committed = driver.commit();
  ASSERT_FALSE(committed);
  EXPECT_NE(committed.error().message.find("session=beta"), std::string::npos) << committed.error().message;
  EXPECT_FALSE(writer.reopen(driver.now()));
  EXPECT_EQ(read_all(files).records.size(), before);
}

TEST(JournalWriter, LaterSegmentsSayWhichConfigurationIsInForce) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files, {.segment_bytes = 2000});
  Driver driver(writer);
  SettingsChanged change;
  change.configuration_hash = "decade";
  change.configuration = "other";
  driver.event(change);
  driver.run(50);
  ASSERT_TRUE(writer.sync(driver.now()));
  auto reader = Reader::open(files, kFolder);
  ASSERT_TRUE(reader);
  EXPECT_NE(reader->first_manifest().identity.configuration.hash, "decade");
  while (reader->next().value() != nullptr) continue;
  EXPECT_EQ(reader->manifest().identity.configuration.hash, "decade");
  EXPECT_EQ(reader->manifest().identity.configuration.text, "other");
}

}  // namespace
}  // namespace kontor::journal
