#include "research/recorder.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <boost/describe/enum_to_string.hpp>

namespace kontor::research {
namespace {

/// What the closing fill says about why the position ended.
ExitReason exit_reason(const engine::FillBooked& booked, bool flips) {
  const NewOrder& order = booked.order;
  if (booked.fill.liquidation) return ExitReason::liquidation;
  if (order.type == OrderType::trailing_stop) return ExitReason::trailing_stop;
  if (order.role == GroupRole::stop_loss) return ExitReason::stop_loss;
  if (order.role == GroupRole::take_profit) return ExitReason::take_profit;
  switch (order.type) {
    case OrderType::stop_market:
    case OrderType::stop_limit: return ExitReason::stop_loss;
    case OrderType::take_profit_market:
    case OrderType::take_profit_limit: return ExitReason::take_profit;
    case OrderType::limit: return flips ? ExitReason::reversal : ExitReason::limit_order;
    case OrderType::market:
    case OrderType::trailing_stop: break;
  }
  return flips ? ExitReason::reversal : ExitReason::signal;
}

}  // namespace

Recorder::Recorder(RecorderSettings settings, const InstrumentTable& instruments, std::size_t strategies,
                   RunResult& result)
    : settings_(settings),
      instruments_(&instruments),
      strategies_(strategies),
      result_(&result),
      trips_(instruments.size() * strategies),
      funding_(instruments.size() * strategies) {}

/// Room for what is likely to come. It costs nothing until it is used, and growing would copy all of it.
void Recorder::reserve(TimeNs first, TimeNs last) {
  constexpr std::size_t kUsualRecords = 32'768;
  constexpr std::int64_t kMaxSamples = 1'000'000;
  const std::int64_t samples = (last - first) / settings_.equity_interval + 2;
  result_->equity.reserve(static_cast<std::size_t>(std::clamp<std::int64_t>(samples, 0, kMaxSamples)));
  result_->fills.reserve(kUsualRecords);
  result_->orders.reserve(kUsualRecords);
  result_->round_trips.reserve(kUsualRecords);
}

void Recorder::start(TimeNs first, TimeNs last, const portfolio::Portfolio& portfolio) {
  started_ = true;
  result_->max_drawdown = 0;
  result_->benchmark = settings_.benchmark;
  result_->initial_equity = portfolio.equity();
  result_->equity_interval = settings_.equity_interval;
  drawdown_.start(portfolio.equity());
  peak_time_ = first;
  if (!settings_.keep_details) return;
  reserve(first, last);
  push_sample(first, portfolio);
  next_sample_ = (floor_divide(first, settings_.equity_interval) + 1) * settings_.equity_interval;
}

void Recorder::push_sample(TimeNs ts, const portfolio::Portfolio& portfolio) {
  const RawPrice mark = portfolio.mark(settings_.benchmark);
  if (benchmark_start_.units == 0) benchmark_start_ = mark;
  const double held = benchmark_start_.units == 0
                          ? 1.0
                          : static_cast<double>(mark.units) / static_cast<double>(benchmark_start_.units);
  result_->equity.push_back({ts, portfolio.equity(), portfolio.net_exposure(), portfolio.gross_exposure(),
                             result_->initial_equity.to_double() * held});
  sample_margin(ts);
}

void Recorder::sample_margin(TimeNs ts) {
  if (!liquidation_distance_) return;
  const auto distance = liquidation_distance_();
  if (!distance || (result_->liquidation_distance && *distance >= *result_->liquidation_distance)) return;
  result_->liquidation_distance = distance;
  result_->liquidation_distance_time = ts;
}

Recorder::OrderNote& Recorder::note_of(OrderId order) {
  if (order.index() >= notes_.size()) notes_.resize(order.index() + 1);
  return notes_[order.index()];
}

/// Every strategy has the funding of what it holds, as if it stood alone: opposite positions pay each other
/// what the account as a whole does not. The last one has what sharing leaves over.
void Recorder::on_report(const FundingPayment& payment, TimeNs /*ts_venue*/,
                         const portfolio::Portfolio& portfolio) {
  const std::int64_t net = portfolio.position(payment.instrument).quantity.units;
  Amount left = portfolio.reported(payment.amount.asset, payment.amount.amount);
  const Amount whole = left;
  Amount* last = nullptr;
  for (std::uint32_t i = 0; i < strategies_ && net != 0; ++i) {
    const std::int64_t held = portfolio.book(StrategyId(i), payment.instrument).position.quantity.units;
    if (held == 0) continue;
    last = &funding_[payment.instrument.index() * strategies_ + i];
    const Amount size = whole.share(std::abs(held), std::abs(net));
    const Amount part = (held > 0) == (net > 0) ? size : -size;
    *last += part;
    left -= part;
  }
  if (last != nullptr) *last += left;
}

void Recorder::sample(TimeNs now, const portfolio::Portfolio& portfolio) {
  push_sample(next_sample_, portfolio);
  // Where the data has a hole, the last value stands for all of it once, not thousands of times.
  const TimeNs last_before = floor_divide(now - 1, settings_.equity_interval) * settings_.equity_interval;
  if (last_before > next_sample_) push_sample(last_before, portfolio);
  next_sample_ = std::max(last_before, next_sample_) + settings_.equity_interval;
}

void Recorder::raise(TimeNs now, Amount equity) {
  if (drawdown_.raise(equity)) note_drawdown();
  peak_time_ = now;
}

void Recorder::note_drawdown() {
  result_->max_drawdown = drawdown_.deepest();
  result_->max_drawdown_peak = peak_time_;
}

void Recorder::on_outputs(const engine::Outputs& outputs, TimeNs now, const portfolio::Portfolio& portfolio) {
  for (const auto& command : outputs.commands) {
    const auto* order = std::get_if<NewOrder>(&command.body);
    if (order != nullptr && settings_.keep_details)
      note_of(order->id).mark = portfolio.mark(order->instrument);
  }
  for (const auto& booked : outputs.fills) on_fill(booked);
  for (const auto& change : outputs.breakers) {
    if (result_->breakers.size() < BreakerRecord::kMost) result_->breakers.push_back({now, change});
  }
  for (const auto& order : outputs.closed) record_order(order, now);
  for (const auto& refused : outputs.refused) {
    if (!refused.skipped.empty()) ++refusals_[{refused.strategy.value, std::string(refused.skipped)}];
    for (const auto reason : refused.reasons) {
      ++refusals_[{refused.strategy.value, boost::describe::enum_to_string(reason, "unknown")}];
    }
  }
}

void Recorder::on_fill(const engine::FillBooked& booked) {
  const Instrument& instrument = (*instruments_)[booked.fill.instrument];
  const Amount notional = instrument.notional(booked.fill.price, booked.fill.quantity);
  result_->turnover += notional.absolute();
  if (booked.fill.liquidation) ++result_->liquidations;
  ++result_->fill_count;
  if (settings_.keep_details) {
    result_->fills.push_back({booked.fill, booked.order.strategy, booked.order.type, booked.order.tag,
                              notional.absolute(), booked.booked.fee_reported, booked.booked.realized,
                              booked.booked.position_after, booked.equity_after, 0, 0});
  }
  track_trip(booked);
}

void Recorder::open_trip(OpenTrip& open, const engine::FillBooked& booked) {
  open.trip = RoundTrip{};
  open.trip.strategy = booked.order.strategy;
  open.trip.instrument = booked.fill.instrument;
  open.trip.direction = booked.booked.position_after.units > 0 ? Side::buy : Side::sell;
  open.trip.ts_open = booked.fill.ts_venue;
  open.trip.entry_tag = booked.order.tag;
  open.highest = booked.fill.price;
  open.lowest = booked.fill.price;
  if (open_trips_++ == 0) in_market_since_ = booked.fill.ts_venue;
}

/// A fill that flips a position ends one trip and begins the next, each with its part of the fee.
void Recorder::track_trip(const engine::FillBooked& booked) {
  const Fill& fill = booked.fill;
  const Instrument& instrument = (*instruments_)[fill.instrument];
  OpenTrip& open = trip_of(booked.order.strategy, fill.instrument);
  if (open.watch.is_open()) {
    open.highest = std::max(open.highest, fill.price);
    open.lowest = std::min(open.lowest, fill.price);
    open.trip.gross_profit += booked.booked.realized;
  }
  const RawQuantity after = booked.booked.position_after;
  const auto step = open.watch.take(
      instrument, {fill.side, fill.quantity, booked.booked.realized, booked.booked.fee_reported, after});
  if (step.closing > 0) {
    open.trip.exit_quantity += RawQuantity(step.closing);
    open.trip.exit_notional += instrument.notional(fill.price, RawQuantity(step.closing));
    open.trip.fees += step.closing_fee;
    if (step.ends) close_trip(open, booked);
  }
  if (step.opening > 0 && !after.is_zero()) {
    if (step.begins) open_trip(open, booked);
    open.trip.entry_quantity += RawQuantity(step.opening);
    open.trip.entry_notional += instrument.notional(fill.price, RawQuantity(step.opening));
    open.trip.fees += booked.booked.fee_reported - step.closing_fee;
    open.trip.max_quantity = std::max(open.trip.max_quantity, after.absolute());
  }
}

void Recorder::close_trip(OpenTrip& open, const engine::FillBooked& booked) {
  const Instrument& instrument = (*instruments_)[open.trip.instrument];
  RoundTrip& trip = open.trip;
  const TimeNs ts = booked.fill.ts_venue;
  const RawQuantity after = booked.booked.position_after;
  trip.ts_close = ts;
  trip.exit = exit_reason(booked, !instrument.floor_to_step(after.absolute()).is_zero());
  if (trip.entry_quantity.units > 0) {
    const Amount cost = trip.entry_notional.share(trip.max_quantity.units, trip.entry_quantity.units);
    const bool is_long = trip.direction == Side::buy;
    const Amount at_high = instrument.notional(open.highest, trip.max_quantity) - cost;
    const Amount at_low = instrument.notional(open.lowest, trip.max_quantity) - cost;
    trip.max_favourable = std::max(is_long ? at_high : -at_low, Amount());
    trip.max_adverse = std::min(is_long ? at_low : -at_high, Amount());
  }
  if (--open_trips_ == 0) leave_market(ts);
  result_->round_trips.push_back(trip);
}

void Recorder::leave_market(TimeNs ts) {
  // Executions of one instant at the venue may reach us in another order than their stamps.
  result_->time_in_market += std::max<DurationNs>(ts - in_market_since_, 0);
}

void Recorder::record_order(const execution::Order& order, TimeNs ts_closed) {
  if (!settings_.keep_details) return;
  const OrderNote note = note_of(order.request.id);
  result_->orders.push_back({order.request, order.status, order.reason, order.ts_created, ts_closed,
                             order.filled, order.filled_notional, order.quantity, note.mark,
                             note.working_since});
}

void Recorder::record_books(const portfolio::Portfolio& portfolio) {
  for (std::uint32_t i = 0; i < instruments_->size(); ++i) {
    const Instrument& instrument = (*instruments_)[InstrumentId(i)];
    for (std::uint32_t k = 0; k < strategies_; ++k) {
      const auto& book = portfolio.book(StrategyId(k), InstrumentId(i));
      const RawPrice mark = portfolio.mark(InstrumentId(i));
      const auto reported = [&](Amount amount) { return portfolio.reported(instrument.quote(), amount); };
      BookRecord record{StrategyId(k),
                        InstrumentId(i),
                        reported(book.realized),
                        {},
                        book.fees,
                        funding_[i * strategies_ + k]};
      if (mark.units != 0) record.unrealized = reported(book.position.unrealized(instrument, mark));
      const bool used = !book.position.is_flat() || !record.realized.is_zero() || !record.fees.is_zero() ||
                        !record.funding.is_zero();
      if (used) result_->books.push_back(record);
    }
  }
}

void Recorder::finish(TimeNs last, const portfolio::Portfolio& portfolio,
                      const execution::OrderManager& orders) {
  if (drawdown_.settle()) note_drawdown();
  orders.for_each_open([&](const execution::Order& order) { record_order(order, 0); });
  const auto by_id = [](const OrderRecord& a, const OrderRecord& b) { return a.order.id < b.order.id; };
  if (!std::is_sorted(result_->orders.begin(), result_->orders.end(), by_id)) {
    std::stable_sort(result_->orders.begin(), result_->orders.end(), by_id);
  }
  if (open_trips_ != 0) leave_market(last);
  result_->final_equity = portfolio.equity();
  result_->fees = portfolio.fees();
  result_->funding = portfolio.funding();
  result_->open_positions = portfolio.open_positions();
  if (settings_.keep_details) record_books(portfolio);
  if (settings_.keep_details && (result_->equity.empty() || result_->equity.back().ts < last)) {
    push_sample(last, portfolio);
  }
  for (const auto& [key, count] : refusals_) {
    result_->refusals.push_back({result_->strategies[key.first], key.second, count});
  }
}

}  // namespace kontor::research
