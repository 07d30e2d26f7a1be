#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace kontor::scenario {

/// What running one scenario file gave.
struct ScenarioOutcome {
  std::vector<std::string> failures;  ///< `file:line: expected …, found …`
  std::string updated;                ///< the file with all expectations as they came out
};

/// Runs the text of one scenario. `name` is what messages call the file.
[[nodiscard]] ScenarioOutcome run_scenario(const std::string& text, const std::string& name);

/// All *.scn files below a folder, by path.
[[nodiscard]] std::vector<std::filesystem::path> find_scenarios(const std::filesystem::path& folder);

}  // namespace kontor::scenario
