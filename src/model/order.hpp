#pragma once

#include <cstdint>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/amount.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "model/types.hpp"

namespace kontor {

BOOST_DEFINE_FIXED_ENUM_CLASS(OrderType, std::uint8_t, market, limit, stop_market, stop_limit, trailing_stop,
                              take_profit_market, take_profit_limit)

BOOST_DEFINE_FIXED_ENUM_CLASS(TimeInForce, std::uint8_t, good_till_canceled, immediate_or_cancel,
                              fill_or_kill, good_till_date)

/// Which price triggers a stop, a take-profit or a trailing stop.
BOOST_DEFINE_FIXED_ENUM_CLASS(TriggerSource, std::uint8_t, last, mark)

/// What an order is within its group. `single` orders have no group. In a bracket the protective legs are
/// inactive until the entry fills and are then as large as its cumulative fill; in an OCO (legs without an
/// entry) both are active at once. A fill of one leg takes the same quantity off the other. `flatten` orders
/// close a position because the operator or the safety chain wants it closed; they have no group.
BOOST_DEFINE_FIXED_ENUM_CLASS(GroupRole, std::uint8_t, single, entry, stop_loss, take_profit, flatten)

[[nodiscard]] constexpr bool is_protective(GroupRole role) noexcept {
  return role == GroupRole::stop_loss || role == GroupRole::take_profit;
}

/// Where an order is in its life (M11). Transitions only go forward; `unknown` is left by a venue's answer
/// only.
BOOST_DEFINE_FIXED_ENUM_CLASS(OrderStatus, std::uint8_t, intent, risk_approved, sent, acknowledged,
                              partially_filled, pending_amend, pending_cancel, unknown, filled, canceled,
                              rejected, expired)

constexpr bool is_terminal(OrderStatus status) noexcept { return status >= OrderStatus::filled; }

/// Why an order, an amendment or a cancel was refused, by risk or by the venue.
BOOST_DEFINE_FIXED_ENUM_CLASS(RejectReason, std::uint8_t, none, price_off_tick, quantity_off_step,
                              below_min_quantity, above_max_quantity, below_min_notional, price_not_positive,
                              insufficient_balance, insufficient_margin, post_only_would_take,
                              reduce_only_would_increase, no_market_price, stop_would_trigger,
                              fill_or_kill_unfilled, unknown_order, order_closed, too_many_orders,
                              price_out_of_band, max_order_notional, max_position_notional, max_exposure,
                              max_leverage, max_open_orders, trading_halted, trades_per_day, cooldown,
                              expiry_in_past, instrument_quarantined, short_not_allowed, self_trade,
                              duplicate_order, max_open_positions, order_rate, reserve, account_not_compared,
                              never_arrived, venue_unavailable, circuit_breaker, not_recorded)

/// Everything that is asked of a venue for one order. Raw units of the instrument.
struct NewOrder {
  OrderId id;
  StrategyId strategy;
  InstrumentId instrument;
  Side side = Side::buy;
  OrderType type = OrderType::market;
  TimeInForce time_in_force = TimeInForce::good_till_canceled;
  TriggerSource trigger_source = TriggerSource::last;
  bool post_only = false;
  bool reduce_only = false;
  GroupRole role = GroupRole::single;
  GroupId group;
  RawQuantity quantity;
  RawPrice limit_price;      ///< limit, stop_limit, take_profit_limit
  RawPrice trigger_price;    ///< stops and take-profits; a trailing stop's first trigger, or zero
  RawPrice trailing_offset;  ///< trailing_stop: distance kept from the best price since activation
  TimeNs expire_at = 0;      ///< good_till_date
  std::uint64_t tag = 0;  ///< the strategy's own label, such as a grid level; kept through the order's life
  BOOST_DESCRIBE_CLASS(NewOrder, (),
                       (id, strategy, instrument, side, type, time_in_force, trigger_source, post_only,
                        reduce_only, role, group, quantity, limit_price, trigger_price, trailing_offset,
                        expire_at, tag),
                       (), ())
};

constexpr bool has_limit_price(OrderType type) noexcept {
  return type == OrderType::limit || type == OrderType::stop_limit || type == OrderType::take_profit_limit;
}
constexpr bool has_trigger(OrderType type) noexcept { return type >= OrderType::stop_market; }

struct CancelOrder {
  OrderId id;
  InstrumentId instrument;
  BOOST_DESCRIBE_CLASS(CancelOrder, (), (id, instrument), (), ())
};

/// New total quantity and price of a resting order. The venue keeps the queue position only when the price is
/// the same and the quantity does not grow.
struct AmendOrder {
  OrderId id;
  InstrumentId instrument;
  RawQuantity quantity;
  RawPrice limit_price;
  BOOST_DESCRIBE_CLASS(AmendOrder, (), (id, instrument, quantity, limit_price), (), ())
};

/// One execution of one of our orders. (venue, instrument, trade) is the idempotency key.
struct Fill {
  OrderId order;
  InstrumentId instrument;
  TradeId trade;
  Side side = Side::buy;
  Liquidity liquidity = Liquidity::taker;
  bool liquidation = false;
  TimeNs ts_venue = 0;
  RawPrice price;
  RawQuantity quantity;
  Amount fee;  ///< positive is paid, negative is a rebate
  AssetId fee_asset;
  BOOST_DESCRIBE_CLASS(Fill, (),
                       (order, instrument, trade, side, liquidity, liquidation, ts_venue, price, quantity,
                        fee, fee_asset),
                       (), ())
};

}  // namespace kontor
