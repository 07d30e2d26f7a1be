#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace date {
class time_zone;
}

namespace kontor::calendar {

/// What clocks on the wall of a place show, by the system's time zone database: summer time and every other
/// change of the offset included. Local times are nanoseconds since 1970-01-01T00:00 by those clocks. A
/// value; safe to use from several threads.
class TimeZone {
 public:
  /// By its name in the database: `Europe/Berlin`, `UTC`. Errors: usage (no such zone, with the one that was
  /// probably meant), io (there is no database).
  [[nodiscard]] static Result<TimeZone> find(std::string_view name);

  /// What the clocks show at an instant.
  [[nodiscard]] TimeNs local_of(TimeNs instant) const;
  /// Every instant at which the clocks come to show this local time: two in an hour that exists twice; the
  /// instant of the jump where they never show it.
  [[nodiscard]] std::vector<TimeNs> instants_of(TimeNs local) const;
  /// The first change of the offset after an instant; kTimeMax where none is known.
  [[nodiscard]] TimeNs next_change(TimeNs instant) const;

 private:
  explicit TimeZone(const date::time_zone& zone) noexcept : zone_(&zone) {}

  const date::time_zone* zone_;  ///< lives as long as the program
};

}  // namespace kontor::calendar
