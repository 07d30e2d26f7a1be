#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "model/instrument.hpp"
#include "risk/risk_engine.hpp"
#include "strategy/strategy.hpp"
#include "tests/scenarios/text.hpp"
#include "tests/scenarios/words.hpp"
#include "venue/sim/sim_settings.hpp"

namespace kontor::scenario {

/// One scripted strategy before the first event.
struct StrategySetup {
  strategy::Subscriptions subscriptions;
  risk::Limits limits;
};

/// What the lines before the first event make up: instruments, account, strategies, limits, and the simulated
/// venue where there is one.
class Setup {
 public:
  /// True if the line belongs here (its first word tells); it has been read then.
  bool read(Words& line);
  /// Fills in what was not said: one strategy, the reporting asset.
  void complete();
  /// Another value of a limit, after complete().
  void change_limit(Words& line);

  /// The instrument that the next word names; where there is only one it need not be named.
  [[nodiscard]] InstrumentId instrument(Words& line) const;
  [[nodiscard]] StrategyId strategy(std::string_view name) const;

  InstrumentTable instruments;
  std::vector<engine::InstrumentFeed> feeds;
  std::string account;
  AssetId reporting_asset;
  std::vector<std::string> strategy_names;
  std::vector<StrategySetup> strategies;
  risk::RiskSettings risk;
  std::vector<std::pair<AssetId, Decimal>> fixed_prices;
  execution::ProtectionSettings protection;
  DurationNs stale_after = 0;
  std::vector<execution::GroupKeeper> groups;  ///< by InstrumentId
  std::optional<sim::SimSettings> venue;
  Watch watch;

 private:
  void read_instrument(Words& line);
  void read_strategy(Words& line);
  void read_limit(Words& line);
  void read_breaker(Words& line);
  void read_venue(Words& line);
  void read_rule(Words& line, const std::string& key, sim::InstrumentRules& rules);
  void read_watch(Words& line);
};

/// Seconds of the scenario's day, or a whole time stamp: `00:05`, `00:05:30.5`, `2025-01-02T00:05`.
[[nodiscard]] TimeNs scenario_time(const std::string& text);

/// Midnight of the day on which scenarios begin: 2025-01-01, a Wednesday.
inline constexpr TimeNs kScenarioStart = 1'735'689'600 * kSecond;

}  // namespace kontor::scenario
