#include "execution/desired_orders.hpp"

#include <algorithm>

namespace kontor::execution {
namespace {

/// What the order will be once a pending amendment has gone through.
RawPrice effective_price(const Order& order) noexcept {
  return order.status == OrderStatus::pending_amend ? order.asked_price : order.limit_price;
}
RawQuantity effective_quantity(const Order& order) noexcept {
  return order.status == OrderStatus::pending_amend ? order.asked_quantity : order.quantity;
}

bool can_amend(const Order& order) noexcept {
  return order.status == OrderStatus::acknowledged || order.status == OrderStatus::partially_filled;
}

}  // namespace

DesiredOrder as_wanted(const Order& order) noexcept {
  return {.side = order.request.side,
          .price = effective_price(order),
          .quantity = effective_quantity(order) - order.filled,
          .tag = order.request.tag,
          .post_only = order.request.post_only,
          .reduce_only = order.request.reduce_only};
}

void DesiredOrdersDiffer::collect(const OrderManager& orders, StrategyId strategy, InstrumentId instrument) {
  working_.clear();
  prices_.clear();
  orders.for_each_open([&](const Order& order) {
    const bool ours = order.request.strategy == strategy && order.request.instrument == instrument &&
                      is_governed(order.request);
    // What is being canceled is as good as gone and takes no part.
    if (!ours || order.status == OrderStatus::pending_cancel) return;
    working_.push_back({&order, as_wanted(order), false});
    prices_.add(working_.back().as_wanted.price);
  });
  next_ = 0;
}

template <class Fits>
DesiredOrdersDiffer::Working* DesiredOrdersDiffer::find(Fits&& fits) {
  for (std::size_t i = 0; i < working_.size(); ++i) {
    if (next_ >= working_.size()) next_ = 0;
    Working& working = working_[next_++];
    if (!working.settled && fits(working.as_wanted)) return &working;
  }
  return nullptr;
}

void DesiredOrdersDiffer::keep_equal(std::span<const DesiredOrder> desired) {
  for (std::size_t i = 0; i < desired.size(); ++i) {
    if (!prices_.may_hold(desired[i].price)) continue;
    Working* match = find([&](const DesiredOrder& order) { return order == desired[i]; });
    if (match == nullptr) continue;
    match->settled = true;
    placed_[i] = true;
  }
}

void DesiredOrdersDiffer::amend_alike(std::span<const DesiredOrder> desired) {
  for (std::size_t i = 0; i < desired.size(); ++i) {
    if (placed_[i]) continue;
    Working* match = find([&](const DesiredOrder& order) { return is_alike(order, desired[i]); });
    if (match == nullptr) continue;
    const Order& order = *match->order;
    match->settled = true;
    placed_[i] = true;  // an order that still waits for the venue's answer holds its place until then
    if (!can_amend(order)) {
      ++difference_.deferred;
      continue;
    }
    difference_.amend.push_back(
        {order.id(), order.request.instrument, desired[i].quantity + order.filled, desired[i].price});
  }
}

const OrderDifference& DesiredOrdersDiffer::diff(const OrderManager& orders, StrategyId strategy,
                                                 InstrumentId instrument,
                                                 std::span<const DesiredOrder> desired) {
  difference_.clear();
  collect(orders, strategy, instrument);
  placed_.assign(desired.size(), false);
  keep_equal(desired);
  amend_alike(desired);
  for (const auto& working : working_) {
    if (working.settled) continue;
    if (can_amend(*working.order)) {
      difference_.cancel.push_back(working.order->id());
    } else {
      ++difference_.deferred;
    }
  }
  for (std::size_t i = 0; i < desired.size(); ++i) {
    if (!placed_[i]) difference_.place.push_back(desired[i]);
  }
  return difference_;
}

}  // namespace kontor::execution
