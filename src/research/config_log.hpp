#pragma once

#include "base/log_settings.hpp"
#include "research/config_reader.hpp"

namespace kontor::research {

/// Reads the table `[log]`. It is no part of what a session trades by: it stands in no effective
/// configuration, and so in no hash and no journal.
[[nodiscard]] LogSettings read_log(ConfigReader& table);

}  // namespace kontor::research
