#pragma once

#include <memory>
#include <string>
#include <vector>

#include "command.hpp"
#include "data/catalogue_select.hpp"

namespace kontor::app {

/// The options by which the data commands name datasets and a range of time.
struct DataSelection {
  std::vector<std::string> names;
  std::string kind;
  std::string timeframe;
  std::string from;
  std::string to;

  /// Reads kind and timeframe; usage errors say what is expected.
  [[nodiscard]] Result<data::DatasetSelection> datasets() const;
  /// The range; without options everything.
  [[nodiscard]] Result<data::ReadOptions> range() const;
};

/// Adds DATASET, --kind and --timeframe to a command.
void add_dataset_options(CLI::App& command, DataSelection& selection, bool required);
/// Adds --from and --to.
void add_range_options(CLI::App& command, DataSelection& selection);

/// The bars that are meant: the dataset that was named, or the smallest timeframe of the one instrument.
[[nodiscard]] Result<data::DatasetKey> smallest_bars(const data::Catalogue& catalogue,
                                                     const DataSelection& selection);

/// Where the next step is, for somebody who has no data yet.
[[nodiscard]] std::string no_data_hint(const Globals& globals);

}  // namespace kontor::app
