#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <boost/describe/enum.hpp>

#include "base/ids.hpp"
#include "model/book.hpp"
#include "model/order.hpp"
#include "model/price_ladder.hpp"
#include "model/types.hpp"
#include "venue/sim/id_index.hpp"

namespace kontor::sim {

/// Who an order belongs to; 0 is nobody in particular, whose orders may trade with each other.
using ParticipantId = Id<struct ParticipantTag, std::uint32_t>;

/// What happens where an order would trade with a resting order of the same participant.
BOOST_DEFINE_FIXED_ENUM_CLASS(SelfTradePrevention, std::uint8_t, none, cancel_taker, cancel_maker,
                              cancel_both)

/// An order as the matching engine takes it: raw units, market or limit. Checks against tick, step, balance
/// and the like come before; expiry of good-till-date orders is a cancel of the caller.
struct MatchingOrder {
  OrderId id{};  ///< not 0, unique among the orders that rest; ascending ids are found fastest
  ParticipantId participant{};
  Side side = Side::buy;
  OrderType type = OrderType::limit;
  TimeInForce time_in_force = TimeInForce::good_till_canceled;
  bool post_only = false;
  SelfTradePrevention self_trade_prevention = SelfTradePrevention::none;
  RawQuantity quantity{};
  RawPrice limit_price{};
};

/// What became of an order. Every call is answered by one event first; trades follow in their order, then
/// what ended the rest of the order.
enum class MatchingEventKind : std::uint8_t {
  accepted,         ///< the order is valid; trades follow, and what is left rests or is canceled
  rejected,         ///< the order never existed
  trade,            ///< `order` took from `maker` at the maker's price
  canceled,         ///< `order` is gone; `reason` says why if nobody asked for it
  reduced,          ///< amended in place, the priority is kept
  replaced,         ///< amended and at the end of its queue; trades may follow
  cancel_rejected,  ///< there is no such order
  amend_rejected,   ///< the order stays as it was, if there is one
};

struct MatchingEvent {
  MatchingEventKind kind = MatchingEventKind::accepted;
  Side side = Side::buy;  ///< of `order`
  RejectReason reason = RejectReason::none;
  OrderId order{};
  OrderId maker{};           ///< trades only
  RawPrice price{};          ///< of the trade, else the order's limit (0: market order)
  RawQuantity quantity{};    ///< executed by the trade, else the order's total
  RawQuantity open{};        ///< of `order`, after the event; of a canceled order what was open and is gone
  RawQuantity maker_open{};  ///< of `maker`, after the trade
  bool operator==(const MatchingEvent&) const noexcept = default;
};

/// An order in the book.
struct RestingOrder {
  ParticipantId participant{};
  Side side = Side::buy;
  RawPrice price{};
  RawQuantity quantity{};  ///< total, with what has been filled
  RawQuantity open{};
  bool operator==(const RestingOrder&) const noexcept = default;
};

/// All orders at one price.
struct DepthLevel {
  RawPrice price{};
  RawQuantity quantity{};
  std::uint32_t orders = 0;
  bool operator==(const DepthLevel&) const noexcept = default;
};

/// A limit order book of many participants for one instrument, matched by price, then time. The same calls
/// give the same events. Orders live in one pool and are linked into a first-in first-out queue per price;
/// once pool, index and ladders have grown to their size, nothing is allocated.
class MatchingEngine {
 public:
  static constexpr std::size_t kDefaultMaxOrders = std::size_t{1} << 24U;

  /// `max_orders` bounds the resting orders: while so many rest, every new order is rejected with
  /// too_many_orders.
  explicit MatchingEngine(std::size_t max_orders = kDefaultMaxOrders) noexcept;

  /// Each call returns what it caused, valid until the next one.
  std::span<const MatchingEvent> submit(const MatchingOrder& order);
  std::span<const MatchingEvent> cancel(OrderId id);
  /// A new limit price and a new total quantity. The queue position is kept where the price stays and the
  /// quantity does not grow. An order that has already filled as much is canceled.
  std::span<const MatchingEvent> amend(OrderId id, RawPrice limit_price, RawQuantity quantity);

  [[nodiscard]] std::optional<RestingOrder> find(OrderId id) const noexcept;
  [[nodiscard]] std::size_t order_count() const noexcept { return index_.size(); }
  /// A zero level if there is none.
  [[nodiscard]] BookLevel best(Side side) const noexcept {
    const Levels& levels = levels_of(side);
    return levels.empty() ? BookLevel{} : BookLevel{levels.best_price(), levels.best().open};
  }
  /// Calls `visit(const DepthLevel&)` for the best `depth` levels of a side, best first.
  template <class Visit>
  void for_each_level(Side side, std::size_t depth, Visit&& visit) const {
    if (depth == 0) return;
    levels_of(side).for_each([&](RawPrice price, const Queue& queue) {
      visit(DepthLevel{price, queue.open, queue.orders});
      return --depth != 0;
    });
  }
  /// Calls `visit(OrderId, const RestingOrder&)` for every order at a price, oldest first.
  template <class Visit>
  void for_each_order(Side side, RawPrice price, Visit&& visit) const {
    for (Slot at = levels_of(side).value_or_none(price).first; at != kNoSlot; at = pool_[at].next) {
      visit(OrderId(pool_[at].id), pool_[at].view());
    }
  }

 private:
  /// A resting order and its neighbours in the queue; in a free place `next` is the next free one.
  struct Node {
    std::uint64_t id = 0;
    RawPrice price{};
    RawQuantity quantity{};
    RawQuantity open{};
    Slot next = kNoSlot;
    Slot previous = kNoSlot;
    ParticipantId participant{};
    Side side = Side::buy;
    bool is_market = false;
    bool post_only = false;
    SelfTradePrevention self_trade_prevention = SelfTradePrevention::none;

    [[nodiscard]] bool prevents_self_trade() const noexcept {
      return self_trade_prevention != SelfTradePrevention::none && participant.value != 0;
    }
    [[nodiscard]] RestingOrder view() const noexcept { return {participant, side, price, quantity, open}; }
  };
  /// The orders at one price, oldest first.
  struct Queue {
    RawQuantity open{};  ///< Σ of the orders
    Slot first = kNoSlot;
    Slot last = kNoSlot;
    std::uint32_t orders = 0;
  };
  using Levels = PriceLadder<Queue>;

  [[nodiscard]] Levels& levels_of(Side side) noexcept { return levels_[static_cast<std::size_t>(side)]; }
  [[nodiscard]] const Levels& levels_of(Side side) const noexcept {
    return levels_[static_cast<std::size_t>(side)];
  }
  [[nodiscard]] RawQuantity& volume_of(Side side) noexcept { return volume_[static_cast<std::size_t>(side)]; }
  [[nodiscard]] bool fits_volume(Side side, RawQuantity quantity) noexcept {
    return quantity.units <= INT64_MAX - volume_of(side).units;
  }

  [[nodiscard]] RejectReason check(const Node& order) noexcept;
  [[nodiscard]] bool crosses(Side side, RawPrice limit) const noexcept;
  [[nodiscard]] bool can_fill(const Node& taker) const noexcept;
  [[nodiscard]] bool gather(const Node& taker, const Queue& queue, RawQuantity& found) const noexcept;

  /// Trades `taker` against the book up to its limit; self_trade if that ended it.
  [[nodiscard]] RejectReason match(Node& taker);
  [[nodiscard]] RejectReason match_level(Node& taker, Queue& queue, RawPrice price);
  void trade(Node& taker, Queue& queue, RawPrice price);
  void finish(const Node& order, RejectReason reason, bool may_rest);
  void reduce(Node& order, RawQuantity quantity, RawQuantity open);

  void rest(const Node& order);
  /// Takes a resting order out of its queue, which stays where it is even if it is empty now.
  void unlink(Queue& queue, Slot slot) noexcept;
  /// Takes a resting order out of the book.
  void remove(Slot slot);
  void report(MatchingEventKind kind, const Node& order, RejectReason reason = RejectReason::none);

  std::array<Levels, 2> levels_{Levels(Side::buy), Levels(Side::sell)};  ///< by Side
  std::array<RawQuantity, 2> volume_{};                                  ///< Σ open quantity, by Side
  std::vector<Node> pool_;
  Slot free_ = kNoSlot;
  IdIndex index_;
  std::size_t max_orders_;
  std::vector<MatchingEvent> events_;
};

}  // namespace kontor::sim
