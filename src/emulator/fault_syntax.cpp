#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/decimal.hpp"
#include "emulator/fault_plan.hpp"

namespace kontor::emulator {
namespace {

constexpr DurationNs kLongestLatency = kHour;
/// Of what is scheduled: how far ahead, and for how long.
constexpr DurationNs kLongestSchedule = 3'650 * kDay;

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

std::unexpected<Error> bad_item(std::string_view item, std::string_view expected) {
  return fail(ErrorKind::usage, fmt::format("faults: expected {}, found '{}'", expected, item));
}

std::optional<FaultKind> chance_named(std::string_view name) noexcept {
  // The kinds from maintenance on have forms of their own.
  for (std::size_t i = 0; i < static_cast<std::size_t>(FaultKind::maintenance); ++i) {
    if (name_of(static_cast<FaultKind>(i)) == name) return static_cast<FaultKind>(i);
  }
  return std::nullopt;
}

std::optional<double> parse_chance(std::string_view text) noexcept {
  const auto value = Decimal::parse(text);
  if (!value || value->units < 0 || *value > Decimal{1, 0}) return std::nullopt;
  return value->to_double();
}

std::optional<DurationNs> parse_milliseconds(std::string_view text) noexcept {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  constexpr std::int64_t kMost = kDay / kMillisecond;
  if (!whole || value < -kMost || value > kMost) return std::nullopt;
  return value * kMillisecond;
}

/// `@2m`: in two minutes; nothing: now.
std::optional<TimeNs> parse_start(std::string_view text, TimeNs now) {
  if (text.empty()) return now;
  const auto duration = parse_duration(text.substr(1));
  if (!duration || *duration > kLongestSchedule) return std::nullopt;
  return now + *duration;
}

}  // namespace

Result<FaultPlan::Settings> FaultPlan::parse(std::string_view text, TimeNs now) {
  Settings settings;
  text = trimmed(text);
  if (text == "none") text = {};
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    TRY_VOID(parse_item(settings, trimmed(text.substr(0, comma)), now));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return settings;
}

Result<void> FaultPlan::parse_item(Settings& settings, std::string_view item, TimeNs now) {
  const std::size_t equals = item.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == item.size()) {
    return bad_item(item, "name=value");
  }
  const std::string_view name = item.substr(0, equals);
  const std::string_view value = item.substr(equals + 1);
  if (const auto kind = chance_named(name)) {
    const auto chance = parse_chance(value);
    if (!chance) return bad_item(item, "a chance between 0 and 1");
    settings.chance[static_cast<std::size_t>(*kind)] = *chance;
    return {};
  }
  if (name == "latency_ms") {
    const std::size_t dash = value.find('-');
    const auto from = parse_milliseconds(value.substr(0, dash));
    const auto to = dash == std::string_view::npos ? from : parse_milliseconds(value.substr(dash + 1));
    if (!from || !to || *from < 0 || *to < *from || *to > kLongestLatency) {
      return bad_item(item, "milliseconds from-to, up to an hour");
    }
    settings.latency_from_ns = *from;
    settings.latency_to_ns = *to;
    return {};
  }
  if (name == "clock_skew_ms") {
    const auto skew = parse_milliseconds(value);
    if (!skew) return bad_item(item, "milliseconds, up to a day");
    settings.clock_skew_ns = *skew;
    return {};
  }
  if (name == "seed") {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), settings.seed);
    if (error != std::errc() || end != value.data() + value.size()) return bad_item(item, "a whole number");
    settings.has_seed = true;
    return {};
  }
  if (name != "maintenance" && name != "delist") return bad_item(item, "a kind of fault that is known");
  const std::size_t at_sign = std::min(value.find('@'), value.size());
  const auto start = parse_start(value.substr(at_sign), now);
  ScheduledFault fault;
  if (!start || settings.scheduled.size() >= kMaxScheduled) return bad_item(item, "@ and a time such as 2m");
  fault.at = *start;
  if (name == "delist") {
    fault.kind = FaultKind::delist;
    fault.symbol = value.substr(0, at_sign);
    if (fault.symbol.empty()) return bad_item(item, "delist=SYMBOL@time");
  } else {
    const auto duration = parse_duration(value.substr(0, at_sign));
    if (!duration || *duration <= 0 || *duration > kLongestSchedule)
      return bad_item(item, "maintenance=duration@time");
    fault.duration_ns = *duration;
  }
  settings.scheduled.push_back(std::move(fault));
  return {};
}

}  // namespace kontor::emulator
