#include "risk/exposure.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace kontor::risk {

bool counts_as_pending(const execution::Order& order, OrderId replaced) noexcept {
  return !is_protective(order.request.role) && order.status != OrderStatus::pending_cancel &&
         order.id() != replaced;
}

PendingQuantity pending_quantity(const execution::OrderManager& orders, const Part& part,
                                 InstrumentId instrument, OrderId replaced) noexcept {
  PendingQuantity pending;
  if (orders.open_count() == 0) return pending;
  orders.for_each_open([&](const execution::Order& order) {
    const NewOrder& request = order.request;
    if (request.instrument != instrument || !part.holds(request) || !counts_as_pending(order, replaced))
      return;
    RawQuantity rest = order.remaining();
    if (order.status == OrderStatus::pending_amend)
      rest = std::max(rest, order.asked_quantity - order.filled);
    pending = with_order(pending, request.side, rest);
  });
  return pending;
}

RawQuantity unprotected_quantity(const portfolio::Portfolio& portfolio, const execution::OrderManager& orders,
                                 const NewOrder& leg) noexcept {
  const RawQuantity own = portfolio.book(leg.strategy, leg.instrument).position.quantity;
  RawQuantity free = leg.side == Side::sell ? own : -own;
  if (free.units < 0) free = {};
  std::vector<std::pair<GroupId, RawQuantity>> groups;  // a fill of one leg is taken off the other
  orders.for_each_open([&](const execution::Order& order) {
    const NewOrder& request = order.request;
    if (request.strategy != leg.strategy || request.instrument != leg.instrument ||
        order.status == OrderStatus::pending_cancel) {
      return;
    }
    if (request.role == GroupRole::entry && request.side != leg.side)
      free = saturating_sum(free, order.remaining());
    if (!is_protective(request.role) || request.side != leg.side || request.group == leg.group) return;
    const auto known = std::ranges::find(groups, request.group, &std::pair<GroupId, RawQuantity>::first);
    if (known == groups.end()) {
      groups.emplace_back(request.group, order.remaining());
    } else {
      known->second = std::max(known->second, order.remaining());
    }
  });
  for (const auto& [group, closes] : groups) free = saturating_sum(free, -closes);
  return std::max(free, RawQuantity());
}

RawQuantity position_of(const portfolio::Portfolio& portfolio, const Part& part,
                        InstrumentId instrument) noexcept {
  if (part.instrument && *part.instrument != instrument) return {};
  return part.strategy ? portfolio.book(*part.strategy, instrument).position.quantity
                       : portfolio.position(instrument).quantity;
}

}  // namespace kontor::risk
