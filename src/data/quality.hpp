#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>

#include "base/result.hpp"
#include "base/time.hpp"
#include "data/catalogue.hpp"
#include "data/dataset.hpp"
#include "data/series_reader.hpp"

/// What is wrong with data, or looks wrong. Only tells, never repairs.
namespace kontor::data {

/// Errors make results wrong; warnings are what a person should look at once.
BOOST_DEFINE_FIXED_ENUM_CLASS(Severity, std::uint8_t, error, warning)

BOOST_DEFINE_FIXED_ENUM_CLASS(FindingKind, std::uint8_t,
                              broken_segment,    // a file that cannot be read
                              gap,               // bars that are missing; ticks: a long silence
                              duplicate,         // a bar's time or a trade's id twice
                              off_grid,          // a bar that does not begin where its timeframe does
                              impossible_range,  // high below, or low above, open or close
                              invalid_price,     // zero or negative
                              invalid_quantity,  // negative, or zero where there must be one
                              time_backwards,    // a row before the one before it
                              clock_skew,        // received before it happened
                              crossed,           // best bid above best ask
                              locked,            // best bid equal to best ask
                              no_snapshot,       // a book that never begins
                              frozen,            // many bars in a row without any movement
                              volume_spike)      // a bar far above its surroundings

/// One observation. Runs of the same trouble are one finding, at the time of the first row.
struct Finding {
  Severity severity = Severity::error;
  FindingKind kind = FindingKind::gap;
  TimeNs time = 0;
  std::string detail;
};

/// A hole in a series of bars: periods from ≤ ts_open < to that have no bar.
struct Gap {
  TimeNs from = 0;
  TimeNs to = 0;
  std::uint64_t missing = 0;
};

/// How much of a UTC day is there, between the first and the last row of the series. Bars: bars of the bars
/// that fit. Ticks: minutes with at least one row of all minutes.
struct DayCoverage {
  Date day;
  std::uint64_t present = 0;
  std::uint64_t expected = 0;
  [[nodiscard]] double percent() const noexcept {
    return expected == 0 ? 100.0 : 100.0 * static_cast<double>(present) / static_cast<double>(expected);
  }
};

struct QualityOptions {
  std::uint64_t frozen_bars = 30;   ///< equal closes with zero range in a row, from which on it is told
  double volume_spike = 50;         ///< times the median of the bars before
  std::size_t volume_window = 100;  ///< how many bars before
  DurationNs tick_silence = 10 * kMinute;  ///< between two ticks, from which on it is a gap
  /// Share of the bars that may be missing before gaps are errors. Exchanges have outages: Binance's spot
  /// market stood still for an hour on 2023-03-24, for example.
  double max_missing_percent = 0.1;
  std::size_t findings_per_kind = 20;  ///< how many are kept; all are counted
};

struct QualityReport {
  DatasetKey key;
  std::uint64_t rows = 0;
  TimeNs first = 0;
  TimeNs last = 0;
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  std::map<FindingKind, std::uint64_t> counts;
  std::vector<Finding> findings;  ///< ascending by kind, then as they occur
  std::vector<Gap> gaps;          ///< bars only; the longest ones, ascending by time
  std::uint64_t missing_bars = 0;
  std::vector<DayCoverage> coverage;

  [[nodiscard]] bool ok() const noexcept { return errors == 0; }
  [[nodiscard]] std::uint64_t count(FindingKind kind) const {
    const auto found = counts.find(kind);
    return found == counts.end() ? 0 : found->second;
  }
  /// Share of what is expected between the first and the last row that is there, in percent.
  [[nodiscard]] double coverage_percent() const noexcept;
};

/// Looks at all rows of a series. Fails only if they cannot be read.
[[nodiscard]] Result<QualityReport> check_quality(const Series& series, const QualityOptions& options = {});

/// Looks at a stored dataset: its rows, and that every segment can be read and holds what its checksums say.
/// Broken segments become findings. Errors: not_found, io, usage.
[[nodiscard]] Result<QualityReport> check_dataset(const Catalogue& catalogue, const DatasetKey& key,
                                                  const ReadOptions& range = {},
                                                  const QualityOptions& options = {});

/// For people: a verdict, a table of findings, gaps and the worst days.
[[nodiscard]] std::string format_report(const QualityReport& report);
/// For programs: everything, as one JSON object.
[[nodiscard]] std::string to_json(const QualityReport& report);

}  // namespace kontor::data
