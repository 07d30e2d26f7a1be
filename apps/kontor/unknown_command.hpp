#pragma once

#include <optional>
#include <span>
#include <string>

#include <CLI/CLI.hpp>

namespace kontor::app {

/// A message about the word that stands where a command is expected and is none; nothing if the words are
/// wrong in another way. `words` are the arguments of the program without its name.
std::optional<std::string> unknown_command(const CLI::App& app, std::span<char* const> words);

}  // namespace kontor::app
