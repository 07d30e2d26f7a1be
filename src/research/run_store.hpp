#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace kontor::research {

/// A past run as its analysis.json tells it.
struct StoredRun {
  std::string id;  ///< name of its folder
  std::filesystem::path folder;
  std::string name;  ///< as the configuration names it; empty in runs of old
  std::vector<std::string> strategies;
  std::vector<std::string> instruments;
  std::string reporting_asset;
  std::string engine_version;
  std::string config_sha256;
  TimeNs from = 0;
  TimeNs to = 0;
  /// All numbers at the top of the analysis, in its order; nullopt is null. Doubles: for tables, not for
  /// books.
  std::vector<std::pair<std::string, std::optional<double>>> figures;

  /// The figure of that name; nullopt where it is null or absent.
  [[nodiscard]] std::optional<double> figure(std::string_view wanted) const;
};

/// A folder among the runs that cannot be read as one.
struct BrokenRun {
  std::string id;
  std::string reason;
};

struct RunListing {
  std::vector<StoredRun> runs;    ///< by id, which is by time
  std::vector<BrokenRun> broken;  ///< skipped, with the reason
};

/// The folder in which runs are kept, one folder each. Reads only.
class RunStore {
 public:
  explicit RunStore(std::filesystem::path root) : root_(std::move(root)) {}

  /// All runs; none where the folder does not exist yet. Error io: it cannot be read.
  [[nodiscard]] Result<RunListing> list() const;

  /// The folder of a run named by its id, by the beginning of exactly one id, by `latest`, or by the path of
  /// its folder. Error not_found names the nearest ids; usage: a beginning that fits several.
  [[nodiscard]] Result<std::filesystem::path> find(std::string_view name) const;

  /// find() and read_run() in one.
  [[nodiscard]] Result<StoredRun> load(std::string_view name) const;

 private:
  [[nodiscard]] Result<std::vector<std::string>> ids() const;

  std::filesystem::path root_;
};

/// Reads the run in `folder`. Error bad_data names the file and what is wrong with it.
[[nodiscard]] Result<StoredRun> read_run(const std::filesystem::path& folder);

/// Reads an analysis.json; `path` is for messages.
[[nodiscard]] Result<StoredRun> parse_analysis(std::string_view text, std::string_view path);

}  // namespace kontor::research
