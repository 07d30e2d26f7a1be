#include "research/config_session.hpp"

#include <fmt/format.h>

#include "research/config_rules.hpp"

namespace kontor::research {
namespace {

using calendar::WindowRules;

constexpr std::array<std::string_view, 3> kOnStopNames = {"keep", "cancel", "flatten"};

/// What of `rules` a key adds; the fault of a line is told at the key.
using AddLine = Result<void> (*)(WindowRules&, std::string_view);
void add_lines(ConfigReader& reader, std::string_view key, const std::vector<std::string>& lines, AddLine add,
               WindowRules& rules) {
  for (const auto& line : lines) {
    if (const auto added = add(rules, line); !added) reader.fault(key, added.error().message);
  }
}

WindowRules read_windows(ConfigReader& reader) {
  const auto lines = reader.texts("windows", {"always"});
  if (lines.size() == 1 && lines.front() == "always") return WindowRules::always();
  if (lines.size() == 1 && lines.front() == "never") return WindowRules::never();
  WindowRules rules;
  if (lines.empty()) {
    reader.fault("windows",
                 "expected \"always\", \"never\" or windows such as [\"mon-fri 09:30-16:00\"], found none");
  }
  add_lines(reader, "windows", lines, calendar::add_window, rules);
  return rules;
}

}  // namespace

std::optional<calendar::Schedule> read_schedule(ConfigReader& reader) {
  const std::string zone_name = reader.text("timezone", "UTC");
  const auto zone = calendar::TimeZone::find(zone_name);
  if (!zone) reader.fault("timezone", zone.error().message);
  WindowRules rules = read_windows(reader);
  add_lines(reader, "holidays", reader.texts("holidays", {}), calendar::add_holiday, rules);
  const auto start = reader.time("start");
  const auto stop = reader.time("stop");
  if (start && stop && *start >= *stop) {
    reader.fault("stop", fmt::format("expected a time after start = {}, found {}", format_time(*start),
                                     format_time(*stop)));
  }
  const auto longest = reader.optional_duration("max_duration");
  if (longest && *longest <= 0) reader.fault("max_duration", "expected a duration above 0");
  const auto on_stop = read_choice(reader, "on_stop", calendar::OnStop::keep, kOnStopNames);
  if (!zone) return std::nullopt;
  return calendar::Schedule{{*zone, std::move(rules)}, start, stop, longest, on_stop};
}

}  // namespace kontor::research
