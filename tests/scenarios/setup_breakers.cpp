// The breakers of a scenario: `breaker account drawdown warning 0.05 cooldown 1h`.

#include <functional>
#include <map>

#include <boost/describe/enum_from_string.hpp>
#include <fmt/format.h>

#include "tests/scenarios/setup.hpp"

namespace kontor::scenario {
namespace {

using Key = std::function<void(Words&)>;
using Keys = std::map<std::string, Key, std::less<>>;

Key number(Decimal& into) {
  return [&into](Words& line) { into = line.decimal("a number"); };
}
Key times(std::uint32_t& into) {
  return [&into](Words& line) { into = static_cast<std::uint32_t>(line.number("a count")); };
}
Key duration(DurationNs& into) {
  return [&into](Words& line) { into = line.duration("a duration"); };
}
Key level(BreakerLevel& into) {
  return [&into](Words& line) {
    const std::string word = line.take("a level");
    if (!boost::describe::enum_from_string(word.c_str(), into))
      throw ScenarioFault(
          fmt::format("expected warning, restricted, halted or flattening, found '{}'", word));
  };
}

Keys keys_of(risk::ErrorBurstBreaker& breaker) {
  return {{"threshold", times(breaker.threshold)},
          {"window", duration(breaker.window)},
          {"action", level(breaker.action)},
          {"cooldown", duration(breaker.cooldown)}};
}
Keys keys_of(risk::DrawdownBreaker& breaker) {
  return {{"warning", number(breaker.warning)},
          {"restricted", number(breaker.restricted)},
          {"halted", number(breaker.halted)},
          {"flattening", number(breaker.flattening)},
          {"cooldown", duration(breaker.cooldown)}};
}
Keys keys_of(risk::LossBreaker& breaker) {
  return {{"threshold", number(breaker.threshold)},
          {"action", level(breaker.action)},
          {"cooldown", duration(breaker.cooldown)},
          {"boundary", duration(breaker.boundary)}};
}
Keys keys_of(risk::LosingStreakBreaker& breaker) {
  return {{"threshold", times(breaker.threshold)},
          {"action", level(breaker.action)},
          {"cooldown", duration(breaker.cooldown)}};
}
Keys keys_of(risk::PriceShockBreaker& breaker) {
  return {{"threshold", number(breaker.threshold)},
          {"action", level(breaker.action)},
          {"cooldown", duration(breaker.cooldown)}};
}
Keys keys_of(risk::PriceMoveBreaker& breaker) {
  return {{"threshold", number(breaker.threshold)},
          {"window", duration(breaker.window)},
          {"periods", times(breaker.periods)},
          {"action", level(breaker.action)},
          {"cooldown", duration(breaker.cooldown)}};
}
Keys keys_of(risk::ConnectionBreaker& breaker) {
  return {{"restricted_after", duration(breaker.restricted_after)},
          {"halted_after", duration(breaker.halted_after)}};
}
Keys keys_of(risk::ClockOffsetBreaker& breaker) {
  return {{"threshold", duration(breaker.threshold)}, {"action", level(breaker.action)}};
}
Keys keys_of(risk::EquityStopBreaker& breaker) {
  return {{"threshold", number(breaker.threshold)}, {"yellow", number(breaker.yellow)},
          {"orange", number(breaker.orange)},       {"smoothing", duration(breaker.smoothing)},
          {"cooldown", duration(breaker.cooldown)}, {"no_restart", number(breaker.no_restart)}};
}
Keys keys_of(risk::DataAgeBreaker& breaker) {
  return {{"threshold", duration(breaker.threshold)}, {"action", level(breaker.action)}};
}

template <class Breaker>
Key into(std::optional<Breaker>& breaker, const Breaker& defaults = {}) {
  return [&breaker, defaults](Words& line) {
    breaker = defaults;
    const Keys keys = keys_of(*breaker);
    while (!line.done()) {
      const auto found = keys.find(line.peek());
      if (found == keys.end()) throw ScenarioFault(fmt::format("unknown key '{}' of a breaker", line.peek()));
      line.expect(found->first);
      found->second(line);
    }
  };
}

}  // namespace

void Setup::read_breaker(Words& line) {
  risk::Breakers* breakers = &risk.breakers.account;
  if (line.take_if("strategy")) {
    risk.breakers.strategies.resize(strategies.size());
    breakers = &risk.breakers.strategies[strategy(line.take("a strategy")).index()];
  } else if (line.take_if("instrument")) {
    risk.breakers.instruments.resize(instruments.size());
    breakers = &risk.breakers.instruments[instrument(line).index()];
  } else {
    line.expect("account");
  }
  const Keys kinds = {{"error_burst", into(breakers->error_burst)},
                      {"drawdown", into(breakers->drawdown)},
                      {"daily_loss", into(breakers->daily_loss)},
                      {"weekly_loss", into(breakers->weekly_loss, {.threshold = Decimal{10, 2}})},
                      {"losing_streak", into(breakers->losing_streak)},
                      {"price_shock", into(breakers->price_shock)},
                      {"price_move", into(breakers->price_move)},
                      {"connection", into(breakers->connection)},
                      {"clock_offset", into(breakers->clock_offset)},
                      {"equity_stop", into(breakers->equity_stop)},
                      {"data_age", into(breakers->data_age)}};
  const std::string kind = line.take("a breaker");
  const auto found = kinds.find(kind);
  if (found == kinds.end()) throw ScenarioFault(fmt::format("unknown breaker '{}'", kind));
  found->second(line);
}

}  // namespace kontor::scenario
