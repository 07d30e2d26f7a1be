#include "simulation/feed.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kontor::simulation {

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

static_assert(index_of(BarColumn::ts_open) == 0 && index_of(FundingColumn::ts_venue) == 0);
static_assert(index_of(TradeColumn::ts_venue) == FeedCursor::kVenueTime &&
              index_of(TradeColumn::ts_recv) == FeedCursor::kReceiveTime);
static_assert(index_of(QuoteColumn::ts_venue) == FeedCursor::kVenueTime &&
              index_of(QuoteColumn::ts_recv) == FeedCursor::kReceiveTime);
static_assert(index_of(BookColumn::ts_venue) == FeedCursor::kVenueTime &&
              index_of(BookColumn::ts_recv) == FeedCursor::kReceiveTime);

bool has_receive_time(DataKind kind) noexcept { return kind != DataKind::bar && kind != DataKind::funding; }

}  // namespace

DurationNs clock_offset_of(const data::LoadedSeries& series, DurationNs least_latency) {
  if (!has_receive_time(series.series().key().kind)) return 0;
  DurationNs least = INT64_MAX;
  for (const auto& chunk : series.chunks()) {
    const auto venue = chunk.columns[FeedCursor::kVenueTime];
    const auto received = chunk.columns[FeedCursor::kReceiveTime];
    for (std::size_t i = 0; i < venue.size(); ++i) least = std::min(least, received[i] - venue[i]);
  }
  return least < 0 ? least - least_latency : 0;
}

FeedCursor::FeedCursor(const FeedSource& source, FeedSide side)
    : source_(&source),
      side_(side),
      kind_(source.series.series().key().kind),
      timeframe_(source.series.series().key().timeframe),
      is_tick_(has_receive_time(kind_)),
      rate_scale_(source.series.series().scales().rate) {
  shift_ = (kind_ == DataKind::bar ? timeframe_.period_ns : 0) +
           (side == FeedSide::received ? source.feed_latency : 0);
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

void FeedCursor::stand_with(const FeedCursor& other) noexcept {
  ASSERT(source_ == other.source_ && !is_tick_);
  chunk_ = other.chunk_;
  enter_chunk();
  row_ = other.row_;
  look();
}

void FeedCursor::stand_before(const FeedCursor& other) noexcept {
  stand_with(other);
  while (row_ == 0) {
    ASSERT(chunk_ != 0);
    --chunk_;
    enter_chunk();
    row_ = rows_;
  }
  --row_;
  look();
}

void FeedCursor::save(Encoder& encoder) const {
  encode_into(encoder, static_cast<std::uint64_t>(chunk_));
  encode_into(encoder, static_cast<std::uint64_t>(row_));
  encode_into(encoder, last_time_);
}

bool FeedCursor::load(Decoder& decoder) noexcept {
  std::uint64_t chunk = 0;
  std::uint64_t row = 0;
  decode_from(decoder, chunk);
  decode_from(decoder, row);
  decode_from(decoder, last_time_);
  if (decoder.failed() || chunk > source_->series.chunks().size()) return false;
  chunk_ = chunk;
  enter_chunk();
  if (row > rows_ || (row == rows_ && rows_ != 0)) return false;
  row_ = row;
  look();
  return true;
}

Quote FeedCursor::take_quote() noexcept {
  Quote quote;
  quote.instrument = source_->instrument;
  quote.ts_venue = venue_time();
  quote.ts_recv = next_time_;
  quote.bid = RawPrice(at(QuoteColumn::bid));
  quote.ask = RawPrice(at(QuoteColumn::ask));
  quote.bid_quantity = RawQuantity(at(QuoteColumn::bid_quantity));
  quote.ask_quantity = RawQuantity(at(QuoteColumn::ask_quantity));
  advance(1);
  return quote;
}

BookUpdate FeedCursor::take_book() noexcept {
  BookUpdate update;
  update.instrument = source_->instrument;
  update.ts_venue = venue_time();
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
  funding.ts_venue = at(FundingColumn::ts_venue);
  funding.ts_recv = next_time_;
  funding.rate = Decimal{at(FundingColumn::rate), rate_scale_};
  funding.mark = RawPrice(at(FundingColumn::mark));
  advance(1);
  return funding;
}

MarketFeed::MarketFeed(const std::vector<FeedSource>& sources, FeedSide side) {
  cursors_.reserve(sources.size());
  for (const auto& source : sources) cursors_.emplace_back(source, side);
  for (const auto& source : sources) {
    const auto& series = source.series.series();
    identity_ +=
        fmt::format("{} {} {} {} {} {} {};", source.instrument.value, static_cast<int>(series.key().kind),
                    series.key().timeframe.period_ns, series.empty() ? 0 : series.first(),
                    series.empty() ? 0 : series.last(), source.clock_offset, source.feed_latency);
  }
  identity_ += side == FeedSide::venue ? "venue" : "received";
  single_ = cursors_.size() == 1;
  next_ = cursors_.data();
  choose();
}

void MarketFeed::save(Encoder& encoder) const {
  encode_into(encoder, identity_);
  for (const auto& cursor : cursors_) cursor.save(encoder);
}

Result<void> MarketFeed::load(Decoder& decoder) {
  std::string identity;
  decode_from(decoder, identity);
  if (decoder.failed() || identity != identity_)
    return fail(ErrorKind::bad_data, "expected a place in the same data, found one in other data");
  for (auto& cursor : cursors_) {
    if (!cursor.load(decoder)) return fail(ErrorKind::bad_data, "expected a place in the data, found none");
  }
  choose();
  return {};
}

void MarketFeed::choose() noexcept {
  next_time_ = kTimeMax;
  for (auto& cursor : cursors_) {
    if (cursor.next_time() >= next_time_) continue;
    next_time_ = cursor.next_time();
    next_ = &cursor;
  }
}

}  // namespace kontor::simulation
