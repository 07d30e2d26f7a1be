#include "data/catalogue_merge.hpp"

#include <algorithm>
#include <compare>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include "base/assert.hpp"
#include "base/int128.hpp"
#include "base/time.hpp"
#include "data/catalogue_columns.hpp"
#include "data/segment.hpp"

namespace kontor::data {
namespace {

constexpr std::int64_t kBookFlags = kBookSell | kBookSnapshot | kBookMessageEnd;

/// The pieces that are moved as a whole: messages of a book, rows of everything else.
class Units {
 public:
  explicit Units(const Batch& batch) : batch_(&batch), rows_(batch.rows()) {
    if (batch.kind != DataKind::book) return;
    const auto& flags = batch.column(BookColumn::flags);
    ends_.reserve(rows_ / 4);
    for (std::size_t row = 0; row < rows_; ++row) {
      if ((flags[row] & kBookMessageEnd) != 0) ends_.push_back(row + 1);
    }
  }
  [[nodiscard]] std::size_t count() const noexcept { return is_book() ? ends_.size() : rows_; }
  [[nodiscard]] std::size_t begin(std::size_t unit) const noexcept {
    if (!is_book()) return unit;
    return unit == 0 ? 0 : ends_[unit - 1];
  }
  [[nodiscard]] std::size_t end(std::size_t unit) const noexcept {
    return is_book() ? ends_[unit] : unit + 1;
  }
  [[nodiscard]] TimeNs time(std::size_t unit) const noexcept {
    return batch_->columns[time_column(batch_->kind)][begin(unit)];
  }
  [[nodiscard]] std::int64_t id(std::size_t unit) const noexcept {
    return batch_->kind == DataKind::trade ? batch_->column(TradeColumn::id)[unit] : 0;
  }
  [[nodiscard]] const Batch& batch() const noexcept { return *batch_; }

 private:
  [[nodiscard]] bool is_book() const noexcept { return batch_->kind == DataKind::book; }

  const Batch* batch_;
  std::size_t rows_;
  std::vector<std::size_t> ends_;
};

/// The store's order of two units.
std::strong_ordering order(const Units& a, std::size_t i, const Units& b, std::size_t j) noexcept {
  if (const auto by_time = a.time(i) <=> b.time(j); by_time != 0) return by_time;
  return a.id(i) <=> b.id(j);
}

/// A total order by all values, for finding equal units.
std::strong_ordering compare_values(const Units& a, std::size_t i, const Units& b, std::size_t j) noexcept {
  const std::size_t rows = a.end(i) - a.begin(i);
  if (const auto by_size = rows <=> (b.end(j) - b.begin(j)); by_size != 0) return by_size;
  for (std::size_t c = 0; c < a.batch().columns.size(); ++c) {
    const auto* const x = a.batch().columns[c].data() + a.begin(i);
    const auto* const y = b.batch().columns[c].data() + b.begin(j);
    const auto by_value = std::lexicographical_compare_three_way(x, x + rows, y, y + rows);
    if (by_value != 0) return by_value;
  }
  return std::strong_ordering::equal;
}

/// Which units survive; empty means all.
struct Survivors {
  std::vector<bool> dropped;
  void drop(std::size_t unit, std::size_t count) {
    if (dropped.empty()) dropped.resize(count);
    dropped[unit] = true;
  }
  [[nodiscard]] bool keeps(std::size_t unit) const noexcept { return dropped.empty() || !dropped[unit]; }
};

/// So often must two recordings take turns before they are taken for two markets: what fits into a gap of the
/// other, or just overlaps at an end, does not.
constexpr std::uint64_t kAlternations = 100;

/// One merge in progress.
struct Merge {
  const DatasetKey& key;
  Batch& base;
  Batch& incoming;
  bool replace;
  Units base_units{base};
  Units incoming_units{incoming};
  Survivors base_kept{};
  Survivors incoming_kept{};
  MergeCounts counts{};
  std::uint64_t conflicts = 0;
  std::string first_conflict{};
};

struct Keyed {
  std::int64_t key = 0;
  std::size_t row = 0;
  bool is_incoming = false;
};

/// Rows that have a key, by key; rows of one key in their sequence.
std::vector<Keyed> keyed_rows(const Batch& batch, bool is_incoming) {
  const bool trades = batch.kind == DataKind::trade;
  const auto& keys = trades ? batch.column(TradeColumn::id) : batch.columns[0];
  std::vector<Keyed> rows;
  rows.reserve(keys.size());
  for (std::size_t row = 0; row < keys.size(); ++row) {
    if (!trades || keys[row] != 0) rows.push_back({keys[row], row, is_incoming});
  }
  if (!std::ranges::is_sorted(rows, {}, &Keyed::key)) std::ranges::stable_sort(rows, {}, &Keyed::key);
  return rows;
}

/// The column in which zero means "unknown"; none for most kinds.
std::optional<std::size_t> optional_column(DataKind kind) {
  if (kind == DataKind::bar) return static_cast<std::size_t>(BarColumn::trade_count);
  if (kind == DataKind::funding) return static_cast<std::size_t>(FundingColumn::mark);
  return std::nullopt;
}

Batch& batch_of(Merge& merge, const Keyed& keyed) { return keyed.is_incoming ? merge.incoming : merge.base; }

void drop(Merge& merge, const Keyed& keyed) {
  if (keyed.is_incoming) {
    merge.incoming_kept.drop(keyed.row, merge.incoming.rows());
  } else {
    merge.base_kept.drop(keyed.row, merge.base.rows());
  }
}

void note_conflict(Merge& merge, const Keyed& kept, const Keyed& other) {
  if (merge.conflicts++ > 0) return;
  const auto& a = batch_of(merge, kept);
  const auto& b = batch_of(merge, other);
  merge.first_conflict = fmt::format(
      "{} has '{}', the new row{} has '{}'", format_time(a.columns[time_column(a.kind)][kept.row]),
      format_row(view_of(a), kept.row),
      a.columns[0][kept.row] == b.columns[0][other.row] ? "" : " at " + format_time(b.columns[0][other.row]),
      format_row(view_of(b), other.row));
}

/// Two rows of one key: which of them stays.
Keyed settle(Merge& merge, const Keyed& kept, const Keyed& other) {
  Batch& a = batch_of(merge, kept);
  const Batch& b = batch_of(merge, other);
  const auto optional = optional_column(a.kind);
  bool equal = true;
  for (std::size_t c = 0; c < a.columns.size() && equal; ++c) {
    equal = c == optional || a.columns[c][kept.row] == b.columns[c][other.row];
  }
  if (equal && optional) {
    auto& mine = a.columns[*optional][kept.row];
    const auto theirs = b.columns[*optional][other.row];
    equal = mine == theirs || mine == 0 || theirs == 0;
    if (mine == 0 && theirs != 0) {
      mine = theirs;
      ++merge.counts.completed;
      drop(merge, other);
      return kept;
    }
  }
  if (equal) {
    ++merge.counts.unchanged;
    drop(merge, other);
    return kept;
  }
  if (merge.replace) {
    ++merge.counts.replaced;
    drop(merge, kept);
    return other;
  }
  note_conflict(merge, kept, other);
  drop(merge, other);
  return kept;
}

/// True where no row of `incoming` can have the key of another row: the usual case, and the fast one.
bool keys_are_apart(const Batch& base, const Batch& incoming) {
  const bool trades = base.kind == DataKind::trade;
  const auto& ours = trades ? base.column(TradeColumn::id) : base.columns[0];
  const auto& theirs = trades ? incoming.column(TradeColumn::id) : incoming.columns[0];
  const auto ascending = [&](const std::vector<std::int64_t>& keys) {
    if (trades && !keys.empty() && keys.front() <= 0) return false;  // zero is no key
    return std::ranges::adjacent_find(keys, std::ranges::greater_equal{}) == keys.end();
  };
  if (theirs.empty()) return true;
  return ascending(theirs) && (ours.empty() || (ascending(ours) && ours.back() < theirs.front()));
}

/// Bars, funding and trades with ids.
void match_by_key(Merge& merge) {
  if (keys_are_apart(merge.base, merge.incoming)) return;
  const auto base = keyed_rows(merge.base, false);
  const auto incoming = keyed_rows(merge.incoming, true);
  std::vector<Keyed> all(base.size() + incoming.size());
  std::ranges::merge(base, incoming, all.begin(), {}, &Keyed::key, &Keyed::key);
  for (std::size_t i = 0; i < all.size();) {
    Keyed kept = all[i];
    std::size_t j = i + 1;
    for (; j < all.size() && all[j].key == kept.key; ++j) kept = settle(merge, kept, all[j]);
    i = j;
  }
}

/// Units without a key in [first, last), in an order that brings equal ones together.
std::vector<std::size_t> by_values(const Units& units, std::size_t first, std::size_t last) {
  std::vector<std::size_t> indices;
  for (std::size_t unit = first; unit < last; ++unit) {
    if (units.id(unit) == 0) indices.push_back(unit);
  }
  std::ranges::stable_sort(indices, [&](auto i, auto j) { return compare_values(units, i, units, j) < 0; });
  return indices;
}

/// The units of one instant on both sides: each of ours takes one equal one of theirs out.
void match_instant(Merge& merge, std::size_t base_first, std::size_t base_last, std::size_t first,
                   std::size_t last) {
  const auto ours = by_values(merge.base_units, base_first, base_last);
  const auto theirs = by_values(merge.incoming_units, first, last);
  for (std::size_t i = 0, j = 0; i < ours.size() && j < theirs.size();) {
    const auto compared = compare_values(merge.base_units, ours[i], merge.incoming_units, theirs[j]);
    if (compared == 0) {
      merge.incoming_kept.drop(theirs[j], merge.incoming_units.count());
      merge.counts.unchanged += merge.incoming_units.end(theirs[j]) - merge.incoming_units.begin(theirs[j]);
    }
    if (compared <= 0) ++i;
    if (compared >= 0) ++j;
  }
}

/// Quotes, books and trades without ids: equal in everything, counted with their repetitions.
void match_by_values(Merge& merge) {
  const Units& ours = merge.base_units;
  const Units& theirs = merge.incoming_units;
  for (std::size_t i = 0, j = 0; i < ours.count() && j < theirs.count();) {
    const TimeNs time = theirs.time(j);
    if (ours.time(i) < time) {
      ++i;
      continue;
    }
    std::size_t i_end = i;
    while (i_end < ours.count() && ours.time(i_end) == time) ++i_end;
    std::size_t j_end = j;
    while (j_end < theirs.count() && theirs.time(j_end) == time) ++j_end;
    if (i != i_end) match_instant(merge, i, i_end, j, j_end);
    i = i_end;
    j = j_end;
  }
}

/// How two sides of ticks lie to each other in time.
struct Interleaving {
  std::uint64_t among = 0;     ///< new units with stored ones before and after them
  std::uint64_t equal = 0;     ///< of them, those that are stored already
  std::uint64_t switches = 0;  ///< from one side to the other, walking through time
};

Interleaving interleaving_of(const Merge& merge) {
  const Units& ours = merge.base_units;
  const Units& theirs = merge.incoming_units;
  Interleaving found;
  bool before_from_base = true;
  std::size_t i = 0;
  for (std::size_t j = 0; j < theirs.count(); ++j) {
    const std::size_t first = i;
    while (i < ours.count() && order(ours, i, theirs, j) <= 0) ++i;
    if (i != first) {
      found.switches += before_from_base ? 0U : 1U;
      before_from_base = true;
    }
    if (i == ours.count()) break;
    if (i == 0) continue;
    ++found.among;
    found.equal += merge.incoming_kept.keeps(j) ? 0U : 1U;
    found.switches += before_from_base ? 1U : 0U;
    before_from_base = false;
  }
  return found;
}

/// Two recordings of one market have most of their ticks in common where they overlap. Ticks that alternate
/// with stored ones, and are hardly ever the same, are of another market with the same symbol.
Result<void> check_one_market(const Merge& merge) {
  if (merge.replace || merge.base.rows() == 0) return {};
  const Interleaving found = interleaving_of(merge);
  if (found.switches < kAlternations || found.equal * 2 >= found.among) return {};
  return fail(
      ErrorKind::bad_data,
      fmt::format("expected ticks of one market, found {} new ones among those that are there, of which only "
                  "{} are the same: spot and perpetuals, for instance, have one symbol but are two markets. "
                  "Import one of them with --venue and a name of its own, such as {}-usdm, or mix them with "
                  "--replace",
                  found.among, found.equal, merge.key.instrument.venue));
}

/// Walks the survivors of both sides in order and hands out runs of rows of one side.
template <class TakeRun>
void for_each_run(const Merge& merge, TakeRun take_run) {
  const Units& ours = merge.base_units;
  const Units& theirs = merge.incoming_units;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < ours.count() || j < theirs.count()) {
    const bool from_base = j == theirs.count() || (i < ours.count() && order(ours, i, theirs, j) <= 0);
    const Units& side = from_base ? ours : theirs;
    const std::size_t unit = from_base ? i++ : j++;
    if ((from_base ? merge.base_kept : merge.incoming_kept).keeps(unit)) {
      take_run(from_base, side.begin(unit), side.end(unit));
    }
  }
}

Batch compose(Merge& merge) {
  if (merge.base.rows() == 0 && merge.incoming_kept.dropped.empty()) return std::move(merge.incoming);
  Batch result(merge.key.kind);
  set_scales(result, scales_of(merge.base));
  for (auto& column : result.columns) column.reserve(merge.base.rows() + merge.incoming.rows());
  struct Run {
    bool from_base = true;
    std::size_t begin = 0;
    std::size_t end = 0;
  } run;
  const auto flush = [&] {
    append_rows(result, run.from_base ? merge.base : merge.incoming, run.begin, run.end);
  };
  for_each_run(merge, [&](bool from_base, std::size_t begin, std::size_t end) {
    if (from_base == run.from_base && begin == run.end) {
      run.end = end;
      return;
    }
    flush();
    run = {from_base, begin, end};
  });
  flush();
  return result;
}

Result<void> check_book(const Batch& batch) {
  const auto& flags = batch.column(BookColumn::flags);
  const auto& times = batch.column(BookColumn::ts_recv);
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    if ((flags[row] & ~kBookFlags) != 0) {
      return fail(ErrorKind::bad_data, fmt::format("book row {}: unknown flags {}", row, flags[row]));
    }
    const bool starts = row == 0 || (flags[row - 1] & kBookMessageEnd) != 0;
    if (!starts && (times[row] != times[row - 1] || ((flags[row] ^ flags[row - 1]) & kBookSnapshot) != 0)) {
      return fail(ErrorKind::bad_data,
                  fmt::format("book row {}: rows of one message differ in time or in being a snapshot", row));
    }
  }
  if (batch.rows() > 0 && (flags.back() & kBookMessageEnd) == 0) {
    return fail(ErrorKind::bad_data, "the last book message is not marked as ended");
  }
  return {};
}

Result<void> check_trades(const Batch& batch) {
  for (const auto side : batch.column(TradeColumn::aggressor_side)) {
    if (side != 0 && side != 1)
      return fail(ErrorKind::bad_data, fmt::format("unknown side {} of a trade", side));
  }
  return {};
}

}  // namespace

Result<void> check_batch(const DatasetKey& key, const Batch& batch) {
  if (batch.kind != key.kind || batch.columns.size() != column_count(key.kind)) {
    return fail(ErrorKind::bad_data, "the rows are not of the kind of their dataset");
  }
  for (const auto& column : batch.columns) {
    if (column.size() != batch.rows()) return fail(ErrorKind::bad_data, "the columns differ in length");
  }
  if (!fits_into(scales_of(batch), Scales{kMaxScale, kMaxScale, kMaxScale})) {
    return fail(ErrorKind::bad_data, "more than 18 decimal places");
  }
  for (std::size_t column = 0; column <= time_column(key.kind); ++column) {
    const auto& times = batch.columns[column];
    const auto wrong =
        std::ranges::find_if(times, [](TimeNs time) { return time < 0 || time >= kSegmentTimeEnd; });
    if (wrong != times.end()) {
      return fail(ErrorKind::bad_data, fmt::format("expected a time from 1970 to 2261, found {} ns (row {})",
                                                   *wrong, wrong - times.begin()));
    }
  }
  if (key.kind == DataKind::book) return check_book(batch);
  if (key.kind == DataKind::trade) return check_trades(batch);
  return {};
}

void sort_batch(Batch& batch) {
  const Units units(batch);
  const auto before = [&](std::size_t i, std::size_t j) { return order(units, i, units, j) < 0; };
  std::size_t sorted_to = 1;
  while (sorted_to < units.count() && !before(sorted_to, sorted_to - 1)) ++sorted_to;
  if (sorted_to >= units.count()) return;
  std::vector<std::size_t> sequence(units.count());
  std::iota(sequence.begin(), sequence.end(), 0U);
  std::ranges::stable_sort(sequence, before);
  Batch sorted(batch.kind);
  set_scales(sorted, scales_of(batch));
  for (std::size_t c = 0; c < batch.columns.size(); ++c) {
    sorted.columns[c].reserve(batch.rows());
    for (const std::size_t unit : sequence) {
      for (std::size_t row = units.begin(unit); row < units.end(unit); ++row) {
        sorted.columns[c].push_back(batch.columns[c][row]);
      }
    }
  }
  batch = std::move(sorted);
}

Result<MergeResult> merge_rows(const DatasetKey& key, Batch base, Batch incoming, bool replace) {
  const Scales scales = base.rows() == 0 ? scales_of(incoming) : larger(scales_of(base), scales_of(incoming));
  TRY_VOID(raise_scales(base, scales));
  TRY_VOID(raise_scales(incoming, scales));
  Merge merge{.key = key, .base = base, .incoming = incoming, .replace = replace};
  const std::uint64_t offered = incoming.rows();
  if (key.kind == DataKind::bar || key.kind == DataKind::funding || key.kind == DataKind::trade)
    match_by_key(merge);
  if (key.kind != DataKind::bar && key.kind != DataKind::funding && base.rows() != 0) match_by_values(merge);
  if (merge.conflicts != 0) {
    return fail(
        ErrorKind::bad_data,
        fmt::format("{} of {} rows have the key of a row that is there, but other values; first at {}",
                    merge.conflicts, offered, merge.first_conflict));
  }
  if (key.kind != DataKind::bar && key.kind != DataKind::funding) {
    TRY_VOID(check_one_market(merge));
  }
  MergeResult result{Batch(key.kind), merge.counts, false};
  result.counts.added = offered - merge.counts.unchanged - merge.counts.replaced - merge.counts.completed;
  result.changed = result.counts.added + result.counts.replaced + result.counts.completed != 0;
  result.rows = result.changed ? compose(merge) : std::move(base);
  return result;
}

}  // namespace kontor::data
