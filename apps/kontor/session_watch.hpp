#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace kontor::app {

/// Shows how a running session stands until it ends or the user has seen enough: the view on a terminal, else
/// a line each second. `folder` is the session's. True: the session has ended; false: it goes on. Errors:
/// not_found (it does not run), io (it does not answer).
[[nodiscard]] Result<bool> watch_session(const std::filesystem::path& folder);

}  // namespace kontor::app
