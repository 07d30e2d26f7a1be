#include "data/import_csv.hpp"

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

constexpr std::int64_t kBuy = static_cast<std::int64_t>(Side::buy);
constexpr std::int64_t kSell = static_cast<std::int64_t>(Side::sell);

std::string message_of(std::string_view text, DocumentContext context = {}) {
  MemorySink sink;
  const auto parsed = parse_text(text, sink, std::move(context));
  if (parsed) return "no error";
  EXPECT_EQ(parsed.error().kind, ErrorKind::bad_data);
  return parsed.error().message;
}

TEST(ImportCsv, ReadsKlinesWithMillisecondAndMicrosecondStamps) {
  for (const char* const unit : {"", "000"}) {
    MemorySink sink;
    const auto text = fmt::format(
        "1735689600000{0},93576.00000000,93610.93000000,93537.50000000,93610.93000000,8.21827000,"
        "1735689659999{0},"
        "768978.53522320,2631,3.95157000,369757.32652890,0\n"
        "1735689660000{0},93610.93000000,93652.00000000,93606.20000000,93652.00000000,12.4,1735689719999{0},"
        "9,10,1,2,0\r\n",
        unit);
    const auto parsed = parse_text(text, sink);
    ASSERT_TRUE(parsed) << parsed.error().message;
    const Batch& bars = sink.rows(DataKind::bar);
    EXPECT_EQ(bars.price_scale, 2);
    EXPECT_EQ(bars.quantity_scale, 5);
    EXPECT_THAT(bars.column(BarColumn::ts_open),
                ElementsAre(1'735'689'600 * kSecond, 1'735'689'660 * kSecond));
    EXPECT_THAT(bars.column(BarColumn::open), ElementsAre(9'357'600, 9'361'093));
    EXPECT_THAT(bars.column(BarColumn::high), ElementsAre(9'361'093, 9'365'200));
    EXPECT_THAT(bars.column(BarColumn::low), ElementsAre(9'353'750, 9'360'620));
    EXPECT_THAT(bars.column(BarColumn::close), ElementsAre(9'361'093, 9'365'200));
    EXPECT_THAT(bars.column(BarColumn::volume), ElementsAre(821'827, 1'240'000));
    EXPECT_THAT(bars.column(BarColumn::trade_count), ElementsAre(2631, 10));
    EXPECT_THAT(sink.timeframes, ElementsAre(Timeframe{kMinute}));
    EXPECT_THAT(sink.warnings, IsEmpty());
  }
}

TEST(ImportCsv, ReadsTheSameRowsInBlocksOfAnySize) {
  std::string text = "date,open,high,low,close,volume\n";
  for (int i = 0; i < 100; ++i)
    text += fmt::format("{},{}.{},{},{},{},{}\n", (1'746'372'780 + 60 * i) * 1000LL, 3 + i, i, 200, 1, 3, i);
  MemorySink whole;
  ASSERT_TRUE(parse_text(text, whole));
  for (const std::size_t lines : {1U, 2U, 7U, 64U}) {
    MemorySink sink;
    ASSERT_TRUE(parse_text(text, sink, {}, lines));
    EXPECT_EQ(sink.rows(DataKind::bar).columns, whole.rows(DataKind::bar).columns);
  }
}

TEST(ImportCsv, ReadsAggregatedTradesOfSpotAndFutures) {
  MemorySink spot;
  ASSERT_TRUE(
      parse_text("60953854,0.00000908,3591711.00,209942017,209942017,1729987202368,False,True\n"
                 "60953855,0.00000907,765763549.50,209942018,209942018,1729987202940123,True,True\n",
                 spot));
  const Batch& trades = spot.rows(DataKind::trade);
  EXPECT_EQ(trades.price_scale, 8);
  EXPECT_EQ(trades.quantity_scale, 1);
  EXPECT_THAT(trades.column(TradeColumn::price), ElementsAre(908, 907));
  EXPECT_THAT(trades.column(TradeColumn::quantity), ElementsAre(35'917'110, 7'657'635'495));
  EXPECT_THAT(trades.column(TradeColumn::id), ElementsAre(60953854, 60953855));
  EXPECT_THAT(trades.column(TradeColumn::aggressor_side), ElementsAre(kBuy, kSell));
  EXPECT_THAT(trades.column(TradeColumn::ts_venue),
              ElementsAre(1'729'987'202'368 * kMillisecond, 1'729'987'202'940'123 * kMicrosecond));
  EXPECT_EQ(trades.column(TradeColumn::ts_recv), trades.column(TradeColumn::ts_venue));

  MemorySink futures;
  ASSERT_TRUE(
      parse_text("agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n"
                 "171927517,0.7097,19.0,551530707,551530707,1729209603958,false\n",
                 futures));
  EXPECT_THAT(futures.rows(DataKind::trade).column(TradeColumn::price), ElementsAre(7097));
}

TEST(ImportCsv, ReadsBinanceTrades) {
  MemorySink sink;
  ASSERT_TRUE(parse_text("4291600000,93576.0,0.00120,112.2,1735689600012345,True,True\n", sink));
  const Batch& trades = sink.rows(DataKind::trade);
  EXPECT_THAT(trades.column(TradeColumn::id), ElementsAre(4291600000));
  EXPECT_THAT(trades.column(TradeColumn::quantity), ElementsAre(12));
  EXPECT_EQ(trades.quantity_scale, 4);
  EXPECT_THAT(trades.column(TradeColumn::aggressor_side), ElementsAre(kSell));
}

TEST(ImportCsv, ReadsBybitTradesOfDerivativesAndSpot) {
  const std::string header =
      "timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional\n";
  MemorySink sink;
  ASSERT_TRUE(parse_text(
      header + "1733011200.6912,XRPUSDT,Sell,10,1.9531,MinusTick,5b7f9a61-0001-5c1f-9f5d-000000000001,1,2,3\n"
               "1733011200.7,XRPUSDT,Buy,5.5,1.954,PlusTick,5b7f9a61-0001-5c1f-9f5d-000000000002,1,2,3\n",
      sink));
  const Batch& trades = sink.rows(DataKind::trade);
  EXPECT_THAT(sink.symbols, ElementsAre("XRPUSDT"));
  EXPECT_THAT(trades.column(TradeColumn::ts_venue),
              ElementsAre(1'733'011'200'691'200'000, 1'733'011'200'700'000'000));
  EXPECT_THAT(trades.column(TradeColumn::aggressor_side), ElementsAre(kSell, kBuy));
  const auto& ids = trades.column(TradeColumn::id);
  EXPECT_GT(ids[0], 0);
  EXPECT_GT(ids[1], 0);
  EXPECT_NE(ids[0], ids[1]) << "a textual id becomes a number of its own";

  MemorySink spot;
  ASSERT_TRUE(parse_text("id,timestamp,price,volume,side\n17,1733011200001,1.95,20,sell\n", spot));
  EXPECT_THAT(spot.rows(DataKind::trade).column(TradeColumn::id), ElementsAre(17));
  EXPECT_THAT(spot.rows(DataKind::trade).column(TradeColumn::quantity), ElementsAre(20));
}

TEST(ImportCsv, TakesTheWantedInstrumentOfAMixedFile) {
  const std::string text =
      "ts,symbol,price,quantity,side\n1733011200,A,1,1,buy\n1733011201,B,2,1,buy\n1733011202,A,3,1,buy\n";
  DocumentContext context;
  context.symbol = "A";
  MemorySink sink;
  ASSERT_TRUE(parse_text(text, sink, context));
  EXPECT_THAT(sink.rows(DataKind::trade).column(TradeColumn::price), ElementsAre(1, 3));
  EXPECT_EQ(message_of(text), "file: expected one instrument, or --instrument to choose one, found A, B");
  context.symbol = "C";
  EXPECT_EQ(message_of(text, context), "file: expected rows of C, found only A, B");
}

TEST(ImportCsv, ReadsQuotesInBothForms) {
  MemorySink plain;
  ASSERT_TRUE(
      parse_text("ts,recv_ts,bid,bid_quantity,ask,ask_quantity\n"
                 "2025-05-04T15:33:00.5Z,2025-05-04T15:33:00.6Z,1.5,10,1.6,20.25\n",
                 plain));
  const Batch& quotes = plain.rows(DataKind::quote);
  EXPECT_THAT(quotes.column(QuoteColumn::bid), ElementsAre(15));
  EXPECT_THAT(quotes.column(QuoteColumn::ask), ElementsAre(16));
  EXPECT_THAT(quotes.column(QuoteColumn::bid_quantity), ElementsAre(1000));
  EXPECT_THAT(quotes.column(QuoteColumn::ask_quantity), ElementsAre(2025));
  EXPECT_EQ(quotes.column(QuoteColumn::ts_recv)[0] - quotes.column(QuoteColumn::ts_venue)[0],
            100 * kMillisecond);

  MemorySink joined;
  ASSERT_TRUE(parse_text(
      "time_seconds,bid_price_bid_size,ask_price_ask_size\n1625097600,2271.58_1.6477,2279.63_28.479526\n",
      joined));
  EXPECT_THAT(joined.rows(DataKind::quote).column(QuoteColumn::ask), ElementsAre(227'963));
  EXPECT_THAT(joined.rows(DataKind::quote).column(QuoteColumn::ask_quantity), ElementsAre(28'479'526));
}

TEST(ImportCsv, ReadsABookWithMarkedMessages) {
  MemorySink sink;
  ASSERT_TRUE(
      parse_text("ts,recv_ts,side,price,quantity,snapshot,end\n"
                 "1733011200,1733011201,buy,10,1,true,false\n"
                 "1733011200,1733011201,sell,11,2,true,true\n"
                 "1733011202,1733011203,ask,11,0,false,true\n",
                 sink));
  EXPECT_THAT(
      sink.rows(DataKind::book).column(BookColumn::flags),
      ElementsAre(kBookSnapshot, kBookSell | kBookSnapshot | kBookMessageEnd, kBookSell | kBookMessageEnd));
  EXPECT_THAT(sink.rows(DataKind::book).column(BookColumn::quantity), ElementsAre(1, 2, 0));
}

TEST(ImportCsv, EndsUnmarkedBookMessagesWhereTheTimeChanges) {
  DocumentContext context;
  context.kind = DataKind::book;
  MemorySink sink;
  ASSERT_TRUE(
      parse_text("ts,side,price,quantity\n1733011200,buy,10,1\n1733011200,sell,11,2\n1733011202,bid,9,0\n",
                 sink, context, 1));
  EXPECT_THAT(sink.rows(DataKind::book).column(BookColumn::flags),
              ElementsAre(0, kBookSell | kBookMessageEnd, kBookMessageEnd));
}

TEST(ImportCsv, KeepsBookMessagesWholeAcrossBatches) {
  std::string text = "ts,side,price,quantity\n";
  for (int message = 0; message < 2'000; ++message) {
    for (int level = 0; level < 70; ++level)
      text += fmt::format("{},buy,{},1\n", 1'733'011'200 + message, level + 1);
  }
  DocumentContext context;
  context.kind = DataKind::book;

  struct WholeMessages final : ImportSink {
    Result<void> take(std::string_view, Timeframe, Batch batch) override {
      rows += batch.rows();
      ++batches;
      EXPECT_NE(batch.column(BookColumn::flags).back() & kBookMessageEnd, 0);
      return {};
    }
    void warn(std::string) override {}
    std::size_t rows = 0;
    std::size_t batches = 0;
  } sink;
  text.append(64, '\0');
  std::string_view rest(text.data(), text.size() - 64);
  const auto parser = make_parser(context, rest, sink);
  ASSERT_TRUE(parser);
  while (!rest.empty()) {
    const std::size_t end = rest.size() > 5000 ? rest.find('\n', 5000) + 1 : rest.size();
    ASSERT_TRUE((*parser)->parse(rest.substr(0, end)));
    rest.remove_prefix(end);
  }
  ASSERT_TRUE((*parser)->finish());
  EXPECT_EQ(sink.rows, 140'000U);
  EXPECT_GT(sink.batches, 1U);
}

TEST(ImportCsv, ReadsFundingRatesOfEveryForm) {
  MemorySink generic;
  ASSERT_TRUE(parse_text("ts,rate,mark\n1741276800,0.0001,90000.5\n1741305600,-1.3e-7,\n", generic));
  EXPECT_EQ(generic.rows(DataKind::funding).rate_scale, 8);
  EXPECT_THAT(generic.rows(DataKind::funding).column(FundingColumn::rate), ElementsAre(10'000, -13));
  EXPECT_THAT(generic.rows(DataKind::funding).column(FundingColumn::mark), ElementsAre(900'005, 0));

  DocumentContext context;
  context.kind = DataKind::funding;
  MemorySink candles;
  ASSERT_TRUE(
      parse_text("date,open,high,low,close,volume\n1741276800000,0.00002685,0,0,0,0\n", candles, context));
  EXPECT_THAT(candles.rows(DataKind::funding).column(FundingColumn::rate), ElementsAre(2685));

  MemorySink archive;
  ASSERT_TRUE(parse_text("calc_time,funding_interval_hours,last_funding_rate\n1735689600003,8,0.00010000\n",
                         archive));
  EXPECT_THAT(archive.rows(DataKind::funding).column(FundingColumn::ts_venue),
              ElementsAre(1'735'689'600'003 * kMillisecond));
}

TEST(ImportCsv, NamesFileLineColumnAndWhatItFound) {
  const std::string header = "ts,open,high,low,close,volume\n";
  const std::string good = "1735689600,1,2,1,2,5\n";
  EXPECT_EQ(message_of(header + good + "1735689660,1,2,1,2\n"),
            "file:3: expected 6 columns, found 5: '1735689660,1,2,1,2'");
  EXPECT_EQ(message_of(header + good + "1735689660,1,2,1,two,5\n"),
            "file:3: column 5 (close): expected a number, found 'two'");
  EXPECT_EQ(message_of(header + good + "1735689660,1,,1,2,5\n"),
            "file:3: column 3 (high): expected a number, found ''");
  EXPECT_THAT(message_of(header + "yesterday,1,2,1,2,5\n"),
              HasSubstr("file:2: column 1 (ts): expected a time"));
  EXPECT_THAT(message_of("ts,price,quantity,side\n1,1,1,up\n"),
              HasSubstr("column 4 (side): expected a side"));
  EXPECT_THAT(message_of("ts,price,quantity,is_buyer_maker\n1,1,1,maybe\n"),
              HasSubstr("expected true or false"));
  EXPECT_THAT(message_of("time,bid_price_bid_size,ask_price_ask_size\n1,5,6_7\n"),
              HasSubstr("a price, '_' and a quantity, found '5'"));
  EXPECT_THAT(message_of("1640995200000,1,2,1,2,5,1640998799999,9,1.5,4,7,0\n"),
              HasSubstr("expected a number of trades"));
  EXPECT_THAT(message_of(header + good + "\xFF\xFE\n"), HasSubstr("found 1: '?"));
}

TEST(ImportCsv, RefusesAnotherKindOrFormatThanAskedFor) {
  DocumentContext context;
  context.kind = DataKind::trade;
  const std::string klines = "1640995200000,1,2,1,2,5,1640998799999,9,10,4,7,0\n";
  EXPECT_EQ(message_of(klines, context),
            "file: expected trade data (--kind trade), found bar data in format binance-klines");
  DocumentContext format;
  format.format = ImportFormat::binance_trades;
  EXPECT_EQ(message_of(klines, format), "file: expected format binance-trades, found format binance-klines");
  format.format = ImportFormat::binance_klines;
  EXPECT_EQ(message_of("{\"a\":1}\n", format),
            "file: expected one of the formats " + format_names() + ", found content that is none of them");
  MemorySink sink;
  EXPECT_TRUE(parse_text("date,open,high,low,close,volume\n1735689600,1,2,1,2,5\n1735689660,1,2,1,2,5\n",
                         sink, format));
}

TEST(ImportCsv, WarnsAboutOrderRepetitionsAndUnknownColumns) {
  MemorySink sink;
  ASSERT_TRUE(parse_text(
      "ts,open,high,low,close,volume,mood\n"
      "1735689660,1,2,1,2,5,x\n1735689600,1,2,1,2,5,x\n1735689720,1,2,1,2,5,x\n1735689720,1,2,1,2,5,x\n\n",
      sink));
  EXPECT_EQ(sink.rows(DataKind::bar).rows(), 4U);
  EXPECT_THAT(sink.warnings, Contains(HasSubstr("file:3: expected ascending times")));
  EXPECT_THAT(sink.warnings, Contains(HasSubstr("file:5: expected each time once")));
  EXPECT_THAT(sink.warnings, Contains(HasSubstr("left out: mood")));
}

TEST(ImportCsv, NamesTheLinesOfBarsThatContradictEachOther) {
  constexpr std::string_view kText =
      "ts,open,high,low,close,volume\n"
      "1735689600,1,2,1,2,5\n\n1735689660,1,2,1,2,5\n1735689720,1,2,1,2,5\n1735689660,1,2,1,2,6\n";
  MemorySink sink;
  const auto parsed = parse_text(kText, sink);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, ErrorKind::bad_data);
  EXPECT_THAT(parsed.error().message,
              HasSubstr("file:6: expected the values of line 4 again for 2025-01-01T00:01:00Z"));
  DocumentContext context;
  context.replace = true;
  EXPECT_TRUE(parse_text(kText, sink, context)) << "the merge lets the last one win";
}

TEST(ImportCsv, WarnsWhereThereIsOnlyAHeader) {
  MemorySink sink;
  ASSERT_TRUE(parse_text("ts,open,high,low,close,volume\n", sink));
  EXPECT_THAT(sink.warnings, ElementsAre("file: expected rows, found none"));
}

TEST(ImportCsv, RefusesNumbersWithoutACommonScale) {
  MemorySink sink;
  const auto parsed = parse_text("ts,price,quantity,side\n1,9000000000000000000,1,buy\n2,0.5,1,buy\n", sink);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, ErrorKind::overflow);
  EXPECT_THAT(parsed.error().message, HasSubstr("file:3: expected numbers that fit 64 bits"));
}

}  // namespace
}  // namespace kontor::data
