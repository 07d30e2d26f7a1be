#include <array>

#include "venue/binance/rest_call.hpp"

namespace kontor::binance {
namespace {

Result<void> only_linear(std::string_view what, Product product) {
  if (product == Product::linear) return {};
  return refuse(fmt::format("spot has no {}", what));
}

Call signed_call(std::string_view path, net::HttpMethod method = net::HttpMethod::get) {
  return {.method = method, .path = path, .security = Security::sign};
}

}  // namespace

Result<Call> call_for(const venue::GetBalance& /*action*/, Product product) {
  if (product == Product::linear) return signed_call("/fapi/v3/balance");
  Call call = signed_call("/api/v3/account");
  call.query.add_plain("omitZeroBalances", "true");
  return call;
}

Result<Call> call_for(const venue::GetPositions& action, Product product) {
  TRY_VOID(only_linear("positions; what is held stands in the balance", product));
  Call call = signed_call("/fapi/v2/positionRisk");
  add_if(call.query, "symbol", action.symbol);
  return call;
}

Result<Call> call_for(const venue::GetOpenOrders& action, Product product) {
  const bool is_elsewhere = action.is_conditional && product == Product::linear;
  Call call = signed_call(product == Product::spot ? "/api/v3/openOrders"
                          : is_elsewhere           ? "/fapi/v1/openAlgoOrders"
                                                   : "/fapi/v1/openOrders");
  add_if(call.query, "symbol", action.symbol);
  return call;
}

Result<Call> call_for(const venue::GetOrder& action, Product product) {
  const venue::OrderChoice& order = action.order;
  const bool is_elsewhere = order.is_conditional && product == Product::linear;
  if (order.client_order_id.empty() && order.venue_order_id.empty()) return refuse("order: no id is given");
  if (is_elsewhere) {
    Call call = signed_call("/fapi/v1/algoOrder");
    add_if(call.query, "algoId", order.venue_order_id);
    add_if(call.query, "clientAlgoId", order.client_order_id);
    return call;
  }
  TRY_VOID(want_symbol("order", order.symbol));
  Call call = signed_call(product == Product::spot ? "/api/v3/order" : "/fapi/v1/order");
  call.query.add("symbol", order.symbol);
  add_if(call.query, "orderId", order.venue_order_id);
  add_if(call.query, "origClientOrderId", order.client_order_id);
  return call;
}

Result<Call> call_for(const venue::GetFills& action, Product product) {
  TRY_VOID(want_symbol("fills", action.symbol));
  if (!action.client_order_id.empty())
    return refuse("fills: by symbol and time only, not by client order id");
  if (action.limit > 1000) return refuse("fills: at most 1000 at once");
  Call call = signed_call(product == Product::spot ? "/api/v3/myTrades" : "/fapi/v1/userTrades");
  call.query.add("symbol", action.symbol);
  add_range(call.query, action.from, action.to);
  add_if(call.query, "fromId", action.from_id);
  add_if(call.query, "limit", action.limit);
  return call;
}

Result<Call> call_for(const venue::SetLeverage& action, Product product) {
  TRY_VOID(only_linear("leverage", product));
  TRY_VOID(want_symbol("leverage", action.symbol));
  const Decimal leverage = action.leverage.normalized();
  if (leverage.scale != 0 || leverage.units < 1 || leverage.units > 125)
    return refuse(fmt::format("leverage: a whole number from 1 to 125, found {}", leverage.format()));
  Call call = signed_call("/fapi/v1/leverage", net::HttpMethod::post);
  call.query.add("symbol", action.symbol);
  add(call.query, "leverage", leverage);
  return call;
}

Result<Call> call_for(const venue::SetMarginMode& action, Product product) {
  TRY_VOID(only_linear("margin mode", product));
  TRY_VOID(want_symbol("margin_mode", action.symbol));
  Call call = signed_call("/fapi/v1/marginType", net::HttpMethod::post);
  call.query.add("symbol", action.symbol);
  call.query.add_plain("marginType", action.mode == venue::MarginMode::cross ? "CROSSED" : "ISOLATED");
  return call;
}

Result<Call> call_for(const venue::SetPositionMode& action, Product product) {
  TRY_VOID(only_linear("position mode", product));
  Call call = signed_call("/fapi/v1/positionSide/dual", net::HttpMethod::post);
  call.query.add_plain("dualSidePosition", action.mode == venue::PositionMode::hedge ? "true" : "false");
  return call;
}

Result<Call> call_for(const venue::GetFundingPayments& action, Product product) {
  TRY_VOID(only_linear("funding", product));
  Call call = signed_call("/fapi/v1/income");
  add_if(call.query, "symbol", action.symbol);
  call.query.add_plain("incomeType", "FUNDING_FEE");
  add_range(call.query, action.from, action.to);
  call.query.add_plain("limit", "1000");
  return call;
}

Result<Call> call_for(const venue::GetFees& action, Product product) {
  TRY_VOID(want_symbol("fees", action.symbol));
  Call call =
      signed_call(product == Product::spot ? "/api/v3/account/commission" : "/fapi/v1/commissionRate");
  call.query.add("symbol", action.symbol);
  return call;
}

Result<Call> call_for(const venue::GetKeyPermissions& /*action*/, Product /*product*/) {
  Call call = signed_call("/sapi/v1/account/apiRestrictions");
  call.is_of_spot_host = true;
  return call;
}

Result<Call> call_for(const venue::GetOrderCounts& /*action*/, Product product) {
  return signed_call(product == Product::spot ? "/api/v3/rateLimit/order" : "/fapi/v1/rateLimit/order");
}

Result<Call> call_for(const venue::ManageListenKey& action, Product product) {
  TRY_VOID(only_linear("listen keys any more; its private stream signs in", product));
  constexpr std::array kMethods = {net::HttpMethod::post, net::HttpMethod::put, net::HttpMethod::remove};
  return Call{.method = kMethods[static_cast<std::size_t>(action.use)],
              .path = "/fapi/v1/listenKey",
              .security = Security::key};
}

}  // namespace kontor::binance
