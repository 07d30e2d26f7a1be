#include "research/run_result_volumes.hpp"

#include <algorithm>

namespace kontor::research {
namespace {

using data::BarColumn;
using data::ColumnView;
using data::DataKind;
using data::TradeColumn;

/// A bar in which something was filled.
struct FilledBar {
  TimeNs open = 0;
  std::int64_t volume = 0;
};

const FeedSource* source_with_volume(const std::vector<FeedSource>& sources, InstrumentId instrument) {
  const FeedSource* best = nullptr;
  for (const FeedSource& source : sources) {
    const DataKind kind = source.series.series().key().kind;
    if (source.instrument != instrument || (kind != DataKind::bar && kind != DataKind::trade)) continue;
    if (best == nullptr || kind < best->series.series().key().kind) best = &source;
  }
  return best;
}

Timeframe timeframe_of(const FeedSource& source) {
  const auto& key = source.series.series().key();
  return key.kind == DataKind::bar ? key.timeframe : Timeframe{kMinute};
}

/// Adds what a part of the data says of the bars; both are in order of time.
void add_volumes(std::vector<FilledBar>& bars, const ColumnView& view, DurationNs period) {
  const auto times = view.times();
  if (times.empty()) return;
  const auto volumes =
      view.kind == DataKind::bar ? view.column(BarColumn::volume) : view.column(TradeColumn::quantity);
  auto bar = std::ranges::lower_bound(bars, times.front() - period, std::ranges::less(), &FilledBar::open);
  for (; bar != bars.end() && bar->open <= times.back(); ++bar) {
    const auto first = std::ranges::lower_bound(times, bar->open);
    const auto last = std::ranges::lower_bound(times, bar->open + period);
    for (auto at = first; at < last; ++at) {
      bar->volume += volumes[static_cast<std::size_t>(at - times.begin())];
    }
  }
}

void note_volumes(RunResult& result, const FeedSource& source) {
  const Instrument& instrument = result.instruments[source.instrument];
  const Timeframe timeframe = timeframe_of(source);
  std::vector<FilledBar> bars;
  for (FillRecord& record : result.fills) {
    if (record.fill.instrument != source.instrument) continue;
    record.bar_open = timeframe.open_of(record.fill.ts_venue - 1);
    bars.push_back({record.bar_open, 0});
  }
  std::ranges::sort(bars, {}, &FilledBar::open);
  const auto twice = std::ranges::unique(bars, {}, &FilledBar::open);
  bars.erase(twice.begin(), twice.end());
  for (const ColumnView& chunk : source.series.chunks()) add_volumes(bars, chunk, timeframe.period_ns);
  for (FillRecord& record : result.fills) {
    if (record.fill.instrument != source.instrument) continue;
    const auto bar = std::ranges::lower_bound(bars, record.bar_open, {}, &FilledBar::open);
    record.bar_volume = instrument.to_double(RawQuantity(bar->volume));
  }
}

}  // namespace

void note_bar_volumes(RunResult& result, const std::vector<FeedSource>& sources) {
  if (result.fills.empty()) return;
  for (const Instrument& instrument : result.instruments.all()) {
    if (const FeedSource* source = source_with_volume(sources, instrument.id()))
      note_volumes(result, *source);
  }
}

}  // namespace kontor::research
