#pragma once

#include "model/live_settings.hpp"
#include "research/config_reader.hpp"

namespace kontor::research {

/// The table [live]: which phase of the ramp to real money the configuration is in, and what it has to show.
[[nodiscard]] LiveSettings read_live(ConfigReader& reader);

}  // namespace kontor::research
