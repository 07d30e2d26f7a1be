#include "venue/live/order_filters.hpp"

#include <algorithm>
#include <numeric>
#include <variant>

#include "venue/live/listed_rules.hpp"

namespace kontor::live {
namespace {

/// The value of an order in the quote asset; the largest amount where it cannot be represented.
Amount value_of(const Instrument& instrument, RawPrice price, RawQuantity quantity) noexcept {
  int128 value = static_cast<int128>(price.units) * quantity.units;
  if (__builtin_mul_overflow(value, static_cast<int128>(instrument.notional_unit()), &value))
    value = kInt128Max;
  return Amount::from_units(value);
}

bool is_off(std::int64_t units, std::int64_t grid) noexcept { return grid > 1 && units % grid != 0; }

/// `price ≤ reference × multiple`, or `≥`, exactly.
bool is_above(RawPrice price, RawPrice reference, const Decimal& multiple) noexcept {
  return static_cast<int128>(price.units) * kPowersOfTen[multiple.scale] >
         static_cast<int128>(reference.units) * multiple.units;
}
bool is_below(RawPrice price, RawPrice reference, const Decimal& multiple) noexcept {
  return static_cast<int128>(price.units) * kPowersOfTen[multiple.scale] <
         static_cast<int128>(reference.units) * multiple.units;
}

}  // namespace

OrderFilters::OrderFilters(const InstrumentTable& instruments)
    : instruments_(instruments),
      rules_(instruments.size()),
      prices_(instruments.size()),
      foreign_(instruments.size()) {
  for (const Instrument& one : instruments.all()) {
    Rules& rules = rules_[one.id().index()];
    rules.tick = one.tick();
    rules.step = one.step();
    rules.min_quantity = one.min_quantity();
    rules.max_quantity = one.max_quantity();
    rules.min_notional = one.min_notional();
  }
}

void OrderFilters::learn(InstrumentId instrument, const venue::InstrumentListed& listed) {
  const Instrument& one = instruments_[instrument];
  const auto least = [&](const Decimal& value) {
    return RawQuantity(least_units(value, one.quantity_scale()));
  };
  const auto most = [&](const Decimal& value) {
    return RawQuantity(most_units(value, one.quantity_scale()));
  };
  Rules& rules = rules_[instrument.index()];
  rules.tick = RawPrice(std::max<std::int64_t>(least_units(listed.tick, one.price_scale()), 1));
  rules.min_price = RawPrice(least_units(listed.min_price, one.price_scale()));
  rules.max_price = RawPrice(most_units(listed.max_price, one.price_scale()));
  rules.step = RawQuantity(std::max<std::int64_t>(least(listed.step).units, 1));
  rules.min_quantity = least(listed.min_quantity);
  rules.max_quantity = most(listed.max_quantity);
  rules.market_step = least(listed.market_step);
  rules.market_min_quantity = least(listed.market_min_quantity);
  rules.market_max_quantity = most(listed.market_max_quantity);
  rules.min_notional = Amount::from_decimal(listed.min_notional);
  rules.max_notional = Amount::from_decimal(listed.max_notional);
  rules.bid_price_up = listed.bid_price_up;
  rules.bid_price_down = listed.bid_price_down;
  rules.ask_price_up = listed.ask_price_up;
  rules.ask_price_down = listed.ask_price_down;
  rules.max_orders = listed.max_orders;
  rules.max_conditional_orders = listed.max_conditional_orders;
}

// ---- what the venue tells

void OrderFilters::hear(const venue::Input& input) {
  if (const auto* bar = std::get_if<Bar>(&input)) prices_[bar->instrument.index()] = bar->close;
  if (const auto* trade = std::get_if<Trade>(&input)) prices_[trade->instrument.index()] = trade->price;
  if (const auto* quote = std::get_if<Quote>(&input); quote != nullptr && quote->bid.units > 0)
    prices_[quote->instrument.index()] = RawPrice(std::midpoint(quote->bid.units, quote->ask.units));
  if (const auto* told = std::get_if<venue::ReportReceived>(&input)) hear_report(told->report);
  if (const auto* failed = std::get_if<venue::RequestFailed>(&input)) {
    if (failed->failure == venue::Failure::refused) open_.erase(failed->order.value);
  }
  if (const auto* answer = std::get_if<venue::OrderAnswer>(&input)) {
    if (answer->state) {
      hear_state(*answer->state);
    } else {
      open_.erase(answer->order.value);
    }
  }
  if (const auto* answer = std::get_if<venue::AccountAnswer>(&input)) hear_account(*answer);
}

void OrderFilters::hear_report(const VenueReport& report) {
  const auto ended = [this](OrderId order) { open_.erase(order.value); };
  if (const auto* rejected = std::get_if<OrderRejected>(&report)) ended(rejected->order);
  if (const auto* canceled = std::get_if<OrderCanceled>(&report)) ended(canceled->order);
  if (const auto* expired = std::get_if<OrderExpired>(&report)) ended(expired->order);
  if (const auto* fill = std::get_if<Fill>(&report)) count_fill(*fill);
  if (const auto* triggered = std::get_if<OrderTriggered>(&report)) {
    if (const auto found = open_.find(triggered->order.value); found != open_.end())
      found->second.is_waiting = false;
  }
  if (const auto* amended = std::get_if<OrderAmended>(&report)) {
    if (const auto found = open_.find(amended->order.value); found != open_.end())
      found->second.quantity = amended->quantity;
  }
}

void OrderFilters::count_fill(const Fill& fill) {
  const auto found = open_.find(fill.order.value);
  if (found == open_.end()) return;
  Open& order = found->second;
  if (fill.quantity >= order.quantity - order.filled) {
    open_.erase(found);
  } else {
    order.filled += fill.quantity;
  }
}

void OrderFilters::hear_state(const venue::OrderState& state) {
  if (state.order.value == 0) return;
  if (is_terminal(state.status)) {
    open_.erase(state.order.value);
    return;
  }
  Open& order = open_
                    .try_emplace(state.order.value, Open{.instrument = state.instrument,
                                                         .side = state.side,
                                                         .type = state.type,
                                                         .quantity = {},
                                                         .filled = {}})
                    .first->second;
  order.is_waiting = has_trigger(order.type) && !state.triggered;
  order.quantity = state.quantity;
  order.filled = state.filled;
}

/// Ours that are not in it may be on their way still: whoever asked goes after each of them.
void OrderFilters::hear_account(const venue::AccountAnswer& answer) {
  std::ranges::fill(foreign_, Foreign{});
  for (const venue::OrderState& state : answer.open_orders) {
    if (state.order.value != 0) {
      hear_state(state);
      continue;
    }
    Foreign& foreign = foreign_[state.instrument.index()];
    ++foreign.orders;
    if (has_trigger(state.type) && !state.triggered) ++foreign.conditional_orders;
  }
}

std::uint32_t OrderFilters::open_orders(InstrumentId instrument) const noexcept {
  const auto own =
      std::ranges::count_if(open_, [&](const auto& one) { return one.second.instrument == instrument; });
  return static_cast<std::uint32_t>(own) + foreign_[instrument.index()].orders;
}

// ---- what may leave

RejectReason OrderFilters::check_price(const Rules& rules, RawPrice price) const noexcept {
  if (price.units <= 0) return RejectReason::price_not_positive;
  if (is_off(price.units, rules.tick.units)) return RejectReason::price_off_tick;
  const bool is_out = price < rules.min_price || (rules.max_price.units != 0 && price > rules.max_price);
  return is_out ? RejectReason::price_out_of_band : RejectReason::none;
}

RejectReason OrderFilters::check_quantity(const Rules& rules, const NewOrder& order) const noexcept {
  const RawQuantity quantity = order.quantity;
  const bool is_market = !has_limit_price(order.type);
  if (quantity.units <= 0 || quantity < rules.min_quantity) return RejectReason::below_min_quantity;
  if (is_off(quantity.units, rules.step.units)) return RejectReason::quantity_off_step;
  if (rules.max_quantity.units != 0 && quantity > rules.max_quantity) return RejectReason::above_max_quantity;
  if (!is_market) return RejectReason::none;
  if (quantity < rules.market_min_quantity) return RejectReason::below_min_quantity;
  if (is_off(quantity.units, rules.market_step.units)) return RejectReason::quantity_off_step;
  const bool is_above_market = rules.market_max_quantity.units != 0 && quantity > rules.market_max_quantity;
  return is_above_market ? RejectReason::above_max_quantity : RejectReason::none;
}

/// The value by the order's own price, or else by the market's.
RejectReason OrderFilters::check_value(const Rules& rules, const NewOrder& order) const noexcept {
  RawPrice price = prices_[order.instrument.index()];
  if (has_trigger(order.type) && order.trigger_price.units != 0) price = order.trigger_price;
  if (has_limit_price(order.type)) price = order.limit_price;
  if (price.units <= 0) return RejectReason::none;
  const Instrument& instrument = instruments_[order.instrument];
  const Amount value = value_of(instrument, price, order.quantity);
  const bool only_closes = order.reduce_only && !instrument.is_spot();
  if (!only_closes && value < rules.min_notional) return RejectReason::below_min_notional;
  if (rules.max_notional > Amount() && value > rules.max_notional) return RejectReason::max_order_notional;
  return RejectReason::none;
}

RejectReason OrderFilters::check_band(const Rules& rules, const NewOrder& order) const noexcept {
  const RawPrice reference = prices_[order.instrument.index()];
  if (order.type != OrderType::limit || reference.units <= 0) return RejectReason::none;
  const bool buys = order.side == Side::buy;
  const Decimal& up = buys ? rules.bid_price_up : rules.ask_price_up;
  const Decimal& down = buys ? rules.bid_price_down : rules.ask_price_down;
  const bool is_out = (!up.is_zero() && is_above(order.limit_price, reference, up)) ||
                      (!down.is_zero() && is_below(order.limit_price, reference, down));
  return is_out ? RejectReason::price_out_of_band : RejectReason::none;
}

RejectReason OrderFilters::check_count(const Rules& rules, const NewOrder& order) const noexcept {
  if (rules.max_orders != 0 && open_orders(order.instrument) >= rules.max_orders)
    return RejectReason::too_many_orders;
  if (!has_trigger(order.type) || rules.max_conditional_orders == 0) return RejectReason::none;
  const auto waiting = std::ranges::count_if(open_, [&](const auto& one) {
    return one.second.instrument == order.instrument && one.second.is_waiting;
  });
  const bool is_full =
      static_cast<std::uint32_t>(waiting) + foreign_[order.instrument.index()].conditional_orders >=
      rules.max_conditional_orders;
  return is_full ? RejectReason::too_many_orders : RejectReason::none;
}

RejectReason OrderFilters::check_numbers(const NewOrder& order) const noexcept {
  const Rules& rules = rules_[order.instrument.index()];
  RejectReason reason = check_quantity(rules, order);
  const auto check = [&](RawPrice price) {
    if (reason == RejectReason::none) reason = check_price(rules, price);
  };
  if (has_limit_price(order.type)) check(order.limit_price);
  const bool has_trigger_price = order.type != OrderType::trailing_stop || order.trigger_price.units != 0;
  if (has_trigger(order.type) && has_trigger_price) check(order.trigger_price);
  if (reason == RejectReason::none) reason = check_value(rules, order);
  return reason == RejectReason::none ? check_band(rules, order) : reason;
}

RejectReason OrderFilters::admit(const NewOrder& order) {
  RejectReason reason = check_numbers(order);
  if (reason == RejectReason::none) reason = check_count(rules_[order.instrument.index()], order);
  if (reason != RejectReason::none) return reason;
  open_[order.id.value] = Open{.instrument = order.instrument,
                               .side = order.side,
                               .type = order.type,
                               .reduce_only = order.reduce_only,
                               .is_waiting = has_trigger(order.type),
                               .quantity = order.quantity,
                               .filled = {}};
  return RejectReason::none;
}

RejectReason OrderFilters::admit(const AmendOrder& amend) {
  NewOrder order;
  order.instrument = amend.instrument;
  order.type = OrderType::limit;
  order.quantity = amend.quantity;
  order.limit_price = amend.limit_price;
  if (const auto found = open_.find(amend.id.value); found != open_.end()) {
    order.side = found->second.side;
    order.reduce_only = found->second.reduce_only;
  }
  return check_numbers(order);
}

}  // namespace kontor::live
