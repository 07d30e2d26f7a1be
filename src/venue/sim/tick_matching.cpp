#include "venue/sim/tick_matching.hpp"

#include <algorithm>
#include <utility>

#include "venue/sim/event_end.hpp"
#include "venue/sim/execution.hpp"
#include "venue/sim/group_flow.hpp"
#include "venue/sim/margin.hpp"
#include "venue/sim/order_entry.hpp"
#include "venue/sim/pricing.hpp"
#include "venue/sim/triggers.hpp"

namespace kontor::sim {
namespace {

/// Executes what was collected in VenueState::hits as maker fills.
void execute_hits(VenueState& state) {
  for (std::size_t i = 0; i < state.hits.size(); ++i) {
    const Slot slot = state.orders.find(state.hits[i].order);
    if (slot == kNoSlot || state.orders[slot].stage != Stage::resting) continue;
    const WorkingOrder& order = state.orders[slot];
    const RawQuantity quantity = std::min(order.remaining(), state.hits[i].quantity);
    execute(state, slot, order.order.limit_price, quantity, Liquidity::maker);
    settle(state);
  }
  state.hits.clear();
}

/// Gives a resting order up to `quantity` of what is `available`.
void hit(VenueState& state, const Rung& rung, RawQuantity quantity, RawQuantity& available) {
  const WorkingOrder& order = state.orders[rung.slot];
  const RawQuantity given = std::min({order.remaining(), quantity, available});
  if (given.units <= 0) return;
  available -= given;
  state.hits.push_back(Hit{order.order.id, given});
}

/// A trade at the order's own price: the queue before it goes first, and what better orders of ours `took`.
void trade_at(VenueState& state, const Market& market, Rung& rung, const Trade& trade, RawQuantity took,
              RawQuantity& available) {
  if (rung.ahead == kUnknownQueue) return;
  const RawQuantity traded = rung.news_of(trade.quantity, trade.ts_venue);
  rung.traded += traded;
  const RawQuantity past = traded - rung.ahead - took;
  rung.ahead = std::max(rung.ahead - traded, RawQuantity());
  if (past.units > 0) hit(state, rung, market.instrument->floor_to_step(past), available);
}

void collect_trade_hits(VenueState& state, const Market& market, Ladder& ladder, const Trade& trade,
                        bool at_price) {
  const std::int64_t key = ladder.key_of(trade.price);
  const RawQuantity shared = market.queue == QueueModel::none
                                 ? participating(market, trade.quantity)
                                 : market.instrument->floor_to_step(trade.quantity);
  RawQuantity available = shared;
  auto& rungs = ladder.rungs();
  for (std::size_t i = rungs.size(); i > 0 && rungs[i - 1].key >= key; --i) {
    Rung& rung = rungs[i - 1];
    if (rung.key > key) {
      hit(state, rung, available, available);
    } else if (at_price) {
      trade_at(state, market, rung, trade, shared - available, available);
    }
  }
}

void fill_by_trade(VenueState& state, const Market& market, Ladder& ladder, const Trade& trade,
                   Side aggressor) {
  if (ladder.empty() || ladder.best().key < ladder.key_of(trade.price)) return;
  collect_trade_hits(state, market, ladder, trade, trade.aggressor == aggressor);
  if (!state.hits.empty()) execute_hits(state);
}

/// What waited for a bar to come: the first tick ends that.
void release_changes(VenueState& state, Market& market) {
  const TimeNs now = state.now;
  settle_held_funding(state, market, kTimeMax);
  state.now = now;
  for (const HeldChange& change : std::exchange(market.changes, {})) {
    apply_change(state, change.command, change.passage);
    settle(state);
  }
}

/// Orders that waited for data to come: the first tick lets them take.
void release_waiting(VenueState& state, Market& market) {
  if (!market.changes.empty() || !market.funding.empty()) release_changes(state, market);
  if (market.waiting.empty()) return;
  state.candidates.clear();
  for (const Slot slot : market.waiting) state.candidates.push_back(state.orders[slot].order.id);
  for (std::size_t i = 0; i < state.candidates.size(); ++i) {
    const Slot slot = state.orders.find(state.candidates[i]);
    if (slot == kNoSlot) continue;
    withdraw(state, slot);
    go_to_market(state, slot);
    settle(state);
  }
}

void look_at_triggers(VenueState& state, Market& market) {
  if (market.armed.empty()) return;
  const std::int64_t last = market.last_or_mark().units;
  const std::int64_t mark = market.mark().units;
  if (mark == 0) return;
  if (std::min(last, mark) > market.trigger_low && std::max(last, mark) < market.trigger_high) return;
  check_triggers(state, market);
  state.touch(market);
}

void look_at_margin(VenueState& state, Market& market) {
  const RawPrice mark = market.mark();
  if (mark.units == 0) return;
  if (mark.units >= market.safe_low && mark.units <= market.safe_high) return;
  if (state.account(market.settle()).margined) check_margin(state, market, mark);
}

/// What every tick ends with.
void after_tick(VenueState& state, Market& market) {
  look_at_triggers(state, market);
  look_at_margin(state, market);
  if (!state.dirty_markets.empty() || state.margin_changed) end_event(state);
}

void begin_tick(VenueState& state, TimeNs time) {
  state.deliver_by = kTimeMax;
  expire_due(state, time);
  state.now = time;
}

// --- quotes
// --------------------------------------------------------------------------------------------------------

/// Better prices than the best quote hold nobody else; at the quote its size bounds what stands before us.
void advance_queues(Ladder& ladder, RawPrice best, const LevelChange& change, QueueModel model) {
  if (model == QueueModel::none || best.units == 0) return;
  const std::int64_t key = ladder.key_of(best);
  auto& rungs = ladder.rungs();
  for (std::size_t i = rungs.size(); i > 0 && rungs[i - 1].key > key; --i) {
    rungs[i - 1].report_ahead(RawQuantity(), change.time);
  }
  ladder.level_changed(best, change, model);
}

/// Fills resting orders that the opposite quote has come to, as far as its size goes.
void cross_quote(VenueState& state, const Market& market, Ladder& ladder, const BookLevel& opposite,
                 RawQuantity& taken) {
  if (ladder.empty() || opposite.price.units == 0) return;
  const std::int64_t key = ladder.key_of(opposite.price);
  RawQuantity available =
      market.instrument->floor_to_step(std::max(opposite.quantity - taken, RawQuantity()));
  const auto& rungs = ladder.rungs();
  for (std::size_t i = rungs.size(); i > 0 && rungs[i - 1].key >= key; --i) {
    const RawQuantity before = available;
    hit(state, rungs[i - 1], available, available);
    taken += before - available;
  }
  if (!state.hits.empty()) execute_hits(state);
}

// --- book
// ----------------------------------------------------------------------------------------------------------

/// Quantity that the opposite side shows at `key` of this ladder or beyond.
RawQuantity shown_beyond(const Market& market, const Ladder& ladder, Side side, std::int64_t key) noexcept {
  RawQuantity sum;
  market.book.for_each_level(opposite(side), [&](const BookLevel& level) {
    const bool beyond = ladder.key_of(level.price) <= key;
    if (beyond) sum += level.quantity;
    return beyond;
  });
  return market.instrument->floor_to_step(sum);
}

/// Fills resting orders whose price the opposite side of the book has come to: once for each time it comes.
bool cross_book(VenueState& state, Market& market, Side side, RawPrice best) {
  Ladder& ladder = market.ladder(side);
  if (ladder.empty()) return false;
  const std::int64_t key = best.units == 0 ? INT64_MAX : ladder.key_of(best);
  RawQuantity used;
  bool crossed = false;
  auto& rungs = ladder.rungs();
  for (std::size_t i = rungs.size(); i > 0; --i) {
    Rung& rung = rungs[i - 1];
    if (rung.key < key) {
      if (!market.any_crossed) break;
      rung.crossed = false;
      continue;
    }
    crossed = true;
    if (rung.crossed) continue;
    rung.crossed = true;
    RawQuantity available = shown_beyond(market, ladder, side, rung.key) - used;
    const RawQuantity before = available;
    hit(state, rung, available, available);
    used += before - available;
  }
  if (!state.hits.empty()) execute_hits(state);
  return crossed;
}

void apply_changes(Market& market, const BookUpdate& update) {
  const bool queues = market.queue != QueueModel::none;
  for (const BookLevelChange& change : update.changes) {
    const RawQuantity before = market.book.set(change.side, change.price, change.quantity);
    Ladder& ladder = market.ladder(change.side);
    if (queues && ladder.may_hold(change.price)) {
      ladder.level_changed(change.price, {before, change.quantity, update.ts_venue}, market.queue);
    }
  }
}

/// After a snapshot nothing is known of how the levels came about: they only bound the queues.
void bound_queues(const Market& market, Ladder& ladder, Side side, TimeNs now) noexcept {
  for (Rung& rung : ladder.rungs()) {
    rung.report_ahead(std::min(rung.ahead, queue_ahead(market, side, ladder.price_of(rung))), now);
  }
}

void apply_snapshot(Market& market, const BookUpdate& update) {
  market.book.apply(update);
  if (market.queue == QueueModel::none) return;
  bound_queues(market, market.buys, Side::buy, update.ts_venue);
  bound_queues(market, market.sells, Side::sell, update.ts_venue);
}

}  // namespace

void match_trade(VenueState& state, Market& market, const Trade& trade) {
  begin_tick(state, trade.ts_venue);
  if (market.level < FeedLevel::trades) return;
  release_waiting(state, market);
  fill_by_trade(state, market, market.buys, trade, Side::sell);
  fill_by_trade(state, market, market.sells, trade, Side::buy);
  after_tick(state, market);
}

void match_quote(VenueState& state, Market& market, const Quote& quote) {
  begin_tick(state, quote.ts_venue);
  release_waiting(state, market);
  const TimeNs time = quote.ts_venue;
  advance_queues(market.buys, quote.bid, {market.bid_before, quote.bid_quantity, time}, market.queue);
  advance_queues(market.sells, quote.ask, {market.ask_before, quote.ask_quantity, time}, market.queue);
  cross_quote(state, market, market.buys, BookLevel{quote.ask, quote.ask_quantity}, market.ask_taken);
  cross_quote(state, market, market.sells, BookLevel{quote.bid, quote.bid_quantity}, market.bid_taken);
  after_tick(state, market);
}

void match_book(VenueState& state, Market& market, const BookUpdate& update) {
  if (!market.automatic && market.level != FeedLevel::book) return;
  if (update.snapshot) {
    apply_snapshot(market, update);
  } else {
    apply_changes(market, update);
  }
  const BookLevel bid = market.book.best_bid();
  const BookLevel ask = market.book.best_ask();
  // Changes that come before any snapshot are no market until they have shown both sides of it.
  const bool known = update.snapshot || (bid.price.units != 0 && ask.price.units != 0);
  if (market.level != FeedLevel::book && !known) return;
  market.saw(FeedLevel::book);
  market.show(bid.price, ask.price);
  const bool quiet = market.is_quiet(bid.price, std::max(bid.price, ask.price)) && !market.any_crossed;
  if (quiet && update.ts_venue < state.next_expiry) return;
  begin_tick(state, update.ts_venue);
  release_waiting(state, market);
  const bool buys_crossed = cross_book(state, market, Side::buy, ask.price);
  const bool sells_crossed = cross_book(state, market, Side::sell, bid.price);
  market.any_crossed = buys_crossed || sells_crossed;
  after_tick(state, market);
}

}  // namespace kontor::sim
