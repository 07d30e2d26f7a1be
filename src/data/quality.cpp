#include "data/quality.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "data/catalogue_layout.hpp"
#include "data/quality_findings.hpp"
#include "data/segment.hpp"

namespace kontor::data {
namespace {

constexpr std::size_t kGapsKept = 1000;

/// Keeps the longest gaps, in order of time.
void limit_gaps(std::vector<Gap>& gaps) {
  if (gaps.size() <= kGapsKept) return;
  std::ranges::stable_sort(gaps, std::ranges::greater{}, &Gap::missing);
  gaps.resize(kGapsKept);
  std::ranges::sort(gaps, {}, &Gap::from);
}

Result<void> check_rows(const Series& series, Findings& findings, QualityReport& report) {
  switch (series.key().kind) {
    case DataKind::bar: return check_bars(series, findings, report);
    case DataKind::trade: return check_trades(series, findings, report);
    case DataKind::quote: return check_quotes(series, findings, report);
    case DataKind::book: return check_books(series, findings, report);
    case DataKind::funding: return check_funding(series, findings, report);
  }
  return {};
}

void add_broken(Findings& findings, const std::string& problem) {
  findings.add(Severity::error, FindingKind::broken_segment, 0, [&] { return problem; });
}

/// Decodes every segment once and compares it with the checksums of its values.
void verify_segments(const Series& series, Findings& findings) {
  std::shared_ptr<const Segment> verified;
  for (const auto& chunk : series.chunks()) {
    if (chunk.segment == verified) continue;
    verified = chunk.segment;
    if (const auto valid = verified->verify_values(); !valid) add_broken(findings, valid.error().message);
  }
}

Result<QualityReport> report_on(const Series& series, const QualityOptions& options,
                                const std::vector<std::string>& broken) {
  QualityReport report;
  report.key = series.key();
  report.rows = series.rows();
  report.first = series.first();
  report.last = series.last();
  Findings findings(report, options);
  for (const auto& problem : broken) add_broken(findings, problem);
  verify_segments(series, findings);
  TRY_VOID(check_rows(series, findings, report));
  std::ranges::stable_sort(report.findings, {}, &Finding::kind);
  limit_gaps(report.gaps);
  return report;
}

}  // namespace

double QualityReport::coverage_percent() const noexcept {
  DayCoverage all;
  for (const auto& day : coverage) {
    all.present += day.present;
    all.expected += day.expected;
  }
  return all.percent();
}

void CoverageCounter::add(TimeNs time) {
  const TimeNs slot = floor_divide(time, slot_);
  if (slot == last_slot_) return;
  if (days_.empty()) first_slot_ = slot;
  last_slot_ = slot;
  const Date day = date_of(slot * slot_);
  if (days_.empty() || days_.back().day < day) days_.push_back({day, 0, 0});
  if (days_.back().day == day) ++days_.back().present;
}

std::vector<DayCoverage> CoverageCounter::finish() const {
  std::vector<DayCoverage> all;
  if (days_.empty()) return all;
  auto known = days_.begin();
  for (TimeNs day = start_of(days_.front().day); day <= start_of(days_.back().day); day += kDay) {
    const TimeNs begin = std::max(first_slot_, floor_divide(day + slot_ - 1, slot_));
    const TimeNs end = std::min(last_slot_ + 1, floor_divide(day + kDay + slot_ - 1, slot_));
    DayCoverage coverage{date_of(day), 0, static_cast<std::uint64_t>(std::max<TimeNs>(0, end - begin))};
    if (known != days_.end() && known->day == coverage.day) coverage.present = (known++)->present;
    all.push_back(coverage);
  }
  return all;
}

Result<QualityReport> check_quality(const Series& series, const QualityOptions& options) {
  return report_on(series, options, {});
}

Result<QualityReport> check_dataset(const Catalogue& catalogue, const DatasetKey& key,
                                    const ReadOptions& range, const QualityOptions& options) {
  ReadOptions read = range;
  read.skip_broken = true;
  read.derive = false;
  const auto series = catalogue.read(key, read);
  TRY(const auto places, find_segments(catalogue.path(), key));
  std::vector<std::string> broken;
  for (const auto& place : places) {
    const SegmentPeriod period = segment_period(key, place.period_start);
    if (period.end <= range.from || period.start >= range.to) continue;
    const auto segment = Segment::open(place.path);
    const auto valid =
        segment ? check_place((*segment)->header(), key, place) : std::unexpected(segment.error());
    if (!valid) broken.push_back(valid.error().message);
  }
  if (!series && broken.empty()) return std::unexpected(series.error());
  return report_on(series ? *series : Series(key, Batch(key.kind)), options, broken);
}

}  // namespace kontor::data
