#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "venue/bybit/parse_reader.hpp"

namespace kontor::bybit {

/// A time that stands in the message as milliseconds.
template <class Row>
struct Milliseconds {
  TimeNs Row::* place;
};
/// A figure whose places may be cut off (read_cut_decimal).
template <class Row>
struct CutDecimal {
  std::optional<Decimal> Row::* place;
};

/// One field of an object that is read: its name, where it goes, and whether the object is worth nothing
/// without it.
template <class Row>
struct Member {
  std::string_view name;
  std::variant<std::string_view Row::*, Decimal Row::*, std::optional<Decimal> Row::*, std::int64_t Row::*,
               bool Row::*, Milliseconds<Row>, CutDecimal<Row>>
      place;
  bool is_needed = false;
};

/// Reads one value to where it belongs.
template <class Row>
struct ReadMember {
  Reader& reader;
  const Member<Row>& member;
  JsonValue& value;
  Row& row;

  bool operator()(std::string_view Row::* place) const { return reader.text(member.name, value, row.*place); }
  bool operator()(Decimal Row::* place) const {
    return member.is_needed ? reader.decimal(member.name, value, row.*place)
                            : reader.decimal_or_none(member.name, value, row.*place);
  }
  bool operator()(std::optional<Decimal> Row::* place) const {
    return reader.optional_decimal(member.name, value, row.*place);
  }
  bool operator()(std::int64_t Row::* place) const {
    return reader.integer_or_none(member.name, value, row.*place);
  }
  bool operator()(bool Row::* place) const { return reader.flag(member.name, value, row.*place); }
  bool operator()(Milliseconds<Row> time) const {
    return reader.milliseconds(member.name, value, row.*time.place);
  }
  bool operator()(CutDecimal<Row> figure) const {
    return reader.cut_decimal(member.name, value, row.*figure.place);
  }
};

/// Reads an object by a table of its fields; fields that are not in it go to `other(key, value)`.
template <class Row, std::size_t Size, class Other>
bool read_row(Reader& reader, JsonValue& value, const std::array<Member<Row>, Size>& members, Row& row,
              Other&& other) {
  static_assert(Size <= 64);
  std::uint64_t seen = 0;
  const bool good = reader.fields("", value, [&](std::string_view key, JsonValue& item) {
    for (std::size_t i = 0; i < Size; ++i) {
      if (members[i].name != key) continue;
      seen |= std::uint64_t{1} << i;
      return std::visit(ReadMember<Row>{reader, members[i], item, row}, members[i].place);
    }
    return other(key, item);
  });
  if (!good) return false;
  for (std::size_t i = 0; i < Size; ++i) {
    const bool is_missing = members[i].is_needed && (seen & (std::uint64_t{1} << i)) == 0;
    if (is_missing) return reader.fault("a field", members[i].name, "none");
  }
  return true;
}

template <class Row, std::size_t Size>
bool read_row(Reader& reader, JsonValue& value, const std::array<Member<Row>, Size>& members, Row& row) {
  return read_row(reader, value, members, row,
                  [](std::string_view /*key*/, JsonValue& /*item*/) { return true; });
}

}  // namespace kontor::bybit
