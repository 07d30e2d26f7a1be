#include "calendar/time_zone.hpp"

#include <exception>

#include <date/tz.h>
#include <fmt/format.h>

#include "base/nearest.hpp"

namespace kontor::calendar {
namespace {

using Seconds = std::chrono::seconds;

date::sys_seconds instant_in_seconds(TimeNs time) noexcept {
  return date::sys_seconds(Seconds(floor_divide(time, kSecond)));
}

TimeNs instant_in_ns(date::sys_seconds time) noexcept {
  constexpr std::int64_t kLatest = kTimeMax / kSecond;
  const std::int64_t seconds = time.time_since_epoch().count();
  if (seconds >= kLatest) return kTimeMax;
  return seconds <= -kLatest ? kTimeMin : seconds * kSecond;
}

std::unexpected<Error> unknown_zone(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& zone : date::get_tzdb().zones) names.emplace_back(zone.name());
  return fail(ErrorKind::usage,
              fmt::format("expected a time zone of the system's database, such as \"UTC\" or "
                          "\"America/New_York\", found \"{}\"{}",
                          name, did_you_mean(name, names)));
}

}  // namespace

Result<TimeZone> TimeZone::find(std::string_view name) {
  try {
    for (const auto& zone : date::get_tzdb().zones) {
      if (zone.name() == name) return TimeZone(zone);
    }
    return unknown_zone(name);
  } catch (const std::exception& error) {
    return fail(
        ErrorKind::io,
        fmt::format("expected the system's time zone database (Debian package tzdata), found none: {}",
                    error.what()));
  }
}

TimeNs TimeZone::local_of(TimeNs instant) const {
  const Seconds offset = zone_->get_info(instant_in_seconds(instant)).offset;
  return instant + offset.count() * kSecond;
}

std::vector<TimeNs> TimeZone::instants_of(TimeNs local) const {
  const date::local_seconds shown(Seconds(floor_divide(local, kSecond)));
  const TimeNs rest = floor_remainder(local, kSecond);
  const auto info = zone_->get_info(shown);
  if (info.result == date::local_info::nonexistent) return {instant_in_ns(info.first.end)};
  const auto with = [&](Seconds offset) {
    return instant_in_ns(date::sys_seconds(shown.time_since_epoch() - offset)) + rest;
  };
  std::vector<TimeNs> instants{with(info.first.offset)};
  if (info.result == date::local_info::ambiguous) instants.push_back(with(info.second.offset));
  return instants;
}

TimeNs TimeZone::next_change(TimeNs instant) const {
  return instant_in_ns(zone_->get_info(instant_in_seconds(instant)).end);
}

}  // namespace kontor::calendar
