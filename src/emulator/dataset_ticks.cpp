#include "emulator/dataset_ticks.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <utility>

namespace kontor::emulator {
namespace {

using data::BarColumn;
using data::BookColumn;
using data::QuoteColumn;
using data::TradeColumn;

/// `value` from one decimal scale to another; what does not fit is cut off at the end of the range.
std::int64_t rescaled(std::int64_t value, int from, int to, Rounding mode) noexcept {
  if (to == from) return value;
  if (to < from) {
    return static_cast<std::int64_t>(divide_rounded(value, kPowersOfTen[from - to], mode));
  }
  const int128 exact = static_cast<int128>(value) * kPowersOfTen[to - from];
  return static_cast<std::int64_t>(std::clamp<int128>(exact, INT64_MIN / 4, INT64_MAX / 4));
}

/// Walks the rows of a series.
class RowCursor {
 public:
  explicit RowCursor(data::Series series) : reader_(std::move(series)) {}
  /// False at the end.
  [[nodiscard]] Result<bool> next() {
    while (++row_ >= rows_) {
      TRY(const bool more, reader_.next());
      if (!more) return false;
      rows_ = reader_.view().rows();
      row_ = SIZE_MAX;
    }
    return true;
  }
  template <class Column>
  [[nodiscard]] std::int64_t value(Column column) const noexcept {
    return reader_.view().column(column)[row_];
  }
  [[nodiscard]] TimeNs time() const noexcept { return reader_.view().times()[row_]; }

 private:
  data::SeriesReader reader_;
  std::size_t row_ = SIZE_MAX;
  std::size_t rows_ = 0;
};

class TradeSource final : public TickSource {
 public:
  TradeSource(const GridConverter& grid, data::Series series) : grid_(grid), rows_(std::move(series)) {}
  [[nodiscard]] Result<std::optional<Tick>> next() override {
    TRY(const bool more, rows_.next());
    if (!more) return std::optional<Tick>();
    const TradeTick trade{grid_.price(rows_.value(TradeColumn::price)),
                          grid_.quantity(rows_.value(TradeColumn::quantity)),
                          rows_.value(TradeColumn::aggressor_side) == 0 ? Side::buy : Side::sell};
    return Tick{rows_.time(), trade};
  }

 private:
  GridConverter grid_;
  RowCursor rows_;
};

class QuoteSource final : public TickSource {
 public:
  QuoteSource(const GridConverter& grid, data::Series series) : grid_(grid), rows_(std::move(series)) {}
  [[nodiscard]] Result<std::optional<Tick>> next() override {
    TRY(const bool more, rows_.next());
    if (!more) return std::optional<Tick>();
    return Tick{rows_.time(), QuoteTick{grid_.price(rows_.value(QuoteColumn::bid), Rounding::floor),
                                        grid_.price(rows_.value(QuoteColumn::ask), Rounding::ceiling)}};
  }

 private:
  GridConverter grid_;
  RowCursor rows_;
};

/// Messages of a recorded book. Several recorded levels may fall on one tick; it shows their sum.
class BookSource final : public TickSource {
 public:
  BookSource(const GridConverter& grid, data::Series series) : grid_(grid), rows_(std::move(series)) {}
  [[nodiscard]] Result<std::optional<Tick>> next() override {
    BookTick book;
    for (;;) {
      TRY(const bool more, rows_.next());
      if (!more) return std::optional<Tick>();
      const std::int64_t flags = rows_.value(BookColumn::flags);
      if ((flags & data::kBookSnapshot) != 0 && !book.snapshot) {
        book.snapshot = true;
        for (auto& side : recorded_) side.clear();
      }
      take((flags & data::kBookSell) != 0 ? Side::sell : Side::buy, book.changes);
      if ((flags & data::kBookMessageEnd) != 0) return Tick{rows_.time(), std::move(book)};
    }
  }

 private:
  [[nodiscard]] RawPrice tick_of(Side side, std::int64_t recorded) const noexcept {
    // Away from the middle, so that rounding never crosses the sides.
    return grid_.price(recorded, side == Side::buy ? Rounding::floor : Rounding::ceiling);
  }

  void take(Side side, std::vector<BookLevelChange>& changes) {
    auto& levels = recorded_[static_cast<std::size_t>(side)];
    const std::int64_t price = rows_.value(BookColumn::price);
    const std::int64_t quantity = rows_.value(BookColumn::quantity);
    if (quantity == 0) {
      levels.erase(price);
    } else {
      levels[price] = quantity;
    }
    const RawPrice tick = tick_of(side, price);
    RawQuantity sum;
    auto first = levels.upper_bound(price);
    while (first != levels.begin() && tick_of(side, std::prev(first)->first) == tick) --first;
    for (auto at = first; at != levels.end() && tick_of(side, at->first) == tick; ++at) {
      sum += grid_.quantity(at->second);
    }
    changes.push_back({tick, sum, side});
  }

  GridConverter grid_;
  RowCursor rows_;
  std::array<std::map<std::int64_t, std::int64_t>, 2> recorded_;
};

class BarSource final : public TickSource {
 public:
  BarSource(const GridConverter& grid, DurationNs period, data::Series series)
      : grid_(grid), period_(period), rows_(std::move(series)) {}
  [[nodiscard]] Result<std::optional<Tick>> next() override {
    while (path_.empty()) {
      TRY(const bool more, rows_.next());
      if (!more) return std::optional<Tick>();
      walk_bar();
    }
    Tick tick = std::move(path_.front());
    path_.pop_front();
    return std::optional<Tick>(std::move(tick));
  }

 private:
  static constexpr std::int64_t kPointsPerLeg = 4;

  void walk_bar() {
    const std::int64_t open = rows_.value(BarColumn::open);
    const std::int64_t close = rows_.value(BarColumn::close);
    const std::int64_t high = rows_.value(BarColumn::high);
    const std::int64_t low = rows_.value(BarColumn::low);
    const bool rises = close >= open;
    const std::array<std::int64_t, 4> stations = {open, rises ? low : high, rises ? high : low, close};
    const std::int64_t volume = rows_.value(BarColumn::volume);
    constexpr std::int64_t kPoints = 3 * kPointsPerLeg + 1;
    std::int64_t before = open;
    for (std::int64_t i = 0; i < kPoints; ++i) {
      const auto leg = static_cast<std::size_t>(std::min<std::int64_t>(i / kPointsPerLeg, 2));
      const std::int64_t part = i - static_cast<std::int64_t>(leg) * kPointsPerLeg;
      const std::int64_t price = stations[leg] + (stations[leg + 1] - stations[leg]) * part / kPointsPerLeg;
      const TimeNs ts = rows_.value(BarColumn::ts_open) + (2 * i + 1) * period_ / (2 * kPoints);
      push(ts, price, before, volume == 0 ? 0 : std::max<std::int64_t>(1, volume / kPoints));
      before = price;
    }
  }

  void push(TimeNs ts, std::int64_t price, std::int64_t before, std::int64_t volume) {
    const RawPrice at = grid_.price(price);
    if (volume == 0) {
      path_.push_back({ts, QuoteTick{at, at + grid_.instrument().tick()}});
    } else {
      path_.push_back({ts, TradeTick{at, grid_.quantity(volume), price >= before ? Side::buy : Side::sell}});
    }
  }

  GridConverter grid_;
  DurationNs period_;
  RowCursor rows_;
  std::deque<Tick> path_;
};

}  // namespace

RawPrice GridConverter::price(std::int64_t recorded, Rounding mode) const noexcept {
  const RawPrice raw(rescaled(recorded, scales_.price, instrument_.price_scale(), mode));
  return std::max(instrument_.round_to_tick(raw, mode), instrument_.tick());
}

RawQuantity GridConverter::quantity(std::int64_t recorded) const noexcept {
  const RawQuantity raw(rescaled(recorded, scales_.quantity, instrument_.quantity_scale(), Rounding::down));
  return std::max(instrument_.floor_to_step(raw), RawQuantity(instrument_.terms().step.units));
}

std::unique_ptr<TickSource> make_tick_source(const Instrument& instrument, data::Series series) {
  const GridConverter grid(instrument, series.scales());
  const DurationNs period = series.key().timeframe.period_ns;
  switch (series.key().kind) {
    case data::DataKind::trade: return std::make_unique<TradeSource>(grid, std::move(series));
    case data::DataKind::quote: return std::make_unique<QuoteSource>(grid, std::move(series));
    case data::DataKind::book: return std::make_unique<BookSource>(grid, std::move(series));
    case data::DataKind::bar:
    case data::DataKind::funding: break;
  }
  return std::make_unique<BarSource>(grid, period, std::move(series));
}

}  // namespace kontor::emulator
