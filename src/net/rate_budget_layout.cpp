#include "net/rate_budget_layout.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <system_error>

#include <fmt/format.h>

namespace kontor::net {
namespace {

static_assert(std::is_standard_layout_v<RateSlot> && std::is_trivially_copyable_v<RateSlot>);
static_assert(std::atomic<std::uint32_t>::is_always_lock_free, "it works between processes");

}  // namespace

RateSlotRule RateSlotRule::of(const RateRule& rule) noexcept {
  RateSlotRule slot{.interval_ns = rule.interval_ns,
                    .travel_ns = rule.travel_ns,
                    .limit = rule.limit,
                    .scope = rule.scope,
                    .kind = rule.kind};
  const std::size_t length = std::min(rule.name.size(), slot.name.size() - 1);
  std::copy_n(rule.name.begin(), length, slot.name.begin());
  return slot;
}

std::uint32_t RateSlotRule::identity() const noexcept {
  RateSlotRule lasting = *this;
  lasting.travel_ns = 0;
  lasting.limit = 0;
  return rate_checksum(lasting);
}

void RateSlot::seal_rule() noexcept {
  identity = rule.identity();
  rule_checksum = rate_checksum(rule);
}

void RateSlot::begin(const RateSlotRule& new_rule, TimeNs now) noexcept {
  bucket.begin(new_rule.terms(), now);
  seal_bucket();
  rule = new_rule;
  seal_rule();
}

void RateSlot::set_terms(const RateBucket::Terms& terms) noexcept {
  bucket.set_limit(terms.limit);
  bucket.set_travel(terms.travel_ns);
  seal_bucket();
  rule.limit = terms.limit;
  rule.travel_ns = terms.travel_ns;
  seal_rule();
}

RateFileHeader RateFileHeader::expected(RateBudgetFile::TimeBase time_base, std::uint32_t size) {
  RateFileHeader header{.size = size, .time_base = static_cast<std::uint32_t>(time_base)};
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string boot;
  if (std::getline(file, boot))
    std::copy_n(boot.begin(), std::min(boot.size(), header.boot.size()), header.boot.begin());
  return header;
}

Result<void> RateBudgetFile::Content::make_mutex() noexcept {
  pthread_mutexattr_t attributes;
  int error = ::pthread_mutexattr_init(&attributes);
  if (error == 0) error = ::pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  if (error == 0) error = ::pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  mutex = pthread_mutex_t{};
  if (error == 0) error = ::pthread_mutex_init(&mutex, &attributes);
  ::pthread_mutexattr_destroy(&attributes);
  if (error == 0) return {};
  return fail(ErrorKind::io, fmt::format("cannot make a lock between processes: {}",
                                         std::generic_category().message(error)));
}

}  // namespace kontor::net
