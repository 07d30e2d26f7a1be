#include <fmt/format.h>
#include <unistd.h>

#include "command.hpp"
#include "emergency_stop.hpp"
#include "journal/posix_file_system.hpp"
#include "preflight_facts.hpp"
#include "run_log.hpp"
#include "session_making.hpp"
#include "session_outcome.hpp"
#include "session_pace.hpp"
#include "session_settings.hpp"
#include "session_text.hpp"
#include "session_view.hpp"
#include "venue_session.hpp"

namespace kontor::app {
namespace {

struct SessionRunOptions : VenueSessionOptions {
  std::string feed = "dataset";
  std::string speed = "max";
};

/// The session with what only its driver knows.
session::SessionView seen(const session::PaperSession& session, const SessionRunOptions& options,
                          TimeNs started) {
  auto view = session.view();
  view.run.mode = "paper";
  view.run.speed = options.speed;
  view.run.started = started;
  return view;
}

Result<int> run_session(const SessionRunOptions& options, const Globals& globals) {
  TRY_VOID(check_emergency_stop(globals.sessions));
  TRY(const auto speed, parse_speed(options.speed));
  TRY(const auto config, research::load_config(options.config, options.overrides));
  const std::string name = name_of_session(options.id, config, options.config);
  TRY(const auto place, place_of_session(globals.sessions, name, options.fresh));
  TRY_VOID(session::refuse_unless_passed(session::preflight(place_facts(globals.sessions, place.lock))));
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
  TRY(auto session, log->outcome_of(session::PaperSession::open(
                        files, lock,
                        {{setup.instruments, setup.sources, setup.venue, setup.deposits},
                         engine,
                         {identity_of(origin, place, "paper/" + name, lock.token()), place.folder.string(),
                          sync, session::JournalSetup::kSnapshotEvents,
                          about(*prepared, name, "paper", log->listener()), !options.no_safe_mode},
                         prepared->config().schedule})));
  log->opened(session->restart(), place.id);
  if (!globals.quiet) tell_beginning(place, *session);
  std::string ending;
  const auto look = [&, started = wall_clock()] { return seen(*session, options, started); };
  const auto answer = [&] { return session::Answer{look(), ending, log->levels()}; };
  TRY(auto control, session::ControlServer::open(place.folder.string(), answer, log->door()));
  watch_interrupt();
  const std::string& asset = prepared->config().reporting_asset;
  const bool talks = !globals.quiet && !options.json;
  auto viewer = SessionViewer::open_if(talks && !options.plain, place.folder.string());
  std::function<void(const session::SessionStatus&)> print;
  if (talks && !viewer)
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
  if (viewer) pace.on_look([&] { return viewer->attend(look); });
  const auto outcome = log->outcome_of(session->run(pace));
  viewer.reset();
  TRY(const auto how, outcome);
  ending = ending_text(how);
  log->ended(ending, session->status());
  control.answer_ended();
  if (options.json) {
    fmt::print("{}\n", outcome_json(place, how, *session, asset));
  } else {
    fmt::print("{}\n", outcome_text(place, how, session->status(), asset));
  }
  return 0;
}

}  // namespace

void add_session_run(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(
      parent, "run",
      "Paper-trade strategies on recorded data or a live market, with a journal that survives a crash",
      "  kontor session run examples/sma_cross.toml                 as fast as it goes\n"
      "  kontor session run examples/sma_cross.toml --speed 60      a minute of market each second\n"
      "  kontor session run examples/sma_cross.toml                 again: goes on where it was stopped or "
      "killed\n"
      "  kontor session run examples/sma_cross.toml --plain         lines instead of the view\n"
      "  kontor session run examples/sma_cross.toml --new           begins another session\n"
      "  kontor session run examples/live/paper.toml --feed live    on the venue's market as it goes, no key "
      "needed\n");
  auto options = std::make_shared<SessionRunOptions>();
  options->on_paper = true;
  add_config_options(*command, options->config, options->overrides);
  add_log_level_option(*command, options->log_levels);
  command->add_option("--id", options->id, "Name of the session; by default that of the configuration");
  command
      ->add_option("--feed", options->feed, "Where the market comes from: the store, or the venue as it goes")
      ->check(CLI::IsMember({"dataset", "live"}))
      ->capture_default_str();
  CLI::Option* speed =
      command->add_option("--speed", options->speed, "How many times as fast as the market, or max")
          ->capture_default_str();
  add_venue_network_options(*command, options->access.venue);
  command->add_flag("--new", options->fresh, "Begin another session, whatever there is of this name");
  command->add_flag("--resume", options->resume, "Trade again where it was paused, halted or flattened");
  command->add_flag("--no-safe-mode", options->no_safe_mode, "Take new risk even after a loop of crashes");
  command->add_flag("--plain", options->plain, "Lines instead of the view, also on a terminal");
  command->add_flag("--json", options->json, "Print the outcome as JSON");
  set_action(*command, globals, [options, speed, &globals]() -> Result<int> {
    if (options->feed != "live") return run_session(*options, globals);
    if (speed->count() > 0)
      return fail(ErrorKind::usage, "--speed is for recorded data: a live market has its own");
    return run_on_venue(*options, globals);
  });
}

}  // namespace kontor::app
