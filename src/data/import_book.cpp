#include "data/import_book.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kontor::data {
namespace {

constexpr DurationNs kLongestWaitForSnapshot = kMinute;
constexpr std::size_t kMaxHeldBack = 20'000;
constexpr std::size_t kMaxRecent = 2'000;

/// True if a snapshot that ends with update `id` can be followed by this message.
bool continues_snapshot(const BookMessage& message, std::int64_t id) noexcept {
  return message.first_id - 1 <= id || (message.previous_id && *message.previous_id <= id);
}

/// True if the message has nothing that a snapshot ending with update `id` does not have.
bool older_than_snapshot(const BookMessage& message, std::int64_t id) noexcept {
  return message.last_id <= id;
}

}  // namespace

bool append_message(RowCollector& rows, const BookMessage& message, bool replaces) {
  const std::size_t count = message.changes.size();
  for (std::size_t i = 0; i < count; ++i) {
    const BookChange& change = message.changes[i];
    rows.put(BookColumn::ts_venue, message.ts_venue);
    rows.put(BookColumn::ts_recv, message.ts_recv);
    rows.put_price(BookColumn::price, change.price);
    rows.put_quantity(BookColumn::quantity, change.quantity);
    rows.put(BookColumn::flags, (change.sell ? kBookSell : 0) | (replaces ? kBookSnapshot : 0) |
                                    (i + 1 == count ? kBookMessageEnd : 0));
    if (!rows.end_row()) return false;
  }
  return true;
}

bool BookSequence::follows(const BookMessage& message) const noexcept {
  if (!last_id_) return true;
  if (last_was_snapshot_) return continues_snapshot(message, *last_id_);
  return message.previous_id ? *message.previous_id == *last_id_ : message.first_id - 1 <= *last_id_;
}

bool BookSequence::emit(const BookMessage& message) {
  const bool replaces = starts_over_ && !message.changes.empty();
  if (replaces) starts_over_ = false;
  return append_message(rows_, message, replaces);
}

bool BookSequence::change(BookMessage message, std::uint64_t line) {
  if (last_id_ && message.last_id <= *last_id_) {
    if (!last_was_snapshot_) stale_.add(line);
    return true;
  }
  if (!follows(message)) {
    gaps_.add(line);
    if (!started_ && !start_without_snapshot()) return false;
    starts_over_ = true;
    recent_.clear();
  }
  last_id_ = message.last_id;
  last_was_snapshot_ = false;
  recent_.push_back(std::move(message));
  if (started_) {
    if (recent_.size() > kMaxRecent) recent_.pop_front();
    return emit(recent_.back());
  }
  const bool waited = recent_.back().ts_recv - recent_.front().ts_recv > kLongestWaitForSnapshot;
  return waited || recent_.size() > kMaxHeldBack ? start_without_snapshot() : true;
}

bool BookSequence::start_without_snapshot() {
  started_ = true;
  without_snapshot_ = true;
  for (const BookMessage& message : recent_) {
    if (!emit(message)) return false;
  }
  return true;
}

bool BookSequence::snapshot(const BookMessage& message, std::uint64_t line) {
  const auto newer = std::find_if(recent_.begin(), recent_.end(), [&](const BookMessage& change) {
    return !older_than_snapshot(change, message.last_id);
  });
  const bool too_late = newer != recent_.end() && !continues_snapshot(*newer, message.last_id);
  if (too_late || (newer == recent_.end() && last_id_ && *last_id_ > message.last_id)) {
    late_snapshots_.add(line);
    return true;
  }
  started_ = true;
  starts_over_ = false;
  if (!append_message(rows_, message, true)) return false;
  recent_.erase(recent_.begin(), newer);
  for (const BookMessage& change : recent_) {
    BookMessage repeated = change;
    repeated.ts_recv = message.ts_recv;
    repeated.ts_venue = std::max(change.ts_venue, message.ts_venue);
    if (!emit(repeated)) return false;
  }
  if (recent_.empty()) {
    last_id_ = message.last_id;
    last_was_snapshot_ = true;
  }
  return true;
}

bool BookSequence::finish() { return started_ || start_without_snapshot(); }

void BookSequence::report(ImportSink& sink, std::string_view document) const {
  if (without_snapshot_ && !recent_.empty()) {
    sink.warn(fmt::format(
        "{}: expected a snapshot at the start, found only changes: the book is complete only where it "
        "continues an earlier recording",
        document));
  }
  if (gaps_.count != 0) {
    sink.warn(fmt::format(
        "{}:{}: expected unbroken update numbers, found {} gaps: the book starts over behind each", document,
        gaps_.first_line, gaps_.count));
  }
  if (stale_.count != 0) {
    sink.warn(fmt::format("{}:{}: {} messages repeat updates that came before and were left out", document,
                          stale_.first_line, stale_.count));
  }
  if (late_snapshots_.count != 0) {
    sink.warn(fmt::format("{}:{}: {} snapshots do not fit the changes around them and were left out",
                          document, late_snapshots_.first_line, late_snapshots_.count));
  }
}

}  // namespace kontor::data
