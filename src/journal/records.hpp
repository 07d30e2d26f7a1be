#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "journal/format.hpp"
#include "model/breaker.hpp"
#include "model/event.hpp"
#include "model/instrument.hpp"
#include "model/protection.hpp"

namespace kontor::journal {

/// What a record holds. Numbers are for ever: new types are added at the end of their block.
enum class RecordType : std::uint16_t {
  manifest = 1,        ///< first of every segment and snapshot; takes no seq
  snapshot = 2,        ///< second and last of a snapshot file; takes no seq
  instruments = 3,     ///< InstrumentDefinitions, where they change while the session runs
  configuration = 4,   ///< Configuration, where it changes while the session runs
  snapshot_taken = 5,  ///< SnapshotTaken: the state's hash, for a replay to compare
  session_event = 6,   ///< SessionEvent
  closed = 7,          ///< the session has ended in good order; nothing follows from this run

  // Inputs: an Event (model/event_codec.hpp), 256 + the index of its body.
  bar = 256,
  quote,
  trade,
  book_update,
  funding_rate,
  order_accepted,
  order_rejected,
  order_canceled,
  order_expired,
  order_amended,
  order_triggered,
  cancel_rejected,
  amend_rejected,
  order_unresolved,
  fill,
  funding_payment,
  transfer,
  timer_fired,
  trading_state_changed,
  settings_changed,
  account_compared,
  cost_restated,
  connection_changed,
  clock_offset_measured,
  disk_changed,
  order_found,
  order_ids_skipped,
  foreign_order_found,
  instrument_changed,

  // Outputs: a Command, 512 + the index of its body; and what was decided against.
  new_order = 512,
  cancel_order,
  amend_order,
  intent_refused = 768,  ///< IntentRefused
  fill_booked,           ///< FillBooked
  breaker_changed,       ///< BreakerChanged
  protection_changed,    ///< ProtectionChanged
};
BOOST_DESCRIBE_ENUM(RecordType, manifest, snapshot, instruments, configuration, snapshot_taken, session_event,
                    closed, bar, quote, trade, book_update, funding_rate, order_accepted, order_rejected,
                    order_canceled, order_expired, order_amended, order_triggered, cancel_rejected,
                    amend_rejected, order_unresolved, fill, funding_payment, transfer, timer_fired,
                    trading_state_changed, settings_changed, account_compared, cost_restated,
                    connection_changed, clock_offset_measured, disk_changed, order_found, order_ids_skipped,
                    foreign_order_found, instrument_changed, new_order, cancel_order, amend_order,
                    intent_refused, fill_booked, breaker_changed, protection_changed)

inline constexpr std::uint16_t kFirstEvent = static_cast<std::uint16_t>(RecordType::bar);
inline constexpr std::uint16_t kFirstCommand = static_cast<std::uint16_t>(RecordType::new_order);
static_assert(static_cast<std::size_t>(RecordType::instrument_changed) - kFirstEvent + 1 ==
                  std::variant_size_v<EventBody>,
              "every kind of event has a record type: name the new one at the end of its block");
static_assert(static_cast<std::size_t>(RecordType::amend_order) - kFirstCommand + 1 ==
              std::variant_size_v<CommandBody>);

constexpr RecordType type_of(const EventBody& body) noexcept {
  return static_cast<RecordType>(kFirstEvent + body.index());
}
constexpr RecordType type_of(const CommandBody& body) noexcept {
  return static_cast<RecordType>(kFirstCommand + body.index());
}
constexpr bool is_event(RecordType type) noexcept {
  return type >= RecordType::bar && type <= RecordType::instrument_changed;
}
constexpr bool is_command(RecordType type) noexcept {
  return type >= RecordType::new_order && type <= RecordType::amend_order;
}
constexpr Family family_of(RecordType type) noexcept {
  return type >= RecordType::bar && type <= RecordType::funding_rate ? Family::market : Family::core;
}
/// `order_accepted`; `type_900` for a number that this build does not know.
[[nodiscard]] std::string name_of(RecordType type);
/// The version in which payloads of a type are written.
constexpr std::uint16_t version_of(RecordType type) noexcept {
  const bool is_second = type == RecordType::session_event || type == RecordType::trading_state_changed;
  return is_second ? 2 : 1;
}
/// The newest version of a payload that this build reads; 0 for a type that it does not know.
[[nodiscard]] std::uint16_t newest_version(RecordType type) noexcept;

/// Everything by which prices, quantities and amounts are read: assets and instruments in the order of their
/// dense ids.
struct InstrumentDefinitions {
  std::vector<std::string> assets;
  std::vector<InstrumentSpecification> instruments;
  BOOST_DESCRIBE_CLASS(InstrumentDefinitions, (), (assets, instruments), (), ())
};
[[nodiscard]] InstrumentDefinitions definitions_of(const InstrumentTable& table);
/// The table with the same ids; definitions that make none are bad data.
[[nodiscard]] Result<InstrumentTable> table_of(const InstrumentDefinitions& definitions);

/// The configuration in force, as text, with its SHA-256. Secrets are not part of it.
struct Configuration {
  std::string hash;
  std::string text;
  BOOST_DESCRIBE_CLASS(Configuration, (), (hash, text), (), ())
};

using StateHash = std::array<std::uint8_t, 32>;  ///< SHA-256 of a snapshot's state

/// A snapshot of the state after record `seq` was written.
struct SnapshotTaken {
  std::uint64_t seq = 0;
  StateHash state_hash{};
  BOOST_DESCRIBE_CLASS(SnapshotTaken, (), (seq, state_hash), (), ())
};

/// A step in the life of the session: its name, details as a JSON object, and (from version 2 on) the state
/// that the session is in after it, the phase, and what the clock on the wall said.
struct SessionEvent {
  std::string name{};
  std::string details{};
  std::string state{};  ///< `RUNNING`; empty: not told
  std::string phase{};  ///< `trade`; empty: none
  TimeNs ts_wall = 0;   ///< 0: not told
  BOOST_DESCRIBE_CLASS(SessionEvent, (), (name, details, state, phase, ts_wall), (), ())
};

/// A wish that became no order: refused by risk with all reasons, or skipped by the strategy itself.
struct IntentRefused {
  std::uint64_t cause = 0;  ///< seq of the event that led to it
  StrategyId strategy;
  InstrumentId instrument;
  std::vector<RejectReason> reasons;
  std::string skipped;  ///< the strategy's own reason
  BOOST_DESCRIBE_CLASS(IntentRefused, (), (cause, strategy, instrument, reasons, skipped), (), ())
};

/// How an execution went into the books: part of one that the venue forced on several strategies, or all of
/// it. Journals of builds before it was recorded have none.
struct FillBooked {
  std::uint64_t cause = 0;  ///< seq of the fill
  OrderId order;            ///< 0: of none that is known
  TradeId trade;
  StrategyId strategy;
  InstrumentId instrument;
  Side side = Side::buy;
  RawQuantity quantity;
  Amount realized;             ///< profit realised in the strategy's book, before fees, quote asset
  Amount fee;                  ///< valued in the reporting asset
  RawQuantity position_after;  ///< of the strategy
  Amount equity_after;         ///< of the account, reporting asset
  bool order_filled = false;   ///< nothing of the order is left
  BOOST_DESCRIBE_CLASS(FillBooked, (),
                       (cause, order, trade, strategy, instrument, side, quantity, realized, fee,
                        position_after, equity_after, order_filled),
                       (), ())
};

/// The last record of a run that ended in good order.
struct Closed {
  std::string reason;
  BOOST_DESCRIBE_CLASS(Closed, (), (reason), (), ())
};

/// The record type of a payload that is not an event or a command.
template <class Payload>
inline constexpr RecordType kTypeOf = RecordType{};
template <>
inline constexpr RecordType kTypeOf<InstrumentDefinitions> = RecordType::instruments;
template <>
inline constexpr RecordType kTypeOf<Configuration> = RecordType::configuration;
template <>
inline constexpr RecordType kTypeOf<SnapshotTaken> = RecordType::snapshot_taken;
template <>
inline constexpr RecordType kTypeOf<SessionEvent> = RecordType::session_event;
template <>
inline constexpr RecordType kTypeOf<IntentRefused> = RecordType::intent_refused;
template <>
inline constexpr RecordType kTypeOf<FillBooked> = RecordType::fill_booked;
template <>
inline constexpr RecordType kTypeOf<BreakerChanged> = RecordType::breaker_changed;
template <>
inline constexpr RecordType kTypeOf<ProtectionChanged> = RecordType::protection_changed;
template <>
inline constexpr RecordType kTypeOf<Closed> = RecordType::closed;

/// One record as it was read. `payload` is borrowed from the reader until its next step.
struct Record {
  RecordType type{};
  std::uint16_t version = 1;
  Family family = Family::core;
  std::uint64_t seq = 0;
  TimeNs ts = 0;
  std::uint64_t durable_through = 0;  ///< every record up to this seq was durable when this one was written
  std::uint64_t offset = 0;           ///< of the record in its segment
  std::span<const std::byte> payload;
};

/// The event that a record of an input holds; its seq must be the record's. `changes` as for decode_event.
[[nodiscard]] Result<Event> event_in(const Record& record, std::vector<BookLevelChange>& changes);
/// The command that a record of an output holds.
[[nodiscard]] Result<Command> command_in(const Record& record);
/// Any other payload: `payload_in<Configuration>(record)`.
template <class Payload>
[[nodiscard]] Result<Payload> payload_in(const Record& record) {
  ASSERT(record.type == kTypeOf<Payload>);
  return decode<Payload>(record.payload);
}
/// Of any version.
template <>
[[nodiscard]] Result<SessionEvent> payload_in(const Record& record);

}  // namespace kontor::journal
