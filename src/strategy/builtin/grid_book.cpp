#include "strategy/builtin/grid_book.hpp"

#include <algorithm>

namespace kontor::strategy {
namespace {

constexpr std::uint64_t kLevelsPerSerial = 256;

bool is_orderable(const Instrument& instrument, RawQuantity quantity, RawPrice price, Amount least) noexcept {
  return quantity.units > 0 && quantity >= instrument.min_quantity() &&
         instrument.notional(price, quantity) >= least;
}

/// What a fee taken in base leaves less, in whole raw units, never too little.
RawQuantity base_fee(const Instrument& instrument, const Fill& fill) noexcept {
  if (!instrument.is_spot() || fill.fee_asset != instrument.base()) return {};
  const int128 unit = instrument.base_amount(RawQuantity(1)).units();
  return RawQuantity(static_cast<std::int64_t>(divide_rounded(fill.fee.units(), unit, Rounding::ceiling)));
}

RawQuantity resting_quantity(std::span<const RestingOrder> resting, std::uint64_t tag, Side side) noexcept {
  RawQuantity sum;
  for (const auto& order : resting) {
    if (order.tag == tag && order.side == side) sum += order.remaining;
  }
  return sum;
}

/// Where inventory is offered: at its price, or behind the market where that has gone past it.
RawPrice asking_price(const Instrument& instrument, const GridLevel& level,
                      const GridPrices& prices) noexcept {
  const bool passed = prices.mark >= level.sell_price;
  if (level.asked.units != 0 && (passed || level.asked == level.sell_price)) return level.asked;
  const RawPrice behind = prices.ask.units != 0 ? prices.ask : prices.mark + instrument.tick();
  return std::max(level.sell_price,
                  passed ? instrument.round_to_tick(behind, Rounding::ceiling) : RawPrice());
}

}  // namespace

bool GridBook::is_valid() const noexcept {
  return rest_.quantity.units >= 0 && std::ranges::all_of(levels_, [](const GridLevel& level) {
           return level.buy_price.units >= 0 && level.asked.units >= 0 && level.held.quantity.units >= 0 &&
                  level.to_buy.units >= 0 && level.to_buy <= level.quantity;
         });
}

RawQuantity GridBook::inventory() const noexcept {
  RawQuantity sum = rest_.quantity;
  for (const auto& level : levels_) sum += level.held.quantity;
  return sum;
}

Amount GridBook::inventory_cost() const noexcept {
  Amount sum = rest_.cost;
  for (const auto& level : levels_) sum += level.held.cost;
  return sum;
}

GridLevel* GridBook::find(std::uint64_t tag) noexcept {
  const auto found = std::ranges::find(levels_, tag, &GridLevel::tag);
  return found == levels_.end() ? nullptr : &*found;
}

void GridBook::put_aside(Position& position) noexcept {
  rest_.quantity += position.quantity;
  rest_.cost += position.cost;
  position = {};
}

void GridBook::carry(const Instrument& instrument, GridLevel level, Amount least_notional) {
  const RawQuantity sellable = instrument.floor_to_step(level.held.quantity);
  if (!is_orderable(instrument, sellable, level.sell_price, least_notional)) {
    put_aside(level.held);
    return;
  }
  level.buy_price = RawPrice();
  level.quantity = RawQuantity();
  level.to_buy = RawQuantity();
  level.armed = false;
  levels_.push_back(level);
}

void GridBook::rebuild(const Instrument& instrument, const GridPlan& plan, Amount least_notional) {
  const std::vector<GridLevel> old = std::move(levels_);
  levels_.clear();
  std::uint64_t index = 0;
  for (const auto& planned : plan.levels) {
    const std::uint64_t tag = ++serial_ * kLevelsPerSerial + index++;
    if (planned.quantity.is_zero()) continue;
    levels_.push_back(
        {tag, planned.buy_price, planned.sell_price, planned.quantity, planned.quantity, {}, {}, false});
  }
  for (const auto& level : old) carry(instrument, level, least_notional);
  join_carried();
  active_ = true;
}

void GridBook::join_carried() {
  const auto first = std::ranges::find_if(levels_, &GridLevel::is_carried);
  std::sort(first, levels_.end(),
            [](const GridLevel& a, const GridLevel& b) { return a.sell_price < b.sell_price; });
  while (levels_.end() - first > static_cast<std::ptrdiff_t>(kMaxCarried)) {
    auto nearest = first;
    for (auto it = first; it + 1 != levels_.end(); ++it) {
      const RawPrice gap = (it + 1)->sell_price - it->sell_price;
      if (gap < (nearest + 1)->sell_price - nearest->sell_price) nearest = it;
    }
    (nearest + 1)->held.quantity += nearest->held.quantity;
    (nearest + 1)->held.cost += nearest->held.cost;
    levels_.erase(nearest);
  }
}

void GridBook::reconcile(const Instrument& instrument, const Position& own, RawPrice sell_price) {
  const RawQuantity unknown = own.quantity - inventory();
  if (unknown.units < 0) {
    reduce(instrument, -unknown, RawPrice());
  } else if (unknown.units > 0) {
    GridLevel level;
    level.tag = ++serial_ * kLevelsPerSerial + kLevelsPerSerial - 1;
    level.sell_price = sell_price;
    level.held = {unknown, own.cost.share(unknown.units, own.quantity.units)};
    levels_.push_back(level);
  }
}

void GridBook::arm(RawPrice price) noexcept {
  for (auto& level : levels_) {
    if (!level.is_carried() && level.buy_price < price) level.armed = true;
  }
}

void GridBook::on_fill(const Instrument& instrument, const Fill& fill, std::uint64_t tag,
                       RawPrice orphan_sell_price) {
  GridLevel* level = find(tag);
  if (fill.side == Side::sell) {
    const RawQuantity own = level == nullptr ? RawQuantity() : std::min(fill.quantity, level->held.quantity);
    if (own.units > 0) sell_from(instrument, *level, own, fill.price);
    reduce(instrument, fill.quantity - own, fill.price);
    drop_empty(instrument);
    return;
  }
  if (level == nullptr) {  // bought by an order of an earlier grid that was canceled too late
    GridLevel orphan;
    orphan.tag = tag;
    orphan.sell_price = orphan_sell_price;
    level = &levels_.emplace_back(orphan);
  }
  level->held.apply(instrument, Side::buy, fill.quantity, fill.price);
  level->held.quantity -= base_fee(instrument, fill);  // the cost stays: a fee is part of it
  level->held.quantity += rest_.quantity;
  level->held.cost += rest_.cost;
  rest_ = {};
  level->to_buy = std::max(RawQuantity(), level->to_buy - fill.quantity);
}

void GridBook::sell_from(const Instrument& instrument, GridLevel& level, RawQuantity quantity,
                         RawPrice price) {
  if (price.units != 0) {
    realized_ += level.held.apply(instrument, Side::sell, quantity, price);
  } else {  // gone without a price: written off at cost
    level.held.cost -= level.held.cost.share(quantity.units, level.held.quantity.units);
    level.held.quantity -= quantity;
  }
  level.to_buy = std::min(level.quantity, level.to_buy + quantity);
  if (!instrument.floor_to_step(level.held.quantity).is_zero()) return;
  level.to_buy = level.quantity;
  level.asked = RawPrice();
  ++cycles_;
}

/// Takes a quantity out of the inventory wherever it is, from the lowest selling price up.
void GridBook::reduce(const Instrument& instrument, RawQuantity quantity, RawPrice price) {
  while (quantity.units > 0) {
    GridLevel* lowest = nullptr;
    for (auto& level : levels_) {
      const bool lower = lowest == nullptr || level.sell_price < lowest->sell_price;
      if (level.held.quantity.units > 0 && lower) lowest = &level;
    }
    if (lowest == nullptr) break;
    const RawQuantity part = std::min(quantity, lowest->held.quantity);
    sell_from(instrument, *lowest, part, price);
    quantity -= part;
  }
  const RawQuantity part = std::min(quantity, rest_.quantity);
  if (part.units <= 0) return;
  rest_.cost -= rest_.cost.share(part.units, rest_.quantity.units);
  rest_.quantity -= part;
}

/// Forgets carried levels that are sold; what is left of them below one step goes with the next purchase.
void GridBook::drop_empty(const Instrument& instrument) {
  for (auto& level : levels_) {
    const bool sold = level.is_carried() && instrument.floor_to_step(level.held.quantity).is_zero();
    if (sold) put_aside(level.held);
  }
  std::erase_if(levels_,
                [](const GridLevel& level) { return level.is_carried() && level.held.quantity.is_zero(); });
}

void GridBook::on_refused(Side side, std::uint64_t tag) noexcept {
  GridLevel* level = find(tag);
  if (level == nullptr) return;
  if (side == Side::buy) {
    level->armed = false;
  } else {
    level->asked = RawPrice();
  }
}

void GridBook::desired(const Instrument& instrument, const GridPrices& prices, Amount least_notional,
                       std::span<const RestingOrder> resting, std::vector<execution::DesiredOrder>& orders) {
  orders.clear();
  const auto wish = [&](Side side, RawPrice price, RawQuantity quantity, std::uint64_t tag) {
    // What rests already may be smaller than what could be placed anew.
    const bool rests = quantity.units > 0 && resting_quantity(resting, tag, side) == quantity;
    if (!rests && !is_orderable(instrument, quantity, price, least_notional)) return false;
    orders.push_back({side, price, quantity, tag, true, false});
    return true;
  };
  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
    if (!level->armed) continue;
    wish(Side::buy, level->buy_price, instrument.floor_to_step(level->to_buy), level->tag);
  }
  for (auto& level : levels_) {
    const RawPrice asked = asking_price(instrument, level, prices);
    const bool offered = wish(Side::sell, asked, instrument.floor_to_step(level.held.quantity), level.tag);
    level.asked = offered ? asked : RawPrice();
  }
}

}  // namespace kontor::strategy
