#include "emulator/wallet.hpp"

#include <algorithm>
#include <cmath>

#include "base/assert.hpp"
#include "venue/sim/event_end.hpp"
#include "venue/sim/execution.hpp"
#include "venue/sim/liquidation.hpp"
#include "venue/sim/margin.hpp"
#include "venue/sim/order_entry.hpp"
#include "venue/sim/reservation.hpp"
#include "venue/sim/tick_matching.hpp"

namespace kontor::emulator {
namespace {

sim::InstrumentRules rules_of_listing(const ListedInstrument& listed) {
  sim::InstrumentRules rules;
  // The exchange counts orders by the venue's own limits before they come here.
  rules.max_open_orders = UINT32_MAX;
  rules.fee_places = 8;
  rules.fee_asset = listed.product == Product::spot ? sim::FeeAsset::base : sim::FeeAsset::quote;
  if (listed.product == Product::spot) return rules;
  rules.leverage = listed.terms.default_leverage;
  rules.liquidation_fee = listed.terms.liquidation_fee;
  rules.maintenance = {sim::MaintenanceTier{Decimal{}, listed.terms.maintenance_rate, Decimal{}}};
  return rules;
}

}  // namespace

sim::SimSettings matching_settings(const Listings& listings) {
  sim::SimSettings settings;
  settings.latency.order_entry_ns = 0;
  settings.latency.response_ns = 0;
  settings.latency.feed_ns = 0;
  for (const ListedInstrument& listed : listings.all()) {
    settings.rules_for(listed.id) = rules_of_listing(listed);
  }
  return settings;
}

Wallet::Wallet(const Listings& listings, const sim::SimSettings& settings)
    : state_(listings.instruments(), settings) {}

void Wallet::match(sim::Market& market, const Trade& trade) { sim::match_trade(state_, market, trade); }

void Wallet::on_book(const BookUpdate& update) {
  sim::match_book(state_, state_.markets[update.instrument.index()], update);
}

void Wallet::on_funding(const FundingRate& funding) {
  on_time(funding.ts_venue);
  state_.now = funding.ts_venue;
  sim::settle_funding(state_, state_.markets[funding.instrument.index()], funding);
  sim::end_event(state_);
}

void Wallet::on_command(const CommandBody& command, TimeNs now) {
  on_time(now);
  state_.now = now;
  const sim::Passage passage{.sent = now, .arrival = now};
  if (const auto* order = std::get_if<NewOrder>(&command)) {
    sim::place(state_, *order, passage);
  } else {
    sim::request_change(state_, command, passage);
  }
  sim::end_event(state_);
}

void Wallet::on_time(TimeNs now) {
  state_.deliver_by = kTimeMax;
  sim::expire_due(state_, now);
}

void Wallet::on_delisted(InstrumentId instrument, TimeNs now) {
  on_time(now);
  state_.now = now;
  sim::wind_up(state_, state_.markets[instrument.index()]);
  sim::end_event(state_);
}

void Wallet::credit(AssetId asset, Amount amount, TimeNs now) {
  on_time(now);
  state_.now = now;
  sim::credit(state_, asset, amount);
  sim::end_event(state_);
}

AssetBalance Wallet::balance(AssetId asset) const {
  const sim::AssetAccount& account = state_.account(asset);
  AssetBalance balance = raw_balance(asset);
  balance.free = std::max(sim::free_funds(state_, asset), Amount());
  if (!account.margined) return balance;
  for (const sim::Slot number : state_.margin_markets) {
    const sim::Market& market = state_.markets[number];
    if (market.settle() != asset || market.position.is_flat()) continue;
    const sim::Exposure exposure = sim::exposure_of(state_, market, market.mark());
    balance.unrealized += exposure.result;
    balance.maintenance += exposure.maintenance;
  }
  return balance;
}

PositionView Wallet::position(InstrumentId instrument) const {
  const sim::Market& market = state_.markets[instrument.index()];
  PositionView view;
  view.instrument = instrument;
  view.quantity = market.position.quantity;
  view.cost = market.position.cost;
  view.entry_price = average_price(*market.instrument, view.cost.absolute(), view.quantity.absolute());
  view.mark = market.mark();
  view.leverage = market.rules.leverage;
  view.margin_mode = market.rules.margin;
  if (market.position.is_flat()) return view;
  const sim::Exposure exposure = sim::exposure_of(state_, market, market.mark());
  view.unrealized = exposure.result;
  view.maintenance_margin = exposure.maintenance;
  view.initial_margin = market.position_margin;
  view.liquidation_price = liquidation_price(market);
  return view;
}

const sim::WorkingOrder* Wallet::working(OrderId order) const noexcept {
  const sim::Slot slot = state_.orders.find(order);
  return slot == sim::kNoSlot ? nullptr : &state_.orders[slot];
}

InstrumentSettings Wallet::settings(InstrumentId instrument) const noexcept {
  const sim::Market& market = state_.markets[instrument.index()];
  return {market.rules.leverage, market.rules.margin};
}

void Wallet::take_rules(sim::Market& market, const sim::InstrumentRules& rules) {
  // What a market derives from its rules is known to its constructor alone.
  const sim::Market derived(*market.instrument, rules, market.number);
  market.rules = rules;
  market.initial_margin = derived.initial_margin;
  market.order_margin_rate = derived.order_margin_rate;
  const Amount margin = sim::share_up(market.position.cost.absolute(), market.initial_margin);
  state_.account(market.settle()).position_margin += margin - market.position_margin;
  market.position_margin = margin;
  sim::update_order_margin(state_, market);
}

bool Wallet::change_leverage(InstrumentId instrument, const Decimal& leverage, TimeNs now) {
  sim::Market& market = state_.markets[instrument.index()];
  const sim::InstrumentRules before = market.rules;
  const Amount margin_before = market.position_margin;
  const Amount free_before = sim::free_funds(state_, market.settle());
  sim::InstrumentRules rules = before;
  rules.leverage = leverage;
  take_rules(market, rules);
  const Amount free = sim::free_funds(state_, market.settle());
  if (free.is_negative() && free < free_before) {
    take_rules(market, before);
    state_.account(market.settle()).position_margin += margin_before - market.position_margin;
    market.position_margin = margin_before;
    return false;
  }
  on_time(now);
  state_.now = now;
  state_.margin_changed = true;
  sim::end_event(state_);
  return true;
}

void Wallet::change_margin_mode(InstrumentId instrument, MarginMode mode) {
  sim::Market& market = state_.markets[instrument.index()];
  ASSERT(market.position.is_flat() && market.open_orders == 0);
  sim::InstrumentRules rules = market.rules;
  rules.margin = mode;
  take_rules(market, rules);
}

std::optional<RawPrice> Wallet::liquidation_price(const sim::Market& market) const {
  const sim::Exposure own = sim::exposure_of(state_, market, market.mark());
  Amount cushion = market.position_margin + own.result - own.maintenance;
  if (market.rules.margin == MarginMode::cross) {
    const sim::CrossMargin total = sim::cross_margin(state_, market.settle(), nullptr, RawPrice());
    cushion = total.equity - total.maintenance;
  }
  const double rate = static_cast<double>(market.tiers.front().rate) / static_cast<double>(sim::kBillion);
  const double sign = own.quantity.units > 0 ? 1 : -1;
  const double per_unit =
      market.instrument->notional(RawPrice(1), own.quantity.absolute()).to_double() * (1 - sign * rate);
  const double price = static_cast<double>(market.mark().units) - sign * cushion.to_double() / per_unit;
  if (!std::isfinite(price) || price < 1 || price > 9e18) return std::nullopt;
  return market.instrument->round_to_tick(RawPrice(static_cast<std::int64_t>(price)), Rounding::half_up);
}

}  // namespace kontor::emulator
