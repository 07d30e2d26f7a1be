#include "research/run_files.hpp"

#include <cstdio>
#include <fstream>

#include <fmt/format.h>

#include "research/json_writer.hpp"
#include "research/report.hpp"
#include "research/report_data.hpp"
#include "research/run_files_csv.hpp"
#include "research/run_folder.hpp"

namespace kontor::research {
namespace {

constexpr int kMaxNameAttempts = 1000;

/// The most memory that this process has had at once; zero where the system does not tell. Not from
/// getrusage(): that counts what the parent had before this process began.
double peak_memory_mib() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    double kibibytes = 0;
    if (std::sscanf(line.c_str(), "VmHWM: %lf kB", &kibibytes) == 1) return kibibytes / 1024;
  }
  return 0;
}

std::string timing_json(const RunResult& result, const RunStamp& stamp) {
  TextBuffer out;
  JsonWriter json(out, JsonWriter::Layout::indented);
  json.begin_object();
  json.key("created");
  json.time(stamp.created);
  json.member("wall_seconds", stamp.wall_seconds);
  json.member("engine_seconds", result.wall_seconds);
  json.member("peak_memory_mib", peak_memory_mib());
  json.end_object();
  out.push_back('\n');
  return out.text();
}

/// Writes one table and frees its text at once: the largest one bounds the memory of all.
template <class Write>
Result<void> write_table(RunFolder& folder, std::string_view name, const RunResult& result, Write&& write) {
  TextBuffer out;
  write(out, result);
  return folder.write(name, out.view());
}

Result<void> write_files(RunFolder& files, const RunResult& result, const Metrics& metrics,
                         const RunStamp& stamp) {
  TRY_VOID(files.write(kConfigFile, result.config_toml));
  TRY_VOID(files.write(kDatasetFile, dataset_json(result)));
  TRY_VOID(write_table(files, kFillsFile, result, write_fills_csv));
  TRY_VOID(write_table(files, kOrdersFile, result, write_orders_csv));
  TRY_VOID(write_table(files, kEquityFile, result, write_equity_csv));
  TRY_VOID(write_table(files, kRoundTripsFile, result, write_round_trips_csv));
  const std::string data = report_data_json(result, metrics, stamp.engine_version);
  TRY_VOID(files.write(kReportDataFile, data));
  TRY_VOID(files.write(kReportFile, report_html(data)));
  TRY_VOID(files.write(kTimingFile, timing_json(result, stamp)));
  return files.write(kAnalysisFile, analysis_json(result, metrics, stamp.engine_version) + '\n');
}

}  // namespace

Result<void> write_run_files(const std::filesystem::path& folder, const RunResult& result,
                             const Metrics& metrics, const RunStamp& stamp) {
  TRY(RunFolder files, RunFolder::begin(folder));
  TRY_VOID(write_files(files, result, metrics, stamp));
  TRY_VOID(files.commit());
  return {};
}

Result<std::filesystem::path> write_new_run(const std::filesystem::path& runs, const RunResult& result,
                                            const Metrics& metrics, const RunStamp& stamp) {
  const auto folder_at = [&](TimeNs created) { return runs / run_id(created, result.config_sha256); };
  TRY(RunFolder files, RunFolder::begin(folder_at(stamp.created)));
  TRY_VOID(write_files(files, result, metrics, stamp));
  for (int i = 0; i < kMaxNameAttempts; ++i) {
    auto folder = folder_at(stamp.created + i * kMicrosecond);
    files.retarget(folder);
    TRY(const bool done, files.commit(EarlierRun::keep));
    if (done) return folder;
  }
  return fail(ErrorKind::io, fmt::format("expected a free name for the run in {}, found {} taken",
                                         runs.string(), kMaxNameAttempts));
}

}  // namespace kontor::research
