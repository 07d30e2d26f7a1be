#include "session/preflight.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "session/preflight_checks.hpp"

namespace kontor::session {
namespace {

bool blocks(const Check& check) noexcept {
  return check.severity == CheckSeverity::blocking && check.passed != true;
}

}  // namespace

bool PreflightReport::passed() const noexcept { return std::ranges::none_of(checks, blocks); }

PreflightReport preflight(const PreflightInput& input) {
  Checks checks(input.mode);
  check_place(input.place, checks);
  check_kill_switch(input, checks);
  check_permissions(input.place, checks);
  check_risk(input, checks);
  check_record(input, checks);
  check_data(input, checks);
  check_venue(input, checks);
  checks.warn(made_check({"notifier", "Notifications arrive"},
                         {"not available in this build", "a test message"}, std::nullopt,
                         "look at the session yourself: 'kontor session show ID --watch'"));
  check_grant(input, checks);
  return {input.mode, input.configuration_hash, checks.take()};
}

PreflightReport preflight(const PlaceFacts& place) {
  Checks checks(PreflightMode::paper);
  check_place(place, checks);
  return {PreflightMode::paper, {}, checks.take()};
}

Result<void> refuse_unless_passed(const PreflightReport& report) {
  std::string text;
  for (const auto& check : report.checks) {
    if (!blocks(check)) continue;
    text += fmt::format("{}{}: expected {}, found {}; {}", text.empty() ? "" : "\n", check.id,
                        check.threshold, check.value, check.fix);
  }
  if (text.empty()) return {};
  return fail(ErrorKind::io, std::move(text));
}

Result<void> check_grant_duration(DurationNs duration) {
  if (duration > 0 && duration <= kLongestGrant) return {};
  return fail(ErrorKind::usage, fmt::format("expected a grant above 0 and up to {}, found {}",
                                            format_duration(kLongestGrant), format_duration(duration)));
}

Result<LiveToken> grant_live(const PreflightInput& input, DurationNs duration) {
  if (input.mode != PreflightMode::live)
    return fail(ErrorKind::usage, "expected a preflight for live trading, found one for paper");
  TRY_VOID(check_grant_duration(duration));
  if (input.grant.typed != kAcknowledgement)
    return fail(ErrorKind::usage, fmt::format("expected the words \"{}\", found others", kAcknowledgement));
  TRY_VOID(refuse_unless_passed(preflight(input)));
  return LiveToken{input.configuration_hash, input.live.phase, input.now, input.now + duration};
}

}  // namespace kontor::session
