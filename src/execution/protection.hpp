#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/codec.hpp"
#include "execution/order_manager.hpp"
#include "model/instrument.hpp"
#include "model/protection.hpp"

namespace kontor::execution {

/// Who keeps the legs of a bracket or a pair as they should be: the venue, where it knows such groups, or the
/// engine, which then sends each order by itself.
BOOST_DEFINE_FIXED_ENUM_CLASS(GroupKeeper, std::uint8_t, venue, engine)

/// How long the engine waits for protection, and what it does where there is none.
struct ProtectionSettings {
  DurationNs confirm_within = 5 * kSecond;     ///< until a stop that covers what is held has to be confirmed
  DurationNs stop_limit_within = 5 * kSecond;  ///< after its trigger, until a stop-limit has to be filled
  bool flattens = false;  ///< what stays without a confirmed stop is closed at the market
};

/// One leg of a group: what is to work, and what became of it.
struct ProtectiveLeg {
  std::optional<NewOrder> wanted;  ///< but for id and quantity; nothing: there is none, or not any more
  OrderId order;                   ///< the last one that was sent for it; 0: none yet
  RawQuantity filled;              ///< by all that were sent for it
  bool is_of_venue = false;        ///< that one is in a group of the venue's, which sizes it
  std::uint32_t refusals = 0;      ///< one after the other
  std::uint32_t attempts = 0;      ///< to give it its size, without success
  RejectReason reason = RejectReason::none;  ///< of the last refusal
  TimeNs not_before = kTimeMin;              ///< of the next attempt
  bool needs_room = false;                   ///< it was refused for coins that other orders may hold
  BOOST_DESCRIBE_CLASS(ProtectiveLeg, (),
                       (wanted, order, is_of_venue, filled, refusals, attempts, reason, not_before,
                        needs_room),
                       (), ())
};

/// A bracket or a pair with what it protects.
struct ProtectedGroup {
  GroupId id;
  StrategyId strategy;
  InstrumentId instrument;
  GroupKeeper keeper = GroupKeeper::venue;
  OrderId entry;       ///< 0: what it protects was held already
  RawQuantity opened;  ///< what the entry has filled, or was held; less what was closed by other orders
  ProtectiveLeg stop;
  ProtectiveLeg target;
  TimeNs bare_since = kTimeMax;    ///< since when no confirmed stop covers what is open; kTimeMax: one does
  TimeNs triggered_at = kTimeMax;  ///< the stop-limit that works
  bool is_degraded = false;
  bool is_leaving = false;   ///< closes at the market
  bool is_watching = false;  ///< the engine has to look at prices for it
  BOOST_DESCRIBE_CLASS(ProtectedGroup, (),
                       (id, strategy, instrument, keeper, entry, opened, stop, target, bare_since,
                        triggered_at, is_degraded, is_leaving, is_watching),
                       (), ())

  /// What it has opened and not closed.
  [[nodiscard]] RawQuantity open() const noexcept { return opened - stop.filled - target.filled; }
  [[nodiscard]] ProtectiveLeg* leg_of(GroupRole role) noexcept {
    if (role == GroupRole::stop_loss) return &stop;
    return role == GroupRole::take_profit ? &target : nullptr;
  }
};

/// What a decision about a group reads.
struct ProtectionView {
  const OrderManager& orders;
  const Instrument& instrument;
  RawPrice bid;         ///< what can be had for a sale; zero: not known
  RawPrice ask;         ///< what has to be paid for a buy; zero: not known
  RawQuantity own;      ///< the position of the group's strategy
  RawQuantity account;  ///< the account's position, of which that is a part
  TimeNs now;
};

/// The next thing to do for a group; nothing: it is as it should be, or has to wait.
using ProtectionStep = std::variant<std::monostate, NewOrder, AmendOrder, OrderId>;

/// The brackets and pairs of an account, and what has to be done so that what is held is protected (M12):
/// legs as large as what the entry has filled, resized with every fill, the sibling of a leg that has filled
/// taken away, a stop that is refused tried again in a plainer form, a stop-limit that does not fill and a
/// stop that cannot be had replaced by a market order. A stop goes first: where other exits of the strategy
/// hold the coins that it needs, they are canceled. It decides only; the engine asks for the next step until
/// there is none, and carries each out.
///
/// A group that the venue keeps is watched only, until the venue lets go of its stop: then the engine keeps
/// it. Where two legs need the same coins (spot), the stop rests at the venue and the target is watched; at
/// its price the stop is taken away for as long as an immediate order tries to get it.
class Protection {
 public:
  static constexpr std::uint32_t kTargetRefusals = 4;  ///< after which a target is not tried any more
  static constexpr std::uint32_t kAmendments = 8;      ///< in a row without a pause
  /// An order that the venue has ended may have been filled: the report of that may come after.
  static constexpr DurationNs kGrace = kSecond;

  Protection(const ProtectionSettings& settings, std::vector<GroupKeeper> keepers, std::size_t instruments)
      : settings_(settings), keepers_(std::move(keepers)), watching_(instruments) {
    keepers_.resize(instruments, GroupKeeper::venue);
  }

  [[nodiscard]] GroupKeeper keeper(InstrumentId instrument) const noexcept {
    return keepers_[instrument.index()];
  }
  [[nodiscard]] bool empty() const noexcept { return groups_.empty(); }
  [[nodiscard]] std::span<const ProtectedGroup> groups() const noexcept { return groups_; }
  /// True where prices decide what is to be done next.
  [[nodiscard]] bool watches(InstrumentId instrument) const noexcept {
    return watching_[instrument.index()] != 0;
  }
  /// True if orders of the group are sent as if they had none.
  [[nodiscard]] bool keeps(GroupId id) const noexcept {
    const ProtectedGroup* group = find(id);
    return group != nullptr && group->keeper == GroupKeeper::engine;
  }

  /// Takes up a group; ids grow. What the legs are to be stands in them; their ids are 0 where they have not
  /// been sent.
  void add(const ProtectedGroup& group);
  [[nodiscard]] ProtectedGroup* find(GroupId id) noexcept;
  [[nodiscard]] const ProtectedGroup* find(GroupId id) const noexcept;

  /// More of an order of a group was filled, or of its sibling.
  void on_fill(const Order& order, RawQuantity quantity) noexcept;
  /// The strategy's position is what can be protected: what was closed otherwise is taken off its groups, the
  /// oldest first.
  void cap(StrategyId strategy, InstrumentId instrument, RawQuantity position) noexcept;
  /// An order of a group has come to an end that nobody had asked for.
  void on_gone(const Order& order, TimeNs now) noexcept;
  /// True if the group's stop was refused for want of coins, of which the order at its end has held some.
  [[nodiscard]] static bool waits_for_coins_of(const ProtectedGroup& group, const Order& order) noexcept;
  /// Such a stop need not wait any longer.
  void on_coins_freed(const Order& order) noexcept;
  /// The venue does not cancel a leg: it may be at an end, which is told later.
  void on_cancel_refused(const Order& order, TimeNs now) noexcept;
  /// The venue does not amend a leg.
  void on_amend_refused(const Order& order, TimeNs now) noexcept;
  void on_triggered(const Order& order, TimeNs now) noexcept;
  /// Risk did not let the step for this leg pass.
  void on_refused(ProtectedGroup& group, GroupRole role, RejectReason reason, TimeNs now) noexcept;
  /// The leg that was asked for is on its way.
  static void on_sent(ProtectedGroup& group, const NewOrder& order) noexcept {
    ProtectiveLeg& leg = *group.leg_of(order.role);
    leg.order = order.id;
    leg.is_of_venue = false;
    leg.attempts = 0;
  }
  /// The strategy, or who closes everything, does not want the leg any more.
  void waive(const Order& order, const Instrument& instrument) noexcept;
  void waive_all(StrategyId strategy, InstrumentId instrument) noexcept;
  /// The strategy wants the target elsewhere.
  void move_target(const Order& order, RawPrice price) noexcept;

  /// Also brings up to date whether what is open is covered; what has changed by that is in changes().
  [[nodiscard]] ProtectionStep next(ProtectedGroup& group, const ProtectionView& view) noexcept;
  /// To be called when there is no further step: whether the group is over, and has been forgotten.
  bool settle(ProtectedGroup& group, const ProtectionView& view) noexcept;
  /// When there may be a next step although nothing has happened; kTimeMax: never.
  [[nodiscard]] TimeNs due(const ProtectedGroup& group, TimeNs now) const noexcept;

  [[nodiscard]] std::span<const ProtectionChanged> changes() const noexcept { return changes_; }
  void clear_changes() noexcept { changes_.clear(); }

  void save(Encoder& encoder) const { encode_into(encoder, groups_); }
  void load(Decoder& decoder);

 private:
  [[nodiscard]] RawQuantity held(const ProtectedGroup& group, const ProtectionView& view) const noexcept;
  void tell(const ProtectedGroup& group, ProtectionChange change);
  void refuse(ProtectedGroup& group, GroupRole role, RejectReason reason, TimeNs not_before) noexcept;
  void leave(ProtectedGroup& group) noexcept;
  // `held` is what there is to be protected for the group.
  void look_at_cover(ProtectedGroup& group, const ProtectionView& view, RawQuantity held) noexcept;
  void look_at_stop(ProtectedGroup& group, const ProtectionView& view, RawQuantity held) noexcept;
  OrderId in_the_way(ProtectedGroup& group, const ProtectionView& view, RawQuantity held);
  void set_watching(ProtectedGroup& group, bool watches) noexcept;

  ProtectionSettings settings_;
  std::vector<GroupKeeper> keepers_;     ///< by InstrumentId
  std::vector<ProtectedGroup> groups_;   ///< ascending id
  std::vector<std::uint32_t> watching_;  ///< by InstrumentId: groups that look at its prices
  std::vector<ProtectionChanged> changes_;
};

}  // namespace kontor::execution
