// What the engine does by itself when the operator or the safety chain wants less risk (M1).

#include <algorithm>
#include <cstdlib>

#include "engine/engine.hpp"
#include "risk/exposure.hpp"

namespace kontor::engine {
namespace {

/// The order by which a strategy's position is closed as far as the instrument's step lets it.
NewOrder closing_order(StrategyId strategy, const Instrument& instrument,
                       const portfolio::Portfolio& portfolio) noexcept {
  const RawQuantity own = portfolio.book(strategy, instrument.id()).position.quantity;
  RawQuantity quantity(std::abs(own.units));
  if (instrument.max_quantity().units != 0) quantity = std::min(quantity, instrument.max_quantity());
  // Fees in coins can leave fewer coins than the books of several strategies add up to.
  const bool sells_coins = instrument.is_spot() && own.units > 0;
  if (sells_coins)
    quantity = std::clamp(instrument.whole_quantity(portfolio.ledger().cash(instrument.base())),
                          RawQuantity(), quantity);
  // Where strategies stand on both sides, closing one enlarges the account's position for a moment.
  const RawQuantity account = portfolio.position(instrument.id()).quantity;
  const bool same_side = (account.units > 0) == (own.units > 0);

  NewOrder order;
  order.strategy = strategy;
  order.instrument = instrument.id();
  order.side = own.units > 0 ? Side::sell : Side::buy;
  order.type = OrderType::market;
  order.time_in_force = TimeInForce::immediate_or_cancel;
  order.role = GroupRole::flatten;
  order.quantity = instrument.floor_to_step(quantity);
  order.reduce_only = same_side && order.quantity.units <= std::abs(account.units);
  return order;
}

}  // namespace

void Engine::step(const EventHeader& header, const TradingStateChanged& change) noexcept {
  begin(header);
  const bool is_scheduled = is_of_schedule(change.reason);
  (is_scheduled ? state_.schedule : state_.trading) = change.state;
  // Only a person resets what has tripped; the hour does not.
  if (change.state == TradingState::running && !is_scheduled && state_.safety.is_on()) {
    state_.safety.reset(safety_view());
    obey_safety_chain();
  }
  if (change.state == TradingState::halted) withdraw_entries();
  if (change.state == TradingState::flattening) {
    state_.flattening.begin(state_.now);
    retreat();
  }
  settle_flattening();
}

/// Ends it where nobody wants it any more.
void Engine::settle_flattening() noexcept {
  const bool is_wanted = state_.word() == TradingState::flattening || state_.safety.is_flattening();
  if (!is_wanted) state_.flattening.end();
}

bool Engine::adds_risk(OrderId id) const noexcept {
  const auto* found = state_.orders.find(id);
  if (found == nullptr || !found->is_open()) return false;
  execution::Order order = *found;
  if (order.status == OrderStatus::pending_amend)
    order.quantity = std::max(order.quantity, order.asked_quantity);
  return adds_risk(order);
}

/// True if a fill of the order could make a position larger.
bool Engine::adds_risk(const execution::Order& order) const noexcept {
  const NewOrder& request = order.request;
  if (request.reduce_only || is_protective(request.role)) return false;
  const RawQuantity own = state_.portfolio.book(request.strategy, request.instrument).position.quantity;
  const bool closes = request.side == Side::sell ? own.units > 0 : own.units < 0;
  return !closes || (order.quantity - order.filled).units > std::abs(own.units);
}

/// Asks for the cancel of every order that `is_unwanted` says yes to; true if there was one. Lists of desired
/// orders end.
template <class IsUnwanted>
bool Engine::withdraw(const IsUnwanted& is_unwanted) noexcept {
  std::vector<std::pair<StrategyId, OrderId>> unwanted;
  state_.orders.for_each_open([&](const execution::Order& order) {
    if (is_unwanted(order)) unwanted.emplace_back(order.request.strategy, order.id());
  });
  for (const auto& [strategy, id] : unwanted) {
    end_declaration(strategy, id);
    cancel(strategy, id);
  }
  return !unwanted.empty();
}

/// Legs protect for as long as there is something to protect, and a list of desired orders says itself what
/// it wants; any other order was decided on for a market that may be gone.
bool Engine::can_go_stale(const execution::Order& order) noexcept {
  const NewOrder& request = order.request;
  if (is_protective(request.role) || request.role == GroupRole::flatten) return false;
  return !execution::is_governed(request) ||
         !state_.declared.of(request.strategy, request.instrument).stands();
}

void Engine::withdraw_stale_orders() noexcept {
  TimeNs next = kTimeMax;
  withdraw([&](const execution::Order& order) {
    if (!can_go_stale(order)) return false;
    const TimeNs due = order.ts_created + stale_after_;
    const bool is_stale = due <= state_.now;
    next = std::min(next, is_stale ? state_.now + kMinute : due);  // a cancel may come to nothing
    return is_stale;
  });
  if (next != kTimeMax) set_own_timer(OwnTimer::stale_orders, next);
}

/// What is to be done after every event until nothing is left to withdraw or to close.
void Engine::retreat() noexcept {
  const bool withdraws = state_.flattening.withdraws_now(state_.now);
  if (withdraws && state_.flattening.is_withdrawing()) withdraw_entries();
  if (state_.flattening.is_active()) flatten(withdraws);
}

/// Commands that never left were refused by nobody.
void Engine::give_up_unsent(const DiskChanged& change) noexcept {
  for (const OrderId id : change.unsent) {
    order_gone(state_.orders.on_rejected({id, RejectReason::not_recorded}, state_.now));
  }
  for (const OrderId id : change.unsent_amendments) {
    order_not_amended(state_.orders.on_amend_rejected({id, RejectReason::not_recorded}, state_.now));
  }
}

void Engine::step(const EventHeader& header, const DiskChanged& change) noexcept {
  begin(header);
  if (change.works) {
    state_.disk_failed_at.reset();
  } else if (!state_.disk_failed_at) {
    state_.disk_failed_at = state_.now;
  }
  give_up_unsent(change);
  if (!change.works) withdraw_entries();
}

/// Withdraws what could open or enlarge a position wherever nothing may. An order of which nobody knows
/// whether it works, or the cancel of which the venue refuses, is tried again as long as it is open.
void Engine::withdraw_entries() noexcept {
  const bool is_any_left = withdraw([this](const execution::Order& order) {
    const NewOrder& request = order.request;
    const TradingState trading = state_.trading_of(request.strategy, request.instrument);
    const bool may_nothing_rest = trading == TradingState::halted || state_.disk_failed_at;
    return may_nothing_rest && trading != TradingState::flattening && adds_risk(order);
  });
  state_.flattening.set_withdrawing(is_any_left, state_.now);
}

/// Withdraws every order of what is being flattened, then closes position by position.
void Engine::flatten(bool withdraws) noexcept {
  const auto is_flattened = [this](StrategyId strategy, InstrumentId instrument) {
    return state_.trading_of(strategy, instrument) == TradingState::flattening;
  };
  if (withdraws) {
    withdraw([&](const auto& order) {
      const NewOrder& request = order.request;
      return request.role != GroupRole::flatten && is_flattened(request.strategy, request.instrument);
    });
  }
  bool is_done = true;
  for (std::uint32_t i = 0; i < strategies_.size(); ++i) {
    for (const auto& instrument : state_.instruments.all()) {
      if (!is_flattened(StrategyId(i), instrument.id())) continue;
      state_.protection.waive_all(StrategyId(i), instrument.id());
      is_done = close_position(StrategyId(i), instrument) && is_done;
    }
  }
  if (is_done) end_flattening();
}

/// Everything that was to be closed is closed, or given up: what asked for it goes on as a halt.
void Engine::end_flattening() noexcept {
  state_.flattening.end();
  for (TradingState* word : {&state_.trading, &state_.schedule}) {
    if (*word == TradingState::flattening) *word = TradingState::halted;
  }
  if (!state_.safety.is_flattening()) return;
  state_.safety.on_flattened(safety_view());
  obey_safety_chain();
}

/// Does the next thing towards no position; true if there is none left to do.
bool Engine::close_position(StrategyId strategy, const Instrument& instrument) noexcept {
  if (state_.orders.open_count(strategy, instrument.id()) != 0) return false;
  const RawQuantity position = state_.portfolio.book(strategy, instrument.id()).position.quantity;
  NewOrder order = closing_order(strategy, instrument, state_.portfolio);
  if (order.quantity.units == 0) return true;
  auto& flattening = state_.flattening;
  if (flattening.has_given_up(strategy, instrument.id(), position)) return true;
  if (!flattening.tries(strategy, instrument.id(), position, state_.now)) return false;
  order.id = state_.orders.reserve_id();
  submit(order);
  return false;
}

}  // namespace kontor::engine
