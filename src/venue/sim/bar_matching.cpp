#include "venue/sim/bar_matching.hpp"

#include <algorithm>

#include "venue/sim/event_end.hpp"
#include "venue/sim/execution.hpp"
#include "venue/sim/group_flow.hpp"
#include "venue/sim/margin.hpp"
#include "venue/sim/order_entry.hpp"
#include "venue/sim/pricing.hpp"
#include "venue/sim/triggers.hpp"

namespace kontor::sim {
namespace {

/// One bar's work on one market.
class BarMatcher {
 public:
  BarMatcher(VenueState& state, Market& market)
      : state_(state),
        bar_(state.bar),
        market_(market),
        window_(state.open_window.of(bar_.ts_close - bar_.ts_open)) {}

  void run() {
    before_open();
    at_open();
    settle_held_funding(state_, market_, bar_.ts_close - 1);
    bar_.inside = true;
    state_.now = bar_.ts_close;
    if (is_concerned()) inside();
    apply_changes(bar_.ts_close);
    settle_held_funding(state_, market_, bar_.ts_close);
  }

 private:
  /// An order takes part if it was there at the open, or came right after it without knowing of it.
  [[nodiscard]] bool takes_part(const WorkingOrder& order) const noexcept {
    if (order.arrival >= bar_.ts_close || order.arrival > bar_.ts_open + window_) return false;
    return state_.open_window.chosen || order.sent <= bar_.ts_open + state_.open_window.feed;
  }

  /// False if the range of the bar cannot matter any more: nothing rests, nothing is armed, nothing is on
  /// margin.
  [[nodiscard]] bool is_concerned() const noexcept {
    return !market_.buys.empty() || !market_.sells.empty() || !market_.armed.empty() ||
           state_.account(market_.settle()).margined;
  }

  /// An execution at the open is stamped with the order's arrival where that is later, and never before the
  /// one that came before it.
  void clock_not_before(TimeNs arrival) {
    settle_held_funding(state_, market_, std::min(arrival, bar_.ts_close - 1));
    state_.now = std::max(state_.now, arrival);
  }

  /// What resting orders may still have of the bar's volume.
  [[nodiscard]] RawQuantity& budget() noexcept {
    if (!bar_.budget_known) bar_.budget = participating(market_, bar_.budget);
    bar_.budget_known = true;
    return bar_.budget;
  }

  /// What came after the bar before and not after this open.
  void before_open() {
    state_.now = kTimeMin;
    apply_changes(bar_.ts_open);
    settle_held_funding(state_, market_, bar_.ts_open);
  }

  void at_open() {
    state_.now = bar_.ts_open;
    if (is_concerned()) {
      check_position(bar_.open);
      fill_resting(Side::buy, bar_.open);
      fill_resting(Side::sell, bar_.open);
      fire_at_open();
    }
    admit_waiting();
    if (apply_changes(bar_.ts_open + window_)) admit_waiting();
  }

  /// Carries out the changes that arrived up to and at `until`, as outside of a bar: what moves waits for an
  /// open. False if there were none.
  bool apply_changes(TimeNs until) {
    auto& changes = market_.changes;
    std::size_t applied = 0;
    state_.in_bar = false;
    for (; applied < changes.size() && changes[applied].passage.arrival <= until; ++applied) {
      clock_not_before(changes[applied].passage.arrival);
      apply_change(state_, changes[applied].command, changes[applied].passage);
      settle(state_);
    }
    state_.in_bar = true;
    changes.erase(changes.begin(), changes.begin() + static_cast<std::ptrdiff_t>(applied));
    return applied != 0;
  }

  void inside() {
    if (market_.rules.intrabar == IntrabarPath::adverse) {
      const Side first = market_.position.is_short() ? Side::sell : Side::buy;
      fire_stops();
      fill_side(first);
      check_position(adverse_extreme());
      fill_side(opposite(first));
    } else {
      fill_side(Side::buy);
      fill_side(Side::sell);
      trail_all();
      fire_stops();
    }
    protect_new_positions();
    check_position(adverse_extreme());
    trail_all();
    fire_trailed();
  }

  // --- resting limit orders
  // -------------------------------------------------------------------------------------

  [[nodiscard]] bool trades_through(Side side, RawPrice limit, RawPrice extreme) const noexcept {
    if (extreme == limit) return market_.touch_fills;
    return within(side, extreme, limit);
  }

  /// Fills the resting orders of one side that a price of `extreme` trades through, best price first.
  void fill_resting(Side side, RawPrice extreme) {
    Ladder& ladder = market_.ladder(side);
    state_.candidates.clear();
    for (std::size_t i = ladder.size(); i > 0; --i) {
      const Rung& rung = ladder.rungs()[i - 1];
      if (!trades_through(side, ladder.price_of(rung), extreme)) break;
      const WorkingOrder& order = state_.orders[rung.slot];
      if (!order.fresh && takes_part(order)) state_.candidates.push_back(order.order.id);
    }
    for (std::size_t i = 0; i < state_.candidates.size() && !budget().is_zero(); ++i) {
      const Slot slot = state_.orders.find(state_.candidates[i]);
      if (slot == kNoSlot || state_.orders[slot].stage != Stage::resting) continue;
      fill_as_maker(slot);
    }
  }

  void fill_as_maker(Slot slot) {
    const WorkingOrder& order = state_.orders[slot];
    const RawQuantity quantity = std::min(order.remaining(), budget());
    if (quantity.is_zero()) return;
    budget() -= execute(state_, slot, order.order.limit_price, quantity, Liquidity::maker);
    settle(state_);
  }

  /// Limit orders and take-profits of one side against the bar's range.
  void fill_side(Side side) {
    const RawPrice extreme = side == Side::buy ? bar_.low : bar_.high;
    fill_resting(side, extreme);
    fire_armed([&](const WorkingOrder& order) {
      return order.order.side == side && !is_stop(order.order.type) && is_reached(order, extreme);
    });
  }

  // --- triggers
  // -------------------------------------------------------------------------------------------------

  /// Where an order fires past the open: at its trigger, or at the open where a stop was armed there beyond
  /// it.
  [[nodiscard]] RawPrice trigger_basis(const WorkingOrder& order) const noexcept {
    const bool fixed = is_stop(order.order.type) && order.order.type != OrderType::trailing_stop;
    return fixed ? worse(order.order.side, order.trigger, bar_.open) : order.trigger;
  }

  template <class Condition>
  void fire_armed(const Condition& condition) {
    if (market_.armed.empty()) return;
    state_.candidates.clear();
    for (const Slot slot : market_.armed) {
      const WorkingOrder& order = state_.orders[slot];
      if (takes_part(order) && condition(order)) state_.candidates.push_back(order.order.id);
    }
    for (const OrderId id : state_.candidates) {
      const Slot slot = state_.orders.find(id);
      if (slot == kNoSlot || state_.orders[slot].stage != Stage::armed) continue;
      fire_in_bar(slot, bar_.inside ? trigger_basis(state_.orders[slot]) : bar_.open);
    }
  }

  void fire_at_open() {
    fire_armed([&](const WorkingOrder& order) { return is_reached(order, bar_.open); });
    for (const Slot slot : market_.armed) {
      WorkingOrder& order = state_.orders[slot];
      if (order.order.type == OrderType::trailing_stop && takes_part(order)) trail(order, bar_.open);
    }
  }

  [[nodiscard]] bool range_reaches(const WorkingOrder& order) const noexcept {
    return is_reached(order, fires_upwards(order) ? bar_.high : bar_.low);
  }

  /// Stops whose trigger lies in the range, nearest first; the side that closes the position first.
  void fire_stops() {
    sort_armed();
    const Side first = market_.position.is_short() ? Side::buy : Side::sell;
    for (const Side side : {first, opposite(first)}) {
      fire_armed([&](const WorkingOrder& order) {
        return order.order.side == side && is_stop(order.order.type) && range_reaches(order);
      });
    }
  }

  void sort_armed() {
    if (market_.armed.size() < 2) return;
    const auto rank = [&](Slot slot) {
      const WorkingOrder& order = state_.orders[slot];
      const std::int64_t distance = sign_of(order.order.side) * (order.trigger.units - bar_.open.units);
      return std::pair(distance, order.order.id);
    };
    std::sort(market_.armed.begin(), market_.armed.end(), [&](Slot a, Slot b) { return rank(a) < rank(b); });
  }

  void trail_all() {
    for (const Slot slot : market_.armed) {
      WorkingOrder& order = state_.orders[slot];
      if (order.order.type != OrderType::trailing_stop || !takes_part(order)) continue;
      trail(order, order.is_buy() ? bar_.low : bar_.high);
    }
  }

  /// After the best price of the bar the path went on to the close, which may have met the trigger as it then
  /// was.
  void fire_trailed() {
    fire_armed([&](const WorkingOrder& order) {
      return order.order.type == OrderType::trailing_stop && is_reached(order, bar_.close);
    });
  }

  void fire_in_bar(Slot slot, RawPrice basis) {
    const OrderId id = state_.orders[slot].order.id;
    if (!bar_.inside) clock_not_before(state_.orders[slot].arrival);
    mark_triggered(state_, slot);
    take(slot, basis);
    if (state_.orders.is_live(slot, id) && bar_.inside) state_.orders[slot].arrival = bar_.ts_close;
    settle(state_);
  }

  // --- orders that take
  // -----------------------------------------------------------------------------------------

  /// Orders that have not lived through an open yet, in order of arrival.
  void admit_waiting() {
    state_.candidates.clear();
    for (const Slot slot : market_.waiting) {
      const WorkingOrder& order = state_.orders[slot];
      if (takes_part(order)) state_.candidates.push_back(order.order.id);
    }
    for (const OrderId id : state_.candidates) {
      const Slot slot = state_.orders.find(id);
      if (slot == kNoSlot || !state_.orders[slot].fresh) continue;
      clock_not_before(state_.orders[slot].arrival);
      take(slot, bar_.open);
      settle(state_);
    }
  }

  /// Lets an order take at `basis` what its limit and the volume allow; the rest of it ends, rests or waits
  /// on.
  void take(Slot slot, RawPrice basis) {
    WorkingOrder& order = state_.orders[slot];
    const OrderId id = order.order.id;
    const Side side = order.order.side;
    if (order.limited() && !within(side, basis, order.order.limit_price)) return leave(slot);
    if (order.order.post_only) return cancel(state_, slot, RejectReason::post_only_would_take);
    RawPrice price = slipped(market_, basis, side);
    if (order.limited()) price = better(side, price, order.order.limit_price);
    const bool sized = order.limited() || market_.rules.market_volume == MarketVolume::participation;
    const RawQuantity quantity = sized ? std::min(order.remaining(), budget()) : order.remaining();
    if (order.order.time_in_force == TimeInForce::fill_or_kill && quantity < order.remaining()) {
      return cancel(state_, slot, RejectReason::fill_or_kill_unfilled);
    }
    if (!quantity.is_zero()) {
      const RawQuantity executed = execute(state_, slot, price, quantity, Liquidity::taker);
      if (sized) budget() -= executed;
    }
    if (state_.orders.is_live(slot, id) && state_.orders[slot].stage != Stage::inactive) leave(slot);
  }

  /// What becomes of the rest of an order that has had its chance to take.
  void leave(Slot slot) {
    WorkingOrder& order = state_.orders[slot];
    if (order.immediate()) {
      if (order.order.time_in_force == TimeInForce::immediate_or_cancel) return expire(state_, slot);
      return cancel(state_, slot, RejectReason::fill_or_kill_unfilled);
    }
    if (order.limited()) {
      if (order.fresh) std::erase(market_.waiting, slot);
      order.fresh = false;
      if (order.stage != Stage::resting) rest(state_, slot);
    } else if (!order.fresh) {
      order.fresh = true;
      order.stage = Stage::waiting;
      market_.waiting.push_back(slot);
    }
  }

  // --- positions
  // ------------------------------------------------------------------------------------------------

  [[nodiscard]] RawPrice adverse_extreme() const noexcept {
    return exposure_of(state_, market_, bar_.open).quantity.units > 0 ? bar_.low : bar_.high;
  }

  void check_position(RawPrice price) {
    if (!state_.account(market_.settle()).margined) return;
    if (!state_.margin_changed && price.units >= market_.safe_low && price.units <= market_.safe_high) return;
    check_margin(state_, market_, price);
  }

  /// Protective legs whose entry filled past the open: what the rest of the assumed path does to them.
  void protect_new_positions() {
    const bool adverse = market_.rules.intrabar == IntrabarPath::adverse;
    // What these fill may activate more legs: the list grows while it is walked.
    for (std::size_t next = 0; !adverse && next < bar_.activated.size();) try_target(bar_.activated[next++]);
    for (std::size_t next = 0; next < bar_.activated.size();) {
      const Slot slot = bar_.activated[next++];
      const WorkingOrder& order = state_.orders[slot];
      if (order.order.id.value == 0 || order.stage != Stage::armed || !is_stop(order.order.type)) continue;
      if (adverse ? range_reaches(order) : surely_reached(order)) fire_in_bar(slot, order.trigger);
    }
    bar_.activated.clear();
  }

  /// On the favourable path a target is reached after its entry wherever the range holds it.
  void try_target(Slot slot) {
    const WorkingOrder& order = state_.orders[slot];
    if (order.order.id.value == 0) return;
    const RawPrice extreme = order.is_buy() ? bar_.low : bar_.high;
    if (order.stage == Stage::resting && trades_through(order.order.side, order.order.limit_price, extreme)) {
      fill_as_maker(slot);
    } else if (order.stage == Stage::armed && !is_stop(order.order.type) && is_reached(order, extreme)) {
      fire_in_bar(slot, order.trigger);
    }
  }

  /// Whatever the path: the bar closed beyond the stop, or the entry was a limit order that lies before it.
  [[nodiscard]] bool surely_reached(const WorkingOrder& order) const noexcept {
    if (is_reached(order, bar_.close)) return true;
    return entered_by_limit(order) && range_reaches(order);
  }
  [[nodiscard]] bool entered_by_limit(const WorkingOrder& order) const noexcept {
    return order.group != kNoSlot && state_.groups[order.group].entry_rested;
  }

  VenueState& state_;
  BarPass& bar_;
  Market& market_;
  DurationNs window_;  ///< how long after the open an order still counts as there at the open
};

}  // namespace

void match_bar(VenueState& state, Market& market, const Bar& bar) {
  state.deliver_by = bar.ts_venue;
  expire_due(state, bar.ts_venue - 1);
  market.saw(FeedLevel::bars);
  if (market.level != FeedLevel::bars || bar.timeframe.period_ns > market.bar_period) return;
  BarPass& pass = state.bar;
  pass.ts_open = bar.ts_open;
  pass.ts_close = bar.ts_venue;
  pass.open = bar.open;
  pass.high = bar.high;
  pass.low = bar.low;
  pass.close = bar.close;
  pass.budget = bar.volume;
  pass.budget_known = false;
  pass.inside = false;
  pass.activated.clear();
  state.in_bar = true;
  market.last = bar.open;
  BarMatcher(state, market).run();
  market.last = bar.close;
  state.in_bar = false;
  state.touch(market);
  end_event(state);
}

}  // namespace kontor::sim
