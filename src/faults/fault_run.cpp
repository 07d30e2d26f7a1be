#include "faults/fault_run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/crc32c.hpp"
#include "journal/reader.hpp"
#include "session/replay.hpp"

namespace kontor::faults {
namespace {

constexpr std::size_t kIncidents = 8;
const std::string kFolder = "sessions/faulty";
const std::string kLock = "accounts/faulty.lock";
/// The longest that agreement may take once the faults are over.
constexpr DurationNs kLongestSettling = 20 * kMinute;

}  // namespace

FaultRun::FaultRun(std::uint64_t seed, std::uint64_t minutes)
    : plan_(FaultPlan::of(seed)),
      world_(seed, minutes),
      chance_(seed ^ 0x5EEDULL),
      files_(seed),
      venue_(
          world_.instruments(), world_.venue(), plan_, seed,
          [this](const venue::Input& input) {
            if (session_) guard(session_->take(input, here()));
          },
          [this](const Command& command) { return check_sent(command); }),
      market_there_(world_.sources(), simulation::FeedSide::venue),
      market_here_(world_.sources(), simulation::FeedSide::received),
      planned_(kIncidents) {
  report_.seed = seed;
  now_ = FaultWorld::kStart;
}

void FaultRun::violate(std::string what) {
  if (report_.violation.empty()) report_.violation = fmt::format("{}: {}", format_time(now_), what);
}

// ---- the process

session::LiveSetup FaultRun::setup() const {
  return {world_.instruments(),
          [this] { return Result<engine::EngineSettings>(world_.engine_settings()); },
          {{"kontor simulate",
            "faulty",
            "",
            "faulty/main",
            lock_->token(),
            report_.seed,
            {"c0ffee", "name = \"faulty\"\n"},
            journal::definitions_of(world_.instruments())},
           kFolder,
           {journal::SyncPolicy::When::before_send, kSecond},
           2'000,
           {"faulty", "random", "live", "here", {}}}};
}

Result<std::unique_ptr<session::LiveSession>> FaultRun::open_session() {
  lock_.reset();
  TRY_VOID(files_.make_folder("accounts"));
  TRY(auto lock, journal::AccountLock::acquire(files_, kLock, {1, "here", "faulty", 0}));
  lock_ = std::make_unique<journal::AccountLock>(std::move(lock));
  return session::LiveSession::open(files_, *lock_, setup(), venue_);
}

/// Starts a process; where the disk does not let it, or it dies while it starts, another one is tried later.
void FaultRun::begin_process() {
  restart_at_ = now_ + 10 * kSecond;
  auto opened = open_session();
  if (files_.crashed()) return kill(journal::Loss::all);
  if (!opened) {
    if (mended_at_ == kTimeMax)
      violate(fmt::format("the session does not start: {}", opened.error().message));
    return;
  }
  restart_at_ = kTimeMax;
  session_ = std::move(*opened);
  const auto next_id = [this] { return session_->engine().state().orders.next_id().value; };
  if (next_id() <= highest_recorded_)
    violate(fmt::format("order {} left and is not in the journal", highest_recorded_));
  guard(session_->begin(here()), true);
  if (session_ && next_id() <= venue_.highest_sent())
    violate(fmt::format("the id {} will be given twice", next_id()));
}

void FaultRun::end_process() {
  knows_failure_ = false;
  if (session_) report_.events = std::max(report_.events, session_->events());
  session_.reset();
  lock_.reset();
  venue_.forget_deliveries();
}

void FaultRun::kill(journal::Loss loss) {
  ++report_.kills;
  const bool was_failing = mended_at_ != kTimeMax && session_;
  if (was_failing && session_->engine().state().disk_failed_at) ++report_.disk_crashes;
  end_process();
  files_.restart(loss);
  mend_disk();
  restart_at_ = now_ + static_cast<DurationNs>(chance_.below(60)) * kSecond;
}

/// A process that dies is part of the game, and so is one that cannot begin where nothing can be written. One
/// that runs goes on, whatever the disk does.
void FaultRun::guard(Result<void> outcome, bool begins) {
  if (files_.crashed()) return kill(static_cast<journal::Loss>(chance_.below(4)));
  if (outcome) return;
  const ErrorKind kind = outcome.error().kind;
  const bool is_disk = begins && (kind == ErrorKind::no_space || kind == ErrorKind::io);
  if (!is_disk) violate(fmt::format("the session failed: {}", outcome.error().message));
  end_process();
  restart_at_ = now_ + 10 * kSecond;
}

// ---- what goes wrong

void FaultRun::plan(Incident incident, DurationNs mean) {
  auto& planned = planned_[static_cast<std::size_t>(incident)];
  planned.incident = incident;
  planned.at =
      mean == 0 ? kTimeMax
                : now_ + mean / 2 + static_cast<DurationNs>(chance_.below(static_cast<std::uint64_t>(mean)));
}

void FaultRun::happen(Incident incident) {
  switch (incident) {
    case Incident::kill:
      plan(incident, plan_.between_kills);
      return kill(static_cast<journal::Loss>(chance_.below(4)));
    case Incident::crash:
      plan(incident, plan_.between_kills);
      return files_.crash_at(files_.steps() + chance_.below(3'000));
    case Incident::disk: plan(incident, plan_.between_disk_failures); return fail_disk();
    case Incident::disconnect:
      plan(incident, plan_.between_disconnects);
      ++report_.disconnects;
      venue_.set_mute(true);
      connected_at_ = now_ + static_cast<DurationNs>(1 + chance_.below(90)) * kSecond;
      if (session_) guard(session_->take(venue::ConnectionChanged{false}, here()));
      return;
    case Incident::silence:
      plan(incident, plan_.between_silences);
      venue_.set_mute(true);
      connected_at_ = now_ + static_cast<DurationNs>(30 + chance_.below(300)) * kSecond;
      return;
    case Incident::manual:
      plan(incident, plan_.between_manual_trades);
      ++report_.manual_trades;
      return venue_.trade_by_hand(InstrumentId(0),
                                  RawQuantity(static_cast<std::int64_t>(100 + chance_.below(2'000))));
    case Incident::gap:
      plan(incident, plan_.between_market_gaps);
      gap_until_ = now_ + static_cast<DurationNs>(chance_.below(600)) * kSecond;
      return;
    case Incident::clock:
      plan(incident, plan_.between_clock_jumps);
      jumped_back_ = static_cast<DurationNs>(chance_.below(3'000)) * kMillisecond;
      return;
  }
}

/// For seconds up to minutes; now and then the process dies meanwhile.
void FaultRun::fail_disk() {
  ++report_.disk_failures;
  disk_fails_ = true;
  switch (chance_.below(4)) {
    case 0: files_.fail_changes(ErrorKind::no_space); break;
    case 1: files_.fail_changes(ErrorKind::io); break;
    case 2: files_.fail_syncs(true); break;
    default: files_.fill_up(chance_.below(4'000)); disk_fails_ = false;  // something still fits
  }
  const std::uint64_t longest = chance_.below(6) == 0 ? 900 : 120;
  const auto seconds = 1 + chance_.below(longest);
  mended_at_ = now_ + static_cast<DurationNs>(seconds) * kSecond;
  if (chance_.below(3) != 0) return;
  auto& killed = planned_[static_cast<std::size_t>(Incident::kill)];
  killed.incident = Incident::kill;
  killed.at = now_ + static_cast<DurationNs>(chance_.below(seconds)) * kSecond;
}

void FaultRun::mend_disk() {
  mended_at_ = kTimeMax;
  disk_fails_ = false;
  works_since_ = now_;
  files_.mend();
}

/// Whoever was cut off knows it then, and so does who was deaf without noticing.
void FaultRun::connect_again() {
  connected_at_ = kTimeMax;
  venue_.set_mute(false);
  if (session_) guard(session_->take(venue::ConnectionChanged{true}, here()));
}

// ---- time

TimeNs FaultRun::session_due() const noexcept {
  if (!session_) return restart_at_;
  const TimeNs due = session_->next_due();
  return due == kTimeMax ? kTimeMax : due - plan_.clock_skew + jumped_back_;
}

void FaultRun::step_market_at_venue() {
  auto& cursor = market_there_.next();
  if (cursor.kind() == data::DataKind::trade) {
    venue_.exchange().on_trade(cursor.take_trade());
  } else {
    venue_.exchange().on_funding(cursor.take_funding());
  }
  market_there_.settle();
  venue_.collect();
}

void FaultRun::step_market_here() {
  auto& cursor = market_here_.next();
  const bool is_lost = !session_ || now_ < gap_until_;
  if (cursor.kind() == data::DataKind::trade) {
    const Trade trade = cursor.take_trade();
    market_here_.settle();
    if (!is_lost) guard(session_->take(trade, here()));
  } else {
    const FundingRate rate = cursor.take_funding();
    market_here_.settle();
    if (!is_lost) guard(session_->take(rate, here()));
  }
}

void FaultRun::step() {
  const auto planned = std::ranges::min_element(planned_, {}, &Planned::at);
  const TimeNs expiry = venue_.exchange().next_expiry();
  const TimeNs there = market_there_.next_time();
  const TimeNs network = venue_.next_time();
  const TimeNs here_at = market_here_.next_time();
  const TimeNs due = session_due();
  const TimeNs next =
      std::min({there, expiry, network, here_at, due, planned->at, mended_at_, connected_at_});
  if (next == kTimeMax) return;
  now_ = std::max(now_, next);
  venue_.set_now(now_);
  if (there == next) return step_market_at_venue();
  if (expiry == next) {
    venue_.exchange().on_time(now_);
    return venue_.collect();
  }
  if (network == next) return venue_.step();
  if (here_at == next) return step_market_here();
  if (mended_at_ == next) return mend_disk();
  if (connected_at_ == next) return connect_again();
  if (planned->at == next) return happen(planned->incident);
  if (session_) return guard(session_->advance(here()));
  begin_process();
}

// ---- what must hold

bool FaultRun::only_reduces(const NewOrder& order) const {
  const bool is_marked = order.reduce_only || order.role == GroupRole::stop_loss ||
                         order.role == GroupRole::take_profit || order.role == GroupRole::flatten;
  if (is_marked) return true;
  const RawQuantity own =
      session_->engine().state().portfolio.book(order.strategy, order.instrument).position.quantity;
  const std::int64_t closes = order.side == Side::sell ? own.units : -own.units;
  return order.quantity.units <= closes;
}

/// What must be in the journal when it leaves, and what may leave although nothing can be recorded.
bool FaultRun::check_sent(const Command& command) {
  if (files_.crashed()) return false;
  const bool is_failing = disk_fails_ || session_->engine().state().disk_failed_at;
  if (is_failing) ++report_.unrecorded;
  if (const auto* order = std::get_if<NewOrder>(&command.body)) {
    const bool adds_risk = !only_reduces(*order);
    if (is_failing && adds_risk)
      violate(fmt::format("order {} adds risk and left while the disk failed", order->id.value));
    const bool is_doubtful = mended_at_ != kTimeMax || session_->engine().state().disk_failed_at;
    if (adds_risk || !is_doubtful) highest_recorded_ = std::max(highest_recorded_, order->id.value);
  }
  const auto* amend = std::get_if<AmendOrder>(&command.body);
  const auto* order = amend == nullptr ? nullptr : session_->engine().state().orders.find(amend->id);
  if (order == nullptr || !is_failing) return true;
  NewOrder amended = order->request;
  amended.quantity = amend->quantity - order->filled;
  if (!only_reduces(amended))
    violate(fmt::format("an amendment of order {} left while the disk failed", amend->id.value));
  return true;
}

/// Told that the disk fails, the session withdraws its entries; told or not, it is over when the disk works.
void FaultRun::check_disk() {
  const auto& state = session_->engine().state();
  const bool was_known = std::exchange(knows_failure_, state.disk_failed_at.has_value());
  if (was_known && !knows_failure_) ++report_.disk_recoveries;
  constexpr DurationNs kLongestRecovery = 10 * kSecond;
  if (knows_failure_ && mended_at_ == kTimeMax && now_ > works_since_ + kLongestRecovery)
    violate("the disk works and the session does not notice");
  if (was_known || !knows_failure_) return;
  state.orders.for_each_open([&](const execution::Order& order) {
    NewOrder left = order.request;
    left.quantity = order.quantity - order.filled;
    const bool works =
        order.status == OrderStatus::acknowledged || order.status == OrderStatus::partially_filled;
    if (works && !only_reduces(left))
      violate(fmt::format("order {} stays although the disk fails", order.id().value));
  });
}

void FaultRun::check_step() {
  if (!venue_.violation().empty()) violate(venue_.violation());
  if (!session_) return;
  check_disk();
  const auto& state = session_->engine().state();
  for (std::uint32_t i = 0; i < world_.instruments().asset_count(); ++i) {
    if (!state.portfolio.ledger().residue(AssetId(i)).is_zero())
      violate(
          fmt::format("the ledger of {} does not sum to zero", world_.instruments().asset_name(AssetId(i))));
  }
  for (const auto& instrument : world_.instruments().all()) {
    RawQuantity sum;
    for (std::uint32_t i = 0; i < state.portfolio.strategies(); ++i)
      sum += state.portfolio.book(StrategyId(i), instrument.id()).position.quantity;
    if (sum != state.portfolio.position(instrument.id()).quantity)
      violate(fmt::format("the strategies' positions in {} do not sum to the account's",
                          instrument.name().format()));
  }
  check_legs();
}

/// Of a leg there is one order at a time, whatever became of the one before.
void FaultRun::check_legs() {
  std::vector<std::pair<GroupId, GroupRole>> legs;
  session_->engine().state().orders.for_each_open([&](const execution::Order& order) {
    if (order.request.group.value != 0) legs.emplace_back(order.request.group, order.request.role);
  });
  std::ranges::sort(legs);
  if (std::ranges::adjacent_find(legs) != legs.end()) violate("two orders of one leg are open");
}

/// Once all is calm, what a bracket holds has its stop.
void FaultRun::check_protection() {
  for (const auto& group : session_->engine().state().protection.groups()) {
    if (group.bare_since == kTimeMax) continue;
    const auto* stop = session_->engine().state().orders.find(group.stop.order);
    violate(fmt::format(
        "group {} is without a confirmed stop for the {} it holds: order {} is {}, {} refusals, "
        "the last {}{}; {} held{}",
        group.id.value, group.open().units, group.stop.order.value,
        stop == nullptr ? -1 : static_cast<int>(stop->status), group.stop.refusals,
        static_cast<int>(group.stop.reason), group.is_leaving ? ", leaving" : "",
        session_->engine().state().portfolio.position(group.instrument).quantity.units, open_orders()));
  }
}

bool FaultRun::is_settled() const {
  return session_ && session_->open_matters().empty() && session_->differences().empty() &&
         session_->engine().state().agreement == Agreement::equal && venue_.is_quiet();
}

/// Every open order as the session and as the venue sees it.
std::string FaultRun::open_orders() const {
  std::string text;
  session_->engine().state().orders.for_each_open([&](const execution::Order& order) {
    const auto* theirs = venue_.truth().find(order.id());
    text += fmt::format("; order {}: {} {} of {} filled here, status {}", order.id().value,
                        order.request.side == Side::buy ? "buy" : "sell", order.filled.units,
                        order.quantity.units, static_cast<int>(order.status));
    if (theirs == nullptr) return;
    text += fmt::format(", {} of {} there, status {}", theirs->filled.units, theirs->quantity.units,
                        static_cast<int>(theirs->status));
  });
  return text;
}

std::string FaultRun::why_unsettled() const {
  if (!session_) return "the session does not come back";
  std::string why =
      fmt::format("session and venue do not come to agree: {} open matters, agreement {}",
                  session_->open_matters().size(), static_cast<int>(session_->engine().state().agreement));
  for (const auto& difference : session_->differences())
    why += fmt::format("; {} {} here, {} there", difference.what, difference.ours, difference.theirs);
  return why + open_orders();
}

/// The market has ended and so have the faults; what was open is cleared up.
void FaultRun::calm_down() {
  for (auto& planned : planned_) planned.at = kTimeMax;
  venue_.calm_down();
  mend_disk();
  files_.crash_at(UINT64_MAX);
  gap_until_ = kTimeMin;
  if (connected_at_ != kTimeMax) connect_again();
  if (session_) guard(session_->set_trading(TradingState::restricted, here()));
}

void FaultRun::settle() {
  const TimeNs deadline = now_ + kLongestSettling;
  // At least one look has to come after the last fault.
  const TimeNs earliest = now_ + 2 * kMinute;
  while (report_.violation.empty() && (now_ < earliest || !is_settled())) {
    if (now_ > deadline) return violate(why_unsettled());
    step();
    check_step();
  }
}

void FaultRun::check_end() {
  if (!report_.violation.empty()) return;
  check_protection();
  const auto& state = session_->engine().state();
  const auto account = venue_.truth().account(world_.instruments(), venue_.exchange(), now_, kTimeMax);
  for (const auto& difference : session::differences_of(state, account)) {
    violate(fmt::format("{}: the session has {}, the venue {}", difference.what, difference.ours,
                        difference.theirs));
  }
  state.orders.for_each_open([&](const execution::Order& order) {
    if (order.status == OrderStatus::unknown)
      violate(fmt::format("order {} stays unknown", order.id().value));
  });
}

/// The journal alone comes to the same state; and what it gives up the venue has never taken.
void FaultRun::check_replay() {
  if (!report_.violation.empty()) return;
  const auto state = session_->engine().snapshot();
  report_.state_checksum = crc32c(state);
  guard(session_->close(here(), "the end"));
  end_process();
  engine::Engine engine(world_.engine_settings());
  const auto replayed = session::replay(files_, kFolder, engine);
  if (!replayed) return violate(fmt::format("the journal cannot be replayed: {}", replayed.error().message));
  if (!replayed->identical()) return violate(fmt::format("the replay differs: {}", replayed->difference));
  if (engine.snapshot() != state) return violate("the replay comes to another state");
  auto reader = journal::Reader::open(files_, kFolder);
  if (!reader) return violate(reader.error().message);
  for (;;) {
    const auto record = reader->next();
    if (!record) return violate(record.error().message);
    if (*record == nullptr) return;
    check_record(**record);
  }
}

void FaultRun::check_record(const journal::Record& record) {
  using journal::RecordType;
  const bool is_of_interest = record.type == RecordType::order_rejected ||
                              record.type == RecordType::disk_changed ||
                              record.type == RecordType::order_found;
  if (!is_of_interest) return;
  std::vector<BookLevelChange> changes;
  const auto event = journal::event_in(record, changes);
  if (!event) return violate(event.error().message);
  const auto give_up = [this](OrderId order) {
    if (venue_.truth().find(order) != nullptr)
      violate(fmt::format("order {} was given up, and the venue has it", order.value));
  };
  if (std::holds_alternative<OrderFound>(event->body)) ++report_.orphans;
  if (const auto* disk = std::get_if<DiskChanged>(&event->body)) std::ranges::for_each(disk->unsent, give_up);
  const auto* rejected = std::get_if<OrderRejected>(&event->body);
  if (rejected != nullptr && (rejected->reason == RejectReason::never_arrived ||
                              rejected->reason == RejectReason::venue_unavailable))
    give_up(rejected->order);
}

FaultReport FaultRun::run() {
  venue_.set_now(now_);
  venue_.exchange().deposit(world_.deposit());
  plan(Incident::kill, plan_.between_kills);
  plan(Incident::crash, plan_.between_kills);
  plan(Incident::disk, plan_.between_disk_failures);
  plan(Incident::disconnect, plan_.between_disconnects);
  plan(Incident::silence, plan_.between_silences);
  plan(Incident::manual, plan_.between_manual_trades);
  plan(Incident::gap, plan_.between_market_gaps);
  plan(Incident::clock, plan_.between_clock_jumps);
  begin_process();
  while (report_.violation.empty() && market_here_.next_time() != kTimeMax) {
    step();
    check_step();
  }
  calm_down();
  settle();
  check_end();
  check_replay();
  report_.orders = venue_.sent_orders();
  report_.fills = venue_.truth().fills();
  report_.network = venue_.counts();
  return report_;
}

}  // namespace kontor::faults
