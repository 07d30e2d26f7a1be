#include "emulator/binance/linear_ticket.hpp"

#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "emulator/binance/order_label.hpp"

namespace kontor::emulator::binance {
namespace {

constexpr DurationNs kLeastGoodTill = 600 * kSecond;
constexpr Decimal kLeastCallback{1, 1};
constexpr Decimal kMostCallback{10, 0};

struct AlgoType {
  std::string_view name;
  OrderType type;
};
constexpr std::array<AlgoType, 5> kAlgoTypes = {{{"STOP", OrderType::stop_limit},
                                                 {"STOP_MARKET", OrderType::stop_market},
                                                 {"TAKE_PROFIT", OrderType::take_profit_limit},
                                                 {"TAKE_PROFIT_MARKET", OrderType::take_profit_market},
                                                 {"TRAILING_STOP_MARKET", OrderType::trailing_stop}}};

std::optional<OrderType> algo_type(std::string_view name) noexcept {
  for (const AlgoType& known : kAlgoTypes)
    if (known.name == name) return known.type;
  return std::nullopt;
}

Answer<void> read_common(OrderTicket& ticket, Service& service, const Call& call) {
  const Parameters& parameters = call.parameters;
  TRY(const ListedInstrument* listing, service.symbol(call));
  ticket.product = Product::linear;
  ticket.symbol = listing->symbol;
  TRY(const auto side, parameters.required("side"));
  if (side != "BUY" && side != "SELL") return refuse(-1117, "Invalid side.");
  ticket.side = side == "BUY" ? Side::buy : Side::sell;
  if (const auto position = parameters.text("positionSide"); !position.empty() && position != "BOTH") {
    if (position != "LONG" && position != "SHORT") return refuse(-4060, "Invalid position side.");
    return refuse(-4061, "Order's position side does not match user's setting.");
  }
  TRY(const auto reduce_only, parameters.boolean("reduceOnly"));
  ticket.reduce_only = reduce_only.value_or(false);
  TRY(ticket.quantity, parameters.decimal("quantity"));
  if (ticket.quantity && ticket.quantity->is_zero())
    return refuse(-4003, "Quantity less than or equal to zero.");
  TRY(ticket.price, parameters.decimal("price"));
  return {};
}

Answer<void> read_linear_time_in_force(OrderTicket& ticket, const Service& service, const Call& call,
                                       std::string_view fallback) {
  std::string_view text = call.parameters.text("timeInForce");
  if (text.empty()) text = fallback;
  if (text.empty()) return missing_parameter("timeInForce");
  TRY(const auto till, call.parameters.time("goodTillDate"));
  if (text == "GTX")
    ticket.post_only = true;
  else if (text == "IOC")
    ticket.time_in_force = TimeInForce::immediate_or_cancel;
  else if (text == "FOK")
    ticket.time_in_force = TimeInForce::fill_or_kill;
  else if (text == "GTD")
    ticket.time_in_force = TimeInForce::good_till_date;
  else if (text != "GTC" && text != "GTE_GTC")
    return refuse(-1115, "Invalid timeInForce.");
  if (text != "GTD") {
    if (till) return refuse(-1106, "Parameter 'goodTillDate' sent when not required.");
    return {};
  }
  if (!till) return missing_parameter("goodTillDate");
  if (*till < service.now() + kLeastGoodTill) return invalid_parameter("goodTillDate");
  // The venue's expiries are whole seconds.
  ticket.expire_at = *till / kSecond * kSecond;
  return {};
}

/// The level of the book that a price match names: `OPPONENT_5` is the fifth of the other side.
Answer<std::optional<Decimal>> matched_price(Service& service, const OrderTicket& ticket,
                                             std::string_view name) {
  const bool is_queue = name.starts_with("QUEUE");
  std::string_view depth = name.substr(is_queue ? 5 : std::min<std::size_t>(8, name.size()));
  const bool is_known = (is_queue || name.starts_with("OPPONENT")) &&
                        (depth.empty() || depth == "_5" || depth == "_10" || depth == "_20");
  if (!is_known) return invalid_parameter("priceMatch");
  const std::size_t rank = depth.empty() ? 0 : (depth == "_5" ? 4 : (depth == "_10" ? 9 : 19));
  const ListedInstrument& listing = *service.listings().find(Product::linear, ticket.symbol);
  const Side side = is_queue ? ticket.side : opposite(ticket.side);
  const BookLevel level = service.exchange().market(listing.id).book().level(side, rank);
  if (level.price.units == 0)
    return refuse(-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit.");
  return service.instrument(listing.id).price(level.price).value;
}

Answer<void> read_labels(OrderTicket& ticket, Service& service, const Call& call, OrderLabel label) {
  const Parameters& parameters = call.parameters;
  if (const auto mode = parameters.text("selfTradePreventionMode"); !mode.empty()) {
    if (mode != "NONE" && mode != "EXPIRE_TAKER" && mode != "EXPIRE_MAKER" && mode != "EXPIRE_BOTH")
      return invalid_parameter("selfTradePreventionMode");
    label.self_trade = mode;
  }
  const std::string_view match = parameters.text("priceMatch");
  if (!match.empty() && match != "NONE") {
    if (ticket.price) return refuse(-1106, "Parameter 'price' sent when not required.");
    TRY(ticket.price, matched_price(service, ticket, match));
    label.price_match = match;
  }
  TRY(const auto protect, parameters.boolean("priceProtect"));
  label.price_protect = protect.value_or(false);
  ticket.label = label.encode();
  return {};
}

Answer<void> read_trigger(OrderTicket& ticket, const Call& call) {
  TRY(ticket.trigger_price, call.parameters.decimal("triggerPrice"));
  if (!ticket.trigger_price) return missing_parameter("triggerPrice");
  if (ticket.trigger_price->is_zero()) return refuse(-4006, "Stop price less than zero.");
  TRY(const auto closes, call.parameters.boolean("closePosition"));
  ticket.close_position = closes.value_or(false);
  if (!ticket.close_position) return {};
  if (ticket.quantity) return refuse(-4137, "Quantity must be zero with closePosition equals true.");
  if (ticket.reduce_only) return refuse(-4138, "Reduce only must be true with closePosition equals true.");
  if (has_limit_price(ticket.type))
    return refuse(-4136, "Target strategy invalid for orderType, closePosition.");
  return {};
}

Answer<void> read_linear_trailing(OrderTicket& ticket, const Call& call, OrderLabel& label) {
  TRY(const auto rate, call.parameters.decimal("callbackRate"));
  if (!rate) return missing_parameter("callbackRate");
  if (*rate < kLeastCallback || *rate > kMostCallback) return refuse(-2007, "Invalid callBack rate.");
  const Decimal exact = rate->normalized();
  // A fraction instead of percent.
  ticket.trailing_rate = Decimal{exact.units, static_cast<std::uint8_t>(exact.scale + 2)};
  TRY(ticket.trigger_price, call.parameters.decimal("activatePrice"));
  if (!ticket.trigger_price) {
    TRY(ticket.trigger_price, call.parameters.decimal("activationPrice"));
  }
  label.callback_rate = exact.format();
  return {};
}

}  // namespace

Answer<OrderTicket> read_linear_ticket(Service& service, const Call& call) {
  OrderTicket ticket;
  TRY_VOID(read_common(ticket, service, call));
  TRY(const auto type, call.parameters.required("type"));
  if (algo_type(type))
    return refuse(
        -4120,
        "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.");
  if (type == "MARKET") {
    ticket.type = OrderType::market;
    if (ticket.price) return refuse(-1106, "Parameter 'price' sent when not required.");
    if (call.parameters.has("timeInForce"))
      return refuse(-1106, "Parameter 'timeInForce' sent when not required.");
  } else if (type == "LIMIT") {
    ticket.type = OrderType::limit;
    TRY_VOID(read_linear_time_in_force(ticket, service, call, {}));
  } else {
    return refuse(-1116, "Invalid orderType.");
  }
  if (!ticket.quantity) return missing_parameter("quantity");
  ticket.client_id = call.parameters.text("newClientOrderId");
  TRY_VOID(read_labels(ticket, service, call, {.type = std::string(type)}));
  if (ticket.type == OrderType::limit && !ticket.price) return missing_parameter("price");
  if (ticket.price && ticket.price->is_zero()) return refuse(-4001, "Price less than 0.");
  return ticket;
}

Answer<OrderTicket> read_algo_ticket(Service& service, const Call& call) {
  const Parameters& parameters = call.parameters;
  TRY(const auto kind, parameters.required("algoType"));
  if (kind != "CONDITIONAL") return invalid_parameter("algoType");
  OrderTicket ticket;
  TRY_VOID(read_common(ticket, service, call));
  TRY(const auto name, parameters.required("type"));
  const auto type = algo_type(name);
  if (!type) return refuse(-1116, "Invalid orderType.");
  ticket.type = *type;
  OrderLabel label{.type = std::string(name), .is_algo = true};
  if (const auto source = parameters.text("workingType"); source == "MARK_PRICE")
    ticket.trigger_source = TriggerSource::mark;
  else if (!source.empty() && source != "CONTRACT_PRICE")
    return invalid_parameter("workingType");
  TRY_VOID(read_linear_time_in_force(ticket, service, call, "GTC"));
  TRY_VOID(ticket.type == OrderType::trailing_stop ? read_linear_trailing(ticket, call, label)
                                                   : read_trigger(ticket, call));
  if (!ticket.quantity && !ticket.close_position) return missing_parameter("quantity");
  if (!has_limit_price(ticket.type) && ticket.price)
    return refuse(-1106, "Parameter 'price' sent when not required.");
  ticket.client_id = parameters.text("clientAlgoId");
  TRY_VOID(read_labels(ticket, service, call, std::move(label)));
  if (has_limit_price(ticket.type) && !ticket.price) return missing_parameter("price");
  return ticket;
}

}  // namespace kontor::emulator::binance
