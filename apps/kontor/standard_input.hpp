#pragma once

#include <string>

#include "base/result.hpp"

namespace kontor::app {

/// All of standard input. Errors: usage (more than 64 MiB), io.
[[nodiscard]] Result<std::string> read_standard_input();

}  // namespace kontor::app
