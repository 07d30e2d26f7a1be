#include "calendar/trading_windows.hpp"

#include <algorithm>
#include <set>

namespace kontor::calendar {
namespace {

TimeNs midnight_before(TimeNs local) noexcept { return floor_divide(local, kDay) * kDay; }

}  // namespace

WindowRules WindowRules::always() {
  WindowRules rules;
  rules.week.fill({Hours{}});
  return rules;
}

const std::vector<Hours>& TradingWindows::hours_of(TimeNs local_midnight) const {
  if (!rules_.exceptions.empty()) {
    const auto exception = rules_.exceptions.find(date_of(local_midnight));
    if (exception != rules_.exceptions.end()) return exception->second;
  }
  return rules_.week[static_cast<std::size_t>(weekday_of(local_midnight))];
}

bool TradingWindows::is_open(TimeNs instant) const {
  const TimeNs local = zone_.local_of(instant);
  const TimeNs today = midnight_before(local);
  // What was begun yesterday may go on until today.
  for (const TimeNs day : {today, today - kDay}) {
    for (const Hours& hours : hours_of(day)) {
      if (local >= day + hours.start * kMinute && local < day + hours.end * kMinute) return true;
    }
  }
  return false;
}

/// Every instant within the horizon at which something may change: ascending, each once.
std::vector<TimeNs> TradingWindows::edges_after(TimeNs from) const {
  const TimeNs to = from + kHorizon;
  std::set<TimeNs> edges;
  const auto add = [&](TimeNs instant) {
    if (instant > from && instant <= to) edges.insert(instant);
  };
  const TimeNs last = midnight_before(zone_.local_of(to)) + kDay;
  for (TimeNs day = midnight_before(zone_.local_of(from)) - 2 * kDay; day <= last; day += kDay) {
    for (const Hours& hours : hours_of(day)) {
      for (const int minutes : {hours.start, hours.end}) {
        for (const TimeNs instant : zone_.instants_of(day + minutes * kMinute)) add(instant);
      }
    }
  }
  for (TimeNs change = zone_.next_change(from); change <= to; change = zone_.next_change(change)) add(change);
  return {edges.begin(), edges.end()};
}

std::optional<TimeNs> TradingWindows::next(TimeNs from, bool open) const {
  if (is_open(from) == open) return from;
  for (const TimeNs edge : edges_after(from)) {
    if (is_open(edge) == open) return edge;
  }
  return std::nullopt;
}

}  // namespace kontor::calendar
