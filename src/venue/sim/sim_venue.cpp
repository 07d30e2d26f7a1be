#include "venue/sim/sim_venue.hpp"

#include "venue/sim/bar_matching.hpp"
#include "venue/sim/event_end.hpp"
#include "venue/sim/execution.hpp"
#include "venue/sim/liquidation.hpp"
#include "venue/sim/liquidation_distance.hpp"
#include "venue/sim/margin.hpp"
#include "venue/sim/order_entry.hpp"
#include "venue/sim/reservation.hpp"
#include "venue/sim/tick_matching.hpp"
#include "venue/sim/venue_snapshot.hpp"

namespace kontor::sim {

VenueState::VenueState(const InstrumentTable& instruments_in, const SimSettings& settings)
    : instruments(&instruments_in),
      open_window(settings.open_window()),
      order_entry(settings.latency.order_entry_ns),
      assets(instruments_in.asset_count()) {
  ASSERT(settings.check(instruments_in).has_value());
  markets.reserve(instruments_in.size());
  for (const Instrument& instrument : instruments_in.all()) {
    const auto number = static_cast<Slot>(markets.size());
    markets.emplace_back(instrument, settings.rules_of(instrument.id()), number);
    if (instrument.is_spot() && !markets.back().rules.spot_margin) continue;
    margin_markets.push_back(number);
    account(instrument.quote()).margined = true;
    if (instrument.is_spot()) account(instrument.base()).margined = true;
  }
}

SimVenue::SimVenue(const InstrumentTable& instruments, const SimSettings& settings)
    : state_(instruments, settings) {}

void SimVenue::deposit(Money money) {
  credit(state_, money.asset, money.amount);
  end_event(state_);
}

void SimVenue::on_book(const BookUpdate& update) {
  match_book(state_, state_.markets[update.instrument.index()], update);
}

void SimVenue::on_funding(const FundingRate& funding) {
  state_.deliver_by = kTimeMax;
  expire_due(state_, funding.ts_venue);
  state_.now = funding.ts_venue;
  Market& market = state_.markets[funding.instrument.index()];
  if (market.is_inside_bar(funding.ts_venue) && market.funding.size() < kMaxHeld) {
    market.funding.push_back(funding);
    state_.touch(market);
  } else {
    settle_funding(state_, market, funding);
  }
  end_event(state_);
}

void SimVenue::on_command(const CommandBody& command, const Passage& passage) {
  state_.deliver_by = kTimeMax;
  expire_due(state_, passage.arrival);
  state_.now = passage.arrival;
  if (const auto* order = std::get_if<NewOrder>(&command)) {
    place(state_, *order, passage);
  } else {
    request_change(state_, command, passage);
  }
  end_event(state_);
}

void SimVenue::on_command(const CommandBody& command, TimeNs arrival) {
  on_command(command, {.sent = arrival - state_.order_entry, .arrival = arrival});
}

void SimVenue::on_time(TimeNs now) {
  state_.deliver_by = kTimeMax;
  expire_due(state_, now);
}

void SimVenue::on_delisted(InstrumentId instrument, TimeNs now) {
  on_time(now);
  state_.now = now;
  wind_up(state_, state_.markets[instrument.index()]);
  end_event(state_);
}

const Amount& SimVenue::balance(AssetId asset) const noexcept { return state_.account(asset).balance; }
const Amount& SimVenue::reserved(AssetId asset) const noexcept { return state_.account(asset).reserved; }
Amount SimVenue::position_margin(AssetId asset) const noexcept {
  return state_.account(asset).position_margin;
}
Amount SimVenue::free(AssetId asset) const noexcept { return free_funds(state_, asset); }
const Position& SimVenue::position(InstrumentId instrument) const noexcept {
  return state_.markets[instrument.index()].position;
}
RawPrice SimVenue::mark(InstrumentId instrument) const noexcept {
  return state_.markets[instrument.index()].mark();
}
bool SimVenue::is_open(OrderId order) const noexcept { return state_.orders.find(order) != kNoSlot; }
std::size_t SimVenue::open_orders() const noexcept { return state_.orders.size(); }

std::optional<double> SimVenue::liquidation_distance() const noexcept {
  return sim::liquidation_distance(state_);
}

Amount SimVenue::equity(AssetId asset) const noexcept {
  Amount total = balance(asset);
  std::vector<bool> valued(state_.assets.size(), false);
  valued[asset.index()] = true;
  for (const Market& market : state_.markets) {
    if (market.settle() != asset) continue;
    if (!market.is_spot()) {
      total += market.position.unrealized(*market.instrument, market.mark());
      continue;
    }
    const AssetId base = market.instrument->base();
    if (valued[base.index()] || market.mark().units == 0) continue;
    valued[base.index()] = true;
    total += value_of(*market.instrument, balance(base), market.mark());
  }
  return total;
}

void SimVenue::save(Encoder& encoder) const { save_state(state_, encoder); }
Result<void> SimVenue::load(Decoder& decoder) { return load_state(state_, decoder); }

void SimVenue::match(Market& market, const Bar& bar) { match_bar(state_, market, bar); }
void SimVenue::match(Market& market, const Trade& trade) { match_trade(state_, market, trade); }
void SimVenue::match(Market& market, const Quote& quote) { match_quote(state_, market, quote); }

}  // namespace kontor::sim
