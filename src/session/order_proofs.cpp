#include "session/order_proofs.hpp"

namespace kontor::session {
namespace {

using execution::Order;

/// The venue knows no such order. Of one that was filled it must: then nothing is proven.
OrderProofs proofs_of_absence(const Order& ours, bool is_final) {
  if (!is_final || !ours.filled.is_zero()) return {};
  return {{OrderRejected{ours.id(), RejectReason::never_arrived}}, true, false};
}

OrderProofs proofs_of_end(const Order& ours, const venue::OrderState& theirs) {
  switch (theirs.status) {
    case OrderStatus::canceled:
      return {{OrderCanceled{ours.id(), theirs.filled, theirs.reason}}, true, false};
    case OrderStatus::rejected: return {{OrderRejected{ours.id(), theirs.reason}}, true, false};
    case OrderStatus::expired: return {{OrderExpired{ours.id(), theirs.filled}}, true, false};
    default:  // filled: ours is still open only where an amendment was not answered
      return {{OrderAmended{ours.id(), theirs.quantity, theirs.limit_price}}, true, false};
  }
}

OrderProofs proofs_of_life(const Order& ours, const venue::OrderState& theirs, bool is_final) {
  OrderProofs proofs;
  const bool limited = has_limit_price(ours.request.type);
  const bool differs =
      theirs.quantity != ours.quantity || (limited && theirs.limit_price != ours.limit_price);
  if (ours.status == OrderStatus::sent || ours.status == OrderStatus::unknown)
    proofs.reports.emplace_back(OrderAccepted{ours.id()});
  if (theirs.triggered && !ours.triggered) proofs.reports.emplace_back(OrderTriggered{ours.id()});
  const bool amends = ours.status == OrderStatus::pending_amend;
  const bool amended = amends && theirs.quantity == ours.asked_quantity &&
                       (!limited || theirs.limit_price == ours.asked_price);
  // Whatever else an order is than it was, it may still become what was asked for.
  if (differs && (!amends || amended || is_final))
    proofs.reports.emplace_back(OrderAmended{ours.id(), theirs.quantity, theirs.limit_price});
  if (amends && !differs && is_final)
    proofs.reports.emplace_back(AmendRejected{ours.id(), RejectReason::never_arrived});
  if (ours.status == OrderStatus::pending_cancel && is_final)
    proofs.reports.emplace_back(CancelRejected{ours.id(), RejectReason::never_arrived});
  const bool pending = (amends && !amended) || ours.status == OrderStatus::pending_cancel;
  proofs.is_settled = !pending || is_final;
  return proofs;
}

}  // namespace

OrderProofs proofs_of(const Order& ours, const std::optional<venue::OrderState>& theirs, bool is_final) {
  if (!ours.is_open()) return {{}, true, theirs && theirs->filled > ours.filled};
  if (!theirs) return proofs_of_absence(ours, is_final);
  if (theirs->filled > ours.filled) return {{}, false, true};
  if (theirs->filled < ours.filled) return {};  // the answer is older than what we know
  if (is_terminal(theirs->status)) return proofs_of_end(ours, *theirs);
  return proofs_of_life(ours, *theirs, is_final);
}

}  // namespace kontor::session
