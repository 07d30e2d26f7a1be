#pragma once

#include <optional>

#include "calendar/schedule.hpp"
#include "research/config_reader.hpp"

namespace kontor::research {

/// The table [session]: when a session trades and how it ends. Nothing after a fault.
[[nodiscard]] std::optional<calendar::Schedule> read_schedule(ConfigReader& reader);

}  // namespace kontor::research
