#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "model/event.hpp"

namespace kontor::venue {

/// One of an account's orders as the venue knows it.
struct OrderState {
  OrderId order;  ///< our own id, from the client order id; 0: the order is not ours
  InstrumentId instrument;
  OrderStatus status = OrderStatus::acknowledged;  ///< acknowledged, partially_filled, or an end
  RejectReason reason = RejectReason::none;        ///< of an end
  RawQuantity quantity;                            ///< total
  RawQuantity filled;                              ///< cumulative
  RawPrice limit_price;
  bool triggered = false;
  // Of orders that are not ours, so that people can tell which they are.
  Side side{};
  OrderType type{};
  std::string venue_id{};  ///< the venue's own name for it
};

/// A funding payment with the time that it is for.
struct FundingBooked {
  FundingPayment payment;
  TimeNs ts_venue = 0;
};

// What comes from a venue besides market data.

/// The venue's own message about our orders and money.
struct ReportReceived {
  VenueReport report;
  TimeNs ts_venue = 0;
};

/// How a request came to nothing.
enum class Failure : std::uint8_t {
  refused,     ///< proven: it was not carried out, and never will be
  unanswered,  ///< nobody knows: it may have been carried out, or still be
};
/// A request got no answer that says what became of it.
struct RequestFailed {
  OrderId order;
  Failure failure = Failure::unanswered;
};

/// The answer to a question about one order. The venue knew it so at `as_of`; nothing: it knew no such order.
struct OrderAnswer {
  OrderId order;
  TimeNs as_of = 0;
  std::optional<OrderState> state;
};

/// The answer to a question about the account: everything as of one moment.
struct AccountAnswer {
  TimeNs as_of = 0;
  std::vector<OrderState> open_orders;
  std::vector<Money> balances;  ///< all that is owned of each asset
  std::vector<std::pair<InstrumentId, RawQuantity>> positions;
  std::vector<Fill> fills;                ///< since the time that was asked for, oldest first
  std::vector<FundingBooked> fundings{};  ///< the same
};

/// A question got no answer: of an order, or of the account (order 0).
struct QuestionFailed {
  OrderId order;
};

/// The private messages of the venue come in, or do not any more: what was said meanwhile is lost.
struct ConnectionChanged {
  bool is_alive = true;
};

/// Everything that a venue can tell. It tells of the terms of its instruments when a session begins, and as
/// often as it finds out that they may have changed. Books borrow their changes for the time of the call.
using Input = std::variant<Bar, Quote, Trade, BookUpdate, FundingRate, ReportReceived, RequestFailed,
                           OrderAnswer, AccountAnswer, QuestionFailed, ConnectionChanged, InstrumentChanged>;

/// A venue as a session uses it, for one account. Nothing here waits or fails: what becomes of a request or a
/// question comes back as an Input, sometimes never. Implementations know the venue's protocol and nothing of
/// decisions; they never send anything twice by themselves.
class Venue {
 public:
  Venue() = default;
  Venue(const Venue&) = delete;
  Venue& operator=(const Venue&) = delete;
  virtual ~Venue() = default;

  /// For how long after the time that a request says it was made at (the header of its command) the venue
  /// still carries it out: behind that, "no such order" is a proof that there never will be one.
  [[nodiscard]] virtual DurationNs request_validity() const noexcept = 0;
  /// One request: a single command, or the orders of one group, which the venue takes together or not at all.
  virtual void send(std::span<const Command> request) = 0;
  /// Asks the venue to cancel an order that is not ours, by the venue's name for it.
  virtual void cancel_foreign(InstrumentId instrument, const std::string& venue_id) = 0;
  /// Asks what the venue knows of an order.
  virtual void ask_order(OrderId order, InstrumentId instrument) = 0;
  /// Asks for the whole account, with everything that was filled and funded since `since`.
  virtual void ask_account(TimeNs since) = 0;
};

}  // namespace kontor::venue
