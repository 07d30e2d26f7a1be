#pragma once

#include <span>
#include <vector>

#include <boost/describe/class.hpp>

#include "execution/order_manager.hpp"
#include "model/order.hpp"
#include "model/price_filter.hpp"

namespace kontor::execution {

/// One order that a strategy wants to be working. Limit orders only; `tag` says which is which.
struct DesiredOrder {
  Side side = Side::buy;
  RawPrice price;
  RawQuantity quantity;
  std::uint64_t tag = 0;
  bool post_only = true;
  bool reduce_only = false;
  bool operator==(const DesiredOrder&) const noexcept = default;
  BOOST_DESCRIBE_CLASS(DesiredOrder, (), (side, price, quantity, tag, post_only, reduce_only), (), ())
};

/// True for the orders that a list of desired orders speaks for: limit orders without a group.
[[nodiscard]] constexpr bool is_governed(const NewOrder& order) noexcept {
  return order.type == OrderType::limit && order.role == GroupRole::single;
}
/// What is still open of an order, as a wish; with an amendment that is on its way as if it had gone through.
[[nodiscard]] DesiredOrder as_wanted(const Order& order) noexcept;
/// True if an amendment can turn one into the other. The tag stays with an order for life and is what the
/// strategy knows a fill by, so it has to agree too.
[[nodiscard]] constexpr bool is_alike(const DesiredOrder& order, const DesiredOrder& wanted) noexcept {
  return order.tag == wanted.tag && order.side == wanted.side && order.reduce_only == wanted.reduce_only &&
         order.post_only == wanted.post_only;
}

/// The fewest commands that turn the open orders of one strategy in one instrument into the desired ones.
struct OrderDifference {
  std::vector<DesiredOrder> place;
  std::vector<AmendOrder> amend;
  std::vector<OrderId> cancel;
  /// Orders that are not what is desired, but have to wait for the venue's answer to an earlier request: with
  /// any, the difference is to be taken again once they are answered.
  std::size_t deferred = 0;
  void clear() {
    place.clear();
    amend.clear();
    cancel.clear();
    deferred = 0;
  }
};

/// Turns desired open orders into placements, amendments and cancels. Equal orders stay untouched (and keep
/// their queue position); of the rest, an order is amended into the desired order of the same side and tag;
/// what is then left over is canceled or placed. Orders with a request on its way are left alone until the
/// venue has answered. Keeps its buffers between calls; one per engine.
class DesiredOrdersDiffer {
 public:
  const OrderDifference& diff(const OrderManager& orders, StrategyId strategy, InstrumentId instrument,
                              std::span<const DesiredOrder> desired);

 private:
  /// An open order, with what comparisons read beside each other.
  struct Working {
    const Order* order = nullptr;
    DesiredOrder as_wanted;  ///< what it is, in the words of a wish
    bool settled = false;
  };

  void collect(const OrderManager& orders, StrategyId strategy, InstrumentId instrument);
  /// The first unsettled order that fits, searched in a circle from the one that fitted last: lists mostly
  /// come in the order in which they came before.
  template <class Fits>
  Working* find(Fits&& fits);
  void keep_equal(std::span<const DesiredOrder> desired);
  void amend_alike(std::span<const DesiredOrder> desired);

  std::vector<Working> working_;
  std::size_t next_ = 0;  ///< where the next search begins
  PriceFilter prices_;    ///< of working_
  std::vector<bool> placed_;
  OrderDifference difference_;
};

}  // namespace kontor::execution
