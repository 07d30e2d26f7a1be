#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <boost/describe/class.hpp>

#include "execution/approved.hpp"
#include "execution/order_state.hpp"
#include "execution/trade_deduplicator.hpp"
#include "model/event.hpp"
#include "model/instrument.hpp"

namespace kontor::execution {

/// Owner of all orders of an account: registers what risk has approved, applies what the venue reports.
/// Reports may come twice, late or out of order; statuses only go forward and fills only grow. Orders are
/// kept while open, and the last closed ones for late reports. Iteration is by ascending order id.
class OrderManager {
 public:
  static constexpr std::size_t kMaxOpenOrders = 10'000;
  static constexpr std::size_t kClosedOrdersKept = 256;

  /// The id that the next order gets.
  [[nodiscard]] OrderId next_id() const noexcept { return OrderId(next_id_); }
  OrderId reserve_id() noexcept { return OrderId(next_id_++); }
  /// Gives no id before `next` any more: somebody has it already.
  void skip_ids_before(OrderId next) noexcept { next_id_ = std::max(next_id_, next.value); }
  GroupId reserve_group() noexcept { return GroupId(next_group_++); }

  /// Takes an approved order into the books as `sent`: it is pending in the state before it leaves.
  const Order& submit(const Approved<NewOrder>& approved, TimeNs now);
  /// Marks an open order as being canceled or amended; false if that makes no sense in its state.
  bool request_cancel(OrderId id, TimeNs now);
  bool request_amend(const Approved<AmendOrder>& approved, TimeNs now);

  // What the venue says. Each returns the order that changed, or nullptr if the report changed nothing
  // (unknown, duplicate or too late).
  const Order* on_accepted(const OrderAccepted& report, TimeNs now);
  const Order* on_rejected(const OrderRejected& report, TimeNs now);
  const Order* on_canceled(const OrderCanceled& report, TimeNs now);
  const Order* on_expired(const OrderExpired& report, TimeNs now);
  const Order* on_amended(const OrderAmended& report, TimeNs now);
  const Order* on_triggered(const OrderTriggered& report, TimeNs now);
  const Order* on_cancel_rejected(const CancelRejected& report, TimeNs now);
  const Order* on_amend_rejected(const AmendRejected& report, TimeNs now);
  const Order* on_unresolved(const OrderUnresolved& report, TimeNs now);
  /// Books the execution into the order. Deduplicates by trade id; a new fill of a closed order still counts.
  const Order* on_fill(const Fill& fill, const Instrument& instrument, TimeNs now);
  [[nodiscard]] bool knows_trade(InstrumentId instrument, TradeId trade) const noexcept {
    return trades_.contains(instrument, trade);
  }
  /// True if the trade was not seen before; for fills that belong to no known order.
  bool remember_trade(const Fill& fill) { return trades_.insert(fill.instrument, fill.trade); }

  [[nodiscard]] const Order* find(OrderId id) const noexcept {
    const std::uint32_t slot = slot_of(id);
    return slot == kNoSlot ? nullptr : &slots_[slot];
  }
  [[nodiscard]] std::size_t open_count() const noexcept { return open_.size(); }
  [[nodiscard]] std::size_t open_count(StrategyId strategy, InstrumentId instrument) const noexcept;
  /// Every open order by ascending id.
  template <class Visit>
  void for_each_open(Visit&& visit) const {
    for (const auto& entry : open_) visit(slots_[entry.slot]);
  }

 private:
  struct IndexEntry {
    OrderId id;
    std::uint32_t slot = 0;
    BOOST_DESCRIBE_CLASS(IndexEntry, (), (id, slot), (), ())
  };

  static constexpr std::uint32_t kNoSlot = UINT32_MAX;
  /// Where the order is kept, open or closed.
  [[nodiscard]] std::uint32_t slot_of(OrderId id) const noexcept;
  [[nodiscard]] Order* find_mutable(OrderId id) noexcept {
    const std::uint32_t slot = slot_of(id);
    return slot == kNoSlot ? nullptr : &slots_[slot];
  }
  /// Moves the order to `to` if that is forward; closes it where `to` is terminal.
  const Order* advance(Order* order, OrderStatus to, TimeNs now);
  void close(OrderId id);

  std::vector<Order> slots_;
  std::vector<std::uint32_t> free_;
  std::vector<IndexEntry> open_;    ///< ascending id
  std::vector<IndexEntry> closed_;  ///< ring by age
  std::uint64_t closed_count_ = 0;
  std::uint64_t next_id_ = 1;
  std::uint64_t next_group_ = 1;
  TradeDeduplicator trades_;

  BOOST_DESCRIBE_CLASS(OrderManager, (), (), (),
                       (slots_, free_, open_, closed_, closed_count_, next_id_, next_group_, trades_))
};

}  // namespace kontor::execution
