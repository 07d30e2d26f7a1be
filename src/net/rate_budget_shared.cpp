#include "net/rate_budget_shared.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>
#include <time.h>

#include "base/int128.hpp"
#include "base/sha256.hpp"

namespace kontor::net {
namespace {

constexpr mode_t kRateFolderMode = 0700;
constexpr std::size_t kHashDigits = 16;
constexpr std::size_t kLongestVenue = 64;

constexpr std::string_view scope_name(RateScope scope) noexcept {
  switch (scope) {
    case RateScope::ip: return "ip";
    case RateScope::account: return "account";
    case RateScope::symbol: return "symbol";
  }
  return "ip";
}

const std::string& key_of(const SharedRateBudget::Keys& keys, RateScope scope) noexcept {
  switch (scope) {
    case RateScope::ip: return keys.ip;
    case RateScope::account: return keys.account;
    case RateScope::symbol: return keys.symbol;
  }
  return keys.ip;
}

/// Between words of the caller's clock and of the files': what is added, without an overflow.
TimeNs shifted(TimeNs time, TimeNs from, TimeNs to) noexcept {
  const int128 moved = static_cast<int128>(time) - from + to;
  return static_cast<TimeNs>(std::clamp<int128>(moved, kTimeMin, kTimeMax));
}

bool is_pause(const RatePause& pause) noexcept { return pause.reason != RatePauseReason::none; }

Result<void> check_venue(std::string_view venue) {
  const bool plain = std::ranges::all_of(venue, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (plain && !venue.empty() && venue.size() <= kLongestVenue) return {};
  return fail(
      ErrorKind::usage,
      fmt::format("rate budget: expected a venue's name of letters, digits, - and _, found \"{}\"", venue));
}

Result<void> make_rate_folder(const std::filesystem::path& folder) {
  std::error_code error;
  const auto parent = folder.parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  if (::mkdir(folder.c_str(), kRateFolderMode) == 0 || errno == EEXIST) return {};
  return fail(
      errno == ENOSPC ? ErrorKind::no_space : ErrorKind::io,
      fmt::format("cannot make the folder {}: {}", folder.string(), std::generic_category().message(errno)));
}

}  // namespace

TimeNs machine_time() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return (now.tv_sec * kSecond) + now.tv_nsec;
}

/// Holds all files, always taken in the same order so that nobody waits for each other.
class SharedRateBudget::Lock {
 public:
  Lock(SharedRateBudget& budget, TimeNs now) noexcept : files_(budget.files_) {
    for (; held_ < files_.size(); ++held_) {
      auto& file = files_[held_];
      if (file && !file->lock(budget.time_at(now))) return;
    }
    time_ = budget.time_at(now);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock() {
    while (held_ > 0) {
      if (auto& file = files_[--held_]) file->unlock();
    }
  }
  [[nodiscard]] explicit operator bool() const noexcept { return held_ == files_.size(); }
  [[nodiscard]] TimeNs time() const noexcept { return time_; }

 private:
  std::array<std::optional<RateBudgetFile>, kRateScopes>& files_;
  std::size_t held_ = 0;
  TimeNs time_ = 0;
};

Result<std::unique_ptr<SharedRateBudget>> SharedRateBudget::open(Options options, TimeNs now) {
  TRY_VOID(check_rate_rules(options.rules));
  TRY_VOID(check_venue(options.venue));
  TRY_VOID(make_rate_folder(options.folder));
  std::unique_ptr<SharedRateBudget> budget(new SharedRateBudget());
  budget->clock_ = options.clock;
  budget->places_.resize(options.rules.size());
  for (const RateScope scope : {RateScope::ip, RateScope::account, RateScope::symbol})
    TRY_VOID(budget->open_scope(options, scope, now));
  return budget;
}

Result<void> SharedRateBudget::open_scope(const Options& options, RateScope scope, TimeNs now) {
  RateBudgetFile::Request request;
  for (std::size_t i = 0; i < options.rules.size(); ++i) {
    if (options.rules[i].scope != scope) continue;
    places_[i] = {.scope = static_cast<std::size_t>(scope), .rule = request.rules.size()};
    request.rules.push_back(options.rules[i]);
  }
  if (request.rules.empty()) return {};
  const std::string& key = key_of(options.keys, scope);
  if (key.empty()) {
    return fail(ErrorKind::usage,
                fmt::format("rate budget of {}: expected a key for the scope {} of rule {}, found none",
                            options.venue, scope_name(scope), request.rules.front().name));
  }
  const std::string hash = sha256_hex(fmt::format("{}\n{}\n{}", options.venue, scope_name(scope), key));
  request.path = options.folder / fmt::format("{}-{}-{}.bucket", options.venue, scope_name(scope),
                                              std::string_view(hash).substr(0, kHashDigits));
  using TimeBase = RateBudgetFile::TimeBase;
  request.time_base = clock_ == nullptr ? TimeBase::caller : TimeBase::machine;
  TRY(RateBudgetFile file, RateBudgetFile::open(request, time_at(now)));
  files_[static_cast<std::size_t>(scope)].emplace(std::move(file));
  return {};
}

RateBucket* SharedRateBudget::bucket(std::uint32_t rule, TimeNs time) noexcept {
  return files_[places_[rule].scope]->bucket(places_[rule].rule, time);
}

RatePause SharedRateBudget::own_pause() const noexcept {
  RatePause longest;
  for (const RatePauseReason reason : {RatePauseReason::throttled, RatePauseReason::banned}) {
    const TimeNs until = own_pauses_[static_cast<std::size_t>(reason)].load(std::memory_order_relaxed);
    if (until > longest.until) longest = {.until = until, .reason = reason};
  }
  return longest;
}

void SharedRateBudget::keep_own(const RatePause& pause) noexcept {
  auto& kept = own_pauses_[static_cast<std::size_t>(pause.reason)];
  TimeNs until = kept.load(std::memory_order_relaxed);
  while (until < pause.until && !kept.compare_exchange_weak(until, pause.until, std::memory_order_relaxed)) {
  }
}

RatePause SharedRateBudget::shared_pause(TimeNs time) noexcept {
  const RatePause own = own_pause();
  RatePause longest = own;
  for (auto& file : files_) {
    if (!file) continue;
    RatePauseState state = file->pause(time);
    const bool lasted = is_pause(state.pause());
    // Ours, too: the others may not have been told of it when it began.
    state.extend(time, own);
    // Written only while there is one: a death in the midst of it costs the others a pause of a minute.
    if (lasted || is_pause(state.pause())) {
      file->pause(time) = state;
      file->seal_pause();
    }
    if (state.pause().until > longest.until) longest = state.pause();
  }
  return longest.until > time ? longest : RatePause{};
}

RateOutcome SharedRateBudget::decide(TimeNs time, RateLane lane, std::span<const RateCost> costs) noexcept {
  std::array<RateDemand, RateBudget::kMostCosts> demands;
  for (std::size_t i = 0; i < costs.size(); ++i) {
    RateBucket* const one = bucket(costs[i].rule, time);
    if (one == nullptr) return Refused{RateRefusal::unavailable};
    demands[i] = {.bucket = one, .cost = costs[i].cost};
  }
  const RateOutcome outcome =
      decide_rate(time, lane, std::span(demands).first(costs.size()), shared_pause(time));
  for (const RateCost& cost : costs) seal(cost.rule);
  return outcome;
}

RateOutcome SharedRateBudget::acquire(TimeNs now, RateLane lane, std::span<const RateCost> costs) noexcept {
  RateCostSum sum;
  if (const auto refusal = sum.add(costs, places_.size())) return Refused{*refusal};
  const Lock lock(*this, now);
  if (!lock) return Refused{RateRefusal::unavailable};
  RateOutcome outcome = decide(lock.time(), lane, sum.costs());
  if (auto* wait = std::get_if<WaitUntil>(&outcome)) wait->time = shifted(wait->time, lock.time(), now);
  return outcome;
}

bool SharedRateBudget::observe(TimeNs now, std::uint32_t rule, const RateStatement& statement) noexcept {
  if (rule >= places_.size()) return false;
  const Lock lock(*this, now);
  RateBucket* const one = lock ? bucket(rule, lock.time()) : nullptr;
  if (one == nullptr) return false;
  RateStatement shared = statement;
  if (shared.asked_at != kTimeMin) shared.asked_at = shifted(shared.asked_at, now, lock.time());
  one->advance(lock.time());
  one->observe(shared);
  seal(rule);
  return true;
}

bool SharedRateBudget::pause_until(TimeNs now, const RatePause& pause) noexcept {
  if (pause.reason == RatePauseReason::none) return true;
  keep_own({.until = shifted(pause.until, now, time_at(now)), .reason = pause.reason});
  const Lock lock(*this, now);
  if (!lock) return false;
  for (auto& file : files_) {
    if (!file) continue;
    file->pause(lock.time())
        .extend(lock.time(), {.until = shifted(pause.until, now, lock.time()), .reason = pause.reason});
    file->seal_pause();
  }
  return true;
}

bool SharedRateBudget::set_limit(TimeNs now, std::uint32_t rule, std::uint32_t limit) noexcept {
  if (rule >= places_.size()) return false;
  const Lock lock(*this, now);
  RateBucket* const one = lock ? bucket(rule, lock.time()) : nullptr;
  if (one == nullptr) return false;
  one->advance(lock.time());
  one->set_limit(limit);
  files_[places_[rule].scope]->seal_limit(places_[rule].rule);
  return true;
}

std::optional<RateUsage> SharedRateBudget::usage(TimeNs now, std::uint32_t rule) noexcept {
  if (rule >= places_.size()) return std::nullopt;
  const Lock lock(*this, now);
  RateBucket* const one = lock ? bucket(rule, lock.time()) : nullptr;
  if (one == nullptr) return std::nullopt;
  one->advance(lock.time());
  const RateUsage usage = one->usage();
  seal(rule);
  return usage;
}

RatePause SharedRateBudget::pause(TimeNs now) noexcept {
  const Lock lock(*this, now);
  const TimeNs time = lock ? lock.time() : time_at(now);
  RatePause longest = lock ? shared_pause(time) : own_pause();
  if (longest.until <= time) return {};
  longest.until = shifted(longest.until, time, now);
  return longest;
}

}  // namespace kontor::net
