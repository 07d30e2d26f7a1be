#include <algorithm>
#include <array>
#include <random>
#include <span>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "base/sha256.hpp"
#include "emergency_stop.hpp"
#include "journal/posix_file_system.hpp"
#include "live_access.hpp"
#include "live_driver.hpp"
#include "live_instruments.hpp"
#include "preflight_facts.hpp"
#include "run_log.hpp"
#include "session_making.hpp"
#include "session_origin.hpp"
#include "session_text.hpp"
#include "session_view.hpp"
#include "venue/live/live_venue.hpp"
#include "venue_protocols.hpp"
#include "version.hpp"

namespace kontor::app {
namespace {

struct SessionLiveOptions {
  std::string config;
  std::vector<std::string> overrides;
  std::vector<std::string> log_levels;
  std::string id;
  LiveAccessOptions access;
  bool fresh = false;
  bool resume = false;
  bool no_safe_mode = false;
  bool plain = false;
  bool json = false;
};

/// The session's configuration and instruments: those of its journal where there is one, else those that the
/// venue lists now.
Result<Origin> live_origin(journal::FileSystem& files, const SessionPlace& place,
                           research::BacktestConfig config, VenueAccess& access) {
  TRY(const auto identity, identity_if_any(files, place.folder.string()));
  if (identity) {
    TRY(auto prepared, prepared_without_data(*identity));
    return Origin{std::move(prepared), identity->configuration};
  }
  TRY(auto instruments, instruments_of(config, access));
  Origin origin{nullptr, {sha256_hex(config.effective_toml), config.effective_toml}};
  TRY(origin.prepared, research::PreparedBacktest::without_data(std::move(config), std::move(instruments)));
  return origin;
}

const char* name_of(venue::Product product) { return boost::describe::enum_to_string(product, ""); }

/// `binance-spot/main` as the name of a file.
std::string as_lock_name(std::string account) {
  std::ranges::replace(account, '/', '.');
  return account;
}

/// What the configuration's instruments are fed with.
std::vector<live::Feed> feeds_of(const research::BacktestConfig& config, const InstrumentTable& instruments) {
  std::vector<live::Feed> feeds;
  for (std::uint32_t index = 0; index < instruments.size(); ++index) {
    for (const data::DataKind kind : config.instruments[index].feed) {
      live::Feed feed{.instrument = InstrumentId(index)};
      switch (kind) {
        case data::DataKind::bar:
          feed.channel = venue::Channel::candles;
          feed.interval = config.instruments[index].timeframe;
          break;
        case data::DataKind::trade: feed.channel = venue::Channel::trades; break;
        case data::DataKind::quote: feed.channel = venue::Channel::quotes; break;
        case data::DataKind::book: feed.channel = venue::Channel::book; break;
        case data::DataKind::funding: continue;  // what is paid comes with the account
      }
      feeds.push_back(feed);
    }
  }
  return feeds;
}

/// What makes the names of a session's orders its own: drawn when it is begun, kept beside its journal, on
/// the disk before the first order leaves.
Result<std::string> order_names_of(journal::FileSystem& files, const SessionPlace& place) {
  constexpr const char* kName = "order-names";
  const std::string folder = place.folder.string();
  TRY(const auto names, files.list(folder));
  if (std::ranges::find(names, kName) != names.end()) {
    TRY(const auto file, files.open((place.folder / kName).string(), journal::Access::read));
    TRY(const std::uint64_t size, file->size());
    std::string text(static_cast<std::size_t>(std::min<std::uint64_t>(size, 256)), '\0');
    TRY(const std::size_t count, file->read(0, std::as_writable_bytes(std::span(text))));
    text.resize(count);
    return text;
  }
  std::random_device chance;
  std::string drawn;
  for (int i = 0; i < 8; ++i) drawn += fmt::format("{:08x}", chance());
  const auto bytes = std::as_bytes(std::span<const char>(drawn));
  const std::array<std::span<const std::byte>, 1> pieces = {bytes};
  TRY_VOID(journal::publish_file(files, folder, kName, pieces));
  return drawn;
}

/// Real money wants a leave that was given for this very configuration.
Result<void> check_leave(journal::FileSystem& files, const SessionPlace& place, const Origin& origin,
                         const LiveAccessOptions& access) {
  if (access.venue.network != "mainnet") return {};
  TRY(const auto token, session::read_live_token(files, live_token_of(place).string()));
  if (!token)
    return fail(ErrorKind::usage, "live trading wants a leave: kontor preflight CONFIG --live --grant");
  return session::check_live_token(*token, origin.configuration.hash, wall_clock());
}

session::LiveSetup setup_of(const Origin& origin, const SessionPlace& place,
                            const SessionLiveOptions& options, const std::string& account,
                            std::uint64_t token, RunLog& log) {
  const research::PreparedBacktest& prepared = *origin.prepared;
  const auto engine = [&prepared]() -> Result<engine::EngineSettings> {
    TRY(auto made, prepared.make_setup());
    return research::engine_settings(made);
  };
  journal::SyncPolicy sync;
  sync.when = journal::SyncPolicy::When::before_send;
  return {.instruments = prepared.instruments(),
          .engine = engine,
          .journal = {.identity = identity_of(origin, place, account, token),
                      .folder = place.folder.string(),
                      .sync = sync,
                      .about = about(prepared, place.id, "live", log.listener()),
                      .safe_mode = !options.no_safe_mode},
          .schedule = prepared.config().schedule,
          .foreign_orders = prepared.config().live.foreign_orders};
}

/// Everything of a live session that lives as long as it runs.
struct Running {
  net::IoLoop loop;
  std::unique_ptr<live::LiveVenue> venue;
  std::unique_ptr<session::LiveSession> session;
  std::unique_ptr<LiveDriver> driver;
  bool has_begun = false;
  [[nodiscard]] TimeNs now() { return venue->rest().now(); }
};

live::LiveVenueSetup venue_setup(const Origin& origin, VenueAccess& access, std::string order_names) {
  const auto& instruments = origin.prepared->instruments();
  return {.instruments = instruments,
          .protocol = [venue = access.venue()] { return std::move(make_protocol(venue)).value(); },
          .product = access.product(),
          .endpoints = access.endpoints(),
          .credentials = access.credentials(),
          .connect = access.connect(),
          .budget = &access.budget(),
          .wall_clock = wall_clock,
          .session = std::move(order_names),
          .seed = origin.prepared->config().seed,
          .feeds = feeds_of(origin.prepared->config(), instruments)};
}

/// The lock of the account, which one session has at a time.
Result<journal::AccountLock> lock_of(journal::FileSystem& files, const SessionPlace& place) {
  TRY_VOID(
      session::refuse_unless_passed(session::preflight(place_facts(place.folder.parent_path(), place.lock))));
  TRY_VOID(files.make_folder(place.lock.parent_path().string()));
  TRY_VOID(files.make_folder(place.folder.string()));
  return journal::AccountLock::acquire(
      files, place.lock.string(),
      {static_cast<std::uint64_t>(::getpid()), host_name(), place.id, wall_clock()});
}

/// Lets the session begin once the venue is ready for it.
void begin_when_ready(Running& run, bool resumes) {
  run.venue->open([&run, resumes](const Result<void>& ready) {
    if (!ready) return run.driver->fail(ready.error());
    run.has_begun = true;
    auto begun = run.session->begin(run.now());
    if (begun && resumes) begun = run.session->set_trading(TradingState::running, run.now());
    if (!begun) run.driver->fail(begun.error());
  });
}

/// The venue of the session; what it tells goes to the session once that has begun.
void make_venue(Running& run, const Origin& origin, VenueAccess& access, std::string order_names, RunLog& log,
                bool is_quiet) {
  const auto take = [&run](const venue::Input& input) {
    if (!run.has_begun) return;
    if (auto taken = run.session->take(input, run.now()); !taken) run.driver->fail(taken.error());
  };
  const auto note = [&log, is_quiet](const std::string& text) {
    log.log().warning(LogComponent::connection, text);
    if (!is_quiet && !log.log().console_shows(LogLevel::warning)) fmt::print(stderr, "kontor: {}\n", text);
  };
  run.venue = std::make_unique<live::LiveVenue>(run.loop, venue_setup(origin, access, std::move(order_names)),
                                                take, note);
}

Result<int> run_live(const SessionLiveOptions& options, const Globals& globals) {
  TRY_VOID(check_emergency_stop(globals.sessions));
  TRY(auto config, research::load_config(options.config, options.overrides));
  TRY(const auto venue, venue_of(config));
  LiveAccessOptions access_options = options.access;
  access_options.venue.product = name_of(venue.product);
  const std::string account =
      fmt::format("{}-{}/{}", venue.venue, name_of(venue.product), options.access.account);
  TRY(auto place,
      place_of_session(globals.sessions, name_of_session(options.id, config, options.config), options.fresh));
  place.lock = place.lock.parent_path() / (as_lock_name(account) + ".lock");
  journal::PosixFileSystem files;
  TRY(auto lock, lock_of(files, place));
  TRY(const auto access, open_live_access(venue.venue, access_options, globals));
  watch_interrupt();
  TRY(const Origin origin, live_origin(files, place, std::move(config), *access));
  TRY_VOID(check_leave(files, place, origin, options.access));
  TRY(auto names, order_names_of(files, place));
  TRY(const auto log,
      RunLog::open(place.folder.string(), origin.prepared->config().log, options.log_levels, globals));
  Running run;
  make_venue(run, origin, *access, std::move(names), *log, globals.quiet);
  TRY(run.session,
      log->outcome_of(session::LiveSession::open(
          files, lock, setup_of(origin, place, options, account, lock.token(), *log), *run.venue)));
  log->opened(run.session->restart(), place.id);
  std::string ending;
  const auto look = [&] { return run.session->view(); };
  const auto answer = [&] { return session::Answer{look(), ending, log->levels()}; };
  TRY(auto control, session::ControlServer::open(place.folder.string(), answer, log->door()));
  const std::string asset = origin.prepared->config().reporting_asset;
  const bool talks = !globals.quiet && !options.json;
  auto viewer = SessionViewer::open_if(talks && !options.plain, place.folder.string());
  const auto tell = [&] {
    if (!talks || viewer) return;
    fmt::print("{}\n", line_of(run.session->status(), asset));
    std::fflush(stdout);
  };
  run.driver = std::make_unique<LiveDriver>(LiveDriver::Setup{
      .loop = run.loop,
      .session = *run.session,
      .control = control,
      .sessions = globals.sessions,
      .now = [&] { return run.now(); },
      .on_second = tell,
      .on_word = [&](std::string_view by, session::Request request) { log->asked(by, request); },
      .look = [&]() -> std::optional<session::Request> {
        return viewer ? viewer->attend(look) : std::nullopt;
      }});
  begin_when_ready(run, options.resume);
  const auto outcome = log->outcome_of(run.driver->run());
  viewer.reset();
  run.venue->close();
  TRY(ending, outcome);
  TRY_VOID(run.session->close(run.now(), ending));
  log->ended(ending, run.session->status());
  control.answer_ended();
  fmt::print("{}: {}\n{}\n", place.id, ending, line_of(run.session->status(), asset));
  return 0;
}

}  // namespace

void add_session_live(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(
      parent, "live", "Trade on a venue, with a journal that survives a crash",
      "  kontor session live examples/live/emulator.toml --network emulator --endpoint "
      "http://127.0.0.1:8090\n"
      "  kontor preflight my.toml --live --grant && kontor session live my.toml --account main\n");
  auto options = std::make_shared<SessionLiveOptions>();
  add_config_options(*command, options->config, options->overrides);
  add_log_level_option(*command, options->log_levels);
  add_live_access_options(*command, options->access, globals.vault);
  command->add_option("--id", options->id, "Name of the session; by default that of the configuration");
  command->add_flag("--new", options->fresh, "Begin another session, whatever there is of this name");
  command->add_flag("--resume", options->resume, "Trade again where it was paused, halted or flattened");
  command->add_flag("--no-safe-mode", options->no_safe_mode, "Take new risk even after a loop of crashes");
  command->add_flag("--plain", options->plain, "Lines instead of the view, also on a terminal");
  command->add_flag("--json", options->json, "No lines while it runs");
  set_action(*command, globals, [options, &globals] { return run_live(*options, globals); });
}

}  // namespace kontor::app
