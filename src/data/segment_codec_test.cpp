#include "data/segment_codec.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "base/prng.hpp"

namespace kontor::data {
namespace {

using Values = std::vector<std::int64_t>;
constexpr Encoding kCompressed[] = {Encoding::offset, Encoding::delta, Encoding::difference};
constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
constexpr auto kMax = std::numeric_limits<std::int64_t>::max();

std::vector<std::byte> encoded(Encoding encoding, const Values& values, const Values& first_column) {
  std::vector<std::byte> bytes;
  EXPECT_TRUE(BlockEncoder().encode(encoding, values, first_column, bytes));
  return bytes;
}

void expect_round_trip(const Values& values, const Values& first_column) {
  for (const auto encoding : kCompressed) {
    const auto bytes = encoded(encoding, values, first_column);
    Values decoded(values.size());
    const auto result = BlockDecoder().decode(encoding, bytes, first_column, decoded);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(decoded, values) << "encoding " << static_cast<int>(encoding);
  }
}

TEST(SegmentCodec, RoundTripOfExtremes) {
  expect_round_trip({0}, {0});
  expect_round_trip({kMin}, {kMax});
  expect_round_trip({kMax, kMin, kMax, 0, -1, 1, kMin}, {kMin, kMax, kMin, 7, 1, -1, kMax});
  expect_round_trip({kMin, kMin + 1}, {0, 0});
  expect_round_trip({0, kMin}, {kMin, 0});
  expect_round_trip({5, 5, 5, 5}, {5, 5, 5, 5});
}

TEST(SegmentCodec, RoundTripOfRandomValuesOfEveryMagnitude) {
  Prng prng(42);
  for (unsigned bits = 0; bits < 64; ++bits) {
    for (const std::int64_t unit : {std::int64_t{1}, std::int64_t{1000}, std::int64_t{1'000'000}}) {
      Values values;
      Values first_column;
      for (int i = 0; i < 300; ++i) {
        const auto raw = static_cast<std::int64_t>(prng.next() >> bits);
        values.push_back((prng.below(2) == 0 ? raw : -raw) / unit * unit);
        first_column.push_back(static_cast<std::int64_t>(prng.next() >> bits));
      }
      expect_round_trip(values, first_column);
    }
  }
}

TEST(SegmentCodec, CommonUnitMakesMillisecondStampsSmall) {
  Values milliseconds;
  Values nanoseconds;
  Prng prng(7);
  for (int i = 0; i < 10'000; ++i) {
    const auto step = static_cast<std::int64_t>(prng.below(100));
    milliseconds.push_back((milliseconds.empty() ? 0 : milliseconds.back()) + step * 1'000'000);
    nanoseconds.push_back((nanoseconds.empty() ? 0 : nanoseconds.back()) + step * 1'000'000 +
                          static_cast<std::int64_t>(prng.below(1000)));
  }
  EXPECT_LT(encoded(Encoding::delta, milliseconds, {}).size() * 2,
            encoded(Encoding::delta, nanoseconds, {}).size());
}

TEST(SegmentCodec, ColumnEqualToTheFirstCostsNearlyNothing) {
  Values values;
  Prng prng(9);
  for (int i = 0; i < 10'000; ++i) values.push_back(static_cast<std::int64_t>(prng.next() >> 2U));
  EXPECT_LT(encoded(Encoding::difference, values, values).size(), 64U);
}

TEST(SegmentCodec, RefusesWrongCountsAndShortBlocks) {
  const Values values{1, 2, 3, 500, 70'000};
  const auto bytes = encoded(Encoding::delta, values, {});
  for (const std::size_t count : {std::size_t{1}, std::size_t{4}, std::size_t{6}, std::size_t{1000}}) {
    Values decoded(count);
    const auto result = BlockDecoder().decode(Encoding::delta, bytes, {}, decoded);
    ASSERT_FALSE(result) << count;
    EXPECT_EQ(result.error().kind, ErrorKind::bad_data);
  }
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Values decoded(values.size());
    EXPECT_FALSE(BlockDecoder().decode(Encoding::delta, std::span(bytes).first(size), {}, decoded)) << size;
  }
}

// A block whose bytes are not what an encoder made is decoded to something or refused, within its buffers:
// the sanitizer builds prove the latter.
TEST(SegmentCodec, SurvivesArbitraryBytes) {
  Prng prng(11);
  Values values;
  for (int i = 0; i < 200; ++i) values.push_back(static_cast<std::int64_t>(prng.next()));
  const auto good = encoded(Encoding::delta, values, {});
  std::size_t refused = 0;
  for (int round = 0; round < 5000; ++round) {
    auto bytes = good;
    const auto changes = prng.below(6) + 1;
    for (std::uint64_t i = 0; i < changes; ++i) {
      bytes[static_cast<std::size_t>(prng.below(bytes.size()))] = static_cast<std::byte>(prng.next());
    }
    Values decoded(values.size());
    if (!BlockDecoder().decode(Encoding::delta, bytes, {}, decoded)) ++refused;
  }
  EXPECT_GT(refused, 0U);
}

}  // namespace
}  // namespace kontor::data
