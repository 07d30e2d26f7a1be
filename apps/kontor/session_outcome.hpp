#pragma once

#include <string>
#include <string_view>

#include "session/paper_session.hpp"
#include "session_folder.hpp"

namespace kontor::app {

/// What a restart found, for the user to know before anything else happens; on stderr.
void tell_beginning(const SessionPlace& place, const session::PaperSession& session);

/// `the data has ended`, `stopped`, …
[[nodiscard]] std::string_view ending_text(session::Ending ending);
/// How a run has ended and what came of it, for scripts. Equity is counted in `asset`.
[[nodiscard]] std::string outcome_json(const SessionPlace& place, session::Ending ending,
                                       const session::PaperSession& session, const std::string& asset);
/// The same in two lines for people.
[[nodiscard]] std::string outcome_text(const SessionPlace& place, session::Ending ending,
                                       const session::SessionStatus& status, const std::string& asset);

}  // namespace kontor::app
