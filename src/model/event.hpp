#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "model/instrument.hpp"
#include "model/market_data.hpp"
#include "model/order.hpp"
#include "model/settings.hpp"

namespace kontor {

// Reports of the venue about our orders. `order` is our own id.

struct OrderAccepted {
  OrderId order;
  BOOST_DESCRIBE_CLASS(OrderAccepted, (), (order), (), ())
};
struct OrderRejected {
  OrderId order;
  RejectReason reason = RejectReason::none;
  BOOST_DESCRIBE_CLASS(OrderRejected, (), (order, reason), (), ())
};
/// The order is gone with `filled` in total executed before.
struct OrderCanceled {
  OrderId order;
  RawQuantity filled;
  RejectReason reason = RejectReason::none;  ///< why the venue ended it by itself; none: we asked for it
  BOOST_DESCRIBE_CLASS(OrderCanceled, (), (order, filled, reason), (), ())
};
struct OrderExpired {
  OrderId order;
  RawQuantity filled;
  BOOST_DESCRIBE_CLASS(OrderExpired, (), (order, filled), (), ())
};
struct OrderAmended {
  OrderId order;
  RawQuantity quantity;
  RawPrice limit_price;
  BOOST_DESCRIBE_CLASS(OrderAmended, (), (order, quantity, limit_price), (), ())
};
/// A stop, take-profit or trailing stop fired and is now working as a market or limit order.
struct OrderTriggered {
  OrderId order;
  BOOST_DESCRIBE_CLASS(OrderTriggered, (), (order), (), ())
};
struct CancelRejected {
  OrderId order;
  RejectReason reason = RejectReason::none;
  BOOST_DESCRIBE_CLASS(CancelRejected, (), (order, reason), (), ())
};
struct AmendRejected {
  OrderId order;
  RejectReason reason = RejectReason::none;
  BOOST_DESCRIBE_CLASS(AmendRejected, (), (order, reason), (), ())
};
/// Nothing has proven what became of the order; its exposure stays reserved until a report does.
struct OrderUnresolved {
  OrderId order;
  BOOST_DESCRIBE_CLASS(OrderUnresolved, (), (order), (), ())
};

/// Funding paid (negative) or received (positive) on a position.
struct FundingPayment {
  InstrumentId instrument;
  Money amount;
  BOOST_DESCRIBE_CLASS(FundingPayment, (), (instrument, amount), (), ())
};
/// Money that enters or leaves the account from outside; the first one is the starting balance.
struct Transfer {
  Money amount;
  BOOST_DESCRIBE_CLASS(Transfer, (), (amount), (), ())
};
/// Executions were told in another order than they happened: then what part of the profit is realised
/// already, by the average cost, is the venue's to say. `amount` goes from the cost of what is held into the
/// balance; what the account is worth stays the same.
struct CostRestated {
  InstrumentId instrument;
  Amount amount;
  BOOST_DESCRIBE_CLASS(CostRestated, (), (instrument, amount), (), ())
};
/// The strategy of timers that belong to none: the safety chain's own.
inline constexpr StrategyId kNoStrategy{UINT32_MAX};
/// A strategy's timer is due, or with kNoStrategy one of the engine's own.
struct TimerFired {
  StrategyId strategy;
  std::uint64_t timer = 0;
  BOOST_DESCRIBE_CLASS(TimerFired, (), (strategy, timer), (), ())
};
/// The operator's or the safety chain's word on trading (M1). `restricted`: exits only. `halted`: only what
/// is marked as reducing, and entries that wait at the venue are withdrawn. `flattening`: every order is
/// withdrawn and every position closed; it ends in `halted` by itself.
BOOST_DEFINE_FIXED_ENUM_CLASS(TradingState, std::uint8_t, running, restricted, halted, flattening)
/// Why: an operator said so; too many runs crashed, one after the other; or the session's schedule says so.
BOOST_DEFINE_FIXED_ENUM_CLASS(TradingReason, std::uint8_t, operator_word, crash_loop, before_start,
                              window_closed, window_opened, stop_time, max_duration)
struct TradingStateChanged {
  TradingState state = TradingState::running;
  TradingReason reason = TradingReason::operator_word;
  BOOST_DESCRIBE_CLASS(TradingStateChanged, (), (state, reason), (), ())
};
/// True for the schedule's word. It stands beside the operator's: neither takes back what the other said, and
/// the stricter one is in force.
constexpr bool is_of_schedule(TradingReason reason) noexcept { return reason >= TradingReason::before_start; }

/// How far our books agree with those of the venue. `pending`: nobody has compared them since the connection
/// was lost; `different`: they were, again and again, and do not agree. Only `equal` lets new risk through.
BOOST_DEFINE_FIXED_ENUM_CLASS(Agreement, std::uint8_t, equal, pending, different)
struct AccountCompared {
  Agreement agreement = Agreement::equal;
  BOOST_DESCRIBE_CLASS(AccountCompared, (), (agreement), (), ())
};
/// One of the streams that a session hangs on has gone silent or is heard again. The venue's time of the
/// event is when it was last heard, if the driver knows.
BOOST_DEFINE_FIXED_ENUM_CLASS(Connection, std::uint8_t, private_stream, market_data)
struct ConnectionChanged {
  Connection connection = Connection::private_stream;
  bool is_alive = true;
  BOOST_DESCRIBE_CLASS(ConnectionChanged, (), (connection, is_alive), (), ())
};
/// How far our clock is ahead of the venue's (negative: behind).
struct ClockOffsetMeasured {
  DurationNs offset_ns = 0;
  BOOST_DESCRIBE_CLASS(ClockOffsetMeasured, (), (offset_ns), (), ())
};

/// The session's journal cannot be written any more, or can again. As long as it can't, no new risk is taken
/// and what could open or enlarge a position is withdrawn; what only reduces risk goes on, although nothing
/// of it is recorded before it leaves.
struct DiskChanged {
  bool works = true;
  std::string cause{};                       ///< what the system says; empty where it works
  std::vector<OrderId> unsent{};             ///< new orders that were decided last and never left …
  std::vector<OrderId> unsent_amendments{};  ///< … and orders whose amendment did not
  BOOST_DESCRIBE_CLASS(DiskChanged, (), (works, cause, unsent, unsent_amendments), (), ())
};
/// The venue has an open order of ours that the books do not know: it left while nothing could be recorded.
struct OrderFound {
  OrderId order;
  InstrumentId instrument;
  BOOST_DESCRIBE_CLASS(OrderFound, (), (order, instrument), (), ())
};
/// Ids before `next` may have been given to orders that the journal does not hold: a run ended without
/// saying so. None of them is given again.
struct OrderIdsSkipped {
  OrderId next;
  BOOST_DESCRIBE_CLASS(OrderIdsSkipped, (), (next), (), ())
};

/// The account has an open order that is not ours: placed by hand, or by another program.
struct ForeignOrderFound {
  std::string venue_id;  ///< the venue's name for it
  InstrumentId instrument;
  Side side{};
  OrderType type{};
  RawQuantity quantity;  ///< total
  RawQuantity filled;
  RawPrice limit_price;       ///< 0: it has none
  bool is_withdrawn = false;  ///< the session asks the venue to cancel it
  BOOST_DESCRIBE_CLASS(ForeignOrderFound, (),
                       (venue_id, instrument, side, type, quantity, filled, limit_price, is_withdrawn), (),
                       ())
};

/// The venue has changed the terms of an instrument, or takes no orders in it any more, or again.
struct InstrumentChanged {
  InstrumentId instrument;
  InstrumentTerms terms;
  BOOST_DESCRIBE_CLASS(InstrumentChanged, (), (instrument, terms), (), ())
};

/// Sequence, times and cause of an event. `seq` gives the order; ts_recv is the engine's "now".
struct EventHeader {
  std::uint64_t seq = 0;
  TimeNs ts_venue = 0;
  TimeNs ts_recv = 0;
  std::uint64_t cause = 0;  ///< seq of the event that led to this one, 0 if none
  BOOST_DESCRIBE_CLASS(EventHeader, (), (seq, ts_venue, ts_recv, cause), (), ())
};

using EventBody =
    std::variant<Bar, Quote, Trade, BookUpdate, FundingRate, OrderAccepted, OrderRejected, OrderCanceled,
                 OrderExpired, OrderAmended, OrderTriggered, CancelRejected, AmendRejected, OrderUnresolved,
                 Fill, FundingPayment, Transfer, TimerFired, TradingStateChanged, SettingsChanged,
                 AccountCompared, CostRestated, ConnectionChanged, ClockOffsetMeasured, DiskChanged,
                 OrderFound, OrderIdsSkipped, ForeignOrderFound, InstrumentChanged>;

/// Everything that can change state, in one order. Immutable once stamped. Its binary form:
/// model/event_codec.hpp.
struct Event {
  EventHeader header;
  EventBody body;
};

/// What the venue says back, in the order in which it says it.
using VenueReport = std::variant<OrderAccepted, OrderRejected, OrderCanceled, OrderExpired, OrderAmended,
                                 OrderTriggered, CancelRejected, AmendRejected, Fill, FundingPayment>;

/// The order that a report is about; nothing: it is about none.
[[nodiscard]] inline std::optional<OrderId> order_of(const VenueReport& report) {
  return std::visit(
      [](const auto& body) -> std::optional<OrderId> {
        if constexpr (requires { body.order; }) return body.order;
        return std::nullopt;
      },
      report);
}

using CommandBody = std::variant<NewOrder, CancelOrder, AmendOrder>;

/// What the engine wants done at the venue; recorded before it leaves.
struct Command {
  EventHeader header;
  CommandBody body;
  BOOST_DESCRIBE_CLASS(Command, (), (header, body), (), ())
};

/// The order that a command is about.
[[nodiscard]] inline OrderId order_of(const Command& command) {
  return std::visit([](const auto& body) { return body.id; }, command.body);
}

BOOST_DESCRIBE_STRUCT(Money, (), (amount, asset))

}  // namespace kontor
