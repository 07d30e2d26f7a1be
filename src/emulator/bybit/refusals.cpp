#include "emulator/bybit/refusals.hpp"

#include <fmt/format.h>

namespace kontor::emulator::bybit {
namespace {

/// One answer of the venue for each product. An empty text: the core's words.
struct CodeRow {
  RefusalReason reason;
  std::int64_t spot_code;
  std::string_view spot_text;
  std::int64_t linear_code;
  std::string_view linear_text;
};

constexpr std::string_view kUnchanged =
    "The order remains unchanged as the parameters entered match the existing ones.";

// Codes: the venue's documentation, "Error Codes", UTA and Spot Trade.
constexpr CodeRow kCodes[] = {
    {RefusalReason::unknown_symbol, 170121, "Invalid symbol.", 10001, "params error: symbol invalid"},
    {RefusalReason::symbol_not_trading, 170151, "The trading pair is not open yet.", 110074,
     "This contract is not live"},
    {RefusalReason::price_precision, 170134, "Order price has too many decimals.", 10001, ""},
    {RefusalReason::price_off_tick, 170134, "Order price has too many decimals.", 10001, ""},
    {RefusalReason::price_below_minimum, 170133, "Order price lower than the minimum.", 110003,
     "Order price exceeds the allowable range."},
    {RefusalReason::price_above_maximum, 170132, "Order price too high.", 110003,
     "Order price exceeds the allowable range."},
    {RefusalReason::percent_price, 170132, "", 110003, "Order price exceeds the allowable range."},
    {RefusalReason::quantity_precision, 170137, "Order quantity has too many decimals.", 10001,
     "Qty invalid"},
    {RefusalReason::quantity_off_step, 170137, "Order quantity has too many decimals.", 10001, "Qty invalid"},
    {RefusalReason::quantity_below_minimum, 170136, "Order quantity lower than the minimum.", 10001,
     "The number of contracts exceeds minimum limit allowed"},
    {RefusalReason::quantity_above_maximum, 170381, "Order quantity too large.", 10001,
     "The number of contracts exceeds maximum limit allowed: too large"},
    {RefusalReason::market_quantity_above_maximum, 170382, "Order quantity too large.", 10001,
     "The number of contracts exceeds maximum limit allowed: too large"},
    {RefusalReason::notional_below_minimum, 170140, "Order value exceeded lower limit.", 110094,
     "Order does not meet minimum order value 5USDT"},
    {RefusalReason::notional_above_maximum, 170124, "Order amount too large.", 10001, ""},
    {RefusalReason::too_many_orders, 170810,
     "Cannot exceed maximum of 500 conditional, TP/SL and active orders.", 110020,
     "Not allowed to have more than 500 active orders."},
    {RefusalReason::too_many_conditional_orders, 170810,
     "Cannot exceed maximum of 500 conditional, TP/SL and active orders.", 110009,
     "The number of stop orders exceeds the maximum allowable limit."},
    {RefusalReason::post_only_would_take, 170218, "The LIMIT-MAKER order is rejected due to invalid price.",
     10001, ""},
    {RefusalReason::reduce_only_would_increase, 170210, "", 110017,
     "current position is zero, cannot fix reduce-only order qty"},
    {RefusalReason::insufficient_balance, 170131, "Insufficient balance.", 110007,
     "ab not enough for new order"},
    {RefusalReason::insufficient_margin, 170131, "Insufficient balance.", 110007,
     "ab not enough for new order"},
    {RefusalReason::bad_client_id, 170130, "Data sent for paramter 'orderLinkId' is not valid.", 10001,
     "OrderLinkedID is invalid"},
    {RefusalReason::duplicate_client_id, 170141, "Duplicate clientOrderId.", 110072,
     "OrderLinkedID is duplicate"},
    {RefusalReason::no_market_price, 170210, "New order rejected.", 110118,
     "Unable to retrieve a price of the market order due to low liquidity"},
    {RefusalReason::nothing_to_amend, 10001, kUnchanged, 10001, kUnchanged},
    {RefusalReason::amend_not_allowed, 170312, "The current order does not support modification.", 110032,
     ""},
    {RefusalReason::leverage_out_of_range, 110013, "", 110013,
     "Cannot set leverage due to risk limit level."},
    {RefusalReason::leverage_unchanged, 110043, "leverage not modified", 110043, "leverage not modified"},
    {RefusalReason::margin_mode_unchanged, 110026, "", 110026, "Cross/isolated margin mode is not modified"},
    {RefusalReason::margin_mode_with_open_orders, 110073, "", 110073, "Set margin mode failed"},
    {RefusalReason::margin_mode_with_position, 110073, "", 110073, "Set margin mode failed"},
    {RefusalReason::position_mode_unchanged, 110025, "", 110025, "Position mode is not modified"},
    {RefusalReason::position_mode_not_offered, 110029, "", 110029,
     "Hedge mode is not supported for this symbol."},
    {RefusalReason::bad_amount, 131210, "", 131210, "Amount accuracy error"},
    {RefusalReason::unknown_asset, 170221, "This coin does not exist.", 110050, "Invalid coin"},
    {RefusalReason::unknown_account, 10007, "", 10007, "User authentication failed."},
};

Answer answer_of_order_state(Product product, Asked asked) {
  if (product == Product::spot) return refuse(170213, "Order does not exist.");
  return refuse(110001, asked == Asked::amend ? "order not exists or too late to replace"
                                              : "order not exists or too late to cancel");
}

}  // namespace

Answer answer_of(const Refusal& refusal, Product product, Asked asked) {
  if (refusal.reason == RefusalReason::unknown_order || refusal.reason == RefusalReason::order_closed) {
    return answer_of_order_state(product, asked);
  }
  for (const CodeRow& row : kCodes) {
    if (row.reason != refusal.reason) continue;
    const bool spot = product == Product::spot;
    const std::string_view text = spot ? row.spot_text : row.linear_text;
    return refuse(spot ? row.spot_code : row.linear_code, std::string(text.empty() ? refusal.text : text));
  }
  return refuse(10001, "params error: " + refusal.text);
}

std::string_view reject_word(RejectReason reason) noexcept {
  switch (reason) {
    case RejectReason::none: return "EC_NoError";
    case RejectReason::post_only_would_take: return "EC_PostOnlyWillTakeLiquidity";
    case RejectReason::fill_or_kill_unfilled: return "EC_NoEnoughQtyToFill";
    case RejectReason::no_market_price: return "EC_NoImmediateQtyToFill";
    case RejectReason::self_trade: return "EC_BySelfMatch";
    case RejectReason::trading_halted:
    case RejectReason::instrument_quarantined: return "EC_InvalidSymbolStatus";
    case RejectReason::price_off_tick: return "EC_InvalidPriceScale";
    case RejectReason::price_out_of_band: return "EC_ReachMarketPriceLimit";
    default: return "EC_Others";
  }
}

}  // namespace kontor::emulator::bybit
