#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "data/csv_number.hpp"
#include "data/import_rows.hpp"

namespace kontor::data {

/// The new quantity at one price, as a venue's message gives it.
struct BookChange {
  CsvNumber price;
  CsvNumber quantity;
  bool sell = false;
};

/// One order-book message of a venue.
struct BookMessage {
  TimeNs ts_venue = 0;
  TimeNs ts_recv = 0;
  std::int64_t first_id = 0;                ///< first update inside (Binance `U`)
  std::int64_t last_id = 0;                 ///< last update inside (`u`, `lastUpdateId`)
  std::optional<std::int64_t> previous_id;  ///< last update of the message before (`pu`, futures only)
  std::vector<BookChange> changes;
};

/// Appends a message's changes as rows; `replaces` makes it a snapshot. A message without changes makes no
/// rows. False if a number does not fit.
[[nodiscard]] bool append_message(RowCollector& rows, const BookMessage& message, bool replaces);

/// Brings the depth stream of a Binance recording into the order in which a book can be built from it, by the
/// venue's rules (spot: updates are numbered without a hole; futures: `pu` names the message before).
///
/// - Changes before the first snapshot are left out if that comes within a minute; else they are kept,
/// because the
///   recording may go on where an earlier one ended.
/// - A snapshot answers a request and may be older than changes received before it: those are repeated behind
/// it.
/// - Where messages are missing, the first one behind the gap is marked as a snapshot: the book starts over
/// with what
///   is known to be true instead of keeping what may be wrong.
class BookSequence {
 public:
  explicit BookSequence(RowCollector& rows) : rows_(rows) {}

  // Each is false if a number does not fit 64 bits.
  [[nodiscard]] bool change(BookMessage message, std::uint64_t line);
  [[nodiscard]] bool snapshot(const BookMessage& message, std::uint64_t line);
  [[nodiscard]] bool finish();

  /// Warnings for what was odd, each with its first line.
  void report(ImportSink& sink, std::string_view document) const;

 private:
  struct Count {
    std::uint64_t count = 0;
    std::uint64_t first_line = 0;
    void add(std::uint64_t line) noexcept {
      if (count++ == 0) first_line = line;
    }
  };

  [[nodiscard]] bool follows(const BookMessage& message) const noexcept;
  [[nodiscard]] bool emit(const BookMessage& message);
  [[nodiscard]] bool start_without_snapshot();

  RowCollector& rows_;
  std::deque<BookMessage> recent_;       ///< held back before the start, then kept for late snapshots
  std::optional<std::int64_t> last_id_;  ///< newest update that is in the book
  bool last_was_snapshot_ = false;
  bool started_ = false;
  bool starts_over_ = false;
  bool without_snapshot_ = false;
  Count gaps_;
  Count stale_;
  Count late_snapshots_;
};

}  // namespace kontor::data
