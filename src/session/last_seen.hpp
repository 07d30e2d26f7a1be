#pragma once

#include <optional>
#include <string>

#include "journal/file_system.hpp"
#include "session/life_cycle.hpp"

namespace kontor::session {

/// What a session that nobody can ask was last seen to be.
struct LastSeen {
  SeenLife life;
  TimeNs heard = 0;    ///< the last sign of life, on the wall
  std::string equity;  ///< decimal text; empty where the account could not be valued
};

/// From the session's summary.json, without going through its events or its journal; `now` is the time on the
/// wall. Nothing where there is no summary yet. Error bad_data: the file is not one.
[[nodiscard]] Result<std::optional<LastSeen>> last_seen(journal::FileSystem& files, const std::string& folder,
                                                        TimeNs now);

}  // namespace kontor::session
