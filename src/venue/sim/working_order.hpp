#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/amount.hpp"
#include "model/order.hpp"
#include "venue/sim/id_index.hpp"

namespace kontor::sim {

/// Where a live order is kept.
enum class Stage : std::uint8_t {
  inactive,  ///< a protective leg that waits for its entry
  armed,     ///< waits for its trigger price
  waiting,   ///< bars and quotes: takes liquidity at the next chance, never rests (market, IOC, FOK)
  resting,   ///< a limit order on its ladder
};
BOOST_DESCRIBE_ENUM(Stage, inactive, armed, waiting, resting)

/// When a command was sent and when it reached the venue.
struct Passage {
  TimeNs sent = 0;
  TimeNs arrival = 0;
  BOOST_DESCRIBE_CLASS(Passage, (), (sent, arrival), (), ())
};

/// What an order would hold back alone; see reservation.hpp.
struct Need {
  Amount amount;      ///< spot: of the asset that is given; perpetuals: notional
  RawQuantity opens;  ///< perpetuals: the quantity that has this notional
  bool operator==(const Need&) const noexcept = default;
  BOOST_DESCRIBE_CLASS(Need, (), (amount, opens), (), ())
};

/// One live order of ours inside the simulated venue.
struct WorkingOrder {
  NewOrder order;  ///< as placed; quantity and limit price follow amendments and the order's group
  RawQuantity filled;
  RawQuantity nominal;   ///< total quantity as asked for; the group may allow less
  RawQuantity reported;  ///< total quantity as our side knows it
  RawPrice trigger;      ///< current trigger price; moves on a trailing stop
  RawPrice extreme;      ///< trailing stop: best price since activation
  RawPrice basis;        ///< price at which the reservation was made
  Need need;
  TimeNs sent = 0;
  TimeNs arrival = 0;
  Slot group = kNoSlot;
  Stage stage = Stage::inactive;
  bool fresh = false;        ///< bars: has not lived through an open yet
  bool leaving = false;      ///< bars: to be canceled when the present bar is matched; holds nothing back
  bool closes_only = false;  ///< reduce-only, asked for or because it protects a position on margin

  [[nodiscard]] RawQuantity remaining() const noexcept { return order.quantity - filled; }
  [[nodiscard]] bool is_buy() const noexcept { return order.side == Side::buy; }
  [[nodiscard]] bool limited() const noexcept { return has_limit_price(order.type); }
  [[nodiscard]] bool immediate() const noexcept {
    return order.time_in_force == TimeInForce::immediate_or_cancel ||
           order.time_in_force == TimeInForce::fill_or_kill;
  }
  [[nodiscard]] bool is_leg() const noexcept {
    return order.role == GroupRole::stop_loss || order.role == GroupRole::take_profit;
  }
  // Where its group lies is found again by the group's id.
  BOOST_DESCRIBE_CLASS(WorkingOrder, (),
                       (order, filled, nominal, reported, trigger, extreme, basis, need, sent, arrival, stage,
                        fresh, leaving, closes_only),
                       (), ())
};

/// The live orders in a pool of reused slots, found by id. References hold until the next prepare().
class OrderStore {
 public:
  [[nodiscard]] WorkingOrder& operator[](Slot slot) noexcept { return pool_[slot]; }
  [[nodiscard]] const WorkingOrder& operator[](Slot slot) const noexcept { return pool_[slot]; }
  [[nodiscard]] Slot find(OrderId id) const noexcept {
    return id.value == 0 ? kNoSlot : index_.find(id.value);
  }
  [[nodiscard]] bool is_live(Slot slot, OrderId id) const noexcept { return pool_[slot].order.id == id; }

  /// A free slot with a blank order, to be filled in and then added or given back.
  Slot prepare() {
    if (free_.empty()) {
      pool_.emplace_back();
      return static_cast<Slot>(pool_.size() - 1);
    }
    const Slot slot = free_.back();
    free_.pop_back();
    pool_[slot] = WorkingOrder{};
    return slot;
  }
  /// Makes a prepared order live; its id must be new.
  void add(Slot slot) { index_.insert(pool_[slot].order.id.value, slot); }
  /// Gives a prepared slot back.
  void discard(Slot slot) {
    pool_[slot].order.id = OrderId();
    free_.push_back(slot);
  }

  void remove(Slot slot) {
    index_.erase(pool_[slot].order.id.value);
    discard(slot);
  }

  [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }
  /// The live orders by ascending id: an order of things that does not depend on where they lie.
  [[nodiscard]] std::vector<OrderId> ids() const {
    std::vector<OrderId> found;
    found.reserve(size());
    for (const WorkingOrder& order : pool_) {
      if (order.order.id.value != 0) found.push_back(order.order.id);
    }
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  std::vector<WorkingOrder> pool_;
  std::vector<Slot> free_;
  IdIndex index_;
};

}  // namespace kontor::sim
