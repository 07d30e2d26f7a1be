#pragma once

#include <string>

#include <fmt/format.h>

#include "base/prng.hpp"
#include "model/settings.hpp"

namespace kontor::test {

/// Limits such as people set them, each of them or none.
[[nodiscard]] inline Limits random_limits(Prng& random) {
  Limits limits;
  const auto count = [&](std::uint64_t most) { return static_cast<std::uint32_t>(1 + random.below(most)); };
  if (random.below(3) == 0) limits.max_order_notional = Amount::from_decimal({1 + count(50), 0});
  if (random.below(3) == 0) limits.max_exposure = Decimal{count(30), 1};
  if (random.below(3) == 0) limits.max_open_orders = count(40);
  if (random.below(3) == 0) limits.max_orders_per_day = count(200);
  if (random.below(3) == 0) limits.max_orders_per_minute = count(20);
  if (random.below(3) == 0) limits.max_orders_per_second = count(4);
  if (random.below(3) == 0) limits.cooldown = static_cast<DurationNs>(random.below(90)) * kSecond;
  return limits;
}

/// Other limits for some scopes, and other parameters for some of the random strategies; now and then what
/// cannot be, as a journal of somebody else might have it.
[[nodiscard]] inline SettingsChanged random_settings(Prng& random, std::uint32_t strategies,
                                                     std::uint32_t instruments) {
  SettingsChanged change;
  const auto add = [&](LimitScope scope, std::uint32_t index) {
    if (random.below(3) == 0) change.limits.push_back({scope, index, random_limits(random)});
  };
  add(LimitScope::account, 0);
  for (std::uint32_t i = 0; i <= strategies; ++i) add(LimitScope::strategy, i);
  for (std::uint32_t i = 0; i <= instruments; ++i) add(LimitScope::instrument, i);
  for (std::uint32_t i = 0; i <= strategies; ++i) {
    if (random.below(2) == 0) continue;
    change.strategies.push_back({StrategyId(i),
                                 {{"act_one_in", static_cast<std::int64_t>(random.below(9))},
                                  {"largest_steps", static_cast<std::int64_t>(1 + random.below(8000))}}});
  }
  change.configuration = fmt::format("number = {}\n", random.below(1'000'000'000));
  change.configuration_hash = fmt::format("hash of {}", change.configuration);
  change.changes.push_back({"number", "", change.configuration});
  return change;
}

}  // namespace kontor::test
