#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "base/log_entry.hpp"
#include "base/log_line.hpp"
#include "base/log_redaction.hpp"

// Arbitrary text as a line of a log: an entry or an error, never a crash, and nothing for a terminal to obey.
// The same as a message and as a fact: one line, which reads back. A fact that is named a secret is gone.

namespace {

bool is_harmless(std::string_view shown) {
  return std::ranges::count(shown, '\n') == 1 && std::ranges::none_of(shown, [](char c) {
           return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F;
         });
}

void read_line(const std::string& text) {
  static_cast<void>(kontor::seq_of_log_line(text));
  const auto entry = kontor::parse_log_line(text);
  if (!entry) return;
  std::string shown;
  kontor::append_entry_line(shown, *entry, false);
  ASSERT(is_harmless(shown));
}

void write_line(const std::string& text) {
  kontor::LogRecord record;
  record.message = text;
  record.fields = {{text, text}, {"secret", text}};
  kontor::LogRedaction redaction;
  redaction.hide(text.substr(0, 8));
  redaction.redact(record);
  ASSERT(std::get<std::string>(record.fields[1].value) == kontor::kRedacted);
  std::string line;
  kontor::append_log_line(line, record, {}, 7);
  ASSERT(std::ranges::count(line, '\n') == 1 && kontor::seq_of_log_line(line) == 7);
  const auto entry = kontor::parse_log_line(std::string_view(line).substr(0, line.size() - 1));
  ASSERT(entry && entry->seq == 7);
  std::string shown;
  kontor::append_console_line(shown, record, false);
  ASSERT(is_harmless(shown));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  read_line(text);
  write_line(text);
  return 0;
}
