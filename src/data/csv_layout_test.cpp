#include "data/csv_layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Case {
  std::string_view lines;
  ImportFormat format;
  DataKind kind;
  bool has_header;
};

TEST(CsvLayout, TellsTheLayoutsOfTheArchives) {
  const Case cases[] = {
      {"1735689600000000,1,2,1,2,5,1735689659999999,9,10,4,7,0\n", ImportFormat::binance_klines,
       DataKind::bar, false},
      {"1640995200000,1,2,1,2,5,1640998799999,9,10,4,7\n", ImportFormat::binance_klines, DataKind::bar,
       false},
      {"open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_"
       "volume,ignore\n",
       ImportFormat::binance_klines, DataKind::bar, true},
      {"open_time_ms,open,high,low,close,volume\n", ImportFormat::csv, DataKind::bar, true},
      {"1746372780000,95505.4,95505.5,95502.7,95502.7,16.536\n", ImportFormat::csv, DataKind::bar, false},
      {"2023-03-01 00:00:00+00:00,1,2,1,2,5\n", ImportFormat::csv, DataKind::bar, false},
      {"60953854,0.00000908,3591711.00,209942017,209942017,1729987202368,False,True\n",
       ImportFormat::binance_aggtrades, DataKind::trade, false},
      {"60953854,0.908,3591711.00,209942017,209942017,1729987202368,false\n", ImportFormat::binance_aggtrades,
       DataKind::trade, false},
      {"agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n",
       ImportFormat::binance_aggtrades, DataKind::trade, true},
      {"3735683259,61837.63,0.02,1236.75,1723161255342,True,True\n", ImportFormat::binance_trades,
       DataKind::trade, false},
      {"3735683259,61837.63,0.02,1236.75,1723161255342,true\n", ImportFormat::binance_trades, DataKind::trade,
       false},
      {"id,price,qty,quote_qty,time,is_buyer_maker\n", ImportFormat::binance_trades, DataKind::trade, true},
      {"timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional\n",
       ImportFormat::bybit_trades, DataKind::trade, true},
      {"id,timestamp,price,volume,side\n", ImportFormat::bybit_trades, DataKind::trade, true},
      {"calc_time,funding_interval_hours,last_funding_rate\n", ImportFormat::binance_funding,
       DataKind::funding, true},
      {"ts,recv_ts,bid,bid_quantity,ask,ask_quantity\n", ImportFormat::csv, DataKind::quote, true},
      {"time_seconds,bid_price_bid_size,ask_price_ask_size\n", ImportFormat::csv, DataKind::quote, true},
      {"ts,recv_ts,side,price,quantity,snapshot,end\n", ImportFormat::csv, DataKind::book, true},
      {"ts,recv_ts,price,quantity,side,id\n", ImportFormat::csv, DataKind::trade, true},
      {"ts,rate,mark\n", ImportFormat::csv, DataKind::funding, true},
  };
  for (const Case& one : cases) {
    const auto layout = detect_csv_layout(one.lines, std::nullopt);
    ASSERT_TRUE(layout) << one.lines << layout.error().message;
    EXPECT_EQ(layout->format, one.format) << one.lines;
    EXPECT_EQ(layout->kind, one.kind) << one.lines;
    EXPECT_EQ(layout->has_header, one.has_header) << one.lines;
    EXPECT_EQ(layout->names.size(), layout->roles.size());
    EXPECT_THAT(layout->unknown_columns, IsEmpty()) << one.lines;
  }
}

TEST(CsvLayout, TakesColumnsInAnyOrderAndSpelling) {
  const auto layout =
      detect_csv_layout("\"Side\", Amount ,Price,Local-Timestamp,TIMESTAMP\n1,2,3,4,5\n", std::nullopt);
  ASSERT_TRUE(layout) << layout.error().message;
  EXPECT_EQ(layout->kind, DataKind::trade);
  EXPECT_THAT(layout->roles, ElementsAre(CsvRole::side, CsvRole::quantity, CsvRole::price,
                                         CsvRole::receive_time, CsvRole::time));
}

TEST(CsvLayout, LetsTheWantedKindSettleWhatColumnsLeaveOpen) {
  EXPECT_EQ(detect_csv_layout("ts,side,price,quantity", std::nullopt)->kind, DataKind::trade);
  EXPECT_EQ(detect_csv_layout("ts,side,price,quantity", DataKind::book)->kind, DataKind::book);
  const auto funding = detect_csv_layout("date,open,high,low,close,volume", DataKind::funding);
  ASSERT_TRUE(funding);
  EXPECT_EQ(funding->kind, DataKind::funding);
  EXPECT_THAT(funding->roles, ElementsAre(CsvRole::time, CsvRole::rate, CsvRole::ignored, CsvRole::ignored,
                                          CsvRole::ignored, CsvRole::ignored));
}

TEST(CsvLayout, NamesColumnsItDoesNotKnowOrHasTwice) {
  const auto layout = detect_csv_layout("ts,open,high,low,close,volume,colour,date", std::nullopt);
  ASSERT_TRUE(layout);
  EXPECT_THAT(layout->unknown_columns, ElementsAre("colour", "date"));
}

TEST(CsvLayout, SaysWhichColumnIsMissing) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"ts,open,high,low,close", "expected a column volume in a file of bar data"},
      {"open,high,low,close,volume", "expected a column ts"},
      {"ts,price,quantity", "expected a column side or is_buyer_maker in a file of trade data"},
      {"ts,bid,ask", "expected a column bid_quantity in a file of quote data"},
      {"ts,price,side,snapshot", "expected a column quantity in a file of book data"},
      {"rate,mark", "expected a column ts in a file of funding data"},
      {"name,colour", "expected a header that names"},
      {"1,2,3", "columns of a known archive layout, found 3 columns: '1,2,3'"},
      {"", "expected a header or a row"},
  };
  for (const auto& [line, expected] : cases) {
    const auto layout = detect_csv_layout(line, std::nullopt);
    ASSERT_FALSE(layout) << line;
    EXPECT_EQ(layout.error().kind, ErrorKind::bad_data);
    EXPECT_THAT(layout.error().message, HasSubstr(expected));
  }
}

TEST(ImportFormat, HasNamesThatReadBack) {
  for (int i = 0; i <= static_cast<int>(ImportFormat::bybit_ob500); ++i) {
    const auto format = static_cast<ImportFormat>(i);
    EXPECT_EQ(parse_format(format_name(format)), format);
  }
  const auto unknown = parse_format("parquet");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_THAT(unknown.error().message, HasSubstr("binance-klines"));
}

TEST(ImportFormat, TellsFamiliesByTheFirstLine) {
  EXPECT_EQ(detect_family("a,b\n1,2\n"), ContentFamily::csv);
  EXPECT_EQ(detect_family("{\"topic\":1}\n"), ContentFamily::json_lines);
  EXPECT_EQ(detect_family("1723161600001658384 {\"stream\""), ContentFamily::stamped_json_lines);
  EXPECT_EQ(detect_family(std::string_view("\0\1\2", 3)), ContentFamily::unknown);
  EXPECT_EQ(detect_family(""), ContentFamily::unknown);
}

}  // namespace
}  // namespace kontor::data
