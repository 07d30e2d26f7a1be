#include "data/import_stream.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/import_test_support.hpp"
#include "model/types.hpp"

namespace kontor::data {
namespace {

using test::MemorySink;
using test::parse_text;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr TimeNs kRecordingStart = 1'723'161'600'000 * kMillisecond;

/// A line of a recording, received `ms` after the start.
std::string at(int ms, std::string_view message) {
  return fmt::format("{} {}\n", kRecordingStart + ms * kMillisecond, message);
}

std::string wrapped(std::string_view stream, std::string_view data) {
  return fmt::format(R"({{"stream":"btcusdt@{}","data":{}}})", stream, data);
}

std::string spot_trade(int ms, int id, std::string_view symbol = "BTCUSDT") {
  return wrapped(
      "trade",
      fmt::format(
          R"({{"e":"trade","E":{},"s":"{}","t":{},"p":"61837.63000000","q":"0.02000000","b":88,"a":50,"T":{},"m":true,"M":true}})",
          1'723'161'600'001 + ms, symbol, id, 1'723'161'600'000 + ms));
}

std::string spot_quote(std::string_view bid) {
  return wrapped(
      "bookTicker",
      fmt::format(
          R"({{"u":5,"s":"BTCUSDT","b":"{}","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}})", bid));
}

std::string spot_depth(int ms, int first, int last, std::string_view bids) {
  return wrapped(
      "depth@100ms",
      fmt::format(
          R"({{"e":"depthUpdate","E":{},"s":"BTCUSDT","U":{},"u":{},"b":[{}],"a":[["61838.00000000","0.00000000"]]}})",
          1'723'161'600'000 + ms, first, last, bids));
}

TEST(ImportStream, TakesBookQuotesAndTradesFromOneRecording) {
  MemorySink sink;
  const auto parsed =
      parse_text(at(10, R"({"lastUpdateId":7,"bids":[["61837.63","1"]],"asks":[["61838.00","2"]]})") +
                     at(20, spot_depth(15, 8, 9, R"(["61837.63000000","0.50000000"])")) +
                     at(30, spot_trade(24, 100)) + at(32, spot_quote("61837.63000000")),
                 sink);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_THAT(sink.symbols, ElementsAre("BTCUSDT", "BTCUSDT", "BTCUSDT"));
  const Batch& book = sink.rows(DataKind::book);
  EXPECT_THAT(book.column(BookColumn::price), ElementsAre(6'183'763, 6'183'800, 6'183'763, 6'183'800));
  EXPECT_THAT(book.column(BookColumn::quantity), ElementsAre(10, 20, 5, 0));
  EXPECT_THAT(book.column(BookColumn::flags),
              ElementsAre(kBookSnapshot, kBookSnapshot | kBookSell | kBookMessageEnd, 0,
                          kBookSell | kBookMessageEnd));
  const Batch& trades = sink.rows(DataKind::trade);
  EXPECT_THAT(trades.column(TradeColumn::ts_venue), ElementsAre(kRecordingStart + 24 * kMillisecond))
      << "T, not E";
  EXPECT_THAT(trades.column(TradeColumn::ts_recv), ElementsAre(kRecordingStart + 30 * kMillisecond));
  EXPECT_THAT(trades.column(TradeColumn::id), ElementsAre(100)) << "not an order id";
  EXPECT_THAT(trades.column(TradeColumn::aggressor_side), ElementsAre(static_cast<std::int64_t>(Side::sell)));
  const Batch& quotes = sink.rows(DataKind::quote);
  EXPECT_THAT(quotes.column(QuoteColumn::bid_quantity), ElementsAre(378'826));
  EXPECT_THAT(quotes.column(QuoteColumn::ts_venue), ElementsAre(kRecordingStart + 26 * kMillisecond))
      << "the receive time less the 6 ms that the trade took";
  EXPECT_THAT(sink.warnings, IsEmpty());
}

TEST(ImportStream, ReadsFuturesByTransactionTime) {
  const std::string quote =
      R"({"e":"bookTicker","u":1,"s":"BTCUSDT","b":"61800.20","B":"2.507","a":"61800.30","A":"2.510","T":1723161600005,"E":1723161600006})";
  const std::string trade =
      R"({"e":"trade","E":1723161600008,"T":1723161600007,"s":"BTCUSDT","t":5,"p":"61800.30","q":"0.006","X":"MARKET","m":false})";
  const std::string depth =
      R"({"e":"depthUpdate","E":1723161600010,"T":1723161600009,"s":"BTCUSDT","U":8,"u":9,"pu":7,"b":[["1.5","2"]],"a":[]})";
  MemorySink sink;
  const auto parsed = parse_text(at(10, quote) + at(11, wrapped("trade", trade)) + at(12, depth), sink);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_THAT(sink.rows(DataKind::quote).column(QuoteColumn::ts_venue),
              ElementsAre(kRecordingStart + 5 * kMillisecond));
  EXPECT_THAT(sink.rows(DataKind::trade).column(TradeColumn::ts_venue),
              ElementsAre(kRecordingStart + 7 * kMillisecond));
  EXPECT_THAT(sink.rows(DataKind::trade).column(TradeColumn::aggressor_side),
              ElementsAre(static_cast<std::int64_t>(Side::buy)));
  EXPECT_THAT(sink.rows(DataKind::book).column(BookColumn::ts_venue),
              ElementsAre(kRecordingStart + 9 * kMillisecond));
}

TEST(ImportStream, CorrectsARecorderWhoseClockIsSlow) {
  MemorySink sink;
  ASSERT_TRUE(parse_text(at(-1000, spot_trade(10, 1)) + at(-985, spot_trade(20, 2)), sink));
  const Batch& trades = sink.rows(DataKind::trade);
  EXPECT_THAT(trades.column(TradeColumn::ts_recv),
              ElementsAre(kRecordingStart + 10 * kMillisecond, kRecordingStart + 25 * kMillisecond));
  EXPECT_THAT(trades.column(TradeColumn::ts_venue),
              ElementsAre(kRecordingStart + 10 * kMillisecond, kRecordingStart + 20 * kMillisecond));
  EXPECT_THAT(sink.warnings, ElementsAre(HasSubstr("clock was behind the venue's: 1.010s were added")));
}

TEST(ImportStream, TakesTheWantedKindOnly) {
  DocumentContext context;
  context.kind = DataKind::trade;
  MemorySink sink;
  ASSERT_TRUE(parse_text(at(1, spot_trade(0, 1)) + at(2, spot_quote("1.5")) + at(3, spot_depth(1, 1, 2, "")),
                         sink, context));
  EXPECT_EQ(sink.rows(DataKind::trade).rows(), 1U);
  EXPECT_EQ(sink.rows(DataKind::quote).rows(), 0U);
  EXPECT_EQ(sink.rows(DataKind::book).rows(), 0U);

  context.kind = DataKind::bar;
  const auto parsed = parse_text(at(1, spot_trade(0, 1)), sink, context);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "file: expected bar data (--kind bar), found a recording of book, quote and trade data in format "
            "binance-stream");
}

TEST(ImportStream, TakesTheWantedInstrumentOnly) {
  const std::string text =
      at(1, spot_trade(0, 1)) + at(2, spot_trade(1, 7, "ETHUSDT")) + at(3, spot_trade(2, 2));
  DocumentContext context;
  context.symbol = "ETHUSDT";
  MemorySink sink;
  ASSERT_TRUE(parse_text(text, sink, context));
  EXPECT_THAT(sink.rows(DataKind::trade).column(TradeColumn::id), ElementsAre(7));
  EXPECT_THAT(parse_text(text, sink).error().message, HasSubstr("found BTCUSDT, ETHUSDT"));
  context.symbol = "XRPUSDT";
  EXPECT_THAT(parse_text(text, sink, context).error().message,
              HasSubstr("expected rows of XRPUSDT, found only BTCUSDT, ETHUSDT"));
}

TEST(ImportStream, TakesAggregatesOnlyWhereThereAreNoSingleTrades) {
  const std::string aggregate = wrapped(
      "aggTrade",
      R"({"e":"aggTrade","E":1723161600001,"s":"BTCUSDT","a":26129,"p":"0.01","q":"4.7","f":27781,"l":27783,"T":1723161600000,"m":true,"M":true})");
  MemorySink alone;
  ASSERT_TRUE(parse_text(at(1, aggregate), alone));
  EXPECT_THAT(alone.rows(DataKind::trade).column(TradeColumn::id), ElementsAre(26129));
  MemorySink both;
  ASSERT_TRUE(parse_text(at(1, aggregate) + at(2, spot_trade(1, 5)), both));
  EXPECT_THAT(both.rows(DataKind::trade).column(TradeColumn::id), ElementsAre(5));
  EXPECT_THAT(both.warnings, ElementsAre(HasSubstr("1 aggTrade messages were left out")));
}

TEST(ImportStream, LeavesOutWhatIsNoMarketDataAndSaysSo) {
  MemorySink sink;
  const std::string nothing =
      R"({"e":"trade","E":1723161600001,"T":1723161600000,"s":"BTCUSDT","t":9,"p":"0","q":"0","X":"NA","m":false})";
  ASSERT_TRUE(parse_text(at(1, spot_trade(0, 1)) + at(2, nothing) +
                             at(3, R"({"e":"kline","E":1723161600001,"s":"BTCUSDT","k":{"t":1,"T":"x"}})") +
                             at(4, R"({"result":null,"id":3})"),
                         sink));
  EXPECT_EQ(sink.rows(DataKind::trade).rows(), 1U);
  EXPECT_THAT(sink.warnings, Contains(HasSubstr("1 trades without price or quantity")));
  EXPECT_THAT(sink.warnings, Contains(HasSubstr("2 messages are neither depth, bookTicker nor trades")));
}

TEST(ImportStream, KeepsVenueTimesAscendingInOrderOfArrival) {
  MemorySink sink;
  ASSERT_TRUE(
      parse_text(at(10, spot_trade(5, 1)) + at(11, spot_trade(3, 2)) + at(12, spot_trade(6, 3)), sink));
  EXPECT_THAT(sink.rows(DataKind::trade).column(TradeColumn::ts_venue),
              ElementsAre(kRecordingStart + 5 * kMillisecond, kRecordingStart + 5 * kMillisecond,
                          kRecordingStart + 6 * kMillisecond));
  EXPECT_THAT(sink.warnings, ElementsAre(HasSubstr("1 venue times went back")));
}

TEST(ImportStream, ReportsBrokenLines) {
  const std::string good = at(1, spot_trade(0, 1));
  const std::pair<std::string, std::string_view> cases[] = {
      {good + good.substr(0, good.size() / 2), "file:2: expected a whole stream message"},
      {good + "yesterday {}\n", "file:2: expected a receive time in ns"},
      {good + at(2, R"({"e":"trade","T":1,"s":"BTCUSDT"})"), "file:2: expected a trade with its id"},
      {good + at(2, R"({"e":"trade","T":1,"s":"BTCUSDT","t":1,"p":"ten","q":"1","m":true})"),
       "file:2: expected a whole stream message"},
      {good + at(2, R"({"e":"bookTicker","T":1,"s":"BTCUSDT","b":"1"})"), "file:2: expected a bookTicker"},
      {good + at(2, R"({"e":"depthUpdate","E":1,"s":"BTCUSDT","b":[],"a":[]})"),
       "file:2: expected a depthUpdate"},
      {good + at(2, R"({"e":"trade","T":1,"t":1,"p":"1","q":"1","m":true})"),
       "file:2: expected a message with its symbol"},
  };
  for (const auto& [text, expected] : cases) {
    MemorySink sink;
    const auto parsed = parse_text(text, sink);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::bad_data);
    EXPECT_THAT(parsed.error().message, HasSubstr(expected));
  }
}

}  // namespace
}  // namespace kontor::data
