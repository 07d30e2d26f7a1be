#include "base/log_line.hpp"

#include <charconv>
#include <iterator>

#include <fmt/format.h>

#include "base/json_text.hpp"

namespace kontor {
namespace {

constexpr std::string_view kSeqKey = R"("seq":)";
/// The seq stands behind the time, at the front of the line.
constexpr std::size_t kSeqWithin = 64;
constexpr std::string_view kColourEnd = "\x1b[0m";

void append_json_value(std::string& out, const std::string& text) { append_json_text(out, text); }
void append_json_value(std::string& out, double number) { append_json_number(out, number); }
void append_json_value(std::string& out, bool value) { out += value ? "true" : "false"; }
template <std::integral Number>
void append_json_value(std::string& out, Number number) {
  fmt::format_to(std::back_inserter(out), "{}", number);
}

/// The ANSI colour in which a level is shown.
std::string_view log_colour(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug: return "\x1b[2m";
    case LogLevel::info: return "\x1b[32m";
    case LogLevel::warning: return "\x1b[33m";
    case LogLevel::error: return "\x1b[31m";
    case LogLevel::critical: return "\x1b[1;31m";
    case LogLevel::off: break;
  }
  return "";
}

std::string plain_text_of(const std::string& text) { return text; }
template <class Value>
std::string plain_text_of(Value value) {
  return fmt::format("{}", value);
}

}  // namespace

std::string log_time_text(TimeNs time) {
  const Date date = date_of(time);
  const std::int64_t micros = floor_remainder(time, kDay) / kMicrosecond;
  const std::int64_t seconds = micros / 1'000'000;
  return fmt::format("{}T{:02}:{:02}:{:02}.{:06}Z", format_date(date), seconds / 3600, seconds / 60 % 60,
                     seconds % 60, micros % 1'000'000);
}

void append_log_line(std::string& out, const LogRecord& record, const LogOrigin& origin, std::uint64_t seq) {
  fmt::format_to(std::back_inserter(out), R"({{"ts":"{}",{}{},"level":"{}","component":"{}","host":)",
                 log_time_text(record.ts), kSeqKey, seq, name_of(record.level), name_of(record.component));
  append_json_text(out, origin.host);
  fmt::format_to(std::back_inserter(out), R"(,"pid":{},"thread":{})", origin.pid, record.thread);
  if (!record.correlation.empty()) {
    out += R"(,"corr_id":)";
    append_json_text(out, record.correlation);
  }
  out += R"(,"msg":)";
  append_json_text(out, record.message);
  if (!record.fields.empty()) {
    char before = '{';
    out += R"(,"fields":)";
    for (const auto& field : record.fields) {
      out += before;
      before = ',';
      append_json_text(out, field.key);
      out += ':';
      std::visit([&](const auto& value) { append_json_value(out, value); }, field.value);
    }
    out += '}';
  }
  out += "}\n";
}

void append_printable(std::string& out, std::string_view text) {
  std::string escaped;
  append_json_text(escaped, text);
  // What JSON escapes is what a terminal must not see; quotes, backslashes and `<` are harmless there.
  for (std::size_t i = 1; i + 1 < escaped.size(); ++i) {
    const std::string_view rest = std::string_view(escaped).substr(i);
    if (rest.starts_with("\\\"") || rest.starts_with("\\\\")) {
      out += escaped[++i];
    } else if (rest.starts_with("\\u003c")) {
      out += '<';
      i += 5;
    } else if (rest.starts_with("\xC2") && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xA0) {
      out += "?";  // U+0080 … U+009F begin commands of a terminal, too
      ++i;
    } else {
      out += escaped[i];
    }
  }
}

void append_plain_head(std::string& out, std::string_view time, LogLevel level, std::string_view component,
                       bool in_colour) {
  std::string who;
  append_printable(who, component);
  fmt::format_to(std::back_inserter(out), "{} {}{:<8}{} {:<14} ", time, in_colour ? log_colour(level) : "",
                 name_of(level), in_colour ? kColourEnd : "", who);
}

void append_plain_fact(std::string& out, std::string_view key, std::string_view value) {
  const bool quoted = value.empty() || value.find_first_of(" =\"\n\t") != std::string_view::npos;
  out += "  ";
  append_printable(out, key);
  out += quoted ? "=\"" : "=";
  append_printable(out, value);
  if (quoted) out += '"';
}

void append_plain_end(std::string& out, std::string_view correlation) {
  if (!correlation.empty()) {
    out += "  [";
    append_printable(out, correlation);
    out += ']';
  }
  out += '\n';
}

void append_console_line(std::string& out, const LogRecord& record, bool in_colour) {
  const std::string time = log_time_text(record.ts);
  constexpr std::size_t kClock = sizeof("2025-05-04T") - 1;
  append_plain_head(out, std::string_view(time).substr(kClock, 12), record.level, name_of(record.component),
                    in_colour);
  append_printable(out, record.message);
  for (const auto& field : record.fields)
    std::visit([&](const auto& value) { append_plain_fact(out, field.key, plain_text_of(value)); },
               field.value);
  append_plain_end(out, record.correlation);
}

std::uint64_t seq_of_log_line(std::string_view line) noexcept {
  const auto at = line.substr(0, kSeqWithin).find(kSeqKey);
  if (at == std::string_view::npos) return 0;
  std::uint64_t seq = 0;
  std::from_chars(line.data() + at + kSeqKey.size(), line.data() + line.size(), seq);
  return seq;
}

}  // namespace kontor
