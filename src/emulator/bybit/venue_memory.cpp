#include "emulator/bybit/venue_memory.hpp"

#include <utility>

namespace kontor::emulator::bybit {
namespace {

/// Nobody has recorded marks and indices from before the start; they were about where the trades were.
std::vector<Candle> without_volume(std::vector<Candle> candles) {
  for (Candle& candle : candles) {
    Candle bare;
    bare.ts_open = candle.ts_open;
    bare.open = candle.open;
    bare.high = candle.high;
    bare.low = candle.low;
    bare.close = candle.close;
    candle = bare;
  }
  return candles;
}

void add_price(CandleSeries& series, TimeNs ts, RawPrice price) {
  if (price.units > 0) series.add_trade(ts, price, RawQuantity(), Amount(), false, 0);
}

ExecutionEntry entry_of(const ExecutionEvent& event) {
  const OrderRecord& order = event.order;
  ExecutionEntry entry;
  entry.key = event.seq;
  entry.execution = event.execution;
  entry.order_type = order.ticket.type;
  entry.note = OrderNote::parse(order.ticket.label);
  entry.origin = order.origin;
  entry.order_price = order.limit_price;
  entry.order_quantity = order.quantity;
  entry.leaves_quantity = is_closed(order.state) ? RawQuantity() : order.remaining();
  return entry;
}

ExecutionEntry entry_of(const FundingEvent& event) {
  ExecutionEntry entry;
  entry.key = event.seq;
  entry.is_funding = true;
  Execution& execution = entry.execution;
  execution.id = ExecutionId(event.seq);
  execution.account = event.account;
  execution.instrument = event.instrument;
  execution.product = Product::linear;
  execution.side = event.quantity.units >= 0 ? Side::buy : Side::sell;
  execution.ts = event.ts;
  execution.price = event.mark;
  execution.quantity = event.quantity.absolute();
  execution.fee = -event.amount;
  execution.fee_asset = event.asset;
  entry.fee_rate = event.rate;
  entry.mark = event.mark;
  return entry;
}

}  // namespace

VenueMemory::VenueMemory(const Exchange& exchange)
    : exchange_(exchange), mark_(exchange.listings().size()), index_(exchange.listings().size()) {
  for (const ListedInstrument& listed : exchange.listings().all()) {
    if (listed.product != Product::linear) continue;
    const CandleSeries& trades = exchange.market(listed.id).candles();
    const std::vector<Candle> past = without_volume(
        trades.range(Timeframe{kMinute}, kTimeMin / 2, kTimeMax / 2, CandleSeries::kMaxMinutes, false));
    if (past.empty()) continue;
    mark_[listed.id.index()].seed(past);
    index_[listed.id.index()].seed(past);
  }
}

const AccountMemory* VenueMemory::find(AccountId id) const noexcept {
  const auto at = accounts_.find(id);
  return at == accounts_.end() ? nullptr : &at->second;
}

const AttachedStops* VenueMemory::attached_to(const OrderRecord& order) const noexcept {
  const AccountMemory* const memory = find(order.account);
  if (memory == nullptr) return nullptr;
  const auto at = memory->attached.find(order.id);
  return at == memory->attached.end() ? nullptr : &at->second;
}

void VenueMemory::attach(AccountId account, VenueOrderId order, const AttachedStops& stops) {
  auto& attached = accounts_[account].attached;
  if (stops.empty()) {
    attached.erase(order);
    return;
  }
  attached[order] = stops;
  while (attached.size() > kMaxAttached) attached.erase(attached.begin());
}

PositionMemory VenueMemory::position(AccountId account, InstrumentId instrument) const noexcept {
  const AccountMemory* const memory = find(account);
  if (memory == nullptr) return {};
  const auto at = memory->positions.find(instrument);
  return at == memory->positions.end() ? PositionMemory() : at->second;
}

std::vector<PendingWork> VenueMemory::take_pending() noexcept { return std::exchange(pending_, {}); }

void VenueMemory::defer(const PendingWork& work) {
  if (pending_.size() < kMaxPending) pending_.push_back(work);
}

void VenueMemory::remember(AccountId account, ExecutionEntry entry) {
  entry.sequence = sequence();
  auto& executions = accounts_[account].executions;
  executions.push_back(std::move(entry));
  if (executions.size() > kMaxExecutions) executions.pop_front();
}

void VenueMemory::expect(AccountId account, const AttachedStops& stops) {
  expected_.reset();
  if (!stops.empty()) expected_ = Expected{account, stops};
}

void VenueMemory::on_order(const OrderEvent& event) {
  count_account_event(event.seq);
  if (!expected_ || event.change != OrderChange::accepted || event.order.account != expected_->account)
    return;
  const GroupRole role = event.order.ticket.role;
  if (role != GroupRole::single && role != GroupRole::entry) return;
  attach(event.order.account, event.order.id, expected_->stops);
  expected_.reset();
}

void VenueMemory::on_execution(const ExecutionEvent& event) {
  count_account_event(event.seq);
  const Execution& execution = event.execution;
  ExecutionEntry entry = entry_of(event);
  const FeeRates fees = exchange_.fees(execution.account, execution.instrument);
  entry.fee_rate = execution.liquidity == Liquidity::maker ? fees.maker : fees.taker;
  entry.mark = exchange_.market(execution.instrument).perpetual().mark;
  remember(execution.account, std::move(entry));
  if (execution.product != Product::linear) return;
  AccountMemory& memory = accounts_[execution.account];
  PositionMemory& position = memory.positions[execution.instrument];
  const Amount result = execution.realized - execution.fee;
  position.current_realized += result;
  position.total_realized += result;
  position.sequence = sequence();
  const auto attached = memory.attached.find(execution.order);
  if (attached != memory.attached.end() && !attached->second.is_partial) {
    defer({execution.account, execution.instrument, execution.order});
  }
}

void VenueMemory::on_position(const PositionEvent& event) {
  count_account_event(event.seq);
  PositionMemory& position = accounts_[event.account].positions[event.position.instrument];
  if (position.created_at == 0) position.created_at = event.ts;
  if (event.position.quantity.is_zero()) position.current_realized = Amount();
  if (!position.stops.empty()) defer({event.account, event.position.instrument, VenueOrderId()});
}

void VenueMemory::on_account_funding(const FundingEvent& event) {
  count_account_event(event.seq);
  PositionMemory& position = accounts_[event.account].positions[event.instrument];
  position.current_realized += event.amount;
  position.total_realized += event.amount;
  ExecutionEntry entry = entry_of(event);
  const Instrument& instrument = exchange_.listings().instrument(event.instrument);
  entry.execution.turnover = instrument.notional(event.mark, event.quantity.absolute());
  remember(event.account, std::move(entry));
}

void VenueMemory::on_trade(const MarketTrade& event) { market_sequence_ = event.market_seq; }
void VenueMemory::on_book_change(const BookChange& event) { market_sequence_ = event.market_seq; }

void VenueMemory::on_ticker(const TickerChange& event) {
  market_sequence_ = event.market_seq;
  if (!event.mark_changed || exchange_.listings()[event.instrument].product != Product::linear) return;
  const PerpetualFigures& figures = exchange_.market(event.instrument).perpetual();
  add_price(mark_[event.instrument.index()], event.ts, figures.mark);
  add_price(index_[event.instrument.index()], event.ts, figures.index);
}

}  // namespace kontor::emulator::bybit
