#include "emulator/bybit/order_ticket.hpp"

#include <fmt/format.h>

#include "emulator/bybit/numbers.hpp"
#include "emulator/bybit/order_fields.hpp"

namespace kontor::emulator::bybit {
namespace {

/// The venue's refusal of a word: spot has codes of its own for some.
std::unexpected<Answer> bad_word(Product product, std::int64_t spot_code, std::string_view name) {
  if (product == Product::spot) return refusal(spot_code, fmt::format("Invalid {}.", name));
  return bad_parameter(fmt::format("{} invalid", name));
}

Checked<void> read_time_in_force(OrderDraft& draft, const Parameters& parameters) {
  OrderTicket& ticket = draft.ticket;
  const std::string_view word = parameters.get("timeInForce");
  if (word == "RPI") {
    return refusal(ticket.product == Product::spot ? 170355 : 110119,
                   "RPI orders are restricted to approved market makers only");
  }
  const bool known = word.empty() || word == "GTC" || word == "IOC" || word == "FOK" || word == "PostOnly";
  if (!known) return bad_word(ticket.product, 170115, "timeInForce");
  if (ticket.type == OrderType::market) return {};  // always IOC, whatever is said
  ticket.post_only = word == "PostOnly";
  if (word == "IOC") ticket.time_in_force = TimeInForce::immediate_or_cancel;
  if (word == "FOK") ticket.time_in_force = TimeInForce::fill_or_kill;
  return {};
}

Checked<void> read_kind(OrderDraft& draft, const Parameters& parameters) {
  OrderTicket& ticket = draft.ticket;
  TRY(const std::string_view side_text, parameters.needed("side"));
  const auto side = parse_side(side_text);
  if (!side) return bad_word(ticket.product, 170117, "side");
  ticket.side = *side;
  TRY(const std::string_view type, parameters.needed("orderType"));
  if (type != "Market" && type != "Limit") return bad_word(ticket.product, 170116, "orderType");
  ticket.type = type == "Limit" ? OrderType::limit : OrderType::market;
  if (ticket.type == OrderType::limit) {
    TRY(ticket.price, parameters.decimal("price"));
    if (!ticket.price) return bad_parameter("price is required");
  }
  return read_time_in_force(draft, parameters);
}

/// What the emulator has no counterpart for is refused instead of being left out.
Checked<void> refuse_what_is_not_offered(const Parameters& parameters, Product product) {
  for (const std::string_view name : {"slippageTolerance", "bboSideType", "orderIv"}) {
    if (parameters.has(name)) return bad_parameter(fmt::format("{} is not offered by this emulator", name));
  }
  TRY(const bool borrows, parameters.boolean("isLeverage"));
  if (borrows && product == Product::spot)
    return refusal(170344, "Symbol is not supported on Margin Trading.");
  return {};
}

Checked<void> read_linear_flags(OrderDraft& draft, OrderNote& note, const Parameters& parameters) {
  TRY(const std::int64_t position, parameters.integer_within("positionIdx", {0, 2, 0}));
  if (position != 0) return refusal(10001, "position idx not match position mode");
  TRY(draft.ticket.reduce_only, parameters.boolean("reduceOnly"));
  TRY(note.closes_on_trigger, parameters.boolean("closeOnTrigger"));
  if (note.closes_on_trigger) draft.ticket.reduce_only = true;
  return {};
}

Checked<void> read_spot_unit(OrderDraft& draft, OrderNote& note, const Parameters& parameters) {
  const std::string_view unit = parameters.get("marketUnit");
  if (unit == "baseCoin") note.unit = QuantityUnit::base;
  if (unit == "quoteCoin") note.unit = QuantityUnit::quote;
  if (!unit.empty() && note.unit == QuantityUnit::unsaid) return bad_parameter("marketUnit invalid");
  if (draft.ticket.type != OrderType::market) {
    note.unit = QuantityUnit::unsaid;
    return {};
  }
  const bool quoted = note.unit == QuantityUnit::quote ||
                      (note.unit == QuantityUnit::unsaid && draft.ticket.side == Side::buy);
  if (quoted) draft.ticket.quote_quantity = std::exchange(draft.ticket.quantity, std::nullopt);
  return {};
}

Checked<void> read_quantity(OrderDraft& draft, OrderNote& note, const Request& request) {
  OrderTicket& ticket = draft.ticket;
  TRY(ticket.quantity, request.parameters.decimal("qty"));
  if (!ticket.quantity) return bad_parameter("qty is required");
  if (ticket.product == Product::spot) return read_spot_unit(draft, note, request.parameters);
  const bool closes_all = ticket.quantity->is_zero() && ticket.reduce_only && note.closes_on_trigger;
  if (!closes_all) return {};
  const RawQuantity held = request.exchange().position(request.account, draft.listed->id).quantity;
  if (held.is_zero()) return refusal(110017, "current position is zero, cannot fix reduce-only order qty");
  ticket.quantity = request.listings().instrument(draft.listed->id).quantity(held.absolute()).value;
  return {};
}

/// Whether the order waits for its trigger price to be passed from below.
Checked<bool> read_direction(const OrderDraft& draft, const Request& request) {
  const OrderTicket& ticket = draft.ticket;
  const Amount current = trigger_reference(request.exchange(), draft.listed->id, ticket.trigger_source);
  const Amount trigger = Amount::from_decimal(*ticket.trigger_price);
  if (ticket.product == Product::spot) return trigger > current;
  TRY(const std::int64_t direction, request.parameters.integer_within("triggerDirection", {1, 2, 0}));
  if (direction == 0) return bad_parameter("triggerDirection is required with triggerPrice");
  const bool rises = direction == 1;
  const bool passed = rises ? trigger <= current : trigger >= current;
  if (!passed) return rises;
  return refusal(rises ? 110092 : 110093,
                 fmt::format("expect {}, but trigger_price[{}] {} current[{}]??{}",
                             rises ? "Rising" : "Falling", trigger.format(),
                             rises ? "<=" : ">=", current.format(), trigger_word(ticket.trigger_source)));
}

OrderType triggered_type(OrderType type, Side side, bool rises) noexcept {
  const bool is_stop = rises == (side == Side::buy);
  if (type == OrderType::limit) return is_stop ? OrderType::stop_limit : OrderType::take_profit_limit;
  return is_stop ? OrderType::stop_market : OrderType::take_profit_market;
}

/// A market order for an amount of the quote asset that waits is taken for what that buys at its trigger.
void settle_waiting_quantity(OrderDraft& draft, const Request& request) {
  OrderTicket& ticket = draft.ticket;
  if (!ticket.quote_quantity) return;
  const Instrument& instrument = request.listings().instrument(draft.listed->id);
  const auto trigger = instrument.raw_price(*ticket.trigger_price);
  if (!trigger || trigger->units <= 0) return;  // the exchange refuses the price in its words
  const RawQuantity quantity =
      instrument.quantity_for(Amount::from_decimal(*ticket.quote_quantity), *trigger);
  ticket.quantity = instrument.quantity(quantity).value;
  ticket.quote_quantity.reset();
}

Checked<void> read_trigger(OrderDraft& draft, OrderNote& note, const Request& request) {
  OrderTicket& ticket = draft.ticket;
  const bool spot = ticket.product == Product::spot;
  const std::string_view filter = spot ? request.parameters.get("orderFilter") : std::string_view();
  if (!filter.empty() && filter != "Order" && filter != "tpslOrder" && filter != "StopOrder") {
    return refusal(170201, "Invalid orderFilter parameter.");
  }
  note.is_spot_tpsl = filter == "tpslOrder";
  const bool waits =
      note.is_spot_tpsl || filter == "StopOrder" || (!spot && request.parameters.has("triggerPrice"));
  if (!waits) return {};
  TRY(ticket.trigger_price, request.parameters.decimal("triggerPrice"));
  if (!ticket.trigger_price) return refusal(170202, "Please enter the TP/SL price.");
  if (!spot) {
    TRY(ticket.trigger_source, read_trigger_source(request.parameters, "triggerBy"));
  }
  TRY(const bool rises, read_direction(draft, request));
  note.direction = rises ? 1 : 2;
  ticket.type = triggered_type(ticket.type, ticket.side, rises);
  settle_waiting_quantity(draft, request);
  return {};
}

Checked<void> read_attached(OrderDraft& draft, const Request& request) {
  const OrderTicket& ticket = draft.ticket;
  TRY(draft.stops, read_stops(request.parameters, ticket.product));
  if (draft.stops.empty()) return {};
  const bool spot = ticket.product == Product::spot;
  if (spot && ticket.type != OrderType::limit)
    return refusal(170130, "Data sent for paramter 'takeProfit' is not valid.");
  if (ticket.reduce_only) return bad_parameter("take profit/stop loss cannot be set when reduceOnly is true");
  if (spot) draft.stops.is_partial = true;
  BasePrice base{trigger_reference(request.exchange(), draft.listed->id, TriggerSource::last), "LastPrice"};
  if (ticket.price) base = {Amount::from_decimal(*ticket.price), "OrderPrice"};
  return check_stops(draft.stops, ticket.side, base);
}

Checked<std::optional<StopTerms>> read_stop(const Parameters& parameters, std::string_view name,
                                            std::string_view prefix) {
  TRY(const std::optional<Decimal> trigger, parameters.decimal(name));
  if (!trigger || trigger->is_zero()) return std::nullopt;
  if (trigger->units < 0) return bad_parameter(fmt::format("{} invalid", name));
  StopTerms terms{.trigger_price = *trigger};
  TRY(terms.source, read_trigger_source(parameters, fmt::format("{}TriggerBy", prefix)));
  const std::string_view type = parameters.get(fmt::format("{}OrderType", prefix));
  if (!type.empty() && type != "Market" && type != "Limit") {
    return bad_parameter(fmt::format("{}OrderType invalid", prefix));
  }
  if (type != "Limit") return terms;
  TRY(terms.limit_price, parameters.decimal(fmt::format("{}LimitPrice", prefix)));
  if (!terms.limit_price) return bad_parameter(fmt::format("{}LimitPrice is required", prefix));
  return terms;
}

}  // namespace

Checked<TriggerSource> read_trigger_source(const Parameters& parameters, std::string_view name) {
  const std::string_view word = parameters.get(name);
  if (word.empty() || word == "LastPrice") return TriggerSource::last;
  if (word == "MarkPrice") return TriggerSource::mark;
  if (word == "IndexPrice")
    return bad_parameter(fmt::format("{} IndexPrice is not offered by this emulator", name));
  return bad_parameter(fmt::format("{} invalid", name));
}

Amount trigger_reference(const Exchange& exchange, InstrumentId instrument, TriggerSource source) {
  const PublicMarket& market = exchange.market(instrument);
  const RawPrice price = source == TriggerSource::mark ? market.perpetual().mark : market.last_price();
  return Amount::from_decimal(exchange.listings().instrument(instrument).price(price).value);
}

Checked<AttachedStops> read_stops(const Parameters& parameters, Product product) {
  AttachedStops stops;
  TRY(stops.take_profit, read_stop(parameters, "takeProfit", "tp"));
  TRY(stops.stop_loss, read_stop(parameters, "stopLoss", "sl"));
  const std::string_view mode = parameters.get("tpslMode");
  if (!mode.empty() && mode != "Full" && mode != "Partial") return bad_parameter("tpslMode invalid");
  stops.is_partial = mode == "Partial";
  const bool limited = (stops.take_profit && stops.take_profit->limit_price) ||
                       (stops.stop_loss && stops.stop_loss->limit_price);
  if (limited && product == Product::linear && !stops.is_partial) {
    return bad_parameter("tpslMode must be Partial for a limit take profit or stop loss");
  }
  return stops;
}

Checked<void> check_stops(const AttachedStops& stops, Side side, const BasePrice& base) {
  const bool long_side = side == Side::buy;
  const std::string_view side_name = long_side ? "Buy" : "Sell";
  const auto complain = [&](std::string_view what, const StopTerms& stop, bool higher) {
    return refusal(10001, fmt::format("{}:{} set for {} position should be {} than base_price:{}??{}", what,
                                      plain_text(stop.trigger_price), side_name, higher ? "higher" : "lower",
                                      base.price.format(), base.name));
  };
  const auto stands_above = [&](const StopTerms& stop) {
    return Amount::from_decimal(stop.trigger_price) > base.price;
  };
  const auto stands_below = [&](const StopTerms& stop) {
    return Amount::from_decimal(stop.trigger_price) < base.price;
  };
  if (stops.take_profit &&
      !(long_side ? stands_above(*stops.take_profit) : stands_below(*stops.take_profit))) {
    return complain("TakeProfit", *stops.take_profit, long_side);
  }
  if (stops.stop_loss && !(long_side ? stands_below(*stops.stop_loss) : stands_above(*stops.stop_loss))) {
    return complain("StopLoss", *stops.stop_loss, !long_side);
  }
  return {};
}

Checked<OrderDraft> read_order(const Request& request) {
  OrderDraft draft;
  TRY(draft.listed, asked_to_trade(request));
  OrderTicket& ticket = draft.ticket;
  ticket.product = draft.listed->product;
  ticket.symbol = draft.listed->symbol;
  ticket.client_id = request.parameters.get("orderLinkId");
  OrderNote note;
  TRY_VOID(refuse_what_is_not_offered(request.parameters, ticket.product));
  TRY_VOID(read_kind(draft, request.parameters));
  if (ticket.product == Product::linear) {
    TRY_VOID(read_linear_flags(draft, note, request.parameters));
  }
  TRY_VOID(read_quantity(draft, note, request));
  TRY_VOID(read_trigger(draft, note, request));
  TRY_VOID(read_attached(draft, request));
  ticket.label = note.text();
  return draft;
}

}  // namespace kontor::emulator::bybit
