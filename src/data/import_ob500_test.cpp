#include "data/import_ob500.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/import_test_support.hpp"

namespace kontor::data {
namespace {

using test::MemorySink;
using test::parse_text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string line(std::string_view type, int u, std::string_view bids, std::string_view asks,
                 std::string_view symbol = "XRPUSDT") {
  return fmt::format(
      R"({{"topic":"orderbook.500.{}","type":"{}","ts":17330112006{:02},"data":{{"s":"{}","b":[{}],"a":[{}],"u":{},"seq":13}},"cts":17330112005{:02}}})"
      "\n",
      symbol, type, u, symbol, bids, asks, u, u);
}

TEST(ImportOb500, ReadsSnapshotAndDeltas) {
  MemorySink sink;
  const auto parsed =
      parse_text(line("snapshot", 10, R"(["1.9531","6203"],["1.9530","0.5"])", R"(["1.96","7"])") +
                     line("delta", 11, "", R"(["1.9600","0"])"),
                 sink);
  ASSERT_TRUE(parsed) << parsed.error().message;
  const Batch& book = sink.rows(DataKind::book);
  EXPECT_EQ(book.price_scale, 4);
  EXPECT_EQ(book.quantity_scale, 1);
  EXPECT_THAT(book.column(BookColumn::price), ElementsAre(19531, 19530, 19600, 19600));
  EXPECT_THAT(book.column(BookColumn::quantity), ElementsAre(62030, 5, 70, 0));
  EXPECT_THAT(book.column(BookColumn::flags),
              ElementsAre(kBookSnapshot, kBookSnapshot, kBookSnapshot | kBookSell | kBookMessageEnd,
                          kBookSell | kBookMessageEnd));
  EXPECT_EQ(book.column(BookColumn::ts_venue)[0], 1'733'011'200'510 * kMillisecond)
      << "cts, of the matching engine";
  EXPECT_EQ(book.column(BookColumn::ts_recv)[0], 1'733'011'200'610 * kMillisecond) << "ts, when it was sent";
  EXPECT_THAT(sink.symbols, ElementsAre("XRPUSDT"));
  EXPECT_THAT(sink.warnings, IsEmpty());
}

TEST(ImportOb500, StartsOverBehindAGap) {
  MemorySink sink;
  ASSERT_TRUE(parse_text(line("snapshot", 10, R"(["1","1"])", "") + line("delta", 12, "", "") +
                             line("delta", 13, R"(["2","1"])", "") + line("delta", 14, R"(["3","1"])", ""),
                         sink));
  EXPECT_THAT(sink.rows(DataKind::book).column(BookColumn::flags),
              ElementsAre(kBookSnapshot | kBookMessageEnd, kBookSnapshot | kBookMessageEnd, kBookMessageEnd));
  EXPECT_THAT(sink.warnings,
              ElementsAre(HasSubstr("file:2: expected unbroken update numbers, found 1 gaps")));
}

TEST(ImportOb500, SaysWhenNoSnapshotComesFirst) {
  MemorySink sink;
  ASSERT_TRUE(parse_text(line("delta", 11, R"(["1","1"])", ""), sink));
  EXPECT_THAT(sink.warnings, ElementsAre(HasSubstr("file:1: expected a snapshot first")));
}

TEST(ImportOb500, UsesTheSendTimeWhereThereIsNoOther) {
  MemorySink sink;
  ASSERT_TRUE(parse_text(
      R"({"topic":"orderbook.500.X","type":"snapshot","ts":1733011200610,"data":{"s":"X","b":[["1","1"]],"a":[],"u":1}})"
      "\n",
      sink));
  EXPECT_THAT(sink.rows(DataKind::book).column(BookColumn::ts_venue),
              ElementsAre(1'733'011'200'610 * kMillisecond));
}

TEST(ImportOb500, ReportsBrokenLines) {
  const std::string good = line("snapshot", 10, R"(["1","1"])", "");
  const std::pair<std::string, std::string_view> cases[] = {
      {good + good.substr(0, good.size() / 2), "file:2: expected a JSON message"},
      {good + "\n\n{}\n", "file:4: expected a snapshot or delta with ts, s and u"},
      {line("snapshot", 10, R"(["one","1"])", ""), "file:1: expected a JSON message"},
      {line("snapshot", 10, R"(["1"])", ""), "file:1: expected a JSON message"},
      {line("rewind", 10, R"(["1","1"])", ""), "file:1: expected a snapshot or delta"},
      {good + line("snapshot", 10, R"(["1","1"])", "", "BTCUSDT"), "found XRPUSDT, BTCUSDT"},
  };
  for (const auto& [text, expected] : cases) {
    MemorySink sink;
    const auto parsed = parse_text(text, sink);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::bad_data);
    EXPECT_THAT(parsed.error().message, HasSubstr(expected));
  }
}

TEST(ImportOb500, IsABookAndNothingElse) {
  DocumentContext context;
  context.kind = DataKind::bar;
  MemorySink sink;
  const auto parsed = parse_text(line("snapshot", 10, R"(["1","1"])", ""), sink, context);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "file: expected bar data (--kind bar), found book data in format bybit-ob500");
}

}  // namespace
}  // namespace kontor::data
