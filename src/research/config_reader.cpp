#include "research/config_reader.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "base/nearest.hpp"

namespace kontor::research {
namespace {

std::string_view type_name(toml::node_type type) {
  switch (type) {
    case toml::node_type::table: return "table";
    case toml::node_type::array: return "array";
    case toml::node_type::string: return "string";
    case toml::node_type::integer: return "integer";
    case toml::node_type::floating_point: return "number";
    case toml::node_type::boolean: return "boolean";
    case toml::node_type::date: return "date";
    case toml::node_type::time: return "time";
    case toml::node_type::date_time: return "date-time";
    case toml::node_type::none: break;
  }
  return "nothing";
}

/// The shortest decimal text that reads back as the same double: what the user wrote, for all practical
/// purposes.
Result<Decimal> decimal_of(double value) { return Decimal::parse(fmt::format("{}", value)); }

std::optional<Decimal> decimal_of(const toml::node& node) {
  if (const auto* integer = node.as_integer()) return Decimal{integer->get(), 0};
  if (const auto* number = node.as_floating_point()) {
    const auto parsed = decimal_of(number->get());
    return parsed ? std::optional(*parsed) : std::nullopt;
  }
  if (const auto* text = node.as_string()) {
    const auto parsed = Decimal::parse(text->get());
    return parsed ? std::optional(*parsed) : std::nullopt;
  }
  return std::nullopt;
}

TimeNs time_of(const toml::date& date) { return start_of(Date{date.year, date.month, date.day}); }

std::optional<TimeNs> time_of(const toml::node& node) {
  if (const auto* date = node.as_date()) return time_of(date->get());
  if (const auto* stamp = node.as_date_time()) {
    const auto& value = stamp->get();
    const DurationNs clock = value.time.hour * kHour + value.time.minute * kMinute +
                             value.time.second * kSecond + static_cast<DurationNs>(value.time.nanosecond);
    const DurationNs offset = value.offset ? value.offset->minutes * kMinute : 0;
    return time_of(value.date) + clock - offset;
  }
  if (const auto* text = node.as_string()) {
    const auto parsed = parse_time(text->get());
    return parsed ? std::optional(*parsed) : std::nullopt;
  }
  return std::nullopt;
}

/// The path of a table without the places in arrays of tables: `instrument[1].limits.` is
/// `instrument.limits`.
std::string table_name(std::string_view path) {
  std::string name;
  bool in_brackets = false;
  for (const char c : path) {
    in_brackets = c == '[' || (in_brackets && c != ']');
    if (!in_brackets && c != ']') name.push_back(c);
  }
  if (name.ends_with('.')) name.pop_back();
  return name;
}

/// What a node holds if it fits the type of a parameter.
std::optional<strategy::ParameterValue> value_of(const toml::node& node, strategy::ParameterType type) {
  using strategy::ParameterType;
  switch (type) {
    case ParameterType::duration: {
      const auto* text = node.as_string();
      const auto parsed = text != nullptr ? parse_duration(text->get()) : Result<DurationNs>(std::unexpect);
      return parsed ? std::optional<strategy::ParameterValue>(*parsed) : std::nullopt;
    }
    case ParameterType::real:
      if (node.is_integer() || node.is_floating_point()) return *node.value<double>();
      return std::nullopt;
    case ParameterType::integer:
      if (const auto* integer = node.as_integer()) return integer->get();
      return std::nullopt;
    case ParameterType::boolean:
      if (const auto* flag = node.as_boolean()) return flag->get();
      return std::nullopt;
    case ParameterType::text:
      if (const auto* word = node.as_string()) return word->get();
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::string exact_duration_text(DurationNs duration) {
  struct Unit {
    DurationNs length;
    std::string_view suffix;
  };
  constexpr Unit kUnits[] = {{kDay, "d"},    {kHour, "h"},         {kMinute, "m"},
                             {kSecond, "s"}, {kMillisecond, "ms"}, {kMicrosecond, "us"}};
  if (duration == 0) return "0s";
  for (const Unit& unit : kUnits) {
    if (duration % unit.length == 0) return fmt::format("{}{}", duration / unit.length, unit.suffix);
  }
  return fmt::format("{}ns", duration);
}

std::string found_text(const toml::node& node) {
  std::ostringstream text;
  switch (node.type()) {
    case toml::node_type::table:
    case toml::node_type::array: return std::string(type_name(node.type()));
    default: node.visit([&](const auto& value) { text << value; });
  }
  return fmt::format("{} {}", type_name(node.type()), text.str());
}

void ConfigReader::Faults::add_in_file(std::uint32_t line, std::string_view text) {
  faults_.push_back(
      {line, line == 0 ? fmt::format("{}: {}", file_, text) : fmt::format("{}:{}: {}", file_, line, text)});
}

void ConfigReader::Faults::add_in_override(std::string_view key, std::string_view text) {
  const auto option = options_.find(key);
  faults_.push_back({UINT32_MAX, option != options_.end() ? fmt::format("{}: {}", option->second, text)
                                                          : fmt::format("--set: {}: {}", key, text)});
}

std::string ConfigReader::Faults::text() const {
  std::vector<const Fault*> sorted;
  for (const Fault& fault : faults_) sorted.push_back(&fault);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Fault* a, const Fault* b) { return a->line < b->line; });
  std::string all;
  for (const Fault* fault : sorted) all += (all.empty() ? "" : "\n") + fault->text;
  return all;
}

ConfigReader::ConfigReader(const toml::table& table, std::string path, Faults& faults, toml::table& effective)
    : table_(table), path_(std::move(path)), faults_(faults), effective_(effective) {}

const toml::node* ConfigReader::find(std::string_view key) {
  known_.emplace_back(key);
  faults_.add_known(table_name(path_), key);
  return table_.get(key);
}

void ConfigReader::fault(std::string_view key, std::string_view text) {
  if (is_override(key)) return faults_.add_in_override(fmt::format("{}{}", path_, key), text);
  const auto* node = table_.get(key);
  faults_.add_in_file(node != nullptr ? node->source().begin.line : table_.source().begin.line,
                      fmt::format("{}{}: {}", path_, key, text));
}

bool ConfigReader::is_override(std::string_view key) const {
  const auto* node = table_.get(key);
  return node != nullptr && node->source().begin.line == 0;
}

void ConfigReader::wrong_type(std::string_view key, const toml::node& node, std::string_view expected) {
  fault(key, fmt::format("expected {}, found {}", expected, found_text(node)));
}

std::string ConfigReader::text(std::string_view key, std::string_view fallback) {
  std::string value(fallback);
  if (const auto* node = find(key)) {
    if (const auto* given = node->as_string()) {
      value = given->get();
    } else {
      wrong_type(key, *node, "a text in quotes");
    }
  }
  record(key, value);
  return value;
}

std::size_t ConfigReader::choice(std::string_view key, std::size_t fallback,
                                 std::span<const std::string_view> choices) {
  const std::string value = text(key, choices[fallback]);
  const auto found = std::find(choices.begin(), choices.end(), value);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  fault(key, fmt::format("expected one of {}, found \"{}\"{}", fmt::join(choices, ", "), value,
                         did_you_mean(value, choices)));
  return fallback;
}

bool ConfigReader::boolean(std::string_view key, bool fallback) {
  bool value = fallback;
  if (const auto* node = find(key)) {
    if (const auto* given = node->as_boolean()) {
      value = given->get();
    } else {
      wrong_type(key, *node, "true or false");
    }
  }
  record(key, value);
  return value;
}

std::int64_t ConfigReader::integer(std::string_view key, std::int64_t fallback, std::int64_t minimum,
                                   std::int64_t maximum) {
  const std::int64_t value = optional_integer(key, minimum, maximum).value_or(fallback);
  record(key, value);
  return value;
}

std::optional<std::int64_t> ConfigReader::optional_integer(std::string_view key, std::int64_t minimum,
                                                           std::int64_t maximum) {
  const auto* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* given = node->as_integer();
  if (given == nullptr || given->get() < minimum || given->get() > maximum) {
    wrong_type(key, *node, fmt::format("an integer from {} to {}", minimum, maximum));
    return std::nullopt;
  }
  record(key, given->get());
  return given->get();
}

std::optional<Decimal> ConfigReader::optional_decimal(std::string_view key, const Decimal& minimum,
                                                      const Decimal& maximum) {
  const auto* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto value = decimal_of(*node);
  if (!value || *value < minimum || *value > maximum) {
    wrong_type(key, *node, fmt::format("a number from {} to {}", minimum.format(), maximum.format()));
    return std::nullopt;
  }
  record(key, value->format());
  return value;
}

Decimal ConfigReader::decimal(std::string_view key, const Decimal& fallback, const Decimal& minimum,
                              const Decimal& maximum) {
  const Decimal value = optional_decimal(key, minimum, maximum).value_or(fallback);
  record(key, value.format());
  return value;
}

std::optional<DurationNs> ConfigReader::optional_duration(std::string_view key) {
  const auto* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* given = node->as_string();
  const auto value = given != nullptr ? parse_duration(given->get()) : Result<DurationNs>(std::unexpect);
  if (!value) {
    wrong_type(key, *node, "a duration such as \"50ms\", \"10s\", \"5m\", \"4h\" or \"1d\"");
    return std::nullopt;
  }
  record(key, given->get());
  return *value;
}

DurationNs ConfigReader::duration(std::string_view key, DurationNs fallback) {
  const auto value = optional_duration(key);
  if (!value) record(key, exact_duration_text(fallback));
  return value.value_or(fallback);
}

Timeframe ConfigReader::timeframe(std::string_view key, Timeframe fallback) {
  Timeframe value = fallback;
  if (const auto* node = find(key)) {
    const auto* given = node->as_string();
    const auto parsed = given != nullptr ? Timeframe::parse(given->get()) : Result<Timeframe>(std::unexpect);
    if (parsed) {
      value = *parsed;
    } else {
      wrong_type(key, *node, "a timeframe such as \"1m\", \"5m\", \"1h\", \"4h\" or \"1d\"");
    }
  }
  record(key, value.format());
  return value;
}

std::optional<TimeNs> ConfigReader::time(std::string_view key) {
  const auto* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto value = time_of(*node);
  if (!value) {
    wrong_type(key, *node, "a date or time such as 2025-05-04 or 2025-05-04T15:33:00Z");
    return std::nullopt;
  }
  record(key, format_time(*value));
  return value;
}

std::vector<std::string> ConfigReader::texts(std::string_view key, std::vector<std::string> fallback) {
  std::vector<std::string> values = std::move(fallback);
  if (const auto* node = find(key)) {
    const auto* given = node->as_array();
    if (const auto* single = node->as_string()) {
      values = {single->get()};
    } else if (given == nullptr || (!given->empty() && !given->is_homogeneous(toml::node_type::string))) {
      wrong_type(key, *node, "a list of texts such as [\"BTCUSDT@binance\"]");
    } else {
      values.clear();
      for (const auto& element : *given) values.push_back(element.as_string()->get());
    }
  }
  toml::array recorded;
  for (const auto& value : values) recorded.push_back(value);
  record(key, recorded);
  return values;
}

std::optional<strategy::ParameterValue> ConfigReader::parameter(
    const strategy::ParameterDescriptor& descriptor) {
  strategy::ParameterValue value = descriptor.default_value;
  if (const auto* node = find(descriptor.name)) {
    auto given = value_of(*node, descriptor.type);
    if (!given || strategy::fault_of(descriptor, *given)) {
      wrong_type(descriptor.name, *node, strategy::describe(descriptor));
      return std::nullopt;
    }
    value = std::move(*given);
  }
  if (descriptor.type == strategy::ParameterType::duration) {
    record(descriptor.name, exact_duration_text(std::get<std::int64_t>(value)));
  } else {
    std::visit([&](const auto& known) { record(descriptor.name, known); }, value);
  }
  return value;
}

void ConfigReader::table(std::string_view key, const std::function<void(ConfigReader&)>& read) {
  static const toml::table kEmpty;
  const auto* node = find(key);
  const toml::table* below = node != nullptr ? node->as_table() : &kEmpty;
  if (below == nullptr) {
    wrong_type(key, *node, "a table");
    below = &kEmpty;
  }
  toml::table effective;
  ConfigReader reader(*below, fmt::format("{}{}.", path_, key), faults_, effective);
  read(reader);
  reader.finish();
  record(key, effective);
}

void ConfigReader::tables(std::string_view key, const std::function<void(ConfigReader&)>& read) {
  const auto* node = find(key);
  if (node == nullptr) return;
  std::vector<const toml::table*> found;
  if (const auto* single = node->as_table()) found.push_back(single);
  if (const auto* array = node->as_array()) {
    for (const auto& element : *array) {
      if (element.is_table()) {
        found.push_back(element.as_table());
      } else {
        wrong_type(key, element, fmt::format("tables ([[{}]])", key));
      }
    }
  } else if (found.empty()) {
    wrong_type(key, *node, fmt::format("tables ([[{}]])", key));
  }
  toml::array effective;
  for (std::size_t i = 0; i < found.size(); ++i) {
    toml::table one;
    const std::string number = found.size() == 1 ? "" : fmt::format("[{}]", i);
    ConfigReader reader(*found[i], fmt::format("{}{}{}.", path_, key, number), faults_, one);
    read(reader);
    reader.finish();
    effective.push_back(std::move(one));
  }
  record(key, effective);
}

void ConfigReader::finish() {
  if (ignore_unknown_) return;
  const std::vector<std::string_view> known(known_.begin(), known_.end());
  for (const auto& [key, node] : table_) {
    if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
    fault(key.str(), fmt::format("unknown key, expected one of {}{}", fmt::join(known, ", "),
                                 did_you_mean(key.str(), known)));
  }
}

Result<toml::table> parse_toml_text(std::string_view text, const std::string& file) {
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    const auto& place = error.source().begin;
    return fail(ErrorKind::usage, fmt::format("{}:{}:{}: expected TOML, found: {}", file, place.line,
                                              place.column, error.description()));
  }
}

Result<toml::table> parse_toml_file(const std::string& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    return fail(ErrorKind::usage, fmt::format("{}: expected a configuration file, found a folder", file));
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fail(ErrorKind::usage, fmt::format("{}: expected a readable configuration file", file));
  std::ostringstream text;
  text << stream.rdbuf();
  return parse_toml_text(text.str(), file);
}

namespace {

/// One step of an override's path: a key, and an index where one was written.
struct PathStep {
  std::string key;
  std::optional<std::size_t> index;
};

Result<std::vector<PathStep>> parse_path(std::string_view path) {
  std::vector<PathStep> steps;
  const auto bad = [&] {
    return fail(
        ErrorKind::usage,
        fmt::format("--set: expected a key such as backtest.from or strategy[0].fast, found '{}'", path));
  };
  std::string_view rest = path;
  while (!rest.empty()) {
    const auto dot = rest.find('.');
    std::string_view part = rest.substr(0, dot);
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
    PathStep step;
    if (const auto bracket = part.find('['); bracket != std::string_view::npos) {
      std::size_t index = 0;
      const auto digits = part.substr(bracket + 1, part.size() - bracket - 2);
      const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
      if (part.back() != ']' || status != std::errc{} || end != digits.data() + digits.size()) return bad();
      step.index = index;
      part = part.substr(0, bracket);
    }
    if (part.empty()) return bad();
    step.key = part;
    steps.push_back(std::move(step));
  }
  if (steps.empty() || steps.back().index) return bad();
  return steps;
}

/// What stands where a step of a path leads; an element of an array of tables, or the table itself.
Result<toml::table*> descend(toml::table& table, const PathStep& step) {
  toml::node* node = table.get(step.key);
  if (node == nullptr) {
    table.insert(step.key, toml::table{});
    node = table.get(step.key);
  }
  auto* array = node->as_array();
  auto* single = node->as_table();
  if (array == nullptr && single == nullptr) {
    return fail(ErrorKind::usage,
                fmt::format("--set: expected {} to be a table, found {}", step.key, found_text(*node)));
  }
  const std::size_t size = single != nullptr ? 1 : array->size();
  const std::string found = step.index ? fmt::format("{}[{}]", step.key, *step.index) : step.key;
  if ((!step.index && size != 1) || step.index.value_or(0) >= size) {
    return fail(ErrorKind::usage,
                fmt::format("--set: expected {}[0]{}, found {}", step.key,
                            size > 1 ? fmt::format(" to {}[{}]", step.key, size - 1) : "", found));
  }
  if (single != nullptr) return single;
  auto* element = (*array)[step.index.value_or(0)].as_table();
  if (element == nullptr) {
    return fail(ErrorKind::usage, fmt::format("--set: expected {} to be a list of tables", step.key));
  }
  return element;
}

}  // namespace

Result<void> apply_override(toml::table& root, std::string_view assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return fail(ErrorKind::usage, fmt::format("--set: expected key=value, found '{}'", assignment));
  }
  TRY(const auto steps, parse_path(assignment.substr(0, equals)));
  toml::table* table = &root;
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    TRY(table, descend(*table, steps[i]));
  }
  const std::string_view value = assignment.substr(equals + 1);
  const auto parsed = parse_toml_text(fmt::format("value = {}", value), "--set");
  if (parsed) {
    const toml::node* node = parsed->get("value");
    node->visit([&](const auto& typed) { table->insert_or_assign(steps.back().key, typed); });
  } else {
    table->insert_or_assign(steps.back().key, std::string(value));
  }
  return {};
}

}  // namespace kontor::research
