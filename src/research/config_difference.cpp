#include "research/config_difference.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace kontor::research {
namespace {

std::string value_text(const toml::node& node) {
  std::ostringstream text;
  node.visit([&](const auto& value) { text << value; });
  return std::move(text).str();
}

void flatten(const toml::node& node, const std::string& key, FlatConfig& into) {
  if (const toml::table* table = node.as_table()) {
    std::vector<std::pair<std::string, const toml::node*>> members;
    for (const auto& [name, member] : *table) members.emplace_back(std::string(name.str()), &member);
    std::ranges::stable_sort(members, {}, [](const auto& member) { return member.second->source().begin; });
    const std::string before = key.empty() ? key : key + ".";
    for (const auto& [name, member] : members) flatten(*member, before + name, into);
    return;
  }
  const toml::array* array = node.as_array();
  if (array == nullptr || !array->is_array_of_tables()) {
    into.emplace_back(key, value_text(node));
    return;
  }
  for (std::size_t i = 0; i < array->size(); ++i)
    flatten(*array->get(i), fmt::format("{}[{}]", key, i), into);
}

std::optional<std::string> value_at(const FlatConfig& config, const std::string& key) {
  const auto found = std::ranges::find(config, key, &FlatConfig::value_type::first);
  return found == config.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

Result<FlatConfig> flatten_config(std::string_view toml, std::string_view path) {
  try {
    const toml::table table = toml::parse(toml, path);
    FlatConfig flat;
    flatten(table, "", flat);
    return flat;
  } catch (const toml::parse_error& error) {
    return fail(ErrorKind::bad_data, fmt::format("{}:{}: expected TOML, found an error: {}", path,
                                                 error.source().begin.line, error.description()));
  }
}

std::vector<ConfigDifference> config_differences(const std::vector<FlatConfig>& configs) {
  std::vector<ConfigDifference> differences;
  std::vector<std::string> seen;
  for (const FlatConfig& config : configs) {
    for (const auto& [key, value] : config) {
      if (std::ranges::find(seen, key) != seen.end()) continue;
      seen.push_back(key);
      ConfigDifference difference{key, {}};
      for (const FlatConfig& other : configs) difference.values.push_back(value_at(other, key));
      const bool equal =
          std::ranges::all_of(difference.values, [&](const auto& other) { return other == value; });
      if (!equal) differences.push_back(std::move(difference));
    }
  }
  return differences;
}

}  // namespace kontor::research
