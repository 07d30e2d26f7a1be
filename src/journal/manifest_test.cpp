#include "journal/manifest.hpp"

#include <gtest/gtest.h>

#include "base/crc32c.hpp"
#include "journal/journal_test_support.hpp"

namespace kontor::journal {
namespace {

using test::kFolder;

std::vector<std::byte> payload_of(const Manifest& manifest) {
  Encoder encoder;
  write_manifest(encoder, manifest, 5);
  const auto bytes = encoder.take();
  return {bytes.begin() + kHeaderSize, bytes.end()};
}

TEST(JournalManifest, ComesBackAsItWas) {
  const Manifest manifest{kFormatVersion, {Family::market, 70, 60, 68}, test::identity()};
  const auto read = read_manifest(payload_of(manifest));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(payload_of(*read), payload_of(manifest));
  EXPECT_EQ(read->place.previous_last_seq, 68U);
  EXPECT_EQ(read->identity.account, "binance/main");
  EXPECT_EQ(table_of(read->identity.instruments)->size(), 2U);
}

TEST(JournalManifest, ANewerFormatSaysSo) {
  auto payload = payload_of({kFormatVersion, {}, test::identity()});
  payload[8] = std::byte{9};
  EXPECT_EQ(read_manifest(payload).error().message, "expected a journal of format 1 to 1, found format 9");
}

TEST(JournalManifest, OtherFilesAndCutOnesAreRefused) {
  auto payload = payload_of({kFormatVersion, {}, test::identity()});
  for (std::size_t size = 0; size < payload.size(); ++size) {
    ASSERT_EQ(read_manifest(std::span(payload).first(size)).error().kind, ErrorKind::bad_data);
  }
  payload[0] = std::byte{'P'};
  EXPECT_FALSE(read_manifest(payload));
}

/// Journal bytes written by hand from src/journal/format.md, without the writer: format 1 must read for ever.
class VersionOne {
 public:
  template <class T>
  VersionOne& number(T value) {
    const auto* const first = reinterpret_cast<const std::byte*>(&value);
    payload_.insert(payload_.end(), first, first + sizeof value);
    return *this;
  }
  VersionOne& text(std::string_view text) {
    number<std::uint64_t>(text.size());
    for (const char letter : text) payload_.push_back(static_cast<std::byte>(letter));
    return *this;
  }
  VersionOne& record(std::uint16_t type, std::uint64_t seq, std::int64_t ts) {
    std::vector<std::byte> payload;
    payload.swap(payload_);
    VersionOne rest;
    rest.number(type).number(std::uint16_t{1}).number(UINT32_MAX).number(seq).number(ts);
    rest.payload_.insert(rest.payload_.end(), payload.begin(), payload.end());
    const auto length = static_cast<std::uint32_t>(payload.size());
    const std::uint32_t crc = crc32c(std::as_bytes(std::span(&length, 1)), crc32c(rest.payload_));
    VersionOne front;
    front.number(length).number(crc);
    for (const auto& part : {front.payload_, rest.payload_})
      file_.insert(file_.end(), part.begin(), part.end());
    return *this;
  }
  [[nodiscard]] const std::vector<std::byte>& file() const { return file_; }

 private:
  std::vector<std::byte> payload_;
  std::vector<std::byte> file_;
};

VersionOne segment_of_version_one(std::uint8_t family) {
  VersionOne journal;
  for (const char byte : std::string_view("\x89KJRN\r\n\x1A")) journal.number(byte);
  journal.number(std::uint32_t{1});
  journal.number(family).number(std::uint64_t{1}).number(std::uint64_t{0}).number(std::uint64_t{0});
  journal.text("kontor 0.1.0").text("old").text("").text("binance/main");
  journal.number(std::uint64_t{3}).number(std::uint64_t{42}).text("c0ffee").text("x = 1\n");
  journal.number(std::uint64_t{1}).text("USDT").number(std::uint64_t{0});
  journal.record(1, 1, 1'000);
  return journal;
}

TEST(JournalManifest, AJournalOfFormatOneStillReads) {
  SimulatedFileSystem files;
  VersionOne core = segment_of_version_one(0);
  core.text("c0ffee").text("x = 1\n").record(4, 1, 1'000);
  core.number(std::uint64_t{3}).number(std::int64_t{0}).number(std::int64_t{3'000}).number(std::uint64_t{2});
  core.number(std::uint8_t{18}).number(std::uint8_t{2}).record(274, 3, 3'000);  // trading halted
  VersionOne market = segment_of_version_one(1);
  market.number(std::uint64_t{2})
      .number(std::int64_t{1'900})
      .number(std::int64_t{2'000})
      .number(std::uint64_t{0});
  market.number(std::uint8_t{2})
      .number(std::uint32_t{0})
      .number(std::int64_t{1'900})
      .number(std::int64_t{2'000});
  market.number(std::int64_t{777}).number(std::int64_t{5}).number(std::uint64_t{99}).number(std::uint8_t{1});
  market.record(258, 2, 2'000);  // a trade
  files.set_content(path_in(kFolder, "core-00000000000000000001.journal"), core.file());
  files.set_content(path_in(kFolder, "market-00000000000000000001.journal"), market.file());

  auto reader = Reader::open(files, kFolder);
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(reader->manifest().identity.token, 3U);
  EXPECT_EQ(payload_in<Configuration>(**reader->next())->text, "x = 1\n");
  std::vector<BookLevelChange> changes;
  EXPECT_EQ(std::get<Trade>(event_in(**reader->next(), changes)->body).price, RawPrice(777));
  EXPECT_EQ(std::get<TradingStateChanged>(event_in(**reader->next(), changes)->body).state,
            TradingState::halted);
  EXPECT_EQ(*reader->next(), nullptr);
  EXPECT_EQ(reader->tail().last_seq, 3U);
}

}  // namespace
}  // namespace kontor::journal
