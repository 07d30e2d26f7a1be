#pragma once

#include <optional>
#include <string>

#include "session/control.hpp"
#include "session/last_seen.hpp"

namespace kontor::app {

/// `running`, `paused`, `halted`, `flattening`, or how it has ended.
[[nodiscard]] std::string state_of(const session::Answer& answer);
/// A session with its positions and open orders, for a person.
[[nodiscard]] std::string text_of(const session::Answer& answer);
/// One line of how it stands.
[[nodiscard]] std::string line_of(const session::SessionStatus& status, const std::string& asset);

// A session that does not run, as it was last seen.
/// `stopped`, `failed (crashed)`, … ; `not running` where nothing tells.
[[nodiscard]] std::string state_of(const std::optional<session::LastSeen>& seen);
/// The same for one that does not answer: what had not ended when it was last heard of is not said to go on.
[[nodiscard]] std::string absent_state(const std::optional<session::LastSeen>& seen);
[[nodiscard]] std::string absent_line(const std::optional<session::LastSeen>& seen);
[[nodiscard]] std::string absent_json(const std::string& session,
                                      const std::optional<session::LastSeen>& seen);

}  // namespace kontor::app
