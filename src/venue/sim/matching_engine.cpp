#include "venue/sim/matching_engine.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace kontor::sim {
namespace {

/// The limit of an order that takes any price.
RawPrice any_price(Side side) noexcept { return RawPrice(side == Side::buy ? INT64_MAX : INT64_MIN); }

bool accepts(Side taker, RawPrice limit, RawPrice price) noexcept {
  return taker == Side::buy ? price <= limit : price >= limit;
}

}  // namespace

MatchingEngine::MatchingEngine(std::size_t max_orders) noexcept
    : max_orders_(std::min<std::size_t>(max_orders, kNoSlot)) {}

std::span<const MatchingEvent> MatchingEngine::submit(const MatchingOrder& order) {
  ASSERT(order.id.value != 0 && (order.type == OrderType::limit || order.type == OrderType::market));
  events_.clear();
  const bool is_market = order.type == OrderType::market;
  Node taker{.id = order.id.value,
             .price = is_market ? any_price(order.side) : order.limit_price,
             .quantity = order.quantity,
             .open = order.quantity,
             .participant = order.participant,
             .side = order.side,
             .is_market = is_market,
             .post_only = order.post_only,
             .self_trade_prevention = order.self_trade_prevention};
  if (const RejectReason reason = check(taker); reason != RejectReason::none) {
    report(MatchingEventKind::rejected, taker, reason);
    return events_;
  }
  report(MatchingEventKind::accepted, taker);
  if (order.time_in_force == TimeInForce::fill_or_kill && !can_fill(taker)) {
    finish(taker, RejectReason::fill_or_kill_unfilled, false);
    return events_;
  }
  RejectReason reason = match(taker);
  if (reason == RejectReason::none && is_market) reason = RejectReason::no_market_price;
  finish(taker, reason, !is_market && order.time_in_force != TimeInForce::immediate_or_cancel);
  return events_;
}

std::span<const MatchingEvent> MatchingEngine::cancel(OrderId id) {
  events_.clear();
  const Slot slot = index_.find(id.value);
  if (slot == kNoSlot) {
    report(MatchingEventKind::cancel_rejected, Node{.id = id.value}, RejectReason::unknown_order);
  } else {
    finish(pool_[slot], RejectReason::none, false);
    remove(slot);
  }
  return events_;
}

std::span<const MatchingEvent> MatchingEngine::amend(OrderId id, RawPrice limit_price, RawQuantity quantity) {
  events_.clear();
  const Slot slot = index_.find(id.value);
  if (slot == kNoSlot) {
    report(MatchingEventKind::amend_rejected, Node{.id = id.value}, RejectReason::unknown_order);
    return events_;
  }
  Node& resting = pool_[slot];
  const RawQuantity open = quantity - (resting.quantity - resting.open);
  if (quantity.units <= 0) {
    report(MatchingEventKind::amend_rejected, resting, RejectReason::below_min_quantity);
  } else if (open.units <= 0) {
    finish(resting, RejectReason::none, false);
    remove(slot);
  } else if (limit_price == resting.price && open <= resting.open) {
    reduce(resting, quantity, open);
  } else if (resting.post_only && crosses(resting.side, limit_price)) {
    report(MatchingEventKind::amend_rejected, resting, RejectReason::post_only_would_take);
  } else if (!fits_volume(resting.side, open - std::min(open, resting.open))) {
    report(MatchingEventKind::amend_rejected, resting, RejectReason::above_max_quantity);
  } else {
    Node order = resting;
    remove(slot);
    order.price = limit_price;
    order.quantity = quantity;
    order.open = open;
    report(MatchingEventKind::replaced, order);
    finish(order, match(order), true);
  }
  return events_;
}

std::optional<RestingOrder> MatchingEngine::find(OrderId id) const noexcept {
  const Slot slot = index_.find(id.value);
  if (slot == kNoSlot) return std::nullopt;
  return pool_[slot].view();
}

RejectReason MatchingEngine::check(const Node& order) noexcept {
  if (order.quantity.units <= 0) return RejectReason::below_min_quantity;
  if (!fits_volume(order.side, order.quantity)) return RejectReason::above_max_quantity;
  if (index_.size() >= max_orders_) return RejectReason::too_many_orders;
  if (index_.find(order.id) != kNoSlot) return RejectReason::duplicate_order;
  if (order.post_only && crosses(order.side, order.price)) return RejectReason::post_only_would_take;
  return RejectReason::none;
}

bool MatchingEngine::crosses(Side side, RawPrice limit) const noexcept {
  const Levels& makers = levels_of(opposite(side));
  return !makers.empty() && accepts(side, limit, makers.best_price());
}

bool MatchingEngine::can_fill(const Node& taker) const noexcept {
  RawQuantity found;
  levels_of(opposite(taker.side)).for_each([&](RawPrice price, const Queue& queue) {
    return accepts(taker.side, taker.price, price) && gather(taker, queue, found) && found < taker.open;
  });
  return found >= taker.open;
}

/// Adds what `taker` can get at one price to `found`; false if self-trade prevention would end it there.
bool MatchingEngine::gather(const Node& taker, const Queue& queue, RawQuantity& found) const noexcept {
  if (!taker.prevents_self_trade()) {
    found += queue.open;
    return true;
  }
  for (Slot at = queue.first; at != kNoSlot; at = pool_[at].next) {
    if (pool_[at].participant != taker.participant) {
      found += pool_[at].open;
    } else if (taker.self_trade_prevention != SelfTradePrevention::cancel_maker) {
      return false;
    }
  }
  return true;
}

RejectReason MatchingEngine::match(Node& taker) {
  Levels& makers = levels_of(opposite(taker.side));
  while (!taker.open.is_zero() && !makers.empty()) {
    const RawPrice price = makers.best_price();
    if (!accepts(taker.side, taker.price, price)) break;
    Queue& queue = makers.best();
    const RejectReason reason = match_level(taker, queue, price);
    if (queue.first == kNoSlot) makers.erase(price);
    if (reason != RejectReason::none) return reason;
  }
  return RejectReason::none;
}

RejectReason MatchingEngine::match_level(Node& taker, Queue& queue, RawPrice price) {
  while (!taker.open.is_zero() && queue.first != kNoSlot) {
    const Slot slot = queue.first;
    const Node& maker = pool_[slot];
    const SelfTradePrevention mode = taker.self_trade_prevention;
    if (!taker.prevents_self_trade() || maker.participant != taker.participant) [[likely]] {
      trade(taker, queue, price);
      continue;
    }
    if (mode != SelfTradePrevention::cancel_taker) {
      finish(maker, RejectReason::self_trade, false);
      unlink(queue, slot);
    }
    if (mode != SelfTradePrevention::cancel_maker) return RejectReason::self_trade;
  }
  return RejectReason::none;
}

void MatchingEngine::trade(Node& taker, Queue& queue, RawPrice price) {
  const Slot slot = queue.first;
  Node& maker = pool_[slot];
  const RawQuantity quantity = std::min(taker.open, maker.open);
  taker.open -= quantity;
  maker.open -= quantity;
  queue.open -= quantity;
  volume_of(maker.side) -= quantity;
  events_.push_back(MatchingEvent{.kind = MatchingEventKind::trade,
                                  .side = taker.side,
                                  .order = OrderId(taker.id),
                                  .maker = OrderId(maker.id),
                                  .price = price,
                                  .quantity = quantity,
                                  .open = taker.open,
                                  .maker_open = maker.open});
  if (maker.open.is_zero()) unlink(queue, slot);
}

/// What becomes of an order after matching: filled, resting, or canceled with what is open.
void MatchingEngine::finish(const Node& order, RejectReason reason, bool may_rest) {
  if (order.open.is_zero()) return;
  if (may_rest && reason == RejectReason::none) {
    rest(order);
  } else {
    report(MatchingEventKind::canceled, order, reason);
  }
}

void MatchingEngine::reduce(Node& order, RawQuantity quantity, RawQuantity open) {
  const RawQuantity less = order.open - open;
  levels_of(order.side).find(order.price)->open -= less;
  volume_of(order.side) -= less;
  order.quantity = quantity;
  order.open = open;
  report(MatchingEventKind::reduced, order);
}

void MatchingEngine::rest(const Node& order) {
  Slot slot = free_;
  if (slot == kNoSlot) {
    slot = static_cast<Slot>(pool_.size());
    pool_.emplace_back();
  } else {
    free_ = pool_[slot].next;
  }
  Queue& queue = levels_of(order.side).obtain(order.price);
  Node& node = pool_[slot];
  node = order;
  node.next = kNoSlot;
  node.previous = queue.last;
  (queue.last == kNoSlot ? queue.first : pool_[queue.last].next) = slot;
  queue.last = slot;
  queue.open += order.open;
  ++queue.orders;
  volume_of(order.side) += order.open;
  index_.insert(order.id, slot);
}

void MatchingEngine::unlink(Queue& queue, Slot slot) noexcept {
  Node& node = pool_[slot];
  (node.previous == kNoSlot ? queue.first : pool_[node.previous].next) = node.next;
  (node.next == kNoSlot ? queue.last : pool_[node.next].previous) = node.previous;
  queue.open -= node.open;
  --queue.orders;
  volume_of(node.side) -= node.open;
  index_.erase(node.id);
  node.next = free_;
  free_ = slot;
}

void MatchingEngine::remove(Slot slot) {
  Levels& levels = levels_of(pool_[slot].side);
  const RawPrice price = pool_[slot].price;
  Queue& queue = *levels.find(price);
  unlink(queue, slot);
  if (queue.first == kNoSlot) levels.erase(price);
}

void MatchingEngine::report(MatchingEventKind kind, const Node& order, RejectReason reason) {
  events_.push_back(MatchingEvent{.kind = kind,
                                  .side = order.side,
                                  .reason = reason,
                                  .order = OrderId(order.id),
                                  .price = order.is_market ? RawPrice() : order.price,
                                  .quantity = order.quantity,
                                  .open = order.open});
}

}  // namespace kontor::sim
