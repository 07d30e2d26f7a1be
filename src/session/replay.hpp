#pragma once

#include <cstdint>
#include <string>

#include "engine/engine.hpp"
#include "session/history.hpp"

namespace kontor::session {

/// What going through a journal again has shown.
struct ReplayReport {
  std::uint64_t events = 0;
  std::uint64_t outputs = 0;  ///< commands and refusals that came out as in the journal
  std::uint64_t states = 0;   ///< snapshots whose state came out as in the journal
  std::uint64_t last_seq = 0;
  /// Decisions of the last event that a crash kept out of the journal.
  std::uint64_t not_in_journal = 0;
  std::string difference;  ///< the first one: record, expected, found; empty: there is none
  [[nodiscard]] bool identical() const noexcept { return difference.empty(); }
};

/// Gives a fresh engine, made from the journal's own configuration, every input of the journal, and compares
/// every output, and the state wherever a snapshot was taken. Errors are those of reading; a difference is no
/// error but what was asked for.
[[nodiscard]] Result<ReplayReport> replay(journal::FileSystem& files, const std::string& folder,
                                          engine::Engine& engine);

}  // namespace kontor::session
