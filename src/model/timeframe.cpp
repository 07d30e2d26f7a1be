#include "model/timeframe.hpp"

#include <fmt/format.h>

namespace kontor {

Result<Timeframe> Timeframe::parse(std::string_view text) {
  const auto period = parse_duration(text);
  if (!period || !Timeframe{*period}.is_valid()) {
    return fail(ErrorKind::usage,
                fmt::format("expected a timeframe such as 1m, 5m, 1h, 4h, 1d or 1w, found '{}'", text));
  }
  return Timeframe{*period};
}

std::string Timeframe::format() const {
  struct Unit {
    DurationNs length;
    char suffix;
  };
  for (const Unit unit : {Unit{7 * kDay, 'w'}, Unit{kDay, 'd'}, Unit{kHour, 'h'}, Unit{kMinute, 'm'}}) {
    if (period_ns % unit.length == 0) return fmt::format("{}{}", period_ns / unit.length, unit.suffix);
  }
  return fmt::format("{}s", period_ns / kSecond);
}

}  // namespace kontor
