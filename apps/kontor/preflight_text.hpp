#pragma once

#include <string>

#include "session/preflight.hpp"

namespace kontor::app {

/// The checks as a table: what was found, what was expected, how it stands; below each that has not passed
/// how to mend it. Before paper only for what blocks it.
[[nodiscard]] std::string table_of(const session::PreflightReport& report);
/// One line of what comes of it.
[[nodiscard]] std::string conclusion_of(const session::PreflightReport& report, const std::string& config);

}  // namespace kontor::app
