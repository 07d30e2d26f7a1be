#pragma once

#include <string>
#include <vector>

#include "research/config_difference.hpp"
#include "research/run_store.hpp"

namespace kontor::research {

/// What to list and in which order.
struct RunListOptions {
  std::string sort = "id";  ///< `id` or the name of a figure, such as `sharpe`; figures from the best on
  std::size_t limit = 0;    ///< the first so many of that order, by id the latest; 0 is all
};

/// The names that RunListOptions::sort can have besides `id`: what the table shows.
[[nodiscard]] std::vector<std::string> sortable_figures();

/// The runs in the order asked for; runs without the figure come last. Error usage: an unknown name.
[[nodiscard]] Result<std::vector<StoredRun>> chosen_runs(std::vector<StoredRun> runs,
                                                         const RunListOptions& options);

/// One line for each run: id, name, strategy, instruments, range, return, drawdown, Sharpe, round trips.
[[nodiscard]] std::string runs_table(const std::vector<StoredRun>& runs);
/// The same as a JSON array of objects with all figures.
[[nodiscard]] std::string runs_json(const std::vector<StoredRun>& runs);

/// All figures of one run, in groups.
[[nodiscard]] std::string run_text(const StoredRun& run);

/// Runs side by side: where the configurations differ, then the figures; `*` marks those that differ.
[[nodiscard]] std::string comparison_text(const std::vector<StoredRun>& runs,
                                          const std::vector<ConfigDifference>& differences);
/// The same as a JSON object: ids, configuration differences, figures by name.
[[nodiscard]] std::string comparison_json(const std::vector<StoredRun>& runs,
                                          const std::vector<ConfigDifference>& differences);

}  // namespace kontor::research
