#include "venue/binance/rest.hpp"

#include "venue/binance/config.hpp"
#include "venue/binance/rest_call.hpp"
#include "venue/binance/sign.hpp"

namespace kontor::binance {
namespace {

/// The name by which an order goes: its own, or that of the request.
venue::Action with_id(const venue::Action& action, std::string_view id) {
  venue::Action named = action;
  const auto name = [&](std::string& client_order_id, std::string_view venue_order_id = {}) {
    if (client_order_id.empty() && venue_order_id.empty()) client_order_id = id;
  };
  if (auto* place = std::get_if<venue::PlaceOrder>(&named)) name(place->client_order_id);
  if (auto* change = std::get_if<venue::ChangeOrder>(&named))
    name(change->order.client_order_id, change->order.venue_order_id);
  if (auto* cancel = std::get_if<venue::CancelOne>(&named))
    name(cancel->order.client_order_id, cancel->order.venue_order_id);
  if (auto* question = std::get_if<venue::GetOrder>(&named))
    name(question->order.client_order_id, question->order.venue_order_id);
  return named;
}

struct WeightOf {
  Product product;
  [[nodiscard]] bool is_spot() const noexcept { return product == Product::spot; }
  [[nodiscard]] std::uint32_t either(std::uint32_t spot, std::uint32_t linear) const noexcept {
    return is_spot() ? spot : linear;
  }

  std::uint32_t operator()(const venue::GetInstruments&) const noexcept { return either(20, 1); }
  std::uint32_t operator()(const venue::GetTicker& action) const noexcept {
    return action.symbol.empty() ? either(80, 40) : either(2, 1);
  }
  std::uint32_t operator()(const venue::GetCandles& action) const noexcept {
    if (is_spot()) return 2;
    const std::uint32_t limit = action.limit == 0 ? 500 : action.limit;
    return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1000 ? 5 : 10;
  }
  std::uint32_t operator()(const venue::GetBook& action) const noexcept {
    const std::uint32_t depth = action.depth == 0 ? 1000 : action.depth;
    if (is_spot()) return depth <= 100 ? 5 : depth <= 500 ? 25 : depth <= 1000 ? 50 : 250;
    return depth <= 50 ? 2 : depth <= 100 ? 5 : depth <= 500 ? 10 : 20;
  }
  std::uint32_t operator()(const venue::GetTrades& action) const noexcept {
    const bool is_aggregated = action.from != 0 || !action.from_id.empty();
    return is_aggregated ? either(4, 20) : either(25, 5);
  }
  std::uint32_t operator()(const venue::PlaceOrder&) const noexcept { return either(1, 0); }
  std::uint32_t operator()(const venue::PlaceOrders&) const noexcept { return 5; }
  std::uint32_t operator()(const venue::ChangeOrder&) const noexcept { return either(4, 1); }
  std::uint32_t operator()(const venue::CountdownCancel&) const noexcept { return 10; }
  std::uint32_t operator()(const venue::GetBalance&) const noexcept { return either(20, 5); }
  std::uint32_t operator()(const venue::GetPositions&) const noexcept { return 5; }
  std::uint32_t operator()(const venue::GetOpenOrders& action) const noexcept {
    return action.symbol.empty() ? either(80, 40) : either(6, 1);
  }
  std::uint32_t operator()(const venue::GetOrder&) const noexcept { return either(4, 1); }
  std::uint32_t operator()(const venue::GetFills&) const noexcept { return either(20, 5); }
  std::uint32_t operator()(const venue::GetFundingRate& action) const noexcept {
    return action.symbol.empty() ? 10 : 1;
  }
  std::uint32_t operator()(const venue::GetFundingPayments&) const noexcept { return 30; }
  std::uint32_t operator()(const venue::GetFees&) const noexcept { return 20; }
  std::uint32_t operator()(const venue::GetOrderCounts&) const noexcept { return either(40, 1); }
  template <class Other>
  std::uint32_t operator()(const Other&) const noexcept {
    return 1;
  }
};

}  // namespace

Result<net::HttpRequest> build_request(const venue::Action& action, const venue::RequestContext& context) {
  const auto make = [&](const auto& one) { return call_for(one, context.product); };
  TRY(Call call,
      context.id.empty() ? std::visit(make, action) : std::visit(make, with_id(action, context.id)));
  const venue::Endpoints* own = context.endpoints;
  // Where the venue's own addresses are given, those of its other product are known, too.
  const bool is_elsewhere =
      call.is_of_spot_host && (own == nullptr || own->rest == endpoints(context.product).rest);
  const venue::Endpoints& place = is_elsewhere     ? endpoints(Product::spot)
                                  : own != nullptr ? *own
                                                   : endpoints(context.product);
  net::HttpRequest request{.method = call.method};
  if (call.security != Security::open) {
    if (context.credentials == nullptr || context.credentials->key.empty())
      return refuse("wants a key for this");
    request.headers.push_back({"X-MBX-APIKEY", context.credentials->key});
  }
  std::string query = call.query.text();
  if (call.security == Security::sign) {
    if (context.credentials->secret.empty())
      return refuse("wants a signature for this, and there is no secret");
    query = signed_query(std::move(query), context.clock, context.credentials->secret);
  }
  request.url.reserve(place.rest.size() + call.path.size() + 1 + query.size());
  request.url.append(place.rest).append(call.path);
  if (!query.empty()) request.url.append("?").append(query);
  return request;
}

std::uint32_t request_weight(const venue::Action& action, venue::Product product) noexcept {
  return std::visit(WeightOf{product}, action);
}

}  // namespace kontor::binance
