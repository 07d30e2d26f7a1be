#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/log_settings.hpp"
#include "calendar/schedule.hpp"
#include "data/dataset.hpp"
#include "execution/protection.hpp"
#include "model/instrument.hpp"
#include "model/live_settings.hpp"
#include "research/config_symbol.hpp"
#include "risk/risk_engine.hpp"
#include "strategy/strategy.hpp"
#include "venue/sim/sim_settings.hpp"

namespace kontor::research {

/// The rules of the simulated venue as they are written in a file: assets and instruments by name.
struct RulesConfig {
  sim::InstrumentRules rules;
  std::string other_fee_asset;       ///< empty: none
  std::string other_fee_instrument;  ///< `BNBUSDT@binance`; empty: other_fee_price
};

/// One [[instrument]] of a configuration. What is absent is taken from the data or from a documented default.
struct InstrumentConfig {
  InstrumentName name;
  InstrumentKind kind = InstrumentKind::spot;
  std::string base;
  std::string quote;
  std::optional<Decimal> tick;
  std::optional<Decimal> step;
  std::optional<Decimal> min_quantity;
  std::optional<Decimal> max_quantity;
  std::optional<Decimal> min_notional;
  std::optional<Decimal> maker_fee;
  std::optional<Decimal> taker_fee;
  Decimal multiplier{1, 0};
  std::vector<data::DataKind> feed;
  Timeframe timeframe;
  RulesConfig rules;
  risk::Limits limits;
  risk::Breakers breakers;
  execution::GroupKeeper brackets = execution::GroupKeeper::venue;
};

/// One [[strategy]]: it runs once per instrument, each with its own book.
struct StrategyConfig {
  const strategy::StrategyDescriptor* descriptor = nullptr;
  std::string label;
  std::vector<InstrumentName> instruments;
  Timeframe timeframe;
  strategy::Parameters parameters;
  risk::Limits limits;
  risk::Breakers breakers;
};

/// A whole backtest configuration, checked as far as that is possible without data.
struct BacktestConfig {
  std::string name;
  std::optional<TimeNs> from;
  std::optional<TimeNs> to;
  std::uint64_t seed = 1;
  std::string reporting_asset;
  std::map<std::string, Decimal> balances;
  std::optional<DurationNs> equity_interval;
  std::uint64_t trials = 1;                       ///< configurations tried, this one included
  std::optional<Decimal> trial_sharpe_deviation;  ///< of their annual Sharpe ratios
  sim::SimSettings venue;                         ///< latency and order handling; rules are per instrument
  DurationNs least_tick_latency = 0;
  std::vector<InstrumentConfig> instruments;
  std::vector<StrategyConfig> strategies;
  risk::Limits limits;
  risk::Breakers breakers;
  execution::ProtectionSettings protection;
  DurationNs stale_after = 0;                    ///< orders that wait for so long are withdrawn; 0: none is
  LogSettings log{};                             ///< of a session; not in the effective configuration
  std::optional<calendar::Schedule> schedule{};  ///< of a session; a backtest knows none
  LiveSettings live{};                           ///< of a session; no orders depend on it
  std::string effective_toml;                    ///< every key with the value that holds
};

/// The range that options of their own set, over what the file and `--set` say; empty: not given.
struct RangeOptions {
  std::string from;
  std::string to;
};

/// Reads a configuration file and the `--set` overrides. All faults are reported together, each with file,
/// line, what was found and what was expected.
[[nodiscard]] Result<BacktestConfig> load_config(const std::string& file,
                                                 std::span<const std::string> overrides,
                                                 const RangeOptions& range = {});
[[nodiscard]] Result<BacktestConfig> parse_config(std::string_view text, const std::string& file,
                                                  std::span<const std::string> overrides,
                                                  const RangeOptions& range = {});

/// Every key that a configuration may have, by table: `venue`, `instrument.limits`. The parameters of
/// strategies are not among them, they are what the registry says.
[[nodiscard]] std::map<std::string, std::set<std::string>, std::less<>> known_config_keys();

}  // namespace kontor::research
