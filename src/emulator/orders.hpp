#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>

#include "base/amount.hpp"
#include "base/decimal.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "emulator/listing.hpp"
#include "model/order.hpp"

namespace kontor::emulator {

using AccountId = Id<struct EmulatedAccountTag, std::uint32_t>;   ///< dense, from 0
using VenueOrderId = Id<struct VenueOrderTag, std::uint64_t>;     ///< ascending over all accounts; 0: none
using ExecutionId = Id<struct VenueExecutionTag, std::uint64_t>;  ///< ascending over all accounts
using OrderListId = Id<struct VenueOrderListTag, std::uint64_t>;  ///< an OCO or bracket; 0: none

/// Why a request was refused. Every filter of the venues has its own reason; the fronts turn them into the
/// venue's code and text.
BOOST_DEFINE_FIXED_ENUM_CLASS(
    RefusalReason, std::uint8_t, unknown_symbol, symbol_not_trading, not_offered, missing_quantity,
    missing_price, missing_trigger, price_precision, quantity_precision, price_below_minimum,
    price_above_maximum, price_off_tick, percent_price, quantity_below_minimum, quantity_above_maximum,
    quantity_off_step, market_quantity_above_maximum, notional_below_minimum, notional_above_maximum,
    too_many_orders, too_many_conditional_orders, trailing_delta, trigger_would_fire, post_only_would_take,
    reduce_only_would_increase, insufficient_balance, insufficient_margin, bad_client_id, duplicate_client_id,
    no_market_price, expiry_in_past, unknown_order, order_closed, nothing_to_amend, amend_not_allowed,
    leverage_out_of_range, leverage_unchanged, margin_mode_unchanged, margin_mode_with_open_orders,
    margin_mode_with_position, position_mode_unchanged, position_mode_not_offered, bad_amount, unknown_asset,
    unknown_account, bad_window)

struct Refusal {
  RefusalReason reason = RefusalReason::not_offered;
  std::string text{};  ///< what was expected and what was found, in plain words
};

/// Where an order is. `inactive`: a protective leg whose entry has not filled; `untriggered`: waits for its
/// trigger price. From `filled` on nothing changes any more.
BOOST_DEFINE_FIXED_ENUM_CLASS(OrderState, std::uint8_t, inactive, untriggered, open, partially_filled, filled,
                              canceled, expired, rejected)
[[nodiscard]] constexpr bool is_closed(OrderState state) noexcept { return state >= OrderState::filled; }

/// Who ended an order, or brought it about.
BOOST_DEFINE_FIXED_ENUM_CLASS(OrderOrigin, std::uint8_t, user, liquidation, delisting, countdown)

/// What is asked for one order, in the numbers of the request. The fronts fill in what their protocol says;
/// everything is checked here.
struct OrderTicket {
  Product product = Product::spot;
  std::string symbol{};
  Side side = Side::buy;
  OrderType type = OrderType::market;
  TimeInForce time_in_force = TimeInForce::good_till_canceled;
  TriggerSource trigger_source = TriggerSource::last;
  bool post_only = false;
  bool reduce_only = false;
  bool close_position = false;        ///< stop or take-profit that closes whatever is held when it fires
  std::optional<Decimal> quantity{};  ///< in base
  std::optional<Decimal> quote_quantity{};  ///< market orders on spot: what to spend or to receive instead
  std::optional<Decimal> price{};
  std::optional<Decimal> trigger_price{};    ///< of a trailing stop: where it starts to trail
  std::optional<Decimal> trailing_offset{};  ///< distance in quote …
  std::optional<Decimal> trailing_rate{};    ///< … or as a fraction of the price, 0.01 is one percent
  TimeNs expire_at = 0;                      ///< good_till_date
  std::string client_id{};                   ///< empty: the venue makes one up
  GroupRole role = GroupRole::single;
  OrderListId list{};   ///< with a role: the list that it belongs to, see Exchange::place_list()
  std::string label{};  ///< the front's own note, kept with the order (such as its spelling of the type)
};

/// One execution of an account's order.
struct Execution {
  ExecutionId id{};
  VenueOrderId order{};
  std::string client_id{};
  AccountId account{};
  InstrumentId instrument{};
  Product product = Product::spot;
  Side side = Side::buy;
  Liquidity liquidity = Liquidity::taker;
  bool liquidation = false;
  TimeNs ts = 0;
  RawPrice price{};
  RawQuantity quantity{};
  Amount turnover{};  ///< price × quantity in the quote asset
  Amount fee{};       ///< positive is paid
  AssetId fee_asset{};
  Amount realized{};     ///< linear: profit that it realised, without the fee
  RawQuantity closed{};  ///< linear: how much of a position it closed
};

/// Everything that the venue knows of an order.
struct OrderRecord {
  VenueOrderId id{};
  std::string client_id{};
  AccountId account{};
  InstrumentId instrument{};
  Product product = Product::spot;
  OrderTicket ticket{};  ///< as it was asked for; what follows is what holds now
  OrderState state = OrderState::open;
  OrderOrigin origin = OrderOrigin::user;        ///< of the order itself
  OrderOrigin ended_by = OrderOrigin::user;      ///< of its end
  RejectReason end_reason = RejectReason::none;  ///< why the venue ended it by itself
  RawQuantity quantity{};                        ///< total; zero for close_position
  RawQuantity filled{};
  RawPrice limit_price{};
  RawPrice trigger_price{};  ///< as asked or amended; moves with a trailing stop only in the matching
  RawPrice trailing_offset{};
  Amount turnover{};    ///< of all executions, in the quote asset
  Amount fee{};         ///< of all executions, in fee_asset
  AssetId fee_asset{};  ///< of the last execution
  Amount realized{};    ///< linear: profit realised by it
  TimeNs created_at = 0;
  TimeNs updated_at = 0;
  TimeNs triggered_at = 0;  ///< 0: has no trigger, or it has not fired
  std::uint32_t executions = 0;
  std::uint64_t version = 0;        ///< grows with every change
  OrderId matching_id{};            ///< its present name inside the matching
  VenueOrderId client_id_before{};  ///< the order that had this client id before; 0: none is remembered

  [[nodiscard]] RawQuantity remaining() const noexcept { return quantity - filled; }
  [[nodiscard]] bool is_conditional() const noexcept { return has_trigger(ticket.type); }
};

/// `turnover / quantity` in plain quote units, exact to 1e-18 (towards zero); zero for no quantity.
[[nodiscard]] Amount average_price(const Instrument& instrument, Amount turnover,
                                   RawQuantity quantity) noexcept;

}  // namespace kontor::emulator
