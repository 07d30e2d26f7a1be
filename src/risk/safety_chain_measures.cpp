// What the breakers of the safety chain measure.

#include <algorithm>

#include "risk/safety_chain.hpp"

namespace kontor::risk {
namespace {

/// What the market decided, or a race that was lost: nothing is wrong with us or the venue.
bool is_error(RejectReason reason) noexcept {
  switch (reason) {
    case RejectReason::post_only_would_take:
    case RejectReason::fill_or_kill_unfilled:
    case RejectReason::stop_would_trigger:
    case RejectReason::unknown_order:
    case RejectReason::order_closed: return false;
    default: return true;
  }
}

Amount seconds(DurationNs duration) noexcept { return Amount::from_units(int128{duration} * kBillion); }
Amount times(std::size_t count) noexcept {
  return Amount::from_units(static_cast<int128>(count) * kPowersOfTen[Amount::kScale]);
}
TimeNs end_of(DurationNs cooldown, TimeNs now) noexcept { return cooldown == 0 ? 0 : now + cooldown; }

}  // namespace

// ---- equity

/// What a strategy has made, open positions at their marks, after fees. Funding is the account's.
Amount SafetyChain::result_of(const SafetyView& view, StrategyId strategy) noexcept {
  Amount result;
  for (const Instrument& instrument : view.instruments.all()) {
    const auto& book = view.portfolio.book(strategy, instrument.id());
    Amount made = book.realized;
    const RawPrice mark = view.portfolio.mark(instrument.id());
    if (mark.units != 0 && !book.position.is_flat()) made += book.position.unrealized(instrument, mark);
    if (!made.is_zero()) result += view.portfolio.reported(instrument.quote(), made);
    result -= book.fees;
  }
  return result;
}

Amount SafetyChain::equity_of(const EquityWatch& watch, const SafetyView& view) noexcept {
  return watch.strategy ? watch.start + result_of(view, *watch.strategy) : view.portfolio.equity();
}

void SafetyChain::begin(EquityWatch& watch, const SafetyView& view) noexcept {
  const Amount equity = view.portfolio.equity();
  if (watch.strategy) watch.start = equity - result_of(view, *watch.strategy);
  watch.started = true;
  watch.last = equity;
  if (watch.drawdown) watch.drawdown->begin(equity);
  if (watch.daily) watch.daily->begin(equity, view.now);
  if (watch.weekly) watch.weekly->begin(equity, view.now);
  if (watch.stop) watch.stop->begin_life(equity, view.now);
  bound(watch);
}

/// `instrument`: the one whose price has moved; nothing: anything may have changed.
void SafetyChain::look_at_equity(const SafetyView& view, std::optional<InstrumentId> instrument) noexcept {
  for (EquityWatch& watch : equities_) {
    if (!watch.started) {
      begin(watch, view);
      continue;
    }
    const bool is_untouched =
        watch.strategy && instrument && view.portfolio.book(*watch.strategy, *instrument).position.is_flat();
    const Amount equity = is_untouched ? watch.last : equity_of(watch, view);
    if (!watch.is_calm(equity, view.now)) [[unlikely]]
      look(watch, equity, view.now);
    watch.last = equity;
  }
}

void SafetyChain::look(EquityWatch& watch, Amount equity, TimeNs now) noexcept {
  if (watch.drawdown) {
    const Verdict verdict = watch.drawdown->look(equity);
    const bool warned = level_of(watch.drawdown_breaker) == BreakerLevel::warning;
    if (warned && equity == watch.drawdown->peak()) follow(watch.drawdown_breaker, verdict, now);
    const bool limits = verdict.level > BreakerLevel::warning;
    const TimeNs until = limits ? end_of(watch.drawdown->cooldown(), now) : 0;
    trip(watch.drawdown_breaker, {verdict.level, verdict.value, verdict.threshold, until}, now);
  }
  if (watch.daily) trip(watch.daily_breaker, watch.daily->look(equity, watch.last, now), now);
  if (watch.weekly) trip(watch.weekly_breaker, watch.weekly->look(equity, watch.last, now), now);
  if (watch.stop) {
    watch.stop->raise(equity);
    const bool is_red = level_of(watch.stop_breaker) >= BreakerLevel::halted;
    const auto verdict = watch.stop->look(equity, now);
    if (verdict && !is_red) follow(watch.stop_breaker, *verdict, now);
  }
  bound(watch);
}

void SafetyChain::bound(EquityWatch& watch) noexcept {
  watch.low = Amount::from_units(kInt128Min);
  watch.high = Amount::from_units(kInt128Max);
  watch.next_look = kTimeMax;
  if (watch.drawdown) {
    watch.low = watch.drawdown->alarm(level_of(watch.drawdown_breaker));
    watch.high = watch.drawdown->peak();
  }
  if (watch.daily) {
    watch.low = std::max(watch.low, watch.daily->alarm(level_of(watch.daily_breaker)));
    watch.next_look = watch.daily->end();
  }
  if (watch.weekly) {
    watch.low = std::max(watch.low, watch.weekly->alarm(level_of(watch.weekly_breaker)));
    watch.next_look = std::min(watch.next_look, watch.weekly->end());
  }
  if (watch.stop) {
    watch.high = std::min(watch.high, watch.stop->peak());
    watch.next_look = std::min(watch.next_look, watch.stop->next_look());
  }
}

void SafetyChain::on_transfer(const SafetyView& view, Amount before) noexcept {
  const Amount after = view.portfolio.equity();
  for (EquityWatch& watch : equities_) {
    if (!watch.started || watch.strategy) continue;
    if (before.units() <= 0 || after.units() <= 0) {
      begin(watch, view);
      continue;
    }
    if (watch.drawdown) watch.drawdown->rescale(before, after);
    if (watch.daily) watch.daily->rescale(before, after);
    if (watch.weekly) watch.weekly->rescale(before, after);
    if (watch.stop) watch.stop->rescale(before, after);
    watch.last = after;
    bound(watch);
  }
}

// ---- prices

void SafetyChain::on_price(const SafetyView& view, InstrumentId instrument,
                           const PriceRange& prices) noexcept {
  // First of all: a price that comes just when the one before gets too old is in time.
  if (!prices_.empty()) prices_[instrument.index()].last_price = view.now;
  if (next_due_ <= view.now) [[unlikely]]
    on_time(view);
  if (!equities_.empty()) look_at_equity(view, instrument);
  if (prices_.empty()) return;
  InstrumentWatch& watch = prices_[instrument.index()];
  if (watch.shock) {
    if (const auto verdict = watch.shock->look(prices, view.now))
      trip(watch.shock_breaker, *verdict, view.now);
  }
  if (watch.move) {
    if (const auto verdict = watch.move->look(prices, view.now)) trip(watch.move_breaker, *verdict, view.now);
  }
  if (!watch.age) return;
  const bool was_too_old = level_of(watch.age_breaker) != BreakerLevel::normal;
  if (age_due_ > view.now + watch.age->threshold) {
    age_due_ = view.now + watch.age->threshold;
    schedule();
  }
  if (was_too_old) {
    follow(watch.age_breaker, {BreakerLevel::normal, Amount(), seconds(watch.age->threshold), 0}, view.now);
  }
}

void SafetyChain::look_at_ages(TimeNs now) noexcept {
  age_due_ = kTimeMax;
  for (const InstrumentWatch& watch : prices_) {
    if (!watch.age || watch.last_price == 0) continue;
    if (level_of(watch.age_breaker) != BreakerLevel::normal) continue;
    const DurationNs age = now - watch.last_price;
    if (age < watch.age->threshold) {
      age_due_ = std::min(age_due_, watch.last_price + watch.age->threshold);
      continue;
    }
    trip(watch.age_breaker, {watch.age->action, seconds(age), seconds(watch.age->threshold), 0}, now);
  }
}

// ---- errors and results

bool SafetyChain::concerns(std::size_t breaker, StrategyId strategy, InstrumentId instrument) const noexcept {
  const BreakerIdentity& identity = identities_[breaker];
  return (!identity.strategy || *identity.strategy == strategy) &&
         (!identity.instrument || *identity.instrument == instrument);
}

void SafetyChain::on_rejected(const SafetyView& view, StrategyId strategy, InstrumentId instrument,
                              RejectReason reason) noexcept {
  if (!is_error(reason)) return;
  for (ErrorWatch& watch : errors_) {
    if (!concerns(watch.breaker, strategy, instrument)) continue;
    const TimeNs oldest = view.now - watch.settings.window;
    std::erase_if(watch.times, [&](TimeNs time) { return time <= oldest; });
    if (watch.times.size() >= watch.settings.threshold) watch.times.erase(watch.times.begin());
    watch.times.push_back(view.now);
    if (watch.times.size() < watch.settings.threshold) continue;
    trip(watch.breaker,
         {watch.settings.action, times(watch.times.size()), times(watch.settings.threshold),
          end_of(watch.settings.cooldown, view.now)},
         view.now);
  }
}

void SafetyChain::on_booked(const SafetyView& view, StrategyId strategy, InstrumentId instrument,
                            const portfolio::BookFill& fill) noexcept {
  if (!equities_.empty()) look_at_equity(view, std::nullopt);
  if (trips_.empty()) return;
  Trip& trip = trips_[strategy.index() * instruments_.size() + instrument.index()];
  if (trip.watch.is_open()) trip.net += fill.realized;
  const auto step = trip.watch.take(view.instruments[instrument], fill);
  trip.net -= step.closing_fee;
  if (step.ends) {
    on_trip(view, strategy, instrument, trip.net);
    trip.net = Amount();
  }
  if (step.opening > 0 && !fill.position_after.is_zero()) {
    if (step.begins) trip.net = Amount();
    trip.net -= fill.fee - step.closing_fee;
  }
}

void SafetyChain::on_trip(const SafetyView& view, StrategyId strategy, InstrumentId instrument,
                          Amount net) noexcept {
  for (StreakWatch& watch : streaks_) {
    if (!concerns(watch.breaker, strategy, instrument)) continue;
    watch.losses = net.is_negative() ? watch.losses + 1 : 0;
    if (watch.losses < watch.settings.threshold) continue;
    trip(watch.breaker,
         {watch.settings.action, times(watch.losses), times(watch.settings.threshold),
          end_of(watch.settings.cooldown, view.now)},
         view.now);
  }
}

// ---- connections and clock

void SafetyChain::on_connection(const SafetyView& view, const ConnectionChanged& change,
                                TimeNs last_heard) noexcept {
  if (!connection_) return;
  TimeNs& since = silent_since_[static_cast<std::size_t>(change.connection)];
  if (change.is_alive) {
    since = 0;
  } else if (since == 0) {
    since = last_heard > 0 ? std::min(last_heard, view.now) : view.now;
  }
  look_at_connections(view.now);
  schedule();
}

void SafetyChain::look_at_connections(TimeNs now) noexcept {
  DurationNs silence = 0;
  for (const TimeNs since : silent_since_) {
    if (since != 0) silence = std::max(silence, now - since);
  }
  Verdict verdict{BreakerLevel::normal, seconds(silence), seconds(connection_->restricted_after), 0};
  if (silence >= connection_->restricted_after) verdict.level = BreakerLevel::restricted;
  if (silence >= connection_->halted_after) {
    verdict.level = BreakerLevel::halted;
    verdict.threshold = seconds(connection_->halted_after);
  }
  follow(connection_breaker_, verdict, now);
}

void SafetyChain::on_clock_offset(const SafetyView& view, DurationNs offset) noexcept {
  if (!clock_) return;
  const DurationNs size = offset < 0 ? -offset : offset;
  const BreakerLevel level = size > clock_->threshold ? clock_->action : BreakerLevel::normal;
  follow(clock_breaker_, {level, seconds(size), seconds(clock_->threshold), 0}, view.now);
}

// ---- snapshot

/// Both ways through the fields of a snapshot.
template <class Self, class Visit>
void SafetyChain::visit_fields(Self& self, const Visit& visit) {
  const auto visit_if = [&](auto& meter) {
    if (meter) visit(*meter);
  };
  visit(self.states_);
  for (auto& watch : self.equities_) {
    visit(watch.started);
    visit(watch.start);
    visit(watch.last);
    visit_if(watch.drawdown);
    visit_if(watch.daily);
    visit_if(watch.weekly);
    visit_if(watch.stop);
  }
  for (auto& watch : self.prices_) {
    visit_if(watch.shock);
    visit_if(watch.move);
    visit(watch.last_price);
  }
  for (auto& watch : self.errors_) visit(watch.times);
  for (auto& watch : self.streaks_) visit(watch.losses);
  visit(self.trips_);
  visit(self.silent_since_);
  visit(self.age_due_);
}

void SafetyChain::save(Encoder& encoder) const {
  for (const BreakerIdentity& identity : identities_) encode_into(encoder, identity.kind);
  visit_fields(*this, [&](const auto& field) { encode_into(encoder, field); });
}

void SafetyChain::load(Decoder& decoder) {
  for (const BreakerIdentity& identity : identities_) {
    BreakerKind kind{};
    decode_from(decoder, kind);
    if (kind != identity.kind) return decoder.fail();
  }
  const std::size_t breakers = states_.size();
  const std::size_t trips = trips_.size();
  visit_fields(*this, [&](auto& field) { decode_from(decoder, field); });
  if (states_.size() != breakers || trips_.size() != trips) {
    states_.resize(breakers);
    trips_.resize(trips);
    decoder.fail();
  }
  for (EquityWatch& watch : equities_) bound(watch);
  settle_scopes();
  schedule();
}

}  // namespace kontor::risk
