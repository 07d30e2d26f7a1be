#include "session/run_teller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/simulated_file_system.hpp"

namespace kontor::session {
namespace {

using testing::ElementsAre;

const std::string kToldFolder = "sessions/told";

/// A run without a market: only what it tells of itself.
class RunTellerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = SessionEvents::open(files, kToldFolder, identity, {});
    ASSERT_TRUE(opened) << opened.error().message;
    events.emplace(std::move(*opened));
    const auto open_writer = [this] {
      return journal::Writer::open(files, kToldFolder, identity, {}, {}, figures.now);
    };
    chronicle.emplace(std::nullopt, open_writer, &*events);
    teller.emplace(*chronicle, *events,
                   SessionAbout{"told", "none", "paper", "here", [this] { return wall; }},
                   [this] { return figures; });
  }
  /// Type, status and level of each event.
  [[nodiscard]] std::vector<std::string> told() {
    std::vector<std::string> lines;
    EXPECT_TRUE(chronicle->sync(figures.now));
    const auto read = for_each_event_line(
        files, kToldFolder, [&](std::string_view line, const EventPlace&) -> Result<void> {
          TRY(const auto event, parse_line(line));
          lines.push_back(std::string(name_of(event.type)) + " " + event.status + " " +
                          std::string(name_of(event.level)));
          last = event;
          return {};
        });
    EXPECT_TRUE(read) << read.error().message;
    return lines;
  }

  journal::SimulatedFileSystem files;
  journal::Identity identity{"kontor test", "told", "", "paper", 3, 1, {"c0ffee", ""}, {}};
  SessionFigures figures{kDay, kDay, Amount(), Amount(), kDay, 0};
  TimeNs wall = 1'700'000'000 * kSecond;
  std::optional<SessionEvents> events;
  std::optional<Chronicle> chronicle;
  std::optional<RunTeller> teller;
  LoggedEvent last;
};

TEST_F(RunTellerTest, TellsAnErrorBeforeItEnds) {
  ASSERT_TRUE(teller->begin(identity));
  ASSERT_TRUE(teller->trade(false));
  teller->fail({ErrorKind::internal, "books and venue disagree"});
  EXPECT_THAT(told(),
              ElementsAre("session_start STARTING info", "phase_start STARTING info",
                          "phase_end STARTING info", "phase_start STARTING info", "phase_end STARTING info",
                          "phase_start RUNNING info", "error FAILED error", "session_end FAILED error"));
  EXPECT_EQ(events->fold().status(), LifeState::failed);
  teller->fail({ErrorKind::internal, "again"});
  EXPECT_EQ(told().size(), 8U);
}

TEST_F(RunTellerTest, APhaseBeyondItsDeadlineIsAWarning) {
  ASSERT_TRUE(teller->begin(identity));
  wall += 29 * kSecond;
  ASSERT_TRUE(teller->beat());
  EXPECT_EQ(told().size(), 4U) << "no heartbeat before its time";
  wall += kSecond;
  ASSERT_TRUE(teller->beat());
  EXPECT_EQ(told().back(), "heartbeat STARTING info");
  wall += *deadline_of(Phase::warm_up);
  ASSERT_TRUE(teller->beat());
  EXPECT_EQ(told().back(), "heartbeat STARTING warning");
  ASSERT_TRUE(teller->trade(true));
  EXPECT_THAT(told(), testing::Contains("phase_end STARTING warning"));
  EXPECT_EQ(told().back(), "phase_start PAUSED info");
  ASSERT_TRUE(teller->pause(false));
  EXPECT_EQ(told().back(), "mode_switch RUNNING info");
  const auto count = told().size();
  ASSERT_TRUE(teller->pause(false));
  EXPECT_EQ(told().size(), count) << "twice is once";
}

}  // namespace
}  // namespace kontor::session
