#include "venue/sim/execution.hpp"

#include <algorithm>

#include "venue/sim/reservation.hpp"

namespace kontor::sim {
namespace {

struct Fee {
  Amount amount;
  AssetId asset;
};

/// The fee in the third asset, if its price is known and its balance suffices; otherwise the quote fee as it
/// is.
Fee in_other_asset(const VenueState& state, const Market& market, Amount quote_fee) noexcept {
  const InstrumentRules& rules = market.rules;
  const Fee fallback{quote_fee, market.settle()};
  if (quote_fee <= Amount()) return fallback;
  Amount converted;
  const Market* priced =
      rules.other_fee_instrument ? &state.markets[rules.other_fee_instrument->index()] : nullptr;
  if (priced != nullptr && priced->mark().units > 0) {
    converted = converted_fee(quote_fee, priced->mark(), priced->instrument->price_scale());
  } else if (rules.other_fee_price.units > 0) {
    converted = converted_fee(quote_fee, RawPrice(rules.other_fee_price.units), rules.other_fee_price.scale);
  } else {
    return fallback;
  }
  return converted <= free_funds(state, rules.other_fee_asset) ? Fee{converted, rules.other_fee_asset}
                                                               : fallback;
}

/// Towards zero behind the places in which the venue counts.
Fee cut(Fee fee, std::uint8_t places) noexcept {
  if (places >= Amount::kScale) return fee;
  const int128 unit = kPowersOfTen[static_cast<std::size_t>(Amount::kScale - places)];
  fee.amount = Amount::from_units(fee.amount.units() - fee.amount.units() % unit);
  return fee;
}

Fee exact_fee_of(const VenueState& state, const Market& market, Side side, Liquidity liquidity,
                 const Slice& slice) noexcept {
  if (market.rules.fee_asset == FeeAsset::base && market.is_spot() && side == Side::buy) {
    return Fee{market.fees.in_base(liquidity, slice.quantity), market.instrument->base()};
  }
  const Amount in_quote = market.fees.in_quote(liquidity, slice.price, slice.quantity);
  if (market.rules.fee_asset == FeeAsset::other) return in_other_asset(state, market, in_quote);
  return Fee{in_quote, market.settle()};
}

Fee fee_of(const VenueState& state, const Market& market, Side side, Liquidity liquidity,
           const Slice& slice) noexcept {
  return cut(exact_fee_of(state, market, side, liquidity, slice), market.rules.fee_places);
}

/// The part of a spot buy that the quote asset can pay for; what gives back a short frees what is held for
/// it.
RawQuantity payable(const VenueState& state, const Market& market, const WorkingOrder& order,
                    const Slice& slice) noexcept {
  const bool fee_in_quote = market.rules.fee_asset != FeeAsset::base;
  const auto fee = [&](RawQuantity quantity) {
    return fee_in_quote ? market.fees.highest_in_quote(slice.price, quantity) : Amount();
  };
  const Amount cost = market.instrument->notional(slice.price, slice.quantity) + fee(slice.quantity);
  if (cost <= order.need.amount) return slice.quantity;
  const Amount covering = market.rules.spot_margin ? held_for(state, market, slice.quantity) : Amount();
  Amount budget = order.need.amount + std::max(free_funds(state, market.settle()) + covering, Amount());
  budget = std::min(budget, std::max(state.account(market.settle()).balance, Amount()));
  if (cost <= budget) return slice.quantity;
  const RawQuantity without_fee = market.instrument->quantity_for(budget, slice.price);
  return market.instrument->quantity_for(budget - fee(without_fee), slice.price);
}

/// The part of a spot sale that is there, or that margin allows: an order that is to be canceled reserves
/// nothing any more.
RawQuantity deliverable(const VenueState& state, const Market& market, const WorkingOrder& order,
                        RawQuantity quantity) noexcept {
  const Instrument& instrument = *market.instrument;
  if (market.rules.spot_margin) {
    return can_afford(state, market, order, need_of(state, market, order)) ? quantity : RawQuantity();
  }
  if (instrument.base_amount(quantity) <= order.need.amount) return quantity;
  const Amount held = order.need.amount + std::max(free_funds(state, instrument.base()), Amount());
  if (instrument.base_amount(quantity) <= held) return quantity;
  const auto unit = instrument.base_amount(RawQuantity(1)).units();
  return instrument.floor_to_step(RawQuantity(static_cast<std::int64_t>(held.units() / unit)));
}

/// How much of the slice may be executed; ends the order where that is for good less than asked.
RawQuantity permitted(VenueState& state, Market& market, Slot slot, const Slice& slice) {
  WorkingOrder& order = state.orders[slot];
  RawQuantity quantity = slice.quantity;
  if (order.closes_only) quantity = std::min(quantity, closable(state, market, order.order.side));
  if (quantity.is_zero()) {
    cancel(state, slot, RejectReason::reduce_only_would_increase);
    return quantity;
  }
  if (market.is_spot()) {
    quantity = order.is_buy() ? payable(state, market, order, {slice.price, quantity})
                              : deliverable(state, market, order, quantity);
    if (quantity.is_zero()) cancel(state, slot, RejectReason::insufficient_balance);
    return quantity;
  }
  const bool beyond_basis = order.is_buy() ? slice.price > order.basis : slice.price < order.basis;
  if (order.closes_only || (!beyond_basis && order.need.opens >= quantity)) return quantity;
  if (beyond_basis) order.basis = slice.price;
  if (can_afford(state, market, order, need_of(state, market, order))) return quantity;
  cancel(state, slot, RejectReason::insufficient_margin);
  return RawQuantity();
}

void touch_group(VenueState& state, const WorkingOrder& order) {
  if (order.group != kNoSlot) state.touched_groups.push_back(order.group);
}

/// Takes an order that has come to its end out of every list.
void finish(VenueState& state, Slot slot) {
  withdraw(state, slot);
  WorkingOrder& order = state.orders[slot];
  Market& market = state.market_of(order);
  set_need(state, market, order, {});
  if (!order.leaving) --market.open_orders;
  if (order.order.time_in_force == TimeInForce::good_till_date) std::erase(state.expiring, slot);
  if (order.group != kNoSlot) {
    state.groups.leave(order.group, order.order.role);
    touch_group(state, order);
  }
  state.orders.remove(slot);
}

/// A leg that has executed all that its entry filled so far waits for more while the entry works.
bool waits_for_entry(const VenueState& state, const WorkingOrder& order) noexcept {
  if (order.group == kNoSlot || !order.is_leg() || order.filled >= order.reported) return false;
  return state.groups[order.group].entry != kNoSlot;
}

/// Tells the group of an order what it executed; legs may sell what an entry bought less the fee paid out of
/// it.
void note_in_group(VenueState& state, const Market& market, const WorkingOrder& order, const Fill& fill) {
  OrderGroup& group = state.groups[order.group];
  group.filled_of(order.order.role) += fill.quantity;
  touch_group(state, order);
  if (order.order.role != GroupRole::entry) return;
  const Instrument& instrument = *market.instrument;
  group.entry_rested = order.stage == Stage::resting;
  group.entry_kept = group.entry_filled;
  if (!market.is_spot() || !order.is_buy() || fill.fee_asset != instrument.base()) return;
  group.entry_base_fee += fill.fee;
  const Amount kept = instrument.base_amount(group.entry_filled) - group.entry_base_fee;
  const auto unit = instrument.base_amount(RawQuantity(1)).units();
  group.entry_kept = instrument.floor_to_step(RawQuantity(static_cast<std::int64_t>(kept.units() / unit)));
}

void after_execution(VenueState& state, Market& market, Slot slot, const Fill& fill) {
  WorkingOrder& order = state.orders[slot];
  order.filled += fill.quantity;
  if (order.group != kNoSlot) note_in_group(state, market, order, fill);
  if (!order.remaining().is_zero()) {
    set_need(state, market, order, need_of(state, market, order));
  } else if (waits_for_entry(state, order)) {
    withdraw(state, slot);
    order.stage = Stage::inactive;
    set_need(state, market, order, {});
  } else {
    // The group let it have less than our side was told: without a word it would wait for the rest for ever.
    if (order.filled < order.reported)
      state.report(OrderCanceled{order.order.id, order.filled, RejectReason::none});
    finish(state, slot);
  }
}

}  // namespace

void credit(VenueState& state, AssetId asset, Amount amount) noexcept {
  AssetAccount& account = state.account(asset);
  account.balance += amount;
  state.margin_changed = state.margin_changed || account.margined;
}

RawQuantity closable(const VenueState& state, const Market& market, Side side) noexcept {
  if (!market.is_spot()) {
    const std::int64_t held = market.position.quantity.units;
    const bool reduces = side == Side::buy ? held < 0 : held > 0;
    return reduces ? RawQuantity(held < 0 ? -held : held) : RawQuantity();
  }
  const AssetAccount& base = state.account(market.instrument->base());
  const auto unit = market.instrument->base_amount(RawQuantity(1)).units();
  const int128 units = (side == Side::buy ? -base.balance.units() : base.balance.units()) / unit;
  return market.instrument->floor_to_step(
      RawQuantity(static_cast<std::int64_t>(std::clamp<int128>(units, 0, INT64_MAX))));
}

void update_position_margin(VenueState& state, Market& market, const Position& before) noexcept {
  const Position& after = market.position;
  const bool isolated = market.rules.margin == MarginMode::isolated;
  Amount margin = market.position_margin;
  if (!isolated || before.is_flat() || after.is_flat() || before.is_long() != after.is_long()) {
    margin = share_up(after.cost.absolute(), market.initial_margin);
  } else if (after.quantity.absolute() >= before.quantity.absolute()) {
    const Amount added = after.cost.absolute() - before.cost.absolute();
    margin += share_up(std::max(added, Amount()), market.initial_margin);
  } else {
    margin = margin.share(after.quantity.absolute().units, before.quantity.absolute().units);
  }
  state.account(market.settle()).position_margin += margin - market.position_margin;
  market.position_margin = margin;
}

void book_execution(VenueState& state, Market& market, const Fill& fill) noexcept {
  const Instrument& instrument = *market.instrument;
  const Position before = market.position;
  const Amount realized = market.position.apply(instrument, fill.side, fill.quantity, fill.price);
  if (market.is_spot()) {
    const Amount notional = instrument.notional(fill.price, fill.quantity);
    const Amount base = instrument.base_amount(fill.quantity);
    credit(state, instrument.quote(), fill.side == Side::buy ? -notional : notional);
    credit(state, instrument.base(), fill.side == Side::buy ? base : -base);
  } else {
    credit(state, instrument.quote(), realized);
    update_position_margin(state, market, before);
    update_order_margin(state, market);
    if (!before.is_flat() && (market.position.is_flat() || market.position.is_long() != before.is_long())) {
      state.touched_positions.push_back(market.number);
    }
  }
  credit(state, fill.fee_asset, -fill.fee);
}

RawQuantity execute(VenueState& state, Slot slot, RawPrice price, RawQuantity quantity, Liquidity liquidity) {
  Market& market = state.market_of(state.orders[slot]);
  const OrderId id = state.orders[slot].order.id;
  const RawQuantity executed = permitted(state, market, slot, Slice{price, quantity});
  if (executed.is_zero()) return executed;
  const Side side = state.orders[slot].order.side;
  const Fee fee = fee_of(state, market, side, liquidity, Slice{price, executed});
  const Fill fill{.order = id,
                  .instrument = market.instrument->id(),
                  .trade = TradeId(++state.last_trade),
                  .side = side,
                  .liquidity = liquidity,
                  .liquidation = false,
                  .ts_venue = state.now,
                  .price = price,
                  .quantity = executed,
                  .fee = fee.amount,
                  .fee_asset = fee.asset};
  book_execution(state, market, fill);
  state.report(fill);
  after_execution(state, market, slot, fill);
  if (executed < quantity && state.orders.is_live(slot, id)) {
    const bool reduced = state.orders[slot].closes_only;
    cancel(state, slot,
           reduced ? RejectReason::reduce_only_would_increase : RejectReason::insufficient_balance);
  }
  return executed;
}

void execute_plan(VenueState& state, Slot slot) {
  const OrderId id = state.orders[slot].order.id;
  for (const Slice& slice : state.plan) {
    if (!state.orders.is_live(slot, id)) return;
    if (execute(state, slot, slice.price, slice.quantity, Liquidity::taker) < slice.quantity) return;
  }
}

void withdraw(VenueState& state, Slot slot) {
  WorkingOrder& order = state.orders[slot];
  Market& market = state.market_of(order);
  state.touch(market);
  if (order.stage == Stage::resting) market.ladder(order.order.side).erase(order.order.limit_price, slot);
  if (order.stage == Stage::armed) std::erase(market.armed, slot);
  if (order.stage == Stage::waiting || order.fresh) std::erase(market.waiting, slot);
  order.fresh = false;
}

void cancel(VenueState& state, Slot slot, RejectReason reason) {
  const WorkingOrder& order = state.orders[slot];
  state.report(OrderCanceled{order.order.id, order.filled, reason});
  finish(state, slot);
}

void expire(VenueState& state, Slot slot) {
  const WorkingOrder& order = state.orders[slot];
  state.report(OrderExpired{order.order.id, order.filled});
  finish(state, slot);
}

}  // namespace kontor::sim
