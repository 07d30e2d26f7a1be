#include "engine/bar_aggregator.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace kontor::engine {
namespace {

/// A volume beyond 64 bits is the largest one: data, not money, must not end the process.
RawQuantity sum_of(RawQuantity volume, RawQuantity more) noexcept {
  std::int64_t sum = 0;
  return RawQuantity(__builtin_add_overflow(volume.units, more.units, &sum) ? INT64_MAX : sum);
}

}  // namespace

BarAggregator::BarAggregator(InstrumentId instrument, Timeframe timeframe) noexcept {
  bar_.instrument = instrument;
  bar_.timeframe = timeframe;
}

void BarAggregator::open_at(TimeNs ts_open) noexcept {
  bar_.ts_open = ts_open;
  bar_.ts_venue = ts_open + bar_.timeframe.period_ns;
  bar_.volume = RawQuantity();
  open_ = true;
}

Bar BarAggregator::close(TimeNs ts_recv) noexcept {
  ASSERT(open_);
  open_ = false;
  Bar closed = bar_;
  closed.ts_recv = ts_recv;
  return closed;
}

std::optional<Bar> BarAggregator::add(const Bar& finer) {
  if (!open_) {
    open_at(bar_.timeframe.open_of(finer.ts_open));
    bar_.open = finer.open;
    bar_.high = finer.high;
    bar_.low = finer.low;
  }
  bar_.high = std::max(bar_.high, finer.high);
  bar_.low = std::min(bar_.low, finer.low);
  bar_.close = finer.close;
  bar_.volume = sum_of(bar_.volume, finer.volume);
  if (finer.ts_venue < bar_.ts_venue) return std::nullopt;
  return close(finer.ts_recv);
}

void BarAggregator::add(TimeNs ts_venue, RawPrice price, RawQuantity quantity) {
  if (!open_) {
    open_at(bar_.timeframe.open_of(ts_venue));
    bar_.open = price;
    bar_.high = price;
    bar_.low = price;
  }
  bar_.high = std::max(bar_.high, price);
  bar_.low = std::min(bar_.low, price);
  bar_.close = price;
  bar_.volume = sum_of(bar_.volume, quantity);
}

}  // namespace kontor::engine
