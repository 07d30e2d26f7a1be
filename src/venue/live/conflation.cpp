#include "venue/live/conflation.hpp"

#include <algorithm>

namespace kontor::live {

void Conflation::heard(TimeNs ts_venue, TimeNs now) noexcept {
  const DurationNs late = now - ts_venue;
  least_late_ = std::min(least_late_, late);
  is_behind_ = late - least_late_ > kBehind;
}

bool Conflation::holds(const Quote& quote) {
  Held& held = held_[quote.instrument.index()];
  // What was held back before must not be overtaken.
  if (!is_behind_ && !held.quote && !held.book) return false;
  if (held.quote) ++held_back_;
  held.quote = quote;
  return true;
}

bool Conflation::holds(const BookUpdate& update) {
  Held& held = held_[update.instrument.index()];
  if (!is_behind_ && !held.book) return false;
  if (held.book) ++held_back_;
  if (update.snapshot) held.changes.clear();
  held.changes.insert(held.changes.end(), update.changes.begin(), update.changes.end());
  const bool has_snapshot = update.snapshot || (held.book && held.book->snapshot);
  held.book = update;
  held.book->snapshot = has_snapshot;
  held.book->changes = {};
  return true;
}

void Conflation::forget(InstrumentId instrument) { held_[instrument.index()] = {}; }

}  // namespace kontor::live
