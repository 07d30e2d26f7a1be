#include "research/json_writer.hpp"

#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace kontor::research {
namespace {

constexpr unsigned kMaximumDepth = 60;

/// Length of the valid UTF-8 sequence at the front of `text` (RFC 3629), zero if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = at(0);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0U) != 0x80U) return 0;
  }
  const bool overlong = (lead == 0xE0 && at(1) < 0xA0) || (lead == 0xF0 && at(1) < 0x90);
  const bool surrogate = lead == 0xED && at(1) >= 0xA0;
  const bool too_large = lead == 0xF4 && at(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

void append_escaped(TextBuffer& out, char c) {
  switch (c) {
    case '"': return append(out, "\\\"");
    case '\\': return append(out, "\\\\");
    case '\n': return append(out, "\\n");
    case '\t': return append(out, "\\t");
    default: fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
  }
}

bool needs_escape(char c) {
  const auto code = static_cast<unsigned char>(c);
  return code < 0x20 || code == 0x7F || c == '"' || c == '\\' || c == '<';
}

void append_string(TextBuffer& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      append(out, "\\ufffd");
      text.remove_prefix(1);
      continue;
    }
    if (length == 1 && needs_escape(text.front())) {
      append_escaped(out, text.front());
    } else {
      append(out, text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  out.push_back('"');
}

}  // namespace

void JsonWriter::new_line() {
  out_.push_back('\n');
  for (unsigned i = 0; i < depth_; ++i) append(out_, "  ");
}

void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  const bool lines = (in_lines_ >> depth_ & 1U) != 0;
  if (!first_) append(out_, layout_ == Layout::indented && !lines ? ", " : ",");
  if (layout_ == Layout::indented && lines && depth_ > 0) new_line();
  first_ = false;
}

void JsonWriter::open(char bracket, bool lines) {
  separate();
  out_.push_back(bracket);
  ++depth_;
  ASSERT(depth_ < kMaximumDepth);
  const std::uint64_t bit = std::uint64_t{1} << depth_;
  in_lines_ = lines ? in_lines_ | bit : in_lines_ & ~bit;
  first_ = true;
}

void JsonWriter::close(char bracket) {
  const bool lines = (in_lines_ >> depth_ & 1U) != 0;
  --depth_;
  if (layout_ == Layout::indented && lines && !first_) new_line();
  out_.push_back(bracket);
  first_ = false;
}

void JsonWriter::key(std::string_view name) {
  separate();
  append_string(out_, name);
  append(out_, layout_ == Layout::indented ? ": " : ":");
  after_key_ = true;
}

void JsonWriter::value(std::string_view text) {
  separate();
  append_string(out_, text);
}

void JsonWriter::value(bool truth) {
  separate();
  append(out_, truth ? "true" : "false");
}

void JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  separate();
  append_double(out_, number);
}

void JsonWriter::value(std::int64_t number) {
  separate();
  append_integer(out_, number);
}

void JsonWriter::value(std::uint64_t number) {
  separate();
  append_integer(out_, number);
}

void JsonWriter::value(Amount amount) {
  separate();
  append_amount(out_, amount);
}

void JsonWriter::null() {
  separate();
  append(out_, "null");
}

void JsonWriter::rounded(Amount amount, int places) {
  separate();
  append_amount_rounded(out_, amount, places);
}

void JsonWriter::rounded(double number, int digits) {
  if (!std::isfinite(number)) return null();
  separate();
  fmt::format_to(std::back_inserter(out_), "{:.{}g}", number, digits);
}

void JsonWriter::decimal(std::int64_t units, int scale) {
  separate();
  append_decimal(out_, units, scale);
}

void JsonWriter::time(TimeNs time) {
  if (time == 0) return null();
  separate();
  out_.push_back('"');
  time_writer_.append(out_, time);
  out_.push_back('"');
}

}  // namespace kontor::research
