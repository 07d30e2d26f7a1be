#include "risk/exposure.hpp"

#include <algorithm>

namespace kontor::risk {

bool counts_as_pending(const execution::Order& order, OrderId replaced) noexcept {
  const GroupRole role = order.request.role;
  const bool protective = role == GroupRole::stop_loss || role == GroupRole::take_profit;
  return !protective && order.status != OrderStatus::pending_cancel && order.id() != replaced;
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

RawQuantity position_of(const portfolio::Portfolio& portfolio, const Part& part,
                        InstrumentId instrument) noexcept {
  if (part.instrument && *part.instrument != instrument) return {};
  return part.strategy ? portfolio.book(*part.strategy, instrument).position.quantity
                       : portfolio.position(instrument).quantity;
}

}  // namespace kontor::risk
