#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/codec.hpp"
#include "data/series_reader.hpp"
#include "model/instrument.hpp"
#include "model/market_data.hpp"

namespace kontor::simulation {

/// One dataset as a backtest reads it: rows in memory (or mapped), and how its times are to be understood.
struct FeedSource {
  InstrumentId instrument;
  data::LoadedSeries series;
  /// Added to every ts_venue of ticks: takes out the difference between the venue's clock and the recorder's,
  /// so that nothing is received before it happened.
  DurationNs clock_offset = 0;
  /// Added to ts_venue where the data has no receive time of its own (bars, and ticks recorded without one).
  DurationNs feed_latency = 0;
};

/// The offset by which `series` must be shifted so that the fastest datum took `least_latency`; zero if it is
/// not needed because nothing was received before it happened.
[[nodiscard]] DurationNs clock_offset_of(const data::LoadedSeries& series, DurationNs least_latency);

/// Which of both sides of a datum a cursor follows: when it happened at the venue, or when we received it.
enum class FeedSide : std::uint8_t { venue, received };

/// Walks one source in time order on one side. `next_time()` is the time of the datum that `take()` will
/// give. Venue times never go back and are never later than the receive time; the order is that of the
/// recording.
class FeedCursor {
 public:
  // Trades, quotes and books begin with both times, in this order.
  static constexpr std::size_t kVenueTime = 0;
  static constexpr std::size_t kReceiveTime = 1;

  FeedCursor(const FeedSource& source, FeedSide side);

  [[nodiscard]] TimeNs next_time() const noexcept { return next_time_; }  ///< kTimeMax at the end
  [[nodiscard]] data::DataKind kind() const noexcept { return kind_; }

  // Each gives the datum at the cursor and steps over it; the kind must fit. Built into the loop that calls
  // them, they only fetch the fields that it looks at.
  [[gnu::always_inline]] Bar take_bar() noexcept {
    Bar bar;
    bar.instrument = source_->instrument;
    bar.timeframe = timeframe_;
    bar.ts_open = columns_[0][row_];
    bar.ts_venue = bar.ts_open + timeframe_.period_ns;
    bar.ts_recv = next_time_;
    bar.open = RawPrice(at(data::BarColumn::open));
    bar.high = RawPrice(at(data::BarColumn::high));
    bar.low = RawPrice(at(data::BarColumn::low));
    bar.close = RawPrice(at(data::BarColumn::close));
    bar.volume = RawQuantity(at(data::BarColumn::volume));
    advance(1);
    return bar;
  }
  [[gnu::always_inline]] Trade take_trade() noexcept {
    Trade trade;
    trade.instrument = source_->instrument;
    trade.ts_venue = venue_time();
    trade.ts_recv = next_time_;
    trade.price = RawPrice(at(data::TradeColumn::price));
    trade.quantity = RawQuantity(at(data::TradeColumn::quantity));
    trade.id = TradeId(static_cast<std::uint64_t>(at(data::TradeColumn::id)));
    trade.aggressor = at(data::TradeColumn::aggressor_side) == 0 ? Side::buy : Side::sell;
    advance(1);
    return trade;
  }
  /// The bars from the cursor to the end of the chunk, each received `lag` after its end; the kind must fit.
  [[nodiscard]] BarRows bars_ahead(DurationNs lag) const noexcept {
    const auto column = [this](data::BarColumn which) {
      return columns_[static_cast<std::size_t>(which)] + row_;
    };
    using enum data::BarColumn;
    return {source_->instrument, timeframe_,   lag,         rows_ - row_,  columns_[0] + row_,
            column(open),        column(high), column(low), column(close), column(volume)};
  }
  /// One side's way through trades in memory, from its cursor to the end of the chunk.
  class TradeWalk {
   public:
    explicit TradeWalk(const FeedCursor& cursor) noexcept
        : cursor_(cursor), row_(cursor.row_), last_(cursor.rows_ - 1), time_(cursor.next_time_) {}
    /// When the trade at hand happens on this side.
    [[nodiscard]] TimeNs time() const noexcept { return time_; }
    [[nodiscard]] std::size_t row() const noexcept { return row_; }
    /// True where the chunk has no further one.
    [[nodiscard]] bool is_last() const noexcept { return row_ >= last_; }
    [[gnu::always_inline]] void next() noexcept {
      ++row_;
      time_ = std::max(time_, cursor_.tick_time(row_));
    }
    /// Of the trade at hand, or one so many rows later.
    [[nodiscard]] RawPrice price(std::size_t later = 0) const noexcept {
      return RawPrice(cursor_.columns_[static_cast<std::size_t>(data::TradeColumn::price)][row_ + later]);
    }
    [[nodiscard]] Trade received_trade() const noexcept {
      Trade trade;
      trade.instrument = cursor_.source_->instrument;
      trade.ts_venue = at(data::TradeColumn::ts_venue) + cursor_.source_->clock_offset;
      trade.ts_recv = time_;
      trade.price = price();
      trade.quantity = RawQuantity(at(data::TradeColumn::quantity));
      trade.id = TradeId(static_cast<std::uint64_t>(at(data::TradeColumn::id)));
      trade.aggressor = at(data::TradeColumn::aggressor_side) == 0 ? Side::buy : Side::sell;
      return trade;
    }

   private:
    [[nodiscard]] std::int64_t at(data::TradeColumn column) const noexcept {
      return cursor_.columns_[static_cast<std::size_t>(column)][row_];
    }

    const FeedCursor& cursor_;
    std::size_t row_;
    std::size_t last_;
    TimeNs time_;
  };
  [[nodiscard]] InstrumentId instrument() const noexcept { return source_->instrument; }
  /// True if both read the same memory; where neither is at the end, both walks end where it ends.
  [[nodiscard]] bool shares_chunk_with(const FeedCursor& other) const noexcept {
    return chunk_ == other.chunk_ && source_ == other.source_;
  }
  /// Goes to a row that a walk from here has come to, and the time that it has there.
  void go_to_trade(std::size_t row, TimeNs time) noexcept {
    last_time_ = time;
    advance(row - row_);
  }
  /// Steps over bars that were read from bars_ahead().
  void skip_bars(std::size_t count) noexcept { advance(count); }
  /// True if both stand at the same datum of the same source.
  [[nodiscard]] bool is_level_with(const FeedCursor& other) const noexcept {
    return row_ == other.row_ && chunk_ == other.chunk_ && source_ == other.source_;
  }
  /// The trade at the cursor as a cursor of the other side, level with this one, has read it already: sets
  /// the times to those of this side and steps over it.
  [[gnu::always_inline]] void take_again(Trade& trade) noexcept {
    trade.ts_venue = venue_time();
    trade.ts_recv = next_time_;
    advance(1);
  }
  // A cursor of bars or funding beside one of the other side of the same source, which went on for both.
  /// How much later than that one it gives the same datum.
  [[nodiscard]] DurationNs lag_behind(const FeedCursor& other) const noexcept {
    return shift_ - other.shift_;
  }
  /// Goes where the other one stands.
  void stand_with(const FeedCursor& other) noexcept;
  /// Goes to the datum before the one where the other one stands; there must be one.
  void stand_before(const FeedCursor& other) noexcept;

  /// Where it stands, and by load() back there. Whatever is not a place in the source is bad data.
  void save(Encoder& encoder) const;
  [[nodiscard]] bool load(Decoder& decoder) noexcept;

  Quote take_quote() noexcept;
  /// The changes are valid until the next take.
  BookUpdate take_book() noexcept;
  FundingRate take_funding() noexcept;

 private:
  void enter_chunk() noexcept;
  /// When the tick at the cursor happened. At the venue time never goes back, whatever a stamp says.
  [[nodiscard]] TimeNs venue_time() const noexcept {
    return side_ == FeedSide::venue ? next_time_ : columns_[kVenueTime][row_] + source_->clock_offset;
  }
  [[gnu::always_inline]] void advance(std::size_t rows) noexcept {
    row_ += rows;
    if (row_ >= rows_) {
      ++chunk_;
      enter_chunk();
    }
    look();
  }
  /// Finds the time of the datum at the cursor.
  void look() noexcept {
    if (row_ >= rows_) {
      next_time_ = kTimeMax;
    } else if (!is_tick_) {
      next_time_ = columns_[0][row_] + shift_;
    } else {
      look_at_tick();
    }
  }
  void look_at_tick() noexcept {
    last_time_ = std::max(last_time_, tick_time(row_));
    next_time_ = last_time_;
  }
  /// When a tick happens on this side, were it not for those before it.
  [[nodiscard]] TimeNs tick_time(std::size_t row) const noexcept {
    const TimeNs recorded = columns_[kVenueTime][row];
    TimeNs received = columns_[kReceiveTime][row];
    if (received == recorded) received += source_->feed_latency;
    return side_ == FeedSide::received ? received : std::min(recorded + source_->clock_offset, received);
  }
  template <class Column>
  [[nodiscard]] std::int64_t at(Column column) const noexcept {
    return columns_[static_cast<std::size_t>(column)][row_];
  }

  const FeedSource* source_;
  FeedSide side_;
  data::DataKind kind_;
  Timeframe timeframe_;
  bool is_tick_ = false;  ///< has a receive time of its own
  DurationNs shift_ = 0;  ///< of bars and funding: from the first column to the time on this side
  std::uint8_t rate_scale_ = 0;
  std::size_t chunk_ = 0;
  std::size_t row_ = 0;
  std::size_t rows_ = 0;
  std::array<const std::int64_t*, data::kMaxColumns> columns_{};
  TimeNs last_time_ = kTimeMin;  ///< of the datum before, which the next one is never earlier than
  TimeNs next_time_ = kTimeMax;
  std::vector<BookLevelChange> changes_;
};

/// All sources on one side, merged by time; equal times in the order of the sources.
class MarketFeed {
 public:
  MarketFeed(const std::vector<FeedSource>& sources, FeedSide side);
  MarketFeed(const MarketFeed&) = delete;
  MarketFeed& operator=(const MarketFeed&) = delete;

  [[nodiscard]] TimeNs next_time() const noexcept { return next_time_; }
  /// The source whose datum is next; it must be stepped by one of its take functions, then settle() called.
  [[nodiscard]] FeedCursor& next() noexcept { return *next_; }
  /// The place in all sources, with what tells them from others. Error bad_data: saved over other data.
  void save(Encoder& encoder) const;
  [[nodiscard]] Result<void> load(Decoder& decoder);

  void settle() noexcept {
    if (single_) {
      next_time_ = next_->next_time();
    } else {
      choose();
    }
  }

 private:
  void choose() noexcept;

  std::string identity_;  ///< of the sources
  std::vector<FeedCursor> cursors_;
  FeedCursor* next_ = nullptr;
  bool single_ = false;
  TimeNs next_time_ = kTimeMax;
};

}  // namespace kontor::simulation
