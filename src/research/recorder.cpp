#include "research/recorder.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <boost/describe/enum_to_string.hpp>

namespace kontor::research {

Recorder::Recorder(RecorderSettings settings, const InstrumentTable& instruments, std::size_t strategies,
                   RunResult& result)
    : settings_(settings),
      instruments_(&instruments),
      strategies_(strategies),
      result_(&result),
      trips_(instruments.size() * strategies) {}

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
  deepened_ = false;
  result_->max_drawdown = 0;
  result_->initial_equity = portfolio.equity();
  result_->equity_interval = settings_.equity_interval;
  raise(first, portfolio.equity());
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
}

void Recorder::sample(TimeNs now, const portfolio::Portfolio& portfolio) {
  push_sample(next_sample_, portfolio);
  // Where the data has a hole, the last value stands for all of it once, not thousands of times.
  const TimeNs last_before = floor_divide(now - 1, settings_.equity_interval) * settings_.equity_interval;
  if (last_before > next_sample_) push_sample(last_before, portfolio);
  next_sample_ = std::max(last_before, next_sample_) + settings_.equity_interval;
}

void Recorder::raise(TimeNs now, Amount equity) {
  settle_drawdown();
  peak_ = equity;
  peak_time_ = now;
  const double fall = result_->max_drawdown * static_cast<double>(peak_.units());
  // There is no fall as a fraction of nothing.
  worst_equity_ = peak_.units() > 0 ? peak_ - Amount::from_units(static_cast<int128>(fall))
                                    : Amount::from_units(kInt128Min);
}

void Recorder::settle_drawdown() {
  if (!deepened_) return;
  deepened_ = false;
  result_->max_drawdown = (peak_ - worst_equity_).to_double() / peak_.to_double();
  result_->max_drawdown_peak = peak_time_;
}

void Recorder::on_outputs(const engine::Outputs& outputs, TimeNs now) {
  for (const auto& booked : outputs.fills) on_fill(booked);
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
                              booked.booked.position_after, booked.equity_after});
  }
  track_trip(booked);
}

void Recorder::open_trip(OpenTrip& open, const engine::FillBooked& booked, std::int64_t position) {
  open = OpenTrip{};
  open.open = true;
  open.trip.strategy = booked.order.strategy;
  open.trip.instrument = booked.fill.instrument;
  open.trip.direction = position > 0 ? Side::buy : Side::sell;
  open.trip.ts_open = booked.fill.ts_venue;
  open.highest = booked.fill.price;
  open.lowest = booked.fill.price;
  if (open_trips_++ == 0) in_market_since_ = booked.fill.ts_venue;
}

/// Splits every fill into the part that closes and the part that opens, so that a flip ends one trip and
/// begins the next; fees are split in the same proportion.
void Recorder::track_trip(const engine::FillBooked& booked) {
  const Fill& fill = booked.fill;
  const Instrument& instrument = (*instruments_)[fill.instrument];
  OpenTrip& open = trip_of(booked.order.strategy, fill.instrument);
  const std::int64_t before = open.position;
  const std::int64_t signed_quantity = sign_of(fill.side) * fill.quantity.units;
  const bool reduces = open.open && (before > 0) != (signed_quantity > 0);
  const std::int64_t closing = reduces ? std::min(std::abs(before), fill.quantity.units) : 0;
  const std::int64_t opening = fill.quantity.units - closing;
  const Amount closing_fee = booked.booked.fee_reported.share(closing, fill.quantity.units);
  // What is left after the fill is what the books say: a fee taken in the base asset makes it less than the
  // sum.
  const std::int64_t after = booked.booked.position_after.units;
  if (open.open) {
    open.highest = std::max(open.highest, fill.price);
    open.lowest = std::min(open.lowest, fill.price);
    open.trip.gross_profit += booked.booked.realized;
  }
  if (closing > 0) {
    open.trip.exit_quantity += RawQuantity(closing);
    open.trip.exit_notional += instrument.notional(fill.price, RawQuantity(closing));
    open.trip.fees += closing_fee;
    // A rest below one step is flat: it can't be sold, and fees taken in the base asset always leave one.
    const bool flat = instrument.floor_to_step(RawQuantity(std::abs(after))).is_zero();
    if (flat || (after > 0) != (before > 0)) close_trip(open, fill.ts_venue);
  }
  if (opening > 0 && after != 0) {
    if (!open.open) open_trip(open, booked, after);
    open.trip.entry_quantity += RawQuantity(opening);
    open.trip.entry_notional += instrument.notional(fill.price, RawQuantity(opening));
    open.trip.fees += booked.booked.fee_reported - closing_fee;
    open.trip.max_quantity = std::max(open.trip.max_quantity, RawQuantity(std::abs(after)));
  }
  open.position = after;
}

void Recorder::close_trip(OpenTrip& open, TimeNs ts) {
  const Instrument& instrument = (*instruments_)[open.trip.instrument];
  RoundTrip& trip = open.trip;
  trip.ts_close = ts;
  if (trip.entry_quantity.units > 0) {
    const Amount cost = trip.entry_notional.share(trip.max_quantity.units, trip.entry_quantity.units);
    const bool is_long = trip.direction == Side::buy;
    const Amount at_high = instrument.notional(open.highest, trip.max_quantity) - cost;
    const Amount at_low = instrument.notional(open.lowest, trip.max_quantity) - cost;
    trip.max_favourable = std::max(is_long ? at_high : -at_low, Amount());
    trip.max_adverse = std::min(is_long ? at_low : -at_high, Amount());
  }
  open.open = false;
  if (--open_trips_ == 0) leave_market(ts);
  result_->round_trips.push_back(trip);
}

void Recorder::leave_market(TimeNs ts) {
  // Executions of one instant at the venue may reach us in another order than their stamps.
  result_->time_in_market += std::max<DurationNs>(ts - in_market_since_, 0);
}

void Recorder::record_order(const execution::Order& order, TimeNs ts_closed) {
  if (!settings_.keep_details) return;
  result_->orders.push_back({order.request, order.status, order.reason, order.ts_created, ts_closed,
                             order.filled, order.filled_notional});
}

void Recorder::finish(TimeNs last, const portfolio::Portfolio& portfolio,
                      const execution::OrderManager& orders) {
  settle_drawdown();
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
  if (settings_.keep_details && (result_->equity.empty() || result_->equity.back().ts < last)) {
    push_sample(last, portfolio);
  }
  for (const auto& [key, count] : refusals_) {
    result_->refusals.push_back({result_->strategies[key.first], key.second, count});
  }
}

}  // namespace kontor::research
