#include "faults/fault_run.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kontor::faults {
namespace {

constexpr std::size_t kIncidents = 10;

const std::string kLock = "accounts/faulty.lock";
/// The longest that agreement may take once the faults are over.
constexpr DurationNs kLongestSettling = 20 * kMinute;

}  // namespace

FaultRun::FaultRun(std::uint64_t seed, std::uint64_t minutes)
    : length_(static_cast<DurationNs>(minutes) * kMinute),
      plan_(FaultPlan::of(seed)),
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
           kSessionFolder,
           {journal::SyncPolicy::When::before_send, kSecond},
           2'000,
           {"faulty", "random", "live", "here", {}}},
          std::nullopt,
          withdraws_foreign_orders() ? ForeignOrderPolicy::cancel : ForeignOrderPolicy::ignore};
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
  if (session_) venue_.tell_terms();
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
      return trade_by_hand();
    case Incident::gap:
      plan(incident, plan_.between_market_gaps);
      gap_until_ = now_ + static_cast<DurationNs>(chance_.below(600)) * kSecond;
      return;
    case Incident::clock:
      plan(incident, plan_.between_clock_jumps);
      jumped_back_ = static_cast<DurationNs>(chance_.below(3'000)) * kMillisecond;
      return;
    case Incident::terms: plan(incident, plan_.between_term_changes); return change_terms();
    case Incident::delisting: plan(incident, 0); return delist();
  }
}

/// At the market, or with an order that waits. Nobody but a session that withdraws it frees the coins that
/// such a sale holds.
void FaultRun::trade_by_hand() {
  const InstrumentId instrument(0);
  const RawQuantity quantity(static_cast<std::int64_t>(100 + chance_.below(2'000)));
  const bool waits = chance_.below(3) == 0;
  const bool buys = chance_.below(2) == 0 || (waits && !withdraws_foreign_orders());
  const auto offset = static_cast<std::int64_t>(chance_.below(400));
  const RawPrice last = venue_.exchange().mark(instrument);
  const RawPrice limit = waits ? RawPrice(last.units + (buys ? -offset : offset)) : RawPrice();
  venue_.trade_by_hand(instrument, buys ? Side::buy : Side::sell, quantity, limit);
}

/// The venue wants coarser prices and sizes than at the beginning, or the same again.
void FaultRun::change_terms() {
  if (is_delisted()) return;
  constexpr std::array<std::int64_t, 4> kFactors = {1, 2, 5, 10};
  const auto factor = [&] { return kFactors[chance_.below(kFactors.size())]; };
  InstrumentTerms terms = world_.instruments()[InstrumentId(0)].terms();
  ++report_.term_changes;
  terms.tick.units *= factor();
  terms.step.units *= factor();
  terms.min_quantity = std::max(terms.min_quantity, terms.step);
  terms.min_notional = Amount::from_units(terms.min_notional.units() * factor());
  venue_.change(InstrumentId(0), terms);
}

/// From now on there are no prices and no orders.
void FaultRun::delist() {
  ++report_.delistings;
  InstrumentTerms terms = venue_.instruments()[InstrumentId(0)].terms();
  terms.is_trading = false;
  venue_.change(InstrumentId(0), terms);
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
    const Trade trade = cursor.take_trade();
    if (!is_delisted()) venue_.exchange().on_trade(trade);
  } else {
    const FundingRate rate = cursor.take_funding();
    if (!is_delisted()) venue_.exchange().on_funding(rate);
  }
  market_there_.settle();
  venue_.collect();
}

void FaultRun::step_market_here() {
  auto& cursor = market_here_.next();
  const bool is_lost = !session_ || now_ < gap_until_ || is_delisted();
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

// ---- the end

/// The market has ended and so have the faults; what was open is cleared up.
void FaultRun::calm_down() {
  for (auto& planned : planned_) planned.at = kTimeMax;
  venue_.calm_down();
  venue_.tell_terms();
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
  plan(Incident::terms, plan_.between_term_changes);
  plan(Incident::delisting, plan_.is_delisted ? length_ / 2 : 0);
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
