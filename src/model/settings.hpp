#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/ids.hpp"
#include "model/limits.hpp"

namespace kontor {

/// The value of a strategy's parameter: a whole number or a duration in nanoseconds, a number, a flag, a
/// word.
using SettingValue = std::variant<std::int64_t, double, bool, std::string>;  // analytics

/// One parameter of a strategy.
struct ParameterSetting {
  std::string name;
  SettingValue value;
  BOOST_DESCRIBE_CLASS(ParameterSetting, (), (name, value), (), ())
};

/// All parameters of one strategy, by ascending name.
struct StrategySettings {
  StrategyId strategy;
  std::vector<ParameterSetting> parameters;
  BOOST_DESCRIBE_CLASS(StrategySettings, (), (strategy, parameters), (), ())
};

/// One key of the configuration that has another value than before, both as the configuration has them.
struct SettingChange {
  std::string key;     ///< `strategy[0].fast`
  std::string before;  ///< empty: it was not set
  std::string after;   ///< empty: it is not set any more
  BOOST_DESCRIBE_CLASS(SettingChange, (), (key, before, after), (), ())
};

/// Other limits and parameters are in force from here on (M27). The numbers are what counts; the text is what
/// a person and the next start of the session read.
struct SettingsChanged {
  std::string configuration_hash;      ///< SHA-256 of the text
  std::string configuration;           ///< the whole of it, as it is in force now
  std::vector<SettingChange> changes;  ///< what differs from the configuration before
  std::vector<ScopedLimits> limits;    ///< of every scope that has any: those that are not here have none
  std::vector<StrategySettings> strategies;  ///< those whose parameters have changed
  BOOST_DESCRIBE_CLASS(SettingsChanged, (), (configuration_hash, configuration, changes, limits, strategies),
                       (), ())
};

}  // namespace kontor
