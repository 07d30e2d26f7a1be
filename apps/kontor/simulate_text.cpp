#include "simulate_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "research/json_writer.hpp"

namespace kontor::app {

using faults::FaultOutcome;
using faults::FaultReport;

std::size_t failed_runs_in(const std::vector<FaultOutcome>& all) {
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [](const auto& outcome) { return !outcome.report.violation.empty(); }));
}

std::string fault_line_of(const FaultOutcome& outcome) {
  const auto& report = outcome.report;
  const auto& network = report.network;
  return fmt::format(
      "seed {}: {} events, {} orders, {} fills, {} kills, {} disk failures ({} lived through, {} died in), "
      "{} disconnects; of {} requests "
      "{} lost, "
      "{} refused, {} too late; of {} reports {} lost, {} repeated, {} delayed; {}",
      report.seed, report.events, report.orders, report.fills, report.kills, report.disk_failures,
      report.disk_recoveries, report.disk_crashes, report.disconnects, network.requests,
      network.requests_lost, network.requests_refused, network.requests_too_late, network.reports,
      network.reports_lost, network.reports_repeated, network.reports_delayed,
      report.violation.empty() ? "every invariant held" : report.violation);
}

std::string fault_summary_of(const std::vector<FaultOutcome>& all, double seconds) {
  FaultReport sum;
  std::uint64_t minutes = 0;
  for (const auto& [job, report] : all) {
    minutes += job.minutes;
    sum.events += report.events;
    sum.orders += report.orders;
    sum.kills += report.kills;
    sum.disk_recoveries += report.disk_recoveries;
    sum.disk_crashes += report.disk_crashes;
    sum.unrecorded += report.unrecorded;
    sum.orphans += report.orphans;
    sum.manual_trades += report.manual_trades;
    sum.term_changes += report.term_changes;
    sum.delistings += report.delistings;
    sum.network.reports_lost += report.network.reports_lost;
    sum.network.requests_lost += report.network.requests_lost;
  }
  const std::size_t failed = failed_runs_in(all);
  return fmt::format(
      "{} runs, {:.1f} days of trading in {:.1f} s: {} events, {} orders, {} kills, {} requests and {} "
      "reports lost; {} failures of the disk lived through, {} died in, {} commands unrecorded, {} orders "
      "found; {} times traded by hand, {} times other terms, {} delistings; {}",
      all.size(), static_cast<double>(minutes) / 1'440, seconds, sum.events, sum.orders, sum.kills,
      sum.network.requests_lost, sum.network.reports_lost, sum.disk_recoveries, sum.disk_crashes,
      sum.unrecorded, sum.orphans, sum.manual_trades, sum.term_changes, sum.delistings,
      failed == 0 ? "every invariant held" : fmt::format("{} FAILED", failed));
}

std::string fault_json_of(const std::vector<FaultOutcome>& all, double seconds) {
  research::TextBuffer text;
  research::JsonWriter json(text, research::JsonWriter::Layout::indented);
  json.begin_object();
  json.member("seconds", seconds);
  json.key("runs");
  json.begin_array();
  for (const auto& [job, report] : all) {
    json.begin_object();
    json.member("seed", job.seed);
    json.member("minutes", job.minutes);
    json.member("events", report.events);
    json.member("orders", report.orders);
    json.member("fills", report.fills);
    json.member("kills", report.kills);
    json.member("disk_failures", report.disk_failures);
    json.member("disk_recoveries", report.disk_recoveries);
    json.member("disk_crashes", report.disk_crashes);
    json.member("unrecorded", report.unrecorded);
    json.member("orphans", report.orphans);
    json.member("disconnects", report.disconnects);
    json.member("manual_trades", report.manual_trades);
    json.member("term_changes", report.term_changes);
    json.member("delistings", report.delistings);
    json.member("requests", report.network.requests);
    json.member("requests_lost", report.network.requests_lost);
    json.member("reports", report.network.reports);
    json.member("reports_lost", report.network.reports_lost);
    json.member("state", report.state_checksum);
    json.key("violation");
    report.violation.empty() ? json.null() : json.value(std::string_view(report.violation));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return std::string(text.view());
}

}  // namespace kontor::app
