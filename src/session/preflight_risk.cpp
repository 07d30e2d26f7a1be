#include <algorithm>
#include <array>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include "session/preflight_checks.hpp"

namespace kontor::session {
namespace {

constexpr std::string_view kNone = "none";

std::string text_or_none(const std::optional<Decimal>& number) {
  return number ? number->normalized().format() : std::string(kNone);
}

Check phase_of(const LiveSettings& live) {
  return made_check({"phase", "The ramp has come to real money"},
                    {boost::describe::enum_to_string(live.phase, ""), "alpha, beta or production"},
                    live.phase != LivePhase::paper, "write `phase = \"alpha\"` below [live]");
}

Check daily_loss(const risk::Breakers& breakers) {
  const auto& breaker = breakers.daily_loss;
  const bool acts = breaker && breaker->action >= BreakerLevel::restricted;
  std::string value = breaker ? breaker->threshold.normalized().format() : std::string(kNone);
  if (breaker && !acts) value += ", which only warns";
  return made_check(
      {"daily_loss", "A daily loss stops trading"},
      {std::move(value), fmt::format("at most {}", kMostDailyLoss.format())},
      acts && breaker->threshold <= kMostDailyLoss,
      "write `threshold = 0.05` below [risk.breakers.daily_loss], with an action that restricts, "
      "halts or flattens");
}

/// The fall from the peak at which the first of the account's breakers keeps it from new risk.
std::optional<Decimal> first_drawdown_tier(const risk::Breakers& breakers) {
  std::optional<Decimal> first;
  const auto consider = [&](const Decimal& tier) {
    if (!tier.is_zero() && (!first || tier < *first)) first = tier;
  };
  if (breakers.drawdown) {
    for (const auto& tier :
         {breakers.drawdown->restricted, breakers.drawdown->halted, breakers.drawdown->flattening})
      consider(tier);
  }
  if (breakers.equity_stop) consider(breakers.equity_stop->threshold);
  return first;
}

Check drawdown(const risk::Breakers& breakers) {
  const auto first = first_drawdown_tier(breakers);
  return made_check({"drawdown", "A drawdown stops trading"},
                    {text_or_none(first), fmt::format("at most {}", kMostDrawdown.format())},
                    first && *first <= kMostDrawdown,
                    "write `restricted = 0.15` below [risk.breakers.drawdown], or `threshold = 0.15` below "
                    "[risk.breakers.equity_stop]");
}

Check position_limit(const RiskFacts& risk) {
  const auto& limit = risk.account.max_position_notional;
  std::string value(kNone);
  if (risk.every_instrument_has_position_limit) value = "one for each instrument";
  if (limit) value = limit->format();
  return made_check({"position_limit", "Positions are limited"},
                    {std::move(value), "of the account, or of each instrument"},
                    limit.has_value() || risk.every_instrument_has_position_limit,
                    "write `max_position_notional` below [risk]");
}

Check exposure_limit(const RiskFacts& risk, const LiveSettings& live) {
  // What is on paper yet is told what the next phase asks for.
  const LivePhase phase = live.phase == LivePhase::paper ? LivePhase::alpha : live.phase;
  const Decimal cap = cap_of(live, phase).normalized();
  const auto& limit = risk.account.max_exposure;
  return made_check({"exposure_limit", "The phase's cap holds"},
                    {text_or_none(limit), fmt::format("at most {} of the equity ({})", cap.format(),
                                                      boost::describe::enum_to_string(phase, ""))},
                    limit && *limit <= cap,
                    fmt::format("write `max_exposure = {}` below [risk]", cap.format()));
}

Check leverage(const RiskFacts& risk) {
  return made_check(
      {"leverage", "Leverage is bounded"},
      {risk.largest_leverage.normalized().format(), fmt::format("at most {}", kMostLeverage.format())},
      risk.largest_leverage <= kMostLeverage,
      fmt::format("write `leverage = {}` or less below [venue] or [[instrument]]", kMostLeverage.format()));
}

}  // namespace

void check_risk(const PreflightInput& input, Checks& checks) {
  checks.live(phase_of(input.live));
  checks.live(daily_loss(input.risk.breakers));
  checks.live(drawdown(input.risk.breakers));
  checks.live(position_limit(input.risk));
  checks.live(exposure_limit(input.risk, input.live));
  checks.live(leverage(input.risk));
}

}  // namespace kontor::session
