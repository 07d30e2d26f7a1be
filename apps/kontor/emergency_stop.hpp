#pragma once

#include <filesystem>
#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"

namespace kontor::app {

/// An emergency stop that stands: every session below the same folder stops, and none begins.
struct EmergencyStop {
  bool flatten = false;  ///< positions are closed first
  TimeNs since = 0;
};

/// The stop that stands for the sessions in `sessions`; nothing if there is none. A file that cannot be read
/// or understood is a stop: whoever put it there wanted one.
[[nodiscard]] std::optional<EmergencyStop> emergency_stop_in(const std::filesystem::path& sessions);
/// Error usage where one stands: no session begins then.
[[nodiscard]] Result<void> check_emergency_stop(const std::filesystem::path& sessions);
/// Makes it stand, durable before this returns. A stop that stands already is only ever made stronger.
[[nodiscard]] Result<void> write_emergency_stop(const std::filesystem::path& sessions,
                                                const EmergencyStop& stop);
/// Takes it back; nothing happens if there is none.
[[nodiscard]] Result<void> lift_emergency_stop(const std::filesystem::path& sessions);

}  // namespace kontor::app
