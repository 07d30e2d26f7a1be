#include "session/paper_session.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace kontor::session {

using journal::RecordType;

namespace {

/// The clock on the wall costs more than an event: a heartbeat may come later by so many of them.
constexpr std::uint64_t kEventsBetweenBeats = 64;

/// What a snapshot keeps of a session beside its simulation.
struct SessionPart {
  EquityWatch watch;
  SettingsHistory settings;
  TimeNs reached = kTimeMin;
  BOOST_DESCRIBE_CLASS(SessionPart, (), (watch, settings, reached), (), ())
};

/// True for inputs that come from outside the market and its venue: a restart has to bring them back itself.
bool is_from_outside(RecordType type) noexcept {
  return type == RecordType::trading_state_changed || type == RecordType::settings_changed ||
         type == RecordType::connection_changed || type == RecordType::clock_offset_measured ||
         type == RecordType::disk_changed;
}

}  // namespace

void PaperSession::Observer::on_outputs(const engine::Outputs& outputs, TimeNs now,
                                        const portfolio::Portfolio& /*portfolio*/) {
  for (const auto& command : outputs.commands)
    session_.orders_ += std::holds_alternative<NewOrder>(command.body) ? 1U : 0U;
  session_.fills_ += outputs.fills.size();
  session_.refusals_ += outputs.refused.size();
  session_.keep_back(outputs, session_.journal_.chronicle().outputs(outputs, now));
}

PaperSession::PaperSession(journal::FileSystem& files, journal::AccountLock& lock, SessionSetup setup)
    : setup_(std::move(setup)),
      journal_(files, lock, std::move(setup_.journal), [this] { return figures(); }) {}

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
  TRY(const auto kept, journal_.recover());
  TRY_VOID(make_simulation());
  if (kept) TRY_VOID(go_on_from(*kept));
  return journal_.open([this] { return simulation_->now(); });
}

Result<void> PaperSession::go_on_from(const KeptState& kept) {
  Decoder decoder(kept.engine);
  if (auto loaded = simulation_->load(decoder); !loaded) {
    journal_.refused(kept, loaded.error().message);
    return make_simulation();
  }
  journal_.restored(kept);
  if (auto part = decode<SessionPart>(kept.own); part && kept.is_whole) {
    watch_ = part->watch;
    settings_ = std::move(part->settings);
    reached_ = part->reached;
  }
  return {};
}

/// What of a batch must not leave because it could not be recorded. Of the past that is what it says.
void PaperSession::keep_back(const engine::Outputs& outputs, bool is_recorded) {
  withheld_ = {};
  if (!is_recorded) {
    withheld_ = withheld_of(engine(), outputs.commands);
    return;
  }
  const auto* next = journal_.chronicle().next_of_past();
  if (next == nullptr || next->type != RecordType::disk_changed) return;
  std::vector<BookLevelChange> changes;
  const auto event = journal::event_in(*next, changes);
  if (event) withheld_ = withheld_in(std::get<DiskChanged>(event->body));
}

/// Something that comes from outside the market, and what the disk makes of it.
template <class Body>
void PaperSession::inject(const Body& body, TimeNs at) {
  simulation_->inject(body, at, reached_);
  tell_disk();
}

void PaperSession::step() {
  step_simulation();
  tell_disk();
}

void PaperSession::step_simulation() {
  reached_ = std::max(reached_, simulation_->next_time());
  simulation_->step();
}

/// Tells the engine where the disk fails or works again, with what did not leave for that reason; before
/// anything else happens.
void PaperSession::tell_disk() {
  const Chronicle& chronicle = journal_.chronicle();
  const auto& fault = chronicle.disk_fault();
  const bool is_told = engine().state().disk_failed_at.has_value() == fault.has_value();
  if (chronicle.is_past() || chronicle.failure() || (is_told && withheld_.empty())) return;
  auto change = fault ? disk_failed(fault->message, std::exchange(withheld_, {})) : disk_works();
  inject(change, simulation_->now());
}

void PaperSession::retry_disk() {
  if (journal_.chronicle().disk_fault())
    journal_.retry_disk(journal_.clock(), [this] { return take_snapshot(); });
}

Result<void> PaperSession::repeat_operator(const journal::Record& record) {
  std::vector<BookLevelChange> changes;
  TRY(const Event event, journal::event_in(record, changes));
  const auto& [seq, ts_venue, ts_recv, cause] = event.header;
  std::visit([&](const auto& body) { simulation_->inject(body, ts_venue, ts_recv); }, event.body);
  if (const auto* change = std::get_if<SettingsChanged>(&event.body)) note(*change, event.header.ts_recv);
  return journal_.health();
}

/// Goes through what the journal has after the snapshot.
Result<void> PaperSession::repeat_past() {
  Chronicle& chronicle = journal_.chronicle();
  const std::uint64_t before = simulation_->events();
  while (const auto* record = chronicle.next_of_past()) {
    if (record->type == RecordType::snapshot_taken) {
      chronicle.compare_state(engine());
    } else if (is_from_outside(record->type)) {
      TRY_VOID(repeat_operator(*record));
    } else if (simulation_->has_data()) {
      step_simulation();
    } else {
      simulation_->deliver_the_rest();
      if (chronicle.is_past() && !chronicle.failure())
        return fail(ErrorKind::bad_data, "expected the data that the session was fed with, found less");
    }
    TRY_VOID(journal_.health());
  }
  journal_.repeated(before, simulation_->events());
  if (!chronicle.disk_fault()) withheld_ = {};
  return {};
}

void PaperSession::set_trading(TradingState wanted, TradingReason reason) {
  // Flattening ends in a halt by itself: whoever asks for one again gets it without a new beginning.
  if (!engine().state().is_news(wanted)) return;
  inject(TradingStateChanged{wanted, reason}, simulation_->now());
  commit();  // a person's word waits for no batch
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
  const auto news = schedule_->news(engine().state().schedule, simulation_->now(), next);
  if (!news) return {};
  inject(news->change, news->since);
  commit();
  return tell_trading();
}

/// From now on this configuration is the one in force.
void PaperSession::note(const SettingsChanged& change, TimeNs at) {
  journal_.set_configuration({change.configuration_hash, change.configuration});
  ++settings_.changes;
  settings_.changed_at = at;
  settings_.last.clear();
  for (const auto& one : change.changes) settings_.last.push_back(text_of(one));
}

Result<void> PaperSession::change_settings(Pace& pace) {
  const auto word = pace.settings(journal_.identity().configuration);
  if (!word) return {};
  if (!word->refusal.empty()) return journal_.teller().refuse_settings(word->refusal);
  inject(word->change, simulation_->now());
  note(word->change, simulation_->now());
  commit();
  return journal_.health();
}

Result<void> PaperSession::obey(const Demand& demand, Pace& pace) {
  const Request request = demand.request;
  journal_.teller().hear(demand);
  switch (request) {
    case Request::change_settings: return change_settings(pace);
    case Request::none:
    case Request::resync: break;  // the store's books have no gaps to mend
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
  return journal_.teller().pause(engine().state().trading_of_account() != TradingState::running);
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
  return figures_of(watch_, simulation_->now(), simulation_->market_time(),
                    engine().state().portfolio.equity());
}

void PaperSession::take_samples(TimeNs time) {
  for (const TimeNs sampled_at : watch_.due(time)) {
    if (sampled_at != 0 && journal_.teller().has_begun()) journal_.teller().sample(sampled_at);
  }
}

Result<void> PaperSession::begin_run() {
  TRY_VOID(journal_.teller().begin(journal_.identity()));
  if (restart().crash_loop && engine().state().trading == TradingState::running)
    set_trading(TradingState::restricted, TradingReason::crash_loop);
  commit();  // a run that crashes at once is one, too
  TRY_VOID(journal_.can_begin());
  return look_around();
}

Ending PaperSession::ending() const noexcept {
  if (!over_) return Ending::stopped;
  return *over_ == TradingReason::stop_time ? Ending::stop_time : Ending::max_duration;
}

/// What is to be done between two events.
Result<void> PaperSession::look_around() {
  if (journal_.teller().state() == LifeState::starting && watch_.has_started())
    TRY_VOID(journal_.teller().trade(engine().state().trading_of_account() != TradingState::running));
  if (++looks_ % kEventsBetweenBeats == 0) TRY_VOID(journal_.teller().beat());
  retry_disk();
  tell_disk();
  TRY_VOID(tell_trading());
  return journal_.health();
}

/// What is under way comes to its end all the same.
std::optional<Demand> PaperSession::stand_still(Pace& pace) {
  const bool may_stand = journal_.chronicle().disk_fault() && !is_stopping_;
  if (!may_stand || engine().state().flattening.is_active()) return std::nullopt;
  return pace.stand_still();
}

Result<Ending> PaperSession::run(Pace& pace) {
  auto ending = run_through(pace);
  if (!ending) journal_.teller().fail(ending.error());
  return ending;
}

Result<Ending> PaperSession::run_through(Pace& pace) {
  // A snapshot holds the deposits already.
  if (restart().snapshot_seq == 0) simulation_->begin();
  TRY_VOID(journal_.health());
  TRY_VOID(repeat_past());
  if (simulation_->has_data() || !restart().closed) TRY_VOID(begin_run());
  Result<void> beaten;
  const auto idle = [&] {
    commit();
    retry_disk();
    if (beaten) beaten = journal_.teller().beat();
  };
  while (simulation_->has_data()) {
    const auto word = stand_still(pace);
    const Demand demand = word ? *word : pace.wait(simulation_->next_time(), idle);
    TRY_VOID(beaten);
    if (demand.request != Request::none) {
      TRY_VOID(obey(demand, pace));
    } else if (!word) {
      TRY_VOID(obey_schedule());
      if (!may_stop()) step();
    }
    TRY_VOID(look_around());
    if (may_stop()) {
      TRY_VOID(finish(over_ ? std::string(reason_text(*over_)) : "stopped"));
      return ending();
    }
    if (journal_.wants_snapshot(simulation_->events())) TRY_VOID(take_snapshot());
    pace.show(*this);
  }
  simulation_->deliver_the_rest();
  TRY_VOID(journal_.health());
  TRY_VOID(simulation::reconcile(setup_.world.instruments, engine(), simulation_->venue()));
  const bool ended_before = restart().closed && !journal_.chronicle().has_written();
  if (ended_before) {
    TRY_VOID(journal_.publish());
  } else {
    TRY_VOID(finish("the data has ended"));
  }
  return Ending::data_ended;
}

Result<void> PaperSession::take_snapshot() {
  Encoder state;
  simulation_->save(state);
  return journal_.keep(engine().snapshot(), std::move(state),
                       encode(SessionPart{watch_, settings_, reached_}), simulation_->events());
}

Result<void> PaperSession::finish(std::string reason) {
  if (!journal_.teller().has_begun()) TRY_VOID(begin_run());
  TRY_VOID(journal_.teller().stop());
  TRY_VOID(take_snapshot());
  TRY_VOID(journal_.teller().end());
  return journal_.close(std::move(reason));
}

SessionView PaperSession::view() const {
  const auto& state = engine().state();
  const auto asset = setup_.world.instruments.asset_name(state.portfolio.reporting_asset());
  return {journal_.identity().session,
          journal_.identity().account,
          std::string(asset),
          status(),
          positions_of(state),
          open_orders_of(state),
          restraints_of(state),
          journal_.identity().configuration.hash,
          settings_,
          run_view(),
          journal_.chronicle().disk_fault() ? journal_.chronicle().disk_fault()->message : std::string()};
}

RunView PaperSession::run_view() const {
  RunView run;
  run.state = name_of(journal_.teller().state());
  if (watch_.has_started()) run.initial_equity = watch_.initial();
  run.max_drawdown = watch_.max_drawdown();
  for (const auto& source : setup_.world.sources) {
    if (source.series.series().empty()) continue;
    const TimeNs first = source.series.series().first();
    run.data_from = run.data_from == 0 ? first : std::min(run.data_from, first);
    run.data_until = std::max(run.data_until, source.series.series().last());
  }
  return run;
}

SessionStatus PaperSession::status() const {
  const auto& state = engine().state();
  SessionStatus status;
  status.now = simulation_->now();
  status.trading = state.trading_of_account();
  status.by_schedule = state.schedule > state.trading && state.schedule == status.trading;
  status.by_disk = state.disk_failed_at && status.trading == state.of_disk();
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
