#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/paper_session_test_support.hpp"

namespace kontor::session {
namespace {

using journal::Loss;
using journal::RecordType;
using journal::SimulatedFileSystem;
using simulation::test::FeedMix;
using simulation::test::RandomWorld;
using test::decisions;
using test::kSessionFolder;
using test::remove_snapshots;

using SettingsSessions = test::PaperSessionTest;

/// What the configuration in force is named after the journal's end.
std::string configuration_in_force(journal::FileSystem& files) {
  auto reader = journal::Reader::open(files, kSessionFolder);
  EXPECT_TRUE(reader);
  std::string hash = reader->first_manifest().identity.configuration.hash;
  std::vector<BookLevelChange> changes;
  for (auto record = reader->next(); record && *record != nullptr; record = reader->next()) {
    if ((*record)->type != RecordType::settings_changed) continue;
    hash = std::get<SettingsChanged>(journal::event_in(**record, changes)->body).configuration_hash;
  }
  return hash;
}

TEST_F(SettingsSessions, AChangeOfTheConfigurationIsPartOfThePast) {
  SimulatedFileSystem files;
  test::ChangingPace pace(3, 6, 150);
  const auto ending = run(files, pace);
  ASSERT_TRUE(ending) << ending.error().message;
  const std::string last = pace.wanted.rbegin()->second.configuration_hash;
  EXPECT_EQ(configuration_in_force(files), last);
  const auto report = replayed(files);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->identical()) << report->difference;
  SimulatedFileSystem undisturbed;
  ASSERT_TRUE(run(undisturbed));
  EXPECT_NE(decisions(files), decisions(undisturbed)) << "the changes must have mattered";
}

TEST_F(SettingsSessions, GoneOnAfterAChangeItHasTheChangedConfiguration) {
  for (const bool with_snapshots : {true, false}) {
    SimulatedFileSystem files;
    test::ChangingPace pace(4, 3, 60);
    snapshot_events = 40;
    pace.stop_at = 110;
    ASSERT_TRUE(run(files, pace));
    if (!with_snapshots) remove_snapshots(files);
    pace.stop_at = UINT64_MAX;
    pace.made = 0;
    pace.last = {};
    const auto ending = run(files, pace);
    ASSERT_TRUE(ending) << ending.error().message;
    EXPECT_EQ(pace.made, 0U) << "the file says what is in force already";
    auto reader = journal::Reader::open(files, kSessionFolder);
    while (reader && reader->next().value() != nullptr) continue;
    EXPECT_EQ(reader->manifest().identity.configuration.hash,
              pace.wanted.rbegin()->second.configuration_hash);
    EXPECT_TRUE(replayed(files)->identical()) << replayed(files)->difference;
  }
}

TEST_F(SettingsSessions, KilledAnywhereBetweenChangesItComesToTheSameConfiguration) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    SimulatedFileSystem whole;
    test::ChangingPace undisturbed(seed, 8, 140);
    ASSERT_TRUE(run(whole, undisturbed));
    const std::string expected = undisturbed.wanted.rbegin()->second.configuration_hash;
    const std::uint64_t steps = whole.steps();
    for (std::uint64_t at = 1; at < steps; at += steps / 25 + 1) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", killed at step " << at);
      SimulatedFileSystem files(at);
      files.crash_at(at);
      test::ChangingPace pace(seed, 8, 140);
      if (run(files, pace)) continue;
      files.restart(at % 3 == 0 ? Loss::all : at % 3 == 1 ? Loss::nothing : Loss::tail);
      const auto ending = run(files, pace);
      ASSERT_TRUE(ending) << ending.error().message;
      EXPECT_EQ(configuration_in_force(files), expected);
      const auto report = replayed(files);
      ASSERT_TRUE(report) << report.error().message;
      EXPECT_TRUE(report->identical()) << report->difference;
    }
  }
}

TEST_F(SettingsSessions, ARefusedConfigurationIsToldAndChangesNothing) {
  SimulatedFileSystem whole;
  ASSERT_TRUE(run(whole));
  SimulatedFileSystem files;
  test::RefusingPace pace;
  ASSERT_TRUE(run(files, pace));
  EXPECT_EQ(decisions(files), decisions(whole));
  const auto text = files.content(kSessionFolder + "/events/000001.jsonl");
  const std::string_view lines(reinterpret_cast<const char*>(text.data()), text.size());
  EXPECT_THAT(lines, testing::HasSubstr(R"("type":"config_refused")"));
  EXPECT_THAT(lines, testing::HasSubstr("a.toml:7: expected a number"));
}

TEST_F(SettingsSessions, AChangeIsToldWithItsKeys) {
  SimulatedFileSystem files;
  test::ChangingPace pace(3, 0, 1);
  auto& change = pace.wanted[20];
  change.configuration_hash = "decade";
  change.configuration = "other\n";
  change.changes = {{"risk.cooldown", "1h", "30m"}, {"strategy[0].fast", "", "7"}};
  ASSERT_TRUE(run(files, pace));
  const auto text = files.content(kSessionFolder + "/events/000001.jsonl");
  const std::string_view lines(reinterpret_cast<const char*>(text.data()), text.size());
  EXPECT_THAT(lines, testing::HasSubstr("risk.cooldown: 1h → 30m, strategy[0].fast: unset → 7"));
  EXPECT_EQ(pace.seen.settings.changes, 1U);
  EXPECT_EQ(pace.seen.configuration_hash, "decade");
  ASSERT_EQ(pace.seen.settings.last.size(), 2U);
  EXPECT_EQ(pace.seen.settings.last[0], "risk.cooldown: 1h → 30m");
}

}  // namespace
}  // namespace kontor::session
