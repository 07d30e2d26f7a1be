#include "emulator/order_filters.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace kontor::emulator {
namespace {

bool is_takeable(VenueName venue, char c) noexcept {
  const bool plain =
      (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
  return plain || (venue == VenueName::binance && (c == '.' || c == ':' || c == '/'));
}

std::string expected_found(std::string_view what, const std::string& expected, const Decimal& found) {
  return fmt::format("expected {} {}, found {}", what, expected, found.format());
}

/// The filters of one ticket against one instrument.
class OrderFilter {
 public:
  OrderFilter(const ExchangeCore& core, const ListedInstrument& listed)
      : core_(core), listed_(listed), instrument_(core.listings.instrument(listed.id)) {}

  [[nodiscard]] Outcome<RawPrice> price(const Decimal& value, std::string_view what) const {
    if (value.normalized().scale > instrument_.price_scale()) {
      return refuse(RefusalReason::price_precision,
                    fmt::format("expected a {} with {} decimal places at the most, found {}", what,
                                instrument_.price_scale(), value.format()));
    }
    const ListingTerms& terms = listed_.terms;
    if (value.units <= 0 || value < terms.min_price) {
      return refuse(RefusalReason::price_below_minimum,
                    expected_found(what, "of at least " + terms.min_price.format(), value));
    }
    if (!terms.max_price.is_zero() && value > terms.max_price) {
      return refuse(RefusalReason::price_above_maximum,
                    expected_found(what, "of at most " + terms.max_price.format(), value));
    }
    return on_tick(value, what);
  }

  /// A distance between prices: any tick above zero.
  [[nodiscard]] Outcome<RawPrice> distance(const Decimal& value) const {
    if (value.units <= 0 || (!listed_.terms.max_price.is_zero() && value > listed_.terms.max_price)) {
      return refuse(RefusalReason::trailing_delta,
                    expected_found("a trailing offset", "between one tick and the highest price", value));
    }
    return on_tick(value, "trailing offset");
  }

  [[nodiscard]] Outcome<void> percent_price(RawPrice price) const {
    const ListingTerms& terms = listed_.terms;
    const RawPrice reference = reference_price();
    if (reference.units <= 0) return {};
    const auto beyond = [&](const Decimal& multiplier, int sign) {
      if (multiplier.is_zero()) return false;
      const int128 bound = static_cast<int128>(reference.units) * multiplier.units;
      const int128 at = static_cast<int128>(price.units) * kPowersOfTen[multiplier.scale];
      return sign > 0 ? at > bound : at < bound;
    };
    if (!beyond(terms.multiplier_up, 1) && !beyond(terms.multiplier_down, -1)) return {};
    return refuse(RefusalReason::percent_price,
                  fmt::format("expected a price between {} and {} times {}, found {}",
                              terms.multiplier_down.format(), terms.multiplier_up.format(),
                              instrument_.price(reference).format(), instrument_.price(price).format()));
  }

  [[nodiscard]] Outcome<RawQuantity> quantity(const Decimal& value, bool is_market) const {
    if (value.normalized().scale > instrument_.quantity_scale()) {
      return refuse(RefusalReason::quantity_precision,
                    fmt::format("expected a quantity with {} decimal places at the most, found {}",
                                instrument_.quantity_scale(), value.format()));
    }
    if (value.units <= 0 || value < instrument_.quantity(instrument_.min_quantity()).value) {
      return refuse(
          RefusalReason::quantity_below_minimum,
          expected_found("a quantity",
                         "of at least " + instrument_.quantity(instrument_.min_quantity()).format(), value));
    }
    const Decimal& market_most = listed_.terms.market_max_quantity;
    if (is_market && !market_most.is_zero() && value > market_most) {
      return refuse(RefusalReason::market_quantity_above_maximum,
                    expected_found("a market quantity", "of at most " + market_most.format(), value));
    }
    const RawQuantity most = instrument_.max_quantity();
    if (most.units > 0 && value > instrument_.quantity(most).value) {
      return refuse(RefusalReason::quantity_above_maximum,
                    expected_found("a quantity", "of at most " + instrument_.quantity(most).format(), value));
    }
    const auto raw = instrument_.raw_quantity(value);
    if (!raw) return refuse(RefusalReason::quantity_above_maximum, raw.error().message);
    if (instrument_.on_step(*raw)) return *raw;
    return refuse(
        RefusalReason::quantity_off_step,
        expected_found(
            "a quantity",
            "in steps of " + instrument_.quantity(RawQuantity(instrument_.terms().step.units)).format(),
            value));
  }

  /// What a market order may have for an amount of the quote asset, as the book stands.
  [[nodiscard]] Outcome<RawQuantity> quantity_for(Side side, const Decimal& budget) const {
    if (budget.units <= 0) {
      return refuse(RefusalReason::missing_quantity,
                    expected_found("an amount to spend", "above zero", budget));
    }
    Amount left = Amount::from_decimal(budget);
    RawQuantity found;
    core_.markets[listed_.id.index()].book().for_each_level(opposite(side), [&](const BookLevel& level) {
      const RawQuantity affordable = instrument_.quantity_for(left, level.price);
      const RawQuantity taken = instrument_.floor_to_step(std::min(level.quantity, affordable));
      found += taken;
      left -= instrument_.notional(level.price, taken);
      return taken == instrument_.floor_to_step(level.quantity);
    });
    if (found.is_zero() && core_.markets[listed_.id.index()].book().size(opposite(side)) == 0) {
      return refuse(RefusalReason::no_market_price, "expected a market, found an empty book");
    }
    return quantity(instrument_.quantity(found).value, true);
  }

  [[nodiscard]] Outcome<void> notional(RawPrice price, RawQuantity quantity, bool is_exempt) const {
    if (price.units <= 0) return {};
    const Amount value = instrument_.notional(price, quantity);
    if (value < instrument_.min_notional() && !is_exempt) {
      return refuse(RefusalReason::notional_below_minimum,
                    fmt::format("expected an order value of at least {}, found {}",
                                instrument_.min_notional().format(), value.format()));
    }
    const Decimal& most = listed_.terms.max_notional;
    if (!most.is_zero() && value > Amount::from_decimal(most)) {
      return refuse(
          RefusalReason::notional_above_maximum,
          fmt::format("expected an order value of at most {}, found {}", most.format(), value.format()));
    }
    return {};
  }

  [[nodiscard]] RawPrice reference_price() const noexcept {
    const PublicMarket& market = core_.markets[listed_.id.index()];
    return listed_.product == Product::linear && market.perpetual().mark.units > 0 ? market.perpetual().mark
                                                                                   : market.last_price();
  }

  /// The largest order that there is: what a closing order carries, of which it takes what is held.
  [[nodiscard]] RawQuantity largest() const noexcept {
    return instrument_.floor_to_step(instrument_.max_quantity());
  }
  [[nodiscard]] const Instrument& instrument() const noexcept { return instrument_; }

 private:
  [[nodiscard]] Outcome<RawPrice> on_tick(const Decimal& value, std::string_view what) const {
    const auto raw = instrument_.raw_price(value);
    if (!raw) return refuse(RefusalReason::price_above_maximum, raw.error().message);
    if (instrument_.on_tick(*raw)) return *raw;
    return refuse(
        RefusalReason::price_off_tick,
        expected_found(what, "in ticks of " + instrument_.price(instrument_.tick()).format(), value));
  }

  const ExchangeCore& core_;
  const ListedInstrument& listed_;
  const Instrument& instrument_;
};

template <class T>
std::unexpected<Refusal> passed_on(Outcome<T>& outcome) {
  return std::unexpected<Refusal>(std::move(outcome).error());
}

/// What no venue offers in this product, whatever the protocol let through.
Outcome<void> filter_form(const ExchangeCore& core, const OrderTicket& ticket) {
  const bool spot = ticket.product == Product::spot;
  const auto not_offered = [&](std::string_view what) {
    return refuse(RefusalReason::not_offered, fmt::format("{} {} has no {}", name_of(core.listings.venue()),
                                                          name_of(ticket.product), what));
  };
  if (spot && ticket.reduce_only) return not_offered("reduce-only orders");
  if (ticket.close_position && (spot || !has_trigger(ticket.type) || has_limit_price(ticket.type) ||
                                ticket.type == OrderType::trailing_stop)) {
    return not_offered("order of this type that closes a position");
  }
  if (spot && ticket.trigger_source == TriggerSource::mark) return not_offered("mark price");
  if (ticket.quote_quantity && (!spot || ticket.type != OrderType::market)) {
    return not_offered("quantity in the quote asset but for market orders on spot");
  }
  const bool immediate = ticket.time_in_force == TimeInForce::immediate_or_cancel ||
                         ticket.time_in_force == TimeInForce::fill_or_kill;
  if (ticket.post_only && (immediate || !has_limit_price(ticket.type))) {
    return not_offered("post-only order that is a market order or immediate");
  }
  const bool dated = ticket.time_in_force == TimeInForce::good_till_date;
  if (dated && ticket.expire_at <= core.now) {
    return refuse(RefusalReason::expiry_in_past, "expected a time of expiry in the future");
  }
  return {};
}

Outcome<RawQuantity> quantity_of(const OrderFilter& filter, const OrderTicket& ticket) {
  if (ticket.close_position) return filter.largest();
  if (ticket.quote_quantity) return filter.quantity_for(ticket.side, *ticket.quote_quantity);
  if (!ticket.quantity) return refuse(RefusalReason::missing_quantity, "expected a quantity, found none");
  const bool is_market = !has_limit_price(ticket.type);
  auto quantity = filter.quantity(*ticket.quantity, is_market);
  return quantity;
}

Outcome<RawPrice> trailing_offset_of(const OrderFilter& filter, const OrderTicket& ticket) {
  if (ticket.trailing_offset) return filter.distance(*ticket.trailing_offset);
  if (!ticket.trailing_rate) {
    return refuse(RefusalReason::trailing_delta, "expected a trailing offset or rate, found none");
  }
  const Decimal& rate = *ticket.trailing_rate;
  if (rate.units <= 0 || rate > Decimal{5, 1}) {
    return refuse(RefusalReason::trailing_delta, expected_found("a trailing rate", "up to 0.5", rate));
  }
  const RawPrice reference = filter.reference_price();
  if (reference.units <= 0)
    return refuse(RefusalReason::no_market_price, "expected a price, found no market");
  const int128 exact = static_cast<int128>(reference.units) * rate.units;
  const auto offset =
      static_cast<std::int64_t>(divide_rounded(exact, kPowersOfTen[rate.scale], Rounding::half_up));
  const RawPrice rounded = filter.instrument().round_to_tick(RawPrice(offset), Rounding::half_up);
  return std::max(rounded, filter.instrument().tick());
}

Outcome<void> set_prices(NewOrder& order, const OrderFilter& filter, const OrderTicket& ticket) {
  if (has_limit_price(ticket.type)) {
    if (!ticket.price) return refuse(RefusalReason::missing_price, "expected a price, found none");
    auto price = filter.price(*ticket.price, "price");
    if (!price) return passed_on(price);
    order.limit_price = *price;
    // The band holds where an order enters the book; a stop-limit's price is measured from its trigger.
    if (!has_trigger(ticket.type)) {
      if (auto band = filter.percent_price(*price); !band) return band;
    }
  }
  if (ticket.type == OrderType::trailing_stop) {
    auto offset = trailing_offset_of(filter, ticket);
    if (!offset) return passed_on(offset);
    order.trailing_offset = *offset;
    if (!ticket.trigger_price) return {};
    return refuse(RefusalReason::not_offered, "trailing stops with an activation price are not offered");
  }
  if (!has_trigger(ticket.type)) return {};
  if (!ticket.trigger_price)
    return refuse(RefusalReason::missing_trigger, "expected a trigger price, found none");
  auto trigger = filter.price(*ticket.trigger_price, "trigger price");
  if (!trigger) return passed_on(trigger);
  order.trigger_price = *trigger;
  return {};
}

Outcome<void> filter_counts(const Account& account, const ListedInstrument& listed,
                            const OrderTicket& ticket) {
  const OrderRegistry::OpenCount open = account.orders.count(listed.id);
  if (open.orders >= listed.terms.max_orders) {
    return refuse(RefusalReason::too_many_orders, fmt::format("expected at most {} open orders in {}",
                                                              listed.terms.max_orders, listed.symbol));
  }
  if (has_trigger(ticket.type) && open.conditional >= listed.terms.max_conditional_orders) {
    return refuse(RefusalReason::too_many_conditional_orders,
                  fmt::format("expected at most {} conditional orders in {}",
                              listed.terms.max_conditional_orders, listed.symbol));
  }
  return {};
}

RawPrice judged_price(const OrderFilter& filter, const NewOrder& order) noexcept {
  if (order.limit_price.units > 0) return order.limit_price;
  return order.trigger_price.units > 0 ? order.trigger_price : filter.reference_price();
}

}  // namespace

std::unexpected<Refusal> refuse(RefusalReason reason, std::string text) {
  return std::unexpected<Refusal>(Refusal{reason, std::move(text)});
}

Outcome<void> filter_client_id(const ExchangeCore& core, const Account& account, Product product,
                               std::string_view client_id) {
  if (client_id.empty()) return {};
  const VenueName venue = core.listings.venue();
  const bool takeable = client_id.size() <= 36 && std::all_of(client_id.begin(), client_id.end(),
                                                              [&](char c) { return is_takeable(venue, c); });
  if (!takeable) {
    return refuse(RefusalReason::bad_client_id,
                  "expected a client order id of up to 36 letters, digits, - or _");
  }
  const OrderRecord* known = account.orders.find_client(product, client_id);
  // Binance asks that it be unique among open orders, Bybit for ever.
  if (known == nullptr || (venue == VenueName::binance && is_closed(known->state))) return {};
  return refuse(RefusalReason::duplicate_client_id, "expected a client order id that is not in use");
}

Outcome<OrderDraft> filter_order(const ExchangeCore& core, const Account& account,
                                 const OrderTicket& ticket) {
  const ListedInstrument* listed = core.listings.find(ticket.product, ticket.symbol);
  if (listed == nullptr) {
    return refuse(RefusalReason::unknown_symbol, "expected a listed symbol, found '" + ticket.symbol + "'");
  }
  if (listed->status != ListingStatus::trading) {
    return refuse(RefusalReason::symbol_not_trading, listed->symbol + " takes no orders");
  }
  if (auto form = filter_form(core, ticket); !form) return passed_on(form);
  OrderDraft draft{listed, {}};
  NewOrder& order = draft.order;
  order.instrument = listed->id;
  order.side = ticket.side;
  order.type = ticket.type;
  order.time_in_force = ticket.time_in_force;
  order.trigger_source = ticket.trigger_source;
  order.post_only = ticket.post_only;
  order.reduce_only = ticket.reduce_only || ticket.close_position;
  order.role = ticket.role;
  order.expire_at = ticket.expire_at;
  const OrderFilter filter(core, *listed);
  if (auto prices = set_prices(order, filter, ticket); !prices) return passed_on(prices);
  auto quantity = quantity_of(filter, ticket);
  if (!quantity) return passed_on(quantity);
  order.quantity = *quantity;
  const Decimal& post_only_most = listed->terms.post_only_max_quantity;
  if (ticket.post_only && !post_only_most.is_zero() &&
      filter.instrument().quantity(*quantity).value > post_only_most) {
    return refuse(RefusalReason::quantity_above_maximum,
                  fmt::format("expected a post-only quantity of at most {}", post_only_most.format()));
  }
  if (!ticket.close_position) {
    auto notional = filter.notional(judged_price(filter, order), *quantity, order.reduce_only);
    if (!notional) return passed_on(notional);
  }
  if (auto counts = filter_counts(account, *listed, ticket); !counts) return passed_on(counts);
  return draft;
}

Outcome<AmendDraft> filter_amendment(const ExchangeCore& core, const OrderRecord& record,
                                     const AmendTicket& ticket) {
  const ListedInstrument& listed = core.listings[record.instrument];
  const OrderFilter filter(core, listed);
  AmendDraft draft{record.quantity, record.limit_price, record.trigger_price};
  if (ticket.price && !has_limit_price(record.ticket.type)) {
    return refuse(RefusalReason::amend_not_allowed, "expected an order with a limit price");
  }
  if (ticket.price) {
    auto price = filter.price(*ticket.price, "price");
    if (!price) return passed_on(price);
    if (!record.is_conditional()) {
      if (auto band = filter.percent_price(*price); !band) return passed_on(band);
    }
    draft.limit_price = *price;
  }
  if (ticket.trigger_price) {
    const bool waits =
        record.state == OrderState::untriggered && record.ticket.type != OrderType::trailing_stop;
    if (!waits)
      return refuse(RefusalReason::amend_not_allowed, "expected an order that waits for its trigger");
    auto trigger = filter.price(*ticket.trigger_price, "trigger price");
    if (!trigger) return passed_on(trigger);
    draft.trigger_price = *trigger;
  }
  if (ticket.quantity) {
    if (record.ticket.close_position) {
      return refuse(RefusalReason::amend_not_allowed, "expected an order with a quantity of its own");
    }
    auto quantity = filter.quantity(*ticket.quantity, !has_limit_price(record.ticket.type));
    if (!quantity) return passed_on(quantity);
    draft.quantity = *quantity;
  }
  if (draft.quantity == record.quantity && draft.limit_price == record.limit_price &&
      draft.trigger_price == record.trigger_price) {
    return refuse(RefusalReason::nothing_to_amend, "expected another price or quantity than the order has");
  }
  const RawPrice judged = draft.limit_price.units > 0 ? draft.limit_price : draft.trigger_price;
  const bool exempt = record.ticket.reduce_only || record.ticket.close_position;
  if (auto notional = filter.notional(judged, draft.quantity, exempt); !notional) return passed_on(notional);
  return draft;
}

Refusal refusal_of(RejectReason reason, const ListedInstrument& listed) {
  using enum RejectReason;
  const auto said = [&](RefusalReason as, std::string_view text) {
    return Refusal{as, fmt::format("{}: {}", listed.symbol, text)};
  };
  switch (reason) {
    case price_off_tick: return said(RefusalReason::price_off_tick, "the price is not on the tick");
    case quantity_off_step: return said(RefusalReason::quantity_off_step, "the quantity is not on the step");
    case below_min_quantity:
      return said(RefusalReason::quantity_below_minimum,
                  "the quantity is below the minimum, or already filled");
    case above_max_quantity: return said(RefusalReason::quantity_above_maximum, "the quantity is too large");
    case below_min_notional:
      return said(RefusalReason::notional_below_minimum, "the order value is too small");
    case price_not_positive: return said(RefusalReason::price_below_minimum, "the price is not above zero");
    case insufficient_balance:
      return said(RefusalReason::insufficient_balance, "the balance does not suffice");
    case insufficient_margin: return said(RefusalReason::insufficient_margin, "the margin does not suffice");
    case post_only_would_take:
      return said(RefusalReason::post_only_would_take, "the order would take liquidity");
    case reduce_only_would_increase:
      return said(RefusalReason::reduce_only_would_increase, "there is no position that it would reduce");
    case no_market_price: return said(RefusalReason::no_market_price, "there is no market");
    case stop_would_trigger:
      return said(RefusalReason::trigger_would_fire, "the trigger has been passed already");
    case price_out_of_band: return said(RefusalReason::percent_price, "the price is too far from the market");
    case too_many_orders: return said(RefusalReason::too_many_orders, "there are too many open orders");
    case expiry_in_past: return said(RefusalReason::expiry_in_past, "the time of expiry has passed");
    case unknown_order: return said(RefusalReason::unknown_order, "the order is not known");
    case order_closed: return said(RefusalReason::order_closed, "the order is closed");
    case instrument_quarantined: return said(RefusalReason::symbol_not_trading, "no orders are taken");
    default: return said(RefusalReason::not_offered, "the order is not possible");
  }
}

}  // namespace kontor::emulator
