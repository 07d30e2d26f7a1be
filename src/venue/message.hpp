#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/decimal.hpp"
#include "base/time.hpp"
#include "model/order.hpp"
#include "model/timeframe.hpp"
#include "venue/action.hpp"
#include "venue/error_class.hpp"

namespace kontor::venue {

// What a venue's messages say, in the field's words, before instruments and accounts are known: symbols are
// the venue's spelling, numbers are decimals as they were written. Texts and level lists are borrowed from
// the parser and hold for the time of the call. What a venue does not say is empty, zero or nothing.

struct ServerTime {
  TimeNs ts_venue = 0;
  BOOST_DESCRIBE_CLASS(ServerTime, (), (ts_venue), (), ())
};

BOOST_DEFINE_FIXED_ENUM_CLASS(InstrumentStatus, std::uint8_t, trading, pre_launch, suspended, settling,
                              delisted, unknown)

/// One instrument with the rules that orders must keep (M17).
struct InstrumentListed {
  std::string_view symbol;
  std::string_view base;
  std::string_view quote;
  std::string_view settle{};  ///< asset of profit and margin; empty on spot
  bool is_perpetual = false;
  InstrumentStatus status = InstrumentStatus::trading;
  std::string_view status_text{};  ///< the venue's word
  Decimal tick{};
  Decimal min_price{};
  Decimal max_price{};
  Decimal step{};
  Decimal min_quantity{};
  Decimal max_quantity{};
  Decimal market_step{};  ///< market orders; zero: as for the others
  Decimal market_min_quantity{};
  Decimal market_max_quantity{};
  Decimal min_notional{};
  Decimal max_notional{};
  Decimal multiplier{1, 0};  ///< base units per contract
  Decimal max_leverage{};
  /// Limit prices must lie between these multiples of the reference price, by side; zero: no such rule.
  Decimal bid_price_up{};
  Decimal bid_price_down{};
  Decimal ask_price_up{};
  Decimal ask_price_down{};
  std::uint32_t max_orders = 0;
  std::uint32_t max_conditional_orders = 0;
  Decimal max_position{};
  std::int64_t funding_interval_minutes = 0;
  TimeNs listed_at = 0;
  TimeNs delisted_at = 0;
  BOOST_DESCRIBE_CLASS(InstrumentListed, (),
                       (symbol, base, quote, settle, is_perpetual, status, status_text, tick, min_price,
                        max_price, step, min_quantity, max_quantity, market_step, market_min_quantity,
                        market_max_quantity, min_notional, max_notional, multiplier, max_leverage,
                        bid_price_up, bid_price_down, ask_price_up, ask_price_down, max_orders,
                        max_conditional_orders, max_position, funding_interval_minutes, listed_at,
                        delisted_at),
                       (), ())
};

BOOST_DEFINE_FIXED_ENUM_CLASS(LimitKind, std::uint8_t, weight, requests, orders)
/// One of the limits that the venue publishes.
struct RateLimit {
  LimitKind kind = LimitKind::weight;
  DurationNs interval_ns = 0;
  std::int64_t limit = 0;
  std::optional<std::int64_t> used{};  ///< of it, where the venue says so
  BOOST_DESCRIBE_CLASS(RateLimit, (), (kind, interval_ns, limit, used), (), ())
};

struct Ticker {
  std::string_view symbol;
  TimeNs ts_venue = 0;
  std::optional<Decimal> last{};
  std::optional<Decimal> bid{};
  std::optional<Decimal> bid_quantity{};
  std::optional<Decimal> ask{};
  std::optional<Decimal> ask_quantity{};
  std::optional<Decimal> high_24h{};
  std::optional<Decimal> low_24h{};
  std::optional<Decimal> volume_24h{};
  std::optional<Decimal> turnover_24h{};
  std::optional<Decimal> mark{};
  std::optional<Decimal> index{};
  std::optional<Decimal> funding_rate{};
  TimeNs next_funding_at = 0;
  BOOST_DESCRIBE_CLASS(Ticker, (),
                       (symbol, ts_venue, last, bid, bid_quantity, ask, ask_quantity, high_24h, low_24h,
                        volume_24h, turnover_24h, mark, index, funding_rate, next_funding_at),
                       (), ())
};

struct Candle {
  std::string_view symbol;
  Timeframe interval{};
  TimeNs ts_open = 0;
  Decimal open{};
  Decimal high{};
  Decimal low{};
  Decimal close{};
  Decimal volume{};
  Decimal turnover{};
  std::int64_t trades = 0;
  bool is_closed =
      true;  ///< false: it still grows. Lists of candles do not say; whoever asked knows the time
  BOOST_DESCRIBE_CLASS(Candle, (),
                       (symbol, interval, ts_open, open, high, low, close, volume, turnover, trades,
                        is_closed),
                       (), ())
};

struct BookLevel {
  Decimal price;
  Decimal quantity;  ///< zero: the level is gone
  BOOST_DESCRIBE_CLASS(BookLevel, (), (price, quantity), (), ())
};
/// A snapshot of a book, or the levels that have changed.
struct BookChange {
  std::string_view symbol;
  TimeNs ts_venue = 0;
  bool is_snapshot = false;
  std::int64_t first_id = 0;     ///< of the updates that this message covers
  std::int64_t last_id = 0;      ///< of those, or of the snapshot
  std::int64_t previous_id = 0;  ///< last_id of the message before; 0: the venue does not say
  std::span<const BookLevel> bids{};
  std::span<const BookLevel> asks{};
  BOOST_DESCRIBE_CLASS(BookChange, (),
                       (symbol, ts_venue, is_snapshot, first_id, last_id, previous_id, bids, asks), (), ())
};

/// One public execution, or several of one taker at one price.
struct PublicTrade {
  std::string_view symbol;
  TimeNs ts_venue = 0;
  std::string_view id{};
  Decimal price{};
  Decimal quantity{};
  Side aggressor = Side::buy;
  BOOST_DESCRIBE_CLASS(PublicTrade, (), (symbol, ts_venue, id, price, quantity, aggressor), (), ())
};

/// One of our orders as the venue knows it now.
struct OrderReport {
  std::string_view symbol;
  std::string_view client_order_id{};
  std::string_view venue_order_id{};
  std::string_view working_order_id{};  ///< the order that a conditional one became once it was triggered
  TimeNs ts_venue = 0;
  Side side = Side::buy;
  OrderType type = OrderType::market;
  TimeInForce time_in_force = TimeInForce::good_till_canceled;
  OrderStatus status = OrderStatus::acknowledged;
  bool post_only = false;
  bool reduce_only = false;
  bool is_triggered = false;
  bool is_conditional = false;  ///< waits for its trigger
  PositionSide position_side = PositionSide::both;
  Decimal quantity{};
  Decimal filled{};
  Decimal average_price{};
  Decimal price{};
  Decimal trigger_price{};
  RejectReason reason = RejectReason::none;  ///< of an end that nobody asked for
  std::string_view reason_text{};
  BOOST_DESCRIBE_CLASS(OrderReport, (),
                       (symbol, client_order_id, venue_order_id, working_order_id, ts_venue, side, type,
                        time_in_force, status, post_only, reduce_only, is_triggered, is_conditional,
                        position_side, quantity, filled, average_price, price, trigger_price, reason,
                        reason_text),
                       (), ())
};

/// The venue has taken a request about an order; what became of the order is told by the private stream.
struct OrderAcknowledged {
  std::string_view client_order_id{};
  std::string_view venue_order_id{};
  TimeNs ts_venue = 0;
  BOOST_DESCRIBE_CLASS(OrderAcknowledged, (), (client_order_id, venue_order_id, ts_venue), (), ())
};

/// One execution of one of our orders.
struct Execution {
  std::string_view symbol;
  std::string_view client_order_id{};
  std::string_view venue_order_id{};
  std::string_view trade_id{};
  TimeNs ts_venue = 0;
  Side side = Side::buy;
  Decimal price{};
  Decimal quantity{};
  Decimal fee{};  ///< positive is paid
  std::string_view fee_asset{};
  Liquidity liquidity = Liquidity::taker;
  bool is_liquidation = false;
  std::optional<Decimal> realised{};
  BOOST_DESCRIBE_CLASS(Execution, (),
                       (symbol, client_order_id, venue_order_id, trade_id, ts_venue, side, price, quantity,
                        fee, fee_asset, liquidity, is_liquidation, realised),
                       (), ())
};

/// What the account owns of one asset, unrealised profit left out.
struct AssetBalance {
  std::string_view asset;
  TimeNs ts_venue = 0;
  Decimal total{};
  std::optional<Decimal> free{};
  std::optional<Decimal> locked{};
  BOOST_DESCRIBE_CLASS(AssetBalance, (), (asset, ts_venue, total, free, locked), (), ())
};

struct PositionReport {
  std::string_view symbol;
  TimeNs ts_venue = 0;
  PositionSide position_side = PositionSide::both;
  Decimal quantity{};  ///< negative is short
  Decimal entry_price{};
  std::optional<Decimal> mark{};
  std::optional<Decimal> unrealised{};
  std::optional<Decimal> leverage{};
  std::optional<Decimal> liquidation_price{};
  std::optional<MarginMode> margin_mode{};
  BOOST_DESCRIBE_CLASS(PositionReport, (),
                       (symbol, ts_venue, position_side, quantity, entry_price, mark, unrealised, leverage,
                        liquidation_price, margin_mode),
                       (), ())
};

struct FundingReport {
  std::string_view symbol;
  TimeNs ts_venue = 0;  ///< when it is paid
  Decimal rate{};
  std::optional<Decimal> mark{};
  BOOST_DESCRIBE_CLASS(FundingReport, (), (symbol, ts_venue, rate, mark), (), ())
};
struct FundingPaid {
  std::string_view symbol;
  TimeNs ts_venue = 0;
  std::string_view asset{};
  Decimal amount{};  ///< negative: we paid
  std::string_view id{};
  BOOST_DESCRIBE_CLASS(FundingPaid, (), (symbol, ts_venue, asset, amount, id), (), ())
};

struct FeeRates {
  std::string_view symbol;
  Decimal maker{};
  Decimal taker{};
  BOOST_DESCRIBE_CLASS(FeeRates, (), (symbol, maker, taker), (), ())
};

struct KeyPermissions {
  bool can_read = false;
  bool can_trade_spot = false;
  bool can_trade_linear = false;
  bool can_withdraw = false;
  bool can_transfer = false;
  bool is_bound_to_addresses = false;  ///< the key works from listed addresses only
  TimeNs expires_at = 0;               ///< 0: never, or not said
  BOOST_DESCRIBE_CLASS(KeyPermissions, (),
                       (can_read, can_trade_spot, can_trade_linear, can_withdraw, can_transfer,
                        is_bound_to_addresses, expires_at),
                       (), ())
};

/// A setting of the account, as it now is.
struct AccountSetting {
  std::string_view symbol{};
  std::optional<Decimal> leverage{};
  std::optional<MarginMode> margin_mode{};
  std::optional<PositionMode> position_mode{};
  BOOST_DESCRIBE_CLASS(AccountSetting, (), (symbol, leverage, margin_mode, position_mode), (), ())
};
struct CountdownSet {
  std::string_view symbol{};
  std::int64_t window_ms = 0;
  BOOST_DESCRIBE_CLASS(CountdownSet, (), (symbol, window_ms), (), ())
};
struct ListenKey {
  std::string_view key;
  BOOST_DESCRIBE_CLASS(ListenKey, (), (key), (), ())
};

/// How far a list goes; empty: this was the last page.
struct NextPage {
  std::string_view cursor;
  BOOST_DESCRIBE_CLASS(NextPage, (), (cursor), (), ())
};

/// `done`: a request of the stream was carried out. `expired`: the private stream's permission has ended.
/// `closing`: the venue will close the connection. `other`: an event that nobody here reads, by its name in
/// `topic`.
BOOST_DEFINE_FIXED_ENUM_CLASS(StreamEvent, std::uint8_t, done, signed_in, pong, expired, closing, other)
struct StreamStatus {
  StreamEvent status = StreamEvent::done;
  std::string_view request_id{};
  std::string_view topic{};
  BOOST_DESCRIBE_CLASS(StreamStatus, (), (status, request_id, topic), (), ())
};

/// The venue says no.
struct VenueError {
  ErrorClass error_class = ErrorClass::unknown;
  Retry retry = Retry::never;
  RejectReason reason = RejectReason::none;
  std::int64_t code = 0;
  std::string_view text{};     ///< the venue's words
  std::string_view meaning{};  ///< ours; empty: the code is in no table
  std::string_view request_id{};
  std::string_view client_order_id{};
  BOOST_DESCRIBE_CLASS(VenueError, (),
                       (error_class, retry, reason, code, text, meaning, request_id, client_order_id), (), ())
};

using Message = std::variant<ServerTime, InstrumentListed, RateLimit, Ticker, Candle, BookChange, PublicTrade,
                             OrderReport, OrderAcknowledged, Execution, AssetBalance, PositionReport,
                             FundingReport, FundingPaid, FeeRates, KeyPermissions, AccountSetting,
                             CountdownSet, ListenKey, NextPage, StreamStatus, VenueError>;

/// Takes what a parser reads, in the message's order.
class MessageSink {
 public:
  MessageSink() = default;
  MessageSink(const MessageSink&) = delete;
  MessageSink& operator=(const MessageSink&) = delete;
  virtual ~MessageSink() = default;
  virtual void take(const Message& message) = 0;
};

}  // namespace kontor::venue
