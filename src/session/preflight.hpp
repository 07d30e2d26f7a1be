#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "model/live_settings.hpp"
#include "model/order.hpp"
#include "risk/breakers.hpp"
#include "risk/limits.hpp"
#include "session/live_token.hpp"

namespace kontor::session {

/// What the checks are for: what only live trading needs is no more than a warning before paper trading.
BOOST_DEFINE_FIXED_ENUM_CLASS(PreflightMode, std::uint8_t, paper, live)

/// What a check that has not passed does.
BOOST_DEFINE_FIXED_ENUM_CLASS(CheckSeverity, std::uint8_t, warning, blocking)

/// One thing that has to be so before a session trades (M23).
struct Check {
  std::string id;
  CheckSeverity severity = CheckSeverity::blocking;
  std::string title;
  std::string value;           ///< what was found, with its unit
  std::string threshold;       ///< what was expected
  std::optional<bool> passed;  ///< nothing: it cannot be known here, which is not enough
  std::string fix;             ///< how to mend it; empty where it has passed
  BOOST_DESCRIBE_CLASS(Check, (), (id, severity, title, value, threshold, passed, fix), (), ())
};

struct PreflightReport {
  PreflightMode mode = PreflightMode::paper;
  std::string configuration_hash;
  std::vector<Check> checks;
  /// True where every check that blocks has passed.
  [[nodiscard]] bool passed() const noexcept;
};

[[nodiscard]] std::string to_json(const PreflightReport& report);

// What the checks look at, as plain values. Who gathers them knows clocks, files and venues.

/// The folder in which sessions keep their journals, and the lock of this one's account.
struct PlaceFacts {
  std::string folder;
  bool is_writable = false;                    ///< by this user; of one that is not there yet: it can be made
  std::optional<std::uint32_t> permissions{};  ///< 0 … 0777; nothing: it is not there yet
  std::uint64_t free_bytes = 0;
  std::string lock_holder{};  ///< who else has the account; empty: nobody
};

struct KillSwitchFacts {
  std::optional<TimeNs> stands_since{};  ///< on the wall
  std::optional<TimeNs> tested{};        ///< on the wall; nothing: never
};

/// How far somebody has given leave for live trading.
struct GrantFacts {
  std::string typed{};  ///< what was typed as the acknowledgement
  std::optional<LiveToken> token{};
  std::string token_problem{};  ///< why the token that is there cannot be read
};

struct RiskFacts {
  risk::Limits account{};
  risk::Breakers breakers{};
  bool every_instrument_has_position_limit = false;
  Decimal largest_leverage{1, 0};  ///< that an instrument may be traded with
};

/// A stored dataset that the configuration is fed with.
struct DatasetFacts {
  std::string name;
  std::uint64_t rows = 0;  ///< bars, where it holds bars
  TimeNs last = 0;         ///< of its last row; where there is one
};

/// What was done so far with a configuration that trades alike.
struct RecordFacts {
  std::uint64_t backtests = 0;
  std::uint64_t sessions = 0;      ///< on paper
  DurationNs paper_time = 0;       ///< of the market's time that the longest of them has gone through
  std::uint64_t paper_trades = 0;  ///< round trips that this one has closed
};

/// What an API key may do.
struct KeyFacts {
  bool may_trade = false;
  bool may_withdraw = false;
};

/// What only the venue's adapter can tell; nothing: nobody has asked it.
struct VenueFacts {
  std::optional<DurationNs> clock_offset{};  ///< ours less the venue's
  std::optional<Amount> balance{};           ///< in the reporting asset
  std::optional<std::vector<std::string>>
      instruments{};  ///< whose filters it has told, such as `BTCUSDT@binance`
  std::optional<std::vector<OrderType>> order_types{};  ///< that it takes
  std::optional<KeyFacts> key{};
};

struct PreflightInput {
  PreflightMode mode = PreflightMode::paper;
  TimeNs now = 0;  ///< on the wall
  std::string configuration_hash{};
  LiveSettings live{};
  std::string asset{};                     ///< the reporting asset
  std::vector<std::string> instruments{};  ///< that the configuration trades
  std::vector<OrderType> order_types{};    ///< that its strategies may use
  PlaceFacts place{};
  KillSwitchFacts kill_switch{};
  GrantFacts grant{};
  RiskFacts risk{};
  std::vector<DatasetFacts> datasets{};
  RecordFacts record{};
  VenueFacts venue{};
};

/// The words that have to be typed before real money is traded.
inline constexpr std::string_view kAcknowledgement =
    "I accept that this session trades real money and may lose all of it";

inline constexpr DurationNs kMostClockOffset = kSecond;
inline constexpr DurationNs kLongestSinceStopTest = kDay;
inline constexpr DurationNs kOldestData = kDay;
inline constexpr std::uint64_t kLeastRows = 100;
inline constexpr std::uint64_t kLeastFreeBytes = 500'000'000;
inline constexpr Decimal kMostDailyLoss{1, 1};  ///< a breaker may be set to
inline constexpr Decimal kMostDrawdown{2, 1};   ///< the same
inline constexpr Decimal kMostLeverage{10, 0};

/// All checks, in the order in which they are best mended.
[[nodiscard]] PreflightReport preflight(const PreflightInput& input);
/// Those that need nothing but a look at the machine, and that no session may begin without.
[[nodiscard]] PreflightReport preflight(const PlaceFacts& place);

/// Error io that names every check that blocks, with value, threshold and how to mend it.
[[nodiscard]] Result<void> refuse_unless_passed(const PreflightReport& report);

/// How long a grant may last, and lasts where nobody says.
inline constexpr DurationNs kLongestGrant = 90 * kDay;
inline constexpr DurationNs kUsualGrant = 30 * kDay;

/// Error usage where a grant may not last so long.
[[nodiscard]] Result<void> check_grant_duration(DurationNs duration);
/// The token of a preflight in which the words were typed and everything that blocks has passed. Errors:
/// those of refuse_unless_passed(), usage (paper needs none, the words were not typed, the duration is out of
/// bounds).
[[nodiscard]] Result<LiveToken> grant_live(const PreflightInput& input, DurationNs duration);

}  // namespace kontor::session
