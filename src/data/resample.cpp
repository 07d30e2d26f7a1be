#include "data/resample.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "data/catalogue_columns.hpp"

namespace kontor::data {
namespace {

/// One bar in the making.
struct OpenBar {
  TimeNs ts_open = 0;
  std::int64_t open = 0;
  std::int64_t high = 0;
  std::int64_t low = 0;
  std::int64_t close = 0;
  std::int64_t volume = 0;
  std::int64_t trade_count = 0;
  std::int64_t sources = 0;
};

class Aggregator {
 public:
  Aggregator(Timeframe source, Timeframe target, SourceExtent extent, TimeNs from, TimeNs to)
      : source_(source), target_(target), extent_(extent), from_(from), to_(to) {}

  void add(const ColumnView& view) {
    const auto times = view.column(BarColumn::ts_open);
    for (std::size_t row = 0; row < times.size(); ++row) {
      if (bar_.sources == 0 || times[row] >= bar_.ts_open + target_.period_ns) {
        flush();
        bar_ = OpenBar{.ts_open = target_.open_of(times[row]),
                       .open = view.column(BarColumn::open)[row],
                       .high = view.column(BarColumn::high)[row],
                       .low = view.column(BarColumn::low)[row]};
      }
      bar_.high = std::max(bar_.high, view.column(BarColumn::high)[row]);
      bar_.low = std::min(bar_.low, view.column(BarColumn::low)[row]);
      bar_.close = view.column(BarColumn::close)[row];
      overflow_ |= __builtin_add_overflow(bar_.volume, view.column(BarColumn::volume)[row], &bar_.volume);
      overflow_ |= __builtin_add_overflow(bar_.trade_count, view.column(BarColumn::trade_count)[row],
                                          &bar_.trade_count);
      ++bar_.sources;
    }
  }

  Result<DerivedBars> finish() {
    flush();
    if (overflow_) return fail(ErrorKind::overflow, "the volume of a derived bar does not fit into 64 bits");
    return std::move(derived_);
  }

 private:
  void flush() {
    if (bar_.sources == 0) return;
    const bool covered =
        extent_.first <= bar_.ts_open && bar_.ts_open + target_.period_ns <= extent_.last + source_.period_ns;
    if (!covered || bar_.ts_open < from_ || bar_.ts_open >= to_) return;
    if (bar_.sources < target_.period_ns / source_.period_ns) ++derived_.incomplete;
    derived_.bars.column(BarColumn::ts_open).push_back(bar_.ts_open);
    derived_.bars.column(BarColumn::open).push_back(bar_.open);
    derived_.bars.column(BarColumn::high).push_back(bar_.high);
    derived_.bars.column(BarColumn::low).push_back(bar_.low);
    derived_.bars.column(BarColumn::close).push_back(bar_.close);
    derived_.bars.column(BarColumn::volume).push_back(bar_.volume);
    derived_.bars.column(BarColumn::trade_count).push_back(bar_.trade_count);
  }

  Timeframe source_;
  Timeframe target_;
  SourceExtent extent_;
  TimeNs from_;
  TimeNs to_;
  OpenBar bar_;
  DerivedBars derived_;
  bool overflow_ = false;
};

}  // namespace

bool divides(Timeframe source, Timeframe target) noexcept {
  if (source.period_ns >= target.period_ns || target.period_ns % source.period_ns != 0) return false;
  return target.period_ns % (7 * kDay) != 0 || kDay % source.period_ns == 0;
}

Result<DerivedBars> derive_bars(Series source, Timeframe target, SourceExtent extent, TimeNs from,
                                TimeNs to) {
  ASSERT(source.key().kind == DataKind::bar && divides(source.key().timeframe, target));
  Aggregator aggregator(source.key().timeframe, target, extent, from, to);
  const Scales scales = source.scales();
  SeriesReader reader(std::move(source));
  for (;;) {
    TRY(const bool more, reader.next());
    if (!more) break;
    aggregator.add(reader.view());
  }
  TRY(auto derived, aggregator.finish());
  set_scales(derived.bars, scales);
  return derived;
}

Result<WriteSummary> resample(const Catalogue& catalogue, const DatasetKey& source, Timeframe target,
                              WriteOptions options) {
  if (source.kind != DataKind::bar || !divides(source.timeframe, target)) {
    return fail(ErrorKind::usage, fmt::format("expected bars of a timeframe that divides {}, found {}",
                                              target.format(), Catalogue::dataset_name(source)));
  }
  TRY(const auto info, catalogue.info(source));
  TRY(auto series, catalogue.read(source, {.derive = false}));
  TRY(auto derived, derive_bars(std::move(series), target, {info.first, info.last}, kTimeMin, kTimeMax));
  TRY(auto transaction, catalogue.begin(std::move(options)));
  DatasetKey key = source;
  key.timeframe = target;
  TRY_VOID(transaction.add(key, std::move(derived.bars)));
  return transaction.commit();
}

}  // namespace kontor::data
