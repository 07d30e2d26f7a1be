#include "storage/fold.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "session/history.hpp"

namespace kontor::storage {

using journal::RecordType;

namespace {

/// What a body is about: its own order, not a trade's number at the venue.
template <class Body>
Subject subject_of(const Body& body) {
  Subject subject;
  if constexpr (requires { OrderId(body.order); }) {
    subject.order = body.order;
  } else if constexpr (std::is_same_v<Body, NewOrder> || std::is_same_v<Body, CancelOrder> ||
                       std::is_same_v<Body, AmendOrder>) {
    subject.order = body.id;
  }
  if constexpr (requires { StrategyId(body.strategy); }) subject.strategy = body.strategy;
  if (subject.strategy == kNoStrategy) subject.strategy.reset();
  if constexpr (requires { InstrumentId(body.instrument); }) subject.instrument = body.instrument;
  return subject;
}

/// The bytes of what the engine has decided, as the journal would hold them.
template <class Output>
std::vector<std::byte> bytes_of(const Output& output) {
  Encoder encoder;
  encode_into(encoder, output);
  return encoder.take();
}

bool is_told_to(const engine::Outputs& outputs, OrderId order) {
  return std::ranges::any_of(outputs.commands, [&](const Command& command) {
    const auto* cancel = std::get_if<CancelOrder>(&command.body);
    const auto* amend = std::get_if<AmendOrder>(&command.body);
    return (cancel != nullptr && cancel->id == order) || (amend != nullptr && amend->id == order);
  });
}

/// The status after the report alone, where a strategy has at once told the order to do something else: what
/// was on its way stays on its way, unless this is its answer.
OrderStatus status_by_report(const execution::Order& order, OrderStatus before, const EventBody& report) {
  const bool amend_answered =
      std::holds_alternative<AmendRejected>(report) || std::holds_alternative<OrderAmended>(report);
  if (before == OrderStatus::pending_cancel && !std::holds_alternative<CancelRejected>(report)) return before;
  if (before == OrderStatus::pending_amend && !amend_answered) return before;
  return execution::working_status(order);
}

/// The first multiple of `interval` that is not before `time`.
TimeNs first_boundary(TimeNs time, DurationNs interval) { return -floor_divide(-time, interval) * interval; }

}  // namespace

Result<void> Fold::take(const journal::Record& record, const journal::Manifest& segment) {
  writes_ = record.seq > written_;
  has_written_ = false;
  if (journal::is_event(record.type)) return take_event(record);
  if (record.type == RecordType::breaker_changed) return take_breaker(record);
  if (record.type == RecordType::protection_changed) return take_protection(record);
  if (journal::is_command(record.type)) return take_command(record);
  if (record.type == RecordType::intent_refused) return take_refusal(record);
  return take_rest(record, segment);
}

Result<void> Fold::take_event(const journal::Record& record) {
  if (!is_settled()) {
    return fail(ErrorKind::bad_data,
                fmt::format("record {}: expected what the engine decides on the event before, found {}",
                            record.seq, journal::name_of(record.type)));
  }
  TRY(const Event event, journal::event_in(record, changes_));
  const Origin origin{record.seq, record.ts};
  const Subject subject = std::visit([](const auto& body) { return subject_of(body); }, event.body);
  const auto& state = engine_->state();
  if (writes_) TRY_VOID(sample_equity(event.header.ts_recv));
  const auto* order = subject.order ? state.orders.find(*subject.order) : nullptr;
  const OrderStatus before = order == nullptr ? OrderStatus::intent : order->status;
  const auto* fill = std::get_if<Fill>(&event.body);
  if (fill != nullptr) {
    held_.clear();
    for (std::uint32_t i = 0; i < state.portfolio.strategies(); ++i)
      held_.push_back(state.portfolio.book(StrategyId(i), fill->instrument).position.quantity);
  }
  engine_->clear_outputs();
  engine_->step(event);
  came_ = 0;
  closed_ = false;
  if (!writes_ || journal::family_of(record.type) == journal::Family::market) return {};
  TRY_VOID(rows().add_event(origin, journal::name_of(record.type), subject));
  if (subject.order) TRY_VOID(write_report(origin, event, before));
  return fill == nullptr ? Result<void>() : write_fills(origin, *fill);
}

/// Where the data has a hole, the last value stands at its beginning and at its end, not at every hour of it.
Result<void> Fold::sample_equity(TimeNs now) {
  const TimeNs before = engine_->state().now;
  if (before == kTimeMin || now <= before) return {};
  struct Period {
    std::string_view name;
    DurationNs length;
  };
  for (const Period period : {Period{"hourly", kHour}, Period{"daily", kDay}}) {
    const TimeNs first = first_boundary(before, period.length);
    if (first >= now) continue;
    const TimeNs last = first_boundary(now, period.length) - period.length;
    TRY_VOID(rows().add_equity(period.name, first, engine_->state().portfolio));
    if (last > first) TRY_VOID(rows().add_equity(period.name, last, engine_->state().portfolio));
  }
  return {};
}

Result<void> Fold::write_report(const Origin& origin, const Event& event, OrderStatus before) {
  const OrderId id = *std::visit([](const auto& body) { return subject_of(body); }, event.body).order;
  const auto* order = engine_->state().orders.find(id);
  if (order == nullptr) return {};
  const bool told = is_told_to(engine_->outputs(), id);
  return rows().update_order(origin, *order,
                             told ? status_by_report(*order, before, event.body) : order->status);
}

Result<void> Fold::write_fills(const Origin& origin, const Fill& fill) {
  std::uint64_t part = 0;
  for (const auto& booked : engine_->outputs().fills) {
    const RawQuantity quantity = booked.fill.quantity;
    const RawQuantity held = held_[booked.order.strategy.index()];
    const RawQuantity expected = fill.side == Side::buy ? held + quantity : held - quantity;
    TRY_VOID(rows().add_fill(origin, part++, booked, expected - booked.booked.position_after));
  }
  return {};
}

/// Whether the record is the next of what the engine has decided on the last event.
Result<void> Fold::expect_decided(const journal::Record& record) const {
  const auto& outputs = engine_->outputs();
  const std::size_t protections = outputs.breakers.size();
  const std::size_t commands = protections + outputs.protections.size();
  const std::size_t refusals = commands + outputs.commands.size();
  bool same = false;
  if (came_ < protections) {
    same = record.type == RecordType::breaker_changed &&
           std::ranges::equal(bytes_of(outputs.breakers[came_]), record.payload);
  } else if (came_ < commands) {
    same = record.type == RecordType::protection_changed &&
           std::ranges::equal(bytes_of(outputs.protections[came_ - protections]), record.payload);
  } else if (came_ < refusals) {
    const Command& command = outputs.commands[came_ - commands];
    same = journal::type_of(command.body) == record.type &&
           std::ranges::equal(bytes_of(command), record.payload);
  } else if (came_ < decided()) {
    const auto refusal = session::refusal_of(outputs.refused[came_ - refusals], engine_->state().seq);
    same = record.type == RecordType::intent_refused && std::ranges::equal(bytes_of(refusal), record.payload);
  }
  if (same) return {};
  return fail(
      ErrorKind::bad_data,
      fmt::format(
          "record {}: expected what the engine decides on event {}, found another {}; 'kontor session "
          "replay' tells more",
          record.seq, engine_->state().seq, journal::name_of(record.type)));
}

Result<void> Fold::take_breaker(const journal::Record& record) {
  TRY_VOID(expect_decided(record));
  const BreakerChanged& change = engine_->outputs().breakers[came_++];
  closed_ = false;
  if (!writes_) return {};
  const Origin origin{record.seq, record.ts};
  TRY_VOID(rows().add_event(origin, journal::name_of(record.type), {{}, change.strategy, change.instrument}));
  return rows().add_breaker(origin, change);
}

Result<void> Fold::take_protection(const journal::Record& record) {
  TRY_VOID(expect_decided(record));
  const auto& outputs = engine_->outputs();
  const ProtectionChanged& change = outputs.protections[came_++ - outputs.breakers.size()];
  closed_ = false;
  if (!writes_) return {};
  return rows().add_event({record.seq, record.ts}, journal::name_of(record.type),
                          {{}, change.strategy, change.instrument});
}

Result<void> Fold::take_command(const journal::Record& record) {
  TRY_VOID(expect_decided(record));
  const auto& outputs = engine_->outputs();
  const Command& command = outputs.commands[came_++ - outputs.breakers.size() - outputs.protections.size()];
  closed_ = false;
  if (!writes_) return {};
  const Origin origin{record.seq, record.ts};
  const Subject subject = std::visit([](const auto& body) { return subject_of(body); }, command.body);
  TRY_VOID(rows().add_event(origin, journal::name_of(record.type), subject));
  if (const auto* order = std::get_if<NewOrder>(&command.body))
    return rows().add_order(origin, command.header.cause, *order);
  const bool cancels = std::holds_alternative<CancelOrder>(command.body);
  return rows().command_order(origin, *subject.order,
                              cancels ? OrderStatus::pending_cancel : OrderStatus::pending_amend);
}

Result<void> Fold::take_refusal(const journal::Record& record) {
  TRY_VOID(expect_decided(record));
  ++came_;
  closed_ = false;
  if (!writes_) return {};
  TRY(const auto refusal, journal::payload_in<journal::IntentRefused>(record));
  const Origin origin{record.seq, record.ts};
  TRY_VOID(rows().add_event(origin, journal::name_of(record.type), subject_of(refusal)));
  return rows().add_refusal(origin, refusal);
}

/// What tells about the run and changes no state. A run begins with its configuration, in a segment of its
/// own.
Result<void> Fold::take_rest(const journal::Record& record, const journal::Manifest& segment) {
  closed_ = record.type == RecordType::closed;
  if (!writes_) return {};
  const Origin origin{record.seq, record.ts};
  if (record.type == RecordType::configuration) {
    TRY(const auto configuration, journal::payload_in<journal::Configuration>(record));
    const bool begins = record.seq == segment.place.first_seq;
    if (begins) TRY_VOID(rows().begin_run(origin, segment.identity, configuration.hash));
  } else if (closed_) {
    TRY(const auto closed, journal::payload_in<journal::Closed>(record));
    TRY_VOID(rows().end_run(origin, closed.reason));
  }
  return rows().add_event(origin, journal::name_of(record.type), {});
}

}  // namespace kontor::storage
