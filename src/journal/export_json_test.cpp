#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "journal/export.hpp"
#include "journal/journal_test_support.hpp"

namespace kontor::journal {
namespace {

using test::Driver;
using test::kFolder;
using test::kStart;
using test::new_journal;

std::vector<std::string> lines_of(SimulatedFileSystem& files, const ExportFilter& filter) {
  std::vector<std::string> lines;
  const auto count = export_journal(files, kFolder, filter, [&](std::string_view line) -> Result<void> {
    EXPECT_EQ(line.back(), '\n');
    lines.emplace_back(line.substr(0, line.size() - 1));
    EXPECT_TRUE(boost::json::parse(lines.back()).is_object());
    return {};
  });
  EXPECT_TRUE(count) << count.error().message;
  EXPECT_EQ(*count, lines.size());
  return lines;
}

class JournalExport : public testing::Test {
 protected:
  JournalExport() : writer_(new_journal(files_)), driver_(writer_) {}
  std::vector<std::string> lines(const ExportFilter& filter) {
    EXPECT_TRUE(writer_.sync(kStart));
    return lines_of(files_, filter);
  }

  SimulatedFileSystem files_;
  Writer writer_;
  Driver driver_;
};

TEST_F(JournalExport, NumbersAreDecimalTextWithNames) {
  driver_.run(3);
  const auto all = lines({});
  ASSERT_EQ(all.size(), 7U);
  EXPECT_EQ(
      all[2],
      R"({"seq":3,"ts":"2025-01-01T00:01:00Z","type":"bar","body":{"instrument":"BTCUSDT@binance","timeframe":"1m",)"
      R"("ts_open":"2025-01-01T00:00:00Z","ts_venue":"2025-01-01T00:01:00Z","ts_recv":"2025-01-01T00:01:00Z",)"
      R"("open":"50000.00","high":"50000.00","low":"50000.00","close":"50000.00","volume":"1.20000"}})");
  EXPECT_NE(all[5].find(R"("type":"new_order","cause":5,"body":{"id":5)"), std::string::npos) << all[5];
  EXPECT_NE(all[5].find(R"("quantity":"1.00000","limit_price":"50000.01")"), std::string::npos) << all[5];
}

TEST_F(JournalExport, AReportIsReadByTheScaleOfItsOrdersInstrument) {
  driver_.run(3);
  driver_.event(OrderCanceled{OrderId(5), RawQuantity(50'000), RejectReason::none});
  driver_.event(OrderCanceled{OrderId(999), RawQuantity(50'000), RejectReason::none});
  const auto canceled = lines({.types = {RecordType::order_canceled}});
  ASSERT_EQ(canceled.size(), 2U);
  EXPECT_NE(canceled[0].find(R"("filled":"0.50000")"), std::string::npos) << canceled[0];
  EXPECT_NE(canceled[1].find(R"("filled":{"units":50000})"), std::string::npos) << canceled[1];
}

TEST_F(JournalExport, FiltersByTypeTimeOrderAndInstrument) {
  driver_.run(6);
  const TimeNs now = driver_.now() + kMinute;
  driver_.event(Trade{InstrumentId(1), now, now, RawPrice(1), RawQuantity(2), TradeId(5), Side::buy});
  EXPECT_EQ(lines({.types = {RecordType::bar}}).size(), 6U);
  EXPECT_EQ(lines({.types = {RecordType::bar, RecordType::new_order}}).size(), 8U);
  EXPECT_EQ(
      lines({.types = {RecordType::bar}, .from = kStart + 2 * kMinute, .to = kStart + 4 * kMinute}).size(),
      2U);
  EXPECT_EQ(lines({.order = OrderId(5)}).size(), 2U) << "the command and its answer, not the trade with id 5";
  EXPECT_EQ(lines({.instrument = InstrumentName{"binance", "BTCUSDT"}}).size(), 6U + 4U);
  EXPECT_EQ(lines({.instrument = InstrumentName{"binance", "ETHUSDT"}}).size(), 1U);
  const ExportFilter unknown{.instrument = InstrumentName{"binance", "XYZ"}};
  EXPECT_EQ(
      export_journal(files_, kFolder, unknown, [](std::string_view) { return Result<void>{}; }).error().kind,
      ErrorKind::not_found);
}

TEST_F(JournalExport, EveryTypeHasItsLine) {
  const IntentRefused refused{3, StrategyId(0), InstrumentId(0), {RejectReason::cooldown}, ""};
  writer_.append(kStart, refused);
  writer_.append(kStart, SnapshotTaken{4, {0xAB, 0x01}});
  writer_.append(kStart, SessionEvent{"paused", R"({"by":"operator"})"});
  driver_.event(FundingRate{InstrumentId(0), kStart, kStart, Decimal{-125, 6}, RawPrice(100)});
  driver_.event(Transfer{{Amount::from_decimal(Decimal{15, 1}), AssetId(0)}});
  const std::vector<BookLevelChange> changes{{RawPrice(100), RawQuantity(7), Side::sell}};
  driver_.event(BookUpdate{InstrumentId(0), kStart, kStart, true, changes});
  const auto all = lines({});
  ASSERT_EQ(all.size(), 8U);
  EXPECT_NE(all[0].find(R"("hash":"c0ffee")"), std::string::npos);
  EXPECT_NE(all[1].find(R"("tick":"0.01")"), std::string::npos) << all[1];
  EXPECT_NE(all[2].find(R"("instrument":"BTCUSDT@binance","reasons":["cooldown"])"), std::string::npos)
      << all[2];
  EXPECT_NE(all[3].find(R"("state_hash":"ab01000000)"), std::string::npos) << all[3];
  EXPECT_NE(all[4].find(R"("name":"paused")"), std::string::npos) << all[4];
  EXPECT_NE(all[5].find(R"("rate":"-0.000125","mark":"1.00")"), std::string::npos) << all[5];
  EXPECT_NE(all[6].find(R"("amount":{"amount":"1.5","asset":"USDT"})"), std::string::npos) << all[6];
  EXPECT_NE(all[7].find(R"("changes":[{"price":"1.00","quantity":"0.00007","side":"sell"}])"),
            std::string::npos)
      << all[7];
}

TEST_F(JournalExport, InstrumentsThatChangeAreReadByTheirNewScales) {
  driver_.run(1);
  auto changed = test::definitions();
  changed.instruments[0].tick = Decimal{1, 1};
  writer_.append(kStart, changed);
  driver_.run(1);
  const auto bars = lines({.types = {RecordType::bar}});
  EXPECT_NE(bars[0].find(R"("open":"50000.00")"), std::string::npos) << bars[0];
  EXPECT_NE(bars[1].find(R"("open":"500000.0")"), std::string::npos) << bars[1];
}

TEST(JournalExportFilter, RecordTypesGoByTheirNames) {
  EXPECT_EQ(parse_record_type("fill"), RecordType::fill);
  const auto unknown = parse_record_type("fills");
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_NE(unknown.error().message.find("order_accepted"), std::string::npos);
}

TEST_F(JournalExport, AChangeOfTheSettingsIsWholeAndReadable) {
  SettingsChanged change{"c0ffee", "[risk]", {{"risk.cooldown", "", "1h"}}, {}, {}};
  change.limits.push_back({LimitScope::instrument, 1, {}});
  change.limits.back().limits.max_orders_per_day = 3;
  change.limits.back().limits.max_exposure = Decimal{25, 1};
  change.strategies.push_back({StrategyId(2), {{"fast", std::int64_t{7}}, {"on", true}, {"size", 0.5}}});
  driver_.event(change);
  const auto all = lines({.types = {RecordType::settings_changed}});
  ASSERT_EQ(all.size(), 1U);
  for (const char* part :
       {R"("changes":[{"key":"risk.cooldown","before":"","after":"1h"}])",
        R"("scope":"instrument","index":1)", R"("max_exposure":"2.5")", R"("max_orders_per_day":3)",
        R"("cooldown":null)",
        R"({"strategy":2,"parameters":[{"name":"fast","value":7},{"name":"on","value":true})"})
    EXPECT_NE(all[0].find(part), std::string::npos) << part << "\n" << all[0];
}

}  // namespace
}  // namespace kontor::journal
