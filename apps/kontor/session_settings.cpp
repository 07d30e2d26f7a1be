#include "session_settings.hpp"

#include <utility>

#include <fmt/format.h>

#include "research/config_change.hpp"

namespace kontor::app {

bool SettingsFile::wants_to_be_read() {
  if (!std::exchange(was_read_, true)) return true;
  return watch_.has_changed(session::FileWatch::Clock::now());
}

std::optional<session::SettingsWord> SettingsFile::refuse(std::string reason) {
  if (reason == refusal_) return std::nullopt;
  refusal_ = std::move(reason);
  if (print_)
    print_(LogLevel::warning, fmt::format("{}\nkontor: the configuration before stays in force", refusal_));
  return session::SettingsWord{{}, refusal_};
}

std::optional<session::SettingsWord> SettingsFile::read(const journal::Configuration& in_force) {
  const auto wanted = research::load_config(file_.string(), overrides_);
  if (!wanted) return refuse(wanted.error().message);
  if (on_log_) on_log_(wanted->log);
  auto change = research::settings_change(prepared_, in_force.text, *wanted);
  if (!change) return refuse(fmt::format("{}: {}", file_.string(), change.error().message));
  refusal_.clear();
  if (!*change) return std::nullopt;
  if (print_) {
    std::string line = "the configuration was changed: ";
    for (const auto& one : (*change)->changes)
      line += (line.ends_with(": ") ? "" : ", ") + session::text_of(one);
    print_(LogLevel::info, line);
  }
  return session::SettingsWord{std::move(**change), {}};
}

}  // namespace kontor::app
