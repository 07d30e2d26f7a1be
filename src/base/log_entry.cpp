#include "base/log_entry.hpp"

#include <algorithm>
#include <iterator>
#include <ranges>

#include <fmt/format.h>

#include "base/log_line.hpp"

namespace kontor {
namespace {

constexpr char folded(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool contains_folded(std::string_view text, std::string_view wanted) noexcept {
  return wanted.empty() ||
         !std::ranges::search(text, wanted, [](char a, char b) { return folded(a) == folded(b); }).empty();
}

bool mentions(const LogEntry& entry, std::string_view text) {
  return contains_folded(entry.message, text) || contains_folded(entry.correlation, text) ||
         contains_folded(entry.component, text) || std::ranges::any_of(entry.fields, [&](const auto& field) {
           return contains_folded(fmt::format("{}={}", field.first, field.second), text);
         });
}

}  // namespace

bool passes(const LogEntry& entry, const LogFilters& filters) {
  if (entry.level < filters.level) return false;
  if (!filters.components.empty() && !filters.components.contains(entry.component)) return false;
  if (filters.from && entry.ts < *filters.from) return false;
  if (filters.to && entry.ts >= *filters.to) return false;
  return mentions(entry, filters.text);
}

void append_entry_line(std::string& out, const LogEntry& entry, bool in_colour) {
  fmt::format_to(std::back_inserter(out), "{} {}{:<8}{} ", log_time_text(entry.ts),
                 in_colour ? log_colour(entry.level) : "", name_of(entry.level),
                 in_colour ? kLogColourEnd : "");
  std::string component;
  append_printable(component, entry.component);
  fmt::format_to(std::back_inserter(out), "{:<14} ", component);
  append_printable(out, entry.message);
  for (const auto& [key, value] : entry.fields) {
    const bool quoted = value.empty() || value.find_first_of(" =\"\n\t") != std::string::npos;
    out += "  ";
    append_printable(out, key);
    out += quoted ? "=\"" : "=";
    append_printable(out, value);
    if (quoted) out += '"';
  }
  if (!entry.correlation.empty()) {
    out += "  [";
    append_printable(out, entry.correlation);
    out += ']';
  }
  out += '\n';
}

}  // namespace kontor
