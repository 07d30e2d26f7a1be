#pragma once

#include <filesystem>

#include "command.hpp"

namespace kontor::app {

/// `kontor keys …`: the vault of the exchange keys. `vault` is its file where nobody says otherwise.
void add_keys(CLI::App& parent, Globals& globals, const std::filesystem::path& vault);

}  // namespace kontor::app
