#include "emulator/bybit/book_feed.hpp"

namespace kontor::emulator::bybit {
namespace {

/// Whether `a` stands before `b` on its side of the book.
bool is_better(Side side, RawPrice a, RawPrice b) noexcept { return side == Side::buy ? a > b : a < b; }

/// Both sides sorted best first; appends what turns `before` into `after`.
void append_changes(Side side, const std::vector<BookLevel>& before, const std::vector<BookLevel>& after,
                    std::vector<BookLevel>& out) {
  auto old = before.begin();
  auto now = after.begin();
  while (old != before.end() || now != after.end()) {
    if (now == after.end() || (old != before.end() && is_better(side, old->price, now->price))) {
      out.push_back({old->price, RawQuantity()});
      ++old;
    } else if (old == before.end() || is_better(side, now->price, old->price)) {
      out.push_back(*now++);
    } else {
      if (old->quantity != now->quantity) out.push_back(*now);
      ++old;
      ++now;
    }
  }
}

}  // namespace

void BookFeed::refresh(const PublicMarket& market, std::uint64_t sequence) {
  BookDelta delta;
  for (const Side side : {Side::buy, Side::sell}) {
    std::vector<BookLevel> now;
    market.book().for_each_level(side, depth_, [&](const BookLevel& level) { now.push_back(level); });
    auto& before = levels_[static_cast<std::size_t>(side)];
    append_changes(side, before, now, delta.changes[static_cast<std::size_t>(side)]);
    before = std::move(now);
  }
  sequence_ = sequence;
  ts_ = market.book_time();
  if (delta.empty()) return;
  ++update_id_;
  if (!is_read_) return;
  if (unsent_.size() >= kMaxUnsent) {
    unsent_.clear();
    overrun_ = true;
    return;
  }
  delta.update_id = update_id_;
  delta.sequence = sequence_;
  delta.ts = ts_;
  unsent_.push_back(std::move(delta));
}

void BookFeed::set_read(bool is_read) {
  is_read_ = is_read;
  if (is_read) return;
  unsent_.clear();
  overrun_ = false;
}

BookFeed& BookTopics::feed(InstrumentId instrument, std::size_t depth) {
  return feeds_.try_emplace({instrument, depth}, depth).first->second;
}

}  // namespace kontor::emulator::bybit
