#include "emulator/binance/api_error.hpp"

#include <utility>

#include <fmt/format.h>

#include "emulator/json_writer.hpp"

namespace kontor::emulator::binance {
namespace {

struct CodeText {
  int code;
  std::string_view text;
};

constexpr std::string_view kClientIdRange = "^[\\.A-Z\\:/a-z0-9_-]{1,36}$";

CodeText unknown_order_text(Purpose purpose) {
  if (purpose == Purpose::query) return {-2013, "Order does not exist."};
  return {-2011, "Unknown order sent."};
}

CodeText spot_filter_text(RefusalReason reason) {
  switch (reason) {
    // The venue's own precision is eight places; what has more of them never came as far as the exchange.
    case RefusalReason::price_precision:
    case RefusalReason::price_below_minimum:
    case RefusalReason::price_above_maximum:
    case RefusalReason::price_off_tick: return {-1013, "Filter failure: PRICE_FILTER"};
    case RefusalReason::percent_price: return {-1013, "Filter failure: PERCENT_PRICE_BY_SIDE"};
    case RefusalReason::quantity_precision:
    case RefusalReason::quantity_below_minimum:
    case RefusalReason::quantity_above_maximum:
    case RefusalReason::quantity_off_step: return {-1013, "Filter failure: LOT_SIZE"};
    case RefusalReason::market_quantity_above_maximum: return {-1013, "Filter failure: MARKET_LOT_SIZE"};
    case RefusalReason::notional_below_minimum:
    case RefusalReason::notional_above_maximum: return {-1013, "Filter failure: NOTIONAL"};
    case RefusalReason::too_many_orders: return {-2010, "Filter failure: MAX_NUM_ORDERS"};
    case RefusalReason::too_many_conditional_orders: return {-2010, "Filter failure: MAX_NUM_ALGO_ORDERS"};
    case RefusalReason::trailing_delta: return {-1013, "Filter failure: TRAILING_DELTA"};
    default: return {0, {}};
  }
}

CodeText spot_text(RefusalReason reason, Purpose purpose) {
  if (const CodeText filter = spot_filter_text(reason); filter.code != 0) return filter;
  switch (reason) {
    case RefusalReason::unknown_symbol: return {-1121, "Invalid symbol."};
    case RefusalReason::symbol_not_trading: return {-1013, "Market is closed."};
    case RefusalReason::missing_quantity:
      return {-1102, "Mandatory parameter 'quantity' was not sent, was empty/null, or malformed."};
    case RefusalReason::missing_price:
      return {-1102, "Mandatory parameter 'price' was not sent, was empty/null, or malformed."};
    case RefusalReason::missing_trigger:
      return {-1102, "Param 'stopPrice' or 'trailingDelta' must be sent, but both were empty/null!"};
    case RefusalReason::trigger_would_fire: return {-2010, "Order would trigger immediately."};
    case RefusalReason::post_only_would_take: return {-2010, "Order would immediately match and take."};
    case RefusalReason::insufficient_balance:
    case RefusalReason::insufficient_margin:
      return {-2010, "Account has insufficient balance for requested action."};
    case RefusalReason::duplicate_client_id: return {-2010, "Duplicate order sent."};
    case RefusalReason::no_market_price:
      return {-2010, "Order book liquidity is less than symbol minimum quantity."};
    case RefusalReason::unknown_order:
    case RefusalReason::order_closed: return unknown_order_text(purpose);
    case RefusalReason::nothing_to_amend:
      return {-2038, "The requested action would change no state; rejecting."};
    case RefusalReason::amend_not_allowed:
      return {-2038, "Order amend (quantity increase) is not supported."};
    default: return {-1014, "Unsupported order combination."};
  }
}

CodeText linear_filter_text(RefusalReason reason) {
  switch (reason) {
    case RefusalReason::price_precision:
    case RefusalReason::quantity_precision:
      return {-1111, "Precision is over the maximum defined for this asset."};
    case RefusalReason::price_below_minimum: return {-4013, "Price less than min price."};
    case RefusalReason::price_above_maximum: return {-4002, "Price greater than max price."};
    case RefusalReason::price_off_tick: return {-4014, "Price not increased by tick size."};
    case RefusalReason::percent_price:
      return {-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."};
    case RefusalReason::quantity_below_minimum: return {-4004, "Quantity less than min quantity."};
    case RefusalReason::quantity_above_maximum:
    case RefusalReason::market_quantity_above_maximum: return {-4005, "Quantity greater than max quantity."};
    case RefusalReason::quantity_off_step: return {-4023, "Qty not increased by step size."};
    case RefusalReason::notional_below_minimum:
      return {-4164, "Order's notional is too small (unless you choose reduce only)."};
    case RefusalReason::notional_above_maximum:
      return {-2027, "Exceeded the maximum allowable position at current leverage."};
    case RefusalReason::too_many_orders: return {-2025, "Reach max open order limit."};
    case RefusalReason::too_many_conditional_orders: return {-4045, "Reach max stop order limit."};
    case RefusalReason::trailing_delta: return {-2007, "Invalid callBack rate."};
    default: return {0, {}};
  }
}

CodeText linear_settings_text(RefusalReason reason) {
  switch (reason) {
    case RefusalReason::leverage_unchanged:
    case RefusalReason::leverage_out_of_range: return {-4028, "Leverage is not valid."};
    case RefusalReason::margin_mode_unchanged: return {-4046, "No need to change margin type."};
    case RefusalReason::margin_mode_with_open_orders:
      return {-4047, "Margin type cannot be changed if there exists open orders."};
    case RefusalReason::margin_mode_with_position:
      return {-4048, "Margin type cannot be changed if there exists position."};
    case RefusalReason::position_mode_unchanged: return {-4059, "No need to change position side."};
    case RefusalReason::position_mode_not_offered:
      return {-4084, "Method is not allowed currently. Upcoming soon."};
    case RefusalReason::bad_window: return {-1130, "Data sent for parameter 'countdownTime' is not valid."};
    default: return {0, {}};
  }
}

CodeText linear_text(RefusalReason reason, Purpose purpose) {
  if (const CodeText filter = linear_filter_text(reason); filter.code != 0) return filter;
  if (const CodeText settings = linear_settings_text(reason); settings.code != 0) return settings;
  switch (reason) {
    case RefusalReason::unknown_symbol: return {-1121, "Invalid symbol."};
    case RefusalReason::symbol_not_trading: return {-4140, "Invalid symbol status for opening position."};
    case RefusalReason::missing_quantity:
      return {-1102, "Mandatory parameter 'quantity' was not sent, was empty/null, or malformed."};
    case RefusalReason::missing_price:
      return {-1102, "Mandatory parameter 'price' was not sent, was empty/null, or malformed."};
    case RefusalReason::missing_trigger:
      return {-1102, "Mandatory parameter 'triggerPrice' was not sent, was empty/null, or malformed."};
    case RefusalReason::trigger_would_fire: return {-2021, "Order would immediately trigger."};
    case RefusalReason::post_only_would_take:
      return {
          -5022,
          "Due to the order could not be executed as maker, the Post Only order will be rejected. The order "
          "will not be recorded in the order history"};
    case RefusalReason::reduce_only_would_increase: return {-2022, "ReduceOnly Order is rejected."};
    case RefusalReason::insufficient_balance:
    case RefusalReason::insufficient_margin: return {-2019, "Margin is insufficient."};
    case RefusalReason::bad_client_id: return {-4015, "Client order id is not valid."};
    case RefusalReason::duplicate_client_id: return {-4116, "ClientOrderId is duplicated."};
    case RefusalReason::no_market_price:
      return {-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."};
    case RefusalReason::expiry_in_past:
      return {-1130, "Data sent for parameter 'goodTillDate' is not valid."};
    case RefusalReason::unknown_order:
    case RefusalReason::order_closed: return unknown_order_text(purpose);
    case RefusalReason::nothing_to_amend: return {-5027, "No need to modify the order."};
    case RefusalReason::amend_not_allowed: return {-5025, "Only limit order is supported."};
    default: return {-4084, "Method is not allowed currently. Upcoming soon."};
  }
}

}  // namespace

std::unexpected<ApiError> refuse(int code, std::string text, unsigned status) {
  return std::unexpected(ApiError{.status = status, .code = code, .text = std::move(text)});
}

std::string error_body(const ApiError& error) {
  JsonWriter out;
  out.begin_object().number("code", error.code).text("msg", error.text);
  if (!error.data.empty()) out.raw("data", error.data);
  return out.end_object().take();
}

std::unexpected<ApiError> missing_parameter(std::string_view name) {
  return refuse(-1102,
                fmt::format("Mandatory parameter '{}' was not sent, was empty/null, or malformed.", name));
}

std::unexpected<ApiError> illegal_characters(std::string_view name, std::string_view range) {
  return refuse(-1100,
                fmt::format("Illegal characters found in parameter '{}'; legal range is '{}'.", name, range));
}

std::unexpected<ApiError> invalid_parameter(std::string_view name) {
  return refuse(-1130, fmt::format("Data sent for parameter '{}' is not valid.", name));
}

std::unexpected<ApiError> unknown_symbol() { return refuse(-1121, "Invalid symbol."); }

ApiError error_of(Product product, Purpose purpose, const Refusal& refusal) {
  if (refusal.reason == RefusalReason::bad_client_id && product == Product::spot)
    return illegal_characters("newClientOrderId", kClientIdRange).error();
  const CodeText found =
      product == Product::spot ? spot_text(refusal.reason, purpose) : linear_text(refusal.reason, purpose);
  return {.code = found.code, .text = std::string(found.text)};
}

}  // namespace kontor::emulator::binance
