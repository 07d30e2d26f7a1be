#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/prng.hpp"
#include "base/sha256.hpp"
#include "base/time.hpp"
#include "data/catalogue.hpp"
#include "data/catalogue_columns.hpp"
#include "tests/support/test_data.hpp"

/// Batches of every kind and a look at whole folders, for the tests of the store.
namespace kontor::data::test {

using kontor::test::read_file;
using kontor::test::write_file;

inline constexpr TimeNs kMay2025 = 1'746'057'600'000'000'000;  // 2025-05-01
inline constexpr Timeframe kOneMinute{kMinute};

inline DatasetKey key_of(DataKind kind, Timeframe timeframe = kOneMinute) {
  return {InstrumentName{"binance", "BTCUSDT"}, kind, timeframe};
}

inline void add_row(Batch& batch, std::initializer_list<std::int64_t> values) {
  std::size_t column = 0;
  for (const auto value : values) batch.columns[column++].push_back(value);
}

inline Batch make_bars(TimeNs from, std::size_t count, std::uint64_t seed = 1, DurationNs step = kMinute) {
  Prng prng(seed);
  Batch batch(DataKind::bar);
  batch.price_scale = 2;
  batch.quantity_scale = 5;
  std::int64_t price = 9'500'000;
  for (std::size_t i = 0; i < count; ++i) {
    const auto open = price;
    price += static_cast<std::int64_t>(prng.below(2001)) - 1000;
    const auto high = std::max(open, price) + static_cast<std::int64_t>(prng.below(500));
    const auto low = std::min(open, price) - static_cast<std::int64_t>(prng.below(500));
    add_row(batch, {from + static_cast<TimeNs>(i) * step, open, high, low, price,
                    static_cast<std::int64_t>(prng.below(5'000'000)),
                    static_cast<std::int64_t>(prng.below(500)) + 1});
  }
  return batch;
}

inline Batch make_ticks(DataKind kind, TimeNs from, std::size_t count, std::uint64_t seed = 1) {
  Prng prng(seed);
  Batch batch(kind);
  batch.price_scale = 2;
  batch.quantity_scale = 3;
  TimeNs time = from;
  std::int64_t price = 6'000'000;
  bool message_open = false;
  for (std::size_t i = 0; i < count; ++i) {
    if (!message_open) time += static_cast<TimeNs>(prng.below(200)) * kMillisecond + 1;
    price += static_cast<std::int64_t>(prng.below(21)) - 10;
    const auto size = static_cast<std::int64_t>(prng.below(10'000)) + 1;
    const TimeNs venue = time - time % kMillisecond;
    if (kind == DataKind::trade) {
      add_row(batch, {venue, time, price, size, static_cast<std::int64_t>(seed * 1'000'000 + i + 1),
                      static_cast<std::int64_t>(prng.below(2))});
    } else if (kind == DataKind::quote) {
      add_row(batch, {venue, time, price, price + 1, size, size + 1});
    } else {
      message_open = i + 1 < count && prng.below(4) != 0;
      add_row(batch, {venue, time, price, size,
                      static_cast<std::int64_t>(prng.below(2)) | (message_open ? 0 : kBookMessageEnd)});
    }
  }
  return batch;
}

inline Batch make_funding(TimeNs from, std::size_t count) {
  Batch batch(DataKind::funding);
  batch.price_scale = 1;
  batch.rate_scale = 8;
  for (std::size_t i = 0; i < count; ++i) {
    const TimeNs time = from + static_cast<TimeNs>(i) * 8 * kHour;
    add_row(batch, {time, 10'000 - time / (8 * kHour) % 97 * 37, 950'001});
  }
  return batch;
}

/// Rows of any kind from a time on.
inline Batch make_rows(DataKind kind, TimeNs from, std::size_t count, std::uint64_t seed = 1) {
  if (kind == DataKind::bar) return make_bars(from, count, seed);
  if (kind == DataKind::funding) return make_funding(from, count);
  return make_ticks(kind, from, count, seed);
}

/// The rows before `begin` and those from `end` on.
inline Batch without_rows(const Batch& batch, std::size_t begin, std::size_t end) {
  Batch kept(batch.kind);
  set_scales(kept, scales_of(batch));
  append_rows(kept, batch, 0, begin);
  append_rows(kept, batch, end, batch.rows());
  return kept;
}

inline constexpr DataKind kAllKinds[] = {DataKind::bar, DataKind::trade, DataKind::quote, DataKind::book,
                                         DataKind::funding};

/// The value of a Result that must be there.
template <class T>
T take(Result<T> result) {
  if (!result) throw std::runtime_error("unexpected error: " + result.error().message);
  return std::move(*result);
}
inline void take(Result<void> result) {
  if (!result) throw std::runtime_error("unexpected error: " + result.error().message);
}

/// All rows of a series in one batch.
inline Batch collect(const Series& series) {
  Batch batch(series.key().kind);
  set_scales(batch, series.scales());
  SeriesReader reader(series);
  while (take(reader.next())) {
    for (std::size_t c = 0; c < batch.columns.size(); ++c) {
      const auto values = reader.view().columns[c];
      batch.columns[c].insert(batch.columns[c].end(), values.begin(), values.end());
    }
  }
  return batch;
}

inline WriteSummary write(const Catalogue& store, const DatasetKey& key, Batch batch,
                          WriteOptions options = {}) {
  auto transaction = take(store.begin(std::move(options)));
  take(transaction.add(key, std::move(batch)));
  return take(transaction.commit());
}

/// Path, hash of the content and, `with_identity`, inode and time of change of everything in a store but its
/// lock.
inline std::map<std::string, std::string> snapshot(const std::filesystem::path& folder,
                                                   bool with_identity = true) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const auto name = std::filesystem::relative(entry.path(), folder).string();
    if (name == ".lock") continue;
    std::string value = entry.is_directory() ? "folder" : sha256_hex(read_file(entry.path()));
    struct stat status{};
    ::stat(entry.path().c_str(), &status);
    if (with_identity && !entry.is_directory()) {
      value += "|" + std::to_string(status.st_ino) + "|" + std::to_string(status.st_mtim.tv_sec) + "." +
               std::to_string(status.st_mtim.tv_nsec);
    }
    files[name] = value;
  }
  return files;
}

}  // namespace kontor::data::test
