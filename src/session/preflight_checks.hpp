#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "session/preflight.hpp"

namespace kontor::session {

/// Gathers the checks of one preflight. Those that only live trading needs block nothing before paper.
class Checks {
 public:
  explicit Checks(PreflightMode mode) : mode_(mode) {}

  void always(Check check) { add(std::move(check), CheckSeverity::blocking); }
  void live(Check check) {
    add(std::move(check), mode_ == PreflightMode::live ? CheckSeverity::blocking : CheckSeverity::warning);
  }
  void warn(Check check) { add(std::move(check), CheckSeverity::warning); }
  [[nodiscard]] std::vector<Check> take() { return std::move(all_); }

 private:
  void add(Check check, CheckSeverity severity) {
    check.severity = severity;
    if (check.passed == true) check.fix.clear();
    all_.push_back(std::move(check));
  }

  PreflightMode mode_;
  std::vector<Check> all_;
};

/// What every check says of itself.
struct CheckName {
  std::string_view id;
  std::string_view title;
};
/// What was found, and what was expected.
struct CheckFinding {
  std::string value;
  std::string threshold;
};
[[nodiscard]] inline Check made_check(const CheckName& name, CheckFinding finding, std::optional<bool> passed,
                                      std::string fix) {
  return {std::string(name.id),
          CheckSeverity::blocking,
          std::string(name.title),
          std::move(finding.value),
          std::move(finding.threshold),
          passed,
          std::move(fix)};
}

// Groups of checks, each of one subject.
void check_place(const PlaceFacts& place, Checks& checks);
void check_permissions(const PlaceFacts& place, Checks& checks);
void check_kill_switch(const PreflightInput& input, Checks& checks);
void check_risk(const PreflightInput& input, Checks& checks);
void check_record(const PreflightInput& input, Checks& checks);
void check_data(const PreflightInput& input, Checks& checks);
void check_venue(const PreflightInput& input, Checks& checks);
void check_grant(const PreflightInput& input, Checks& checks);

}  // namespace kontor::session
