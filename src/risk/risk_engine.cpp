#include "risk/risk_engine.hpp"

#include "risk/exposure.hpp"
#include "risk/filters.hpp"
#include "risk/limit_checks.hpp"

namespace kontor::risk {
namespace {

constexpr Limits kNone{};

const Limits& limits_at(const std::vector<Limits>& all, std::size_t index) noexcept {
  return index < all.size() ? all[index] : kNone;
}

/// What an order would do to the strategy's own position.
struct Effect {
  bool reduces = false;
  bool oversells = false;  ///< sells more than the strategy has
};

Effect effect_of(const RiskView& view, const NewOrder& order, OrderId replaced) noexcept {
  if (is_protective(order.role)) return {true, false};
  const RawQuantity own = view.portfolio.book(order.strategy, order.instrument).position.quantity;
  const Part part{order.strategy, order.instrument};
  const auto pending =
      with_order(pending_quantity(view.orders, part, order.instrument, replaced), order.side, order.quantity);
  const PositionRange reach = reach_of(own, pending);
  Effect effect;
  if (order.side == Side::sell) {
    effect.reduces = own.units > 0 && reach.lowest.units >= 0;
    effect.oversells = reach.lowest.units < 0;
  } else {
    effect.reduces = own.units < 0 && reach.highest.units <= 0;
  }
  effect.reduces = effect.reduces || order.reduce_only;
  return effect;
}

bool state_forbids(TradingState trading, const NewOrder& order, bool reduces) noexcept {
  if (order.role == GroupRole::flatten) return false;  // the engine's own, to close what is being flattened
  switch (trading) {
    case TradingState::running: return false;
    case TradingState::restricted: return !reduces;
    case TradingState::halted: return !order.reduce_only && !is_protective(order.role);
    case TradingState::flattening: return true;
  }
  return true;
}

/// True if a protective leg would close more than its entry opens and more than the strategy holds besides.
bool closes_too_much(const RiskView& view, const NewOrder& leg, RawQuantity entry) noexcept {
  return leg.quantity > entry && leg.quantity > unprotected_quantity(view.portfolio, view.orders, leg);
}

/// Less of it, and not dearer (a buy that pays more, a sale that asks for less): whatever let the order
/// through lets this through too.
bool only_shrinks(const execution::Order& order, const AmendOrder& amend) noexcept {
  const bool buys = order.request.side == Side::buy;
  const bool dearer = buys ? amend.limit_price > order.limit_price : amend.limit_price < order.limit_price;
  return amend.quantity <= order.quantity && !dearer;
}

/// The order as it would be after the amendment, what is filled taken off.
NewOrder amended(const execution::Order& order, const AmendOrder& amend) noexcept {
  NewOrder result = order.request;
  result.quantity = amend.quantity - order.filled;
  if (has_limit_price(result.type)) result.limit_price = amend.limit_price;
  return result;
}

Refusal refusal(const Reasons& broken) { return {broken.list()}; }

}  // namespace

RiskEngine::RiskEngine(RiskSettings settings, std::size_t strategies, std::size_t instruments)
    : settings_(std::move(settings)),
      strategies_(strategies),
      instruments_(instruments),
      lends_(instruments),
      scopes_(strategies * instruments),
      leverages_(settings_.leverages),
      counters_(strategies * instruments),
      rates_(settings_, strategies, instruments) {
  leverages_.resize(instruments, Decimal{1, 0});
  for (const InstrumentId id : settings_.spot_margin) lends_[id.index()] = true;
  find_scopes();
}

void RiskEngine::find_scopes() {
  for (std::size_t strategy = 0; strategy < strategies_; ++strategy) {
    for (std::size_t instrument = 0; instrument < instruments_; ++instrument) {
      const std::array<const Limits*, 3> all = {&settings_.account,
                                                &limits_at(settings_.strategies, strategy),
                                                &limits_at(settings_.instruments, instrument)};
      auto& scope = scopes_[strategy * instruments_ + instrument];
      scope = {};
      for (const Limits* limits : all) {
        scope.limited = scope.limited || limits->any();
        scope.counted = scope.counted || limits->counts_entries();
      }
    }
  }
}

void RiskEngine::change_limits(std::span<const ScopedLimits> limits) {
  settings_.account = {};
  settings_.strategies.assign(strategies_, {});
  settings_.instruments.assign(instruments_, {});
  for (const auto& [scope, index, changed] : limits) {
    if (scope == LimitScope::account) settings_.account = changed;
    if (scope == LimitScope::strategy && index < strategies_) settings_.strategies[index] = changed;
    if (scope == LimitScope::instrument && index < instruments_) settings_.instruments[index] = changed;
  }
  find_scopes();
  OrderRates rates(settings_, strategies_, instruments_);
  rates.take_over(rates_);
  rates_ = std::move(rates);
}

void RiskEngine::check_limits(const RiskView& view, const NewOrder& order, OrderId replaced,
                              Reasons& broken) noexcept {
  const RawPrice mark = view.market[order.instrument.index()].mark();
  const std::array<std::pair<const Limits*, Part>, 3> all = {{
      {&settings_.account, Part{}},
      {&limits_at(settings_.strategies, order.strategy.index()), Part{order.strategy, std::nullopt}},
      {&limits_at(settings_.instruments, order.instrument.index()), Part{std::nullopt, order.instrument}},
  }};
  for (const auto& [limits, part] : all) {
    if (limits->any())
      risk::check_limits(view, *limits, LimitCase{order, replaced, mark, part, leverages_}, broken);
  }
}

void RiskEngine::check_entries(const Limits& limits, const Counters& range, const NewOrder& order, TimeNs now,
                               Reasons& broken) const noexcept {
  std::uint64_t today = 0;
  for (std::size_t pair = range.first; pair < range.last; pair += range.stride) {
    const Counter& counter = counters_[pair];
    if (!counter.entered) continue;
    if (now < counter.day + kDay) today += counter.orders;
    const bool same_instrument = pair % instruments_ == order.instrument.index();
    const bool recent = limits.cooldown && now - counter.last_entry < *limits.cooldown;
    broken.add_if(same_instrument && recent, RejectReason::cooldown);
  }
  broken.add_if(limits.max_orders_per_day && today >= *limits.max_orders_per_day,
                RejectReason::trades_per_day);
}

void RiskEngine::check_entry_limits(const NewOrder& order, TimeNs now, Reasons& broken) const noexcept {
  const std::size_t row = order.strategy.index() * instruments_;
  const std::size_t column = order.instrument.index();
  check_entries(settings_.account, {0, counters_.size(), 1}, order, now, broken);
  check_entries(limits_at(settings_.strategies, order.strategy.index()), {row, row + instruments_, 1}, order,
                now, broken);
  check_entries(limits_at(settings_.instruments, column), {column, counters_.size(), instruments_}, order,
                now, broken);
}

void RiskEngine::count_entry(const NewOrder& order, TimeNs now) noexcept {
  Counter& counter = counters_[pair_of(order)];
  if (!counter.entered || now >= counter.day + kDay) {
    counter.day = floor_divide(now, kDay) * kDay;
    counter.orders = 0;
  }
  ++counter.orders;
  counter.entered = true;
  counter.last_entry = now;
}

std::expected<execution::Approved<NewOrder>, Refusal> RiskEngine::check(const RiskView& view,
                                                                        const NewOrder& order,
                                                                        RawQuantity entry) {
  Reasons broken;
  const Instrument& instrument = view.instruments[order.instrument];
  const RawPrice mark = view.market[order.instrument.index()].mark();
  check_filters(instrument, order, mark, view.now, broken);
  broken.add_if(view.orders.open_count() >= execution::OrderManager::kMaxOpenOrders,
                RejectReason::too_many_orders);
  broken.add_if(is_protective(order.role) && closes_too_much(view, order, entry),
                RejectReason::reduce_only_would_increase);
  const Scope& scope = scopes_[pair_of(order)];
  const bool needs_coins = order.side == Side::sell && is_long_only(instrument);
  const bool priceless = reference_price(order, mark).units == 0;
  // Where nothing depends on whether the order reduces risk, nobody asks.
  const bool is_free = view.trading == TradingState::running && view.breakers == TradingState::running &&
                       view.agreement == Agreement::equal && instrument.is_trading();
  if (needs_coins || priceless || scope.limited || !is_free) [[unlikely]] {
    const Effect effect = effect_of(view, order, OrderId());
    broken.add_if(needs_coins && effect.oversells, RejectReason::short_not_allowed);
    broken.add_if(state_forbids(view.trading, order, effect.reduces), RejectReason::trading_halted);
    broken.add_if(state_forbids(view.breakers, order, effect.reduces), RejectReason::circuit_breaker);
    broken.add_if(view.agreement != Agreement::equal && !effect.reduces, RejectReason::account_not_compared);
    broken.add_if(priceless && !effect.reduces, RejectReason::no_market_price);
    broken.add_if(!instrument.is_trading() && !effect.reduces, RejectReason::instrument_quarantined);
    if (scope.limited && !effect.reduces) {
      check_limits(view, order, OrderId(), broken);
      if (rates_.any()) rates_.check(order, view.now, broken);
      if (scope.counted) check_entry_limits(order, view.now, broken);
      // Also what only a later change of the limits may ask for.
      if (broken.empty()) count_entry(order, view.now);
    }
  }
  if (!broken.empty()) [[unlikely]]
    return std::unexpected(refusal(broken));
  if (rates_.any()) [[unlikely]]
    rates_.count(order, view.now);
  return execution::Approved<NewOrder>(order);
}

std::expected<execution::Approved<AmendOrder>, Refusal> RiskEngine::check(const RiskView& view,
                                                                          const AmendOrder& amend) {
  Reasons broken;
  const execution::Order* order = view.orders.find(amend.id);
  broken.add_if(order == nullptr, RejectReason::unknown_order);
  broken.add_if(order != nullptr && !order->is_open(), RejectReason::order_closed);
  if (!broken.empty()) return std::unexpected(refusal(broken));
  const NewOrder changed = amended(*order, amend);
  const Instrument& instrument = view.instruments[changed.instrument];
  NewOrder whole = changed;
  whole.quantity = amend.quantity;  // the exchange's filters look at the whole order
  check_filters(instrument, whole, view.market[changed.instrument.index()].mark(), view.now, broken);
  broken.add_if(changed.quantity.units <= 0, RejectReason::below_min_quantity);
  if (!only_shrinks(*order, amend)) {
    broken.add_if(is_protective(changed.role) && closes_too_much(view, changed, RawQuantity()),
                  RejectReason::reduce_only_would_increase);
    const Effect effect = effect_of(view, changed, amend.id);
    broken.add_if(effect.oversells && is_long_only(instrument), RejectReason::short_not_allowed);
    broken.add_if(state_forbids(view.trading, changed, effect.reduces), RejectReason::trading_halted);
    broken.add_if(view.agreement != Agreement::equal && !effect.reduces, RejectReason::account_not_compared);
    broken.add_if(state_forbids(view.breakers, changed, effect.reduces), RejectReason::circuit_breaker);
    broken.add_if(!instrument.is_trading() && !effect.reduces, RejectReason::instrument_quarantined);
    if (scopes_[pair_of(changed)].limited && !effect.reduces) {
      check_limits(view, changed, amend.id, broken);
      if (rates_.any()) rates_.check(changed, view.now, broken);
    }
  }
  if (!broken.empty()) return std::unexpected(refusal(broken));
  if (rates_.any()) rates_.count(changed, view.now);
  return execution::Approved<AmendOrder>(amend);
}

void RiskEngine::save(Encoder& encoder) const {
  encode_into(encoder, scoped_limits_of(settings_));
  encode_into(encoder, counters_);
  encode_into(encoder, rates_);
}

void RiskEngine::load(Decoder& decoder) {
  std::vector<ScopedLimits> limits;
  decode_from(decoder, limits);
  if (decoder.failed()) return;
  change_limits(limits);
  std::vector<Counter> counters;
  decode_from(decoder, counters);
  if (counters.size() != counters_.size()) decoder.fail();
  decode_from(decoder, rates_);
  if (!decoder.failed()) counters_ = std::move(counters);
}

}  // namespace kontor::risk
