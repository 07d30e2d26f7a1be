#include <cctype>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "base/sha256.hpp"
#include "command.hpp"
#include "data/catalogue.hpp"
#include "emergency_stop.hpp"
#include "journal/posix_file_system.hpp"
#include "research/config_change.hpp"
#include "research/json_writer.hpp"
#include "research/prepare.hpp"
#include "run_log.hpp"
#include "session/paper_session.hpp"
#include "session_folder.hpp"
#include "session_origin.hpp"
#include "session_pace.hpp"
#include "session_settings.hpp"
#include "session_text.hpp"
#include "version.hpp"

namespace kontor::app {
namespace {

struct SessionRunOptions {
  std::string config;
  std::vector<std::string> overrides;
  std::vector<std::string> log_levels;
  std::string id;
  std::string speed = "max";
  bool fresh = false;
  bool resume = false;
  bool no_safe_mode = false;
  bool json = false;
};

/// A configuration's name as the name of a folder.
std::string as_id(std::string name) {
  for (char& c : name) {
    const bool fits = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
    if (!fits) c = '-';
  }
  return name;
}

std::string_view text_of(session::Ending ending) {
  switch (ending) {
    case session::Ending::data_ended: return "the data has ended";
    case session::Ending::stopped: return "stopped";
    case session::Ending::stop_time: return session::reason_text(TradingReason::stop_time);
    case session::Ending::max_duration: return session::reason_text(TradingReason::max_duration);
  }
  return "stopped";
}

/// What a restart found, for the user to know before anything else happens.
void tell(const SessionPlace& place, const session::PaperSession& session) {
  const auto& restart = session.restart();
  if (!restart.continues) {
    fmt::print(stderr, "Session {} begins; its journal is in {}\n", place.id, place.folder.string());
    return;
  }
  fmt::print(stderr, "Session {} goes on", place.id);
  if (restart.snapshot_seq != 0) fmt::print(stderr, " from its state after record {}", restart.snapshot_seq);
  if (restart.cut_bytes != 0) {
    fmt::print(stderr, "; {} bytes at the journal's end were never finished and are gone", restart.cut_bytes);
  }
  fmt::print(stderr, "\n");
  if (restart.crash_loop) {
    fmt::print(stderr,
               "Its last {} runs crashed within {}: it comes up in safe mode and takes no new risk; 'kontor "
               "session resume {}' or --resume changes that\n",
               session::kCrashLoop, format_duration(session::kCrashLoopTime), place.id);
  } else if (session.status().trading != TradingState::running && !session.status().by_schedule) {
    fmt::print(stderr,
               "It takes no new risk: trading is {}; 'kontor session resume {}' or --resume changes that\n",
               boost::describe::enum_to_string(session.status().trading, ""), place.id);
  }
}

std::string json_of(const SessionPlace& place, session::Ending ending, const session::PaperSession& session,
                    const std::string& asset) {
  const auto status = session.status();
  research::TextBuffer text;
  research::JsonWriter json(text, research::JsonWriter::Layout::indented);
  json.begin_object();
  json.member("session", std::string_view(place.id));
  json.member("folder", std::string_view(place.folder.native()));
  json.member("ending", text_of(ending));
  json.member("continued", session.restart().continues);
  json.member("repeated_events", session.restart().repeated);
  json.key("time");
  json.time(status.now);
  json.member("events", status.events);
  json.member("orders", status.orders);
  json.member("fills", status.fills);
  json.member("refusals", status.refusals);
  json.member("open_orders", static_cast<std::uint64_t>(status.open_orders));
  json.member("open_positions", static_cast<std::uint64_t>(status.open_positions));
  json.member("equity", status.equity);
  json.member("asset", std::string_view(asset));
  json.end_object();
  return std::string(text.view());
}

/// What a session is made of: the configuration that it was begun with, and its data.
struct Origin {
  std::unique_ptr<const research::PreparedBacktest> prepared;
  journal::Configuration configuration;
};

/// The origin of the session at `place`, which is that of its journal where there is one. `config`, what the
/// file says now, may differ from it in what can change.
Result<Origin> origin_of(journal::FileSystem& files, const SessionPlace& place,
                         const research::BacktestConfig& config, const Globals& globals) {
  Origin origin{nullptr, {sha256_hex(config.effective_toml), config.effective_toml}};
  research::BacktestConfig begun = config;
  TRY(const auto identity, identity_if_any(files, place.folder.string()));
  if (identity) {
    origin.configuration = identity->configuration;
    TRY(begun, config_of(*identity));
  }
  TRY(const auto catalogue, data::Catalogue::open(globals.store));
  TRY(origin.prepared, research::PreparedBacktest::prepare(std::move(begun), catalogue));
  const auto change = research::settings_change(*origin.prepared, origin.configuration.text, config);
  if (change) return origin;
  return fail(change.error().kind,
              fmt::format("session {} was begun with another configuration: {} (--new begins one)", place.id,
                          change.error().message));
}

journal::Identity identity_of(const Origin& origin, const SessionPlace& place, const std::string& account,
                              std::uint64_t token) {
  return {version_text(),
          place.id,
          "",
          account,
          token,
          origin.prepared->config().seed,
          origin.configuration,
          journal::definitions_of(origin.prepared->instruments())};
}

/// No session begins while an emergency stop stands.
Result<void> check_emergency_stop(const Globals& globals) {
  const auto stop = emergency_stop_in(globals.sessions);
  if (!stop) return {};
  return fail(ErrorKind::usage,
              fmt::format("an emergency stop stands since {}; 'kontor stop --lift' takes it back",
                          format_time(stop->since)));
}

/// What the session's events say of it.
session::SessionAbout about(const research::PreparedBacktest& prepared, const std::string& name,
                            RunLog& log) {
  std::string strategies;
  for (const auto& strategy : prepared.config().strategies)
    strategies += fmt::format("{}{}", strategies.empty() ? "" : ", ", strategy.label);
  return {name, strategies, "paper", host_name(), wall_clock, log.listener()};
}

Result<int> run_session(const SessionRunOptions& options, const Globals& globals) {
  TRY_VOID(check_emergency_stop(globals));
  TRY(const auto speed, parse_speed(options.speed));
  TRY(const auto config, research::load_config(options.config, options.overrides));
  const std::string name = !options.id.empty() ? options.id
                           : !config.name.empty()
                               ? as_id(config.name)
                               : as_id(std::filesystem::path(options.config).stem().string());
  TRY(const auto place, place_of_session(globals.sessions, name, options.fresh));
  journal::PosixFileSystem files;
  TRY_VOID(files.make_folder(place.lock.parent_path().string()));
  TRY(auto lock, journal::AccountLock::acquire(
                     files, place.lock.string(),
                     {static_cast<std::uint64_t>(::getpid()), host_name(), place.id, wall_clock()}));
  TRY(const Origin origin, origin_of(files, place, config, globals));
  const auto& prepared = origin.prepared;
  TRY(const auto setup, prepared->make_setup());
  const auto engine = [&]() -> Result<engine::EngineSettings> {
    TRY(auto made, prepared->make_setup());
    return research::engine_settings(made);
  };
  journal::SyncPolicy sync;
  sync.when = journal::SyncPolicy::When::interval;
  TRY(const auto log, RunLog::open(place.folder.string(), config.log, options.log_levels, globals));
  TRY(auto session,
      log->outcome_of(session::PaperSession::open(
          files, lock,
          {{setup.instruments, setup.sources, setup.venue, setup.deposits},
           engine,
           {identity_of(origin, place, "paper/" + name, lock.token()), place.folder.string(), sync,
            session::JournalSetup::kSnapshotEvents, about(*prepared, name, *log), !options.no_safe_mode},
           prepared->config().schedule})));
  log->opened(session->restart(), place.id);
  if (!globals.quiet) tell(place, *session);
  std::string ending;
  const auto look = [&] { return session::Answer{session->view(), ending, log->levels()}; };
  TRY(auto control, session::ControlServer::open(place.folder.string(), look, log->door()));
  watch_interrupt();
  const std::string& asset = prepared->config().reporting_asset;
  std::function<void(const session::SessionStatus&)> print;
  if (!globals.quiet && !options.json)
    print = [&](const session::SessionStatus& status) { fmt::print("{}\n", line_of(status, asset)); };
  SettingsFile::Print say;
  if (!globals.quiet) {
    say = [&](LogLevel level, const std::string& line) {
      if (!log->log().console_shows(level)) fmt::print(stderr, "kontor: {}\n", line);
    };
  }
  SettingsFile settings(options.config, options.overrides, *prepared, say);
  settings.on_log([&](const LogSettings& wanted) { log->file_says(wanted); });
  WallPace pace(speed, control, settings, globals.sessions, print);
  pace.on_word([&](std::string_view by, session::Request request) { log->asked(by, request); });
  if (options.resume) pace.say(session::Request::resume);
  TRY(const auto how, log->outcome_of(session->run(pace)));
  ending = text_of(how);
  log->ended(ending, session->status());
  control.answer_ended();
  if (options.json) {
    fmt::print("{}\n", json_of(place, how, *session, asset));
  } else {
    fmt::print("{}\nSession {}: {}; {} events. 'kontor session replay {}' goes through it again.\n",
               line_of(session->status(), asset), place.id, ending, session->status().events, place.id);
  }
  return 0;
}

}  // namespace

void add_session_run(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(
      parent, "run", "Paper-trade strategies over recorded data, with a journal that survives a crash",
      "  kontor session run examples/sma_cross.toml                 as fast as it goes\n"
      "  kontor session run examples/sma_cross.toml --speed 60      a minute of market each second\n"
      "  kontor session run examples/sma_cross.toml                 again: goes on where it was stopped or "
      "killed\n"
      "  kontor session run examples/sma_cross.toml --new           begins another session\n");
  auto options = std::make_shared<SessionRunOptions>();
  command->add_option("config", options->config, "Configuration file (TOML); see examples/")->required();
  command->add_option("--set", options->overrides, "Override one key: section.key=value (may be repeated)")
      ->take_all()
      ->allow_extra_args(false);
  add_log_level_option(*command, options->log_levels);
  command->add_option("--id", options->id, "Name of the session; by default that of the configuration");
  command->add_option("--speed", options->speed, "How many times as fast as the market, or max")
      ->capture_default_str();
  command->add_flag("--new", options->fresh, "Begin another session, whatever there is of this name");
  command->add_flag("--resume", options->resume, "Trade again where it was paused, halted or flattened");
  command->add_flag("--no-safe-mode", options->no_safe_mode, "Take new risk even after a loop of crashes");
  command->add_flag("--json", options->json, "Print the outcome as JSON");
  set_action(*command, globals, [options, &globals] { return run_session(*options, globals); });
}

}  // namespace kontor::app
