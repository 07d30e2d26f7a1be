#include "data/segment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/catalogue_test_support.hpp"
#include "data/segment_write.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::data {
namespace {

using test::kMay2025;
using ::testing::HasSubstr;

class SegmentFile : public ::testing::Test {
 protected:
  std::filesystem::path write(DataKind kind, const Batch& batch) {
    const auto key = test::key_of(kind);
    const auto path = folder_ / (std::to_string(files_++) + ".kseg");
    const auto& times = batch.columns[time_column(kind)];
    test::take(write_segment(path, key, segment_period(key, times.front()).start, batch));
    return path;
  }
  static Batch read(const std::filesystem::path& path) {
    const auto segment = test::take(Segment::open(path));
    test::take(segment->verify_values());
    std::vector<Series::Chunk> chunks;
    const auto& header = segment->header();
    for (std::size_t b = 0; b < header.blocks.size(); ++b) {
      chunks.push_back({segment, b, 0, header.blocks[b].rows, header.blocks[b].first, header.blocks[b].last});
    }
    return test::collect(Series(header.key, header.scales, std::move(chunks)));
  }

  kontor::test::TemporaryFolder folder_;
  int files_ = 0;
};

TEST_F(SegmentFile, RoundTripOfEveryKind) {
  for (const auto kind : test::kAllKinds) {
    for (const std::size_t count : {std::size_t{1}, std::size_t{2}, std::size_t{90}}) {
      const auto batch = test::make_rows(kind, kMay2025, count);
      const auto path = write(kind, batch);
      const auto back = read(path);
      EXPECT_EQ(back.columns, batch.columns);
      EXPECT_EQ(scales_of(back), scales_of(batch));
      const auto header = test::take(read_segment_header(path));
      EXPECT_EQ(header.key, test::key_of(kind));
      EXPECT_EQ(header.rows, count);
      EXPECT_EQ(header.first, batch.columns[time_column(kind)].front());
      EXPECT_EQ(header.last, batch.columns[time_column(kind)].back());
      EXPECT_EQ(header.file_size, std::filesystem::file_size(path));
    }
  }
}

TEST_F(SegmentFile, ManyBlocksKeepMessagesTogether) {
  const auto batch = test::make_ticks(DataKind::book, kMay2025, 200'000);
  const auto path = write(DataKind::book, batch);
  const auto header = test::take(read_segment_header(path));
  EXPECT_GT(header.blocks.size(), 3U);
  std::size_t row = 0;
  for (const auto& block : header.blocks) {
    row += block.rows;
    EXPECT_NE(batch.column(BookColumn::flags)[row - 1] & kBookMessageEnd, 0);
  }
  EXPECT_EQ(read(path).columns, batch.columns);
}

TEST_F(SegmentFile, MessageLargerThanABlock) {
  Batch batch(DataKind::book);
  for (std::int64_t i = 0; i < 70'001; ++i) {
    test::add_row(batch, {kMay2025, kMay2025, i + 1, 5, kBookSnapshot | (i == 70'000 ? kBookMessageEnd : 0)});
  }
  test::add_row(batch, {kMay2025 + 1, kMay2025 + 1, 3, 0, kBookMessageEnd});
  const auto path = write(DataKind::book, batch);
  const auto header = test::take(read_segment_header(path));
  ASSERT_EQ(header.blocks.size(), 2U);
  EXPECT_EQ(header.blocks[0].rows, 70'001U);
  EXPECT_EQ(read(path).columns, batch.columns);
}

TEST_F(SegmentFile, BarsAreRawAndTicksAreCompressed) {
  const auto bars = test::take(read_segment_header(write(DataKind::bar, test::make_bars(kMay2025, 1000))));
  for (const auto& column : bars.columns) EXPECT_EQ(column.encoding, Encoding::raw);
  const auto batch = test::make_ticks(DataKind::trade, kMay2025, 20'000);
  const auto trades = test::take(read_segment_header(write(DataKind::trade, batch)));
  for (const auto& column : trades.columns) EXPECT_NE(column.encoding, Encoding::raw);
  EXPECT_LT(trades.file_size * 4, batch.rows() * 6 * sizeof(std::int64_t));
}

TEST_F(SegmentFile, IncompressibleColumnStaysRaw) {
  auto batch = test::make_ticks(DataKind::trade, kMay2025, 5000);
  Prng prng(3);
  for (auto& id : batch.column(TradeColumn::id)) id = static_cast<std::int64_t>(prng.next() >> 1U) | 1;
  const auto path = write(DataKind::trade, batch);
  const auto header = test::take(read_segment_header(path));
  EXPECT_EQ(header.columns[static_cast<std::size_t>(TradeColumn::id)].encoding, Encoding::raw);
  EXPECT_EQ(read(path).columns, batch.columns);
}

// Every bit of every byte is covered: head, names, padding, columns.
TEST_F(SegmentFile, EverySingleByteFlipIsDetected) {
  for (const auto kind : test::kAllKinds) {
    const auto path = write(kind, test::make_rows(kind, kMay2025, 9));
    const auto good = test::read_file(path);
    ASSERT_TRUE(Segment::open(path));
    for (std::size_t i = 0; i < good.size(); ++i) {
      for (const int bit : {0, 3, 7}) {
        auto bad = good;
        bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
        test::write_file(path, bad);
        const auto segment = Segment::open(path);
        ASSERT_FALSE(segment) << "bit " << bit << " of byte " << i << " of " << good.size();
        EXPECT_EQ(segment.error().kind, ErrorKind::bad_data);
        EXPECT_THAT(segment.error().message, HasSubstr(path.string()));
      }
    }
  }
}

TEST_F(SegmentFile, EveryTruncationIsDetected) {
  for (const auto kind : {DataKind::bar, DataKind::book}) {
    const auto path = write(kind, test::make_rows(kind, kMay2025, 9));
    const auto good = test::read_file(path);
    for (std::size_t size = 0; size < good.size(); ++size) {
      test::write_file(path, good.substr(0, size));
      ASSERT_FALSE(Segment::open(path)) << size;
      ASSERT_FALSE(read_segment_header(path)) << size;
    }
    test::write_file(path, good + '\0');
    EXPECT_FALSE(Segment::open(path));
  }
}

TEST_F(SegmentFile, ErrorsSayWhatIsWrong) {
  const auto path = write(DataKind::bar, test::make_bars(kMay2025, 20));
  const auto good = test::read_file(path);
  const auto problem_of = [&](const std::string& content) {
    test::write_file(path, content);
    return Segment::open(path).error().message;
  };
  EXPECT_THAT(problem_of("hello"), HasSubstr("found 5 bytes"));
  EXPECT_THAT(problem_of(std::string(500, 'x')), HasSubstr("magic number"));
  EXPECT_THAT(problem_of(good.substr(0, good.size() - 1)), HasSubstr("truncated"));
  EXPECT_THAT(problem_of(good + "x"), HasSubstr("too long"));
  auto version = good;
  version[8] = 2;
  EXPECT_THAT(problem_of(version), HasSubstr("format version 1, found 2"));
  auto head = good;
  head[33] = static_cast<char>(head[33] ^ 1);
  EXPECT_THAT(problem_of(head), HasSubstr("checksum of the head"));
  auto body = good;
  body[body.size() - 100] = static_cast<char>(body[body.size() - 100] ^ 1);
  EXPECT_THAT(problem_of(body), HasSubstr("checksum of column 6"));
  const auto absent = Segment::open(folder_ / "absent.kseg");
  EXPECT_EQ(absent.error().kind, ErrorKind::not_found);
  EXPECT_EQ(Segment::open(folder_.path()).error().kind, ErrorKind::bad_data);
}

TEST_F(SegmentFile, FailedWriteLeavesNoFile) {
  auto key = test::key_of(DataKind::bar);
  key.instrument.symbol = std::string(256, 'x');
  const auto path = folder_ / "long.kseg";
  EXPECT_FALSE(write_segment(path, key, kMay2025, test::make_bars(kMay2025, 2)));
  EXPECT_FALSE(std::filesystem::exists(path));
  const auto missing = write_segment(folder_ / "no" / "folder.kseg", test::key_of(DataKind::bar), kMay2025,
                                     test::make_bars(kMay2025, 2));
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("no/folder.kseg"));
}

TEST(SegmentNames, MonthsForBarsAndFundingDaysForTheRest) {
  const TimeNs time = test::take(parse_time("2024-02-29T23:59:59.999"));
  const auto bars = test::key_of(DataKind::bar);
  EXPECT_EQ(segment_file_name(bars, segment_period(bars, time).start), "2024-02.kseg");
  EXPECT_EQ(segment_period(bars, time).end, test::take(parse_time("2024-03-01")));
  const auto december = segment_period(bars, test::take(parse_time("2024-12-31T23:59")));
  EXPECT_EQ(december.end, test::take(parse_time("2025-01-01")));
  EXPECT_EQ(segment_file_name(test::key_of(DataKind::funding), segment_period(bars, time).start),
            "2024-02.kseg");
  const auto seconds = test::key_of(DataKind::bar, Timeframe{kSecond});
  for (const auto& key : {seconds, test::key_of(DataKind::trade), test::key_of(DataKind::book)}) {
    const auto name = segment_file_name(key, segment_period(key, time).start);
    EXPECT_EQ(name, "2024-02-29.kseg");
    EXPECT_EQ(parse_segment_file_name(key, name), segment_period(key, time).start);
  }
  EXPECT_EQ(parse_segment_file_name(bars, "2024-02.kseg"), segment_period(bars, time).start);
  for (const auto* name :
       {"2024-02.kseg.new", "2024-2.kseg", "2024-02-29.kseg", "2024-13.kseg", "notes.txt", ".kseg"}) {
    EXPECT_FALSE(parse_segment_file_name(bars, name)) << name;
  }
}

}  // namespace
}  // namespace kontor::data
