#pragma once

#include <string>

#include "data/import_files.hpp"

namespace kontor::app {

/// What an import did, for people: a line per dataset, then what changed in the store.
[[nodiscard]] std::string format_import(const data::ImportSummary& summary);
/// The same as a JSON object.
[[nodiscard]] std::string to_json(const data::ImportSummary& summary);
/// Prints it to stdout in the wanted form, and the warnings to stderr.
void print_import(const data::ImportSummary& summary, bool json);

}  // namespace kontor::app
