#include "base/codec.hpp"

#include <gtest/gtest.h>

#include "base/decimal.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"

namespace kontor {
namespace {

BOOST_DEFINE_FIXED_ENUM_CLASS(Colour, std::uint8_t, red, green, blue)

struct Point {
  std::int32_t x = 0;
  std::int32_t y = 0;
  bool operator==(const Point&) const = default;
  BOOST_DESCRIBE_CLASS(Point, (), (x, y), (), ())
};

/// Valid only where it is in order.
struct Range {
  std::int32_t low = 0;
  std::int32_t high = 0;
  [[nodiscard]] bool is_valid() const noexcept { return low <= high; }
  bool operator==(const Range&) const = default;
  BOOST_DESCRIBE_CLASS(Range, (), (low, high), (), ())
};

struct Everything {
  bool flag = false;
  Colour colour = Colour::red;
  std::int64_t number = 0;
  double real = 0;
  int128 wide = 0;
  Amount amount;
  OrderId id;
  std::string text;
  std::vector<Point> points;
  std::vector<std::vector<std::uint8_t>> nested;
  std::vector<bool> bits;
  std::array<std::int16_t, 3> three{};
  std::optional<Point> maybe;
  std::variant<std::int64_t, std::string, Point> one_of;
  Range range;
  bool operator==(const Everything&) const = default;
  BOOST_DESCRIBE_CLASS(Everything, (),
                       (flag, colour, number, real, wide, amount, id, text, points, nested, bits, three,
                        maybe, one_of, range),
                       (), ())
};

Everything example() {
  Everything all;
  all.flag = true;
  all.colour = Colour::blue;
  all.number = -5;
  all.real = 0.1;
  all.wide = -static_cast<int128>(1) * INT64_MAX * INT64_MAX;
  all.amount = Amount::parse("-12.000000000000000001").value();
  all.id = OrderId(77);
  all.text = std::string("zero \0 inside", 13);
  all.points = {{1, 2}, {-3, 4}};
  all.nested = {{}, {1, 2, 3}, {9}};
  all.bits = {true, false, true};
  all.three = {-1, 0, 1};
  all.maybe = Point{8, 9};
  all.one_of = std::string("second");
  all.range = {1, 2};
  return all;
}

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> data;
  for (const int value : values) data.push_back(static_cast<std::byte>(value));
  return data;
}

TEST(Codec, DecodeUndoesEncode) {
  EXPECT_EQ(decode<Everything>(encode(example())).value(), example());
  EXPECT_EQ(decode<Everything>(encode(Everything{})).value(), Everything{});
}

TEST(Codec, WritesLittleEndianFieldByField) {
  EXPECT_EQ(encode(Point{1, -2}), bytes({1, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF}));
  EXPECT_EQ(encode(std::string("ab")), bytes({2, 0, 0, 0, 0, 0, 0, 0, 'a', 'b'}));
  EXPECT_EQ(encode(std::vector<bool>{true, false}), bytes({2, 0, 0, 0, 0, 0, 0, 0, 1, 0}));
  EXPECT_EQ(encode(std::optional<std::uint8_t>{7}), bytes({1, 7}));
  EXPECT_EQ(encode(std::variant<std::uint8_t, bool>{true}), bytes({1, 1}));
  EXPECT_EQ(encode(OrderId(258)), bytes({2, 1, 0, 0, 0, 0, 0, 0}));
}

TEST(Codec, EveryPrefixAndEveryTailIsBadData) {
  auto data = encode(example());
  for (std::size_t size = 0; size < data.size(); ++size) {
    const auto decoded = decode<Everything>(std::span(data).first(size));
    ASSERT_FALSE(decoded) << size;
    ASSERT_EQ(decoded.error().kind, ErrorKind::bad_data);
  }
  data.push_back(std::byte{0});
  EXPECT_FALSE(decode<Everything>(data));
}

TEST(Codec, RefusesValuesThatCannotBe) {
  EXPECT_FALSE(decode<Colour>(bytes({3})));
  EXPECT_FALSE(decode<Colour>(bytes({255})));
  EXPECT_EQ(decode<Colour>(bytes({2})), Colour::blue);
  EXPECT_FALSE(decode<bool>(bytes({2})));
  EXPECT_FALSE((decode<std::variant<std::uint8_t, bool>>(bytes({2, 0}))));
  EXPECT_FALSE(decode<std::optional<std::uint8_t>>(bytes({2, 0})));
  EXPECT_FALSE(decode<Range>(bytes({2, 0, 0, 0, 1, 0, 0, 0})));
  EXPECT_TRUE(decode<Range>(bytes({1, 0, 0, 0, 1, 0, 0, 0})));
}

TEST(Codec, RefusesLengthsBeyondTheDataBeforeItMakesRoom) {
  const auto endless = bytes({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_FALSE(decode<std::string>(endless));
  EXPECT_FALSE(decode<std::vector<std::int64_t>>(endless));
  EXPECT_FALSE(decode<std::vector<Point>>(endless));
  EXPECT_FALSE(decode<std::vector<bool>>(endless));
  // Three points do not fit into sixteen bytes, even though there are more than three bytes.
  EXPECT_FALSE(decode<std::vector<Point>>(
      bytes({3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8})));
  static_assert(detail::smallest_form<Point>() == 8);
  static_assert(detail::smallest_form<Everything>() > 80);
}

TEST(Codec, ReadsZerosAfterTheFirstFailure) {
  const auto data = bytes({1, 2, 3});
  Decoder decoder(data);
  std::uint16_t first = 0;
  std::uint32_t second = 5;
  std::uint8_t third = 5;
  decode_from(decoder, first);
  decode_from(decoder, second);
  decode_from(decoder, third);
  EXPECT_EQ(first, 0x0201);
  EXPECT_EQ(second, 0U);
  EXPECT_EQ(third, 0U);
  EXPECT_TRUE(decoder.failed());
  EXPECT_EQ(decoder.remaining(), 1U);
}

TEST(Codec, KnowsWhichFormsAreFixed) {
  static_assert(detail::fixed_form<Point>() == 8);
  static_assert(detail::fixed_form<OrderId>() == 8);
  static_assert(detail::fixed_form<Amount>() == 16);
  static_assert(detail::fixed_form<std::string>() == 0);
  static_assert(detail::fixed_form<std::optional<std::uint8_t>>() == 0);
  static_assert(detail::fixed_form<Everything>() == 0);
  EXPECT_EQ(encode(Point{}).size(), detail::fixed_form<Point>());
}

TEST(Codec, AnEncoderReplacesAndTakesBackWhatIsThere) {
  Encoder encoder;
  encode_into(encoder, std::uint32_t{1});
  encode_into(encoder, std::uint16_t{2});
  encoder.overwrite(2, bytes({7, 8, 9}));
  EXPECT_EQ(encoder.buffer(), bytes({1, 0, 7, 8, 9, 0}));
  encoder.truncate(3);
  EXPECT_EQ(encoder.buffer(), bytes({1, 0, 7}));
  encoder.truncate(9);
  EXPECT_EQ(encoder.size(), 3U);
  EXPECT_DEATH(encoder.overwrite(2, bytes({1, 2})), "");
}

TEST(Codec, SurvivesEveryChangeOfAByte) {
  const auto good = encode(example());
  Prng prng(8);
  std::size_t refused = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int i = 0; i < 20; ++i) {
      auto data = good;
      data[at] = static_cast<std::byte>(prng.below(256));
      const auto decoded = decode<Everything>(data);
      refused += decoded ? 0U : 1U;
      if (decoded) {
        ASSERT_EQ(encode(*decoded), data) << at;
      }
    }
  }
  EXPECT_GT(refused, 100U);
}

}  // namespace
}  // namespace kontor
