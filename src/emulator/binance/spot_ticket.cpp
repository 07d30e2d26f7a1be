#include "emulator/binance/spot_ticket.hpp"

#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "emulator/binance/order_label.hpp"

namespace kontor::emulator::binance {
namespace {

/// What the venue asks for by type. `stop` is a stop price or a trailing delta.
struct SpotTypeRules {
  std::string_view name;
  OrderType type;
  bool needs_price;
  bool needs_time_in_force;
  bool needs_stop;
  bool is_post_only;
};

constexpr std::array<SpotTypeRules, 7> kSpotTypes = {{
    {"LIMIT", OrderType::limit, true, true, false, false},
    {"MARKET", OrderType::market, false, false, false, false},
    {"LIMIT_MAKER", OrderType::limit, true, false, false, true},
    {"STOP_LOSS", OrderType::stop_market, false, false, true, false},
    {"STOP_LOSS_LIMIT", OrderType::stop_limit, true, true, true, false},
    {"TAKE_PROFIT", OrderType::take_profit_market, false, false, true, false},
    {"TAKE_PROFIT_LIMIT", OrderType::take_profit_limit, true, true, true, false},
}};

constexpr std::uint8_t kMaxPlaces = 8;
constexpr std::int64_t kLeastTrailingBips = 10;
constexpr std::int64_t kMostTrailingBips = 2'000;

const SpotTypeRules* rules_of(std::string_view name) noexcept {
  for (const SpotTypeRules& rules : kSpotTypes)
    if (rules.name == name) return &rules;
  return nullptr;
}

std::unexpected<ApiError> not_required(std::string_view name) {
  return refuse(-1106, fmt::format("Parameter '{}' sent when not required.", name));
}

Answer<std::optional<Decimal>> spot_number(const Parameters& parameters, std::string_view name) {
  TRY(const auto number, parameters.decimal(name));
  if (number && number->normalized().scale > kMaxPlaces)
    return refuse(-1111, fmt::format("Parameter '{}' has too much precision.", name));
  return number;
}

Answer<Side> read_side(const Parameters& parameters, std::string_view name) {
  TRY(const auto text, parameters.required(name));
  if (text == "BUY") return Side::buy;
  if (text == "SELL") return Side::sell;
  return refuse(-1117, "Invalid side.");
}

Answer<void> read_time_in_force(OrderTicket& ticket, const Parameters& parameters, const SpotTypeRules& rules,
                                std::string_view name) {
  const std::string_view text = parameters.text(name);
  if (!rules.needs_time_in_force) {
    if (!text.empty()) return not_required(name);
    return {};
  }
  if (text.empty()) return missing_parameter(name);
  if (text == "GTC")
    ticket.time_in_force = TimeInForce::good_till_canceled;
  else if (text == "IOC")
    ticket.time_in_force = TimeInForce::immediate_or_cancel;
  else if (text == "FOK")
    ticket.time_in_force = TimeInForce::fill_or_kill;
  else
    return refuse(-1115, "Invalid timeInForce.");
  return {};
}

Answer<void> read_quantities(OrderTicket& ticket, const Parameters& parameters, const SpotFieldNames& names) {
  TRY(ticket.quantity, spot_number(parameters, names.quantity));
  TRY(ticket.quote_quantity, spot_number(parameters, names.quote_quantity));
  const bool is_market = ticket.type == OrderType::market;
  if (!is_market && ticket.quote_quantity) return not_required(names.quote_quantity);
  if (is_market && ticket.quantity && ticket.quote_quantity)
    return refuse(-1128, "Combination of optional parameters invalid.");
  if (is_market && !ticket.quantity && !ticket.quote_quantity)
    return refuse(-1102, fmt::format("Param '{}' or '{}' must be sent, but both were empty/null!",
                                     names.quantity, names.quote_quantity));
  if (!is_market && !ticket.quantity) return missing_parameter(names.quantity);
  const bool is_zero = (ticket.quantity && ticket.quantity->is_zero()) ||
                       (ticket.quote_quantity && ticket.quote_quantity->is_zero());
  if (is_zero) return refuse(-1013, "Invalid quantity.");
  return {};
}

Answer<void> read_trailing(OrderTicket& ticket, const Parameters& parameters, const SpotTypeRules& rules,
                           std::string_view name) {
  TRY(const auto bips, parameters.integer(name));
  if (!bips) return {};
  if (!rules.needs_stop) return not_required(name);
  if (*bips < kLeastTrailingBips || *bips > kMostTrailingBips)
    return refuse(-1013, "Filter failure: TRAILING_DELTA");
  if (ticket.type != OrderType::stop_market)
    return refuse(-2010, "Trailing stop orders are not supported for this symbol.");
  ticket.type = OrderType::trailing_stop;
  ticket.trailing_rate = Decimal{*bips, 4};
  return {};
}

Answer<void> read_prices(OrderTicket& ticket, const Parameters& parameters, const SpotTypeRules& rules,
                         const SpotFieldNames& names) {
  TRY(ticket.price, spot_number(parameters, names.price));
  if (rules.needs_price && !ticket.price) return missing_parameter(names.price);
  if (!rules.needs_price && ticket.price) return not_required(names.price);
  if (ticket.price && ticket.price->is_zero()) return refuse(-1013, "Invalid price.");
  TRY(ticket.trigger_price, spot_number(parameters, names.stop_price));
  if (!rules.needs_stop && ticket.trigger_price) return not_required(names.stop_price);
  if (ticket.trigger_price && ticket.trigger_price->is_zero()) return refuse(-1013, "Invalid stopPrice.");
  TRY_VOID(read_trailing(ticket, parameters, rules, names.trailing_delta));
  if (rules.needs_stop && !ticket.trigger_price && !ticket.trailing_rate)
    return refuse(-1102, fmt::format("Param '{}' or '{}' must be sent, but both were empty/null!",
                                     names.stop_price, names.trailing_delta));
  return {};
}

}  // namespace

SpotFieldNames SpotFieldNames::own(std::string_view prefix) {
  const auto named = [&](std::string_view name) { return std::string(prefix).append(name); };
  return {.side = named("Side"),
          .type = named("Type"),
          .quantity = named("Quantity"),
          .quote_quantity = named("QuoteOrderQty"),
          .price = named("Price"),
          .stop_price = named("StopPrice"),
          .trailing_delta = named("TrailingDelta"),
          .time_in_force = named("TimeInForce"),
          .client_id = named("ClientOrderId"),
          .iceberg = named("IcebergQty")};
}

SpotFieldNames SpotFieldNames::leg(std::string_view prefix, std::string_view shared_prefix) {
  SpotFieldNames names = own(prefix);
  const SpotFieldNames shared = shared_prefix.empty() ? SpotFieldNames{} : own(shared_prefix);
  names.side = shared.side;
  names.quantity = shared.quantity;
  return names;
}

Answer<OrderTicket> read_spot_ticket(const Service& service, const Call& call, const SpotFieldNames& names) {
  const Parameters& parameters = call.parameters;
  TRY(const ListedInstrument* listing, service.symbol(call));
  OrderTicket ticket;
  ticket.symbol = listing->symbol;
  TRY(ticket.side, read_side(parameters, names.side));
  TRY(const auto type, parameters.required(names.type));
  const SpotTypeRules* rules = rules_of(type);
  if (rules == nullptr) return refuse(-1116, "Invalid orderType.");
  ticket.type = rules->type;
  ticket.post_only = rules->is_post_only;
  TRY_VOID(read_time_in_force(ticket, parameters, *rules, names.time_in_force));
  TRY_VOID(read_quantities(ticket, parameters, names));
  TRY_VOID(read_prices(ticket, parameters, *rules, names));
  if (parameters.has(names.iceberg))
    return refuse(-2010, "Iceberg orders are not supported for this symbol.");
  ticket.client_id = parameters.text(names.client_id);
  OrderLabel label{.type = std::string(type)};
  if (const auto mode = parameters.text("selfTradePreventionMode"); !mode.empty()) label.self_trade = mode;
  const bool is_known_mode = label.self_trade == "NONE" || label.self_trade == "EXPIRE_TAKER" ||
                             label.self_trade == "EXPIRE_MAKER" || label.self_trade == "EXPIRE_BOTH";
  if (!is_known_mode)
    return refuse(-1013, "This symbol does not allow the specified self-trade prevention mode.");
  ticket.label = label.encode();
  return ticket;
}

}  // namespace kontor::emulator::binance
