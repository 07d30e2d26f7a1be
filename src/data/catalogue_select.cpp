#include "data/catalogue_select.hpp"

#include <algorithm>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "data/catalogue_layout.hpp"

namespace kontor::data {
namespace {

/// What one name stands for: an instrument, or a dataset with its kind and timeframe.
struct Name {
  InstrumentName instrument;
  std::optional<DatasetKey> dataset;

  [[nodiscard]] bool fits(const DatasetKey& key) const {
    return dataset ? key == *dataset : key.instrument == instrument;
  }
};

Result<Name> parse_name(const std::string& text) {
  if (text.find('@') != std::string::npos) {
    TRY(auto instrument, InstrumentName::parse(text));
    return Name{std::move(instrument), std::nullopt};
  }
  if (auto key = parse_dataset_folder(text)) return Name{key->instrument, key};
  return fail(ErrorKind::usage,
              fmt::format("expected SYMBOL@VENUE or VENUE/SYMBOL/KIND[/TIMEFRAME] such as BTCUSDT@binance or "
                          "binance/BTCUSDT/bar/1m, found '{}'",
                          text));
}

bool fits_filters(const DatasetKey& key, const DatasetSelection& selection) {
  if (selection.kind && key.kind != *selection.kind) return false;
  return !selection.timeframe || (key.kind == DataKind::bar && key.timeframe == *selection.timeframe);
}

std::string names_of(const std::vector<DatasetKey>& keys) {
  constexpr std::size_t kShown = 12;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(keys.size(), kShown); ++i) names.push_back(dataset_folder(keys[i]));
  return fmt::format("{}{}", fmt::join(names, ", "), keys.size() > kShown ? " and others" : "");
}

std::unexpected<Error> nothing_fits(const Catalogue& catalogue, const DatasetSelection& selection,
                                    const std::string& name, const std::vector<DatasetKey>& all) {
  auto wanted = name;
  if (selection.kind)
    wanted += fmt::format(" of kind {}", boost::describe::enum_to_string(*selection.kind, ""));
  if (selection.timeframe) wanted += " with timeframe " + selection.timeframe->format();
  if (wanted.empty()) wanted = "data";
  return fail(ErrorKind::not_found, fmt::format("no {} in {}; there {}", wanted, catalogue.path().string(),
                                                all.empty() ? "is nothing" : "are " + names_of(all)));
}

}  // namespace

Result<DataKind> parse_data_kind(std::string_view text) {
  DataKind kind{};
  if (boost::describe::enum_from_string(std::string(text).c_str(), kind)) return kind;
  return fail(ErrorKind::usage, fmt::format("expected bar, trade, quote, book or funding, found '{}'", text));
}

Result<std::vector<DatasetKey>> select_datasets(const Catalogue& catalogue,
                                                const DatasetSelection& selection) {
  TRY(const auto all, find_datasets(catalogue.path()));
  std::vector<DatasetKey> selected;
  for (const auto& text : selection.names) {
    TRY(const auto name, parse_name(text));
    const auto before = selected.size();
    std::ranges::copy_if(all, std::back_inserter(selected),
                         [&](const auto& key) { return name.fits(key) && fits_filters(key, selection); });
    if (selected.size() == before) return nothing_fits(catalogue, selection, text, all);
  }
  if (selection.names.empty()) {
    std::ranges::copy_if(all, std::back_inserter(selected),
                         [&](const auto& key) { return fits_filters(key, selection); });
    if (selected.empty() && !all.empty()) return nothing_fits(catalogue, selection, "", all);
  }
  std::ranges::sort(selected);
  const auto repeated = std::ranges::unique(selected);
  selected.erase(repeated.begin(), repeated.end());
  return selected;
}

Result<DatasetKey> select_one(const Catalogue& catalogue, const DatasetSelection& selection) {
  auto found = select_datasets(catalogue, selection);
  if (found && found->size() == 1) return found->front();
  if (found && found->empty()) return nothing_fits(catalogue, selection, "", {});
  if (found) {
    return fail(ErrorKind::usage,
                fmt::format("expected one dataset, found {}: {}; choose with --kind and --timeframe",
                            found->size(), names_of(*found)));
  }
  // Not stored, but perhaps to be derived.
  if (found.error().kind != ErrorKind::not_found || selection.names.size() != 1)
    return std::unexpected(found.error());
  TRY(const auto name, parse_name(selection.names.front()));
  DatasetKey key = name.dataset.value_or(DatasetKey{name.instrument, DataKind::bar, {}});
  if (selection.timeframe) key.timeframe = *selection.timeframe;
  const bool named = name.dataset || selection.timeframe;
  if (!named || key.kind != DataKind::bar || selection.kind.value_or(DataKind::bar) != DataKind::bar) {
    return std::unexpected(found.error());
  }
  return key;
}

}  // namespace kontor::data
