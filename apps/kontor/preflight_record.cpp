#include "preflight_record.hpp"

#include <algorithm>

#include "journal/posix_file_system.hpp"
#include "research/config_record.hpp"
#include "research/run_files.hpp"
#include "research/run_folder.hpp"
#include "research/run_store.hpp"
#include "session/event_log.hpp"
#include "session/summary.hpp"
#include "session_folder.hpp"
#include "session_origin.hpp"

namespace kontor::app {
namespace {

namespace fs = std::filesystem;

bool is_alike(const research::FlatConfig& wanted, std::string_view toml, const std::string& path) {
  const auto recorded = research::flatten_config(toml, path);
  return recorded && research::trades_alike(wanted, *recorded);
}

Result<std::uint64_t> count_backtests(const research::FlatConfig& wanted, const fs::path& runs) {
  TRY(const auto listing, research::RunStore(runs).list());
  return static_cast<std::uint64_t>(std::ranges::count_if(listing.runs, [&](const research::StoredRun& run) {
    const fs::path path = run.folder / research::kConfigFile;
    const auto text = research::read_file(path);
    return text && is_alike(wanted, *text, path.string());
  }));
}

/// What the events of a session tell of it.
struct PaperSessionFacts {
  DurationNs time = 0;  ///< of the market
  std::uint64_t trades = 0;
};

/// Nothing of a session that was not on paper all the time with the one configuration.
std::optional<PaperSessionFacts> paper_facts(journal::FileSystem& files, const std::string& folder) {
  session::SummaryFold fold;
  std::optional<TimeNs> first;
  TimeNs last = 0;
  bool has_changed = false;
  const auto read =
      session::for_each_event_line(files, folder, [&](std::string_view line, const auto&) -> Result<void> {
        TRY(const auto event, session::parse_line(line));
        fold.take(event);
        has_changed = has_changed || event.type == session::EventType::config_changed;
        if (!event.metrics || !event.metrics->equity) return {};
        if (!first) first = event.ts;
        last = std::max(last, event.ts);
        return {};
      });
  const auto summary = fold.summary();
  if (!read || has_changed || summary.mode != "paper") return std::nullopt;
  return PaperSessionFacts{first ? last - *first : 0, summary.trades};
}

}  // namespace

Result<session::RecordFacts> record_facts(const research::BacktestConfig& config, const Globals& globals) {
  session::RecordFacts record;
  TRY(const auto wanted, research::flatten_config(config.effective_toml, "the configuration"));
  TRY(record.backtests, count_backtests(wanted, globals.runs));
  journal::PosixFileSystem files;
  for (const auto& name : sessions_in(globals.sessions)) {
    const std::string folder = (globals.sessions / name).string();
    const auto identity = identity_if_any(files, folder);
    if (!identity || !*identity || !is_alike(wanted, (*identity)->configuration.text, folder)) continue;
    const auto facts = paper_facts(files, folder);
    if (!facts) continue;
    ++record.sessions;
    if (record.sessions > 1 && facts->time <= record.paper_time) continue;
    record.paper_time = facts->time;
    record.paper_trades = facts->trades;
  }
  return record;
}

}  // namespace kontor::app
