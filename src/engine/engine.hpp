#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/outputs.hpp"
#include "engine/state.hpp"
#include "model/event.hpp"
#include "strategy/strategy.hpp"

namespace kontor::engine {

/// What the bars of an instrument are made of: bars that are fed, or trades, or the middle of bid and ask.
enum class BarSource : std::uint8_t { bars, trades, quotes, book };

/// What will be fed for an instrument, as far as bars depend on it.
struct InstrumentFeed {
  BarSource source = BarSource::bars;
  Timeframe timeframe;  ///< of the bars that are fed
};

/// What an engine is made of. `instruments` must outlive it.
struct EngineSettings {
  const InstrumentTable& instruments;
  AssetId reporting_asset;
  risk::RiskSettings risk;
  std::vector<std::unique_ptr<strategy::Strategy>> strategies;
  std::vector<InstrumentFeed> feeds;  ///< by InstrumentId; what is missing is fed one-minute bars
  /// Prices in the reporting asset of assets that no instrument values.
  std::vector<std::pair<AssetId, Decimal>> fixed_prices;
  execution::ProtectionSettings protection{};
  /// An order that waits for its price for so long is withdrawn; 0: none is.
  DurationNs stale_after = 0;
  std::vector<execution::GroupKeeper> groups{};  ///< by InstrumentId; what is missing: the venue keeps them
};

/// The fold: (state, event) → (state', outputs). No clock, no chance, no I/O; the same in backtest, paper,
/// live and replay. One thread owns it. Every step applies the event to the state, asks the strategies that
/// listen, has risk check their intents, and registers the approved orders before the caller sees the
/// commands.
class Engine {
 public:
  explicit Engine(EngineSettings settings);
  // The views of the strategies look into the state.
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // One step per kind of event; the header's times are those of the body. The outputs of earlier steps stay
  // until clear_outputs().
  void step(const EventHeader& header, const Bar& bar) noexcept;
  void step(const EventHeader& header, const Trade& trade) noexcept;
  void step(const EventHeader& header, const Quote& quote) noexcept;
  void step(const EventHeader& header, const BookUpdate& update) noexcept;
  void step(const EventHeader& header, const FundingRate& funding) noexcept;
  void step(const EventHeader& header, const OrderAccepted& report) noexcept;
  void step(const EventHeader& header, const OrderRejected& report) noexcept;
  void step(const EventHeader& header, const OrderCanceled& report) noexcept;
  void step(const EventHeader& header, const OrderExpired& report) noexcept;
  void step(const EventHeader& header, const OrderAmended& report) noexcept;
  void step(const EventHeader& header, const OrderTriggered& report) noexcept;
  void step(const EventHeader& header, const CancelRejected& report) noexcept;
  void step(const EventHeader& header, const AmendRejected& report) noexcept;
  void step(const EventHeader& header, const OrderUnresolved& report) noexcept;
  void step(const EventHeader& header, const Fill& fill) noexcept;
  void step(const EventHeader& header, const FundingPayment& payment) noexcept;
  void step(const EventHeader& header, const Transfer& transfer) noexcept;
  void step(const EventHeader& header, const TimerFired& timer) noexcept;
  void step(const EventHeader& header, const TradingStateChanged& change) noexcept;
  void step(const EventHeader& header, const SettingsChanged& change) noexcept;
  void step(const EventHeader& header, const AccountCompared& compared) noexcept;
  void step(const EventHeader& header, const CostRestated& restated) noexcept;
  void step(const EventHeader& header, const ConnectionChanged& change) noexcept;
  void step(const EventHeader& header, const ClockOffsetMeasured& measured) noexcept;
  void step(const EventHeader& header, const DiskChanged& change) noexcept;
  void step(const EventHeader& header, const OrderFound& found) noexcept;
  void step(const EventHeader& header, const OrderIdsSkipped& skipped) noexcept;
  void step(const EventHeader& header, const ForeignOrderFound& found) noexcept;
  void step(const EventHeader& header, const InstrumentChanged& change) noexcept;
  /// True if a bar of the instrument is a price and something to show to its strategies, and no more: nothing
  /// is watched, aggregated, held back or being closed.
  [[nodiscard]] bool is_quiet(InstrumentId instrument) const noexcept {
    return !state_.safety.is_on() && listeners_[instrument.index()].aggregators.empty() &&
           !state_.declared.holds_back(instrument) && !state_.flattening.is_under_way() &&
           !state_.protection.watches(instrument);
  }
  /// Takes bars one after the other, up to and with the first at which a strategy asks for something, and
  /// returns how many; each is as a step() with the next seq, the first with `first_seq`. The engine must be
  /// is_quiet(), and nothing may be due or come in between. `after_mark(bar)` is called when a bar has moved
  /// the marks, where `after_mark.is_needed`.
  template <class AfterMark>
  std::size_t step_through(const BarRows& bars, std::uint64_t first_seq,
                           const AfterMark& after_mark) noexcept;
  /// The same for a whole event, as the journal holds it.
  void step(const Event& event) noexcept;

  [[nodiscard]] const Outputs& outputs() const noexcept { return outputs_; }
  void clear_outputs() noexcept { outputs_.clear(); }
  [[nodiscard]] bool has_outputs() const noexcept { return !outputs_.empty(); }
  [[nodiscard]] const State& state() const noexcept { return state_; }
  [[nodiscard]] TimeNs next_timer() const noexcept { return state_.timers.next_due(); }
  /// What the driver has to bring back as an event at next_timer(); there must be one.
  [[nodiscard]] TimerFired due_timer() const noexcept { return state_.timers.next(); }
  /// True if a fill of the open order could make a position larger; amended as was asked for, if it was.
  [[nodiscard]] bool adds_risk(OrderId order) const noexcept;
  [[nodiscard]] std::size_t strategies() const noexcept { return strategies_.size(); }

  /// The whole state, strategies included, in the journal's binary form; equal states give equal bytes.
  [[nodiscard]] std::vector<std::byte> snapshot() const;
  /// Takes a snapshot back into an engine that was made with the same settings; the limits and parameters
  /// that were in force at that time come with it. Whatever else it is given is bad data and changes nothing.
  [[nodiscard]] Result<void> restore(std::span<const std::byte> snapshot);

 private:
  /// A strategy with what it sees, at hand where data is given out.
  struct Listener {
    strategy::Strategy* strategy;
    const strategy::View* view;
    StrategyId id;
  };
  struct BarListener : Listener {
    Timeframe timeframe;
  };
  /// Who listens to an instrument.
  struct Listeners {
    std::vector<BarListener> bars;
    std::vector<Listener> trades;
    std::vector<Listener> quotes;
    std::vector<Listener> books;
    std::vector<std::uint32_t> aggregators;  ///< indices into State::aggregators
    InstrumentFeed feed;
  };

  void listen(const Listener& listener, const strategy::Subscriptions& subscriptions);
  void aggregate(InstrumentId instrument, Timeframe timeframe);
  void begin(const EventHeader& header) noexcept {
    state_.seq = header.seq;
    state_.now = header.ts_recv;
  }
  [[nodiscard]] const strategy::View& view_for(StrategyId strategy) const noexcept {
    return views_[strategy.index()];
  }
  void price_changed(InstrumentId instrument) noexcept {
    const RawPrice mark = state_.market[instrument.index()].mark();
    if (mark.units != 0) state_.portfolio.revalue(instrument, mark);  // a fill may have told a price already
  }
  void tick(InstrumentId instrument, TimeNs ts_venue, RawPrice price, RawQuantity quantity) noexcept;
  void tick_middle(InstrumentId instrument, TimeNs ts_venue) noexcept;
  void close_bars(InstrumentId instrument, TimeNs time) noexcept;
  template <class AfterMark>
  void take_looked_at(const BarListener& listener, const BarRows& bars, std::size_t seen,
                      std::uint64_t first_seq, const AfterMark& after_mark) noexcept;
  void mark_quietly(const Bar& bar, std::uint64_t seq) noexcept {
    state_.seq = seq;
    state_.now = bar.ts_recv;
    auto& market = state_.market[bar.instrument.index()];
    market.last = bar.close;
    market.ts_venue = bar.ts_venue;
    state_.portfolio.revalue(bar.instrument, market.mark());
  }
  void deliver_bar(const Bar& bar) noexcept;
  void deliver_bar(const Listeners& listeners, const Bar& bar) noexcept;
  void deliver_and_aggregate(const Listeners& listeners, const Bar& bar) noexcept;
  void order_changed(const execution::Order* order) noexcept;
  void order_gone(const execution::Order* order) noexcept;
  void order_not_amended(const execution::Order* order) noexcept;
  void order_closed(const execution::Order& closed) noexcept;
  void own_timer_fired(OwnTimer timer) noexcept;
  void set_own_timer(OwnTimer timer, TimeNs at) noexcept {
    if (state_.timers.bring_forward(timer, at)) outputs_.add_timer();
  }
  [[nodiscard]] bool can_go_stale(const execution::Order& order) noexcept;
  void withdraw_stale_orders() noexcept;
  [[nodiscard]] execution::Declaration* declaration_of(const execution::Order& order) noexcept;
  void hold_back(const execution::Order* order,
                 void (execution::Declaration::*answer)(const execution::Order&)) noexcept;
  void look_again(const execution::Order& answered) noexcept;
  void market_moved(InstrumentId instrument) noexcept {
    if (state_.declared.holds_back(instrument)) [[unlikely]]
      try_again(instrument);
    if (state_.protection.watches(instrument)) [[unlikely]]
      protect_at_prices(instrument);
    go_on_retreating();
  }
  void try_again(InstrumentId instrument) noexcept;
  void book_unattributed(const Fill& fill) noexcept;
  void go_on_retreating() noexcept {
    if (state_.flattening.is_under_way()) [[unlikely]]
      retreat();
  }
  void retreat() noexcept;
  void flatten(bool withdraws) noexcept;
  void end_flattening() noexcept;
  void settle_flattening() noexcept;
  // The safety chain is told, and what it changes is carried out; nothing at all where nothing is watched.
  void watch_price(InstrumentId instrument, const risk::PriceRange& prices) noexcept {
    if (state_.safety.is_on()) [[unlikely]]
      tell_price(instrument, prices);
  }
  void watch_middle(InstrumentId instrument) noexcept;
  void tell_price(InstrumentId instrument, const risk::PriceRange& prices) noexcept;
  void watch_fill(StrategyId strategy, const Fill& fill, const portfolio::BookedFill& booked) noexcept;
  const execution::Order* watch_rejection(const execution::Order* order, RejectReason reason) noexcept;
  void obey_safety_chain() noexcept;
  [[nodiscard]] risk::SafetyView safety_view() const noexcept {
    return {state_.instruments, state_.portfolio, state_.now};
  }
  bool close_position(StrategyId strategy, const Instrument& instrument) noexcept;
  template <class IsUnwanted>
  bool withdraw(const IsUnwanted& is_unwanted) noexcept;
  void withdraw_entries() noexcept;
  void give_up_unsent(const DiskChanged& change) noexcept;
  [[nodiscard]] bool adds_risk(const execution::Order& order) const noexcept;
  /// Turns what the strategy has asked for into commands.
  void carry_out(StrategyId strategy) noexcept;
  void carry_out(StrategyId strategy, const strategy::PlaceOrder& intent) noexcept;
  void carry_out(StrategyId strategy, const strategy::PlaceBracket& intent) noexcept;
  void carry_out(StrategyId strategy, const strategy::PlaceOneCancelsOther& intent) noexcept;
  void carry_out(StrategyId strategy, const strategy::CancelIntent& intent) noexcept;
  void carry_out(StrategyId strategy, const strategy::CancelAllIntent& intent) noexcept;
  void carry_out(StrategyId strategy, const strategy::AmendIntent& intent) noexcept;
  void carry_out(StrategyId strategy, const strategy::DesireOrders& intent) noexcept;
  void carry_out(StrategyId strategy, const strategy::SetTimer& intent) noexcept;
  void carry_out(StrategyId strategy, const strategy::SkipEntry& intent) noexcept;
  /// Sends an order that risk lets pass; otherwise why it does not.
  std::optional<RejectReason> submit(const NewOrder& order, RawQuantity opens = {}) noexcept;
  [[nodiscard]] bool approve_together(std::span<const NewOrder> orders, RawQuantity entry) noexcept;
  void submit_pair(const std::array<NewOrder, 2>& legs) noexcept;
  void send(const execution::Approved<NewOrder>& order) noexcept;
  void ask_to_cancel(OrderId order) noexcept;
  std::optional<RejectReason> ask_to_amend(StrategyId strategy, const AmendOrder& amend) noexcept;
  void amend(StrategyId strategy, const AmendOrder& amend) noexcept;
  // Protection of what is held.
  [[nodiscard]] execution::ProtectionView protection_view(
      const execution::ProtectedGroup& group) const noexcept;
  void protect(GroupId id) noexcept;
  void tell_protection();
  void take_step(execution::ProtectedGroup& group, const execution::ProtectionStep& step) noexcept;
  void place_leg(execution::ProtectedGroup& group, NewOrder leg) noexcept;
  template <class Concerns>
  void protect_where(const Concerns& concerns) noexcept;
  void protect_all() noexcept;
  void protect_at_prices(InstrumentId instrument) noexcept;
  void coins_freed(const execution::Order& order) noexcept;
  void protect_held(StrategyId strategy, InstrumentId instrument) noexcept;
  void cancel(StrategyId strategy, OrderId order) noexcept;
  void end_declaration(StrategyId strategy, OrderId order) noexcept;
  void work_towards_declaration(StrategyId strategy, InstrumentId instrument) noexcept;
  [[nodiscard]] execution::MarketTop market_top(InstrumentId instrument) const noexcept {
    const InstrumentMarket& market = state_.market[instrument.index()];
    return {market.bid, market.ask, market.last};
  }
  [[nodiscard]] risk::RiskView risk_view(StrategyId strategy, InstrumentId instrument) const noexcept {
    return {state_.instruments, state_.market,    state_.portfolio, state_.orders,
            state_.word(),      state_.agreement, state_.now,       state_.safety.of(strategy, instrument)};
  }
  [[nodiscard]] std::string make_identity() const;
  [[nodiscard]] bool take_back(std::span<const std::byte> snapshot);
  template <class Body>
  void emit(const Body& body) {
    outputs_.add(Command{EventHeader{state_.seq, 0, state_.now, state_.seq}, body});
  }

  State state_;
  std::vector<std::unique_ptr<strategy::Strategy>> strategies_;
  std::vector<strategy::View> views_;  ///< by StrategyId
  std::vector<Listeners> listeners_;
  DurationNs stale_after_;
  strategy::Intents intents_;
  std::vector<execution::Approved<NewOrder>> approved_;
  std::vector<GroupId> touched_;  ///< groups that are being looked after
  execution::DesiredOrdersDiffer differ_;
  Outputs outputs_;
  std::string identity_;  ///< of the settings, as far as snapshots depend on them
};

// The steps that a backtest takes by the million are here, to be built into its loop.

template <class AfterMark>
std::size_t Engine::step_through(const BarRows& bars, std::uint64_t first_seq,
                                 const AfterMark& after_mark) noexcept {
  const auto& listeners = listeners_[bars.instrument.index()].bars;
  if (listeners.size() == 1 && listeners.front().timeframe == bars.timeframe) {
    strategy::BarWalk walk(bars);
    listeners.front().strategy->look_through(walk);
    if (walk.seen() != 0) {
      take_looked_at(listeners.front(), bars, walk.seen(), first_seq, after_mark);
      return walk.seen();
    }
  }
  for (std::size_t row = 0; row < bars.count; ++row) {
    const Bar bar = bars.bar(row);
    mark_quietly(bar, first_seq + row);
    if (after_mark.is_needed) after_mark(bar);
    bool is_asked = false;
    for (const auto& listener : listeners) {
      if (listener.timeframe != bar.timeframe) continue;
      listener.strategy->on_bar(*listener.view, bar, intents_);
      if (intents_.empty()) [[likely]]
        continue;
      carry_out(listener.id);
      is_asked = true;
    }
    if (!is_asked) [[likely]]
      continue;
    market_moved(bar.instrument);
    return row + 1;
  }
  return bars.count;
}

/// The strategy has looked at the first `seen` bars; what they do to the account comes after, since it did
/// not look at that. With the last of them it sees the state again.
template <class AfterMark>
void Engine::take_looked_at(const BarListener& listener, const BarRows& bars, std::size_t seen,
                            std::uint64_t first_seq, const AfterMark& after_mark) noexcept {
  std::size_t row = after_mark.is_needed ? 0 : seen - 1;
  for (; row < seen; ++row) {
    const Bar bar = bars.bar(row);
    mark_quietly(bar, first_seq + row);
    if (after_mark.is_needed) after_mark(bar);
  }
  listener.strategy->act(*listener.view, bars.bar(seen - 1), intents_);
  if (intents_.empty()) return;
  carry_out(listener.id);
  market_moved(bars.instrument);
}

inline void Engine::deliver_bar(const Listeners& listeners, const Bar& bar) noexcept {
  for (const auto& listener : listeners.bars) {
    if (listener.timeframe != bar.timeframe) continue;
    listener.strategy->on_bar(*listener.view, bar, intents_);
    if (!intents_.empty()) [[unlikely]]
      carry_out(listener.id);
  }
}

[[gnu::always_inline]] inline void Engine::step(const EventHeader& header, const Bar& bar) noexcept {
  begin(header);
  auto& market = state_.market[bar.instrument.index()];
  market.last = bar.close;
  market.ts_venue = bar.ts_venue;
  state_.portfolio.revalue(bar.instrument, market.mark());
  watch_price(bar.instrument, {bar.low, bar.high, bar.close});
  const Listeners& listeners = listeners_[bar.instrument.index()];
  if (listeners.aggregators.empty()) [[likely]] {
    deliver_bar(listeners, bar);
  } else {
    deliver_and_aggregate(listeners, bar);
  }
  market_moved(bar.instrument);
}

[[gnu::always_inline]] inline void Engine::step(const EventHeader& header, const Trade& trade) noexcept {
  begin(header);
  auto& market = state_.market[trade.instrument.index()];
  market.last = trade.price;
  market.ts_venue = trade.ts_venue;
  price_changed(trade.instrument);
  watch_price(trade.instrument, {trade.price, trade.price, trade.price});
  const auto& listeners = listeners_[trade.instrument.index()];
  if (listeners.feed.source == BarSource::trades && !listeners.aggregators.empty()) {
    tick(trade.instrument, trade.ts_venue, trade.price, trade.quantity);
  }
  for (const auto& listener : listeners.trades) {
    listener.strategy->on_trade(*listener.view, trade, intents_);
    if (!intents_.empty()) [[unlikely]]
      carry_out(listener.id);
  }
  market_moved(trade.instrument);
}

}  // namespace kontor::engine
