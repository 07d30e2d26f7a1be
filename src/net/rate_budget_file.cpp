#include "net/rate_budget_file.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <type_traits>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "net/rate_budget_layout.hpp"

namespace kontor::net {
namespace {

constexpr mode_t kRateFileMode = 0600;  // who may write it may stop the trading
constexpr DurationNs kLongestLockWait = 50 * kMillisecond;
constexpr DurationNs kBetweenTries = 10 * kMillisecond;
constexpr int kOpenTries = 150;
/// Of a pause that cannot be read: as long as most venues' windows.
constexpr DurationNs kUnknownPause = kMinute;

std::unexpected<Error> rate_file_error(std::string_view doing, const std::filesystem::path& path, int code) {
  const bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
  return fail(full ? ErrorKind::no_space : ErrorKind::io,
              fmt::format("cannot {} {}: {}", doing, path.string(), std::generic_category().message(code)));
}

timespec timespec_of(DurationNs duration) noexcept {
  return {.tv_sec = static_cast<time_t>(duration / kSecond),
          .tv_nsec = static_cast<long>(duration % kSecond)};
}

timespec lock_deadline() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return timespec_of((now.tv_sec * kSecond) + now.tv_nsec + kLongestLockWait);
}

/// A regular file of our own that nobody else may read or write.
Result<void> check_ownership(int descriptor, const std::filesystem::path& path) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return rate_file_error("look at", path, errno);
  if (!S_ISREG(status.st_mode) || status.st_uid != ::geteuid()) {
    return fail(ErrorKind::io, fmt::format("{}: expected a file of user {}, found one of user {}",
                                           path.string(), ::geteuid(), status.st_uid));
  }
  if ((status.st_mode & 0777U) != kRateFileMode && ::fchmod(descriptor, kRateFileMode) != 0)
    return rate_file_error("close to others", path, errno);
  return {};
}

/// False where the file was removed or replaced since it was opened.
bool is_at(int descriptor, const std::filesystem::path& path) noexcept {
  struct stat opened{};
  struct stat named{};
  return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

/// Gives the file its size with room on the disk for all of it: memory of a file without would be a trap.
Result<void> give_size(int descriptor, const std::filesystem::path& path, std::size_t size) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return rate_file_error("measure", path, errno);
  if (static_cast<std::size_t>(status.st_size) != size && ::ftruncate(descriptor, 0) != 0)
    return rate_file_error("cut", path, errno);
  if (const int error = ::posix_fallocate(descriptor, 0, static_cast<off_t>(size)); error != 0)
    return rate_file_error("give room to", path, error);
  return {};
}

bool has_size(int descriptor, std::size_t size) noexcept {
  struct stat status{};
  return ::fstat(descriptor, &status) == 0 && static_cast<std::size_t>(status.st_size) == size;
}

}  // namespace

RateBudgetFile::RateBudgetFile(RateBudgetFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      content_(std::exchange(other.content_, nullptr)),
      slots_(std::move(other.slots_)),
      identities_(std::move(other.identities_)) {}

RateBudgetFile::~RateBudgetFile() {
  if (content_ != nullptr) ::munmap(content_, sizeof(Content));
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<RateBudgetFile> RateBudgetFile::open(const Request& request, TimeNs now) {
  for (int tries = 0; tries < kOpenTries; ++tries) {
    TRY(std::optional<RateBudgetFile> file, try_open(request, now));
    if (file) return *std::move(file);
    const timespec pause = timespec_of(kBetweenTries);
    ::nanosleep(&pause, nullptr);
  }
  return fail(
      ErrorKind::io,
      fmt::format("{}: expected a rate budget that can be shared, found one that a program of another "
                  "version or with another clock has open; end that one first",
                  request.path.string()));
}

/// Who can lock the file for himself alone is the only one who has it open, and may put it right. From then
/// on everybody holds a shared lock for as long as he has it open. Between the two somebody else may come in:
/// then he has put it right, which does not hurt, since nothing has been counted yet.
Result<std::optional<RateBudgetFile>> RateBudgetFile::try_open(const Request& request, TimeNs now) {
  const int descriptor =
      ::open(request.path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, kRateFileMode);
  if (descriptor < 0) return rate_file_error("open", request.path, errno);
  RateBudgetFile file(descriptor, nullptr);
  TRY_VOID(check_ownership(descriptor, request.path));
  const bool alone = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
  if (!alone && ::flock(descriptor, LOCK_SH | LOCK_NB) != 0) return std::nullopt;
  if (!is_at(descriptor, request.path)) return std::nullopt;
  if (alone) TRY_VOID(give_size(descriptor, request.path, sizeof(Content)));
  if (!has_size(descriptor, sizeof(Content))) return std::nullopt;
  TRY_VOID(file.map(request.path));
  if (alone) {
    TRY_VOID(file.prepare_alone(request, now));
    if (::flock(descriptor, LOCK_SH | LOCK_NB) != 0) return std::nullopt;
  }
  TRY(const bool joined, file.join(request, now));
  if (!joined) return std::nullopt;
  return file;
}

Result<void> RateBudgetFile::map(const std::filesystem::path& path) {
  void* memory = ::mmap(nullptr, sizeof(Content), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
  if (memory == MAP_FAILED) return rate_file_error("map", path, errno);
  content_ = static_cast<Content*>(memory);
  return {};
}

/// Keeps what can be trusted of the rules asked for, and makes the rest anew.
Result<void> RateBudgetFile::prepare_alone(const Request& request, TimeNs now) {
  const auto expected = RateFileHeader::expected(request.time_base, sizeof(Content));
  const bool is_trusted = content_->has_header(expected) && expected.boot[0] != '\0' && content_->busy == 0;
  content_->header = RateFileHeader{.magic = 0};
  if (!is_trusted) {
    content_->slots.fill(RateSlot{});
    content_->pause = RatePauseState{};
    seal_pause();
  }
  for (RateSlot& slot : content_->slots) {
    const auto rule = std::ranges::find_if(request.rules, [&](const RateRule& one) {
      return slot.has_rule() && slot.identity == RateSlotRule::of(one).identity();
    });
    if (rule == request.rules.end())
      slot = RateSlot{};
    else if (slot.has_bucket())
      slot.set_terms(RateBucket::Terms::of(*rule));
    else
      slot.begin(RateSlotRule::of(*rule), now);
  }
  TRY_VOID(content_->make_mutex());
  content_->busy = 0;
  content_->header_checksum = rate_checksum(expected);
  content_->header = expected;
  return {};
}

/// False: the file is not what it should be.
Result<bool> RateBudgetFile::join(const Request& request, TimeNs now) {
  if (!content_->has_header(RateFileHeader::expected(request.time_base, sizeof(Content)))) return false;
  if (!lock(now)) return false;
  Result<void> placed;
  for (std::size_t i = 0; placed && i < request.rules.size(); ++i) placed = place(request.rules[i], now);
  unlock();
  if (!placed) return std::unexpected(std::move(placed).error());
  return true;
}

Result<void> RateBudgetFile::place(const RateRule& rule, TimeNs now) {
  const auto wanted = RateSlotRule::of(rule);
  const std::uint32_t identity = wanted.identity();
  auto slot = std::ranges::find_if(
      content_->slots, [&](const RateSlot& one) { return one.has_rule() && one.identity == identity; });
  if (slot == content_->slots.end()) {
    slot = std::ranges::find_if(content_->slots, [](const RateSlot& one) { return !one.has_rule(); });
    if (slot == content_->slots.end()) {
      return fail(ErrorKind::usage,
                  fmt::format("rate rule {}: expected at most {} rules of one scope, found more", rule.name,
                              kMostBuckets));
    }
    slot->begin(wanted, now);
  } else if (!slot->has_bucket()) {
    slot->begin(slot->rule, now);
  }
  slot->set_terms({.interval_ns = rule.interval_ns,
                   .travel_ns = std::max(rule.travel_ns, slot->rule.travel_ns),
                   .limit = std::min(rule.limit, slot->rule.limit)});
  slots_.push_back(static_cast<std::size_t>(slot - content_->slots.begin()));
  identities_.push_back(identity);
  return {};
}

bool RateBudgetFile::lock(TimeNs now) noexcept {
  int error = ::pthread_mutex_trylock(&content_->mutex);
  if (error == EBUSY) {
    const timespec deadline = lock_deadline();
    error = ::pthread_mutex_clocklock(&content_->mutex, CLOCK_MONOTONIC, &deadline);
  }
  if (error != 0 && error != EOWNERDEAD) return false;
  if (error == EOWNERDEAD) {
    distrust_all(now);
    ::pthread_mutex_consistent(&content_->mutex);
  }
  content_->busy = 1;
  return true;
}

void RateBudgetFile::unlock() noexcept {
  content_->busy = 0;
  ::pthread_mutex_unlock(&content_->mutex);
}

/// A bucket whose checksum is wrong starts anew when it is next asked for. A rule that was about to get other
/// figures is whole with the old as with the new.
void RateBudgetFile::distrust_all(TimeNs now) noexcept {
  for (RateSlot& slot : content_->slots) {
    if (!slot.has_rule() && slot.identity != 0 && slot.identity == slot.rule.identity()) slot.seal_rule();
    if (!slot.has_rule() || !slot.has_bucket()) continue;
    slot.bucket.distrust(now);
    slot.seal_bucket();
  }
}

RateBucket* RateBudgetFile::bucket(std::size_t rule, TimeNs now) noexcept {
  RateSlot& slot = content_->slots[slots_[rule]];
  if (slot.has_bucket() && slot.identity == identities_[rule]) return &slot.bucket;
  if (!slot.has_rule() || slot.rule.identity() != identities_[rule]) return nullptr;
  slot.begin(slot.rule, now);
  return &slot.bucket;
}

void RateBudgetFile::seal(std::size_t rule) noexcept { content_->slots[slots_[rule]].seal_bucket(); }

void RateBudgetFile::seal_limit(std::size_t rule) noexcept {
  RateSlot& slot = content_->slots[slots_[rule]];
  slot.rule.limit = slot.bucket.terms().limit;
  slot.seal_rule();
  slot.seal_bucket();
}

RatePauseState& RateBudgetFile::pause(TimeNs now) noexcept {
  if (rate_checksum(content_->pause) != content_->pause_checksum) {
    content_->pause = RatePauseState{};
    content_->pause.extend(now, {.until = now + kUnknownPause, .reason = RatePauseReason::throttled});
    seal_pause();
  }
  return content_->pause;
}

void RateBudgetFile::seal_pause() noexcept { content_->pause_checksum = rate_checksum(content_->pause); }

}  // namespace kontor::net
