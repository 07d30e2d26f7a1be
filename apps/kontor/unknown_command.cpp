#include "unknown_command.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest.hpp"

namespace kontor::app {
namespace {

/// True for an option of this command, or of one above it.
bool is_option(const CLI::App& level, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  for (const CLI::App* above = &level; above != nullptr; above = above->get_parent()) {
    if (above->get_option_no_throw(name) != nullptr) return true;
  }
  return false;
}

/// True if this option is followed by a value of its own: `--store FOLDER`, but not `--store=FOLDER`.
bool takes_next_word(const CLI::App& command, const std::string& word) {
  const CLI::Option* option = command.get_option_no_throw(word);
  for (const CLI::App* above = &command; option == nullptr && above != nullptr; above = above->get_parent())
    option = above->get_option_no_throw(word);
  return option != nullptr && option->get_items_expected_max() > 0;
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

bool takes_words(const CLI::App& app) {
  return std::ranges::any_of(app.get_options(),
                             [](const CLI::Option* option) { return option->get_positional(); });
}

std::string message(const CLI::App& level, std::string_view word) {
  std::vector<std::string> path;
  for (const CLI::App* above = &level; above != nullptr; above = above->get_parent())
    path.insert(path.begin(), above->get_name());
  std::vector<std::string> names;
  for (const CLI::App* command : commands_of(level)) names.push_back(command->get_name());
  const std::vector<std::string_view> views(names.begin(), names.end());
  return fmt::format("expected a command of '{}' ({}), found '{}'{}", fmt::join(path, " "),
                     fmt::join(names, ", "), word, did_you_mean(word, views));
}

}  // namespace

std::optional<std::string> unknown_command(const CLI::App& app, std::span<char* const> words) {
  const CLI::App* level = &app;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string word = words[i];
    if (word.starts_with('-')) {
      // An option that nobody here has is told as that, and what follows it may be a secret.
      if (!is_option(*level, word)) return std::nullopt;
      if (takes_next_word(*level, word)) ++i;
      continue;
    }
    const auto commands = commands_of(*level);
    const auto found = std::ranges::find(commands, word, &CLI::App::get_name);
    if (found != commands.end()) {
      level = *found;
    } else if (!commands.empty() && !takes_words(*level)) {
      return message(*level, word);
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace kontor::app
