#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "research/metrics.hpp"
#include "research/run_result.hpp"

namespace kontor::research {

/// What made a run besides its inputs.
struct RunStamp {
  std::string engine_version;  ///< version and commit; part of the byte-identical files
  TimeNs created = 0;          ///< wall clock; only in timing.json
  double wall_seconds = 0;     ///< of the whole command; only in timing.json and in printed JSON
};

/// The file names of a run's folder.
inline constexpr std::string_view kAnalysisFile = "analysis.json";
inline constexpr std::string_view kTimingFile = "timing.json";
inline constexpr std::string_view kFillsFile = "fills.csv";
inline constexpr std::string_view kOrdersFile = "orders.csv";
inline constexpr std::string_view kEquityFile = "equity.csv";
inline constexpr std::string_view kRoundTripsFile = "round_trips.csv";
inline constexpr std::string_view kConfigFile = "config.toml";
inline constexpr std::string_view kDatasetFile = "dataset.json";
inline constexpr std::string_view kReportDataFile = "report-data.json";
inline constexpr std::string_view kReportFile = "report.html";

/// Writes a finished run with all its files into `folder`, whole or not at all (see RunFolder). Everything
/// but timing.json depends on the inputs and the engine alone: the same run gives the same bytes.
[[nodiscard]] Result<void> write_run_files(const std::filesystem::path& folder, const RunResult& result,
                                           const Metrics& metrics, const RunStamp& stamp);

/// The same into a folder of its own below `runs`, named by run_id() and never one that is there already:
/// the stamp's time moves on by microseconds until its name is free. Returns the folder.
[[nodiscard]] Result<std::filesystem::path> write_new_run(const std::filesystem::path& runs,
                                                          const RunResult& result, const Metrics& metrics,
                                                          const RunStamp& stamp);

/// analysis.json: counts, money as exact JSON numbers, ratios as the shortest text of a double, null for what
/// is not defined. With `wall_seconds` it is what `kontor backtest --json` prints; the file has no time in
/// it.
[[nodiscard]] std::string analysis_json(const RunResult& result, const Metrics& metrics,
                                        std::string_view engine_version,
                                        std::optional<double> wall_seconds = {});

/// The manifest of the data that the run has read: names, hashes, rows, range.
[[nodiscard]] std::string dataset_json(const RunResult& result);

}  // namespace kontor::research
