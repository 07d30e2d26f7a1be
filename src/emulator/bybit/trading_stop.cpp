#include "emulator/bybit/trading_stop.hpp"

#include <fmt/format.h>

#include "emulator/bybit/order_ticket.hpp"
#include "emulator/bybit/position_requests.hpp"
#include "emulator/bybit/refusals.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr int kMaxRounds = 16;  ///< of work that makes work

/// A position whose stops are changed.
struct Protected {
  Exchange& exchange;
  VenueMemory& memory;
  AccountId account;
  const ListedInstrument& listed;
  PositionView position;

  [[nodiscard]] Side side() const noexcept { return position.quantity.units > 0 ? Side::buy : Side::sell; }
  [[nodiscard]] PositionStops& stops() const { return memory.account(account).positions[listed.id].stops; }
  [[nodiscard]] Decimal held() const {
    return exchange.listings().instrument(listed.id).quantity(position.quantity.absolute()).value;
  }
};

OrderTicket closing_ticket(const Protected& p, OrderSource source, bool is_partial) {
  OrderTicket ticket;
  ticket.product = Product::linear;
  ticket.symbol = p.listed.symbol;
  ticket.side = opposite(p.side());
  ticket.reduce_only = true;
  OrderNote note;
  note.source = source;
  note.is_partial = is_partial;
  note.closes_on_trigger = true;
  ticket.label = note.text();
  return ticket;
}

OrderTicket stop_ticket(const Protected& p, OrderSource source, const StopTerms& terms,
                        const std::optional<Decimal>& size) {
  const bool is_target = source == OrderSource::take_profit;
  OrderTicket ticket = closing_ticket(p, source, size.has_value());
  if (is_target) {
    ticket.type = terms.limit_price ? OrderType::take_profit_limit : OrderType::take_profit_market;
  } else {
    ticket.type = terms.limit_price ? OrderType::stop_limit : OrderType::stop_market;
  }
  ticket.trigger_source = terms.source;
  ticket.trigger_price = terms.trigger_price;
  ticket.price = terms.limit_price;
  ticket.quantity = size;
  ticket.close_position = !size;
  return ticket;
}

OrderTicket trailing_ticket(const Protected& p, const Decimal& distance,
                            const std::optional<Decimal>& active) {
  OrderTicket ticket = closing_ticket(p, OrderSource::trailing_stop, false);
  ticket.type = OrderType::trailing_stop;
  ticket.trailing_offset = distance;
  ticket.trigger_price = active;
  ticket.quantity = p.held();
  return ticket;
}

void drop_stop(const Protected& p, VenueOrderId& id) {
  // One that has fired or ended by itself cannot be canceled, and need not be.
  if (id.value != 0) (void)p.exchange.cancel(p.account, {.product = Product::linear, .id = id});
  id = VenueOrderId();
}

/// Puts a new order in the place of the one that was there, which stays where the new one is refused.
Checked<void> replace_stop(const Protected& p, VenueOrderId& id, const OrderTicket& ticket) {
  const auto placed = p.exchange.place(p.account, ticket);
  if (!placed) return refused(placed.error(), Product::linear, Asked::setting);
  const VenueOrderId fresh = placed->order->id;
  drop_stop(p, id);
  id = fresh;
  return {};
}

Checked<void> set_full_stops(const Protected& p, const AttachedStops& stops) {
  if (stops.take_profit) {
    TRY_VOID(replace_stop(p, p.stops().take_profit,
                          stop_ticket(p, OrderSource::take_profit, *stops.take_profit, std::nullopt)));
  }
  if (stops.stop_loss) {
    TRY_VOID(replace_stop(p, p.stops().stop_loss,
                          stop_ticket(p, OrderSource::stop_loss, *stops.stop_loss, std::nullopt)));
  }
  return {};
}

/// Partial stops are added to what is there; a pair ends together.
Checked<void> add_partial_stops(const Protected& p, const AttachedStops& stops, const Parameters& asked) {
  TRY(const std::optional<Decimal> target_size, asked.decimal("tpSize"));
  TRY(const std::optional<Decimal> stop_size, asked.decimal("slSize"));
  if (target_size && stop_size && *target_size != *stop_size)
    return bad_parameter("tpSize and slSize must equal");
  const Decimal size = target_size ? *target_size : stop_size ? *stop_size : p.held();
  ListTicket list;
  if (stops.take_profit) {
    list.orders.push_back(stop_ticket(p, OrderSource::take_profit, *stops.take_profit, size));
    list.orders.back().role = GroupRole::take_profit;
  }
  if (stops.stop_loss) {
    list.orders.push_back(stop_ticket(p, OrderSource::stop_loss, *stops.stop_loss, size));
    list.orders.back().role = GroupRole::stop_loss;
  }
  if (list.orders.size() == 2) {
    const auto placed = p.exchange.place_list(p.account, list);
    if (!placed) return refused(placed.error(), Product::linear, Asked::setting);
    return {};
  }
  list.orders.front().role = GroupRole::single;
  const auto placed = p.exchange.place(p.account, list.orders.front());
  if (!placed) return refused(placed.error(), Product::linear, Asked::setting);
  return {};
}

/// "0" takes a stop away. True: there was something to do.
Checked<bool> drop_zeros(const Protected& p, const Parameters& asked) {
  bool dropped = false;
  struct Named {
    std::string_view name;
    VenueOrderId* id;
  };
  PositionStops& stops = p.stops();
  for (const Named& named : {Named{"takeProfit", &stops.take_profit}, Named{"stopLoss", &stops.stop_loss},
                             Named{"trailingStop", &stops.trailing_stop}}) {
    TRY(const std::optional<Decimal> value, asked.decimal(named.name));
    if (!value) continue;
    if (value->units < 0) return bad_parameter(fmt::format("{} invalid", named.name));
    if (!value->is_zero() || named.id->value == 0) continue;
    drop_stop(p, *named.id);
    dropped = true;
  }
  return dropped;
}

Checked<bool> set_trailing(const Protected& p, const Parameters& asked) {
  TRY(const std::optional<Decimal> distance, asked.decimal("trailingStop"));
  if (!distance || distance->is_zero()) return false;
  TRY(const std::optional<Decimal> active, asked.decimal("activePrice"));
  const bool has_activation = active && !active->is_zero();
  TRY_VOID(replace_stop(p, p.stops().trailing_stop,
                        trailing_ticket(p, *distance, has_activation ? active : std::nullopt)));
  return true;
}

Checked<std::string> trading_stop_set(const Request& request) {
  TRY(const Category category, asked_category(request));
  if (category == Category::spot) return refusal(10001, "Illegal category");
  TRY(const ListedInstrument* const listed, asked_to_trade(request));
  const Parameters& asked = request.parameters;
  TRY(const std::int64_t index, asked.integer_within("positionIdx", {0, 2, 0}));
  if (index != 0) return refusal(10001, "position idx not match position mode");
  const Protected p{request.exchange(), request.memory, request.account, *listed,
                    request.exchange().position(request.account, listed->id)};
  if (p.position.quantity.is_zero()) return refusal(10001, "can not set tp/sl/ts for zero position");
  TRY(const AttachedStops stops, read_stops(asked, Product::linear));
  TRY_VOID(check_stops(stops, p.side(),
                       {trigger_reference(p.exchange, listed->id, TriggerSource::last), "LastPrice"}));
  TRY(bool changed, drop_zeros(p, asked));
  TRY(const bool trails, set_trailing(p, asked));
  changed |= trails;
  if (!stops.empty()) {
    TRY_VOID(stops.is_partial ? add_partial_stops(p, stops, asked) : set_full_stops(p, stops));
    changed = true;
  }
  if (!changed) return refusal(34040, "not modified");
  return "{}";
}

/// Stops that protect a whole position: gone with it, and a trailing stop as large as it is.
void follow_position(const Protected& p) {
  PositionStops& stops = p.stops();
  const auto stale = [&](VenueOrderId id) {
    const OrderRecord* const order = p.exchange.find_order(p.account, {.product = Product::linear, .id = id});
    return order == nullptr || is_closed(order->state) || p.position.quantity.is_zero() ||
           order->ticket.side == p.side();
  };
  for (VenueOrderId* id : {&stops.take_profit, &stops.stop_loss, &stops.trailing_stop}) {
    if (id->value != 0 && stale(*id)) drop_stop(p, *id);
  }
  if (stops.trailing_stop.value == 0) return;
  const OrderKey key{.product = Product::linear, .id = stops.trailing_stop};
  const OrderRecord* const trailing = p.exchange.find_order(p.account, key);
  if (trailing->quantity == p.position.quantity.absolute() || trailing->triggered_at != 0) return;
  // Refused where the size is no order's: it then closes what it was made for, reduce-only.
  (void)p.exchange.amend(p.account, {.order = key, .quantity = p.held()});
}

void settle_one(Exchange& exchange, VenueMemory& memory, const PendingWork& work) {
  const Protected p{exchange, memory, work.account, exchange.listings()[work.instrument],
                    exchange.position(work.account, work.instrument)};
  if (work.filled_order.value == 0 || p.position.quantity.is_zero()) {
    follow_position(p);
    return;
  }
  AccountMemory& account = memory.account(work.account);
  const auto attached = account.attached.find(work.filled_order);
  if (attached == account.attached.end()) return;
  const AttachedStops stops = attached->second;
  const OrderRecord* const order =
      exchange.find_order(work.account, {.product = Product::linear, .id = work.filled_order});
  // What only reduces a position of the other side brings no stops of its own.
  if (order == nullptr || order->ticket.side != p.side()) return;
  (void)set_full_stops(p,
                       stops);  // refused: the market is beyond the stop already, as the venue tells nobody
}

}  // namespace

void settle_stops(Exchange& exchange, VenueMemory& memory) {
  for (int round = 0; round < kMaxRounds && memory.has_pending(); ++round) {
    for (const PendingWork& work : memory.take_pending()) settle_one(exchange, memory, work);
  }
}

Answer set_trading_stop(const Request& request) { return answered(trading_stop_set(request)); }

}  // namespace kontor::emulator::bybit
