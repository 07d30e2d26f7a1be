#include "execution/declared_orders.hpp"

#include <algorithm>

namespace kontor::execution {
namespace {

using List = std::vector<DesiredOrder>;

/// What a refused amendment would have made of the order.
DesiredOrder as_asked(const Order& order) noexcept {
  DesiredOrder asked = as_wanted(order);
  asked.price = order.asked_price;
  asked.quantity = order.asked_quantity - order.filled;
  return asked;
}

/// Takes `filled` off the wish that the order stands for: the one at its price, or, while an order is not yet
/// what it should be, one that it can be amended into.
void take_off(List& list, const DesiredOrder& order, RawQuantity filled, bool deferred) {
  const auto alike = [&](const DesiredOrder& wanted) { return is_alike(order, wanted); };
  auto found = std::ranges::find_if(
      list, [&](const DesiredOrder& wanted) { return alike(wanted) && wanted.price == order.price; });
  if (found == list.end() && deferred) found = std::ranges::find_if(list, alike);
  if (found == list.end()) return;
  found->quantity -= std::min(filled, found->quantity);
  if (found->quantity.is_zero()) list.erase(found);
}

/// True if a post-only order could only be rejected, as far as we know the market.
bool would_take(const DesiredOrder& order, const MarketTop& market) noexcept {
  if (!order.post_only) return false;
  const bool buys = order.side == Side::buy;
  const RawPrice opposite = buys ? market.ask : market.bid;
  const RawPrice touch = opposite.units != 0 ? opposite : market.last;
  if (touch.units == 0) return false;
  return buys ? order.price >= touch : order.price <= touch;
}

}  // namespace

void Declaration::declare(std::span<const DesiredOrder> wanted, const MarketTop& market) {
  wanted_.assign(wanted.begin(), wanted.end());
  seen_ = market;
  retries_ = 0;
  corrections_ = 0;
  stands_ = true;
  holds_back_ = false;
}

void Declaration::hold_back() {
  if (!holds_back_) possible_ = wanted_;
  holds_back_ = true;
}

void Declaration::on_fill(const Order& order, RawQuantity filled) {
  if (order.status == OrderStatus::pending_cancel) return;  // no part of what is wanted
  const DesiredOrder filling = as_wanted(order);
  take_off(wanted_, filling, filled, deferred_);
  if (holds_back_) take_off(possible_, filling, filled, deferred_);
}

void Declaration::on_gone(const Order& order) {
  const auto list = working_list();
  for (const DesiredOrder& gone : {as_wanted(order), as_asked(order)}) {
    const auto found = std::ranges::find(list, gone);
    if (found == list.end()) continue;
    const auto place = found - list.begin();
    hold_back();
    possible_.erase(possible_.begin() + place);
    return;
  }
}

void Declaration::on_amend_refused(const Order& order) {
  const auto list = working_list();
  const auto found = std::ranges::find(list, as_asked(order));
  if (found == list.end()) return;  // wanted no more
  const auto place = found - list.begin();
  hold_back();
  possible_[static_cast<std::size_t>(place)] = as_wanted(order);
}

void Declaration::on_cancel_refused(const Order& order) {
  hold_back();
  possible_.push_back(as_wanted(order));
}

bool Declaration::try_again(const MarketTop& market) {
  if (!holds_back() || market == seen_) return false;
  seen_ = market;
  List possible;
  std::ranges::copy_if(wanted_, std::back_inserter(possible),
                       [&](const DesiredOrder& wanted) { return !would_take(wanted, market); });
  if (possible == possible_) return false;
  ++retries_;
  possible_ = std::move(possible);
  holds_back_ = possible_.size() != wanted_.size();
  return true;
}

bool Declaration::look_again(const Order& answered, const MarketTop& market, std::uint64_t seq) {
  if (worked_at_ == seq) return false;
  if (try_again(market)) return true;
  if (!deferred_ || corrections_ >= kMaxCorrections) return false;
  const auto list = working_list();
  if (answered.is_open() && std::ranges::find(list, as_wanted(answered)) != list.end()) return false;
  ++corrections_;
  return true;
}

}  // namespace kontor::execution
