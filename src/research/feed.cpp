#include "research/feed.hpp"

#include <algorithm>

namespace kontor::research {

using data::BarColumn;
using data::BookColumn;
using data::DataKind;
using data::FundingColumn;
using data::QuoteColumn;
using data::TradeColumn;

namespace {

template <class Column>
constexpr std::size_t index_of(Column column) noexcept {
  return static_cast<std::size_t>(column);
}

// Trades, quotes and books begin with both times, in this order.
constexpr std::size_t kVenueTime = 0;
constexpr std::size_t kReceiveTime = 1;
static_assert(index_of(TradeColumn::ts_venue) == kVenueTime && index_of(TradeColumn::ts_recv) == kReceiveTime);
static_assert(index_of(QuoteColumn::ts_venue) == kVenueTime && index_of(QuoteColumn::ts_recv) == kReceiveTime);
static_assert(index_of(BookColumn::ts_venue) == kVenueTime && index_of(BookColumn::ts_recv) == kReceiveTime);

bool has_receive_time(DataKind kind) noexcept { return kind != DataKind::bar && kind != DataKind::funding; }

}  // namespace

DurationNs clock_offset_of(const data::LoadedSeries& series, DurationNs least_latency) {
  if (!has_receive_time(series.series().key().kind)) return 0;
  DurationNs least = INT64_MAX;
  for (const auto& chunk : series.chunks()) {
    const auto venue = chunk.columns[kVenueTime];
    const auto received = chunk.columns[kReceiveTime];
    for (std::size_t i = 0; i < venue.size(); ++i) least = std::min(least, received[i] - venue[i]);
  }
  return least < 0 ? least - least_latency : 0;
}

FeedCursor::FeedCursor(const FeedSource& source, FeedSide side)
    : source_(&source),
      side_(side),
      kind_(source.series.series().key().kind),
      timeframe_(source.series.series().key().timeframe),
      rate_scale_(source.series.series().scales().rate) {
  enter_chunk();
  look();
}

void FeedCursor::enter_chunk() noexcept {
  const auto& chunks = source_->series.chunks();
  row_ = 0;
  rows_ = chunk_ < chunks.size() ? chunks[chunk_].rows() : 0;
  if (rows_ == 0) return;
  for (std::size_t i = 0; i < data::column_count(kind_); ++i) columns_[i] = chunks[chunk_].columns[i].data();
}

void FeedCursor::advance(std::size_t rows) noexcept {
  row_ += rows;
  if (row_ >= rows_) {
    ++chunk_;
    enter_chunk();
  }
  look();
}

void FeedCursor::look() noexcept {
  if (row_ >= rows_) {
    next_time_ = kTimeMax;
    return;
  }
  if (kind_ == DataKind::bar) {
    const TimeNs closed = at(index_of(BarColumn::ts_open)) + timeframe_.period_ns;
    next_time_ = side_ == FeedSide::venue ? closed : closed + source_->feed_latency;
    return;
  }
  if (kind_ == DataKind::funding) {
    next_time_ = at(index_of(FundingColumn::ts_venue)) + (side_ == FeedSide::venue ? 0 : source_->feed_latency);
    return;
  }
  TimeNs received = at(kReceiveTime);
  const TimeNs happened = at(kVenueTime) + source_->clock_offset;
  if (received == at(kVenueTime)) received += source_->feed_latency;
  if (side_ == FeedSide::received) {
    next_time_ = std::max(next_time_ == kTimeMax ? kTimeMin : next_time_, received);
    return;
  }
  venue_time_ = std::max(venue_time_, std::min(happened, received));
  next_time_ = venue_time_;
}

Bar FeedCursor::take_bar() noexcept {
  Bar bar;
  bar.instrument = source_->instrument;
  bar.timeframe = timeframe_;
  bar.ts_open = at(index_of(BarColumn::ts_open));
  bar.ts_venue = bar.ts_open + timeframe_.period_ns;
  bar.ts_recv = next_time_;
  bar.open = RawPrice(at(index_of(BarColumn::open)));
  bar.high = RawPrice(at(index_of(BarColumn::high)));
  bar.low = RawPrice(at(index_of(BarColumn::low)));
  bar.close = RawPrice(at(index_of(BarColumn::close)));
  bar.volume = RawQuantity(at(index_of(BarColumn::volume)));
  advance(1);
  return bar;
}

Trade FeedCursor::take_trade() noexcept {
  Trade trade;
  trade.instrument = source_->instrument;
  trade.ts_venue = at(kVenueTime) + source_->clock_offset;
  trade.ts_recv = next_time_;
  trade.price = RawPrice(at(index_of(TradeColumn::price)));
  trade.quantity = RawQuantity(at(index_of(TradeColumn::quantity)));
  trade.id = TradeId(static_cast<std::uint64_t>(at(index_of(TradeColumn::id))));
  trade.aggressor = at(index_of(TradeColumn::aggressor_side)) == 0 ? Side::buy : Side::sell;
  advance(1);
  return trade;
}

Quote FeedCursor::take_quote() noexcept {
  Quote quote;
  quote.instrument = source_->instrument;
  quote.ts_venue = at(kVenueTime) + source_->clock_offset;
  quote.ts_recv = next_time_;
  quote.bid = RawPrice(at(index_of(QuoteColumn::bid)));
  quote.ask = RawPrice(at(index_of(QuoteColumn::ask)));
  quote.bid_quantity = RawQuantity(at(index_of(QuoteColumn::bid_quantity)));
  quote.ask_quantity = RawQuantity(at(index_of(QuoteColumn::ask_quantity)));
  advance(1);
  return quote;
}

BookUpdate FeedCursor::take_book() noexcept {
  BookUpdate update;
  update.instrument = source_->instrument;
  update.ts_venue = at(kVenueTime) + source_->clock_offset;
  update.ts_recv = next_time_;
  const auto* prices = columns_[index_of(BookColumn::price)];
  const auto* quantities = columns_[index_of(BookColumn::quantity)];
  const auto* flags = columns_[index_of(BookColumn::flags)];
  update.snapshot = (flags[row_] & data::kBookSnapshot) != 0;
  changes_.clear();
  std::size_t row = row_;
  for (bool ended = false; row < rows_ && !ended; ++row) {
    const std::int64_t flag = flags[row];
    changes_.push_back({RawPrice(prices[row]), RawQuantity(quantities[row]),
                        (flag & data::kBookSell) != 0 ? Side::sell : Side::buy});
    ended = (flag & data::kBookMessageEnd) != 0;
  }
  update.changes = changes_;
  advance(row - row_);
  return update;
}

FundingRate FeedCursor::take_funding() noexcept {
  FundingRate funding;
  funding.instrument = source_->instrument;
  funding.ts_venue = at(index_of(FundingColumn::ts_venue));
  funding.ts_recv = next_time_;
  funding.rate = Decimal{at(index_of(FundingColumn::rate)), rate_scale_};
  funding.mark = RawPrice(at(index_of(FundingColumn::mark)));
  advance(1);
  return funding;
}

MarketFeed::MarketFeed(const std::vector<FeedSource>& sources, FeedSide side) {
  cursors_.reserve(sources.size());
  for (const auto& source : sources) cursors_.emplace_back(source, side);
  choose();
}

void MarketFeed::choose() noexcept {
  next_time_ = kTimeMax;
  for (std::size_t i = 0; i < cursors_.size(); ++i) {
    if (cursors_[i].next_time() < next_time_) {
      next_time_ = cursors_[i].next_time();
      next_ = i;
    }
  }
}

}  // namespace kontor::research
