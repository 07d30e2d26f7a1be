#pragma once

#include <string>

#include "data/quality.hpp"

namespace kontor::data {

/// Collects findings into a report: counts all, keeps the first of each kind.
class Findings {
 public:
  Findings(QualityReport& report, const QualityOptions& options) : report_(&report), options_(&options) {}

  [[nodiscard]] const QualityOptions& options() const noexcept { return *options_; }
  /// `describe` makes the detail; it is called only for what is kept.
  template <class Describe>
  void add(Severity severity, FindingKind kind, TimeNs time, Describe describe) {
    ++(severity == Severity::error ? report_->errors : report_->warnings);
    if (report_->counts[kind]++ < options_->findings_per_kind) {
      report_->findings.push_back({severity, kind, time, describe()});
    }
  }

 private:
  QualityReport* report_;
  const QualityOptions* options_;
};

/// Counts what is there per UTC day, in slots of one length; rows must come in ascending order of time.
class CoverageCounter {
 public:
  explicit CoverageCounter(DurationNs slot) : slot_(slot) {}
  void add(TimeNs time);
  [[nodiscard]] std::vector<DayCoverage> finish() const;

 private:
  DurationNs slot_;
  TimeNs first_slot_ = 0;
  TimeNs last_slot_ = kTimeMin;
  std::vector<DayCoverage> days_;
};

// One per kind of data; they walk the series once (trades twice where ids are out of order).
[[nodiscard]] Result<void> check_bars(const Series& series, Findings& findings, QualityReport& report);
[[nodiscard]] Result<void> check_trades(const Series& series, Findings& findings, QualityReport& report);
[[nodiscard]] Result<void> check_quotes(const Series& series, Findings& findings, QualityReport& report);
[[nodiscard]] Result<void> check_books(const Series& series, Findings& findings, QualityReport& report);
[[nodiscard]] Result<void> check_funding(const Series& series, Findings& findings, QualityReport& report);

}  // namespace kontor::data
