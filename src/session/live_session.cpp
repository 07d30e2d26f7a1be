#include "session/live_session.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "session/order_proofs.hpp"

namespace kontor::session {

using journal::RecordType;

namespace {

/// What was filled so long before the last agreement is asked for again: it costs nothing, and clocks differ.
constexpr DurationNs kOverlap = kMinute;

/// What a snapshot keeps of a live session beside its engine.
struct LivePart {
  EquityWatch watch;
  FillOrder fill_order;
  TimeNs opened_at = kTimeMin;
  TimeNs begun_at = kTimeMin;
  TimeNs agreed_at = kTimeMin;
  std::uint64_t events_count = 0;
  BOOST_DESCRIBE_CLASS(LivePart, (), (watch, fill_order, opened_at, begun_at, agreed_at, events_count), (),
                       ())
};

bool is_under_way(OrderStatus status) noexcept {
  return status == OrderStatus::sent || status == OrderStatus::pending_cancel ||
         status == OrderStatus::pending_amend || status == OrderStatus::unknown;
}

/// The orders of one group leave together.
bool belong_together(const Command& one, const Command& other) {
  const auto* first = std::get_if<NewOrder>(&one.body);
  const auto* second = std::get_if<NewOrder>(&other.body);
  return first != nullptr && second != nullptr && first->group.value != 0 && first->group == second->group;
}

}  // namespace

Result<std::unique_ptr<LiveSession>> LiveSession::open(journal::FileSystem& files, journal::AccountLock& lock,
                                                       LiveSetup setup, venue::Venue& venue) {
  std::unique_ptr<LiveSession> session(new LiveSession(files, lock, std::move(setup), venue));
  TRY_VOID(session->recover());
  return session;
}

// ---- the past

Result<void> LiveSession::make_engine() {
  TRY(auto settings, setup_.engine());
  engine_ = std::make_unique<engine::Engine>(std::move(settings));
  return {};
}

Result<void> LiveSession::recover() {
  TRY(const auto kept, journal_.recover());
  TRY_VOID(make_engine());
  if (kept) TRY_VOID(go_on_from(*kept));
  TRY_VOID(journal_.open([this] { return now_; }));
  TRY_VOID(repeat_past());
  reopen_matters();
  return {};
}

Result<void> LiveSession::go_on_from(const KeptState& kept) {
  auto part = decode<LivePart>(kept.own);
  const auto restored = engine_->restore(kept.engine);
  if (!part || !restored) {
    journal_.refused(kept, restored ? part.error().message : restored.error().message);
    return make_engine();
  }
  journal_.restored(kept);
  agreed_at_ = part->agreed_at;
  watch_ = part->watch;
  fill_order_ = std::move(part->fill_order);
  opened_at_ = part->opened_at;
  begun_at_ = part->begun_at;
  events_count_ = part->events_count;
  now_ = engine_->state().now;
  return {};
}

/// Gives the engine what the journal holds behind the snapshot, and compares what it decides.
Result<void> LiveSession::repeat_past() {
  Chronicle& chronicle = journal_.chronicle();
  const std::uint64_t before = events_count_;
  std::vector<BookLevelChange> changes;
  while (const auto* record = chronicle.next_of_past()) {
    if (record->type == RecordType::snapshot_taken) {
      chronicle.compare_state(*engine_);
    } else if (journal::is_event(record->type)) {
      TRY(const Event event, journal::event_in(*record, changes));
      pass(event.header.ts_recv);
      engine_->step(event);
      ++events_count_;
      follow(event.body, event.header.ts_venue);
      chronicle.event(event);
      static_cast<void>(chronicle.outputs(engine_->outputs(), now_));
      engine_->clear_outputs();
    } else {
      return fail(ErrorKind::internal,
                  fmt::format("record {}: the journal has a {} that was not decided again", record->seq,
                              journal::name_of(record->type)));
    }
    TRY_VOID(journal_.health());
  }
  journal_.repeated(before, events_count_);
  return {};
}

/// Orders whose outcome the journal does not hold. Nobody sends them again.
void LiveSession::reopen_matters() {
  engine().state().orders.for_each_open([&](const execution::Order& order) {
    if (is_under_way(order.status)) matters_.open(order.id(), order.ts_updated, now_);
  });
}

// ---- the one door

/// Writes the event down, lets the engine take it, writes its decisions down, and only then sends them.
template <class Body>
void LiveSession::feed(const Body& body, TimeNs ts_venue) {
  Chronicle& chronicle = journal_.chronicle();
  if (chronicle.failure()) return;
  const Event event{{chronicle.stamp(), ts_venue, now_, 0}, body};
  ++events_count_;
  chronicle.event(event);
  engine_->step(event.header, body);
  follow(event.body, ts_venue);
  carry_out_decisions();
}

void LiveSession::carry_out_decisions() {
  Withheld withheld;
  if (engine_->has_outputs()) {
    Chronicle& chronicle = journal_.chronicle();
    const bool is_recorded = chronicle.outputs(engine_->outputs(), now_);
    std::vector<Command> commands = engine_->outputs().commands;
    counts_.add(engine_->outputs());
    engine_->clear_outputs();
    const std::uint64_t next_id = engine().state().orders.next_id().value;
    if (is_recorded && !commands.empty()) recorded_ids_ = next_id;
    if (!is_recorded && next_id > recorded_ids_ + kIdsAtRisk) chronicle.give_up();
    if (chronicle.failure()) return;
    if (!is_recorded) withheld = withheld_of(engine(), commands);
    std::erase_if(commands, [&](const Command& command) { return withheld.has(command.body); });
    dispatch(commands);
    chronicle.tell_commands();
  }
  tell_disk(std::move(withheld));
}

/// Tells the engine where the disk fails or works again, with what did not leave for that reason.
void LiveSession::tell_disk(Withheld withheld) {
  const Chronicle& chronicle = journal_.chronicle();
  const auto& fault = chronicle.disk_fault();
  const bool is_told = engine().state().disk_failed_at.has_value() == fault.has_value();
  if (chronicle.failure() || (is_told && withheld.empty())) return;
  feed(fault ? disk_failed(fault->message, std::move(withheld)) : disk_works(), now_);
}

void LiveSession::feed(const VenueReport& report, TimeNs ts_venue) {
  std::visit([&](const auto& body) { feed(body, ts_venue); }, report);
  if (const auto order = order_of(report)) settle(*order);
}

/// What the session keeps for itself of an event, present or past.
void LiveSession::follow(const EventBody& body, TimeNs ts_venue) {
  if (begun_at_ == kTimeMin) begun_at_ = now_;
  if (const auto* fill = std::get_if<Fill>(&body)) fill_order_.take(*fill);
  const auto* compared = std::get_if<AccountCompared>(&body);
  if (compared != nullptr && compared->agreement == Agreement::equal) fill_order_.agreed();
  const Amount equity = engine().state().portfolio.equity();
  if (watch_.has_started()) return watch_.take(equity);
  if (std::holds_alternative<Transfer>(body)) opened_at_ = ts_venue;
  if (compared != nullptr && compared->agreement == Agreement::equal) watch_.start(ts_venue, equity);
}

/// Nothing is open about an order that is at an end, or works as it was asked to.
void LiveSession::settle(OrderId id) {
  const execution::Order* order = engine().state().orders.find(id);
  if (order == nullptr || !is_under_way(order->status)) matters_.settle(id);
}

void LiveSession::dispatch(std::span<const Command> commands) {
  for (std::size_t first = 0; first < commands.size();) {
    std::size_t last = first + 1;
    while (last < commands.size() && belong_together(commands[first], commands[last])) ++last;
    for (std::size_t i = first; i < last; ++i)
      matters_.open(order_of(commands[i]), now_, now_ + OpenMatters::kAnswerTime);
    venue_->send(commands.subspan(first, last - first));
    first = last;
  }
}

// ---- what the venue tells

Result<void> LiveSession::take(const venue::Input& input, TimeNs now) {
  pass(now);
  std::visit([&](const auto& told) { answer(told); }, input);
  return journal_.health();
}

/// What was told twice is no news: the first time was.
void LiveSession::answer(const venue::ReportReceived& received) {
  const auto& orders = engine().state().orders;
  if (const auto* fill = std::get_if<Fill>(&received.report)) {
    if (orders.knows_trade(fill->instrument, fill->trade)) return;
  }
  if (const auto* funding = std::get_if<FundingPayment>(&received.report)) {
    if (engine().state().knows(*funding, received.ts_venue)) return;
  }
  // What happened before the account was opened is in what it was opened with.
  if (opened_at_ == kTimeMin || received.ts_venue <= opened_at_) return;
  feed(received.report, received.ts_venue);
}

void LiveSession::answer(const venue::RequestFailed& failed) {
  if (failed.failure == venue::Failure::unanswered) return matters_.ask_at(failed.order, now_);
  const execution::Order* order = engine().state().orders.find(failed.order);
  if (order == nullptr) return;
  switch (order->status) {
    case OrderStatus::sent:
      return feed(VenueReport(OrderRejected{failed.order, RejectReason::venue_unavailable}), now_);
    case OrderStatus::pending_cancel:
      return feed(VenueReport(CancelRejected{failed.order, RejectReason::venue_unavailable}), now_);
    case OrderStatus::pending_amend:
      return feed(VenueReport(AmendRejected{failed.order, RejectReason::venue_unavailable}), now_);
    default: return;
  }
}

void LiveSession::answer(const venue::OrderAnswer& answer) {
  const auto* matter = matters_.find(answer.order);
  const execution::Order* order = engine().state().orders.find(answer.order);
  if (matter == nullptr || order == nullptr) return matters_.settle(answer.order);
  // Something was heard of it since it was asked for: what the answer says may be older.
  if (order->ts_updated > matter->question_at) return;
  const TimeNs last_chance = matter->asked_at + venue_->request_validity() + kClockMargin;
  const auto proofs = proofs_of(*order, answer.state, answer.as_of > last_chance);
  for (const auto& report : proofs.reports) feed(report, answer.as_of);
  if (proofs.misses_fills) look_now();
  if (!proofs.is_settled) return matters_.ask_at(answer.order, std::max(now_ + kNextLook, last_chance));
  settle(answer.order);
}

void LiveSession::answer(const venue::QuestionFailed& failed) {
  if (failed.order.value != 0) return;  // it is asked again in its time
  looks_ = false;
  next_look_ = now_ + kNextLook;
}

void LiveSession::answer(const venue::ConnectionChanged& change) {
  feed(ConnectionChanged{Connection::private_stream, change.is_alive}, now_);
  agree(Agreement::pending);
  differing_looks_ = 0;
  if (change.is_alive) look_now();
}

/// Told whenever the venue is asked; an event when they are others.
void LiveSession::answer(const InstrumentChanged& change) {
  const bool is_known = change.instrument.index() < engine().state().instruments.size();
  if (!is_known || engine().state().instruments[change.instrument].terms() == change.terms) return;
  feed(change, now_);
}

// ---- looks: the whole account

void LiveSession::look_now() {
  if (looks_ && now_ < look_at_ + kLookAnswer) return;
  looks_ = true;
  look_at_ = now_;
  next_look_ = now_ + kLookAnswer;  // where no answer comes
  venue_->ask_account(std::max(opened_at_, agreed_at_ == kTimeMin ? kTimeMin : agreed_at_ - kOverlap));
}

void LiveSession::answer(const venue::AccountAnswer& account) {
  if (!looks_) return;
  looks_ = false;
  opened_at_ == kTimeMin ? open_books(account) : take_missed(account);
  compare_orders(account);
  compare_foreign_orders(account);
  judge(account);
}

/// What the account holds when a session sees it for the first time.
void LiveSession::open_books(const venue::AccountAnswer& account) {
  agreed_at_ = account.as_of;
  for (const auto& money : account.balances) {
    const Amount missing = money.amount - engine().state().portfolio.ledger().cash(money.asset);
    if (!missing.is_zero()) feed(Transfer{{missing, money.asset}}, account.as_of);
  }
  opened_at_ = account.as_of;
}

void LiveSession::take_missed(const venue::AccountAnswer& account) {
  for (const auto& fill : account.fills) {
    if (!engine().state().orders.knows_trade(fill.instrument, fill.trade))
      feed(VenueReport(fill), fill.ts_venue);
  }
  for (const auto& booked : account.fundings) {
    if (!engine().state().knows(booked.payment, booked.ts_venue))
      feed(VenueReport(booked.payment), booked.ts_venue);
  }
}

/// Orders that the venue has otherwise than we do are asked for one by one; those that only the venue has are
/// withdrawn.
void LiveSession::compare_orders(const venue::AccountAnswer& account) {
  std::vector<OrderId> doubtful;
  engine().state().orders.for_each_open([&](const execution::Order& order) {
    const auto theirs = std::ranges::find(account.open_orders, order.id(), &venue::OrderState::order);
    const bool is_same = theirs != account.open_orders.end() && theirs->quantity == order.quantity &&
                         theirs->filled == order.filled && theirs->triggered == order.triggered &&
                         theirs->limit_price == order.limit_price;
    if (!is_same && matters_.find(order.id()) == nullptr) doubtful.push_back(order.id());
  });
  for (const OrderId id : doubtful) matters_.open(id, engine().state().orders.find(id)->ts_updated, now_);
  for (const auto& theirs : account.open_orders) {
    if (theirs.order.value != 0 && engine().state().orders.find(theirs.order) == nullptr)
      feed(OrderFound{theirs.order, theirs.instrument}, account.as_of);
  }
}

/// Each is told once; where they are to go, the venue is asked with every look until they are gone.
void LiveSession::compare_foreign_orders(const venue::AccountAnswer& account) {
  const bool withdraws = setup_.foreign_orders == ForeignOrderPolicy::cancel;
  foreign_orders_.compare(account, [&](const venue::OrderState& found) {
    feed(ForeignOrderFound{found.venue_id, found.instrument, found.side, found.type, found.quantity,
                           found.filled, found.limit_price, withdraws},
         account.as_of);
  });
  if (!withdraws) return;
  for (const auto& order : account.open_orders) {
    if (order.order.value == 0) venue_->cancel_foreign(order.instrument, order.venue_id);
  }
}

void LiveSession::judge(const venue::AccountAnswer& account) {
  differences_ = differences_of(engine().state(), account);
  const auto roundings = roundings_in(differences_, setup_.instruments);
  for (const Money& gap : roundings) feed(Transfer{gap}, account.as_of);
  if (!roundings.empty() || restate()) differences_ = differences_of(engine().state(), account);
  if (differences_.empty()) {
    differing_looks_ = 0;
    agreed_at_ = std::max(agreed_at_, account.as_of);
    next_look_ = now_ + kBetweenLooks;
    return agree(Agreement::equal);
  }
  next_look_ = now_ + kNextLook;
  if (++differing_looks_ >= kLooksForDifference) agree(Agreement::different);
}

/// What is realised depends on the order of executions. Where they came in another one, and nothing else
/// differs, the venue's word is taken: what is missing in the balance is in the cost of what is held.
bool LiveSession::restate() {
  if (differences_.size() != 1 || !differences_.front().gap) return false;
  const Money gap = *differences_.front().gap;
  std::optional<InstrumentId> found;
  for (const Instrument& instrument : setup_.instruments.all()) {
    const bool can_be = fill_order_.is_disordered(instrument.id()) && !instrument.is_spot() &&
                        instrument.quote() == gap.asset &&
                        !engine().state().portfolio.position(instrument.id()).is_flat();
    if (!can_be) continue;
    if (found) return false;  // nobody can tell which of them
    found = instrument.id();
  }
  if (!found) return false;
  feed(CostRestated{*found, gap.amount}, now_);
  return true;
}

void LiveSession::agree(Agreement agreement) {
  if (engine().state().agreement != agreement) feed(AccountCompared{agreement}, now_);
}

// ---- time

/// What the run before has given while nothing could be recorded is not in the journal, and requests of it
/// may still be under way: no answer of the venue could rule out that an id is given twice. So all that it
/// can have given are stepped over, durably, before the first is given.
Result<void> LiveSession::skip_ids_at_risk() {
  const std::uint64_t next_id = engine().state().orders.next_id().value;
  const bool may_be_more = restart().continues && !restart().closed;
  if (may_be_more) feed(OrderIdsSkipped{OrderId(next_id + kIdsAtRisk)}, now_);
  recorded_ids_ = engine().state().orders.next_id().value;
  TRY(const std::uint64_t seq, journal_.chronicle().sync(now_));
  static_cast<void>(seq);
  return {};
}

Result<void> LiveSession::begin(TimeNs now) {
  pass(now);
  TRY_VOID(journal_.teller().begin(journal_.identity()));
  TRY_VOID(skip_ids_at_risk());
  feed(AccountCompared{Agreement::pending}, now_);
  if (restart().crash_loop && engine().state().trading == TradingState::running)
    feed(TradingStateChanged{TradingState::restricted, TradingReason::crash_loop}, now_);
  obey_schedule();
  look_now();
  return journal_.health();
}

TimeNs LiveSession::next_due() const noexcept {
  return std::min(
      {engine().next_timer(), matters_.next_due(), next_look_, next_word_, journal_.next_disk_retry(now_)});
}

void LiveSession::ask_open_matters() {
  while (const auto id = matters_.take_due(now_)) {
    const execution::Order* order = engine().state().orders.find(*id);
    if (order == nullptr || !order->is_open()) {
      matters_.settle(*id);
      continue;
    }
    const InstrumentId instrument = order->request.instrument;
    if (order->status == OrderStatus::sent) feed(OrderUnresolved{*id}, now_);
    venue_->ask_order(*id, instrument);
  }
}

/// What the schedule says of this instant, where that is something new.
void LiveSession::obey_schedule() {
  if (!setup_.schedule || begun_at_ == kTimeMin) return;
  if (!schedule_) schedule_.emplace(*setup_.schedule, begun_at_);
  const ScheduleWord& word = schedule_->at(now_);
  if (word.ends) over_ = word.trading.reason;
  next_word_ = schedule_->until();
  if (const auto news = schedule_->news(engine().state().schedule, now_, now_)) feed(news->change, now_);
}

/// Whether new risk is taken, by whoever's word: a person's, the schedule's or a breaker's.
Result<void> LiveSession::tell_trading() {
  return journal_.teller().pause(engine().state().trading_of_account() != TradingState::running);
}

Result<void> LiveSession::advance(TimeNs now) {
  pass(now);
  while (engine().next_timer() <= now_ && !journal_.chronicle().failure())
    feed(engine().due_timer(), engine().next_timer());
  obey_schedule();
  ask_open_matters();
  if (next_look_ <= now_) {
    looks_ = false;
    look_now();
  }
  if (journal_.teller().state() == LifeState::starting && engine().state().agreement == Agreement::equal)
    TRY_VOID(start_trading());
  TRY_VOID(tell_trading());
  TRY_VOID(journal_.health());
  journal_.chronicle().commit(now_);
  if (journal_.wants_snapshot(events_count_)) TRY_VOID(take_snapshot());
  journal_.retry_disk(now_, [this] { return take_snapshot(); });
  tell_disk({});
  return journal_.health();
}

Result<void> LiveSession::start_trading() {
  return journal_.teller().trade(engine().state().trading_of_account() != TradingState::running);
}

Result<void> LiveSession::set_trading(TradingState wanted, TimeNs now) {
  pass(now);
  if (!engine().state().is_news(wanted)) return {};
  feed(TradingStateChanged{wanted}, now_);
  journal_.chronicle().commit(now_);
  tell_disk({});
  TRY_VOID(journal_.health());
  return tell_trading();
}

SessionFigures LiveSession::figures() const {
  return figures_of(watch_, now_, now_, engine().state().portfolio.equity());
}

Result<void> LiveSession::take_snapshot() {
  const auto state = engine().snapshot();
  Encoder encoder;
  encoder.bytes(state.data(), state.size());
  return journal_.keep(
      state, std::move(encoder),
      encode(LivePart{watch_, fill_order_, opened_at_, begun_at_, agreed_at_, events_count_}), events_count_);
}

Result<void> LiveSession::close(TimeNs now, std::string reason) {
  pass(now);
  if (journal_.teller().state() == LifeState::starting) TRY_VOID(start_trading());
  TRY_VOID(journal_.teller().stop());
  TRY_VOID(take_snapshot());
  TRY_VOID(journal_.teller().end());
  return journal_.close(std::move(reason));
}

}  // namespace kontor::session
