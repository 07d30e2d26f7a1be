#include "base/log_entry.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/log_line.hpp"

namespace kontor {
namespace {

bool mentions(const LogEntry& entry, std::string_view text) {
  return contains_in_any_case(entry.message, text) || contains_in_any_case(entry.correlation, text) ||
         contains_in_any_case(entry.component, text) ||
         std::ranges::any_of(entry.fields, [&](const auto& field) {
           return contains_in_any_case(fmt::format("{}={}", field.first, field.second), text);
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
  append_plain_head(out, log_time_text(entry.ts), entry.level, entry.component, in_colour);
  append_printable(out, entry.message);
  for (const auto& [key, value] : entry.fields) append_plain_fact(out, key, value);
  append_plain_end(out, entry.correlation);
}

}  // namespace kontor
