#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/decimal.hpp"
#include "base/time.hpp"
#include "model/order.hpp"
#include "model/timeframe.hpp"

namespace kontor::venue {

// Everything that may be asked of a venue, in the field's words; each adapter writes it in its venue's own
// (rest). Symbols are the venue's spelling. The names of the members are the keys of `params` in
// `kontor venue encode`. Where a number or a text is optional, empty or zero means: not given.

/// Which of two positions in one instrument an order is for; `both`: the account has only one.
BOOST_DEFINE_FIXED_ENUM_CLASS(PositionSide, std::uint8_t, both, long_side, short_side)
BOOST_DEFINE_FIXED_ENUM_CLASS(MarginMode, std::uint8_t, cross, isolated)
BOOST_DEFINE_FIXED_ENUM_CLASS(PositionMode, std::uint8_t, one_way, hedge)
BOOST_DEFINE_FIXED_ENUM_CLASS(ListenKeyUse, std::uint8_t, create, keep_alive, close)

/// A stop or a target that the venue attaches to the position or order once the entry fills.
struct AttachedExit {
  Decimal trigger_price;
  TriggerSource trigger_source = TriggerSource::last;
  std::optional<Decimal> limit_price{};  ///< nothing: at the market
  BOOST_DESCRIBE_CLASS(AttachedExit, (), (trigger_price, trigger_source, limit_price), (), ())
};

struct PlaceOrder {
  std::string symbol;
  Side side = Side::buy;
  OrderType type = OrderType::market;
  TimeInForce time_in_force = TimeInForce::good_till_canceled;
  Decimal quantity;                        ///< base units or contracts
  std::optional<Decimal> price{};          ///< limit, stop_limit, take_profit_limit
  std::optional<Decimal> trigger_price{};  ///< stops and take-profits; a trailing stop's activation
  TriggerSource trigger_source = TriggerSource::last;
  std::optional<Decimal> trailing_offset{};  ///< trailing_stop: distance in price …
  std::optional<Decimal> trailing_rate{};    ///< … or as a fraction of the price, 0.01 is 1 %
  std::optional<Side>
      trigger_direction{};  ///< buy: fires when the price rises to it; else from side and type
  bool post_only = false;
  bool reduce_only = false;
  PositionSide position_side = PositionSide::both;
  std::optional<AttachedExit> stop_loss{};
  std::optional<AttachedExit> take_profit{};
  TimeNs expire_at = 0;  ///< good_till_date
  std::string client_order_id{};
  BOOST_DESCRIBE_CLASS(PlaceOrder, (),
                       (symbol, side, type, time_in_force, quantity, price, trigger_price, trigger_source,
                        trailing_offset, trailing_rate, trigger_direction, post_only, reduce_only,
                        position_side, stop_loss, take_profit, expire_at, client_order_id),
                       (), ())
};
/// Several at once; each succeeds or fails for itself.
struct PlaceOrders {
  std::vector<PlaceOrder> orders;
  BOOST_DESCRIBE_CLASS(PlaceOrders, (), (orders), (), ())
};

/// One order by our name for it or the venue's.
struct OrderChoice {
  std::string symbol;
  std::string client_order_id{};
  std::string venue_order_id{};
  bool is_conditional = false;  ///< waits for its trigger: some venues keep these elsewhere
  bool is_ended = false;        ///< has ended: some venues keep these elsewhere; of GetOrder only
  BOOST_DESCRIBE_CLASS(OrderChoice, (), (symbol, client_order_id, venue_order_id, is_conditional, is_ended),
                       (), ())
};

/// New total quantity or price; what is not given stays.
struct ChangeOrder {
  OrderChoice order;
  Side side = Side::buy;  ///< of the order; some venues want it said again
  std::optional<Decimal> quantity{};
  std::optional<Decimal> price{};
  std::optional<Decimal> trigger_price{};
  BOOST_DESCRIBE_CLASS(ChangeOrder, (), (order, side, quantity, price, trigger_price), (), ())
};
struct CancelOne {
  OrderChoice order;
  BOOST_DESCRIBE_CLASS(CancelOne, (), (order), (), ())
};
struct CancelMany {
  std::vector<OrderChoice> orders;
  BOOST_DESCRIBE_CLASS(CancelMany, (), (orders), (), ())
};
struct CancelAll {
  std::string symbol;
  bool is_conditional = false;
  BOOST_DESCRIBE_CLASS(CancelAll, (), (symbol, is_conditional), (), ())
};
/// The dead man's switch: the venue cancels all orders unless it hears again within the window; 0 disarms it.
struct CountdownCancel {
  std::string symbol{};
  std::int64_t window_ms = 0;
  BOOST_DESCRIBE_CLASS(CountdownCancel, (), (symbol, window_ms), (), ())
};

struct GetServerTime {
  BOOST_DESCRIBE_CLASS(GetServerTime, (), (), (), ())
};
struct GetInstruments {
  std::string symbol{};  ///< empty: all
  std::string cursor{};  ///< where the page before ended
  BOOST_DESCRIBE_CLASS(GetInstruments, (), (symbol, cursor), (), ())
};
struct GetTicker {
  std::string symbol;
  BOOST_DESCRIBE_CLASS(GetTicker, (), (symbol), (), ())
};
struct GetCandles {
  std::string symbol;
  Timeframe interval{};
  TimeNs from = 0;
  TimeNs to = 0;  ///< first instant that is no longer wanted
  std::uint32_t limit = 0;
  BOOST_DESCRIBE_CLASS(GetCandles, (), (symbol, interval, from, to, limit), (), ())
};
struct GetBook {
  std::string symbol;
  std::uint32_t depth = 0;
  BOOST_DESCRIBE_CLASS(GetBook, (), (symbol, depth), (), ())
};
/// The latest public trades; with `from` or `from_id` those since then, where the venue can.
struct GetTrades {
  std::string symbol;
  std::uint32_t limit = 0;
  TimeNs from = 0;
  TimeNs to = 0;
  std::string from_id{};
  BOOST_DESCRIBE_CLASS(GetTrades, (), (symbol, limit, from, to, from_id), (), ())
};
struct GetBalance {
  BOOST_DESCRIBE_CLASS(GetBalance, (), (), (), ())
};
struct GetPositions {
  std::string symbol{};
  std::string cursor{};
  BOOST_DESCRIBE_CLASS(GetPositions, (), (symbol, cursor), (), ())
};
struct GetOpenOrders {
  std::string symbol{};
  bool is_conditional = false;
  std::string cursor{};
  BOOST_DESCRIBE_CLASS(GetOpenOrders, (), (symbol, is_conditional, cursor), (), ())
};
struct GetOrder {
  OrderChoice order;
  BOOST_DESCRIBE_CLASS(GetOrder, (), (order), (), ())
};
struct GetFills {
  std::string symbol{};
  std::string client_order_id{};
  TimeNs from = 0;
  TimeNs to = 0;
  std::string from_id{};
  std::string cursor{};
  std::uint32_t limit = 0;
  BOOST_DESCRIBE_CLASS(GetFills, (), (symbol, client_order_id, from, to, from_id, cursor, limit), (), ())
};
struct SetLeverage {
  std::string symbol;
  Decimal leverage;
  BOOST_DESCRIBE_CLASS(SetLeverage, (), (symbol, leverage), (), ())
};
struct SetMarginMode {
  std::string symbol{};
  MarginMode mode = MarginMode::cross;
  BOOST_DESCRIBE_CLASS(SetMarginMode, (), (symbol, mode), (), ())
};
struct SetPositionMode {
  PositionMode mode = PositionMode::one_way;
  BOOST_DESCRIBE_CLASS(SetPositionMode, (), (mode), (), ())
};
/// The rate that is in force or comes next, with the mark price.
struct GetFundingRate {
  std::string symbol{};
  BOOST_DESCRIBE_CLASS(GetFundingRate, (), (symbol), (), ())
};
struct GetFundingHistory {
  std::string symbol;
  TimeNs from = 0;
  TimeNs to = 0;
  std::uint32_t limit = 0;
  BOOST_DESCRIBE_CLASS(GetFundingHistory, (), (symbol, from, to, limit), (), ())
};
/// What the account has paid and received.
struct GetFundingPayments {
  std::string symbol{};
  TimeNs from = 0;
  TimeNs to = 0;
  std::string cursor{};
  BOOST_DESCRIBE_CLASS(GetFundingPayments, (), (symbol, from, to, cursor), (), ())
};
struct GetFees {
  std::string symbol{};
  BOOST_DESCRIBE_CLASS(GetFees, (), (symbol), (), ())
};
struct GetKeyPermissions {
  BOOST_DESCRIBE_CLASS(GetKeyPermissions, (), (), (), ())
};
/// How many orders the venue has counted within its limits on them.
struct GetOrderCounts {
  BOOST_DESCRIBE_CLASS(GetOrderCounts, (), (), (), ())
};
/// The name under which the venue opens a private stream, where it wants one.
struct ManageListenKey {
  ListenKeyUse use = ListenKeyUse::create;
  BOOST_DESCRIBE_CLASS(ManageListenKey, (), (use), (), ())
};

using Action = std::variant<GetServerTime, GetInstruments, GetTicker, GetCandles, GetBook, GetTrades,
                            PlaceOrder, PlaceOrders, ChangeOrder, CancelOne, CancelMany, CancelAll,
                            CountdownCancel, GetBalance, GetPositions, GetOpenOrders, GetOrder, GetFills,
                            SetLeverage, SetMarginMode, SetPositionMode, GetFundingRate, GetFundingHistory,
                            GetFundingPayments, GetFees, GetKeyPermissions, GetOrderCounts, ManageListenKey>;

}  // namespace kontor::venue
