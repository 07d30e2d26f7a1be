#include <algorithm>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include "session/preflight_checks.hpp"

namespace kontor::session {
namespace {

Check unasked(const CheckName& name, std::string threshold) {
  return made_check(name, {"needs the venue", std::move(threshold)}, std::nullopt,
                    "this build has no adapter for a venue: trade it on paper");
}

Check clock_offset(const VenueFacts& venue) {
  const CheckName name{"clock_offset", "The clock agrees with the venue's"};
  std::string threshold = fmt::format("at most {} ms off", kMostClockOffset / kMillisecond);
  if (!venue.clock_offset) return unasked(name, std::move(threshold));
  const DurationNs offset = *venue.clock_offset < 0 ? -*venue.clock_offset : *venue.clock_offset;
  return made_check(name, {format_duration(offset), std::move(threshold)}, offset <= kMostClockOffset,
                    "synchronise the machine's clock: 'timedatectl set-ntp true'");
}

/// Names of what is wanted and not there.
template <class Value, class Text>
std::string missing_of(const std::vector<Value>& wanted, const std::vector<Value>& there, Text&& text) {
  std::string missing;
  for (const auto& value : wanted) {
    if (std::ranges::find(there, value) == there.end())
      missing += fmt::format("{}{}", missing.empty() ? "" : ", ", text(value));
  }
  return missing;
}

Check instrument_filters(const PreflightInput& input) {
  const CheckName name{"instrument_filters", "The venue's filters are known"};
  std::string threshold = fmt::format("of all {}", input.instruments.size());
  if (!input.venue.instruments) return unasked(name, std::move(threshold));
  const auto missing =
      missing_of(input.instruments, *input.venue.instruments, [](const std::string& text) { return text; });
  return made_check(name, {missing.empty() ? "known" : "not known: " + missing, std::move(threshold)},
                    missing.empty(), "correct the names of the instruments, or leave these out");
}

Check order_types(const PreflightInput& input) {
  const auto text = [](OrderType type) { return boost::describe::enum_to_string(type, ""); };
  const CheckName name{"order_types", "The venue takes the orders"};
  std::string threshold = missing_of(input.order_types, {}, text);
  if (!input.venue.order_types) return unasked(name, std::move(threshold));
  const auto missing = missing_of(input.order_types, *input.venue.order_types, text);
  return made_check(name, {missing.empty() ? "all" : "not " + missing, std::move(threshold)}, missing.empty(),
                    "choose parameters that need no such orders, or write `brackets = \"engine\"` below "
                    "[[instrument]] where it is a bracket's");
}

Check balance(const PreflightInput& input) {
  const CheckName name{"balance", "There is enough money"};
  std::string threshold =
      fmt::format("at least {} {}", input.live.min_balance.normalized().format(), input.asset);
  if (!input.venue.balance) return unasked(name, std::move(threshold));
  return made_check(name,
                    {fmt::format("{} {}", input.venue.balance->format(), input.asset), std::move(threshold)},
                    *input.venue.balance >= Amount::from_decimal(input.live.min_balance),
                    "put money into the account, or lower `min_balance` below [live]");
}

Check key_permissions(const VenueFacts& venue) {
  const CheckName name{"key_permissions", "The key may trade and nothing more"};
  std::string threshold = "may trade, may not withdraw";
  if (!venue.key) return unasked(name, std::move(threshold));
  return made_check(name,
                    {fmt::format("{} trade, {} withdraw", venue.key->may_trade ? "may" : "may not",
                                 venue.key->may_withdraw ? "may" : "may not"),
                     std::move(threshold)},
                    venue.key->may_trade && !venue.key->may_withdraw,
                    "make another key at the venue, for trading alone");
}

}  // namespace

void check_venue(const PreflightInput& input, Checks& checks) {
  checks.live(clock_offset(input.venue));
  checks.live(instrument_filters(input));
  checks.live(order_types(input));
  checks.live(balance(input));
  checks.live(key_permissions(input.venue));
}

void check_grant(const PreflightInput& input, Checks& checks) {
  const auto& grant = input.grant;
  std::string value = grant.token_problem.empty() ? "not given" : grant.token_problem;
  bool holds = grant.typed == kAcknowledgement;
  if (holds) {
    value = "typed";
  } else if (!grant.typed.empty()) {
    value = "other words";
  } else if (grant.token) {
    const auto checked = check_live_token(*grant.token, input.configuration_hash, input.now);
    holds = checked.has_value();
    value = holds ? "given until " + format_time(grant.token->expires) : checked.error().message;
  }
  checks.live(
      made_check({"acknowledgement", "Somebody has given leave"},
                 {std::move(value), "the words, or a live token that holds"}, holds,
                 "'kontor preflight CONFIG.toml --grant' asks for it once everything else has passed"));
}

}  // namespace kontor::session
