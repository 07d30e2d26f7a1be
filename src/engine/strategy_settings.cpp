#include "engine/strategy_settings.hpp"

#include "engine/engine.hpp"

namespace kontor::engine {

std::vector<ParameterSetting> settings_of(const strategy::Strategy& strategy) {
  const strategy::Parameters* parameters = strategy.parameters();
  return parameters == nullptr ? std::vector<ParameterSetting>() : strategy::settings_of(*parameters);
}

bool change_settings(strategy::Strategy& strategy, const std::vector<ParameterSetting>& parameters) {
  return strategy.change_parameters(strategy::Parameters::recorded(parameters));
}

bool take_settings_back(Decoder& decoder, strategy::Strategy& strategy) {
  std::vector<ParameterSetting> parameters;
  decode_from(decoder, parameters);
  if (decoder.failed()) return false;
  // Nothing is changed where nothing differs: by far the most frequent case.
  if (encode(parameters) == encode(settings_of(strategy))) return true;
  return change_settings(strategy, parameters);
}

/// What cannot be, such as a strategy that there is not, was refused before it became an event; a journal of
/// somebody else that has it gets the rest of it.
void Engine::step(const EventHeader& header, const SettingsChanged& change) noexcept {
  begin(header);
  state_.risk.change_limits(change.limits);
  for (const auto& [strategy, parameters] : change.strategies) {
    if (strategy.index() < strategies_.size()) change_settings(*strategies_[strategy.index()], parameters);
  }
}

}  // namespace kontor::engine
