#include <algorithm>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include "data/catalogue_layout.hpp"
#include "data/catalogue_text.hpp"
#include "data/quality.hpp"

namespace kontor::data {
namespace {

constexpr std::size_t kDaysShown = 10;

std::string plural(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", format_count(count), noun, count == 1 ? "" : "s");
}

std::string name_of(FindingKind kind) {
  std::string name = boost::describe::enum_to_string(kind, "unknown");
  std::ranges::replace(name, '_', ' ');
  return name;
}

void append_findings(const QualityReport& report, std::string& text) {
  if (report.findings.empty()) return;
  text += fmt::format("\n{:<8}  {:<16}  {:<30}  {}\n", "", "KIND", "TIME", "DETAIL");
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const auto& finding = report.findings[i];
    text += fmt::format("{:<8}  {:<16}  {:<30}  {}\n",
                        finding.severity == Severity::error ? "error" : "warning", name_of(finding.kind),
                        finding.time == 0 ? "" : format_time(finding.time), finding.detail);
    const bool last_of_kind = i + 1 == report.findings.size() || report.findings[i + 1].kind != finding.kind;
    const auto shown =
        static_cast<std::uint64_t>(std::ranges::count(report.findings, finding.kind, &Finding::kind));
    if (last_of_kind && report.count(finding.kind) > shown) {
      text += fmt::format("{:<8}  {:<16}  … and {} more\n", "", "", report.count(finding.kind) - shown);
    }
  }
}

void append_worst_days(const QualityReport& report, std::string& text) {
  auto days = report.coverage;
  std::erase_if(days, [](const DayCoverage& day) { return day.present >= day.expected; });
  if (days.empty()) return;
  std::ranges::stable_sort(days, {}, &DayCoverage::percent);
  text += fmt::format("\n{} not complete; the emptiest:\n", plural(days.size(), "day"));
  for (std::size_t i = 0; i < std::min(days.size(), kDaysShown); ++i) {
    text += fmt::format("  {}  {:>6.2f} %  {} of {}\n", format_date(days[i].day), days[i].percent(),
                        days[i].present, days[i].expected);
  }
}

}  // namespace

std::string format_report(const QualityReport& report) {
  auto text = fmt::format("{}: {}", dataset_folder(report.key), plural(report.rows, "row"));
  if (report.rows > 0)
    text += fmt::format(" from {} to {}", format_time(report.first), format_time(report.last));
  if (!report.coverage.empty()) text += fmt::format(", coverage {:.2f} %", report.coverage_percent());
  text += "\n";
  text += report.ok() ? "no errors" : plural(report.errors, "error");
  if (report.warnings > 0) text += ", " + plural(report.warnings, "warning");
  if (report.missing_bars > 0) {
    text += fmt::format(", {} missing in {}", plural(report.missing_bars, "bar"),
                        plural(report.gaps.size(), "gap"));
  }
  text += "\n";
  append_findings(report, text);
  append_worst_days(report, text);
  return text;
}

}  // namespace kontor::data
