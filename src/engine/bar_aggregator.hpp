#pragma once

#include <optional>

#include <boost/describe/class.hpp>

#include "model/market_data.hpp"

namespace kontor::engine {

/// Derives the bars of one instrument and timeframe from finer bars, trades or prices. A bar is given out
/// once, when something proves that its period is over: a finer bar that ends with it, or the first datum
/// after it. Periods without any datum have no bar.
class BarAggregator {
 public:
  BarAggregator() = default;
  BarAggregator(InstrumentId instrument, Timeframe timeframe) noexcept;

  [[nodiscard]] InstrumentId instrument() const noexcept { return bar_.instrument; }
  [[nodiscard]] Timeframe timeframe() const noexcept { return bar_.timeframe; }

  /// When the bar that is open will be over; kTimeMax if none is open.
  [[nodiscard]] TimeNs ends() const noexcept { return open_ ? bar_.ts_venue : kTimeMax; }
  /// Gives out the open bar, which must be over: to be done before the first datum after it is added.
  Bar close(TimeNs ts_recv) noexcept;
  /// Adds a finer bar; gives the aggregated bar when this was its last part.
  std::optional<Bar> add(const Bar& finer);
  void add(TimeNs ts_venue, RawPrice price, RawQuantity quantity);

 private:
  void open_at(TimeNs ts_open) noexcept;

  Bar bar_;
  bool open_ = false;

  BOOST_DESCRIBE_CLASS(BarAggregator, (), (), (), (bar_, open_))
};

}  // namespace kontor::engine
