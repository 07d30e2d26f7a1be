#pragma once

#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "journal/manifest.hpp"
#include "model/instrument.hpp"
#include "portfolio/round_trip.hpp"
#include "session/logged_event.hpp"

namespace kontor::session {

/// Where a record stands in the journal.
struct RecordPlace {
  std::uint64_t seq = 0;
  TimeNs ts = 0;
};

/// What of earlier records events depend on. Part of a session's snapshots.
struct ProjectionState {
  /// An order that may still be reported about.
  struct KnownOrder {
    OrderId id;
    StrategyId strategy;
    InstrumentId instrument;
    Side side = Side::buy;
    OrderType type = OrderType::market;
    RawQuantity quantity;
    RawPrice price;
    RawQuantity filled;
    BOOST_DESCRIBE_CLASS(KnownOrder, (), (id, strategy, instrument, side, type, quantity, price, filled), (),
                         ())
  };
  /// What a strategy holds in an instrument, and has made since it was last flat.
  struct Holding {
    StrategyId strategy;
    InstrumentId instrument;
    portfolio::RoundTripWatch watch;
    Amount gross;
    Amount fees;
    BOOST_DESCRIBE_CLASS(Holding, (), (strategy, instrument, watch, gross, fees), (), ())
  };

  std::uint64_t events = 0;  ///< how many there have been: the seq of the last one
  std::string host = "unknown";
  std::string run = "0";           ///< the fencing token of the run
  std::string configuration_hash;  ///< in force; empty: none yet
  std::vector<KnownOrder> orders;  ///< ascending id
  std::vector<Holding> holdings;
  BOOST_DESCRIBE_CLASS(ProjectionState, (), (events, host, run, configuration_hash, orders, holdings), (), ())
};

/// A session's events as a pure function of its journal: (state, record) → (state', events). Fed with every
/// record of the journal in their order it gives every event there is, the same whether the records are those
/// that are being written or are read back. Most records give none, a fill may give several.
class EventProjection {
 public:
  /// More known orders than this, and the oldest is told without its details.
  static constexpr std::size_t kMaxOrders = 10'000;

  EventProjection(std::string session, InstrumentTable instruments, ProjectionState state = {})
      : session_(std::move(session)), instruments_(std::move(instruments)), state_(std::move(state)) {}

  /// A record as it was read; bad data where it is not what it says.
  [[nodiscard]] Result<void> take(const journal::Record& record);

  // The same for what is about to be written.
  void take(RecordPlace place, const Event& event);
  void take(RecordPlace place, const Command& command);
  void take(RecordPlace place, const journal::IntentRefused& refused);
  void take(RecordPlace place, const journal::FillBooked& booked);
  void take(RecordPlace place, const BreakerChanged& change);
  void take(RecordPlace place, const ProtectionChanged& change);
  void take(RecordPlace place, const journal::SnapshotTaken& snapshot);
  void take(RecordPlace place, const journal::Configuration& configuration);
  [[nodiscard]] Result<void> take(RecordPlace place, const journal::SessionEvent& event);
  [[nodiscard]] Result<void> take(RecordPlace place, const journal::InstrumentDefinitions& definitions);

  /// What the records since the last clear() gave.
  [[nodiscard]] const std::vector<LoggedEvent>& events() const noexcept { return events_; }
  void clear() noexcept { events_.clear(); }
  [[nodiscard]] const ProjectionState& state() const noexcept { return state_; }

 private:
  using KnownOrder = ProjectionState::KnownOrder;
  using Holding = ProjectionState::Holding;

  LoggedEvent& add(RecordPlace place, EventType type);
  LoggedEvent& add_order(RecordPlace place, EventType type, OrderId order, OrderStatus status);
  void report(RecordPlace place, EventType type, OrderId order, OrderStatus status, RejectReason reason);
  void close(RecordPlace place, EventType type, OrderId order, OrderStatus status, RejectReason reason);
  template <class Body>
  void take_body(RecordPlace place, const Body& body);
  void take_body(RecordPlace place, const OrderAmended& amended);
  void take_body(RecordPlace place, const Fill& fill);
  void take_body(RecordPlace place, const FundingPayment& payment);
  void take_body(RecordPlace place, const TradingStateChanged& change);
  void take_body(RecordPlace place, const SettingsChanged& change);
  void take_body(RecordPlace place, const AccountCompared& compared);
  void take_body(RecordPlace place, const CostRestated& restated);
  void take_body(RecordPlace place, const DiskChanged& change);
  void take_body(RecordPlace place, const OrderFound& found);
  void take_body(RecordPlace place, const ForeignOrderFound& found);
  void take_body(RecordPlace place, const InstrumentChanged& change);
  void take_command(RecordPlace place, const NewOrder& order);
  void take_command(RecordPlace place, const CancelOrder& cancel);
  void take_command(RecordPlace place, const AmendOrder& amend);
  void add_position(RecordPlace place, EventType type, const Holding& holding,
                    const journal::FillBooked& booked);

  void remember(const NewOrder& order);
  void forget(OrderId order);
  [[nodiscard]] KnownOrder* find(OrderId order);
  [[nodiscard]] Holding& holding_of(StrategyId strategy, InstrumentId instrument);
  [[nodiscard]] const Instrument* instrument_of(InstrumentId id) const noexcept {
    return id.index() < instruments_.size() ? &instruments_[id] : nullptr;
  }
  void describe(EventOrder& told, const KnownOrder& order) const;

  std::string session_;
  InstrumentTable instruments_;
  ProjectionState state_;
  std::vector<LoggedEvent> events_;
  std::vector<BookLevelChange> changes_;
};

}  // namespace kontor::session
