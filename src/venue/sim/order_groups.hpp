#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/amount.hpp"
#include "base/assert.hpp"
#include "base/ids.hpp"
#include "model/order.hpp"
#include "model/types.hpp"
#include "venue/sim/id_index.hpp"

namespace kontor::sim {

/// A bracket (entry, stop loss, take profit) or an OCO pair (the two legs alone).
struct OrderGroup {
  GroupId id;
  InstrumentId instrument;  ///< all orders of a group are in one instrument
  Slot entry = kNoSlot;
  Slot stop_loss = kNoSlot;
  Slot take_profit = kNoSlot;
  RawQuantity entry_filled;
  RawQuantity entry_kept;  ///< the same less fees that were paid out of it, on the step grid
  Amount entry_base_fee;
  RawQuantity stop_loss_filled;
  RawQuantity take_profit_filled;
  bool has_entry = false;     ///< an entry was accepted or refused, whether or not it still lives
  bool entry_rested = false;  ///< its last execution was one of a resting order
  std::uint32_t members = 0;
  std::uint64_t retirement = 0;  ///< number of its retirement, to tell an old one from the present one

  [[nodiscard]] Slot& slot_of(GroupRole role) noexcept {
    if (role == GroupRole::entry) return entry;
    return role == GroupRole::stop_loss ? stop_loss : take_profit;
  }
  [[nodiscard]] Slot slot_of(GroupRole role) const noexcept {
    if (role == GroupRole::entry) return entry;
    return role == GroupRole::stop_loss ? stop_loss : take_profit;
  }
  [[nodiscard]] RawQuantity& filled_of(GroupRole role) noexcept {
    if (role == GroupRole::entry) return entry_filled;
    return role == GroupRole::stop_loss ? stop_loss_filled : take_profit_filled;
  }
  // Its members are found again by their group's id.
  BOOST_DESCRIBE_CLASS(OrderGroup, (),
                       (id, instrument, entry_filled, entry_kept, entry_base_fee, stop_loss_filled,
                        take_profit_filled, has_entry, entry_rested),
                       (), ())
};

[[nodiscard]] constexpr GroupRole other_leg(GroupRole role) noexcept {
  return role == GroupRole::stop_loss ? GroupRole::take_profit : GroupRole::stop_loss;
}

/// The groups with live orders, and the last ones that ended: a leg that arrives after its entry's end must
/// find out what became of it.
class GroupStore {
 public:
  static constexpr std::size_t kMaxRetired = 4096;

  [[nodiscard]] OrderGroup& operator[](Slot slot) noexcept { return pool_[slot]; }
  [[nodiscard]] const OrderGroup& operator[](Slot slot) const noexcept { return pool_[slot]; }
  [[nodiscard]] Slot find(GroupId id) const noexcept {
    return id.value == 0 ? kNoSlot : index_.find(id.value);
  }

  /// The group of an order, made if it is not known.
  Slot find_or_add(const NewOrder& order) {
    if (const Slot found = find(order.group); found != kNoSlot) {
      ASSERT(pool_[found].instrument == order.instrument);
      return found;
    }
    Slot slot = 0;
    if (free_.empty()) {
      slot = static_cast<Slot>(pool_.size());
      pool_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
      pool_[slot] = OrderGroup{};
    }
    pool_[slot].id = order.group;
    pool_[slot].instrument = order.instrument;
    index_.insert(order.group.value, slot);
    return slot;
  }

  void join(Slot slot, GroupRole role, Slot order) noexcept {
    OrderGroup& group = pool_[slot];
    group.slot_of(role) = order;
    group.has_entry = group.has_entry || role == GroupRole::entry;
    ++group.members;
  }

  void leave(Slot slot, GroupRole role) {
    OrderGroup& group = pool_[slot];
    group.slot_of(role) = kNoSlot;
    if (--group.members == 0) retire(slot);
  }

  /// Remembers the group for a while although nothing of it lives.
  void retire(Slot slot) {
    pool_[slot].retirement = ++retirements_;
    retired_.push_back({slot, retirements_});
    if (retired_.size() <= kMaxRetired) return;
    const Retired oldest = retired_.front();
    retired_.pop_front();
    if (!is_current(oldest)) return;
    index_.erase(pool_[oldest.slot].id.value);
    free_.push_back(oldest.slot);
  }

  /// All groups that are known, by ascending id.
  [[nodiscard]] std::vector<OrderGroup> all() const {
    std::vector<OrderGroup> groups;
    for (Slot slot = 0; slot < pool_.size(); ++slot) {
      if (find(pool_[slot].id) == slot) groups.push_back(pool_[slot]);
    }
    std::sort(groups.begin(), groups.end(),
              [](const OrderGroup& a, const OrderGroup& b) { return a.id < b.id; });
    return groups;
  }
  /// What ended, oldest first; a group that has come back to life since has left no id in its old place.
  [[nodiscard]] std::vector<GroupId> retired() const {
    std::vector<GroupId> ids;
    ids.reserve(retired_.size());
    for (const Retired& each : retired_) {
      ids.push_back(is_current(each) ? pool_[each.slot].id : GroupId());
    }
    return ids;
  }
  /// Makes an empty store know these groups, none of which has members yet; false if an id is none or not
  /// new.
  [[nodiscard]] bool restore(const std::vector<OrderGroup>& groups) {
    for (const OrderGroup& group : groups) {
      if (group.id.value == 0 || find(group.id) != kNoSlot) return false;
      index_.insert(group.id.value, static_cast<Slot>(pool_.size()));
      pool_.push_back(group);
    }
    return true;
  }
  /// Retires them in this order when the members have joined; false unless these are just the groups without
  /// any.
  [[nodiscard]] bool restore_retired(const std::vector<GroupId>& ids) {
    if (ids.size() > kMaxRetired) return false;
    for (const GroupId id : ids) {
      ++retirements_;
      const Slot slot = find(id);
      retired_.push_back({slot, retirements_});
      if (id.value == 0) continue;
      if (slot == kNoSlot || pool_[slot].members != 0 || pool_[slot].retirement != 0) return false;
      pool_[slot].retirement = retirements_;
    }
    return std::all_of(pool_.begin(), pool_.end(), [](const OrderGroup& group) {
      return (group.members == 0) == (group.retirement != 0);
    });
  }

 private:
  struct Retired {
    Slot slot = kNoSlot;  ///< none: it was back to life already when a snapshot was taken
    std::uint64_t retirement = 0;
  };

  /// False if the group has come back to life since.
  [[nodiscard]] bool is_current(const Retired& retired) const noexcept {
    if (retired.slot == kNoSlot) return false;
    const OrderGroup& group = pool_[retired.slot];
    return group.members == 0 && group.retirement == retired.retirement;
  }

  std::vector<OrderGroup> pool_;
  std::vector<Slot> free_;
  std::deque<Retired> retired_;
  IdIndex index_;
  std::uint64_t retirements_ = 0;
};

}  // namespace kontor::sim
