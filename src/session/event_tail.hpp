#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "journal/file_system.hpp"
#include "session/logged_event.hpp"

namespace kontor::session {

/// The last events of a session, read from the end of its files while it writes them; cheap to ask again
/// where nothing was written since. One thread.
class EventTail {
 public:
  /// Of the end of the files so much is looked at, and no more.
  static constexpr std::uint64_t kBytes = std::uint64_t{64} << 10U;

  /// `files` outlives it. `longest`: so many events at most.
  EventTail(journal::FileSystem& files, std::string session_folder, std::size_t longest)
      : files_(&files), folder_(std::move(session_folder)), longest_(longest) {}

  /// Looks again; the last events, oldest first. What can't be read now, or is no event, is left out: the
  /// writer is at work on it.
  const std::vector<LoggedEvent>& look();

 private:
  [[nodiscard]] Result<void> read();

  journal::FileSystem* files_;
  std::string folder_;
  std::size_t longest_;
  std::vector<LoggedEvent> events_;
  std::string file_;        ///< that was looked at last …
  std::uint64_t size_ = 0;  ///< … when it was as long as this
};

}  // namespace kontor::session
