#include "venue_session.hpp"

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
#include "venue/paper/paper_venue.hpp"
#include "venue_protocols.hpp"

namespace kontor::app {
namespace {

/// The session's configuration and instruments: those of its journal where there is one, else those that the
/// venue lists now.
Result<Origin> live_origin(journal::FileSystem& files, const SessionPlace& place,
                           research::BacktestConfig config, VenueAccess& access) {
  TRY(const auto identity, identity_if_any(files, place.folder.string()));
  if (identity) {
    if (sha256_hex(config.effective_toml) != identity->configuration.hash)
      return fail(
          ErrorKind::usage,
          fmt::format("session {} was begun with another configuration, and on a venue it cannot be changed: "
                      "go on with that one, or begin another session with --new",
                      place.id));
    TRY(auto prepared, prepared_without_data(*identity));
    return Origin{std::move(prepared), identity->configuration, true};
  }
  TRY(auto instruments, instruments_of(config, access));
  Origin origin{nullptr, {sha256_hex(config.effective_toml), config.effective_toml}};
  TRY(origin.prepared, research::PreparedBacktest::without_data(std::move(config), std::move(instruments)));
  return origin;
}

const char* name_of(venue::Product product) { return boost::describe::enum_to_string(product, ""); }

const char* mode_of(const VenueSessionOptions& options) { return options.on_paper ? "paper" : "live"; }

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
        case data::DataKind::funding: feed.channel = venue::Channel::mark; break;
      }
      feeds.push_back(feed);
    }
  }
  return feeds;
}

/// The file of what makes the names of a session's orders its own.
constexpr const char* kOrderNames = "order-names";

/// What makes the names of a session's orders its own: drawn when it is begun, kept beside its journal, on
/// the disk before the first order leaves.
Result<std::string> order_names_of(journal::FileSystem& files, const SessionPlace& place) {
  const std::string folder = place.folder.string();
  TRY(const auto names, files.list(folder));
  if (std::ranges::find(names, kOrderNames) != names.end()) {
    TRY(const auto file, files.open((place.folder / kOrderNames).string(), journal::Access::read));
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
  TRY_VOID(journal::publish_file(files, folder, kOrderNames, pieces));
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
                            const VenueSessionOptions& options, const std::string& account,
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
                      .about = about(prepared, place.id, mode_of(options), log.listener()),
                      .safe_mode = !options.no_safe_mode},
          .schedule = prepared.config().schedule,
          .foreign_orders = prepared.config().live.foreign_orders};
}

/// When everything that is subscribed to should have been heard of.
constexpr DurationNs kAuditAfter = 10 * kSecond;
/// A venue that does not answer does not keep anybody from ending.
constexpr DurationNs kLongestLeave = 3 * kSecond;

/// `BTCUSDT@binance: stream, 412 messages, book whole; tick 0.01, step 0.00001, at least 5 USDT`
std::string audit_line(const Instrument& instrument, const live::MarketHub::Status& heard) {
  std::string book;
  if (heard.has_book)
    book = fmt::format(", book {}, {} gaps", heard.book_is_whole ? "whole" : "not whole", heard.gaps);
  const InstrumentTerms& terms = instrument.terms();
  return fmt::format("{}: data by {}, {} messages{}; tick {}, step {}, {}", instrument.name().format(),
                     boost::describe::enum_to_string(heard.state, "?"), heard.messages, book,
                     instrument.price(terms.tick).value.normalized().format(),
                     instrument.quantity(terms.step).value.normalized().format(),
                     terms.is_trading ? "takes orders" : "takes no orders");
}

/// Everything of a session on a venue that lives as long as it runs.
struct Running {
  net::IoLoop loop;
  std::unique_ptr<live::LiveVenue> venue;
  std::unique_ptr<paper::PaperVenue> paper;  ///< what the session trades on instead, on paper
  std::unique_ptr<session::LiveSession> session;
  std::unique_ptr<LiveDriver> driver;
  bool has_begun = false;
  net::Timer audit{};
  [[nodiscard]] TimeNs now() { return venue->rest().now(); }
  [[nodiscard]] venue::Venue& port() noexcept { return paper ? static_cast<venue::Venue&>(*paper) : *venue; }
  void take(const venue::Input& input);
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
          .feeds = feeds_of(origin.prepared->config(), instruments),
          .dead_man_window = origin.prepared->config().live.dead_man_window};
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

/// What the venue tells goes to the session once that has begun: its terms come behind that.
void Running::take(const venue::Input& input) {
  if (!has_begun) return;
  if (auto taken = session->take(input, now()); !taken) driver->fail(taken.error());
}

/// The venue of the session, real or on paper on the market of the real one.
Result<void> make_venue(Running& run, live::LiveVenueSetup setup, const Origin& origin,
                        journal::FileSystem& files, const SessionPlace& place,
                        const VenueSessionOptions& options, live::LiveVenue::Note note) {
  const auto take = [&run](const venue::Input& input) { run.take(input); };
  if (!options.on_paper) {
    run.venue = std::make_unique<live::LiveVenue>(run.loop, std::move(setup), take, std::move(note));
    return {};
  }
  TRY(const auto made, origin.prepared->make_setup());
  TRY(run.paper, paper::PaperVenue::open({.instruments = origin.prepared->instruments(),
                                          .settings = made.venue,
                                          .deposits = made.deposits,
                                          .files = files,
                                          .folder = (place.folder / "paper").string(),
                                          .must_exist = origin.is_begun},
                                         take));
  const auto show = [&run](const venue::Input& input) {
    if (auto taken = run.paper->take(input, run.now()); !taken) run.driver->fail(taken.error());
  };
  run.venue = std::make_unique<live::LiveVenue>(run.loop, std::move(setup), show, std::move(note));
  return {};
}

/// One line for each instrument on what is heard of it and by which terms it trades, a while after the start.
void audit_later(Running& run, const InstrumentTable& instruments, std::function<void(std::string)> say) {
  run.audit = run.loop.after(kAuditAfter, [&run, &instruments, say = std::move(say)] {
    for (const Instrument& instrument : instruments.all())
      say(audit_line(run.session->engine().state().instruments[instrument.id()],
                     run.venue->market().status(instrument.id())));
  });
}

/// The account that it trades on: its lock is taken before anything else is done.
std::string account_of(const VenueSessionOptions& options, const VenueOfConfig& venue,
                       const std::string& session) {
  if (options.on_paper) return "paper/" + session;
  return fmt::format("{}-{}/{}", venue.venue, name_of(venue.product), options.access.account);
}

Result<std::unique_ptr<VenueAccess>> open_access(const VenueSessionOptions& options,
                                                 const VenueOfConfig& venue, const Globals& globals) {
  LiveAccessOptions access = options.access;
  access.venue.product = name_of(venue.product);
  if (options.on_paper) return VenueAccess::open(venue.venue, access.venue, globals);
  return open_live_access(venue.venue, access, globals);
}

/// What somebody at the terminal sees while it runs: a view, or lines.
struct Onlooker {
  std::unique_ptr<SessionViewer> viewer;
  bool prints = false;
};

LiveDriver::Setup driver_setup(Running& run, session::ControlServer& control, Onlooker& onlooker, RunLog& log,
                               const Globals& globals, std::string asset) {
  LiveDriver::Setup setup{
      .loop = run.loop,
      .session = *run.session,
      .control = control,
      .sessions = globals.sessions,
      .now = [&run] { return run.now(); },
      .on_second =
          [&run, &onlooker, asset = std::move(asset)] {
            if (!onlooker.prints || !run.has_begun) return;
            fmt::print("{}\n", line_of(run.session->status(), asset));
            std::fflush(stdout);
          },
      .on_word = [&log](std::string_view by, session::Request request) { log.asked(by, request); },
      .look = [&run, &onlooker]() -> std::optional<session::Request> {
        if (!onlooker.viewer) return std::nullopt;
        return onlooker.viewer->attend([&run] { return run.session->view(); });
      }};
  setup.resync = [&run] { run.venue->market().resync(); };
  if (run.paper) {
    setup.venue_due = [&run] { return run.paper->next_due(); };
    setup.advance_venue = [&run](TimeNs now) { return run.paper->advance(now); };
  }
  return setup;
}

/// Orders that wait stay at the venue: it must not take us for dead.
void leave(Running& run) {
  bool is_told = false;
  run.venue->stand_down([&is_told] { is_told = true; });
  const DurationNs until = net::steady_now() + kLongestLeave;
  while (!is_told && net::steady_now() < until) run.loop.run_one_for(kLongestLeave / 10);
  run.venue->close();
}

/// Runs the session until it ends, and ends it in good order.
Result<int> drive(Running& run, const VenueSessionOptions& options, const SessionPlace& place,
                  const Origin& origin, RunLog& log, const Globals& globals) {
  std::string ending;
  const auto look = [&, started = wall_clock()] {
    auto view = run.session->view();
    view.run.started = started;
    return view;
  };
  const auto answer = [&] { return session::Answer{look(), ending, log.levels()}; };
  TRY(auto control, session::ControlServer::open(place.folder.string(), answer, log.door()));
  const std::string asset = origin.prepared->config().reporting_asset;
  const bool talks = !globals.quiet && !options.json;
  Onlooker onlooker{SessionViewer::open_if(talks && !options.plain, place.folder.string()), false};
  onlooker.prints = talks && !onlooker.viewer;
  auto driver = driver_setup(run, control, onlooker, log, globals, asset);
  driver.spins = options.spins;
  run.driver = std::make_unique<LiveDriver>(std::move(driver));
  audit_later(run, origin.prepared->instruments(), [&](const std::string& line) {
    log.log().info(LogComponent::connection, line);
    if (onlooker.prints && !log.log().console_shows(LogLevel::info)) fmt::print(stderr, "kontor: {}\n", line);
  });
  begin_when_ready(run, options.resume);
  const auto outcome = log.outcome_of(run.driver->run());
  onlooker.viewer.reset();
  leave(run);
  TRY(ending, outcome);
  if (run.paper) TRY_VOID(run.paper->save());
  TRY_VOID(run.session->close(run.now(), ending));
  log.ended(ending, run.session->status());
  control.answer_ended();
  fmt::print("{}: {}\n{}\n", place.id, ending, line_of(run.session->status(), asset));
  return 0;
}

}  // namespace

bool is_on_venue(const std::filesystem::path& folder) {
  return std::filesystem::exists(folder / kOrderNames);
}

Result<int> run_on_venue(const VenueSessionOptions& options, const Globals& globals) {
  TRY_VOID(check_emergency_stop(globals.sessions));
  TRY(auto config, load_live_config(options.config, options.overrides));
  TRY(const auto venue, venue_of(config));
  const std::string name = name_of_session(options.id, config, options.config);
  TRY(auto place, place_of_session(globals.sessions, name, options.fresh));
  const std::string account = account_of(options, venue, name);
  if (!options.on_paper) place.lock = place.lock.parent_path() / (as_lock_name(account) + ".lock");
  journal::PosixFileSystem files;
  TRY(auto lock, lock_of(files, place));
  TRY(const auto access, open_access(options, venue, globals));
  watch_interrupt();
  TRY(const Origin origin, live_origin(files, place, std::move(config), *access));
  if (!options.on_paper) TRY_VOID(check_leave(files, place, origin, options.access));
  TRY(auto names, order_names_of(files, place));
  TRY(const auto log,
      RunLog::open(place.folder.string(), origin.prepared->config().log, options.log_levels, globals));
  const auto note = [&](const std::string& text) {
    log->log().warning(LogComponent::connection, text);
    if (!globals.quiet && !log->log().console_shows(LogLevel::warning))
      fmt::print(stderr, "kontor: {}\n", text);
  };
  Running run;
  TRY_VOID(
      make_venue(run, venue_setup(origin, *access, std::move(names)), origin, files, place, options, note));
  TRY(run.session,
      log->outcome_of(session::LiveSession::open(
          files, lock, setup_of(origin, place, options, account, lock.token(), *log), run.port())));
  log->opened(run.session->restart(), place.id);
  return drive(run, options, place, origin, *log, globals);
}

}  // namespace kontor::app
