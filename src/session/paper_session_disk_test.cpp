#include <gmock/gmock.h>

#include "session/paper_session_test_support.hpp"
#include "session/session_events.hpp"

namespace kontor::session {
namespace {

using journal::SimulatedFileSystem;
using test::kSessionFolder;

/// Lets the disk fail before one event, and works on it before another.
class FailingPace final : public Pace {
 public:
  FailingPace(SimulatedFileSystem& files, std::uint64_t fails_at, std::uint64_t mended_at)
      : files_(files), fails_at_(fails_at), mended_at_(mended_at) {}

  Demand wait(TimeNs /*due*/, const std::function<void()>& idle) override {
    ++waits_;
    if (waits_ == fails_at_) files_.fill_up(waits_ * 37 % 1'500);
    if (waits_ == mended_at_) files_.mend();
    idle();
    return Request::none;
  }
  std::optional<Demand> stand_still() override {
    if (!stands) return std::nullopt;
    ++stood;
    if (stood == 5) files_.mend();
    return Demand();
  }
  void show(const PaperSession& session) override {
    last = session.view();
    if (last.status.by_disk) ++by_disk;
    if (!last.disk_fault.empty()) cause = last.disk_fault;
  }

  bool stands = false;  ///< the market stands still; after five times the disk is mended
  std::uint64_t stood = 0;
  std::uint64_t by_disk = 0;
  std::string cause;
  SessionView last;

 private:
  SimulatedFileSystem& files_;
  std::uint64_t fails_at_;
  std::uint64_t mended_at_;
  std::uint64_t waits_ = 0;
};

class PaperSessionDisk : public test::PaperSessionTest {
 protected:
  PaperSessionDisk() { wall_step = kSecond; }

  struct Told {
    std::uint64_t failed = 0;
    std::uint64_t recovered = 0;
    std::uint64_t unsent = 0;  ///< orders that never left
  };
  static Told told_in(SimulatedFileSystem& files) {
    Told told;
    std::uint64_t last = 0;
    const auto read = for_each_event_line(
        files, kSessionFolder, [&](std::string_view line, const EventPlace&) -> Result<void> {
          TRY(const auto event, parse_line(line));
          EXPECT_EQ(event.seq, ++last);
          told.failed += event.type == EventType::disk_failed ? 1U : 0U;
          told.recovered += event.type == EventType::disk_recovered ? 1U : 0U;
          const auto* reason = detail_of<std::string>(event, "reason");
          told.unsent += reason != nullptr && *reason == "not_recorded" ? 1U : 0U;
          return {};
        });
    EXPECT_TRUE(read) << read.error().message;
    return told;
  }
};

/// Wherever it fails, what is recorded in the end is all that has happened, and happens again.
TEST_F(PaperSessionDisk, AFullDiskPausesItAndNothingIsMissingAfterwards) {
  std::uint64_t unsent = 0;
  std::uint64_t lived_through = 0;
  for (std::uint64_t at = 5; at < 200; at += 9) {
    SCOPED_TRACE(at);
    SimulatedFileSystem files;
    FailingPace pace(files, at, at + 15);
    const auto ending = run(files, pace);
    ASSERT_TRUE(ending) << ending.error().message;
    const auto live = state;
    const auto again = replayed(files);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(again->identical()) << again->difference;
    const Told told = told_in(files);
    EXPECT_EQ(told.failed, told.recovered);
    unsent += told.unsent;
    lived_through += told.failed;
    if (told.failed != 0) {
      EXPECT_GT(pace.by_disk, 0U);
      EXPECT_THAT(pace.cause, testing::HasSubstr("No space left"));
    }
    EXPECT_FALSE(pace.last.status.by_disk);
    // A later process goes through all of it once more, with its venue.
    test::remove_snapshots(files);
    const auto repeated = run(files);
    ASSERT_TRUE(repeated) << repeated.error().message;
    EXPECT_EQ(state, live);
  }
  EXPECT_GT(lived_through, 5U);
  EXPECT_GT(unsent, 0U) << "no order was on its way when the disk was full";
}

TEST_F(PaperSessionDisk, ARunThatDiesMeanwhileIsGoneOnFromWhatWasRecorded) {
  SimulatedFileSystem whole;
  ASSERT_TRUE(run(whole));
  const auto expected = test::decisions(whole);
  SimulatedFileSystem files;
  FailingPace pace(files, 60, UINT64_MAX);
  const auto ending = run(files, pace);
  ASSERT_FALSE(ending);
  EXPECT_EQ(ending.error().kind, ErrorKind::no_space);
  files.restart(journal::Loss::all);
  ASSERT_TRUE(run(files));
  EXPECT_EQ(test::decisions(files), expected) << "nothing of what was not recorded has happened";
}

TEST_F(PaperSessionDisk, AMarketThatNobodyWaitsForStandsStill) {
  SimulatedFileSystem files;
  FailingPace pace(files, 40, UINT64_MAX);
  pace.stands = true;
  ASSERT_TRUE(run(files, pace));
  EXPECT_GE(pace.stood, 5U);
  EXPECT_LE(pace.stood, 8U) << "it goes on as soon as there is room";
  EXPECT_EQ(told_in(files).recovered, 1U);
}

}  // namespace
}  // namespace kontor::session
