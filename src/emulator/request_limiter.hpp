#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/enum.hpp>

#include "base/result.hpp"
#include "base/time.hpp"
#include "emulator/listing.hpp"
#include "emulator/orders.hpp"

namespace kontor::emulator {

/// Whom a limit counts for.
BOOST_DEFINE_FIXED_ENUM_CLASS(LimitScope, std::uint8_t, address, account)
/// What is counted: weights, requests, orders, or requests to one endpoint group.
BOOST_DEFINE_FIXED_ENUM_CLASS(LimitKind, std::uint8_t, weight, requests, orders, endpoint)
/// Binance counts in windows of the clock, Bybit in rolling ones.
BOOST_DEFINE_FIXED_ENUM_CLASS(LimitWindow, std::uint8_t, aligned, rolling)

/// One limit as a venue publishes it.
struct LimitRule {
  std::string name{};  ///< `weight_1m`
  LimitScope scope = LimitScope::address;
  LimitKind kind = LimitKind::weight;
  LimitWindow window = LimitWindow::aligned;
  DurationNs interval_ns = kMinute;
  std::int64_t limit = 0;
  std::string
      endpoint;  ///< LimitKind::endpoint: the group's name; empty: any group without a rule of its own
  std::string used_header{};  ///< header that tells what is used; empty: none
  bool bans_at_once = false;  ///< going over it blocks the address instead of answering 429
};

/// What happens to those who go on.
struct BanSettings {
  std::uint32_t violations_before_ban = 10;  ///< answers of 429 within ban_memory_ns; 1: the first one bans
  DurationNs first_ban_ns = 2 * kMinute;     ///< doubles with every further ban
  DurationNs longest_ban_ns = 3 * kDay;
  DurationNs memory_ns = 10 * kMinute;
};

struct LimiterSettings {
  std::vector<LimitRule> rules{};
  BanSettings ban{};
  /// The published limits of a venue's product, as of docs/emulator.md.
  [[nodiscard]] static LimiterSettings standard(VenueName venue, Product product);
};

/// One request as the limits see it.
struct RequestCost {
  std::string_view address{};  ///< of the caller
  std::string_view account{};  ///< account or key that order and endpoint limits count for; empty: none
  std::int64_t weight = 1;
  std::int64_t orders = 0;      ///< orders that it places
  std::string_view endpoint{};  ///< endpoint group
};

BOOST_DEFINE_FIXED_ENUM_CLASS(LimitAnswer, std::uint8_t, granted, too_many_requests, banned)

/// Where a limit stands after a request.
struct LimitState {
  const LimitRule* rule = nullptr;
  std::int64_t used = 0;
  TimeNs resets_at = 0;
  [[nodiscard]] std::int64_t remaining() const noexcept { return rule->limit - used; }
};

struct LimitVerdict {
  LimitAnswer answer = LimitAnswer::granted;
  DurationNs retry_after_ns = 0;  ///< not granted: when it makes sense again
  TimeNs banned_until = 0;
  const LimitRule* violated = nullptr;  ///< null: none
  std::vector<LimitState> states{};     ///< of all rules that counted the request, for headers
};

/// The venue's own request limits, per caller's address and per account. Order of requests and the times
/// given decide alone. Refused requests count too, as at the venues; a banned address is refused before
/// anything is counted, and trying again prolongs nothing but is remembered. One thread.
class RequestLimiter {
 public:
  static constexpr std::size_t kMaxCallers = 10'000;

  explicit RequestLimiter(LimiterSettings settings);

  /// Counts a request at `now`.
  [[nodiscard]] LimitVerdict take(TimeNs now, const RequestCost& cost);
  /// Bans an address from outside (the fault switch).
  void ban(TimeNs now, std::string_view address, DurationNs duration_ns);
  /// kTimeMin: not banned.
  [[nodiscard]] TimeNs banned_until(TimeNs now, std::string_view address) const;
  [[nodiscard]] const LimiterSettings& settings() const noexcept { return settings_; }
  /// Other limits from here on; what has been counted is forgotten, bans stay.
  void change(LimiterSettings settings);

  struct Counters {
    std::uint64_t granted = 0;
    std::uint64_t too_many_requests = 0;
    std::uint64_t refused_by_ban = 0;
    std::uint64_t bans = 0;
  };
  [[nodiscard]] const Counters& counters() const noexcept { return counters_; }

 private:
  /// What one caller has used of one rule: of an aligned window, or all that a rolling one still holds.
  struct Usage {
    /// More requests than this within a rolling window share a time: a bound, not a limit of any venue.
    static constexpr std::size_t kMaxRecent = 10'000;
    struct Taken {
      TimeNs at = 0;
      std::int64_t amount = 0;
    };
    std::deque<Taken> recent;         ///< rolling
    std::int64_t window = INT64_MIN;  ///< aligned: its number
    std::int64_t sum = 0;
  };
  struct Caller {
    std::map<std::string, Usage, std::less<>> usage;  ///< by rule and endpoint
    std::vector<TimeNs> violations;
    TimeNs banned_until = kTimeMin;
    std::uint32_t bans = 0;
    TimeNs seen = 0;
  };

  [[nodiscard]] Caller& caller(TimeNs now, LimitScope scope, std::string_view name);
  [[nodiscard]] static std::int64_t amount_of(const LimitRule& rule, const RequestCost& cost) noexcept;
  [[nodiscard]] bool applies(const LimitRule& rule, const RequestCost& cost) const noexcept;
  [[nodiscard]] static TimeNs add_aligned(Usage& usage, const LimitRule& rule, TimeNs now,
                                          std::int64_t amount);
  [[nodiscard]] static TimeNs add_rolling(Usage& usage, const LimitRule& rule, TimeNs now,
                                          std::int64_t amount);
  [[nodiscard]] LimitState count(TimeNs now, const LimitRule& rule, const RequestCost& cost);
  void violate(TimeNs now, const RequestCost& cost, LimitVerdict& verdict);
  void forget_callers(TimeNs now);

  LimiterSettings settings_;
  std::map<std::string, Caller, std::less<>> addresses_;
  std::map<std::string, Caller, std::less<>> accounts_;
  Counters counters_;
};

}  // namespace kontor::emulator
