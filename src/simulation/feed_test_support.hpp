#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "simulation/feed.hpp"
#include "tests/support/instruments.hpp"

/// Feeds in memory for the tests of this room.
namespace kontor::simulation::test {

using namespace kontor::test;  // NOLINT(google-build-using-namespace): test support builds on test support

/// 2025-01-01T00:00:00Z, a Wednesday.
inline constexpr TimeNs kStart = 1'735'689'600 * kSecond;

struct BarRow {
  std::int64_t open = 0;
  std::int64_t high = 0;
  std::int64_t low = 0;
  std::int64_t close = 0;
  std::int64_t volume = 1'000'000;
};

inline FeedSource source_of(const InstrumentTable& table, InstrumentId id, data::Batch batch,
                            Timeframe timeframe = Timeframe{kMinute}) {
  const Instrument& instrument = table[id];
  batch.price_scale = instrument.price_scale();
  batch.quantity_scale = instrument.quantity_scale();
  data::DatasetKey key{instrument.name(), batch.kind, timeframe};
  auto loaded = data::LoadedSeries::load(data::Series(std::move(key), std::move(batch)));
  EXPECT_TRUE(loaded) << loaded.error().message;
  return {id, std::move(*loaded), 0, 0};
}

/// Bars without holes from `first` on, in raw units.
inline FeedSource bars(const InstrumentTable& table, InstrumentId id, const std::vector<BarRow>& rows,
                       TimeNs first = kStart, Timeframe timeframe = Timeframe{kMinute}) {
  data::Batch batch(data::DataKind::bar);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t values[] = {first + static_cast<std::int64_t>(i) * timeframe.period_ns,
                                   rows[i].open,
                                   rows[i].high,
                                   rows[i].low,
                                   rows[i].close,
                                   rows[i].volume,
                                   1};
    for (std::size_t column = 0; column < batch.columns.size(); ++column)
      batch.columns[column].push_back(values[column]);
  }
  return source_of(table, id, std::move(batch), timeframe);
}

struct TradeRow {
  TimeNs ts_venue = 0;
  TimeNs ts_recv = 0;
  std::int64_t price = 0;
  std::int64_t quantity = 1;
  Side aggressor = Side::buy;
};

inline FeedSource trades(const InstrumentTable& table, InstrumentId id, const std::vector<TradeRow>& rows) {
  data::Batch batch(data::DataKind::trade);
  std::int64_t number = 0;
  for (const TradeRow& row : rows) {
    const std::int64_t values[] = {row.ts_venue, row.ts_recv, row.price,
                                   row.quantity, ++number,    row.aggressor == Side::buy ? 0 : 1};
    for (std::size_t column = 0; column < batch.columns.size(); ++column)
      batch.columns[column].push_back(values[column]);
  }
  return source_of(table, id, std::move(batch));
}

struct QuoteRow {
  TimeNs ts_venue = 0;
  TimeNs ts_recv = 0;
  std::int64_t bid = 0;
  std::int64_t ask = 0;
  std::int64_t size = 1;
};

inline FeedSource quotes(const InstrumentTable& table, InstrumentId id, const std::vector<QuoteRow>& rows) {
  data::Batch batch(data::DataKind::quote);
  for (const QuoteRow& row : rows) {
    const std::int64_t values[] = {row.ts_venue, row.ts_recv, row.bid, row.ask, row.size, row.size};
    for (std::size_t column = 0; column < batch.columns.size(); ++column)
      batch.columns[column].push_back(values[column]);
  }
  return source_of(table, id, std::move(batch));
}

/// One venue message of a book.
struct BookMessage {
  TimeNs ts_venue = 0;
  TimeNs ts_recv = 0;
  bool snapshot = false;
  std::vector<BookLevelChange> changes;
};

inline FeedSource book(const InstrumentTable& table, InstrumentId id,
                       const std::vector<BookMessage>& messages) {
  data::Batch batch(data::DataKind::book);
  for (const BookMessage& message : messages) {
    for (std::size_t i = 0; i < message.changes.size(); ++i) {
      const BookLevelChange& change = message.changes[i];
      const std::int64_t flags = (change.side == Side::sell ? data::kBookSell : 0) |
                                 (message.snapshot ? data::kBookSnapshot : 0) |
                                 (i + 1 == message.changes.size() ? data::kBookMessageEnd : 0);
      const std::int64_t values[] = {message.ts_venue, message.ts_recv, change.price.units,
                                     change.quantity.units, flags};
      for (std::size_t column = 0; column < batch.columns.size(); ++column)
        batch.columns[column].push_back(values[column]);
    }
  }
  return source_of(table, id, std::move(batch));
}

struct FundingRow {
  TimeNs ts_venue = 0;
  std::int64_t rate_millionths = 0;
  std::int64_t mark = 0;
};

inline FeedSource funding(const InstrumentTable& table, InstrumentId id,
                          const std::vector<FundingRow>& rows) {
  data::Batch batch(data::DataKind::funding);
  batch.rate_scale = 6;
  for (const FundingRow& row : rows) {
    const std::int64_t values[] = {row.ts_venue, row.rate_millionths, row.mark};
    for (std::size_t column = 0; column < batch.columns.size(); ++column)
      batch.columns[column].push_back(values[column]);
  }
  return source_of(table, id, std::move(batch));
}

}  // namespace kontor::simulation::test
