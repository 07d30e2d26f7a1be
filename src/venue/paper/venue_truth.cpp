#include "venue/paper/venue_truth.hpp"

#include <algorithm>
#include <string>

namespace kontor::paper {
namespace {

std::optional<OrderId> order_in(const VenueReport& report) {
  return std::visit(
      [](const auto& body) -> std::optional<OrderId> {
        if constexpr (requires { body.order; }) return body.order;
        return std::nullopt;
      },
      report);
}

/// The first of what happened after `since`, in a list that is in order of time.
template <class List>
auto first_after(const List& list, TimeNs since) {
  return std::ranges::upper_bound(list, since, {}, [](const auto& one) { return one.ts_venue; });
}

}  // namespace

void VenueTruth::arrived(const NewOrder& order) {
  venue::OrderState state;
  state.order = order.id;
  state.instrument = order.instrument;
  state.quantity = order.quantity;
  state.limit_price = order.limit_price;
  state.side = order.side;
  state.type = order.type;
  orders_[order.id.value] = state;
  open_.insert(order.id.value);
}

void VenueTruth::apply(venue::OrderState& order, const VenueReport& report) {
  if (const auto* rejected = std::get_if<OrderRejected>(&report)) {
    order.status = OrderStatus::rejected;
    order.reason = rejected->reason;
  } else if (const auto* canceled = std::get_if<OrderCanceled>(&report)) {
    order.status = OrderStatus::canceled;
    order.reason = canceled->reason;
  } else if (std::holds_alternative<OrderExpired>(report)) {
    order.status = OrderStatus::expired;
  } else if (const auto* amended = std::get_if<OrderAmended>(&report)) {
    order.quantity = amended->quantity;
    order.limit_price = amended->limit_price;
  } else if (std::holds_alternative<OrderTriggered>(report)) {
    order.triggered = true;
  } else if (const auto* fill = std::get_if<Fill>(&report)) {
    order.filled += fill->quantity;
    order.status = OrderStatus::partially_filled;
  }
}

void VenueTruth::reported(const VenueReport& report, TimeNs at) {
  if (const auto* fill = std::get_if<Fill>(&report)) {
    fills_.push_back(*fill);
    fills_.back().ts_venue = at;
    if (is_manual(fill->order)) fills_.back().order = OrderId();
  }
  if (const auto* funding = std::get_if<FundingPayment>(&report)) fundings_.push_back({*funding, at});
  const auto id = order_in(report);
  const auto found = id ? orders_.find(id->value) : orders_.end();
  if (found == orders_.end()) return;
  apply(found->second, report);
  touched_.push_back(*id);
}

void VenueTruth::settle(const sim::SimVenue& venue) {
  for (const OrderId id : touched_) {
    venue::OrderState& order = orders_.at(id.value);
    if (!is_terminal(order.status) && !venue.is_open(id)) order.status = OrderStatus::filled;
    if (is_terminal(order.status)) open_.erase(id.value);
  }
  touched_.clear();
}

const venue::OrderState* VenueTruth::find(OrderId order) const {
  const auto found = orders_.find(order.value);
  return found == orders_.end() ? nullptr : &found->second;
}

venue::AccountAnswer VenueTruth::account(const InstrumentTable& instruments, const sim::SimVenue& venue,
                                         TimeNs now, TimeNs since) const {
  venue::AccountAnswer answer;
  answer.as_of = now;
  for (const auto id : open_) {
    answer.open_orders.push_back(orders_.at(id));
    if (!is_manual(OrderId(id))) continue;
    answer.open_orders.back().order = OrderId();
    answer.open_orders.back().venue_id = std::to_string(id);
  }
  for (std::uint32_t i = 0; i < instruments.asset_count(); ++i)
    answer.balances.push_back({venue.balance(AssetId(i)), AssetId(i)});
  for (const auto& instrument : instruments.all()) {
    if (!instrument.is_spot())
      answer.positions.emplace_back(instrument.id(), venue.position(instrument.id()).quantity);
  }
  answer.fills.assign(first_after(fills_, since), fills_.end());
  answer.fundings.assign(first_after(fundings_, since), fundings_.end());
  return answer;
}

}  // namespace kontor::paper
