#pragma once

#include <filesystem>
#include <string>

#include "session/control.hpp"

namespace kontor::app {

/// `running`, `paused`, `halted`, `flattening`, or how it has ended.
[[nodiscard]] std::string state_of(const session::Answer& answer);
/// A session with its positions and open orders, for a person.
[[nodiscard]] std::string text_of(const session::Answer& answer);
/// One line of how it stands.
[[nodiscard]] std::string line_of(const session::SessionStatus& status, const std::string& asset);

// A session that does not run.
[[nodiscard]] std::string absent_text(const std::string& session, const std::filesystem::path& folder);
[[nodiscard]] std::string absent_json(const std::string& session, const std::filesystem::path& folder);

}  // namespace kontor::app
