#include "data/fetch_venue.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace kontor::data {
namespace {

void add_up(WriteSummary& sum, const WriteSummary& one) {
  sum.rows_offered += one.rows_offered;
  sum.rows_added += one.rows_added;
  sum.rows_unchanged += one.rows_unchanged;
  sum.rows_replaced += one.rows_replaced;
  sum.rows_completed += one.rows_completed;
  sum.segments_written += one.segments_written;
  sum.segments_unchanged += one.segments_unchanged;
  sum.bytes_written += one.bytes_written;
}

/// Fills holes one after the other; keeps what has not been stored yet.
class HoleFiller {
 public:
  HoleFiller(const Catalogue& catalogue, const DatasetKey& key, PageSource& source,
             const FillOptions& options, Progress& progress)
      : catalogue_(catalogue), key_(key), source_(source), options_(options), progress_(progress) {}

  Result<FillSummary> run(const std::vector<TimeRange>& holes) {
    state_.what = Catalogue::dataset_name(key_);
    state_.total = static_cast<std::uint64_t>(total_length(holes) / kSecond);
    state_.unit = "";
    for (const TimeRange& hole : holes) {
      const auto filled = fill(hole);
      // What has come is kept, whatever ended it.
      if (const auto kept = store(); !kept) return std::unexpected(kept.error());
      if (!filled) return std::unexpected(filled.error());
    }
    return std::move(summary_);
  }

 private:
  Result<void> fill(TimeRange hole) {
    while (!hole.is_empty()) {
      if (options_.cancel != nullptr && *options_.cancel)
        return fail(ErrorKind::canceled, "interrupted; what has come so far is stored");
      TRY(auto page, source_.fetch(hole));
      ++summary_.pages;
      TRY_VOID(check(page, hole));
      const TimeRange rest = rest_of(hole, page.covered);
      show(page);
      keep(std::move(page.rows), page.covered);
      if (page.is_last) {
        if (!rest.is_empty()) summary_.unreachable.push_back(rest);
        return {};
      }
      hole = rest;
      if (++pages_kept_ >= options_.pages_per_commit) {
        TRY_VOID(store());
      }
    }
    return {};
  }

  /// A source that says nothing would be asked for ever.
  [[nodiscard]] Result<void> check(const FetchedPage& page, const TimeRange& wanted) const {
    const TimeRange& covered = page.covered;
    const bool is_progress = !covered.is_empty() || page.is_last;
    const bool is_within = covered.is_empty() || (covered.from >= wanted.from && covered.to <= wanted.to);
    const bool is_at_end = covered.is_empty() || covered.from == wanted.from || covered.to == wanted.to;
    const auto& times = page.rows.columns[time_column(key_.kind)];
    const bool is_true =
        std::ranges::all_of(times, [&](TimeNs time) { return time >= covered.from && time < covered.to; });
    if (is_progress && is_within && is_at_end && is_true) return {};
    return fail(ErrorKind::internal,
                fmt::format("{}: expected a page of {} to {}, found one of {} to {} with {} rows",
                            state_.what, format_time(wanted.from), format_time(wanted.to),
                            format_time(covered.from), format_time(covered.to), times.size()));
  }

  static TimeRange rest_of(const TimeRange& hole, const TimeRange& covered) noexcept {
    if (covered.is_empty()) return hole;
    return covered.from == hole.from ? TimeRange{covered.to, hole.to} : TimeRange{hole.from, covered.from};
  }

  void show(const FetchedPage& page) {
    state_.done += static_cast<std::uint64_t>(page.covered.length() / kSecond);
    state_.rows += page.rows.rows();
    progress_.update(state_);
  }

  void keep(Batch rows, const TimeRange& covered) {
    if (!covered.is_empty()) covered_.push_back({covered, rows.rows()});
    if (rows.rows() != 0) batches_.push_back(std::move(rows));
  }

  /// The data first: what is noted as covered must be there.
  Result<void> store() {
    pages_kept_ = 0;
    if (covered_.empty() && batches_.empty()) return {};
    // Read anew: somebody else may have filled another hole meanwhile.
    TRY(auto coverage, FetchCoverage::load(catalogue_, key_));
    TRY_VOID(coverage.claim(options_.origin));
    if (!batches_.empty()) {
      WriteOptions write;
      write.replace = options_.replace;
      TRY(auto transaction, catalogue_.begin(std::move(write)));
      for (Batch& batch : std::exchange(batches_, {})) {
        TRY_VOID(transaction.add(key_, std::move(batch)));
      }
      TRY(const auto written, transaction.commit());
      add_up(summary_.written, written);
    }
    for (const CoveredRange& one : std::exchange(covered_, {})) coverage.add(one);
    return coverage.save();
  }

  const Catalogue& catalogue_;
  const DatasetKey& key_;
  PageSource& source_;
  const FillOptions& options_;
  Progress& progress_;
  ProgressState state_{};
  FillSummary summary_{};
  std::vector<Batch> batches_{};
  std::vector<CoveredRange> covered_{};
  std::uint32_t pages_kept_ = 0;
};

}  // namespace

Result<FillSummary> fill_holes(const Catalogue& catalogue, const DatasetKey& key,
                               const std::vector<TimeRange>& holes, PageSource& source,
                               const FillOptions& options, Progress& progress) {
  auto summary = HoleFiller(catalogue, key, source, options, progress).run(holes);
  progress.finish();
  return summary;
}

}  // namespace kontor::data
