#include "risk/limits.hpp"

namespace kontor::risk {

std::vector<ScopedLimits> scoped_limits_of(const RiskSettings& settings) {
  std::vector<ScopedLimits> all;
  const auto add = [&](LimitScope scope, std::size_t index, const Limits& limits) {
    if (limits.any()) all.push_back({scope, static_cast<std::uint32_t>(index), limits});
  };
  add(LimitScope::account, 0, settings.account);
  for (std::size_t i = 0; i < settings.strategies.size(); ++i)
    add(LimitScope::strategy, i, settings.strategies[i]);
  for (std::size_t i = 0; i < settings.instruments.size(); ++i)
    add(LimitScope::instrument, i, settings.instruments[i]);
  return all;
}

}  // namespace kontor::risk
