#include "net/rate_budget_shared.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <csignal>
#include <filesystem>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/prng.hpp"
#include "net/rate_budget_test_support.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::net {
namespace {

using kontor::test::TemporaryFolder;
using test::is_granted;
using test::refusal_of;
using test::wait_of;

constexpr TimeNs kSharedStart = 1'735'689'617 * kSecond;
const std::vector<RateCost> kOneOfBoth{{0, 1}, {1, 1}};

SharedRateBudget::Options shared_options(const TemporaryFolder& folder) {
  return {.folder = folder / "rate",
          .venue = "binance-spot",
          .keys = {.ip = "default", .account = "main"},
          .rules = {{.name = "weight_1m", .limit = 100},
                    {.name = "orders_10s",
                     .scope = RateScope::account,
                     .kind = RateKind::orders,
                     .interval_ns = 10 * kSecond,
                     .limit = 50}},
          .clock = nullptr};
}

std::unique_ptr<SharedRateBudget> opened(const SharedRateBudget::Options& options,
                                         TimeNs now = kSharedStart) {
  auto budget = SharedRateBudget::open(options, now);
  EXPECT_TRUE(budget) << budget.error().message;
  return budget ? *std::move(budget) : nullptr;
}

std::vector<std::filesystem::path> bucket_files(const TemporaryFolder& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "rate"))
    paths.push_back(entry.path());
  std::ranges::sort(paths);
  return paths;
}

/// Runs `work` in a process of its own; its exit status, or minus the signal that ended it.
template <class Work>
int in_child(Work work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(SharedRateBudget, OptionsThatNameNothingAreRefused) {
  const TemporaryFolder folder;
  const auto with = [&](auto change) {
    auto options = shared_options(folder);
    change(options);
    return SharedRateBudget::open(options, kSharedStart).error().kind;
  };
  using Options = SharedRateBudget::Options;
  EXPECT_EQ(with([](Options& options) { options.venue = "../etc"; }), ErrorKind::usage);
  EXPECT_EQ(with([](Options& options) { options.venue.clear(); }), ErrorKind::usage);
  EXPECT_EQ(with([](Options& options) { options.keys.account.clear(); }), ErrorKind::usage);
  EXPECT_EQ(with([](Options& options) { options.rules.clear(); }), ErrorKind::usage);
  EXPECT_EQ(with([](Options& options) { options.folder = "/proc/nowhere/rate"; }), ErrorKind::io);
}

TEST(SharedRateBudget, StartsUsedUpInFilesOfOurOwnThatNameNoKey) {
  const TemporaryFolder folder;
  auto options = shared_options(folder);
  options.keys.account = "alpha-secret";
  const auto budget = opened(options);
  EXPECT_GT(wait_of(budget->acquire(kSharedStart, RateLane::cancel, kOneOfBoth)), kSharedStart + kMinute);
  EXPECT_TRUE(is_granted(budget->acquire(kSharedStart + (2 * kMinute), RateLane::cancel, kOneOfBoth)));
  const auto files = bucket_files(folder);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_TRUE(files[0].filename().string().starts_with("binance-spot-account-"));
  EXPECT_TRUE(files[1].filename().string().starts_with("binance-spot-ip-"));
  for (const auto& file : files) {
    EXPECT_EQ(file.string().find("alpha"), std::string::npos);
    EXPECT_EQ(std::filesystem::status(file).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
}

TEST(SharedRateBudget, TwoShareWhatTheyTakeAndObserve) {
  const TemporaryFolder folder;
  const auto first = opened(shared_options(folder));
  const auto second = opened(shared_options(folder));
  const TimeNs now = kSharedStart + (2 * kMinute);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(is_granted(first->acquire(now, RateLane::new_order, kOneOfBoth)));
    ASSERT_TRUE(is_granted(second->acquire(now, RateLane::new_order, kOneOfBoth)));
  }
  EXPECT_GT(wait_of(first->acquire(now, RateLane::new_order, kOneOfBoth)), now) << "40 of 50 orders";
  EXPECT_EQ(first->usage(now, 0)->used, 40U);
  EXPECT_EQ(second->usage(now, 1)->throttled_total, 1U);
  EXPECT_TRUE(second->observe(now, 0, {.used = 90, .asked_at = now}));
  EXPECT_EQ(first->usage(now, 0)->used, 130U) << "none of the forty need have arrived";
}

TEST(SharedRateBudget, AccountsHaveTheirOwnAndShareTheAddress) {
  const TemporaryFolder folder;
  auto options = shared_options(folder);
  const auto alpha = opened(options);
  options.keys.account = "beta";
  const auto beta = opened(options);
  const TimeNs now = kSharedStart + (2 * kMinute);
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(is_granted(alpha->acquire(now, RateLane::new_order, kOneOfBoth)));
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(is_granted(beta->acquire(now, RateLane::new_order, kOneOfBoth)));
  EXPECT_EQ(alpha->usage(now, 1)->used, 40U);
  EXPECT_EQ(beta->usage(now, 0)->used, 80U);
  EXPECT_GT(wait_of(beta->acquire(now, RateLane::sync, std::vector<RateCost>{{0, 1}})), now);
  EXPECT_TRUE(alpha->pause_until(now, {.until = now + kHour, .reason = RatePauseReason::banned}));
  EXPECT_EQ(wait_of(beta->acquire(now, RateLane::emergency_cancel, kOneOfBoth)), now + kHour);
  EXPECT_EQ(beta->pause(now).reason, RatePauseReason::banned);
  EXPECT_EQ(beta->pause(now + kHour).reason, RatePauseReason::none);
}

TEST(SharedRateBudget, WhatWasCountedIsKnownAfterARestart) {
  const TemporaryFolder folder;
  const TimeNs now = kSharedStart + (2 * kMinute);
  {
    const auto budget = opened(shared_options(folder));
    for (int i = 0; i < 30; ++i) ASSERT_TRUE(is_granted(budget->acquire(now, RateLane::cancel, kOneOfBoth)));
    EXPECT_TRUE(budget->pause_until(now, {.until = now + kSecond, .reason = RatePauseReason::throttled}));
  }
  const auto budget = opened(shared_options(folder), now);
  EXPECT_EQ(budget->usage(now, 0)->used, 30U);
  EXPECT_EQ(wait_of(budget->acquire(now, RateLane::cancel, kOneOfBoth)), now + kSecond);
  EXPECT_TRUE(is_granted(budget->acquire(now + kSecond, RateLane::cancel, kOneOfBoth)));
}

TEST(SharedRateBudget, TheStricterLimitHoldsWhileSeveralHaveItAndOursWhenWeAreAlone) {
  const TemporaryFolder folder;
  auto options = shared_options(folder);
  {
    const auto wide = opened(options);
    options.rules[0].limit = 60;
    const auto strict = opened(options);
    EXPECT_EQ(wide->usage(kSharedStart, 0)->limit, 60U);
    options.rules[0].limit = 100;
    const auto again = opened(options);
    EXPECT_EQ(again->usage(kSharedStart, 0)->limit, 60U);
    EXPECT_TRUE(again->set_limit(kSharedStart, 0, 70)) << "what the venue publishes";
    EXPECT_EQ(wide->usage(kSharedStart, 0)->limit, 70U);
  }
  EXPECT_EQ(opened(options)->usage(kSharedStart, 0)->limit, 100U);
}

TEST(SharedRateBudget, ARuleThatComesLaterStartsUsedUpAndTheOthersGoOn) {
  const TemporaryFolder folder;
  auto options = shared_options(folder);
  const auto first = opened(options);
  const TimeNs now = kSharedStart + kHour;
  ASSERT_TRUE(is_granted(first->acquire(now, RateLane::sync, kOneOfBoth)));
  options.rules.insert(options.rules.begin(), {.name = "requests", .kind = RateKind::requests, .limit = 10});
  const auto second = opened(options, now);
  EXPECT_EQ(second->usage(now, 0)->used, 10U);
  EXPECT_EQ(second->usage(now, 1)->used, 1U);
  EXPECT_EQ(second->usage(now, 2)->used, 1U);
}

TEST(SharedRateBudget, MoreRulesThanAFileHoldsAreRefused) {
  const TemporaryFolder folder;
  auto options = shared_options(folder);
  const auto first = opened(options);
  options.rules.clear();
  for (std::size_t i = 0; i < RateBudgetFile::kMostBuckets; ++i)
    options.rules.push_back({.name = "rule" + std::to_string(i), .limit = 1});
  EXPECT_EQ(SharedRateBudget::open(options, kSharedStart).error().kind, ErrorKind::usage);
}

TEST(SharedRateBudget, AHolderWhoDiesWithTheLockLeavesAllUsedUp) {
  const TemporaryFolder folder;
  auto options = shared_options(folder);
  const auto survivor = opened(options);
  const TimeNs now = kSharedStart + kHour;
  ASSERT_TRUE(is_granted(survivor->acquire(now, RateLane::emergency_cancel, kOneOfBoth)));
  const auto path = bucket_files(folder).back();
  const int status = in_child([&] {
    RateBudgetFile::Request request{
        .path = path, .rules = {options.rules[0]}, .time_base = RateBudgetFile::TimeBase::caller};
    auto file = RateBudgetFile::open(request, now);
    if (!file || !file->lock(now)) return 1;
    file->bucket(0, now)->take(RateLane::cancel, 1);  // and never sealed
    return ::raise(SIGKILL);
  });
  ASSERT_EQ(status, -SIGKILL);
  EXPECT_GT(wait_of(survivor->acquire(now, RateLane::cancel, kOneOfBoth)), now + kMinute);
  EXPECT_EQ(survivor->usage(now, 0)->used, 100U);
  EXPECT_EQ(survivor->usage(now, 1)->used, 1U) << "the other file was not touched";
  EXPECT_TRUE(is_granted(survivor->acquire(now + (2 * kMinute), RateLane::cancel, kOneOfBoth)));
}

TEST(SharedRateBudget, AHolderWhoDiesBetweenChangesLeavesWhatWasCountedAndTheAssumption) {
  const TemporaryFolder folder;
  auto options = shared_options(folder);
  const auto survivor = opened(options);
  const TimeNs now = kSharedStart + kHour;
  for (int i = 0; i < 45; ++i) ASSERT_TRUE(is_granted(survivor->acquire(now, RateLane::cancel, kOneOfBoth)));
  const auto path = bucket_files(folder).back();
  ASSERT_EQ(in_child([&] {
              RateBudgetFile::Request request{
                  .path = path, .rules = {options.rules[0]}, .time_base = RateBudgetFile::TimeBase::caller};
              auto file = RateBudgetFile::open(request, now);
              return file && file->lock(now) ? ::raise(SIGKILL) : 1;
            }),
            -SIGKILL);
  EXPECT_GT(wait_of(survivor->acquire(now, RateLane::cancel, std::vector<RateCost>{{0, 1}})), now);
  EXPECT_EQ(survivor->usage(now, 0)->used, 145U);
  const std::vector<RateCost> rest{{0, 55}};
  const std::vector<RateCost> more{{0, 1}};
  EXPECT_TRUE(is_granted(survivor->acquire(now, RateLane::emergency_cancel, rest)));
  EXPECT_FALSE(is_granted(survivor->acquire(now, RateLane::emergency_cancel, more)));
}

TEST(SharedRateBudget, ALastHolderWhoDiesWithTheLockLeavesAllUsedUp) {
  const TemporaryFolder folder;
  const auto options = shared_options(folder);
  const TimeNs now = kSharedStart + kHour;
  ASSERT_TRUE(is_granted(opened(options)->acquire(now, RateLane::cancel, kOneOfBoth)));
  const auto path = bucket_files(folder).back();
  ASSERT_EQ(in_child([&] {
              RateBudgetFile::Request request{
                  .path = path, .rules = {options.rules[0]}, .time_base = RateBudgetFile::TimeBase::caller};
              auto file = RateBudgetFile::open(request, now);
              return file && file->lock(now) ? ::raise(SIGKILL) : 1;
            }),
            -SIGKILL);
  const auto budget = opened(options, now);
  EXPECT_EQ(budget->usage(now, 0)->used, 100U);
  EXPECT_EQ(budget->usage(now, 1)->used, 1U);
}

TEST(SharedRateBudget, ALockThatNobodyGivesBackRefusesInsteadOfHanging) {
  const TemporaryFolder folder;
  const auto options = shared_options(folder);
  const auto budget = opened(options);
  RateBudgetFile::Request request{.path = bucket_files(folder).back(),
                                  .rules = {options.rules[0]},
                                  .time_base = RateBudgetFile::TimeBase::caller};
  auto file = RateBudgetFile::open(request, kSharedStart);
  ASSERT_TRUE(file);
  const TimeNs now = kSharedStart + kHour;
  ASSERT_TRUE(file->lock(now));
  // Another thread, as another process would be: the lock is not its own.
  std::thread other([&] {
    EXPECT_EQ(refusal_of(budget->acquire(now, RateLane::emergency_cancel, kOneOfBoth)),
              RateRefusal::unavailable);
    EXPECT_FALSE(budget->pause_until(now, {.until = now + kMinute, .reason = RatePauseReason::banned}));
    EXPECT_EQ(budget->pause(now).until, now + kMinute) << "we know it at least";
  });
  other.join();
  file->unlock();
  EXPECT_EQ(wait_of(budget->acquire(now, RateLane::cancel, kOneOfBoth)), now + kMinute);
  EXPECT_EQ(opened(options)->pause(now).reason, RatePauseReason::banned) << "and pass it on when we can";
}

TEST(SharedRateBudget, EveryDamagedByteLeavesWhatWasKnownOrAllUsedUp) {
  const TemporaryFolder folder;
  const auto options = shared_options(folder);
  const TimeNs now = kSharedStart + kHour;
  ASSERT_TRUE(is_granted(opened(options)->acquire(now, RateLane::cancel, kOneOfBoth)));
  const auto path = bucket_files(folder).back();
  const std::string whole = kontor::test::read_file(path);
  std::size_t noticed = 0;
  for (std::size_t at = 0; at < 1'000; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    kontor::test::write_file(path, damaged);
    const auto budget = opened(options, now);
    const std::uint64_t used = budget->usage(now, 0)->used;
    ASSERT_TRUE(used == 1 || used == 100) << at << ": " << used;
    const bool is_silent = wait_of(budget->acquire(now, RateLane::cancel, kOneOfBoth)) != 0;
    noticed += used == 100 || is_silent ? 1U : 0U;
  }
  EXPECT_GT(noticed, 500U) << "header, rule and bucket have more bytes than that";
}

TEST(SharedRateBudget, OtherFilesAreReplacedByOneThatIsUsedUp) {
  const TemporaryFolder folder;
  const auto options = shared_options(folder);
  const TimeNs now = kSharedStart + kHour;
  ASSERT_TRUE(is_granted(opened(options)->acquire(now, RateLane::cancel, kOneOfBoth)));
  const auto path = bucket_files(folder).back();
  const std::string whole = kontor::test::read_file(path);
  std::string newer = whole;
  newer[8] = 2;  // the version
  for (const std::string& content :
       {newer, std::string{}, std::string("something else"), whole.substr(0, 500), whole + "more",
        std::string(whole.size(), '\0'), std::string(whole.size(), '\xFF')}) {
    kontor::test::write_file(path, content);
    const auto budget = opened(options, now);
    EXPECT_EQ(budget->usage(now, 0)->used, 100U);
    EXPECT_TRUE(is_granted(budget->acquire(now + (2 * kMinute), RateLane::cancel, kOneOfBoth)));
  }
}

TEST(SharedRateBudget, AFileThatAnotherVersionHasOpenIsLeftAlone) {
  const TemporaryFolder folder;
  auto options = shared_options(folder);
  const auto other = opened(options);
  options.clock = &machine_time;
  const auto refused = SharedRateBudget::open(options, kSharedStart);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::io);
  EXPECT_NE(refused.error().message.find("another clock"), std::string::npos) << refused.error().message;
}

TEST(SharedRateBudget, ALinkInPlaceOfTheFileIsRefused) {
  const TemporaryFolder folder;
  const auto options = shared_options(folder);
  opened(options).reset();
  const auto path = bucket_files(folder).back();
  std::filesystem::remove(path);
  std::filesystem::create_symlink(folder / "elsewhere", path);
  EXPECT_EQ(SharedRateBudget::open(options, kSharedStart).error().kind, ErrorKind::io);
}

TEST(SharedRateBudget, AWallClockThatIsSetChangesNothing) {
  const TemporaryFolder folder;
  static TimeNs machine = 0;
  machine = kHour;
  auto options = shared_options(folder);
  options.clock = []() noexcept { return machine; };
  const auto budget = opened(options);
  machine += 2 * kMinute;
  const std::vector<RateCost> all{{0, 100}};
  ASSERT_TRUE(is_granted(budget->acquire(kSharedStart, RateLane::cancel, all)));
  const TimeNs wait = wait_of(budget->acquire(kSharedStart, RateLane::cancel, all)) - kSharedStart;
  EXPECT_EQ(wait_of(budget->acquire(kSharedStart + kDay, RateLane::cancel, all)), kSharedStart + kDay + wait);
  EXPECT_EQ(wait_of(budget->acquire(kSharedStart - kDay, RateLane::cancel, all)), kSharedStart - kDay + wait);
  EXPECT_TRUE(
      budget->pause_until(kSharedStart, {.until = kSharedStart + kHour, .reason = RatePauseReason::banned}));
  machine += wait;
  EXPECT_EQ(wait_of(budget->acquire(kSharedStart + kDay, RateLane::cancel, all)),
            kSharedStart + kDay + kHour - wait);
}

/// A grant between two looks at the clock.
struct Witnessed {
  TimeNs before = 0;
  TimeNs after = 0;
  std::uint32_t cost = 0;
  std::uint32_t child = 0;
};

/// What children write down for their parent.
struct Notes {
  static constexpr std::size_t kMost = 4'000;
  std::atomic<std::size_t> size{0};
  std::atomic<std::uint32_t> failures{0};
  std::array<Witnessed, kMost> entries{};
};

/// The most that one span of this length surely held.
std::uint64_t most_surely_in_span(std::span<const Witnessed> entries, DurationNs span) {
  std::uint64_t most = 0;
  for (const Witnessed& first : entries) {
    std::uint64_t sum = 0;
    for (const Witnessed& one : entries) {
      if (one.before >= first.before && one.after <= first.before + span) sum += one.cost;
    }
    most = std::max(most, sum);
  }
  return most;
}

/// Asks as fast as it can, by a wall clock that is being set all the time.
int hammer(const SharedRateBudget::Options& options, Notes& notes, std::uint32_t child, TimeNs until) {
  auto budget = SharedRateBudget::open(options, kSharedStart);
  if (!budget) return 1;
  Prng prng(child + 1);
  while (machine_time() < until) {
    const auto wall = static_cast<TimeNs>(prng.below(static_cast<std::uint64_t>(kDay)));
    const auto lane = static_cast<RateLane>(prng.below(kRateLanes));
    const auto cost = static_cast<std::uint32_t>(1 + prng.below(3));
    const std::vector<RateCost> costs{{0, cost}, {1, 1}};
    const TimeNs before = machine_time();
    const RateOutcome outcome = (*budget)->acquire(wall, lane, costs);
    if (refusal_of(outcome)) ++notes.failures;
    if (!is_granted(outcome)) continue;
    const std::size_t entry = notes.size++;
    if (entry >= Notes::kMost) return 2;
    notes.entries[entry] = {.before = before, .after = machine_time(), .cost = cost, .child = child};
  }
  return 0;
}

TEST(SharedRateBudget, FiveProcessesTogetherStayWithinTheLimit) {
  constexpr std::uint32_t kChildren = 5;
  constexpr DurationNs kInterval = 200 * kMillisecond;
  const TemporaryFolder folder;
  auto options = shared_options(folder);
  options.clock = &machine_time;
  options.rules = {{.name = "weight", .interval_ns = kInterval, .limit = 60, .travel_ns = 10 * kMillisecond},
                   {.name = "orders",
                    .scope = RateScope::account,
                    .kind = RateKind::orders,
                    .interval_ns = 2 * kInterval,
                    .limit = 50,
                    .travel_ns = 0}};
  void* memory = ::mmap(nullptr, sizeof(Notes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto& notes = *new (memory) Notes;
  const TimeNs until = machine_time() + (2 * kSecond);
  std::array<pid_t, kChildren> children{};
  for (std::uint32_t child = 0; child < kChildren; ++child) {
    children[child] = ::fork();
    if (children[child] == 0) ::_exit(hammer(options, notes, child, until));
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
  const auto entries = std::span(notes.entries).first(notes.size);
  EXPECT_LE(most_surely_in_span(entries, kInterval), 60U);
  std::vector<Witnessed> orders(entries.begin(), entries.end());
  for (Witnessed& order : orders) order.cost = 1;
  EXPECT_LE(most_surely_in_span(orders, 2 * kInterval), 50U);
  EXPECT_GT(entries.size(), 80U) << "more than one window's worth was granted";
  std::uint32_t served = 0;
  for (const auto& one : entries) served |= 1U << one.child;
  EXPECT_GT(std::popcount(served), 1) << "by more than one process";
  // Five processes on a busy machine may make one of them wait too long for the lock; not as a rule.
  EXPECT_LT(notes.failures, 100U);
  ::munmap(memory, sizeof(Notes));
}

TEST(SharedRateBudget, ProcessesThatAreKilledAtAnyTimeNeverLetTheOthersExceedTheLimit) {
  const TemporaryFolder folder;
  auto options = shared_options(folder);
  options.clock = &machine_time;
  options.rules = {{.name = "weight", .interval_ns = 10 * kMillisecond, .limit = 50, .travel_ns = 0}};
  const std::vector<RateCost> one{{0, 1}};
  const auto survivor = opened(options);
  Prng prng(7);
  std::vector<Witnessed> sent;
  for (int round = 0; round < 40; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      auto budget = SharedRateBudget::open(options, kSharedStart);
      // Now and then it is outside, or it would always die with the lock and leave nothing to be granted.
      while (budget) {
        static_cast<void>((*budget)->acquire(kSharedStart, RateLane::market_data, one));
        if (prng.below(8) == 0) ::usleep(100);
      }
      ::_exit(1);
    }
    const TimeNs until =
        machine_time() + (20 * kMillisecond) + static_cast<DurationNs>(prng.below(5'000'000));
    while (machine_time() < until) {
      const TimeNs before = machine_time();
      const RateOutcome outcome = survivor->acquire(kSharedStart, RateLane::cancel, one);
      EXPECT_NE(refusal_of(outcome), RateRefusal::exceeds_capacity);
      if (is_granted(outcome))
        sent.push_back({.before = before, .after = machine_time(), .cost = 1, .child = 0});
    }
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
  }
  EXPECT_GT(sent.size(), 100U) << "or nothing was tried";
  EXPECT_LE(most_surely_in_span(sent, 10 * kMillisecond), 50U);
  const TimeNs until = machine_time() + (5 * kSecond);
  RateOutcome last = Refused{};
  while (!is_granted(last) && machine_time() < until)
    last = survivor->acquire(kSharedStart, RateLane::new_order, one);
  EXPECT_TRUE(is_granted(last)) << "they go on: refused "
                                << static_cast<int>(refusal_of(last).value_or(RateRefusal{255})) << ", waits "
                                << wait_of(last) - kSharedStart << " ns";
}

}  // namespace
}  // namespace kontor::net
