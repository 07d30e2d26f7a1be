#include "journal/format.hpp"

#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "journal/records.hpp"
#include "model/event_codec.hpp"

namespace kontor::journal {
namespace {

TEST(JournalFormat, NamesOfFilesSayWhatTheyHold) {
  EXPECT_EQ(segment_file_name(Family::core, 1), "core-00000000000000000001.journal");
  EXPECT_EQ(segment_file_name(Family::market, UINT64_MAX), "market-18446744073709551615.journal");
  EXPECT_EQ(snapshot_file_name(480'000), "snapshot-00000000000000480000.snapshot");
  const auto parsed = parse_segment_file_name(segment_file_name(Family::market, 77));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->family, Family::market);
  EXPECT_EQ(parsed->first_seq, 77U);
  EXPECT_EQ(parse_snapshot_file_name(snapshot_file_name(5)), 5U);
}

TEST(JournalFormat, OtherNamesAreNotItsOwn) {
  for (const std::string_view name :
       {"", "core-1.journal", "core-00000000000000000001.journal.new", "core-0000000000000000000x.journal",
        "core-+0000000000000000001.journal", "core-99999999999999999999.journal",
        "side-00000000000000000001.journal", "snapshot-00000000000000000001.snapshot"}) {
    EXPECT_FALSE(parse_segment_file_name(name)) << name;
  }
  EXPECT_FALSE(parse_snapshot_file_name("core-00000000000000000001.journal"));
}

TEST(JournalFormat, TheChecksumCoversEveryByteButItself) {
  Prng prng(3);
  for (std::size_t length = 0; length < 40; ++length) {
    Encoder encoder;
    RecordHeader header;
    header.seq = prng.next();
    header.type = 274;
    encoder.bytes(&header, sizeof header);
    for (std::size_t i = 0; i < length; ++i) encode_into(encoder, static_cast<std::uint8_t>(prng.next()));
    seal_record(encoder, 0, header);
    const auto whole = [](std::span<const std::byte> bytes) {
      const RecordHeader read = header_at(bytes);
      return read.length + kHeaderSize == bytes.size() &&
             checksum_of(read, bytes.subspan(kHeaderSize)) == read.crc;
    };
    auto bytes = encoder.take();
    EXPECT_TRUE(whole(bytes));
    for (std::byte& byte : bytes) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        byte ^= std::byte{1} << bit;
        EXPECT_FALSE(whole(bytes));
        byte ^= std::byte{1} << bit;
      }
    }
  }
}

TEST(JournalFormat, EveryEventHasATypeWithItsNameAndFamily) {
  EXPECT_EQ(type_of(EventBody(Bar{})), RecordType::bar);
  EXPECT_EQ(type_of(EventBody(FundingRate{})), RecordType::funding_rate);
  EXPECT_EQ(type_of(EventBody(Fill{})), RecordType::fill);
  EXPECT_EQ(type_of(EventBody(TradingStateChanged{})), RecordType::trading_state_changed);
  EXPECT_EQ(type_of(EventBody(SettingsChanged{})), RecordType::settings_changed);
  EXPECT_EQ(type_of(CommandBody(AmendOrder{})), RecordType::amend_order);
  EXPECT_EQ(family_of(RecordType::funding_rate), Family::market);
  EXPECT_EQ(family_of(RecordType::order_accepted), Family::core);
  EXPECT_EQ(family_of(RecordType::configuration), Family::core);
  EXPECT_EQ(name_of(RecordType::timer_fired), "timer_fired");
  EXPECT_EQ(newest_version(static_cast<RecordType>(300)), 0U);
}

TEST(JournalFormat, AWordOnTradingOfVersionOneIsAnOperators) {
  Encoder encoder;
  encode_event(encoder,
               Event{{7, 1, 2, 0}, TradingStateChanged{TradingState::halted, TradingReason::stop_time}});
  std::vector<std::byte> payload(encoder.buffer().begin(), encoder.buffer().end());
  std::vector<BookLevelChange> changes;
  Record record{.type = RecordType::trading_state_changed, .version = 2, .seq = 7, .payload = payload};
  auto event = event_in(record, changes);
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(std::get<TradingStateChanged>(event->body).reason, TradingReason::stop_time);
  payload.pop_back();
  record.payload = payload;
  EXPECT_FALSE(event_in(record, changes)) << "version 2 has a reason";
  record.version = 1;
  event = event_in(record, changes);
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(std::get<TradingStateChanged>(event->body).state, TradingState::halted);
  EXPECT_EQ(std::get<TradingStateChanged>(event->body).reason, TradingReason::operator_word);
}

TEST(JournalFormat, InstrumentsKeepTheirIds) {
  InstrumentTable table;
  static_cast<void>(table.add_asset("EUR"));
  InstrumentSpecification specification;
  specification.name = {"binance", "BTCUSDT"};
  specification.base = "BTC";
  specification.quote = "USDT";
  specification.tick = Decimal{1, 2};
  specification.step = Decimal{1, 5};
  const auto id = table.add(specification);
  ASSERT_TRUE(id);
  auto definitions = definitions_of(table);
  const auto again = table_of(definitions);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->find_asset("USDT").value(), table.find_asset("USDT").value());
  EXPECT_EQ((*again)[*id].notional_unit(), table[*id].notional_unit());
  definitions.assets.pop_back();
  EXPECT_EQ(table_of(definitions).error().kind, ErrorKind::bad_data) << "an asset without a name";
  definitions.instruments[0].tick = Decimal{};
  EXPECT_EQ(table_of(definitions).error().kind, ErrorKind::bad_data) << "an instrument that cannot be";
}

}  // namespace
}  // namespace kontor::journal
