#include "research/config_log.hpp"

#include <array>

namespace kontor::research {
namespace {

constexpr std::size_t kLogChoices = kLogLevels + 1;

std::span<const std::string_view> level_names() {
  static const auto kNames = [] {
    std::array<std::string_view, kLogChoices> names;
    for (std::size_t i = 0; i < kLogChoices; ++i) names[i] = name_of(static_cast<LogLevel>(i));
    return names;
  }();
  return kNames;
}

LogLevel read_level(ConfigReader& table, std::string_view key, LogLevel fallback) {
  return static_cast<LogLevel>(table.choice(key, static_cast<std::size_t>(fallback), level_names()));
}

}  // namespace

LogSettings read_log(ConfigReader& table) {
  LogSettings settings;
  const LogLevel everywhere = read_level(table, "level", LogLevel::info);
  settings.levels.set(everywhere);
  settings.console = read_level(table, "console", settings.console);
  settings.folder = table.text("folder", "");
  if (const auto size = parse_log_size(table.text("size", log_size_text(settings.size)))) {
    settings.size = *size;
  } else {
    table.fault("size", size.error().message);
  }
  settings.count =
      static_cast<std::uint32_t>(table.integer("count", settings.count, 1, LogSettings::kMostFiles));
  table.table("levels", [&](ConfigReader& levels) {
    for (std::size_t i = 0; i < kLogComponents; ++i) {
      const auto component = static_cast<LogComponent>(i);
      settings.levels.set(component, read_level(levels, name_of(component), everywhere));
    }
  });
  return settings;
}

}  // namespace kontor::research
