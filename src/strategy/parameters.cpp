#include "strategy/parameters.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/assert.hpp"
#include "base/nearest.hpp"

namespace kontor::strategy {
namespace {

/// The largest unit that divides the duration without a rest: what parse_duration reads back.
std::string format_duration_exactly(DurationNs duration) {
  struct Unit {
    DurationNs length;
    std::string_view suffix;
  };
  constexpr std::array<Unit, 7> kUnits = {{{7 * kDay, "w"},
                                           {kDay, "d"},
                                           {kHour, "h"},
                                           {kMinute, "m"},
                                           {kSecond, "s"},
                                           {kMillisecond, "ms"},
                                           {kMicrosecond, "us"}}};
  for (const auto& unit : kUnits) {
    if (duration != 0 && duration % unit.length == 0)
      return fmt::format("{}{}", duration / unit.length, unit.suffix);
  }
  return duration == 0 ? "0s" : fmt::format("{}ns", duration);
}

std::string joined(std::span<const std::string_view> words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string format_bound(ParameterType type, double bound) {
  if (type == ParameterType::duration) return format_duration_exactly(std::llround(bound * 1e9));
  if (type == ParameterType::integer) return fmt::format("{}", std::llround(bound));
  return fmt::format("{}", bound);
}

std::string expected_form(const ParameterDescriptor& descriptor) {
  const auto range = [&](std::string_view kind) {
    return fmt::format("{}, {} … {}", kind, format_bound(descriptor.type, descriptor.minimum),
                       format_bound(descriptor.type, descriptor.maximum));
  };
  switch (descriptor.type) {
    case ParameterType::integer: return range("integer");
    case ParameterType::real: return range("number");
    case ParameterType::duration: return range("duration");
    case ParameterType::boolean: return "true or false";
    case ParameterType::text:
      return descriptor.choices.empty() ? "text" : fmt::format("one of {}", joined(descriptor.choices));
  }
  return {};
}

/// The value as what the parameter holds: a whole number is a real number, `4h` is a duration. What cannot be
/// converted stays as it is and is found by fault_of().
ParameterValue converted(const ParameterDescriptor& descriptor, const ParameterValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value);
      integer && descriptor.type == ParameterType::real) {
    return static_cast<double>(*integer);
  }
  if (const auto* text = std::get_if<std::string>(&value);
      text && descriptor.type == ParameterType::duration) {
    if (const auto duration = parse_duration(*text)) return std::int64_t{*duration};
  }
  return value;
}

bool has_type(const ParameterDescriptor& descriptor, const ParameterValue& value) {
  switch (descriptor.type) {
    case ParameterType::integer:
    case ParameterType::duration: return std::holds_alternative<std::int64_t>(value);
    case ParameterType::real: return std::holds_alternative<double>(value);
    case ParameterType::boolean: return std::holds_alternative<bool>(value);
    case ParameterType::text: return std::holds_alternative<std::string>(value);
  }
  return false;
}

bool is_allowed(const ParameterDescriptor& descriptor, const ParameterValue& value) {
  const auto within = [&](double number) {
    return number >= descriptor.minimum && number <= descriptor.maximum;
  };
  switch (descriptor.type) {
    case ParameterType::integer: return within(static_cast<double>(std::get<std::int64_t>(value)));
    case ParameterType::duration: return within(static_cast<double>(std::get<std::int64_t>(value)) / 1e9);
    case ParameterType::real: return within(std::get<double>(value));  // false for NaN
    case ParameterType::boolean: return true;
    case ParameterType::text:
      return descriptor.choices.empty() ||
             std::ranges::find(descriptor.choices, std::get<std::string>(value)) != descriptor.choices.end();
  }
  return false;
}

/// The value whatever its type, as a person would write it.
std::string format_any(const ParameterValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return fmt::format("'{}'", *text);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  return fmt::format("{}", std::get<std::int64_t>(value));
}

std::vector<std::string_view> names_of(std::span<const ParameterDescriptor> descriptors) {
  std::vector<std::string_view> names;
  for (const auto& descriptor : descriptors) names.push_back(descriptor.name);
  return names;
}

}  // namespace

ParameterDescriptor integer_parameter(std::string_view name, std::int64_t default_value, std::int64_t minimum,
                                      std::int64_t maximum, std::string_view meaning) {
  return {name,
          ParameterType::integer,
          default_value,
          static_cast<double>(minimum),
          static_cast<double>(maximum),
          {},
          meaning};
}

ParameterDescriptor real_parameter(std::string_view name, double default_value, double minimum,
                                   double maximum, std::string_view meaning) {
  return {name, ParameterType::real, default_value, minimum, maximum, {}, meaning};
}

ParameterDescriptor choice_parameter(std::string_view name, std::vector<std::string_view> choices,
                                     std::string_view meaning) {
  ASSERT(!choices.empty());
  std::string first(choices.front());
  return {name, ParameterType::text, std::move(first), 0, 0, std::move(choices), meaning};
}

ParameterDescriptor duration_parameter(std::string_view name, DurationNs default_value, DurationNs minimum,
                                       DurationNs maximum, std::string_view meaning) {
  return {name,
          ParameterType::duration,
          std::int64_t{default_value},
          static_cast<double>(minimum) / 1e9,
          static_cast<double>(maximum) / 1e9,
          {},
          meaning};
}

std::optional<std::string> fault_of(const ParameterDescriptor& descriptor, const ParameterValue& value) {
  const ParameterValue own = converted(descriptor, value);
  const bool typed = has_type(descriptor, own);
  if (typed && is_allowed(descriptor, own)) return std::nullopt;
  return fmt::format("{}: expected {}, found {}", descriptor.name, expected_form(descriptor),
                     typed ? format_value(descriptor, own) : format_any(value));
}

std::string format_value(const ParameterDescriptor& descriptor, const ParameterValue& value) {
  const auto* integer = std::get_if<std::int64_t>(&value);
  if (integer != nullptr && descriptor.type == ParameterType::duration)
    return format_duration_exactly(*integer);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return format_any(value);
}

std::string describe(const ParameterDescriptor& descriptor) {
  return fmt::format("{}, default {}", expected_form(descriptor),
                     format_value(descriptor, descriptor.default_value));
}

Result<Parameters> Parameters::make(std::span<const ParameterDescriptor> descriptors,
                                    const std::map<std::string, ParameterValue>& given) {
  Parameters parameters;
  for (const auto& descriptor : descriptors) {
    parameters.values_.emplace(descriptor.name, descriptor.default_value);
  }
  std::vector<std::string> faults;
  const auto names = names_of(descriptors);
  for (const auto& [name, value] : given) {
    const auto descriptor = std::ranges::find(descriptors, name, &ParameterDescriptor::name);
    if (descriptor == descriptors.end()) {
      faults.push_back(fmt::format("{}: expected one of the parameters {}, found an unknown name{}", name,
                                   joined(names), did_you_mean(name, names)));
    } else if (auto fault = fault_of(*descriptor, value)) {
      faults.push_back(std::move(*fault));
    } else {
      parameters.values_.insert_or_assign(name, converted(*descriptor, value));
    }
  }
  if (!faults.empty()) return fail(ErrorKind::usage, fmt::format("{}", fmt::join(faults, "\n")));
  return parameters;
}

Parameters Parameters::recorded(std::span<const ParameterSetting> settings) {
  Parameters parameters;
  for (const auto& [name, value] : settings) parameters.values_.insert_or_assign(name, value);
  return parameters;
}

std::vector<ParameterSetting> settings_of(const Parameters& parameters) {
  std::vector<ParameterSetting> settings;
  for (const auto& [name, value] : parameters.values()) settings.push_back({name, value});
  return settings;
}

namespace {

/// A parameter that was described; asking for another name or type is a mistake in the strategy's code.
template <class Value>
const Value& value_of(const std::map<std::string, ParameterValue, std::less<>>& values,
                      std::string_view name) {
  const auto found = values.find(name);
  ASSERT(found != values.end());
  const auto* value = std::get_if<Value>(&found->second);
  ASSERT(value != nullptr);
  return *value;
}

}  // namespace

std::int64_t Parameters::integer(std::string_view name) const {
  return value_of<std::int64_t>(values_, name);
}
double Parameters::real(std::string_view name) const { return value_of<double>(values_, name); }
bool Parameters::boolean(std::string_view name) const { return value_of<bool>(values_, name); }
const std::string& Parameters::text(std::string_view name) const {
  return value_of<std::string>(values_, name);
}

}  // namespace kontor::strategy
