#pragma once

#include <string>
#include <string_view>

#include "research/metrics.hpp"
#include "research/run_result.hpp"

namespace kontor::research {

/// Grows with every change that the report's page must know about; the page of another number is refused.
inline constexpr int kReportDataSchema = 3;

/// Limits of what the page carries; beyond them the data is thinned evenly and the page says so. The full
/// tables are the run's CSV files.
inline constexpr std::size_t kReportEquityPoints = 6'000;
inline constexpr std::size_t kReportFills = 20'000;
inline constexpr std::size_t kReportRoundTrips = 20'000;

/// Everything that the report shows, as one JSON object with columns instead of rows: the analysis, the
/// equity (thinned so that the extremes of each interval stay), daily and calendar figures, candles, fills,
/// round trips, the effective configuration. The run's folder keeps it as report-data.json, from which the
/// page can be made again at any time. Holds no `<`, so it can stand inside a script element.
[[nodiscard]] std::string report_data_json(const RunResult& result, const Metrics& metrics,
                                           std::string_view engine_version);

/// Indices of the equity samples that the report keeps: all, or of each of `limit / 2` equal runs of samples
/// the lowest and the highest, and always the first and the last; ascending.
[[nodiscard]] std::vector<std::size_t> thinned_equity(const RunResult& result, std::size_t limit);

}  // namespace kontor::research
