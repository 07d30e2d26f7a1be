#include "research/json_writer.hpp"

#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "base/json_text.hpp"

namespace kontor::research {
namespace {

constexpr unsigned kMaximumDepth = 60;

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
  append_json_text(out_, name);
  append(out_, layout_ == Layout::indented ? ": " : ":");
  after_key_ = true;
}

void JsonWriter::value(std::string_view text) {
  separate();
  append_json_text(out_, text);
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
