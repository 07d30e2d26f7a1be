#pragma once

#include "base/result.hpp"

namespace kontor::vault {

/// To be called before the first secret is read. From then on this process leaves no core dump, no other
/// process of the user can look into it (debuggers, /proc/PID/mem), and it may lock as much memory as the
/// system grants it. There is no way back. Error internal: the system refuses; then no secret may be read.
[[nodiscard]] Result<void> protect_process();

}  // namespace kontor::vault
