#include "data/fetch_venue_coverage.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "data/catalogue_files.hpp"

namespace kontor::data {
namespace {

constexpr std::string_view kCoverageTitle = "kontor coverage 1\n";
/// Hidden, and with no name that a dataset can have.
constexpr const char* kCoverageFolder = ".coverage";

/// Cuts a number and the character behind it from the front of `text`.
template <class Number>
std::optional<Number> cut_number(std::string_view& text, char end) {
  Number number = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || stop == text.data() + text.size() || *stop != end) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
  return number;
}

struct CoverageText {
  std::string origin;
  std::vector<CoveredRange> ranges;
};

/// Nothing: this is no such file.
std::optional<CoverageText> parse_coverage(std::string_view text) {
  if (!text.starts_with(kCoverageTitle)) return std::nullopt;
  text.remove_prefix(kCoverageTitle.size());
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  CoverageText read{.origin = std::string(text.substr(0, end)), .ranges = {}};
  text.remove_prefix(end + 1);
  std::vector<CoveredRange>& ranges = read.ranges;
  while (!text.empty()) {
    const auto from = cut_number<TimeNs>(text, ' ');
    const auto to = from ? cut_number<TimeNs>(text, ' ') : std::nullopt;
    const auto rows = to ? cut_number<std::uint64_t>(text, '\n') : std::nullopt;
    const bool is_good = rows && *from < *to && (ranges.empty() || ranges.back().range.to < *from);
    if (!is_good || ranges.size() == FetchCoverage::kMostRanges) return std::nullopt;
    ranges.push_back({{*from, *to}, *rows});
  }
  return read;
}

/// A series of nothing where there is nothing.
Result<std::optional<Series>> read_if_any(const Catalogue& catalogue, const DatasetKey& key,
                                          const TimeRange& range) {
  ReadOptions options;
  options.from = range.from;
  options.to = range.to;
  options.derive = false;
  auto series = catalogue.read(key, options);
  if (series) return std::optional(std::move(*series));
  if (series.error().kind == ErrorKind::not_found) return std::optional<Series>();
  return std::unexpected(series.error());
}

Result<std::uint64_t> count_rows(const Catalogue& catalogue, const DatasetKey& key, const TimeRange& range) {
  TRY(const auto series, read_if_any(catalogue, key, range));
  return series ? series->rows() : 0;
}

/// The stretches that bars without a gap between them take.
Result<void> add_stored_bars(const Catalogue& catalogue, const DatasetKey& key, const TimeRange& wanted,
                             std::vector<TimeRange>& taken) {
  TRY(auto series, read_if_any(catalogue, key, wanted));
  if (!series) return {};
  SeriesReader reader(std::move(*series));
  while (true) {
    TRY(const bool has_more, reader.next());
    if (!has_more) return {};
    for (const TimeNs opened : reader.view().times()) {
      if (taken.empty() || taken.back().to != opened) taken.push_back({opened, opened});
      taken.back().to = opened + key.timeframe.period_ns;
    }
  }
}

}  // namespace

Result<FetchCoverage> FetchCoverage::load(const Catalogue& catalogue, const DatasetKey& key) {
  const std::string dataset = Catalogue::dataset_name(key);
  FetchCoverage coverage(catalogue.path() / kCoverageFolder / (dataset + ".txt"), dataset);
  const auto text = read_small_file(coverage.path_);
  if (!text && text.error().kind != ErrorKind::not_found) return std::unexpected(text.error());
  if (auto read = text ? parse_coverage(*text) : std::nullopt) {
    coverage.origin_ = std::move(read->origin);
    coverage.ranges_ = std::move(read->ranges);
  }
  return coverage;
}

Result<void> FetchCoverage::claim(const std::string& origin) {
  if (origin_.empty()) origin_ = origin;
  if (origin_ == origin) return {};
  return fail(
      ErrorKind::usage,
      fmt::format("{}: expected rows of {}, which is where those that were fetched are from, found {}: file "
                  "these under a name of their own (SYMBOL@name)",
                  dataset_, origin_, origin));
}

Result<void> FetchCoverage::save() const {
  std::string text = fmt::format("{}{}\n", kCoverageTitle, origin_);
  for (const auto& [range, rows] : ranges_) text += fmt::format("{} {} {}\n", range.from, range.to, rows);
  TRY_VOID(make_folders(path_.parent_path()));
  return replace_file(path_, text);
}

void FetchCoverage::add(const CoveredRange& covered) {
  CoveredRange grown = covered;
  std::erase_if(ranges_, [&](const CoveredRange& old) {
    const bool overlaps = old.range.from < covered.range.to && covered.range.from < old.range.to;
    const bool touches = old.range.to == covered.range.from || old.range.from == covered.range.to;
    if (touches && !overlaps) {
      grown.range.from = std::min(grown.range.from, old.range.from);
      grown.range.to = std::max(grown.range.to, old.range.to);
      grown.rows += old.rows;
    }
    return overlaps || touches;
  });
  const auto place = std::ranges::upper_bound(ranges_, grown.range.from, {},
                                              [](const CoveredRange& one) { return one.range.from; });
  ranges_.insert(place, grown);
  // So many stretches are no coverage any more; the oldest are asked for again one day.
  if (ranges_.size() > kMostRanges) ranges_.erase(ranges_.begin());
}

Result<std::vector<TimeRange>> find_holes(const Catalogue& catalogue, const DatasetKey& key,
                                          const TimeRange& wanted, const FetchCoverage& coverage) {
  std::vector<TimeRange> taken;
  if (key.kind == DataKind::bar) {
    TRY_VOID(add_stored_bars(catalogue, key, wanted, taken));
  }
  for (const auto& [range, rows] : coverage.ranges()) {
    if (range.to <= wanted.from || range.from >= wanted.to) continue;
    TRY(const std::uint64_t stored, count_rows(catalogue, key, range));
    if (stored >= rows) taken.push_back(range);
  }
  return without(wanted, std::move(taken));
}

}  // namespace kontor::data
