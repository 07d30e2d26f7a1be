#include "risk/safety_chain.hpp"

#include <algorithm>

namespace kontor::risk {
namespace {

constexpr Breakers kNoBreakers{};

const Breakers& breakers_at(const std::vector<Breakers>& all, std::size_t index) noexcept {
  return index < all.size() ? all[index] : kNoBreakers;
}

/// What watches a condition: it ends with it, and with nothing else.
bool follows_condition(BreakerKind kind) noexcept {
  return kind == BreakerKind::connection || kind == BreakerKind::clock_offset ||
         kind == BreakerKind::data_age;
}

template <class T>
const std::optional<T>& own_or(const std::optional<T>& own, const std::optional<T>& other) noexcept {
  return own ? own : other;
}

}  // namespace

// ---- construction

SafetyChain::SafetyChain(const BreakerSettings& settings, std::size_t strategies, std::size_t instruments)
    : strategies_(strategies, TradingState::running), instruments_(instruments, TradingState::running) {
  add_scope(settings.account, {});
  for (std::size_t i = 0; i < strategies; ++i) {
    const StrategyId strategy(static_cast<std::uint32_t>(i));
    add_scope(breakers_at(settings.strategies, i), {BreakerKind{}, strategy, {}});
  }
  for (std::size_t i = 0; i < instruments; ++i) {
    const InstrumentId instrument(static_cast<std::uint32_t>(i));
    add_scope(breakers_at(settings.instruments, i), {BreakerKind{}, {}, instrument});
    add_prices(breakers_at(settings.instruments, i), settings.account, instrument);
  }
  const bool watches_prices = std::ranges::any_of(
      prices_, [](const InstrumentWatch& watch) { return watch.shock || watch.move || watch.age; });
  if (!watches_prices) prices_.clear();
  if (!streaks_.empty()) trips_.resize(strategies * instruments);
  is_on_ = !states_.empty();
}

std::size_t SafetyChain::add(BreakerKind kind, const BreakerIdentity& scope) {
  identities_.push_back({kind, scope.strategy, scope.instrument});
  states_.emplace_back();
  return states_.size() - 1;
}

void SafetyChain::add_scope(const Breakers& breakers, const BreakerIdentity& scope) {
  if (breakers.error_burst)
    errors_.push_back({*breakers.error_burst, add(BreakerKind::error_burst, scope), {}});
  if (!scope.instrument) add_equity(breakers, scope);
  if (breakers.losing_streak)
    streaks_.push_back({*breakers.losing_streak, add(BreakerKind::losing_streak, scope), 0});
  if (scope.strategy || scope.instrument) return;
  connection_ = breakers.connection;
  if (connection_) connection_breaker_ = add(BreakerKind::connection, scope);
  clock_ = breakers.clock_offset;
  if (clock_) clock_breaker_ = add(BreakerKind::clock_offset, scope);
}

void SafetyChain::add_equity(const Breakers& breakers, const BreakerIdentity& scope) {
  EquityWatch watch;
  watch.strategy = scope.strategy;
  const std::size_t before = states_.size();
  if (breakers.drawdown) {
    watch.drawdown.emplace(*breakers.drawdown);
    watch.drawdown_breaker = add(BreakerKind::drawdown, scope);
  }
  if (breakers.daily_loss) {
    watch.daily.emplace(*breakers.daily_loss, kDay);
    watch.daily_breaker = add(BreakerKind::daily_loss, scope);
  }
  if (breakers.weekly_loss) {
    watch.weekly.emplace(*breakers.weekly_loss, 7 * kDay);
    watch.weekly_breaker = add(BreakerKind::weekly_loss, scope);
  }
  if (breakers.equity_stop) {
    watch.stop.emplace(*breakers.equity_stop);
    watch.stop_breaker = add(BreakerKind::equity_stop, scope);
  }
  if (states_.size() != before) equities_.push_back(watch);
}

void SafetyChain::add_prices(const Breakers& own, const Breakers& account, InstrumentId instrument) {
  const BreakerIdentity scope{BreakerKind{}, {}, instrument};
  InstrumentWatch& watch = prices_.emplace_back();
  if (const auto& shock = own_or(own.price_shock, account.price_shock)) {
    watch.shock.emplace(*shock);
    watch.shock_breaker = add(BreakerKind::price_shock, scope);
  }
  if (const auto& move = own_or(own.price_move, account.price_move)) {
    watch.move.emplace(*move);
    watch.move_breaker = add(BreakerKind::price_move, scope);
  }
  if (const auto& age = own_or(own.data_age, account.data_age)) {
    watch.age = age;
    watch.age_breaker = add(BreakerKind::data_age, scope);
  }
}

// ---- levels

void SafetyChain::change(std::size_t breaker, const Verdict& verdict, BreakerReason reason,
                         TimeNs now) noexcept {
  BreakerState& state = states_[breaker];
  const BreakerIdentity& identity = identities_[breaker];
  changes_.push_back({0, identity.kind, identity.strategy, identity.instrument, state.level, verdict.level,
                      reason, verdict.value, verdict.threshold, verdict.until});
  state = {verdict.level, now, verdict.until, verdict.value, verdict.threshold};
  settle_scopes();
  schedule();
}

void SafetyChain::trip(std::size_t breaker, const Verdict& verdict, TimeNs now) noexcept {
  if (verdict.level > level_of(breaker)) change(breaker, verdict, BreakerReason::tripped, now);
}

void SafetyChain::follow(std::size_t breaker, const Verdict& verdict, TimeNs now) noexcept {
  const BreakerLevel level = level_of(breaker);
  if (verdict.level == level) return;
  change(breaker, verdict, verdict.level > level ? BreakerReason::tripped : BreakerReason::recovered, now);
}

void SafetyChain::settle_scopes() noexcept {
  account_ = TradingState::running;
  std::ranges::fill(strategies_, TradingState::running);
  std::ranges::fill(instruments_, TradingState::running);
  is_limiting_ = false;
  is_flattening_ = false;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const TradingState trading = trading_at(states_[i].level);
    const BreakerIdentity& identity = identities_[i];
    TradingState& scope = identity.strategy     ? strategies_[identity.strategy->index()]
                          : identity.instrument ? instruments_[identity.instrument->index()]
                                                : account_;
    scope = stricter(scope, trading);
    is_limiting_ = is_limiting_ || trading != TradingState::running;
    is_flattening_ = is_flattening_ || trading == TradingState::flattening;
  }
}

/// What is being flattened does not end by time: it has to be closed first.
void SafetyChain::schedule() noexcept {
  next_due_ = age_due_;
  for (const BreakerState& state : states_) {
    if (state.until != 0 && state.level != BreakerLevel::flattening)
      next_due_ = std::min(next_due_, state.until);
  }
  if (!connection_) return;
  const BreakerLevel level = level_of(connection_breaker_);
  if (level == BreakerLevel::halted) return;
  for (const TimeNs since : silent_since_) {
    if (since == 0) continue;
    const DurationNs after =
        level == BreakerLevel::restricted ? connection_->halted_after : connection_->restricted_after;
    next_due_ = std::min(next_due_, since + after);
  }
}

void SafetyChain::expire(const SafetyView& view) noexcept {
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const BreakerState& state = states_[i];
    const bool is_over = state.until != 0 && state.until <= view.now;
    if (!is_over || state.level == BreakerLevel::flattening) continue;
    change(i, {BreakerLevel::normal, state.value, state.threshold, 0}, BreakerReason::elapsed, view.now);
    begin_anew(i, view, BreakerReason::elapsed);
  }
}

void SafetyChain::on_time(const SafetyView& view) noexcept {
  expire(view);
  if (connection_) look_at_connections(view.now);
  if (age_due_ <= view.now) look_at_ages(view.now);
  schedule();
}

void SafetyChain::reset(const SafetyView& view) noexcept {
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const BreakerState& state = states_[i];
    if (state.level == BreakerLevel::normal || follows_condition(identities_[i].kind)) continue;
    change(i, {BreakerLevel::normal, state.value, state.threshold, 0}, BreakerReason::reset, view.now);
    begin_anew(i, view, BreakerReason::reset);
  }
}

void SafetyChain::on_flattened(const SafetyView& view) noexcept {
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const BreakerState& state = states_[i];
    if (state.level != BreakerLevel::flattening) continue;
    change(i, {BreakerLevel::halted, state.value, state.threshold, state.until}, BreakerReason::flattened,
           view.now);
  }
}

/// Whatever has ended measures from now on, else it would trip again at once.
void SafetyChain::begin_anew(std::size_t breaker, const SafetyView& view, BreakerReason reason) noexcept {
  for (ErrorWatch& watch : errors_) {
    if (watch.breaker == breaker) watch.times.clear();
  }
  for (StreakWatch& watch : streaks_) {
    if (watch.breaker == breaker) watch.losses = 0;
  }
  for (InstrumentWatch& watch : prices_) {
    if (watch.move_breaker == breaker) watch.move->begin();
  }
  for (EquityWatch& watch : equities_) {
    if (identities_[breaker].strategy != watch.strategy || identities_[breaker].instrument) continue;
    watch.last = equity_of(watch, view);
    begin_equity_anew(watch, identities_[breaker].kind, view.now, reason);
    bound(watch);
  }
}

void SafetyChain::begin_equity_anew(EquityWatch& watch, BreakerKind kind, TimeNs now,
                                    BreakerReason reason) noexcept {
  if (kind == BreakerKind::drawdown) watch.drawdown->begin(watch.last);
  if (kind == BreakerKind::daily_loss) watch.daily->begin(watch.last, now);
  if (kind == BreakerKind::weekly_loss) watch.weekly->begin(watch.last, now);
  if (kind != BreakerKind::equity_stop) return;
  if (reason == BreakerReason::reset) {
    watch.stop->begin_life(watch.last, now);
  } else {
    watch.stop->begin(watch.last, now);
  }
}

}  // namespace kontor::risk
