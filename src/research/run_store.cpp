#include "research/run_store.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest.hpp"
#include "research/run_files.hpp"
#include "research/run_folder.hpp"

namespace kontor::research {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLatest = "latest";
constexpr std::size_t kSuggestions = 5;

bool holds_run(const fs::path& folder) {
  std::error_code code;
  return fs::is_regular_file(folder / kAnalysisFile, code);
}

/// The ids most like `name`: those that hold it first, then by edit distance.
std::vector<std::string> suggestions(std::string_view name, std::vector<std::string> ids) {
  const auto distance = [&](const std::string& id) {
    return id.find(name) != std::string::npos ? 0 : edit_distance(name, id);
  };
  std::ranges::stable_sort(ids, {}, distance);
  if (ids.size() > kSuggestions) ids.resize(kSuggestions);
  return ids;
}

std::unexpected<Error> unknown_run(std::string_view name, const fs::path& root,
                                   const std::vector<std::string>& ids) {
  if (ids.empty()) {
    return fail(ErrorKind::not_found,
                fmt::format("no run '{}': there are no runs in {} yet; 'kontor backtest' makes one", name,
                            root.string()));
  }
  return fail(ErrorKind::not_found, fmt::format("no run '{}' in {}; the nearest are: {}", name, root.string(),
                                                fmt::join(suggestions(name, ids), ", ")));
}

}  // namespace

std::optional<double> StoredRun::figure(std::string_view wanted) const {
  const auto found =
      std::ranges::find(figures, wanted, &std::pair<std::string, std::optional<double>>::first);
  return found == figures.end() ? std::nullopt : found->second;
}

Result<std::vector<std::string>> RunStore::ids() const {
  std::vector<std::string> found;
  std::error_code code;
  if (!fs::exists(root_, code) && !code) return found;
  fs::directory_iterator entry(root_, code);
  for (const fs::directory_iterator end; !code && entry != end; entry.increment(code)) {
    std::error_code ignored;
    const std::string name = entry->path().filename().string();
    if (!name.starts_with('.') && entry->is_directory(ignored)) found.push_back(name);
  }
  if (code) {
    return fail(ErrorKind::io,
                fmt::format("cannot read the folder of runs {}: {}", root_.string(), code.message()));
  }
  std::ranges::sort(found);
  return found;
}

Result<RunListing> RunStore::list() const {
  TRY(const auto names, ids());
  RunListing listing;
  for (const std::string& name : names) {
    auto run = read_run(root_ / name);
    if (run) {
      listing.runs.push_back(std::move(*run));
    } else {
      listing.broken.push_back({name, run.error().message});
    }
  }
  return listing;
}

Result<fs::path> RunStore::find(std::string_view name) const {
  TRY(const auto names, ids());
  if (std::ranges::binary_search(names, name)) return root_ / name;
  if (name == kLatest) {
    const auto last = std::ranges::find_if(names.rbegin(), names.rend(), [&](const std::string& id) {
      return read_run(root_ / id).has_value();
    });
    if (last != names.rend()) return root_ / *last;
  }
  if (!name.empty() && holds_run(fs::path(name))) return fs::path(name);
  std::vector<std::string> fitting;
  if (!name.empty()) {
    std::ranges::copy_if(names, std::back_inserter(fitting),
                         [&](const std::string& id) { return id.starts_with(name); });
  }
  if (fitting.size() == 1) return root_ / fitting.front();
  if (fitting.size() > 1) {
    fitting.resize(std::min(fitting.size(), kSuggestions));
    return fail(ErrorKind::usage,
                fmt::format("expected the beginning of one run, found several that begin with '{}': {}", name,
                            fmt::join(fitting, ", ")));
  }
  return unknown_run(name, root_, names);
}

Result<StoredRun> RunStore::load(std::string_view name) const {
  TRY(const auto folder, find(name));
  return read_run(folder);
}

Result<StoredRun> read_run(const fs::path& folder) {
  const fs::path path = folder / kAnalysisFile;
  auto text = read_file(path);
  if (!text) return fail(ErrorKind::bad_data, text.error().message);
  TRY(StoredRun run, parse_analysis(*text, path.string()));
  const auto clean = fs::absolute(folder).lexically_normal();
  run.id = (clean.has_filename() ? clean : clean.parent_path()).filename().string();
  run.folder = folder;
  return run;
}

}  // namespace kontor::research
