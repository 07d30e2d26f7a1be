#pragma once

#include <filesystem>

#include "command.hpp"
#include "research/config.hpp"
#include "session/preflight.hpp"
#include "session_folder.hpp"

namespace kontor::app {

/// How the machine stands: the folder of the sessions, and the lock of this one's account. Changes nothing.
[[nodiscard]] session::PlaceFacts place_facts(const std::filesystem::path& sessions,
                                              const std::filesystem::path& lock);
/// What the configuration says that the checks look at, as of the session at `place`, and how the machine
/// stands. Nothing of the venue, and of the grant only the token. Errors: reading runs and sessions.
[[nodiscard]] Result<session::PreflightInput> preflight_input(const research::BacktestConfig& config,
                                                              const SessionPlace& place,
                                                              const Globals& globals);

/// The file of a session's live token, beside the lock of its account.
[[nodiscard]] std::filesystem::path live_token_of(const SessionPlace& place);

}  // namespace kontor::app
