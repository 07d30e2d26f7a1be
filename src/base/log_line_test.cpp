#include "base/log_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log_entry.hpp"

namespace kontor {
namespace {

using testing::HasSubstr;
using testing::Not;

LogRecord order_record() {
  LogRecord record;
  record.ts = parse_time("2025-05-04T15:33:00.123456789Z").value();
  record.level = LogLevel::warning;
  record.component = LogComponent::risk;
  record.thread = 7;
  record.correlation = "order:17";
  record.message = "refused";
  record.fields = {{"reasons", std::string("too many")},
                   {"count", std::uint64_t{3}},
                   {"offset", std::int64_t{-5}},
                   {"share", 0.25},
                   {"held", true}};
  return record;
}

std::string json_line(const LogRecord& record) {
  std::string line;
  append_log_line(line, record, {"host-1", 42}, 9);
  return line;
}

std::string console_line(const LogRecord& record, bool in_colour = false) {
  std::string line;
  append_console_line(line, record, in_colour);
  return line;
}

TEST(LogLine, HasEveryFieldInTheOrderOfItsDocumentation) {
  EXPECT_EQ(
      json_line(order_record()),
      R"({"ts":"2025-05-04T15:33:00.123456Z","seq":9,"level":"warning","component":"risk","host":"host-1",)"
      R"("pid":42,"thread":7,"corr_id":"order:17","msg":"refused","fields":{"reasons":"too many","count":3,)"
      R"("offset":-5,"share":0.25,"held":true}})"
      "\n");
  LogRecord plain;
  plain.message = "x";
  EXPECT_THAT(json_line(plain), Not(HasSubstr("fields")));
  EXPECT_THAT(json_line(plain), Not(HasSubstr("corr_id")));
}

TEST(LogLine, WhateverATextHoldsItStaysOneLineAndReadsBack) {
  LogRecord record = order_record();
  record.message = "a \"quoted\"\n\x1b[31mline\\ \xFF €";
  record.fields = {{"k\"\n", std::string("\r\n\0v", 4)}, {"none", std::numeric_limits<double>::quiet_NaN()}};
  const std::string line = json_line(record);
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  const auto entry = parse_log_line(std::string_view(line).substr(0, line.size() - 1));
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->message, "a \"quoted\"\n\x1b[31mline\\ � €");
  EXPECT_EQ(entry->fields[0], std::pair(std::string("k\"\n"), std::string("\r\n\0v", 4)));
  EXPECT_EQ(entry->fields[1].second, "null");
  EXPECT_EQ(entry->seq, 9U);
  EXPECT_EQ(entry->pid, 42);
  EXPECT_EQ(entry->correlation, "order:17");
}

TEST(LogLine, TheSeqIsFoundAtTheFrontAlone) {
  EXPECT_EQ(seq_of_log_line(json_line(order_record())), 9U);
  EXPECT_EQ(seq_of_log_line("no line"), 0U);
  EXPECT_EQ(seq_of_log_line(std::string(100, ' ') + R"("seq":5)"), 0U);
  EXPECT_EQ(seq_of_log_line(R"({"ts":"","seq":x)"), 0U);
}

TEST(LogLine, WhatIsNoLineOfALogIsBadData) {
  for (const auto* line : {"", "{}", "[1]", R"({"ts":"yesterday","seq":1})", R"({"seq":"1"})"}) {
    const auto entry = parse_log_line(line);
    ASSERT_FALSE(entry) << line;
    EXPECT_EQ(entry.error().kind, ErrorKind::bad_data);
  }
}

TEST(LogLine, TheConsoleShowsFactsBehindTheMessage) {
  EXPECT_EQ(
      console_line(order_record()),
      "15:33:00.123 warning  risk           refused  reasons=\"too many\"  count=3  offset=-5  share=0.25  "
      "held=true  [order:17]\n");
  EXPECT_THAT(console_line(order_record(), true), HasSubstr("\x1b[33mwarning \x1b[0m"));
}

TEST(LogLine, NoControlCharacterReachesTheTerminal) {
  LogRecord record = order_record();
  record.message =
      "\x1b]0;title\x07 <b> \"q\" \\ \xC2\x9B"
      "31m\nnext";
  record.fields = {{"a\x1b", std::string("\x1b[2J")}};
  const std::string line = console_line(record);
  EXPECT_EQ(line.find_first_of("\x1b\x07\xC2"), std::string::npos) << line;
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  EXPECT_THAT(line, HasSubstr("<b> \"q\" \\ "));
  EXPECT_THAT(line, HasSubstr("\\nnext"));
}

TEST(LogLine, FiltersTakeLevelComponentTimeAndText) {
  const std::string line = json_line(order_record());
  const auto entry = *parse_log_line(std::string_view(line).substr(0, line.size() - 1));
  LogFilters filters;
  EXPECT_TRUE(passes(entry, filters));
  filters.level = LogLevel::error;
  EXPECT_FALSE(passes(entry, filters));
  filters = {};
  filters.components = {"risk", "journal"};
  EXPECT_TRUE(passes(entry, filters));
  filters.components = {"journal"};
  EXPECT_FALSE(passes(entry, filters));
  filters = {};
  for (const auto* text : {"REFUSED", "reasons=too", "order:17", "count=3"}) {
    filters.text = text;
    EXPECT_TRUE(passes(entry, filters)) << text;
  }
  filters.text = "host-1";
  EXPECT_FALSE(passes(entry, filters));
  filters = {};
  filters.from = entry.ts;
  EXPECT_TRUE(passes(entry, filters));
  filters.from = entry.ts + 1;
  EXPECT_FALSE(passes(entry, filters));
  filters = {};
  filters.to = entry.ts;
  EXPECT_FALSE(passes(entry, filters));
}

}  // namespace
}  // namespace kontor
