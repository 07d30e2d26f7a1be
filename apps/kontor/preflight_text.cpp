#include "preflight_text.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kontor::app {
namespace {

using session::Check;
using session::CheckSeverity;

bool is_blocking(const Check& check) { return check.severity == CheckSeverity::blocking; }

std::string_view standing_of(const Check& check) {
  if (check.passed == true) return "ok";
  if (!check.passed) return is_blocking(check) ? "UNKNOWN" : "unknown";
  return is_blocking(check) ? "FAILED" : "not yet";
}

/// As wide as its longest text.
std::size_t width_of(const std::vector<Check>& checks, std::string Check::* column, std::size_t least) {
  for (const auto& check : checks) least = std::max(least, (check.*column).size());
  return least;
}

std::size_t count_open(const std::vector<Check>& checks, CheckSeverity severity) {
  return static_cast<std::size_t>(std::ranges::count_if(
      checks, [&](const Check& check) { return check.severity == severity && check.passed != true; }));
}

std::string checks_text(std::size_t count) {
  return fmt::format("{} {}", count, count == 1 ? "check" : "checks");
}

}  // namespace

std::string table_of(const session::PreflightReport& report) {
  const auto& checks = report.checks;
  const std::size_t ids = width_of(checks, &Check::id, 5);
  const std::size_t values = width_of(checks, &Check::value, 5);
  std::string text = fmt::format("{:<{}}  {:<9}{:<{}}  {}\n", "CHECK", ids, "", "FOUND", values, "EXPECTED");
  for (const auto& check : checks) {
    text += fmt::format("{:<{}}  {:<9}{:<{}}  {}\n", check.id, ids, standing_of(check), check.value, values,
                        check.threshold);
    const bool tells = report.mode == session::PreflightMode::live || is_blocking(check);
    if (tells && !check.fix.empty()) text += fmt::format("  mend: {}\n", check.fix);
  }
  return text;
}

std::string conclusion_of(const session::PreflightReport& report, const std::string& config) {
  const std::size_t blocking = count_open(report.checks, CheckSeverity::blocking);
  const bool is_live = report.mode == session::PreflightMode::live;
  if (blocking != 0)
    return fmt::format("{} before {} trading.",
                       checks_text(blocking) + (blocking == 1 ? " stands" : " stand"),
                       is_live ? "live" : "paper");
  if (is_live) return "Nothing stands before live trading.";
  const std::size_t open = count_open(report.checks, CheckSeverity::warning);
  return fmt::format(
      "Nothing stands before paper trading. {} before live trading: 'kontor preflight {} --live' "
      "tells how to mend them.",
      checks_text(open) + (open == 1 ? " stands" : " stand"), config);
}

}  // namespace kontor::app
