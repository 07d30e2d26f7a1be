#include "base/log_settings.hpp"

#include <charconv>
#include <utility>
#include <vector>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest.hpp"

namespace kontor {
namespace {

template <class Enum>
std::vector<std::string_view> names_of() {
  std::vector<std::string_view> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
      [&](auto enumerator) { names.emplace_back(enumerator.name); });
  return names;
}

template <class Enum>
Result<Enum> named(std::string_view name, std::string_view what) {
  const auto names = names_of<Enum>();
  Enum found{};
  if (boost::describe::enum_from_string(std::string(name).c_str(), found)) return found;
  return fail(ErrorKind::usage, fmt::format("expected {}: {}, found '{}'{}", what, fmt::join(names, ", "),
                                            name, did_you_mean(name, names)));
}

constexpr std::pair<std::string_view, std::uint64_t> kSizeUnits[] = {
    {"GB", 1'000'000'000}, {"MB", 1'000'000}, {"KB", 1'000}};

}  // namespace

std::string_view name_of(LogLevel level) noexcept {
  return boost::describe::enum_to_string(level, "unknown");
}

std::string_view name_of(LogComponent component) noexcept {
  return boost::describe::enum_to_string(component, "unknown");
}

std::string log_level_names() { return fmt::format("{}", fmt::join(names_of<LogLevel>(), " ")); }

std::string log_component_names() { return fmt::format("{}", fmt::join(names_of<LogComponent>(), " ")); }

Result<LogLevel> parse_log_level(std::string_view name) { return named<LogLevel>(name, "a level"); }

Result<LogComponent> parse_log_component(std::string_view name) {
  return named<LogComponent>(name, "a component");
}

Result<void> LogLevels::apply(std::string_view word) {
  const auto equals = word.find('=');
  if (equals == std::string_view::npos) {
    TRY(const auto level, parse_log_level(word));
    set(level);
    return {};
  }
  TRY(const auto component, parse_log_component(word.substr(0, equals)));
  TRY(const auto level, parse_log_level(word.substr(equals + 1)));
  set(component, level);
  return {};
}

std::string LogLevels::text() const {
  std::string text(name_of(everywhere_));
  for (std::size_t i = 0; i < kLogComponents; ++i) {
    if (levels_[i] != everywhere_)
      text += fmt::format(" {}={}", name_of(static_cast<LogComponent>(i)), name_of(levels_[i]));
  }
  return text;
}

Result<std::uint64_t> parse_log_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto unit = text.substr(static_cast<std::size_t>(read.ptr - text.data()));
  for (const auto& [name, bytes] : kSizeUnits) {
    if (read.ec == std::errc() && unit == name && number <= LogSettings::kMostSize / bytes &&
        number * bytes >= LogSettings::kLeastSize)
      return number * bytes;
  }
  return fail(ErrorKind::usage, fmt::format("expected a size from {} to {} such as \"10MB\", found \"{}\"",
                                            log_size_text(LogSettings::kLeastSize),
                                            log_size_text(LogSettings::kMostSize), text));
}

std::string log_size_text(std::uint64_t bytes) {
  for (const auto& [name, unit] : kSizeUnits) {
    if (bytes % unit == 0) return fmt::format("{}{}", bytes / unit, name);
  }
  return fmt::format("{} bytes", bytes);
}

}  // namespace kontor
