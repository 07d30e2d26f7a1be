#include "venue/sim/venue_snapshot.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "venue/sim/sealed_snapshot.hpp"

namespace kontor::sim {
namespace {

/// Goes up with every change of what a snapshot holds.
constexpr std::uint32_t kVenueSnapshotVersion = 1;

/// A resting order as its ladder keeps it, without what the order itself tells.
struct RungRecord {
  OrderId order;
  RawQuantity ahead;
  RawQuantity traded;
  RawQuantity advanced;
  TimeNs advanced_at = 0;
  bool crossed = false;
  BOOST_DESCRIBE_CLASS(RungRecord, (), (order, ahead, traded, advanced, advanced_at, crossed), (), ())
};

/// Where the orders of a market stand, by id.
struct OrderLists {
  std::vector<OrderId> waiting;
  std::vector<OrderId> armed;
  std::vector<RungRecord> buys;
  std::vector<RungRecord> sells;
  BOOST_DESCRIBE_CLASS(OrderLists, (), (waiting, armed, buys, sells), (), ())
};

/// What is written as it is; Visit is an encoder's or a decoder's step.
template <class StateType, class Visit>
void visit_venue(StateType& state, Visit&& visit) {
  visit(state.now);
  visit(state.deliver_by);
  visit(state.highest_order);
  visit(state.last_trade);
  visit(state.next_expiry);
  visit(state.reports);
  for (auto& account : state.assets) visit(account);
}

template <class MarketType, class Visit>
void visit_market(MarketType& market, Visit&& visit) {
  visit(market.level);
  visit(market.last);
  visit(market.bar_period);
  visit(market.bar_end);
  visit(market.bid);
  visit(market.ask);
  visit(market.middle);
  visit(market.one_sided);
  visit(market.bid_quantity);
  visit(market.ask_quantity);
  visit(market.bid_before);
  visit(market.ask_before);
  visit(market.bid_taken);
  visit(market.ask_taken);
  visit(market.any_crossed);
  visit(market.open_orders);
  visit(market.quiet_low);
  visit(market.quiet_high);
  visit(market.trigger_low);
  visit(market.trigger_high);
  visit(market.safe_low);
  visit(market.safe_high);
  visit(market.position);
  visit(market.position_margin);
  visit(market.need);
  visit(market.order_margin);
  visit(market.changes);
  visit(market.funding);
  visit(market.book);
}

/// What a snapshot and the venue that takes it back must agree on.
std::vector<std::byte> identity_of(const VenueState& state) {
  Encoder encoder;
  encode_into(encoder, kVenueSnapshotVersion);
  encode_into(encoder, state.open_window);
  encode_into(encoder, state.order_entry);
  for (std::uint32_t asset = 0; asset < state.assets.size(); ++asset) {
    encode_into(encoder, state.instruments->asset_name(AssetId(asset)));
  }
  for (const Market& market : state.markets) {
    encode_into(encoder, market.instrument->specification());
    encode_into(encoder, market.rules);
  }
  return encoder.take();
}

// ---- writing
// --------------------------------------------------------------------------------------------------------

std::vector<OrderId> ids_of(const VenueState& state, const std::vector<Slot>& slots) {
  std::vector<OrderId> ids;
  ids.reserve(slots.size());
  for (const Slot slot : slots) ids.push_back(state.orders[slot].order.id);
  return ids;
}

std::vector<RungRecord> records_of(const VenueState& state, const Ladder& ladder) {
  std::vector<RungRecord> records;
  records.reserve(ladder.size());
  for (const Rung& rung : ladder.rungs()) {
    records.push_back({state.orders[rung.slot].order.id, rung.ahead, rung.traded, rung.advanced,
                       rung.advanced_at, rung.crossed});
  }
  return records;
}

std::vector<std::byte> content_of(const VenueState& state) {
  ASSERT(!state.in_bar && !state.margin_changed && state.dirty_markets.empty());
  ASSERT(state.touched_groups.empty() && state.touched_positions.empty());
  Encoder encoder;
  const auto write = [&](const auto& part) { encode_into(encoder, part); };
  visit_venue(state, write);
  write(state.groups.all());
  write(state.groups.retired());
  const std::vector<OrderId> ids = state.orders.ids();
  write(static_cast<std::uint64_t>(ids.size()));
  for (const OrderId id : ids) write(state.orders[state.orders.find(id)]);
  for (const Market& market : state.markets) {
    visit_market(market, write);
    write(OrderLists{ids_of(state, market.waiting), ids_of(state, market.armed),
                     records_of(state, market.buys), records_of(state, market.sells)});
  }
  return encoder.take();
}

// ---- reading
// --------------------------------------------------------------------------------------------------------

/// Puts the content of a snapshot into a state of the same settings. What it leaves behind where it finds
/// something that cannot be is of no use.
class StateReader {
 public:
  StateReader(VenueState& state, std::span<const std::byte> content) : state_(state), decoder_(content) {}

  [[nodiscard]] bool run() {
    const auto read = [&](auto& part) { decode_from(decoder_, part); };
    visit_venue(state_, read);
    std::vector<OrderGroup> groups;
    std::vector<GroupId> retired;
    std::vector<WorkingOrder> orders;
    read(groups);
    read(retired);
    read(orders);
    forget_orders();
    if (!restore_groups(groups) || !restore_orders(orders)) return false;
    if (!state_.groups.restore_retired(retired)) return false;
    for (Market& market : state_.markets) {
      OrderLists lists;
      visit_market(market, read);
      read(lists);
      if (decoder_.failed() || !restore_lists(market, lists) || !held_is_possible(market)) return false;
    }
    return !decoder_.failed() && decoder_.remaining() == 0 && every_order_stands() && reports_are_known();
  }

 private:
  void forget_orders() {
    state_.orders = OrderStore();
    state_.groups = GroupStore();
    state_.expiring.clear();
  }

  [[nodiscard]] bool restore_groups(const std::vector<OrderGroup>& groups) {
    for (const OrderGroup& group : groups) {
      if (group.instrument.index() >= state_.markets.size()) return false;
    }
    return state_.groups.restore(groups);
  }

  [[nodiscard]] bool restore_orders(const std::vector<WorkingOrder>& orders) {
    places_.assign(orders.size(), 0);
    for (const WorkingOrder& read : orders) {
      const OrderId id = read.order.id;
      const bool possible = id.value != 0 && state_.orders.find(id) == kNoSlot &&
                            read.order.instrument.index() < state_.markets.size() && read.filled.units >= 0 &&
                            read.filled <= read.order.quantity;
      if (!possible) return false;
      const Slot slot = state_.orders.prepare();
      WorkingOrder& order = state_.orders[slot];
      order = read;
      if (!join_group(order, slot)) return false;
      state_.orders.add(slot);
      if (order.order.time_in_force == TimeInForce::good_till_date) state_.expiring.push_back(slot);
    }
    return true;
  }

  [[nodiscard]] bool join_group(WorkingOrder& order, Slot slot) {
    if (order.order.role == GroupRole::single || order.order.group.value == 0) return true;
    order.group = state_.groups.find(order.order.group);
    if (order.group == kNoSlot) return false;
    const OrderGroup& group = state_.groups[order.group];
    if (group.instrument != order.order.instrument || group.slot_of(order.order.role) != kNoSlot)
      return false;
    state_.groups.join(order.group, order.order.role, slot);
    return true;
  }

  /// An order of this market; every list that it stands in is noted.
  [[nodiscard]] Slot stand(const Market& market, OrderId id) {
    const Slot slot = state_.orders.find(id);
    if (slot == kNoSlot || state_.orders[slot].order.instrument != market.instrument->id()) return kNoSlot;
    ++places_[slot];
    return slot;
  }

  [[nodiscard]] bool restore_lists(Market& market, const OrderLists& lists) {
    const bool waiting = restore_list(market, lists.waiting, market.waiting, [](const WorkingOrder& order) {
      return order.stage == Stage::waiting || (order.stage == Stage::resting && order.fresh);
    });
    const bool armed = restore_list(market, lists.armed, market.armed, [](const WorkingOrder& order) {
      return order.stage == Stage::armed && has_trigger(order.order.type);
    });
    return waiting && armed && restore_ladder(market, lists.buys, Side::buy) &&
           restore_ladder(market, lists.sells, Side::sell);
  }

  template <class Belongs>
  [[nodiscard]] bool restore_list(const Market& market, const std::vector<OrderId>& ids,
                                  std::vector<Slot>& list, const Belongs& belongs) {
    list.clear();
    for (const OrderId id : ids) {
      const Slot slot = stand(market, id);
      if (slot == kNoSlot || !belongs(state_.orders[slot])) return false;
      if (std::find(list.begin(), list.end(), slot) != list.end()) return false;
      list.push_back(slot);
    }
    return true;
  }

  [[nodiscard]] bool restore_ladder(Market& market, const std::vector<RungRecord>& records, Side side) {
    Ladder& ladder = market.ladder(side);
    std::vector<Rung> rungs;
    for (const RungRecord& record : records) {
      const Slot slot = stand(market, record.order);
      if (slot == kNoSlot) return false;
      const WorkingOrder& order = state_.orders[slot];
      Rung rung;
      rung.key = ladder.key_of(order.order.limit_price);
      rung.ahead = record.ahead;
      rung.traded = record.traded;
      rung.advanced = record.advanced;
      rung.advanced_at = record.advanced_at;
      rung.slot = slot;
      rung.crossed = record.crossed;
      const bool belongs = order.stage == Stage::resting && order.limited() && order.order.side == side;
      const bool twice =
          std::any_of(rungs.begin(), rungs.end(), [&](const Rung& r) { return r.slot == slot; });
      if (!belongs || twice || (!rungs.empty() && rungs.back().key > rung.key)) return false;
      rungs.push_back(rung);
    }
    ladder.assign(std::move(rungs));
    return true;
  }

  [[nodiscard]] bool held_is_possible(const Market& market) const noexcept {
    const auto is_change = [&](const HeldChange& change) {
      return !std::holds_alternative<NewOrder>(change.command) &&
             is_about_known(change.command, *state_.instruments);
    };
    return market.changes.size() <= kMaxHeld && market.funding.size() <= kMaxHeld &&
           std::all_of(market.changes.begin(), market.changes.end(), is_change);
  }

  /// Every order stands where its stage says, once, and in a market that counts it.
  [[nodiscard]] bool every_order_stands() const {
    std::vector<std::uint32_t> open(state_.markets.size(), 0);
    for (Slot slot = 0; slot < places_.size(); ++slot) {
      const WorkingOrder& order = state_.orders[slot];
      const bool twice = order.stage == Stage::resting && order.fresh;
      if (places_[slot] != (order.stage == Stage::inactive ? 0 : twice ? 2 : 1)) return false;
      if (!order.leaving) ++open[order.order.instrument.index()];
    }
    return std::equal(open.begin(), open.end(), state_.markets.begin(),
                      [](std::uint32_t count, const Market& market) { return count == market.open_orders; });
  }

  [[nodiscard]] bool reports_are_known() const noexcept {
    return std::all_of(state_.reports.begin(), state_.reports.end(), [&](const TimedReport& report) {
      return is_about_known(report.report, *state_.instruments);
    });
  }

  VenueState& state_;
  Decoder decoder_;
  std::vector<std::uint32_t> places_;  ///< by slot: in how many lists an order stands
};

}  // namespace

void save_state(const VenueState& state, Encoder& encoder) {
  write_sealed(encoder, identity_of(state), content_of(state));
}

Result<void> load_state(VenueState& state, Decoder& decoder) {
  TRY(auto content, read_sealed(decoder, identity_of(state), "a simulated venue"));
  VenueState read = state;
  if (StateReader(read, content).run() && content_of(read) == content) {
    state = std::move(read);
    return {};
  }
  decoder.fail();
  return fail(ErrorKind::bad_data,
              "expected a snapshot of a simulated venue, found one whose orders and lists do not agree");
}

}  // namespace kontor::sim
