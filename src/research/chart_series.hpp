#pragma once

#include "data/series_reader.hpp"
#include "model/instrument.hpp"
#include "research/run_result.hpp"

namespace kontor::research {

/// Candles of a series of bars, trades or quotes (their middle) for a chart: as fine as a few thousand allow.
[[nodiscard]] ChartSeries chart_of(const Instrument& instrument, const data::LoadedSeries& series);

/// The same in bars of one period; empty where the data itself is coarser.
[[nodiscard]] ChartSeries bars_of(const Instrument& instrument, const data::LoadedSeries& series,
                                  DurationNs period);

}  // namespace kontor::research
