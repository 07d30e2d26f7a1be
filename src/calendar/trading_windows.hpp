#pragma once

#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "calendar/time_zone.hpp"

namespace kontor::calendar {

/// Part of a day by the clocks of a place, in minutes after its midnight: from `start` up to but not
/// including `end`. An end beyond 24:00 lies in the day after.
struct Hours {
  int start = 0;
  int end = 24 * 60;
  bool operator==(const Hours&) const = default;
};

/// On which days and at which hours there may be new risk, as people say it.
struct WindowRules {
  /// 0 = Monday.
  std::array<std::vector<Hours>, 7> week{};
  /// Dates with other hours than their weekday has; none: a holiday.
  std::map<Date, std::vector<Hours>> exceptions{};

  [[nodiscard]] static WindowRules always();
  [[nodiscard]] static WindowRules never() { return {}; }
};

// Hours are `09:30-16:00`, `22:00-06:00` (until the next day), `00:00-24:00`, several with commas between.
// Errors: usage, with what was expected and what was found.

/// Adds `mon-fri 09:30-16:00`, `sun 18:00-02:00`, `mon,wed 09:00-12:00,13:00-17:00` or `daily 08:00-20:00`.
[[nodiscard]] Result<void> add_window(WindowRules& rules, std::string_view text);
/// Adds a date that is not like others of its weekday: `2025-12-25` for none, `2025-12-24 09:30-13:00` for
/// other hours.
[[nodiscard]] Result<void> add_holiday(WindowRules& rules, std::string_view text);

/// When there may be new risk (M14). A window belongs to the date on which it begins: so does what of it lies
/// behind midnight. What the clocks show is looked at for each instant: in an hour that exists twice a window
/// is open twice, an hour that does not exist is skipped.
class TradingWindows {
 public:
  /// How far next_open() and next_close() look.
  static constexpr DurationNs kHorizon = 7 * kDay;

  TradingWindows(TimeZone zone, WindowRules rules) : zone_(zone), rules_(std::move(rules)) {}

  [[nodiscard]] bool is_open(TimeNs instant) const;
  /// The first instant, `from` included, at which they are open; nothing where there is none within kHorizon.
  [[nodiscard]] std::optional<TimeNs> next_open(TimeNs from) const { return next(from, true); }
  /// The same for the first one at which they are not.
  [[nodiscard]] std::optional<TimeNs> next_close(TimeNs from) const { return next(from, false); }

 private:
  [[nodiscard]] const std::vector<Hours>& hours_of(TimeNs local_midnight) const;
  [[nodiscard]] std::optional<TimeNs> next(TimeNs from, bool open) const;
  [[nodiscard]] std::vector<TimeNs> edges_after(TimeNs from) const;

  TimeZone zone_;
  WindowRules rules_;
};

}  // namespace kontor::calendar
