#include "strategy/builtin/quote_ladder.hpp"

#include <fmt/format.h>

#include "base/codec.hpp"

namespace kontor::strategy {

StrategyDescriptor QuoteLadder::descriptor() {
  return {"quote_ladder",
          "Market making on book or quote data: keeps a ladder of post-only orders on both sides of the "
          "middle price.",
          {integer_parameter("levels", 10, 1, 100, "Orders on each side."),
           integer_parameter("distance_ticks", 1, 0, 1'000'000,
                             "Ticks from the middle price to the first level."),
           integer_parameter("spacing_ticks", 1, 1, 1'000'000, "Ticks between two levels."),
           real_parameter("order_quantity", 0.001, 0, 1e12, "Size of each order in base units or contracts."),
           real_parameter(
               "max_inventory", 0, 0, 1e12,
               "Largest position on either side in base units or contracts; 0: all levels of one side.")},
          &QuoteLadder::make,
          OrderType::limit};
}

Result<std::unique_ptr<Strategy>> QuoteLadder::make(const StrategyContext& context,
                                                    const Parameters& parameters) {
  const Instrument& instrument = context.instruments[context.instrument];
  const RawQuantity quantity = instrument.round_quantity(parameters.real("order_quantity"));
  if (quantity.is_zero() || quantity < instrument.min_quantity()) {
    const RawQuantity least = std::max(instrument.min_quantity(), instrument.step());
    return fail(ErrorKind::usage, fmt::format("order_quantity: expected at least {} for {}, found {}",
                                              instrument.quantity(least).format(), instrument.name().format(),
                                              parameters.real("order_quantity")));
  }
  return std::unique_ptr<Strategy>(new QuoteLadder(context, parameters));
}

QuoteLadder::QuoteLadder(const StrategyContext& context, const Parameters& parameters)
    : ConfiguredStrategy(context, parameters),
      instrument_(context.instrument),
      spot_(context.instruments[context.instrument].is_spot()),
      tick_(context.instruments[context.instrument].tick()),
      levels_(parameters.integer("levels")),
      distance_(parameters.integer("distance_ticks") * tick_.units),
      spacing_(parameters.integer("spacing_ticks") * tick_.units),
      order_quantity_(
          context.instruments[context.instrument].round_quantity(parameters.real("order_quantity"))),
      max_inventory_(
          context.instruments[context.instrument].round_quantity(parameters.real("max_inventory"))),
      bid_grid_(spacing_),
      ask_grid_(spacing_) {
  const Instrument& instrument = context.instruments[context.instrument];
  if (max_inventory_.is_zero() &&
      __builtin_mul_overflow(order_quantity_.units, levels_, &max_inventory_.units)) {
    max_inventory_ = RawQuantity(INT64_MAX / 2);
  }
  hold(RawQuantity());
  if (__builtin_mul_overflow(spacing_, levels_, &depth_)) depth_ = INT64_MAX;
  const int128 value_of_one = static_cast<int128>(order_quantity_.units) * instrument.notional_unit();
  const int128 least = divide_rounded(instrument.min_notional().units(), value_of_one, Rounding::ceiling);
  least_price_ = RawPrice(static_cast<std::int64_t>(std::clamp<int128>(least, 1, INT64_MAX)));
}

void QuoteLadder::adopt(QuoteLadder& fresh) {
  levels_ = fresh.levels_;
  distance_ = fresh.distance_;
  spacing_ = fresh.spacing_;
  depth_ = fresh.depth_;
  order_quantity_ = fresh.order_quantity_;
  max_inventory_ = fresh.max_inventory_;
  least_price_ = fresh.least_price_;
  bid_grid_ = fresh.bid_grid_;
  ask_grid_ = fresh.ask_grid_;
  bids_ = {};
  asks_ = {};
  too_small_said_ = false;
  is_outdated_ = true;
  hold(held_);
}

Subscriptions QuoteLadder::subscriptions() const {
  return {.trades = {instrument_}, .quotes = {instrument_}, .books = {instrument_}};
}

/// Where neither a book nor quotes are fed, the market is taken to be a tick around the last trade.
void QuoteLadder::on_trade(const View& view, const Trade& trade, Intents& out) {
  if (view.market(instrument_).bid.units != 0) return;
  const RawPrice bid = trade.price - tick_;
  if (bid == bid_ && !is_outdated_) return;
  bid_ = bid;
  ask_ = trade.price + tick_;
  quote_anew(view, out);
}

void QuoteLadder::on_quote(const View& view, const Quote& /*quote*/, Intents& out) {
  best_may_have_moved(view, out);
}
void QuoteLadder::on_book(const View& view, const BookUpdate& /*update*/, Intents& out) {
  best_may_have_moved(view, out);
}

void QuoteLadder::on_fill(const View& view, const Fill& /*fill*/, const execution::Order& /*order*/,
                          Intents& out) {
  look_at_inventory(view);
  bids_ = bid_ladder();
  asks_ = ask_ladder();
  emit(out);  // also where the ladder is the same: the order that was filled is gone
}

std::int64_t QuoteLadder::orders_in(RawQuantity room) const noexcept {
  return std::clamp<std::int64_t>(room.units / order_quantity_.units, 0, levels_);
}

void QuoteLadder::hold(RawQuantity held) noexcept {
  held_ = held;
  bid_levels_ = orders_in(max_inventory_ - held);
  ask_levels_ = orders_in(spot_ ? held : held + max_inventory_);
}

QuoteLadder::Ladder QuoteLadder::bid_ladder() noexcept {
  if (bid_.units <= 0 || ask_.units <= bid_.units) return {};  // no market, or a crossed one: no quotes
  const std::int64_t middle = bid_.units + (ask_.units - bid_.units) / 2;
  const std::int64_t wanted = std::min(middle - distance_, ask_.units - tick_.units);
  const RawPrice best(bid_grid_.floor(wanted));
  if (best < least_price_) return {};
  const std::int64_t above_least = best.units - least_price_.units;
  if (above_least >= depth_) [[likely]]
    return {best, bid_levels_};
  return {best, std::min(bid_levels_, above_least / spacing_ + 1)};
}

QuoteLadder::Ladder QuoteLadder::ask_ladder() noexcept {
  if (bid_.units <= 0 || ask_.units <= bid_.units) return {};
  const std::int64_t middle = ask_.units - (ask_.units - bid_.units) / 2;
  const std::int64_t wanted = std::max(middle + distance_, bid_.units + tick_.units);
  const RawPrice best(ask_grid_.ceiling(wanted));
  if (best < least_price_) return {};
  return {best, ask_levels_};
}

void QuoteLadder::quote_anew(const View& view, Intents& out) {
  look_at_inventory(view);
  const Ladder bids = bid_ladder();
  const Ladder asks = ask_ladder();
  if (ask_.units > 0 && ask_ < least_price_ && !too_small_said_) {
    too_small_said_ = true;
    out.skip("order_quantity is worth less than the instrument's minimum notional");
  }
  if (bids == bids_ && asks == asks_ && !is_outdated_) return;
  bids_ = bids;
  asks_ = asks;
  emit(out);
}

void QuoteLadder::emit(Intents& out) {
  is_outdated_ = false;
  out.desire_in(instrument_);
  for (std::int64_t level = 0; level < bids_.levels; ++level) {
    out.desire({.side = Side::buy,
                .price = RawPrice(bids_.best.units - level * spacing_),
                .quantity = order_quantity_,
                .tag = 0,
                .post_only = true,
                .reduce_only = false});
  }
  for (std::int64_t level = 0; level < asks_.levels; ++level) {
    out.desire({.side = Side::sell,
                .price = RawPrice(asks_.best.units + level * spacing_),
                .quantity = order_quantity_,
                .tag = 0,
                .post_only = true,
                .reduce_only = false});
  }
}

void QuoteLadder::save(Encoder& encoder) const {
  encode_into(encoder, bid_);
  encode_into(encoder, ask_);
  encode_into(encoder, bids_);
  encode_into(encoder, asks_);
  encode_into(encoder, too_small_said_);
  encode_into(encoder, is_outdated_);
}

void QuoteLadder::load(Decoder& decoder) {
  decode_from(decoder, bid_);
  decode_from(decoder, ask_);
  decode_from(decoder, bids_);
  decode_from(decoder, asks_);
  decode_from(decoder, too_small_said_);
  decode_from(decoder, is_outdated_);
  if (!is_possible(bids_, Side::buy) || !is_possible(asks_, Side::sell)) decoder.fail();
}

bool QuoteLadder::is_possible(const Ladder& ladder, Side side) const noexcept {
  if (ladder.best.units < 0 || ladder.levels < 0 || ladder.levels > levels_) return false;
  const int128 last = ladder.best.units - sign_of(side) * static_cast<int128>(spacing_) * ladder.levels;
  return ladder.levels == 0 || (last > -spacing_ && last <= INT64_MAX);
}

}  // namespace kontor::strategy
