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
  bool is_test = false;  ///< it stands for the moment of a test, and is as good as any other
};

/// The stop that stands for the sessions in `sessions`; nothing if there is none. A file that cannot be read
/// or understood is a stop: whoever put it there wanted one.
[[nodiscard]] std::optional<EmergencyStop> emergency_stop_in(const std::filesystem::path& sessions);
/// Error usage where one stands: no session begins then.
[[nodiscard]] Result<void> check_emergency_stop(const std::filesystem::path& sessions);
/// Makes it stand, durable before this returns. A stop that stands already is only ever made stronger.
[[nodiscard]] Result<void> write_emergency_stop(const std::filesystem::path& sessions,
                                                const EmergencyStop& stop);
/// Makes one stand for a moment, sees that no session could begin, takes it back and writes down the time.
/// Sessions that run would stop. Errors: usage (one stands already), internal (it was not seen, or stayed),
/// io.
[[nodiscard]] Result<void> try_emergency_stop(const std::filesystem::path& sessions, TimeNs now);
/// Writes down that the emergency stop was found to work.
[[nodiscard]] Result<void> note_stop_test(const std::filesystem::path& sessions, TimeNs now);
/// When it was last found to work, on the wall; nothing: never.
[[nodiscard]] std::optional<TimeNs> last_stop_test(const std::filesystem::path& sessions);
/// Takes it back; nothing happens if there is none.
[[nodiscard]] Result<void> lift_emergency_stop(const std::filesystem::path& sessions);

}  // namespace kontor::app
