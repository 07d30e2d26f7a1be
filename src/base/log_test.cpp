#include "base/log.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log_stream.hpp"
#include "tests/support/test_data.hpp"

namespace kontor {
namespace {

using test::TemporaryFolder;
using testing::HasSubstr;
using testing::Not;

/// A log in a folder of its own, with a console that keeps what it is shown.
class LogTest : public testing::Test {
 protected:
  void open(LogSettings settings = {}, std::size_t queue_records = Log::kQueueRecords) {
    Log::Surroundings surroundings;
    surroundings.origin = {"host", 42};
    surroundings.queue_records = queue_records;
    surroundings.console.write = [this](std::string_view text) {
      const std::lock_guard guard(mutex_);
      shown_ += text;
    };
    log_ = Log::open(folder_.path().string(), settings, std::move(surroundings)).value();
  }
  std::vector<LogEntry> entries() {
    log_->flush();
    LogStream stream(folder_.path());
    auto page = stream.follow(0, {}, 1'000'000);
    return page ? std::move(page->entries) : std::vector<LogEntry>();
  }
  std::string shown() {
    log_->flush();
    const std::lock_guard guard(mutex_);
    return shown_;
  }

  TemporaryFolder folder_;
  std::mutex mutex_;
  std::string shown_;
  std::unique_ptr<Log> log_;
};

TEST_F(LogTest, WritesWhatIsSaidWithItsFacts) {
  open();
  log_->info(LogComponent::control, "pause", {{"uid", 1000}, {"reason", std::string("lunch")}}, "run:3");
  const auto all = entries();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].seq, 1U);
  EXPECT_EQ(all[0].host, "host");
  EXPECT_EQ(all[0].pid, 42);
  EXPECT_GT(all[0].thread, 0U);
  EXPECT_EQ(all[0].component, "control");
  EXPECT_EQ(all[0].correlation, "run:3");
  EXPECT_EQ(all[0].fields[0], std::pair(std::string("uid"), std::string("1000")));
  EXPECT_EQ(shown(), "") << "below the console's level";
}

TEST_F(LogTest, LevelsHoldFromTheNextRecordOn) {
  open();
  log_->debug(LogComponent::risk, "no");
  ASSERT_TRUE(log_->set_level("risk=debug"));
  EXPECT_TRUE(log_->wants(LogLevel::debug, LogComponent::risk));
  log_->debug(LogComponent::risk, "yes");
  log_->debug(LogComponent::session, "no");
  ASSERT_TRUE(log_->set_level("off"));
  log_->critical(LogComponent::risk, "no");
  ASSERT_FALSE(log_->set_level("risk=loud"));
  const auto all = entries();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].message, "yes");
}

TEST_F(LogTest, TheConsoleShowsFromItsLevelOn) {
  open();
  log_->warning(LogComponent::risk, "look here", {{"at", 5}});
  EXPECT_THAT(shown(), HasSubstr("warning  risk           look here  at=5\n"));
  EXPECT_TRUE(log_->console_shows(LogLevel::warning));
  EXPECT_FALSE(log_->console_shows(LogLevel::info));
}

TEST_F(LogTest, NoSecretIsWrittenAnywhere) {
  open();
  log_->hide("canary-4711");
  log_->error(LogComponent::connection, "refused: api_key=abc123 canary-4711",
              {{"secret", "xyz"}, {"url", "wss://h/canary-4711"}}, "canary-4711");
  log_->error(LogComponent::connection, std::string(LogRecord::kMostText - 5, 'x') + "canary-4711");
  log_->flush();
  for (const auto& text : {test::read_file(folder_ / "kontor.log"), shown()}) {
    EXPECT_THAT(text, HasSubstr("[redacted]"));
    for (const auto* secret : {"canary", "abc123", "xyz"}) EXPECT_THAT(text, Not(HasSubstr(secret)));
  }
}

TEST_F(LogTest, ManyThreadsSpeakWhileLevelsChangeAndEveryRecordIsWrittenOrCounted) {
  constexpr int kThreads = 6;
  constexpr int kEach = 4'000;
  LogSettings settings;
  settings.levels = LogLevels(LogLevel::debug);
  settings.size = 100'000;
  settings.count = 100;
  open(settings, 64);
  std::atomic<std::uint64_t> said{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const auto level = static_cast<LogLevel>(i % 3);
        // Whatever the level is meanwhile, a warning is wanted: it is written or counted.
        if (level == LogLevel::warning) ++said;
        log_->write(level, LogComponent::session, "spoken", {}, fmt::format("thread:{}", t));
      }
    });
  }
  threads.emplace_back([&] {
    for (int i = 0; i < 500; ++i) {
      ASSERT_TRUE(log_->set_level(i % 2 == 0 ? "session=warning" : "debug"));
      log_->hide(fmt::format("secret-number-{}", i % 10));
      if (i % 50 == 0) {
        ASSERT_TRUE(log_->configure(log_->settings()));
      }
    }
  });
  for (auto& thread : threads) thread.join();
  std::uint64_t written = 0;
  std::uint64_t dropped = 0;
  std::uint64_t seq = 0;
  for (const auto& entry : entries()) {
    EXPECT_EQ(entry.seq, ++seq);
    if (entry.level == LogLevel::warning && entry.message == "spoken") ++written;
    for (const auto& [key, value] : entry.fields) {
      if (entry.component == "log" && key == "warning") dropped += std::stoull(value);
    }
  }
  EXPECT_EQ(written + dropped, said.load());
  EXPECT_GT(written, 0U);
}

/// Holds the writer up: its console does not return.
TEST_F(LogTest, WhatAFullQueueDropsIsCountedDebugFirst) {
  std::mutex gate;
  std::condition_variable entered;
  bool is_in = false;
  Log::Surroundings surroundings;
  surroundings.queue_records = 10;
  surroundings.console.write = [&](std::string_view) {
    {
      const std::lock_guard guard(mutex_);
      is_in = true;
    }
    entered.notify_all();
    const std::lock_guard guard(gate);
  };
  LogSettings settings;
  settings.levels = LogLevels(LogLevel::debug);
  std::unique_lock closed(gate);
  log_ = Log::open(folder_.path().string(), settings, std::move(surroundings)).value();
  log_->warning(LogComponent::log, "the writer is busy with this one");
  {
    std::unique_lock lock(mutex_);
    entered.wait(lock, [&] { return is_in; });
  }
  for (int i = 0; i < 8; ++i) log_->debug(LogComponent::session, "debug");
  for (int i = 0; i < 7; ++i) log_->info(LogComponent::session, "info");
  for (int i = 0; i < 6; ++i) log_->warning(LogComponent::session, "warning");
  closed.unlock();
  const auto all = entries();
  const auto count = [&](std::string_view message) {
    return std::ranges::count(all, message, &LogEntry::message);
  };
  EXPECT_EQ(count("debug"), 0);
  EXPECT_EQ(count("info"), 4);
  EXPECT_EQ(count("warning"), 6);
  const auto& last = all.back();
  EXPECT_EQ(last.component, "log");
  EXPECT_EQ(last.fields, (std::vector<std::pair<std::string, std::string>>{{"debug", "8"}, {"info", "3"}}));
}

TEST_F(LogTest, ADiskThatRefusesStopsNothingAndIsToldOnce) {
  std::filesystem::create_symlink("/dev/full", folder_ / "kontor.log");
  open();
  for (int i = 0; i < 3; ++i) {
    log_->info(LogComponent::session, "lost");
    log_->flush();
  }
  const auto text = shown();
  EXPECT_THAT(text, HasSubstr("the log cannot be written"));
  EXPECT_EQ(text.find("cannot"), text.rfind("cannot"));
}

TEST_F(LogTest, GoesOverToAnotherFolderAtRunTime) {
  open();
  log_->info(LogComponent::session, "here");
  LogSettings settings;
  settings.folder = (folder_ / "elsewhere").string();
  log_->flush();
  ASSERT_TRUE(log_->configure(settings));
  log_->info(LogComponent::session, "there");
  log_->flush();
  EXPECT_THAT(test::read_file(folder_ / "kontor.log"), Not(HasSubstr("there")));
  EXPECT_THAT(test::read_file(folder_.path() / "elsewhere" / "kontor.log"), HasSubstr("there"));
  settings.folder = "/dev/null/nowhere";
  EXPECT_FALSE(log_->configure(settings));
  log_->info(LogComponent::session, "still there");
  log_->flush();
  EXPECT_THAT(test::read_file(folder_.path() / "elsewhere" / "kontor.log"), HasSubstr("still there"));
}

TEST_F(LogTest, ARestartGoesOnWithItsNumbers) {
  open();
  log_->info(LogComponent::session, "one");
  log_.reset();
  open();
  log_->info(LogComponent::session, "two");
  const auto all = entries();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].seq, 2U);
}

TEST_F(LogTest, LongTextsAreCut) {
  open();
  log_->info(LogComponent::session, std::string(50'000, 'm'), {{"value", std::string(50'000, 'v')}});
  const auto all = entries();
  EXPECT_EQ(all[0].message.size(), LogRecord::kMostText + std::string_view("…").size());
  EXPECT_EQ(all[0].fields[0].second.size(), all[0].message.size());
}

TEST(Log, ASilentOneTakesEverythingAndKeepsNothing) {
  const auto log = Log::silent();
  log->critical(LogComponent::session, "nobody hears");
  EXPECT_FALSE(log->wants(LogLevel::critical, LogComponent::session));
  EXPECT_FALSE(log->console_shows(LogLevel::critical));
  log->flush();
}

}  // namespace
}  // namespace kontor
