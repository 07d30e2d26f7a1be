#include "session/event_projection.hpp"

#include <algorithm>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include "session/schedule.hpp"
#include "session/status.hpp"

namespace kontor::session {
namespace {

std::int64_t whole(std::uint64_t number) { return static_cast<std::int64_t>(number); }

template <class Enum>
std::string word_of(Enum value) {
  return boost::describe::enum_to_string(value, "unknown");
}

/// Which part of the program an event comes from.
std::string_view component_of(EventType type) noexcept {
  if (type >= EventType::order_submitted && type <= EventType::fill) return "execution";
  if (type >= EventType::position_opened && type <= EventType::position_funding) return "portfolio";
  if (type == EventType::risk_decision || type == EventType::circuit_breaker || type == EventType::protection)
    return "risk";
  if (type == EventType::signal) return "strategy";
  return "session";
}

/// The price that an order is known by: its limit, else what triggers it, else how far it trails.
RawPrice price_of(const NewOrder& order) noexcept {
  if (has_limit_price(order.type)) return order.limit_price;
  if (order.type == OrderType::trailing_stop) return order.trailing_offset;
  return has_trigger(order.type) ? order.trigger_price : RawPrice();
}

std::string name_in(const Instrument* instrument) {
  return instrument == nullptr ? std::string("an instrument that is not known") : instrument->name().format();
}

void add_detail(LoggedEvent& event, std::string name, EventDetail::Value value) {
  event.details.push_back({std::move(name), std::move(value)});
}

void add_reason(LoggedEvent& event, RejectReason reason) {
  if (reason == RejectReason::none) return;
  add_detail(event, "reason", word_of(reason));
  event.message += fmt::format(": {}", word_of(reason));
}

}  // namespace

Result<void> EventProjection::take(const journal::Record& record) {
  using journal::RecordType;
  const RecordPlace place{record.seq, record.ts};
  if (journal::family_of(record.type) == journal::Family::market) return {};
  if (journal::is_event(record.type)) {
    TRY(const Event event, journal::event_in(record, changes_));
    return take(place, event), Result<void>();
  }
  if (journal::is_command(record.type)) {
    TRY(const Command command, journal::command_in(record));
    return take(place, command), Result<void>();
  }
  const auto of = [&]<class Payload>(std::type_identity<Payload>) -> Result<void> {
    TRY(const Payload payload, journal::payload_in<Payload>(record));
    if constexpr (std::is_void_v<decltype(take(place, payload))>) {
      return take(place, payload), Result<void>();
    } else {
      return take(place, payload);
    }
  };
  switch (record.type) {
    case RecordType::intent_refused: return of(std::type_identity<journal::IntentRefused>());
    case RecordType::fill_booked: return of(std::type_identity<journal::FillBooked>());
    case RecordType::breaker_changed: return of(std::type_identity<BreakerChanged>());
    case RecordType::protection_changed: return of(std::type_identity<ProtectionChanged>());
    case RecordType::snapshot_taken: return of(std::type_identity<journal::SnapshotTaken>());
    case RecordType::configuration: return of(std::type_identity<journal::Configuration>());
    case RecordType::instruments: return of(std::type_identity<journal::InstrumentDefinitions>());
    case RecordType::session_event: return of(std::type_identity<journal::SessionEvent>());
    default: return {};
  }
}

LoggedEvent& EventProjection::add(RecordPlace place, EventType type) {
  LoggedEvent& event = events_.emplace_back();
  event.ts = place.ts;
  event.seq = ++state_.events;
  event.session = session_;
  event.type = type;
  event.host = state_.host;
  event.component = component_of(type);
  event.correlation = "run:" + state_.run;
  add_detail(event, "record", whole(place.seq));
  return event;
}

LoggedEvent& EventProjection::add_order(RecordPlace place, EventType type, OrderId order,
                                        OrderStatus status) {
  LoggedEvent& event = add(place, type);
  event.correlation = fmt::format("order:{}", order.value);
  EventOrder& told = event.order.emplace();
  told.id = order;
  told.status = status;
  if (const KnownOrder* known = find(order)) {
    describe(told, *known);
    add_detail(event, "strategy", std::int64_t{known->strategy.value});
  }
  return event;
}

void EventProjection::describe(EventOrder& told, const KnownOrder& order) const {
  told.side = order.side;
  told.type = order.type;
  const Instrument* instrument = instrument_of(order.instrument);
  if (instrument == nullptr) return;
  told.symbol = instrument->name().format();
  told.quantity = instrument->quantity(order.quantity).format();
  if (order.price.units != 0) told.price = instrument->price(order.price).format();
}

void EventProjection::remember(const NewOrder& order) {
  if (state_.orders.size() >= kMaxOrders) state_.orders.erase(state_.orders.begin());
  KnownOrder known{order.id,   order.strategy, order.instrument, order.side,
                   order.type, order.quantity, price_of(order),  RawQuantity()};
  const auto at = std::ranges::lower_bound(state_.orders, order.id, {}, &KnownOrder::id);
  state_.orders.insert(at, known);
}

EventProjection::KnownOrder* EventProjection::find(OrderId order) {
  const auto at = std::ranges::lower_bound(state_.orders, order, {}, &KnownOrder::id);
  return at != state_.orders.end() && at->id == order ? &*at : nullptr;
}

void EventProjection::forget(OrderId order) {
  const auto at = std::ranges::lower_bound(state_.orders, order, {}, &KnownOrder::id);
  if (at != state_.orders.end() && at->id == order) state_.orders.erase(at);
}

EventProjection::Holding& EventProjection::holding_of(StrategyId strategy, InstrumentId instrument) {
  for (auto& holding : state_.holdings) {
    if (holding.strategy == strategy && holding.instrument == instrument) return holding;
  }
  Holding& holding = state_.holdings.emplace_back();
  holding.strategy = strategy;
  holding.instrument = instrument;
  return holding;
}

// ---------------------------------------------------------------------------------------------- inputs

void EventProjection::report(RecordPlace place, EventType type, OrderId order, OrderStatus status,
                             RejectReason reason) {
  LoggedEvent& event = add_order(place, type, order, status);
  event.message = fmt::format("Order {}: {}", order.value, name_of(type).substr(sizeof("order_") - 1));
  add_reason(event, reason);
  const bool bad = type == EventType::order_rejected || type == EventType::order_cancel_rejected ||
                   type == EventType::order_amend_rejected || type == EventType::order_unresolved;
  if (bad) event.level = EventLevel::warning;
}

void EventProjection::close(RecordPlace place, EventType type, OrderId order, OrderStatus status,
                            RejectReason reason) {
  report(place, type, order, status, reason);
  forget(order);
}

template <class Body>
void EventProjection::take_body(RecordPlace place, const Body& body) {
  using enum EventType;
  constexpr auto kNoReason = RejectReason::none;
  if constexpr (std::is_same_v<Body, OrderAccepted>) {
    report(place, order_accepted, body.order, OrderStatus::acknowledged, kNoReason);
  } else if constexpr (std::is_same_v<Body, OrderRejected>) {
    close(place, order_rejected, body.order, OrderStatus::rejected, body.reason);
  } else if constexpr (std::is_same_v<Body, OrderCanceled>) {
    close(place, order_canceled, body.order, OrderStatus::canceled, body.reason);
  } else if constexpr (std::is_same_v<Body, OrderExpired>) {
    close(place, order_expired, body.order, OrderStatus::expired, kNoReason);
  } else if constexpr (std::is_same_v<Body, OrderTriggered>) {
    report(place, order_triggered, body.order, OrderStatus::acknowledged, kNoReason);
  } else if constexpr (std::is_same_v<Body, CancelRejected>) {
    report(place, order_cancel_rejected, body.order, OrderStatus::acknowledged, body.reason);
  } else if constexpr (std::is_same_v<Body, AmendRejected>) {
    report(place, order_amend_rejected, body.order, OrderStatus::acknowledged, body.reason);
  } else if constexpr (std::is_same_v<Body, OrderUnresolved>) {
    report(place, order_unresolved, body.order, OrderStatus::unknown, kNoReason);
  }
}

void EventProjection::take_body(RecordPlace place, const OrderAmended& amended) {
  if (KnownOrder* known = find(amended.order)) {
    known->quantity = amended.quantity;
    if (has_limit_price(known->type)) known->price = amended.limit_price;
  }
  report(place, EventType::order_amended, amended.order, OrderStatus::acknowledged, RejectReason::none);
}

void EventProjection::take_body(RecordPlace place, const Fill& fill) {
  KnownOrder* known = find(fill.order);
  bool is_whole = false;
  if (known != nullptr) {
    known->filled += fill.quantity;
    is_whole = known->filled >= known->quantity;
  }
  LoggedEvent& event = add_order(place, EventType::fill, fill.order,
                                 is_whole ? OrderStatus::filled : OrderStatus::partially_filled);
  const Instrument* instrument = instrument_of(fill.instrument);
  event.order->side = fill.side;
  event.order->symbol = name_in(instrument);
  if (instrument != nullptr) {
    const std::string quantity = instrument->quantity(fill.quantity).format();
    const std::string price = instrument->price(fill.price).format();
    event.message =
        fmt::format("Order {}: {} {} {} at {}", fill.order.value, fill.side == Side::buy ? "bought" : "sold",
                    quantity, event.order->symbol, price);
    add_detail(event, "qty", quantity);
    add_detail(event, "price", price);
  }
  add_detail(event, "trade", whole(fill.trade.value));
  add_detail(event, "liquidity", word_of(fill.liquidity));
  add_detail(event, "fee", fill.fee.format());
  if (fill.fee_asset.index() < instruments_.asset_count())
    add_detail(event, "fee_asset", instruments_.asset_name(fill.fee_asset));
  if (fill.liquidation) {
    add_detail(event, "liquidation", true);
    event.level = EventLevel::critical;
  }
  if (is_whole) forget(fill.order);
}

void EventProjection::take_body(RecordPlace place, const FundingPayment& payment) {
  LoggedEvent& event = add(place, EventType::position_funding);
  const std::string symbol = name_in(instrument_of(payment.instrument));
  add_detail(event, "symbol", symbol);
  add_detail(event, "amount", payment.amount.amount.format());
  if (payment.amount.asset.index() < instruments_.asset_count())
    add_detail(event, "asset", instruments_.asset_name(payment.amount.asset));
  event.message = fmt::format("{}: funding of {} {}", symbol, payment.amount.amount.absolute().format(),
                              payment.amount.amount.is_negative() ? "paid" : "received");
}

void EventProjection::take_body(RecordPlace place, const TradingStateChanged& change) {
  LoggedEvent& event = add(place, EventType::mode_switch);
  event.message = fmt::format("Trading is {}: {}", word_of(change.state), reason_text(change.reason));
  add_detail(event, "trading", word_of(change.state));
  add_detail(event, "reason", word_of(change.reason));
  if (change.state != TradingState::running) event.level = EventLevel::warning;
}

void EventProjection::take_body(RecordPlace place, const AccountCompared& compared) {
  LoggedEvent& event = add(place, EventType::reconcile_diff);
  add_detail(event, "agreement", word_of(compared.agreement));
  switch (compared.agreement) {
    case Agreement::equal: event.message = "The books agree with the venue's"; return;
    case Agreement::pending:
      event.message = "The books have to be compared with the venue's: no new risk until they agree";
      event.level = EventLevel::warning;
      return;
    case Agreement::different:
      event.message = "The books do not agree with the venue's: no new risk until they do";
      event.level = EventLevel::critical;
      return;
  }
}

void EventProjection::take_body(RecordPlace place, const CostRestated& restated) {
  LoggedEvent& event = add(place, EventType::reconcile_diff);
  const std::string symbol = name_in(instrument_of(restated.instrument));
  add_detail(event, "symbol", symbol);
  add_detail(event, "amount", restated.amount.format());
  event.message =
      fmt::format("{}: executions came out of order; {} more are realised", symbol, restated.amount.format());
}

void EventProjection::take_body(RecordPlace place, const DiskChanged& change) {
  constexpr auto kReason = RejectReason::not_recorded;
  for (const OrderId order : change.unsent)
    close(place, EventType::order_rejected, order, OrderStatus::rejected, kReason);
  for (const OrderId order : change.unsent_amendments)
    report(place, EventType::order_amend_rejected, order, OrderStatus::acknowledged, kReason);
  if (change.works) {
    LoggedEvent& event = add(place, EventType::disk_recovered);
    event.message = "The journal is written again, with all that has happened meanwhile";
    return;
  }
  LoggedEvent& event = add(place, EventType::disk_failed);
  event.message = fmt::format(
      "The journal cannot be written: no new risk, entries are withdrawn, exits go on ({})", change.cause);
  event.level = EventLevel::critical;
  event.error = change.cause;
}

void EventProjection::take_body(RecordPlace place, const OrderFound& found) {
  LoggedEvent& event = add(place, EventType::reconcile_diff);
  event.message =
      fmt::format("Order {}: the venue has it and the books do not; it is withdrawn", found.order.value);
  event.level = EventLevel::warning;
  add_detail(event, "order", whole(found.order.value));
}

void EventProjection::take_body(RecordPlace place, const ForeignOrderFound& found) {
  LoggedEvent& event = add(place, EventType::reconcile_diff);
  event.level = EventLevel::warning;
  const Instrument* instrument = instrument_of(found.instrument);
  event.message = fmt::format("Order {} of {} is not ours ({}, {})", found.venue_id, name_in(instrument),
                              found.side == Side::buy ? "buy" : "sell", word_of(found.type));
  if (found.is_withdrawn) event.message += "; it is withdrawn";
  add_detail(event, "venue_id", found.venue_id);
  add_detail(event, "symbol", name_in(instrument));
  add_detail(event, "withdrawn", found.is_withdrawn);
  if (instrument == nullptr) return;
  add_detail(event, "qty", instrument->quantity(found.quantity).format());
  add_detail(event, "filled", instrument->quantity(found.filled).format());
  if (found.limit_price.units != 0) add_detail(event, "price", instrument->price(found.limit_price).format());
}

void EventProjection::take_body(RecordPlace place, const InstrumentChanged& change) {
  LoggedEvent& event = add(place, EventType::instrument_changed);
  const Instrument* instrument = instrument_of(change.instrument);
  const InstrumentTerms& terms = change.terms;
  add_detail(event, "symbol", name_in(instrument));
  add_detail(event, "trading", terms.is_trading);
  event.level = terms.is_trading ? EventLevel::warning : EventLevel::critical;
  event.message = fmt::format("{}: the venue {}", name_in(instrument),
                              terms.is_trading ? "has changed its terms" : "takes no orders any more");
  if (instrument == nullptr) return;
  add_detail(event, "tick", instrument->price(terms.tick).format());
  add_detail(event, "step", instrument->quantity(terms.step).format());
  add_detail(event, "min_qty", instrument->quantity(terms.min_quantity).format());
  add_detail(event, "min_notional", terms.min_notional.format());
}

void EventProjection::take(RecordPlace place, const Event& event) {
  if (journal::family_of(journal::type_of(event.body)) == journal::Family::market) return;
  std::visit([&](const auto& body) { take_body(place, body); }, event.body);
}

// --------------------------------------------------------------------------------------------- outputs

void EventProjection::take_command(RecordPlace place, const NewOrder& order) {
  remember(order);
  LoggedEvent& event = add_order(place, EventType::order_submitted, order.id, OrderStatus::sent);
  event.message = fmt::format("Order {}: {} {} {}, {}", order.id.value, word_of(order.side),
                              event.order->quantity, event.order->symbol, word_of(order.type));
  if (!event.order->price.empty()) event.message += fmt::format(" at {}", event.order->price);
  if (order.role != GroupRole::single) {
    add_detail(event, "role", word_of(order.role));
    add_detail(event, "group", whole(order.group.value));
  }
}

void EventProjection::take_command(RecordPlace place, const CancelOrder& cancel) {
  LoggedEvent& event =
      add_order(place, EventType::order_cancel_requested, cancel.id, OrderStatus::pending_cancel);
  event.message = fmt::format("Order {}: cancel requested", cancel.id.value);
}

void EventProjection::take_command(RecordPlace place, const AmendOrder& amend) {
  LoggedEvent& event =
      add_order(place, EventType::order_amend_requested, amend.id, OrderStatus::pending_amend);
  event.message = fmt::format("Order {}: amendment requested", amend.id.value);
  const Instrument* instrument = instrument_of(amend.instrument);
  if (instrument == nullptr) return;
  add_detail(event, "qty", instrument->quantity(amend.quantity).format());
  add_detail(event, "price", instrument->price(amend.limit_price).format());
}

void EventProjection::take(RecordPlace place, const Command& command) {
  std::visit([&](const auto& body) { take_command(place, body); }, command.body);
}

void EventProjection::take(RecordPlace place, const journal::IntentRefused& refused) {
  const bool skipped = refused.reasons.empty();
  LoggedEvent& event = add(place, skipped ? EventType::signal : EventType::risk_decision);
  const std::string symbol = name_in(instrument_of(refused.instrument));
  event.correlation = fmt::format("event:{}", refused.cause);
  event.status = skipped ? "skipped" : "refused";
  add_detail(event, "strategy", std::int64_t{refused.strategy.value});
  add_detail(event, "symbol", symbol);
  if (skipped) {
    event.message = fmt::format("{}: {}", symbol, refused.skipped);
    return;
  }
  event.level = EventLevel::warning;
  std::vector<std::string> reasons;
  for (const RejectReason reason : refused.reasons) reasons.push_back(word_of(reason));
  event.message = fmt::format("{}: refused, {}", symbol, fmt::join(reasons, ", "));
  add_detail(event, "reasons", std::move(reasons));
}

void EventProjection::add_position(RecordPlace place, EventType type, const Holding& holding,
                                   const journal::FillBooked& booked) {
  LoggedEvent& event = add(place, type);
  const Instrument* instrument = instrument_of(booked.instrument);
  const std::string symbol = name_in(instrument);
  event.correlation = fmt::format("order:{}", booked.order.value);
  event.metrics.emplace().equity = booked.equity_after;
  add_detail(event, "strategy", std::int64_t{booked.strategy.value});
  add_detail(event, "symbol", symbol);
  event.message = fmt::format("{}: position {}", symbol, name_of(type).substr(sizeof("position_") - 1));
  if (type == EventType::position_closed) {
    const Amount net = holding.gross - holding.fees;
    add_detail(event, "gross", holding.gross.format());
    add_detail(event, "fees", holding.fees.format());
    add_detail(event, "net", net.format());
    event.message += fmt::format(", net {}", net.format());
  } else if (instrument != nullptr) {
    add_detail(event, "position", instrument->quantity(booked.position_after).format());
    event.message += fmt::format(", now {}", instrument->quantity(booked.position_after).format());
  }
}

void EventProjection::take(RecordPlace place, const journal::FillBooked& booked) {
  const Instrument* instrument = instrument_of(booked.instrument);
  if (instrument == nullptr) return;
  Holding& holding = holding_of(booked.strategy, booked.instrument);
  if (holding.watch.is_open()) holding.gross += booked.realized;
  const auto step = holding.watch.take(
      *instrument, {booked.side, booked.quantity, booked.realized, booked.fee, booked.position_after});
  holding.fees += step.closing_fee;
  if (step.ends) {
    add_position(place, EventType::position_closed, holding, booked);
    holding.gross = Amount();
    holding.fees = Amount();
  }
  if (step.opening > 0 && !booked.position_after.is_zero()) {
    if (step.begins) {
      holding.gross = Amount();
      holding.fees = Amount();
    }
    holding.fees += booked.fee - step.closing_fee;
  }
  if (step.begins) {
    add_position(place, EventType::position_opened, holding, booked);
  } else if (!step.ends) {
    add_position(place, EventType::position_changed, holding, booked);
  }
  // A leg of a group may be smaller by then than it was sent.
  if (booked.order_filled) forget(booked.order);
}

// ------------------------------------------------------------------------------------- the run itself

void EventProjection::take_body(RecordPlace place, const SettingsChanged& change) {
  state_.configuration_hash = change.configuration_hash;
  LoggedEvent& event = add(place, EventType::config_changed);
  std::vector<std::string> changes;
  for (const auto& one : change.changes) changes.push_back(text_of(one));
  event.message = fmt::format("The configuration was changed: {}", fmt::join(changes, ", "));
  add_detail(event, "configuration_hash", change.configuration_hash);
  add_detail(event, "changes", std::move(changes));
}

void EventProjection::take(RecordPlace place, const journal::SnapshotTaken& snapshot) {
  LoggedEvent& event = add(place, EventType::checkpoint);
  event.message = fmt::format("Snapshot of the state after record {}", snapshot.seq);
  add_detail(event, "snapshot", whole(snapshot.seq));
  std::string hash;
  for (const std::uint8_t byte : snapshot.state_hash) hash += fmt::format("{:02x}", byte);
  add_detail(event, "state_hash", std::move(hash));
}

void EventProjection::take(RecordPlace place, const journal::Configuration& configuration) {
  const bool changed = !state_.configuration_hash.empty() && state_.configuration_hash != configuration.hash;
  state_.configuration_hash = configuration.hash;
  if (!changed) return;
  LoggedEvent& event = add(place, EventType::config_changed);
  event.message = "Another configuration is in force";
  add_detail(event, "configuration_hash", configuration.hash);
}

Result<void> EventProjection::take(RecordPlace /*place*/, const journal::InstrumentDefinitions& definitions) {
  TRY(instruments_, journal::table_of(definitions));
  return {};
}

}  // namespace kontor::session
