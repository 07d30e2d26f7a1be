#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <type_traits>

#include <pthread.h>

#include "base/crc32c.hpp"
#include "net/rate_budget_file.hpp"

namespace kontor::net {

/// The checksum of a value without padding.
template <class T>
[[nodiscard]] std::uint32_t rate_checksum(const T& value) noexcept {
  static_assert(std::has_unique_object_representations_v<T>);
  return crc32c(std::as_bytes(std::span(&value, 1)));
}

/// What tells one rule from others in a file, and its figures. Written when a rule takes its place and when a
/// limit changes, not while requests are counted, so that a death in the midst of those leaves it whole.
struct RateSlotRule {
  std::array<char, RateRule::kLongestName + 1> name{};
  DurationNs interval_ns = 0;
  DurationNs travel_ns = 0;
  std::uint32_t limit = 0;
  RateScope scope = RateScope::ip;
  RateKind kind = RateKind::weight;
  std::uint16_t unused = 0;  ///< in place of padding

  [[nodiscard]] static RateSlotRule of(const RateRule& rule) noexcept;
  /// The checksum of what does not change.
  [[nodiscard]] std::uint32_t identity() const noexcept;
  [[nodiscard]] RateBucket::Terms terms() const noexcept {
    return {.interval_ns = interval_ns, .travel_ns = travel_ns, .limit = limit};
  }
};

/// One bucket in a file, with its rule. Free where the rule's checksum is wrong; that of zeros is.
struct RateSlot {
  RateSlotRule rule{};
  std::uint32_t rule_checksum = 0;
  std::uint32_t identity = 0;
  RateBucket bucket{};
  std::uint32_t bucket_checksum = 0;
  std::uint32_t unused = 0;

  [[nodiscard]] bool has_rule() const noexcept { return rate_checksum(rule) == rule_checksum; }
  [[nodiscard]] bool has_bucket() const noexcept { return rate_checksum(bucket) == bucket_checksum; }
  void seal_rule() noexcept;
  void seal_bucket() noexcept { bucket_checksum = rate_checksum(bucket); }
  /// Takes on a rule, with all of it assumed to be used.
  void begin(const RateSlotRule& new_rule, TimeNs now) noexcept;
  /// Other figures for the same rule.
  void set_terms(const RateBucket::Terms& terms) noexcept;
};

/// What a file must begin with to be understood.
struct RateFileHeader {
  static constexpr std::uint64_t kMagic = 0x3154'4B43'5542'544BULL;  // "KTBUCKT1", little-endian
  static constexpr std::uint32_t kVersion = 1;

  std::uint64_t magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t size = 0;  ///< of the whole file: another one where the machine lays out things otherwise
  std::uint32_t time_base = 0;
  std::uint32_t unused = 0;
  std::array<char, 40> boot{};  ///< the machine's start, since which its clock runs; empty: not known

  [[nodiscard]] static RateFileHeader expected(RateBudgetFile::TimeBase time_base, std::uint32_t size);
  bool operator==(const RateFileHeader&) const = default;
};

/// The whole file.
struct RateBudgetFile::Content {
  RateFileHeader header{};
  std::uint32_t header_checksum = 0;
  std::atomic<std::uint32_t> busy{0};  ///< 1: somebody is changing it, or died while doing so
  pthread_mutex_t mutex{};
  RatePauseState pause{};
  std::uint32_t pause_checksum = 0;
  std::uint32_t unused = 0;
  std::array<RateSlot, kMostBuckets> slots{};

  [[nodiscard]] bool has_header(const RateFileHeader& expected) const noexcept {
    return header == expected && header_checksum == rate_checksum(header);
  }
  /// Errors: io.
  [[nodiscard]] Result<void> make_mutex() noexcept;
};

}  // namespace kontor::net
