#include <cmath>

#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>

#include "data/catalogue_layout.hpp"
#include "data/quality.hpp"

namespace kontor::data {
namespace {

/// Two places, and a whole number as one.
boost::json::value percent_of(double percent) {
  const double hundredths = std::round(percent * 100);
  if (std::fmod(hundredths, 100) == 0) return static_cast<std::int64_t>(hundredths) / 100;
  return hundredths / 100;
}

boost::json::array findings_of(const QualityReport& report) {
  boost::json::array array;
  for (const auto& finding : report.findings) {
    array.push_back(boost::json::object{{"severity", boost::describe::enum_to_string(finding.severity, "")},
                                        {"kind", boost::describe::enum_to_string(finding.kind, "")},
                                        {"time", format_time(finding.time)},
                                        {"detail", finding.detail}});
  }
  return array;
}

boost::json::array gaps_of(const QualityReport& report) {
  boost::json::array array;
  for (const auto& gap : report.gaps) {
    array.push_back(boost::json::object{
        {"from", format_time(gap.from)}, {"to", format_time(gap.to)}, {"missing", gap.missing}});
  }
  return array;
}

boost::json::array coverage_of(const QualityReport& report) {
  boost::json::array array;
  for (const auto& day : report.coverage) {
    array.push_back(boost::json::object{{"day", format_date(day.day)},
                                        {"present", day.present},
                                        {"expected", day.expected},
                                        {"percent", percent_of(day.percent())}});
  }
  return array;
}

}  // namespace

std::string to_json(const QualityReport& report) {
  boost::json::object counts;
  for (const auto& [kind, count] : report.counts) counts[boost::describe::enum_to_string(kind, "")] = count;
  const boost::json::object object{
      {"dataset", dataset_folder(report.key)},
      {"rows", report.rows},
      {"first", report.rows == 0 ? boost::json::value() : boost::json::value(format_time(report.first))},
      {"last", report.rows == 0 ? boost::json::value() : boost::json::value(format_time(report.last))},
      {"ok", report.ok()},
      {"errors", report.errors},
      {"warnings", report.warnings},
      {"counts", std::move(counts)},
      {"missing_bars", report.missing_bars},
      {"coverage_percent", percent_of(report.coverage_percent())},
      {"findings", findings_of(report)},
      {"gaps", gaps_of(report)},
      {"coverage", coverage_of(report)}};
  return boost::json::serialize(object);
}

}  // namespace kontor::data
