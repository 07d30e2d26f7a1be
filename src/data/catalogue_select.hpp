#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "data/catalogue.hpp"
#include "data/dataset.hpp"

/// How a person names datasets.
namespace kontor::data {

/// `bar`, `trade`, `quote`, `book`, `funding`.
[[nodiscard]] Result<DataKind> parse_data_kind(std::string_view text);

/// Names are `BTCUSDT@binance` (all of this instrument) or `binance/BTCUSDT/bar/1m` (one dataset); the other
/// fields narrow them down. No names: everything.
struct DatasetSelection {
  std::vector<std::string> names;
  std::optional<DataKind> kind = std::nullopt;
  std::optional<Timeframe> timeframe = std::nullopt;
};

/// The stored datasets that are meant, ascending by key, also those with broken segments. A name that fits
/// none is an error (not_found) that tells what there is; a name of another form is a usage error.
[[nodiscard]] Result<std::vector<DatasetKey>> select_datasets(const Catalogue& catalogue,
                                                              const DatasetSelection& selection);

/// The one dataset that is meant; it need not be stored if it can be derived. usage: several fit.
[[nodiscard]] Result<DatasetKey> select_one(const Catalogue& catalogue, const DatasetSelection& selection);

}  // namespace kontor::data
