#include "journal/verify.hpp"

#include <gtest/gtest.h>

#include "journal/journal_test_support.hpp"
#include "journal/snapshot.hpp"

namespace kontor::journal {
namespace {

using test::Driver;
using test::kFolder;
using test::kStart;
using test::new_journal;

TEST(JournalVerify, CountsWhatThereIs) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files, {.segment_bytes = 1500});
  Driver driver(writer);
  driver.run(30);
  ASSERT_TRUE(write_snapshot(files, kFolder, test::identity(), 20, kStart, {}));
  ASSERT_TRUE(writer.close(driver.now(), "done"));
  const auto report = verify(files, kFolder);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->records, 2U + 30 + 20 + 1);
  EXPECT_EQ(report->types.at(RecordType::bar), 30U);
  EXPECT_EQ(report->types.at(RecordType::new_order), 10U);
  EXPECT_EQ(report->last_seq, report->records);
  EXPECT_EQ(report->snapshots, 1U);
  EXPECT_EQ(report->clock_steps_back, 0U);
  EXPECT_TRUE(report->tail.closed);
  const std::string json = to_json(*report);
  EXPECT_NE(json.find("\"session\":\"alpha\""), std::string::npos) << json;
  EXPECT_NE(json.find("\"order_accepted\":10"), std::string::npos) << json;
}

TEST(JournalVerify, TellsOfAClockThatWentBack) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files);
  writer.append(kStart + 5, SessionEvent{"late", "{}"});
  writer.append(kStart + 3, SessionEvent{"early", "{}"});
  ASSERT_TRUE(writer.sync(kStart));
  EXPECT_EQ(verify(files, kFolder)->clock_steps_back, 1U);
}

TEST(JournalVerify, TellsOfATornTailAndABrokenSnapshot) {
  SimulatedFileSystem files;
  Writer writer = new_journal(files);
  Driver driver(writer);
  driver.run(6);
  const std::string path = path_in(kFolder, segment_file_name(Family::core, 1));
  auto content = files.content(path);
  content.pop_back();
  files.set_content(path, content);
  files.set_content(path_in(kFolder, snapshot_file_name(3)), content);
  const auto report = verify(files, kFolder);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->tail.torn());
  EXPECT_EQ(report->broken_snapshots.size(), 1U);
  EXPECT_NE(to_json(*report).find("\"torn\":[{\"path\":\"" + path), std::string::npos) << to_json(*report);
}

/// A record whose checksum is right and whose content is not that of its type.
void expect_refused(RecordType type, const std::vector<std::byte>& payload) {
  std::vector<BookLevelChange> changes;
  Record record;
  record.type = type;
  record.seq = 7;
  record.payload = payload;
  const auto checked = check_content(record, changes);
  ASSERT_FALSE(checked) << name_of(type);
  EXPECT_NE(checked.error().message.find("seq 7"), std::string::npos) << checked.error().message;
}

TEST(JournalVerify, RefusesContentThatIsNotThatOfTheType) {
  Encoder event;
  encode_event(event, Event{EventHeader{8, 0, 0, 0}, Transfer{}});
  expect_refused(RecordType::transfer, event.buffer());  // the seq of another
  expect_refused(RecordType::fill, event.buffer());
  expect_refused(RecordType::new_order, event.buffer());
  expect_refused(RecordType::configuration, event.buffer());
  expect_refused(RecordType::cancel_order, encode(test::command_at(1, kStart)));
  expect_refused(RecordType::manifest, {});
}

}  // namespace
}  // namespace kontor::journal
