#include "session/paper_session.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "journal/recover.hpp"
#include "journal/retention.hpp"

namespace kontor::session {

using journal::RecordType;

namespace {

constexpr std::uint64_t kKeptSnapshots = 3;
/// The clock on the wall costs more than an event: a heartbeat may come later by so many of them.
constexpr std::uint64_t kEventsBetweenBeats = 64;

/// What a snapshot keeps of a session behind its simulation.
struct SessionPart {
  EventsState events;
  EquityWatch watch;
  SettingsHistory settings;
  BOOST_DESCRIBE_CLASS(SessionPart, (), (events, watch, settings), (), ())
};

/// True for inputs that come from outside the market and its venue: a restart has to bring them back itself.
bool is_from_outside(RecordType type) noexcept {
  return type == RecordType::trading_state_changed || type == RecordType::settings_changed ||
         type == RecordType::connection_changed || type == RecordType::clock_offset_measured;
}

}  // namespace

void PaperSession::Observer::on_outputs(const engine::Outputs& outputs, TimeNs now,
                                        const portfolio::Portfolio& /*portfolio*/) {
  for (const auto& command : outputs.commands)
    session_.orders_ += std::holds_alternative<NewOrder>(command.body) ? 1U : 0U;
  session_.fills_ += outputs.fills.size();
  session_.refusals_ += outputs.refused.size();
  session_.chronicle_->outputs(outputs, now);
}

PaperSession::PaperSession(journal::FileSystem& files, journal::AccountLock& lock, SessionSetup setup)
    : files_(&files), lock_(&lock), setup_(std::move(setup)) {}

Result<std::unique_ptr<PaperSession>> PaperSession::open(journal::FileSystem& files,
                                                         journal::AccountLock& lock, SessionSetup setup) {
  std::unique_ptr<PaperSession> session(new PaperSession(files, lock, std::move(setup)));
  TRY_VOID(session->recover());
  return session;
}

Result<void> PaperSession::make_simulation() {
  TRY(auto settings, setup_.engine());
  simulation_ = std::make_unique<Simulation>(setup_.world, std::move(settings), observer_);
  // Nothing has been taken from it yet: this is the session's first datum, whatever it goes on from.
  if (setup_.schedule && !schedule_) schedule_.emplace(*setup_.schedule, simulation_->next_time());
  valuation_.emplace(setup_.world.sources, setup_.world.deposits, engine().state().portfolio);
  return {};
}

/// The venue of a paper session is part of its state, so whatever was not durable has not happened: the torn
/// end may be cut without asking anybody.
Result<void> PaperSession::recover() {
  TRY_VOID(files_->make_folder(setup_.folder));
  TRY(auto recovery, journal::recover(*files_, setup_.folder, journal::Unproven::cut));
  start_ = recovery.start;
  TRY_VOID(make_simulation());
  std::optional<History> past;
  // A segment that was begun and holds nothing yet is no past.
  if (recovery.manifest && recovery.tail.last_seq != 0) {
    TRY_VOID(check_beginning());
    restart_.continues = true;
    closed_ = recovery.tail.closed;
    for (const auto& family : recovery.tail.families) restart_.cut_bytes += family.cut_bytes;
    TRY(auto found, journal::newest_snapshot(*files_, setup_.folder, recovery.tail.last_seq));
    restart_.problems = std::move(found.problems);
    if (found.snapshot) TRY_VOID(go_on_from(*found.snapshot));
    TRY(auto history, History::open(*files_, setup_.folder, restart_.snapshot_seq + 1));
    past.emplace(std::move(history));
  }
  TRY_VOID(open_events(recovery.tail.last_seq));
  chronicle_.emplace(std::move(past), [this] { return open_writer(); }, &*events_);
  teller_.emplace(*chronicle_, *events_, setup_.about, [this] { return figures(); });
  restart_.crash_loop = setup_.safe_mode && teller_->is_crash_loop();
  return {};
}

/// The engine that goes through the past has to be the one that the past began with.
Result<void> PaperSession::check_beginning() const {
  TRY(const auto reader, journal::Reader::open(*files_, setup_.folder));
  const auto& begun = reader.first_manifest().identity;
  const std::string& now = setup_.identity.configuration.hash;
  if (begun.configuration.hash == now) return {};
  return fail(ErrorKind::usage,
              fmt::format("session {} was begun with another configuration ({:.12}, now {:.12}); run it with "
                          "that one, or begin a new session",
                          begun.session, begun.configuration.hash, now));
}

Result<void> PaperSession::open_events(std::uint64_t last_seq) {
  TRY(auto events, SessionEvents::open(*files_, setup_.folder, setup_.identity,
                                       {std::move(events_state_), restart_.snapshot_seq, last_seq}));
  for (const auto& problem : events.problems()) restart_.problems.push_back(problem);
  events_.emplace(std::move(events));
  return {};
}

Result<void> PaperSession::go_on_from(const journal::Snapshot& snapshot) {
  const auto parts = split_state(snapshot.state);
  Decoder decoder(parts.simulation);
  if (auto loaded = simulation_->load(decoder); !loaded) {
    restart_.problems.push_back(fmt::format("snapshot {}: {}", snapshot.seq, loaded.error().message));
    return make_simulation();
  }
  restart_.snapshot_seq = snapshot.seq;
  setup_.identity.configuration = snapshot.manifest.identity.configuration;
  if (auto part = decode<SessionPart>(parts.session)) {
    events_state_ = std::move(part->events);
    watch_ = part->watch;
    settings_ = std::move(part->settings);
  }
  return {};
}

Result<journal::Writer> PaperSession::open_writer() {
  journal::WriterOptions options;
  options.sync = setup_.sync;
  options.lock = lock_;
  const TimeNs now = simulation_->now();
  TRY(auto writer, journal::Writer::open(*files_, setup_.folder, setup_.identity, options, start_, now));
  // The writer begins with these two by itself.
  events_->take({start_.next_seq, now}, setup_.identity.configuration);
  events_->take({start_.next_seq + 1, now}, setup_.identity.instruments);
  return writer;
}

Result<void> PaperSession::health() const {
  if (chronicle_->failure()) return std::unexpected(*chronicle_->failure());
  return {};
}

Result<void> PaperSession::repeat_operator(const journal::Record& record) {
  std::vector<BookLevelChange> changes;
  TRY(const Event event, journal::event_in(record, changes));
  std::visit([&](const auto& body) { simulation_->inject(body, event.header.ts_venue); }, event.body);
  if (const auto* change = std::get_if<SettingsChanged>(&event.body)) note(*change, event.header.ts_recv);
  return health();
}

/// Goes through what the journal has after the snapshot.
Result<void> PaperSession::repeat_past() {
  const std::uint64_t before = simulation_->events();
  while (const auto* record = chronicle_->next_of_past()) {
    if (record->type == RecordType::snapshot_taken) {
      chronicle_->compare_state(engine());
    } else if (is_from_outside(record->type)) {
      TRY_VOID(repeat_operator(*record));
    } else if (simulation_->has_data()) {
      simulation_->step();
    } else {
      simulation_->deliver_the_rest();
      if (chronicle_->is_past() && !chronicle_->failure())
        return fail(ErrorKind::bad_data, "expected the data that the session was fed with, found less");
    }
    TRY_VOID(health());
  }
  restart_.repeated = simulation_->events() - before;
  next_snapshot_ = simulation_->events() + setup_.snapshot_events;
  return {};
}

void PaperSession::set_trading(TradingState wanted, TradingReason reason) {
  const auto& state = engine().state();
  bool has_tripped = false;
  state.safety.for_each_tripped([&](const auto&, const auto&) { has_tripped = true; });
  // Flattening ends in a halt by itself: whoever asks for one again gets it without a new beginning. To let a
  // session run again resets its breakers too.
  const bool resets = wanted == TradingState::running && has_tripped;
  if (wanted == state.trading && !resets) return;
  simulation_->inject(TradingStateChanged{wanted, reason}, simulation_->now());
  chronicle_->commit(simulation_->now());  // a person's word waits for no batch
}

/// What the schedule says of the next instant, where that is something new. It becomes an event like any
/// operator's word, at the time from which on it holds.
Result<void> PaperSession::obey_schedule() {
  if (!schedule_) return {};
  // A report from within a bar comes late and has an earlier time: what has been said stays said.
  const TimeNs next = std::max(simulation_->next_time(), simulation_->now());
  const ScheduleWord word = schedule_->at(next);
  if (word.ends) {
    is_stopping_ = true;
    over_ = word.trading.reason;
  }
  const TradingState said = engine().state().schedule;
  // Flattening ends in a halt by itself.
  const bool is_done = word.trading.state == TradingState::flattening && said == TradingState::halted;
  if (word.trading.state == said || is_done) return {};
  simulation_->inject(word.trading, schedule_->since(simulation_->now(), next));
  chronicle_->commit(simulation_->now());
  return tell_trading();
}

/// From now on this configuration is the one in force.
void PaperSession::note(const SettingsChanged& change, TimeNs at) {
  setup_.identity.configuration = {change.configuration_hash, change.configuration};
  ++settings_.changes;
  settings_.changed_at = at;
  settings_.last.clear();
  for (const auto& one : change.changes) settings_.last.push_back(text_of(one));
}

Result<void> PaperSession::change_settings(Pace& pace) {
  const auto word = pace.settings(setup_.identity.configuration);
  if (!word) return {};
  if (!word->refusal.empty()) return teller_->refuse_settings(word->refusal);
  simulation_->inject(word->change, simulation_->now());
  note(word->change, simulation_->now());
  chronicle_->commit(simulation_->now());
  return health();
}

Result<void> PaperSession::obey(const Demand& demand, Pace& pace) {
  const Request request = demand.request;
  teller_->hear(demand);
  switch (request) {
    case Request::change_settings: return change_settings(pace);
    case Request::none: break;
    case Request::pause: set_trading(TradingState::restricted); break;
    case Request::resume: set_trading(TradingState::running); break;
    case Request::flatten: set_trading(TradingState::flattening); break;
    case Request::stop: break;
    case Request::halt_and_stop: set_trading(TradingState::halted); break;
    case Request::flatten_and_stop: set_trading(TradingState::flattening); break;
  }
  is_stopping_ = is_stopping_ || is_ending(request);
  return tell_trading();
}

/// Whether new risk is taken, by whoever's word: a person's, the schedule's or a breaker's.
Result<void> PaperSession::tell_trading() {
  return teller_->pause(engine().state().trading_of_account() != TradingState::running);
}

/// True once what was asked for before the end has come about: flattened, and no cancel is under way.
bool PaperSession::may_stop() const {
  if (!is_stopping_) return false;
  const auto& state = engine().state();
  if (state.flattening.is_active()) return false;
  if (state.trading_of_account() != TradingState::halted) return true;
  bool is_quiet = true;
  state.orders.for_each_open([&](const execution::Order& order) {
    is_quiet = is_quiet && order.status != OrderStatus::pending_cancel;
  });
  return is_quiet;
}

SessionFigures PaperSession::figures() const {
  SessionFigures figures;
  figures.now = simulation_->now();
  figures.market_time = simulation_->market_time();
  figures.equity = engine().state().portfolio.equity();
  if (watch_.has_started()) {
    figures.initial_capital = watch_.initial();
    figures.valued_at = watch_.started_at();
  }
  figures.max_drawdown = watch_.max_drawdown();
  return figures;
}

void PaperSession::take_samples(TimeNs time) {
  for (const TimeNs sampled_at : watch_.due(time)) {
    if (sampled_at != 0 && teller_->has_begun()) teller_->sample(sampled_at);
  }
}

Result<void> PaperSession::begin_run() {
  TRY_VOID(teller_->begin(setup_.identity));
  if (restart_.crash_loop && engine().state().trading == TradingState::running)
    set_trading(TradingState::restricted, TradingReason::crash_loop);
  chronicle_->commit(simulation_->now());  // a run that crashes at once is one, too
  return look_around();
}

Ending PaperSession::ending() const noexcept {
  if (!over_) return Ending::stopped;
  return *over_ == TradingReason::stop_time ? Ending::stop_time : Ending::max_duration;
}

/// What is to be done between two events.
Result<void> PaperSession::look_around() {
  if (teller_->state() == LifeState::starting && watch_.has_started())
    TRY_VOID(teller_->trade(engine().state().trading_of_account() != TradingState::running));
  if (engine().state().safety.is_on()) TRY_VOID(tell_trading());
  if (++looks_ % kEventsBetweenBeats == 0) TRY_VOID(teller_->beat());
  return health();
}

Result<Ending> PaperSession::run(Pace& pace) {
  auto ending = run_through(pace);
  if (!ending) teller_->fail(ending.error());
  return ending;
}

Result<Ending> PaperSession::run_through(Pace& pace) {
  // A snapshot holds the deposits already.
  if (restart_.snapshot_seq == 0) simulation_->begin();
  TRY_VOID(health());
  TRY_VOID(repeat_past());
  if (simulation_->has_data() || !closed_) TRY_VOID(begin_run());
  Result<void> beaten;
  const auto idle = [&] {
    chronicle_->commit(simulation_->now());
    if (beaten) beaten = teller_->beat();
  };
  while (simulation_->has_data()) {
    const Demand demand = pace.wait(simulation_->next_time(), idle);
    TRY_VOID(beaten);
    if (demand.request == Request::none) {
      TRY_VOID(obey_schedule());
      if (!may_stop()) simulation_->step();
    } else {
      TRY_VOID(obey(demand, pace));
    }
    TRY_VOID(look_around());
    if (may_stop()) {
      TRY_VOID(finish(over_ ? std::string(reason_text(*over_)) : "stopped"));
      return ending();
    }
    if (simulation_->events() >= next_snapshot_) TRY_VOID(take_snapshot());
    pace.show(*this);
  }
  simulation_->deliver_the_rest();
  TRY_VOID(health());
  TRY_VOID(simulation::reconcile(setup_.world.instruments, engine(), simulation_->venue()));
  const bool ended_before = closed_ && !chronicle_->has_written();
  if (ended_before) {
    TRY_VOID(events_->publish());
  } else {
    TRY_VOID(finish("the data has ended"));
  }
  return Ending::data_ended;
}

Result<void> PaperSession::take_snapshot() {
  next_snapshot_ = simulation_->events() + setup_.snapshot_events;
  const TimeNs now = simulation_->now();
  TRY(const std::uint64_t seq, chronicle_->sync(now));
  Encoder encoder;
  simulation_->save(encoder);
  append_to_state(encoder, encode(SessionPart{events_->state(), watch_, settings_}));
  TRY_VOID(journal::write_snapshot(*files_, setup_.folder, setup_.identity, seq, now, encoder.buffer()));
  chronicle_->append(now, journal::SnapshotTaken{seq, journal::hash_of(engine().snapshot())});
  TRY_VOID(journal::prune_snapshots(*files_, setup_.folder, kKeptSnapshots));
  return {};
}

Result<void> PaperSession::finish(std::string reason) {
  if (!teller_->has_begun()) TRY_VOID(begin_run());
  TRY_VOID(teller_->stop());
  TRY_VOID(take_snapshot());
  TRY_VOID(teller_->end());
  TRY_VOID(chronicle_->close(simulation_->now(), std::move(reason)));
  return events_->publish();
}

SessionView PaperSession::view() const {
  const auto& state = engine().state();
  const auto asset = setup_.world.instruments.asset_name(state.portfolio.reporting_asset());
  return {setup_.identity.session,
          setup_.identity.account,
          std::string(asset),
          status(),
          positions_of(state),
          open_orders_of(state),
          restraints_of(state),
          setup_.identity.configuration.hash,
          settings_};
}

SessionStatus PaperSession::status() const {
  const auto& state = engine().state();
  SessionStatus status;
  status.now = simulation_->now();
  status.trading = state.trading_of_account();
  status.by_schedule = state.schedule > state.trading && state.schedule == status.trading;
  status.events = simulation_->events();
  status.orders = orders_;
  status.fills = fills_;
  status.refusals = refusals_;
  status.open_orders = state.orders.open_count();
  status.open_positions = state.portfolio.open_positions();
  status.equity = state.portfolio.equity();
  return status;
}

}  // namespace kontor::session
