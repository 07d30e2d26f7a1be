#pragma once

#include <string>
#include <vector>

#include "command.hpp"
#include "journal/export.hpp"

namespace kontor::app {

/// Which records of which journal are wanted.
struct JournalChoice {
  std::string session;  ///< id, or the journal's folder
  std::vector<std::string> types;
  std::string from;
  std::string to;
  std::string instrument;
  std::uint64_t order = 0;  ///< 0: of all
};

/// The options for it.
void add_choice_options(CLI::App& command, JournalChoice& choice);
/// Errors: usage, for a type, time or name that is none.
[[nodiscard]] Result<journal::ExportFilter> filter_of(const JournalChoice& choice);

}  // namespace kontor::app
