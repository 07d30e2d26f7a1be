#pragma once

#include <memory>
#include <string>

#include "command.hpp"
#include "research/prepare.hpp"
#include "session/session_journal.hpp"
#include "session_folder.hpp"

namespace kontor::app {

/// What a session is made of: the configuration that it was begun with, and its data.
struct Origin {
  std::unique_ptr<const research::PreparedBacktest> prepared;
  journal::Configuration configuration;
  bool is_begun = false;  ///< it has a journal
};

/// `wanted` where that is not empty, else what the configuration or its file is named.
[[nodiscard]] std::string name_of_session(const std::string& wanted, const research::BacktestConfig& config,
                                          const std::string& file);

/// The origin of the session at `place`, which is that of its journal where there is one. `config`, what the
/// file says now, may differ from it in what can change. Errors: usage (it differs in something else), those
/// of reading the journal and the data.
[[nodiscard]] Result<Origin> origin_of(journal::FileSystem& files, const SessionPlace& place,
                                       const research::BacktestConfig& config, const Globals& globals);

/// Who the session is, for its journal. `token` is that of the account's lock.
[[nodiscard]] journal::Identity identity_of(const Origin& origin, const SessionPlace& place,
                                            const std::string& account, std::uint64_t token);

/// What the session's events say of it. `mode`: `paper` or `live`.
[[nodiscard]] session::SessionAbout about(const research::PreparedBacktest& prepared, const std::string& name,
                                          std::string mode, session::EventListener* listener);

}  // namespace kontor::app
