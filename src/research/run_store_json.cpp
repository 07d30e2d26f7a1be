#include <boost/json.hpp>
#include <fmt/format.h>

#include "research/run_store.hpp"

namespace kontor::research {
namespace {

namespace json = boost::json;

/// Figures that a run without them cannot be shown.
constexpr std::string_view kRequired[] = {"initial_equity", "final_equity", "max_drawdown", "fills"};

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::vector<std::string> texts_of(const json::object& object, std::string_view key) {
  std::vector<std::string> texts;
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_array()) return texts;
  for (const json::value& element : value->get_array()) {
    if (element.is_string()) texts.emplace_back(element.get_string());
  }
  return texts;
}

TimeNs time_of(const json::object& object, std::string_view key) {
  return parse_time(text_of(object, key)).value_or(0);
}

std::vector<std::pair<std::string, std::optional<double>>> figures_of(const json::object& object) {
  std::vector<std::pair<std::string, std::optional<double>>> figures;
  for (const auto& [key, value] : object) {
    if (value.is_number()) {
      figures.emplace_back(key, value.to_number<double>());
    } else if (value.is_null()) {
      figures.emplace_back(key, std::nullopt);
    }
  }
  return figures;
}

}  // namespace

Result<StoredRun> parse_analysis(std::string_view text, std::string_view path) {
  boost::system::error_code code;
  const json::value parsed = json::parse(text, code);
  if (code) {
    return fail(ErrorKind::bad_data,
                fmt::format("{}: expected JSON, found an error: {}", path, code.message()));
  }
  if (!parsed.is_object()) {
    return fail(ErrorKind::bad_data, fmt::format("{}: expected an object, found something else", path));
  }
  const json::object& object = parsed.get_object();
  StoredRun run;
  run.name = text_of(object, "name");
  run.strategies = texts_of(object, "strategies");
  run.instruments = texts_of(object, "instruments");
  run.reporting_asset = text_of(object, "reporting_asset");
  run.engine_version = text_of(object, "engine_version");
  run.config_sha256 = text_of(object, "config_sha256");
  run.from = time_of(object, "from");
  run.to = time_of(object, "to");
  run.figures = figures_of(object);
  for (const std::string_view name : kRequired) {
    if (!run.figure(name)) {
      return fail(ErrorKind::bad_data, fmt::format("{}: expected the number '{}', found none", path, name));
    }
  }
  return run;
}

}  // namespace kontor::research
