#include "strategy/indicators/specification.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kontor::strategy::indicators {
namespace {

std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t substitution = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substitution, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

/// A finite number in plain or scientific notation, and nothing else.
std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::unexpected<Error> wrong(std::string_view spec, std::string_view problem) {
  return fail(ErrorKind::usage, fmt::format("indicator '{}': {}", spec, problem));
}

std::string suggestion(std::string_view text, std::span<const std::string_view> candidates) {
  const std::string_view near = nearest(text, candidates);
  return near.empty() ? std::string() : fmt::format("; did you mean '{}'?", near);
}

std::vector<std::string_view> parameter_names(const IndicatorDescriptor& descriptor) {
  std::vector<std::string_view> names;
  for (const IndicatorParameter& parameter : descriptor.parameters) names.push_back(parameter.name);
  return names;
}

std::string_view type_name(ParameterType type) {
  return type == ParameterType::integer ? "a whole number" : "a number";
}

Result<const IndicatorDescriptor*> find_named(std::string_view spec, std::string_view name) {
  if (const IndicatorDescriptor* found = find_descriptor(name)) {
    return found;
  }
  std::vector<std::string_view> known;
  std::vector<std::string_view> canonical;
  for (const IndicatorDescriptor& descriptor : descriptors()) {
    canonical.push_back(descriptor.name);
    known.push_back(descriptor.name);
    if (!descriptor.alias.empty()) known.push_back(descriptor.alias);
  }
  if (name.empty()) {
    return wrong(spec, fmt::format("expected a name, found nothing; known: {}", fmt::join(canonical, ", ")));
  }
  return wrong(spec, fmt::format("unknown name '{}'{}; known: {}", name, suggestion(name, known),
                                 fmt::join(canonical, ", ")));
}

Result<double> parse_value(std::string_view spec, const IndicatorParameter& parameter,
                           std::string_view text) {
  const std::optional<double> value = parse_number(text);
  const bool integer = parameter.type == ParameterType::integer;
  if (!value || (integer && *value != std::floor(*value))) {
    return wrong(spec, fmt::format("parameter '{}' expects {}, found '{}'", parameter.name,
                                   type_name(parameter.type), text));
  }
  if (*value < parameter.minimum || *value > parameter.maximum) {
    return wrong(spec, fmt::format("parameter '{}' expects {} from {} to {}, found {}", parameter.name,
                                   type_name(parameter.type), parameter.minimum, parameter.maximum, text));
  }
  return *value;
}

/// Collects the arguments of one specification, positional ones first.
class Arguments {
 public:
  Arguments(std::string_view spec, const IndicatorDescriptor& descriptor)
      : spec_(spec), descriptor_(descriptor), values_(descriptor.parameters.size()) {}

  Result<void> add(std::string_view argument) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string_view::npos) {
      return add_positional(argument);
    }
    return add_named(argument.substr(0, equals), argument.substr(equals + 1));
  }

  [[nodiscard]] std::vector<double> values() const {
    std::vector<double> complete;
    complete.reserve(values_.size());
    for (std::size_t i = 0; i < values_.size(); ++i) {
      complete.push_back(values_[i].value_or(descriptor_.parameters[i].default_value));
    }
    return complete;
  }

 private:
  Result<void> add_positional(std::string_view text) {
    if (named_seen_) {
      return wrong(spec_,
                   fmt::format("expected 'parameter=value' after a named parameter, found '{}'", text));
    }
    if (values_.empty()) {
      return wrong(spec_, fmt::format("{} takes no parameters, found '{}'", descriptor_.name, text));
    }
    if (next_ == values_.size()) {
      return wrong(spec_, fmt::format("expected at most {} value{} ({}), found one more: '{}'",
                                      values_.size(), values_.size() == 1 ? "" : "s",
                                      fmt::join(parameter_names(descriptor_), ", "), text));
    }
    return set(next_++, text);
  }

  Result<void> add_named(std::string_view name, std::string_view text) {
    named_seen_ = true;
    const std::vector<std::string_view> names = parameter_names(descriptor_);
    if (names.empty()) {
      return wrong(spec_, fmt::format("{} takes no parameters, found '{}'", descriptor_.name, name));
    }
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      return wrong(spec_, fmt::format("{} has no parameter '{}'{}; its parameters: {}", descriptor_.name,
                                      name, suggestion(name, names), fmt::join(names, ", ")));
    }
    return set(static_cast<std::size_t>(found - names.begin()), text);
  }

  Result<void> set(std::size_t index, std::string_view text) {
    const IndicatorParameter& parameter = descriptor_.parameters[index];
    if (values_[index]) {
      return wrong(spec_, fmt::format("parameter '{}' is given twice", parameter.name));
    }
    TRY(values_[index], parse_value(spec_, parameter, text));
    return {};
  }

  std::string_view spec_;
  const IndicatorDescriptor& descriptor_;
  std::vector<std::optional<double>> values_;
  std::size_t next_ = 0;
  bool named_seen_ = false;
};

/// Conditions between two parameters, which bounds cannot say.
struct Relation {
  std::string_view indicator;
  std::string_view smaller;
  std::string_view larger;
  bool may_be_equal;
};

constexpr Relation relations[] = {
    {"kama", "fast", "slow", true},
    {"macd", "fast", "slow", false},
    {"psar", "acceleration", "maximum", true},
    {"vwap", "offset_minutes", "session_minutes", false},
};

double value_of(const Specification& specification, std::string_view parameter) {
  const auto names = parameter_names(*specification.descriptor);
  const auto index = std::ranges::find(names, parameter) - names.begin();
  return specification.values[static_cast<std::size_t>(index)];
}

Result<void> check_relations(std::string_view spec, const Specification& specification) {
  for (const Relation& relation : relations) {
    if (relation.indicator != specification.descriptor->name) continue;
    const double smaller = value_of(specification, relation.smaller);
    const double larger = value_of(specification, relation.larger);
    if (smaller > larger || (smaller == larger && !relation.may_be_equal)) {
      return wrong(spec, fmt::format("expected {} {} {}, found {} = {} and {} = {}", relation.smaller,
                                     relation.may_be_equal ? "<=" : "<", relation.larger, relation.smaller,
                                     smaller, relation.larger, larger));
    }
  }
  return {};
}

}  // namespace

std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t best_distance = 1 + text.size() / 3;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(text, candidate);
    if (distance < best_distance || (distance == best_distance && best.empty())) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string Specification::name() const {
  std::string text(descriptor->name);
  for (const double value : values) text += fmt::format("_{}", value);
  return text;
}

Result<Specification> parse_specification(std::string_view spec) {
  const std::size_t colon = spec.find(':');
  Specification specification;
  TRY(specification.descriptor, find_named(spec, spec.substr(0, colon)));
  Arguments arguments(spec, *specification.descriptor);
  if (colon != std::string_view::npos) {
    std::string_view rest = spec.substr(colon + 1);
    while (true) {
      const std::size_t comma = rest.find(',');
      TRY_VOID(arguments.add(rest.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  specification.values = arguments.values();
  TRY_VOID(check_relations(spec, specification));
  return specification;
}

}  // namespace kontor::strategy::indicators
