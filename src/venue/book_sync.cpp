#include "venue/book_sync.hpp"

namespace kontor::venue {

void BookSync::reset() noexcept {
  is_synchronised_ = false;
  is_first_ = true;
  last_id_ = 0;
  kept_.clear();
}

void BookSync::keep(const BookChange& change) {
  if (kept_.size() == kMostKept) kept_.pop_front();
  Kept& kept = kept_.emplace_back(
      Kept{change, {change.bids.begin(), change.bids.end()}, {change.asks.begin(), change.asks.end()}});
  kept.change.symbol = {};  // whoever gets it knows which book it is of
  kept.change.bids = kept.bids;
  kept.change.asks = kept.asks;
}

bool BookSync::is_outdated(const BookChange& change) const noexcept {
  // USDⓈ-M wants the update that ends with the snapshot's number, spot does not.
  return rule_ == BookRule::previous_id && is_first_ ? change.last_id < last_id_ : change.last_id <= last_id_;
}

bool BookSync::follows(const BookChange& change) const noexcept {
  switch (rule_) {
    case BookRule::next_id: return change.first_id <= last_id_ + 1;
    case BookRule::previous_id:
      return is_first_ ? change.first_id <= last_id_ : change.previous_id == last_id_;
    case BookRule::snapshot_in_stream: return change.last_id == last_id_ + 1;
  }
  return false;
}

BookStep BookSync::take_snapshot(const BookChange& change, const Apply& apply) {
  std::deque<Kept> kept;
  kept.swap(kept_);
  last_id_ = change.last_id;
  is_first_ = true;
  is_synchronised_ = true;
  apply(change);
  bool fits = true;
  for (const Kept& one : kept) fits = take_update(one.change, apply) != BookStep::gap && fits;
  return fits ? BookStep::applied : BookStep::gap;
}

BookStep BookSync::take_update(const BookChange& change, const Apply& apply) {
  if (!is_synchronised_) {
    // Where the stream brings the snapshot itself there is nothing to keep the update for.
    if (rule_ != BookRule::snapshot_in_stream) keep(change);
    return BookStep::waiting;
  }
  if (is_outdated(change)) return BookStep::outdated;
  if (!follows(change)) {
    ++gaps_;
    reset();
    if (rule_ != BookRule::snapshot_in_stream) keep(change);
    return BookStep::gap;
  }
  last_id_ = change.last_id;
  is_first_ = false;
  apply(change);
  return BookStep::applied;
}

BookStep BookSync::take(const BookChange& change, const Apply& apply) {
  return change.is_snapshot ? take_snapshot(change, apply) : take_update(change, apply);
}

}  // namespace kontor::venue
