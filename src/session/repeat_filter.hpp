#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/time.hpp"

namespace kontor::session {

/// Lets what is said over and over through once a minute, and counts the rest. One thread.
class RepeatFilter {
 public:
  static constexpr DurationNs kBetween = kMinute;
  /// With more of them it begins anew, and may let one through early.
  static constexpr std::size_t kMostKnown = 1'000;

  struct Verdict {
    bool is_told = true;
    std::uint64_t kept_back = 0;  ///< since it was told last
  };
  /// Whether what `key` stands for is to be told now.
  [[nodiscard]] Verdict look(const std::string& key, TimeNs now);
  /// How many were kept back and not told of since, by key; forgets everything.
  [[nodiscard]] std::map<std::string, std::uint64_t> take_rest();

 private:
  struct Known {
    TimeNs told = 0;
    std::uint64_t kept_back = 0;
  };
  std::map<std::string, Known> known_;
};

}  // namespace kontor::session
