#include "engine/engine.hpp"

#include <algorithm>

#include "base/codec.hpp"
#include "engine/strategy_settings.hpp"

namespace kontor::engine {

Engine::Engine(EngineSettings settings)
    : state_{settings.instruments,
             MarketState(settings.instruments.size()),
             portfolio::Portfolio(settings.instruments, settings.reporting_asset, settings.strategies.size()),
             execution::OrderManager(),
             execution::DeclaredOrders(settings.strategies.size(), settings.instruments.size()),
             execution::Protection(settings.protection, std::move(settings.groups),
                                   settings.instruments.size()),
             risk::RiskEngine(settings.risk, settings.strategies.size(), settings.instruments.size()),
             Timers(),
             {},
             Flattening(settings.strategies.size(), settings.instruments.size()),
             TradingState::running,
             TradingState::running,
             std::nullopt,
             risk::SafetyChain(settings.risk.breakers, settings.strategies.size(),
                               settings.instruments.size()),
             Agreement::equal,
             execution::TradeDeduplicator(State::kFundingsKept),
             0,
             kTimeMin},
      strategies_(std::move(settings.strategies)),
      listeners_(settings.instruments.size()),
      stale_after_(settings.stale_after) {
  for (std::size_t i = 0; i < settings.feeds.size(); ++i) listeners_[i].feed = settings.feeds[i];
  for (const auto& [asset, price] : settings.fixed_prices) state_.portfolio.set_fixed_price(asset, price);
  views_.reserve(strategies_.size());
  for (std::size_t i = 0; i < strategies_.size(); ++i) {
    const StrategyId id(static_cast<std::uint32_t>(i));
    views_.emplace_back(state_.instruments, state_.market, state_.portfolio, state_.orders, id, state_.now);
    listen({strategies_[i].get(), &views_.back(), id}, strategies_[i]->subscriptions());
  }
  identity_ = make_identity();
}

void Engine::listen(const Listener& listener, const strategy::Subscriptions& subscriptions) {
  for (const auto& bars : subscriptions.bars) {
    listeners_[bars.instrument.index()].bars.push_back({listener, bars.timeframe});
    const auto& feed = listeners_[bars.instrument.index()].feed;
    const bool fed = feed.source == BarSource::bars && feed.timeframe == bars.timeframe;
    if (!fed) aggregate(bars.instrument, bars.timeframe);
  }
  for (const auto instrument : subscriptions.trades)
    listeners_[instrument.index()].trades.push_back(listener);
  for (const auto instrument : subscriptions.quotes)
    listeners_[instrument.index()].quotes.push_back(listener);
  for (const auto instrument : subscriptions.books) listeners_[instrument.index()].books.push_back(listener);
}

void Engine::aggregate(InstrumentId instrument, Timeframe timeframe) {
  auto& indices = listeners_[instrument.index()].aggregators;
  const bool known = std::any_of(indices.begin(), indices.end(), [&](std::uint32_t index) {
    return state_.aggregators[index].timeframe() == timeframe;
  });
  if (known) return;
  // Finer bars first, whoever asked for them first.
  const auto place = std::find_if(indices.begin(), indices.end(), [&](std::uint32_t index) {
    return state_.aggregators[index].timeframe() > timeframe;
  });
  indices.insert(place, static_cast<std::uint32_t>(state_.aggregators.size()));
  state_.aggregators.emplace_back(instrument, timeframe);
}

void Engine::step(const Event& event) noexcept {
  std::visit([&](const auto& body) { step(event.header, body); }, event.body);
}

// ---- market data
// ------------------------------------------------------------------------------------------------

void Engine::deliver_bar(const Bar& bar) noexcept { deliver_bar(listeners_[bar.instrument.index()], bar); }

void Engine::deliver_and_aggregate(const Listeners& listeners, const Bar& bar) noexcept {
  close_bars(bar.instrument, bar.ts_open);
  deliver_bar(listeners, bar);
  for (const auto index : listeners.aggregators) {
    if (const auto closed = state_.aggregators[index].add(bar)) deliver_bar(*closed);
  }
}

/// Gives out the bars that a datum at `time` proves to be over, in the order in which they ended.
void Engine::close_bars(InstrumentId instrument, TimeNs time) noexcept {
  const auto& indices = listeners_[instrument.index()].aggregators;
  for (;;) {
    BarAggregator* first = nullptr;
    for (const auto index : indices) {
      auto& aggregator = state_.aggregators[index];
      const bool earlier = first == nullptr || aggregator.ends() < first->ends();
      if (aggregator.ends() <= time && earlier) first = &aggregator;
    }
    if (first == nullptr) return;
    deliver_bar(first->close(state_.now));
  }
}

void Engine::tick(InstrumentId instrument, TimeNs ts_venue, RawPrice price, RawQuantity quantity) noexcept {
  close_bars(instrument, ts_venue);
  for (const auto index : listeners_[instrument.index()].aggregators) {
    state_.aggregators[index].add(ts_venue, price, quantity);
  }
}

void Engine::tick_middle(InstrumentId instrument, TimeNs ts_venue) noexcept {
  const auto& market = state_.market[instrument.index()];
  if (market.has_both_sides()) tick(instrument, ts_venue, market.middle, RawQuantity());
}

void Engine::step(const EventHeader& header, const Quote& quote) noexcept {
  begin(header);
  auto& market = state_.market[quote.instrument.index()];
  market.set_top({quote.bid, quote.bid_quantity}, {quote.ask, quote.ask_quantity});
  market.ts_venue = quote.ts_venue;
  if (market.last.units == 0) price_changed(quote.instrument);
  watch_middle(quote.instrument);
  if (listeners_[quote.instrument.index()].feed.source == BarSource::quotes) {
    tick_middle(quote.instrument, quote.ts_venue);
  }
  for (const auto& listener : listeners_[quote.instrument.index()].quotes) {
    listener.strategy->on_quote(*listener.view, quote, intents_);
    if (!intents_.empty()) [[unlikely]]
      carry_out(listener.id);
  }
  market_moved(quote.instrument);
}

void Engine::step(const EventHeader& header, const BookUpdate& update) noexcept {
  begin(header);
  auto& market = state_.market[update.instrument.index()];
  market.book.apply(update);
  market.set_top(market.book.best_bid(), market.book.best_ask());
  market.ts_venue = update.ts_venue;
  if (market.last.units == 0) price_changed(update.instrument);
  watch_middle(update.instrument);
  if (listeners_[update.instrument.index()].feed.source == BarSource::book) {
    tick_middle(update.instrument, update.ts_venue);
  }
  for (const auto& listener : listeners_[update.instrument.index()].books) {
    listener.strategy->on_book(*listener.view, update, intents_);
    if (!intents_.empty()) [[unlikely]]
      carry_out(listener.id);
  }
  market_moved(update.instrument);
}

void Engine::step(const EventHeader& header, const FundingRate& /*funding*/) noexcept {
  begin(header);  // the payment itself is the venue's to report
}

// ---- the venue about our orders
// ---------------------------------------------------------------------------------

void Engine::order_changed(const execution::Order* order) noexcept {
  if (order == nullptr) return;
  const execution::Order changed = *order;
  if (!changed.is_open()) {
    coins_freed(changed);
    order_closed(changed);
  }
  look_again(changed);
  if (changed.request.group.value != 0) protect(changed.request.group);
  go_on_retreating();
}

/// The order is at an end that nobody on this side has asked for.
void Engine::order_gone(const execution::Order* order) noexcept {
  if (order == nullptr) return;
  hold_back(order, &execution::Declaration::on_gone);
  if (order->request.group.value != 0) state_.protection.on_gone(*order, state_.now);
  order_changed(order);
}

void Engine::order_not_amended(const execution::Order* order) noexcept {
  if (order == nullptr) return;
  hold_back(order, &execution::Declaration::on_amend_refused);
  if (order->request.group.value != 0) state_.protection.on_amend_refused(*order, state_.now);
  order_changed(order);
}

void Engine::order_closed(const execution::Order& closed) noexcept {
  outputs_.add(closed);
  if (closed.status == OrderStatus::filled) return;
  const StrategyId strategy = closed.request.strategy;
  strategies_[strategy.index()]->on_order_closed(view_for(strategy), closed, intents_);
  if (!intents_.empty()) carry_out(strategy);
}

/// The declaration that the order belongs to, if one stands.
execution::Declaration* Engine::declaration_of(const execution::Order& order) noexcept {
  if (!execution::is_governed(order.request)) return nullptr;
  auto& declaration = state_.declared.of(order.request.strategy, order.request.instrument);
  return declaration.stands() ? &declaration : nullptr;
}

/// The venue did not do what was wanted of the order.
void Engine::hold_back(const execution::Order* order,
                       void (execution::Declaration::*answer)(const execution::Order&)) noexcept {
  auto* declaration = order == nullptr ? nullptr : declaration_of(*order);
  if (declaration == nullptr) return;
  (declaration->*answer)(*order);
  if (declaration->holds_back()) state_.declared.set_holds_back(order->request.instrument, true);
}

void Engine::step(const EventHeader& header, const OrderAccepted& report) noexcept {
  begin(header);
  order_changed(state_.orders.on_accepted(report, state_.now));
}
void Engine::step(const EventHeader& header, const OrderRejected& report) noexcept {
  begin(header);
  order_gone(watch_rejection(state_.orders.on_rejected(report, state_.now), report.reason));
}
void Engine::step(const EventHeader& header, const OrderCanceled& report) noexcept {
  begin(header);
  const auto* before = state_.orders.find(report.order);
  const bool asked = before != nullptr && before->status == OrderStatus::pending_cancel;
  const auto* order = state_.orders.on_canceled(report, state_.now);
  asked ? order_changed(order) : order_gone(order);
}
void Engine::step(const EventHeader& header, const OrderExpired& report) noexcept {
  begin(header);
  order_gone(state_.orders.on_expired(report, state_.now));
}
void Engine::step(const EventHeader& header, const OrderAmended& report) noexcept {
  begin(header);
  order_changed(state_.orders.on_amended(report, state_.now));
}
void Engine::step(const EventHeader& header, const OrderTriggered& report) noexcept {
  begin(header);
  const auto* order = state_.orders.on_triggered(report, state_.now);
  if (order != nullptr && order->request.group.value != 0) state_.protection.on_triggered(*order, state_.now);
  order_changed(order);
}
void Engine::step(const EventHeader& header, const CancelRejected& report) noexcept {
  begin(header);
  const auto* order = watch_rejection(state_.orders.on_cancel_rejected(report, state_.now), report.reason);
  hold_back(order, &execution::Declaration::on_cancel_refused);
  if (order != nullptr && order->request.group.value != 0)
    state_.protection.on_cancel_refused(*order, state_.now);
  order_changed(order);
}
void Engine::step(const EventHeader& header, const AmendRejected& report) noexcept {
  begin(header);
  order_not_amended(watch_rejection(state_.orders.on_amend_rejected(report, state_.now), report.reason));
}
void Engine::step(const EventHeader& header, const OrderUnresolved& report) noexcept {
  begin(header);
  const auto* order = state_.orders.on_unresolved(report, state_.now);
  if (order != nullptr && order->request.group.value != 0) protect(order->request.group);
}

/// No order that we know of, but our money: the venue has closed a position by itself, or executed an order
/// that is not ours or was closed too long ago.
void Engine::book_unattributed(const Fill& fill) noexcept {
  state_.orders.skip_ids_before(OrderId(fill.order.value + 1));
  if (!state_.orders.remember_trade(fill)) return;
  const auto parts = state_.portfolio.book_liquidation(fill);
  for (const auto& part : parts) {
    execution::Order order;
    order.request.strategy = part.strategy;
    order.request.instrument = fill.instrument;
    order.request.side = fill.side;
    outputs_.add(FillBooked{part.fill, order.request, part.booked, state_.portfolio.equity()});
    watch_fill(part.strategy, part.fill, part.booked);
    if (!state_.protection.empty()) protect_held(part.strategy, fill.instrument);
    strategies_[part.strategy.index()]->on_fill(view_for(part.strategy), part.fill, order, intents_);
    if (!intents_.empty()) carry_out(part.strategy);
  }
}

void Engine::step(const EventHeader& header, const Fill& fill) noexcept {
  begin(header);
  const auto* changed = state_.orders.on_fill(fill, state_.instruments[fill.instrument], state_.now);
  if (changed == nullptr) {
    const bool repeated = state_.orders.find(fill.order) != nullptr;
    if (!repeated) book_unattributed(fill);
    return;
  }
  const execution::Order order = *changed;
  const StrategyId strategy = order.request.strategy;
  if (auto* declaration = declaration_of(order)) declaration->on_fill(order, fill.quantity);
  if (order.request.group.value != 0) state_.protection.on_fill(order, fill.quantity);
  const auto booked = state_.portfolio.book_fill(strategy, fill);
  outputs_.add(FillBooked{fill, order.request, booked, state_.portfolio.equity()});
  if (order.status == OrderStatus::filled) outputs_.add(order);
  watch_fill(strategy, fill, booked);
  if (!state_.protection.empty()) [[unlikely]]
    protect_held(strategy, fill.instrument);
  strategies_[strategy.index()]->on_fill(view_for(strategy), fill, order, intents_);
  if (!intents_.empty()) carry_out(strategy);
  look_again(order);
  go_on_retreating();
}

/// What is still wanted is decided again by whoever wants it, with what the books know by now: the order
/// itself is withdrawn.
void Engine::step(const EventHeader& header, const OrderFound& found) noexcept {
  begin(header);
  state_.orders.skip_ids_before(OrderId(found.order.value + 1));
  if (state_.orders.find(found.order) == nullptr) emit(CancelOrder{found.order, found.instrument});
}

void Engine::step(const EventHeader& header, const OrderIdsSkipped& skipped) noexcept {
  begin(header);
  state_.orders.skip_ids_before(skipped.next);
}

void Engine::step(const EventHeader& header, const ForeignOrderFound& /*found*/) noexcept {
  begin(header);  // for people: it is nobody's here
}

/// What works stays as it is until somebody wants it otherwise; legs then follow the new terms.
void Engine::step(const EventHeader& header, const InstrumentChanged& change) noexcept {
  begin(header);
  if (change.instrument.index() >= state_.instruments.size()) return;
  if (!state_.instruments.change(change.instrument, change.terms)) return;
  protect_all();
}

/// A payment that is told again is booked once.
void Engine::step(const EventHeader& header, const FundingPayment& payment) noexcept {
  begin(header);
  if (!state_.fundings.insert(payment.instrument, State::number_of(payment, header.ts_venue))) return;
  state_.portfolio.book_funding(payment.amount);
}

void Engine::step(const EventHeader& header, const Transfer& transfer) noexcept {
  begin(header);
  const Amount before = state_.portfolio.equity();
  state_.portfolio.book_transfer(transfer.amount);
  if (state_.safety.is_on()) state_.safety.on_transfer(safety_view(), before);
}

void Engine::step(const EventHeader& header, const AccountCompared& compared) noexcept {
  begin(header);
  state_.agreement = compared.agreement;
}

void Engine::step(const EventHeader& header, const CostRestated& restated) noexcept {
  begin(header);
  state_.portfolio.restate_cost(restated.instrument, restated.amount);
}

void Engine::step(const EventHeader& header, const TimerFired& timer) noexcept {
  begin(header);
  state_.timers.fired(timer, state_.now);
  if (timer.strategy == kNoStrategy) return own_timer_fired(static_cast<OwnTimer>(timer.timer));
  strategies_[timer.strategy.index()]->on_timer(view_for(timer.strategy), timer.timer, intents_);
  if (!intents_.empty()) carry_out(timer.strategy);
}

void Engine::own_timer_fired(OwnTimer timer) noexcept {
  if (timer == OwnTimer::protection) return protect_all();
  if (timer == OwnTimer::stale_orders) return withdraw_stale_orders();
  state_.safety.on_time(safety_view());
  obey_safety_chain();
}

// ---- snapshot
// ---------------------------------------------------------------------------------------------------

namespace {

/// Goes up with every change of what a snapshot holds.
constexpr std::uint32_t kSnapshotVersion = 13;

/// The parts of the state in their one order; Visit is an encoder's or a decoder's step.
template <class StateType, class Visit>
void visit_state(StateType& state, Visit&& visit) {
  visit(state.instruments);
  visit(state.market);
  visit(state.portfolio);
  visit(state.orders);
  visit(state.declared);
  visit(state.protection);
  visit(state.risk);
  visit(state.timers);
  visit(state.aggregators);
  visit(state.flattening);
  visit(state.trading);
  visit(state.schedule);
  visit(state.disk_failed_at);
  visit(state.safety);
  visit(state.agreement);
  visit(state.fundings);
  visit(state.seq);
  visit(state.now);
}

}  // namespace

/// What a snapshot and the engine that takes it back must agree on.
std::string Engine::make_identity() const {
  Encoder encoder;
  encode_into(encoder, kSnapshotVersion);
  for (const auto& instrument : state_.instruments.all()) {
    encode_into(encoder, instrument.name());
    encode_into(encoder, instrument.price_scale());
    encode_into(encoder, instrument.quantity_scale());
  }
  for (std::uint32_t i = 0; i < state_.instruments.asset_count(); ++i) {
    encode_into(encoder, state_.instruments.asset_name(AssetId(i)));
  }
  encode_into(encoder, static_cast<std::uint64_t>(strategies_.size()));
  for (const auto& aggregator : state_.aggregators) {
    encode_into(encoder, aggregator.instrument());
    encode_into(encoder, aggregator.timeframe());
  }
  const auto& bytes = encoder.buffer();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::vector<std::byte> Engine::snapshot() const {
  Encoder encoder;
  encode_into(encoder, identity_);
  visit_state(state_, [&](const auto& part) { encode_into(encoder, part); });
  for (const auto& strategy : strategies_) {
    encode_into(encoder, settings_of(*strategy));
    strategy->save(encoder);
  }
  return encoder.take();
}

Result<void> Engine::restore(std::span<const std::byte> snapshot) {
  const auto before = this->snapshot();
  if (take_back(snapshot)) return {};
  ASSERT(take_back(before));
  return fail(ErrorKind::bad_data,
              "expected a snapshot of an engine with the same settings, found another one");
}

bool Engine::take_back(std::span<const std::byte> snapshot) {
  Decoder decoder(snapshot);
  std::string whose;
  decode_from(decoder, whose);
  if (whose != identity_) return false;
  visit_state(state_, [&](auto& part) { decode_from(decoder, part); });
  for (const auto& strategy : strategies_) {
    if (!take_settings_back(decoder, *strategy)) return false;
    strategy->load(decoder);
  }
  return !decoder.failed() && decoder.remaining() == 0;
}

}  // namespace kontor::engine
