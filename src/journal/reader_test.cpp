#include "journal/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "journal/journal_test_support.hpp"

namespace kontor::journal {
namespace {

using test::Driver;
using test::kFolder;
using test::kStart;
using test::new_journal;
using test::read_all;

TEST(JournalReader, AFolderWithoutAJournalIsNotFound) {
  SimulatedFileSystem files;
  EXPECT_EQ(Reader::open(files, kFolder).error().kind, ErrorKind::not_found);
}

TEST(JournalReader, EveryEventComesBackAsItWas) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files, {.sync = test::kNeverSync, .segment_bytes = 50'000});
  Prng prng(7);
  std::vector<std::vector<std::byte>> written;
  std::vector<BookLevelChange> changes;
  for (int i = 0; i < 2000; ++i) {
    changes.resize(prng.below(40));
    for (BookLevelChange& change : changes) change.price = RawPrice(static_cast<std::int64_t>(prng.next()));
    const TimeNs ts = kStart + static_cast<TimeNs>(prng.below(1'000'000));
    EventBody body =
        Trade{InstrumentId(1), ts, ts, RawPrice(5), RawQuantity(6), TradeId(prng.next()), Side::sell};
    if (prng.below(3) == 0) body = BookUpdate{InstrumentId(1), ts, ts, true, changes};
    if (prng.below(3) == 0) body = Fill{};
    const Event event{EventHeader{writer.next_seq(), ts, ts, prng.below(9)}, body};
    writer.append(event);
    Encoder encoder;
    encode_event(encoder, event);
    written.push_back(encoder.take());
    if (prng.below(9) == 0) {
      ASSERT_TRUE(writer.commit(ts, Batch::silent));
    }
  }
  ASSERT_TRUE(writer.sync(kStart));
  const auto contents = read_all(files, {.from_seq = 3});
  ASSERT_FALSE(contents.error) << contents.error->message;
  ASSERT_EQ(contents.records.size(), written.size());
  for (std::size_t i = 0; i < written.size(); ++i) ASSERT_EQ(contents.records[i].payload, written[i]);
}

TEST(JournalReader, StartsAnywhereAndGivesTheSameRecords) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files, {.segment_bytes = 1500});
  Driver(writer).run(60);
  const auto whole = read_all(files).records;
  for (std::uint64_t from = 1; from <= whole.size() + 1; ++from) {
    const auto part = read_all(files, {.from_seq = from});
    ASSERT_FALSE(part.error) << part.error->message;
    ASSERT_EQ(part.records.size(), whole.size() + 1 - from);
    if (!part.records.empty()) {
      ASSERT_EQ(part.records.front(), whole[from - 1]);
    }
    ASSERT_EQ(part.tail.last_seq, whole.size());
  }
}

TEST(JournalReader, OneFamilyAloneHasNoGapsToComplainOf) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files, {.segment_bytes = 1500});
  Driver(writer).run(30);
  const auto core = read_all(files, {.families = Families::core});
  const auto market = read_all(files, {.families = Families::market});
  ASSERT_FALSE(core.error || market.error);
  EXPECT_EQ(market.records.size(), 30U);
  EXPECT_EQ(core.records.size() + market.records.size(), writer.next_seq() - 1);
}

/// A record of a type that a newer build might write, at the end of the core family.
void append_unknown(SimulatedFileSystem& files, std::uint64_t seq, std::uint16_t type,
                    std::uint16_t version) {
  const std::string path = path_in(kFolder, segment_file_name(Family::core, 1));
  Encoder encoder;
  RecordHeader header;
  header.type = type;
  header.version = version;
  header.seq = seq;
  encoder.bytes(&header, sizeof header);
  encode_into(encoder, std::uint64_t{5});
  seal_record(encoder, 0, header);
  auto content = files.content(path);
  content.insert(content.end(), encoder.buffer().begin(), encoder.buffer().end());
  files.set_content(path, content);
}

TEST(JournalReader, SkipsAndReportsWhatANewerBuildWrote) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files);
  Driver(writer).run(2);
  append_unknown(files, 5, 4711, 1);
  append_unknown(files, 6, 4711, 1);
  append_unknown(files, 7, static_cast<std::uint16_t>(RecordType::fill), 2);
  auto reader = Reader::open(files, kFolder);
  while (*reader->next() != nullptr) {
  }
  ASSERT_EQ(reader->unknown().size(), 2U);
  EXPECT_EQ(reader->unknown()[0].count, 2U);
  EXPECT_EQ(reader->unknown()[0].first_seq, 5U);
  EXPECT_EQ(name_of(reader->unknown()[0].type), "type_4711");
  EXPECT_EQ(reader->unknown()[1].type, RecordType::fill);
  EXPECT_EQ(reader->tail().last_seq, 7U);
  EXPECT_EQ(read_all(files).records.size(), 4U);
  EXPECT_EQ(read_all(files, {.unknown_types = true}).records.size(), 7U);
}

TEST(JournalReader, ReadsWhileAnotherWrites) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files, {.segment_bytes = 2000});
  Driver driver(writer);
  for (int i = 0; i < 100; ++i) {
    driver.run(1);
    auto reader = Reader::open(files, kFolder);
    const std::uint64_t there = writer.next_seq() - 1;
    driver.run(3);
    std::uint64_t last = 0;
    for (;;) {
      const auto record = reader->next();
      ASSERT_TRUE(record) << record.error().message;
      if (*record == nullptr) break;
      last = (*record)->seq;
    }
    EXPECT_EQ(last, there) << "what was there when it was opened";
  }
}

TEST(JournalReader, KnowsWhatWasDurableWhenARecordWasWritten) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files);
  Driver driver(writer);
  driver.run(3);  // a minute each, so the interval has passed each time
  driver.run(1);
  auto reader = Reader::open(files, kFolder);
  std::vector<std::uint64_t> durable;
  while (const Record* const record = *reader->next()) durable.push_back(record->durable_through);
  EXPECT_THAT(durable, testing::ElementsAre(0, 0, 0, 3, 4, 4, 4, 7));
}

}  // namespace
}  // namespace kontor::journal
