#include "venue/sim/reservation.hpp"

#include <algorithm>

namespace kontor::sim {
namespace {

/// How much of the sum an order's need makes up, given that legs of one side share.
Need contribution(const VenueState& state, const WorkingOrder& order, const Need& need) noexcept {
  if (order.group == kNoSlot || !order.is_leg()) return need;
  const Slot sibling = state.groups[order.group].slot_of(other_leg(order.order.role));
  if (sibling == kNoSlot) return need;
  const WorkingOrder& other = state.orders[sibling];
  if (other.order.side != order.order.side || other.order.instrument != order.order.instrument) return need;
  return {std::max(need.amount, other.need.amount) - other.need.amount,
          std::max(need.opens, other.need.opens) - other.need.opens};
}

/// What the order adds to the sum of its side's needs if its own becomes `need`.
Need change_of(const VenueState& state, const WorkingOrder& order, const Need& need) noexcept {
  const Need after = contribution(state, order, need);
  const Need before = contribution(state, order, order.need);
  return {after.amount - before.amount, after.opens - before.opens};
}

Need sum_of(const Need& a, const Need& b) noexcept { return {a.amount + b.amount, a.opens + b.opens}; }

/// The value of what the position would be larger than it is if all of one side's `needs` filled.
Amount enlargement(const Market& market, Side side, const Need& needs) noexcept {
  if (needs.opens.units <= 0) return Amount();
  const RawQuantity held = market.position.quantity;
  const RawQuantity filled(sign_of(side) * needs.opens.units);
  const RawQuantity more = (held + filled).absolute() - held.absolute();
  return more.units <= 0 ? Amount() : needs.amount.share(more.units, needs.opens.units);
}

Amount order_margin_of(const Market& market, const Need& buys, const Need& sells) noexcept {
  const Amount worst = std::max(enlargement(market, Side::buy, buys), enlargement(market, Side::sell, sells));
  return share_up(worst, market.order_margin_rate);
}

/// A spot buy on margin first gives back what is owed, which is held back already as a liability.
RawQuantity beyond_liability(const VenueState& state, const Market& market, RawQuantity quantity) noexcept {
  const Amount owed = liability(state.account(market.instrument->base()));
  if (owed.is_zero()) return quantity;
  const auto unit = market.instrument->base_amount(RawQuantity(1)).units();
  const auto covered = static_cast<std::int64_t>(owed.units() / unit);
  return RawQuantity(std::max<std::int64_t>(0, quantity.units - covered));
}

/// What spot shorts against this quote asset hold back: the value owed, and margin on all that open sells
/// could make us owe.
Amount held_by_shorts(const VenueState& state, AssetId quote) noexcept {
  Amount held;
  for (const Slot number : state.margin_markets) {
    const Market& market = state.markets[number];
    if (!market.is_spot() || market.settle() != quote) continue;
    const AssetAccount& base = state.account(market.instrument->base());
    const Amount possible = std::max(base.reserved - base.balance, Amount());
    if (possible.is_zero()) continue;
    held += value_of(*market.instrument, liability(base), market.mark());
    held += share_up(value_of(*market.instrument, possible, market.mark()), market.order_margin_rate);
  }
  return held;
}

Amount cross_result(const VenueState& state, AssetId asset) noexcept {
  Amount result;
  for (const Slot number : state.margin_markets) {
    const Market& market = state.markets[number];
    if (market.is_spot() || market.settle() != asset || market.position.is_flat()) continue;
    if (market.rules.margin == MarginMode::isolated) continue;
    result += market.position.unrealized(*market.instrument, market.mark());
  }
  return result;
}

bool can_afford_short(const VenueState& state, const Market& market, Amount increase) noexcept {
  const AssetAccount& base = state.account(market.instrument->base());
  const Amount before = std::max(base.reserved - base.balance, Amount());
  const Amount after = std::max(base.reserved + increase - base.balance, Amount());
  if (after <= before) return true;
  if (market.mark().units == 0) return false;
  const Amount margin =
      share_up(value_of(*market.instrument, after - before, market.mark()), market.order_margin_rate);
  return margin <= free_funds(state, market.settle());
}

}  // namespace

Amount value_of(const Instrument& instrument, Amount base, RawPrice price) noexcept {
  const auto power = static_cast<std::uint64_t>(kPowersOfTen[instrument.price_scale()]);
  const uint128 size =
      multiply_divide(magnitude(base.units()), static_cast<std::uint64_t>(price.units), power);
  return Amount::from_units(base.is_negative() ? -static_cast<int128>(size) : static_cast<int128>(size));
}

Need need_of(const VenueState& state, const Market& market, const WorkingOrder& order) noexcept {
  const RawQuantity quantity = order.remaining();
  if (order.stage == Stage::inactive || quantity.units <= 0) return {};
  if (!market.is_spot()) {
    return order.closes_only ? Need{} : Need{market.instrument->notional(order.basis, quantity), quantity};
  }
  if (!order.is_buy()) return {market.instrument->base_amount(quantity), {}};
  const RawQuantity paid = market.rules.spot_margin ? beyond_liability(state, market, quantity) : quantity;
  const Amount notional = market.instrument->notional(order.basis, paid);
  if (market.rules.fee_asset == FeeAsset::base) return {notional, {}};
  return {notional + market.fees.highest_in_quote(order.basis, quantity), {}};
}

bool can_afford(const VenueState& state, const Market& market, const WorkingOrder& order,
                const Need& need) noexcept {
  const Need delta = change_of(state, order, need);
  if (market.is_spot()) {
    if (delta.amount <= Amount()) return true;
    if (order.is_buy()) return delta.amount <= free_funds(state, market.settle());
    if (market.rules.spot_margin) return can_afford_short(state, market, delta.amount);
    return delta.amount <= free_funds(state, market.instrument->base());
  }
  const Need buys = order.is_buy() ? sum_of(market.need[0], delta) : market.need[0];
  const Need sells = order.is_buy() ? market.need[1] : sum_of(market.need[1], delta);
  const Amount increase = order_margin_of(market, buys, sells) - market.order_margin;
  return increase <= Amount() || increase <= free_funds(state, market.settle());
}

void set_need(VenueState& state, Market& market, WorkingOrder& order, const Need& need) {
  const Need kept = order.leaving ? Need{} : need;
  if (kept == order.need) return;
  const Need delta = change_of(state, order, kept);
  order.need = kept;
  if (delta == Need{}) return;
  if (market.is_spot()) {
    const AssetId asset = order.is_buy() ? market.settle() : market.instrument->base();
    state.account(asset).reserved += delta.amount;
    return;
  }
  Need& needs = market.need[order.is_buy() ? 0 : 1];
  needs = sum_of(needs, delta);
  update_order_margin(state, market);
}

void update_order_margin(VenueState& state, Market& market) {
  if (market.is_spot()) return;
  const Amount margin = order_margin_of(market, market.need[0], market.need[1]);
  if (margin == market.order_margin) return;
  state.account(market.settle()).reserved += margin - market.order_margin;
  market.order_margin = margin;
}

Amount held_for(const VenueState& state, const Market& market, RawQuantity quantity) noexcept {
  const Amount owed = liability(state.account(market.instrument->base()));
  const Amount covered = std::min(owed, market.instrument->base_amount(quantity));
  const Amount value = value_of(*market.instrument, covered, market.mark());
  return value + share_up(value, market.order_margin_rate);
}

Amount free_funds(const VenueState& state, AssetId asset) noexcept {
  const AssetAccount& account = state.account(asset);
  const Amount unreserved = account.balance - account.reserved;
  if (!account.margined) return unreserved;
  return unreserved - account.position_margin + cross_result(state, asset) - held_by_shorts(state, asset);
}

}  // namespace kontor::sim
