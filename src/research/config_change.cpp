#include "research/config_change.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "base/sha256.hpp"
#include "research/config_difference.hpp"

namespace kontor::research {
namespace {

/// A key of an element of an array of tables: `strategy[2].limits.cooldown`.
struct ElementKey {
  std::size_t index = 0;
  std::string_view name;  ///< what follows the element: `limits.cooldown`
};

std::optional<ElementKey> element_of(std::string_view key, std::string_view array) {
  if (!key.starts_with(array) || !key.substr(array.size()).starts_with('[')) return std::nullopt;
  key.remove_prefix(array.size() + 1);
  ElementKey element;
  const auto read = std::from_chars(key.data(), key.data() + key.size(), element.index);
  key.remove_prefix(static_cast<std::size_t>(read.ptr - key.data()));
  if (read.ec != std::errc() || !key.starts_with("].")) return std::nullopt;
  element.name = key.substr(2);
  return element;
}

/// True for a key that stands in the table itself and in no table below it.
bool is_in_table(std::string_view key, std::string_view table) {
  return key.starts_with(table) && key.find('.', table.size()) == std::string_view::npos;
}

bool is_parameter(const BacktestConfig& config, const ElementKey& key) {
  if (key.index >= config.strategies.size()) return false;
  const auto& parameters = config.strategies[key.index].descriptor->parameters;
  return std::ranges::find(parameters, key.name, &strategy::ParameterDescriptor::name) != parameters.end();
}

/// What may change while a session runs.
bool may_change(const BacktestConfig& config, std::string_view key) {
  if (is_in_table(key, "risk.")) return true;
  if (const auto instrument = element_of(key, "instrument")) return is_in_table(instrument->name, "limits.");
  const auto strategy = element_of(key, "strategy");
  return strategy && (is_in_table(strategy->name, "limits.") || is_parameter(config, *strategy));
}

bool has_table(const FlatConfig& config, std::string_view table) {
  return std::ranges::any_of(config, [&](const auto& entry) { return entry.first.starts_with(table); });
}

/// Names keys that may not change; an element that is wholly new or gone has one name for all of its keys.
class Forbidden {
 public:
  Forbidden(const FlatConfig& before, const FlatConfig& after) : before_(before), after_(after) {}

  void add(const SettingChange& change) {
    const auto element = std::string_view(change.key).substr(0, change.key.find("].") + 2);
    const bool of_element = change.key.find("].") != std::string::npos;
    std::string text =
        fmt::format("{} ({} → {})", change.key, change.before.empty() ? "unset" : change.before,
                    change.after.empty() ? "unset" : change.after);
    if (of_element && !has_table(before_, element)) text = fmt::format("{} (added)", named(element));
    if (of_element && !has_table(after_, element)) text = fmt::format("{} (removed)", named(element));
    if (std::ranges::find(texts_, text) == texts_.end()) texts_.push_back(std::move(text));
  }
  [[nodiscard]] bool empty() const noexcept { return texts_.empty(); }
  [[nodiscard]] std::string text() const { return fmt::format("{}", fmt::join(texts_, ", ")); }

 private:
  static std::string_view named(std::string_view element) { return element.substr(0, element.size() - 1); }

  const FlatConfig& before_;
  const FlatConfig& after_;
  std::vector<std::string> texts_;
};

std::vector<ScopedLimits> limits_of(const BacktestConfig& config) {
  risk::RiskSettings risk;
  risk.account = config.limits;
  for (const auto& strategy : config.strategies)
    risk.strategies.insert(risk.strategies.end(), strategy.instruments.size(), strategy.limits);
  for (const auto& instrument : config.instruments) risk.instruments.push_back(instrument.limits);
  return risk::scoped_limits_of(risk);
}

/// The settings of those of `changed`, numbers of [[strategy]], for each of their instruments.
std::vector<StrategySettings> strategies_of(const BacktestConfig& config,
                                            const std::set<std::size_t>& changed) {
  std::vector<StrategySettings> all;
  std::uint32_t id = 0;
  for (std::size_t i = 0; i < config.strategies.size(); ++i) {
    for (std::size_t n = 0; n < config.strategies[i].instruments.size(); ++n, ++id) {
      if (changed.contains(i))
        all.push_back({StrategyId(id), strategy::settings_of(config.strategies[i].parameters)});
    }
  }
  return all;
}

/// With the instruments as they are, not only as far as a configuration tells them.
Result<void> check_parameters(const PreparedBacktest& prepared, const BacktestConfig& wanted) {
  std::vector<strategy::Parameters> parameters;
  for (const auto& strategy : wanted.strategies) parameters.push_back(strategy.parameters);
  TRY(const auto made, prepared.make_setup(parameters));
  static_cast<void>(made);
  return {};
}

}  // namespace

Result<std::optional<SettingsChanged>> settings_change(const PreparedBacktest& prepared,
                                                       std::string_view in_force,
                                                       const BacktestConfig& wanted) {
  TRY(auto before, flatten_config(in_force, "the configuration in force"));
  TRY(auto after, flatten_config(wanted.effective_toml, "the configuration"));
  SettingsChanged change;
  Forbidden forbidden(before, after);
  std::set<std::size_t> strategies;
  for (const auto& difference : config_differences({before, after})) {
    SettingChange one{difference.key, difference.values[0].value_or(""), difference.values[1].value_or("")};
    if (one.key.starts_with("live.")) continue;  // no order of a session that runs depends on it
    if (!may_change(wanted, one.key)) {
      forbidden.add(one);
      continue;
    }
    const auto strategy = element_of(one.key, "strategy");
    if (strategy && is_parameter(wanted, *strategy)) strategies.insert(strategy->index);
    change.changes.push_back(std::move(one));
  }
  if (!forbidden.empty()) {
    return fail(
        ErrorKind::usage,
        fmt::format("expected only limits and strategy parameters to differ from the configuration of "
                    "the session, found {}; that needs a new session",
                    forbidden.text()));
  }
  if (change.changes.empty()) return std::optional<SettingsChanged>();
  TRY_VOID(check_parameters(prepared, wanted));
  change.configuration = wanted.effective_toml;
  change.configuration_hash = sha256_hex(wanted.effective_toml);
  change.limits = limits_of(wanted);
  change.strategies = strategies_of(wanted, strategies);
  return std::optional(std::move(change));
}

}  // namespace kontor::research
