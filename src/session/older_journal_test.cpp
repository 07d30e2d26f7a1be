#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/writer.hpp"
#include "session/paper_session_test_support.hpp"

// Journals of builds that told neither bookings nor steps of a session's life.

namespace kontor::session {
namespace {

using journal::RecordType;
using journal::SimulatedFileSystem;
using test::kSessionFolder;
using test::ScriptedPace;

class OlderJournal : public test::PaperSessionTest {
 protected:
  /// The first `most` inputs of a journal with what was decided on them, as an older build wrote them.
  void write_as_older(SimulatedFileSystem& from, SimulatedFileSystem& to, std::uint64_t most) {
    ASSERT_TRUE(to.make_folder(kSessionFolder));
    auto reader = journal::Reader::open(from, kSessionFolder);
    ASSERT_TRUE(reader);
    const journal::Record* record = reader->next().value();
    auto writer =
        journal::Writer::open(to, kSessionFolder, reader->first_manifest().identity, {}, {}, record->ts);
    ASSERT_TRUE(writer) << writer.error().message;
    std::map<std::uint64_t, std::uint64_t> moved;
    std::vector<BookLevelChange> changes;
    for (; record != nullptr; record = reader->next().value()) {
      if (journal::is_event(record->type)) {
        if (moved.size() == most) break;
        Event event = journal::event_in(*record, changes).value();
        moved[event.header.seq] = writer->next_seq();
        event.header.seq = writer->next_seq();
        writer->append(event);
      } else if (journal::is_command(record->type)) {
        Command command = journal::command_in(*record).value();
        command.header.seq = moved.at(command.header.seq);
        command.header.cause = moved.at(command.header.cause);
        writer->append(command);
      } else if (record->type == RecordType::intent_refused) {
        auto refused = journal::payload_in<journal::IntentRefused>(*record).value();
        refused.cause = moved.at(refused.cause);
        writer->append(record->ts, refused);
      } else if (record->type == RecordType::protection_changed) {
        auto change = journal::payload_in<ProtectionChanged>(*record).value();
        change.cause = moved.at(change.cause);
        writer->append(record->ts, change);
      }
    }
    ASSERT_TRUE(writer->sync(0));
  }
};

TEST_F(OlderJournal, IsReplayedAndGoneOnFrom) {
  SimulatedFileSystem whole;
  ASSERT_TRUE(run(whole));
  const auto equity = last_equity;
  const auto trades = fold_events(whole, kSessionFolder)->summary().trades;
  for (const std::uint64_t inputs : {3U, 40U, 77U, 110U, 1'000'000U}) {
    SCOPED_TRACE(inputs);
    SimulatedFileSystem files;
    write_as_older(whole, files, inputs);
    const auto before = replayed(files);
    ASSERT_TRUE(before) << before.error().message;
    EXPECT_TRUE(before->identical()) << before->difference;
    const auto ending = run(files);
    ASSERT_TRUE(ending) << ending.error().message;
    EXPECT_EQ(last_equity, equity);
    const auto after = replayed(files);
    ASSERT_TRUE(after) << after.error().message;
    EXPECT_TRUE(after->identical()) << after->difference;
    const auto fold = fold_events(files, kSessionFolder);
    ASSERT_TRUE(fold) << fold.error().message;
    const Summary summary = fold->summary();
    EXPECT_EQ(summary.status, LifeState::stopped);
    EXPECT_EQ(summary.current_equity, equity);
    EXPECT_LE(summary.trades, trades);
  }
}

TEST_F(OlderJournal, StepsOfTheFirstVersionStillRead) {
  Encoder encoder;
  encode_into(encoder, std::string("note"));
  encode_into(encoder, std::string("{\"a\":1}"));
  journal::Record record;
  record.type = RecordType::session_event;
  record.version = 1;
  record.payload = encoder.buffer();
  const auto step = journal::payload_in<journal::SessionEvent>(record);
  ASSERT_TRUE(step) << step.error().message;
  EXPECT_EQ(step->name, "note");
  EXPECT_EQ(step->details, "{\"a\":1}");
  EXPECT_EQ(step->state, "");
  EXPECT_EQ(step->ts_wall, 0);
  record.version = 2;
  EXPECT_FALSE(journal::payload_in<journal::SessionEvent>(record));
  const journal::SessionEvent newest{"heartbeat", "{}", "RUNNING", "trade", 17};
  const auto bytes = encode(newest);
  record.payload = bytes;
  EXPECT_EQ(journal::payload_in<journal::SessionEvent>(record)->phase, "trade");
}

}  // namespace
}  // namespace kontor::session
