#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace kontor::research {

/// One key of a configuration and what each of several configurations says there; nullopt where it says
/// nothing.
struct ConfigDifference {
  std::string key;  ///< `strategy[0].fast`
  std::vector<std::optional<std::string>> values;
};

/// A configuration as a list of keys and values, in the order of its text.
using FlatConfig = std::vector<std::pair<std::string, std::string>>;

/// Reads TOML into flat keys. Error bad_data names `path` and the line.
[[nodiscard]] Result<FlatConfig> flatten_config(std::string_view toml, std::string_view path);

/// The keys on which the configurations do not all agree, in order of first appearance.
[[nodiscard]] std::vector<ConfigDifference> config_differences(const std::vector<FlatConfig>& configs);

}  // namespace kontor::research
