#include "session/paper_session.hpp"

#include <utility>

#include <fmt/format.h>

#include "journal/recover.hpp"
#include "journal/retention.hpp"

namespace kontor::session {

using journal::RecordType;

namespace {

constexpr std::uint64_t kKeptSnapshots = 3;

/// True for inputs that come from outside the market and its venue: a restart has to bring them back itself.
bool is_of_operator(RecordType type) noexcept { return type == RecordType::trading_state_changed; }

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
    const auto& before = recovery.manifest->identity;
    if (before.configuration.hash != setup_.identity.configuration.hash) {
      return fail(
          ErrorKind::usage,
          fmt::format("session {} was begun with another configuration ({:.12}, now {:.12}); run it with "
                      "that one, or begin a new session",
                      before.session, before.configuration.hash, setup_.identity.configuration.hash));
    }
    restart_.continues = true;
    closed_ = recovery.tail.closed;
    for (const auto& family : recovery.tail.families) restart_.cut_bytes += family.cut_bytes;
    TRY(auto found, journal::newest_snapshot(*files_, setup_.folder, recovery.tail.last_seq));
    restart_.problems = std::move(found.problems);
    if (found.snapshot) TRY_VOID(go_on_from(*found.snapshot));
    TRY(auto history, History::open(*files_, setup_.folder, restart_.snapshot_seq + 1));
    past.emplace(std::move(history));
  }
  chronicle_.emplace(std::move(past), [this] { return open_writer(); });
  return {};
}

Result<void> PaperSession::go_on_from(const journal::Snapshot& snapshot) {
  Decoder decoder(snapshot.state);
  if (auto loaded = simulation_->load(decoder); !loaded) {
    restart_.problems.push_back(fmt::format("snapshot {}: {}", snapshot.seq, loaded.error().message));
    return make_simulation();
  }
  restart_.snapshot_seq = snapshot.seq;
  return {};
}

Result<journal::Writer> PaperSession::open_writer() {
  journal::WriterOptions options;
  options.sync = setup_.sync;
  options.lock = lock_;
  return journal::Writer::open(*files_, setup_.folder, setup_.identity, options, start_, simulation_->now());
}

Result<void> PaperSession::health() const {
  if (chronicle_->failure()) return std::unexpected(*chronicle_->failure());
  return {};
}

Result<void> PaperSession::repeat_operator(const journal::Record& record) {
  std::vector<BookLevelChange> changes;
  TRY(const Event event, journal::event_in(record, changes));
  std::visit([&](const auto& body) { simulation_->inject(body, event.header.ts_venue); }, event.body);
  return health();
}

/// Goes through what the journal has after the snapshot.
Result<void> PaperSession::repeat_past() {
  const std::uint64_t before = simulation_->events();
  while (const auto* record = chronicle_->next_of_past()) {
    if (record->type == RecordType::snapshot_taken) {
      chronicle_->compare_state(engine());
    } else if (is_of_operator(record->type)) {
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

void PaperSession::set_trading(TradingState wanted) {
  const TradingState trading = engine().state().trading;
  // Flattening ends in a halt by itself: whoever asks for one again gets it without a new beginning.
  if (wanted == trading) return;
  simulation_->inject(TradingStateChanged{wanted}, simulation_->now());
  chronicle_->commit(simulation_->now());  // a person's word waits for no batch
}

void PaperSession::obey(Request request) {
  switch (request) {
    case Request::none: return;
    case Request::pause: return set_trading(TradingState::restricted);
    case Request::resume: return set_trading(TradingState::running);
    case Request::flatten: return set_trading(TradingState::flattening);
    case Request::stop: break;
    case Request::halt_and_stop: set_trading(TradingState::halted); break;
    case Request::flatten_and_stop: set_trading(TradingState::flattening); break;
  }
  is_stopping_ = true;
}

/// True once what was asked for before the end has come about: flattened, and no cancel is under way.
bool PaperSession::may_stop() const {
  if (!is_stopping_) return false;
  const auto& state = engine().state();
  if (state.trading == TradingState::flattening) return false;
  if (state.trading != TradingState::halted) return true;
  bool is_quiet = true;
  state.orders.for_each_open([&](const execution::Order& order) {
    is_quiet = is_quiet && order.status != OrderStatus::pending_cancel;
  });
  return is_quiet;
}

Result<Ending> PaperSession::run(Pace& pace) {
  // A snapshot holds the deposits already.
  if (restart_.snapshot_seq == 0) simulation_->begin();
  TRY_VOID(health());
  TRY_VOID(repeat_past());
  const auto idle = [this] { chronicle_->commit(simulation_->now()); };
  while (simulation_->has_data()) {
    const Request request = pace.wait(simulation_->next_time(), idle);
    if (request == Request::none) {
      simulation_->step();
    } else {
      obey(request);
    }
    TRY_VOID(health());
    if (may_stop()) {
      TRY_VOID(finish("stopped"));
      return Ending::stopped;
    }
    if (simulation_->events() >= next_snapshot_) TRY_VOID(take_snapshot());
    pace.show(*this);
  }
  simulation_->deliver_the_rest();
  TRY_VOID(health());
  TRY_VOID(simulation::reconcile(setup_.world.instruments, engine(), simulation_->venue()));
  const bool ended_before = closed_ && !chronicle_->has_written();
  if (!ended_before) TRY_VOID(finish("the data has ended"));
  return Ending::data_ended;
}

Result<void> PaperSession::take_snapshot() {
  next_snapshot_ = simulation_->events() + setup_.snapshot_events;
  const TimeNs now = simulation_->now();
  TRY(journal::Writer * writer, chronicle_->writer());
  TRY_VOID(writer->sync(now));
  const std::uint64_t seq = writer->next_seq() - 1;
  Encoder encoder;
  simulation_->save(encoder);
  TRY_VOID(journal::write_snapshot(*files_, setup_.folder, setup_.identity, seq, now, encoder.buffer()));
  writer->append(now, journal::SnapshotTaken{seq, journal::hash_of(engine().snapshot())});
  TRY_VOID(journal::prune_snapshots(*files_, setup_.folder, kKeptSnapshots));
  return {};
}

Result<void> PaperSession::finish(std::string reason) {
  TRY_VOID(take_snapshot());
  TRY(journal::Writer * writer, chronicle_->writer());
  return writer->close(simulation_->now(), std::move(reason));
}

SessionView PaperSession::view() const {
  const auto& state = engine().state();
  const auto asset = setup_.world.instruments.asset_name(state.portfolio.reporting_asset());
  return {setup_.identity.session, setup_.identity.account, std::string(asset), status(),
          positions_of(state),     open_orders_of(state)};
}

SessionStatus PaperSession::status() const {
  const auto& state = engine().state();
  SessionStatus status;
  status.now = simulation_->now();
  status.trading = state.trading;
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
