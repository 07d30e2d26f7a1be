#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace kontor::app {

/// Where a session keeps its journal, and where the lock of its account is.
struct SessionPlace {
  std::string id;
  std::filesystem::path folder;
  std::filesystem::path lock;
};

/// The place of a session of this name below `root`. `fresh`: of one that is not there yet, with a number
/// behind the name where the name is taken.
[[nodiscard]] Result<SessionPlace> place_of_session(const std::filesystem::path& root, std::string_view name,
                                                    bool fresh);

/// The ids of all sessions below `root`, ascending.
[[nodiscard]] std::vector<std::string> sessions_in(const std::filesystem::path& root);

/// The folder of a journal: a session's id below `root`, or a path. Error not_found names what there is.
[[nodiscard]] Result<std::filesystem::path> find_journal(const std::filesystem::path& root,
                                                         const std::string& session);

}  // namespace kontor::app
