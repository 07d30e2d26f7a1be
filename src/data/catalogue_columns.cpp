#include "data/catalogue_columns.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/assert.hpp"
#include "base/decimal.hpp"
#include "base/int128.hpp"

namespace kontor::data {
namespace {

struct ColumnMeaning {
  std::string_view name;
  ColumnUnit unit = ColumnUnit::none;
};

using Meanings = std::array<ColumnMeaning, kMaxColumns>;
constexpr auto kNone = ColumnUnit::none;
constexpr auto kPrice = ColumnUnit::price;
constexpr auto kQuantity = ColumnUnit::quantity;
constexpr auto kRate = ColumnUnit::rate;

/// By DataKind, in the order of the column enumerations.
constexpr std::array<Meanings, 5> kMeanings{{
    {{{"ts_open", kNone},
      {"open", kPrice},
      {"high", kPrice},
      {"low", kPrice},
      {"close", kPrice},
      {"volume", kQuantity},
      {"trades", kNone}}},
    {{{"ts", kNone},
      {"recv_ts", kNone},
      {"price", kPrice},
      {"quantity", kQuantity},
      {"id", kNone},
      {"side", kNone}}},
    {{{"ts", kNone},
      {"recv_ts", kNone},
      {"bid", kPrice},
      {"ask", kPrice},
      {"bid_quantity", kQuantity},
      {"ask_quantity", kQuantity}}},
    {{{"ts", kNone}, {"recv_ts", kNone}, {"price", kPrice}, {"quantity", kQuantity}, {"flags", kNone}}},
    {{{"ts", kNone}, {"rate", kRate}, {"mark", kPrice}}},
}};

const ColumnMeaning& meaning(DataKind kind, std::size_t column) noexcept {
  return kMeanings[static_cast<std::size_t>(kind)][column];
}

}  // namespace

ColumnUnit column_unit(DataKind kind, std::size_t column) noexcept { return meaning(kind, column).unit; }

std::uint8_t scale_of(const Scales& scales, ColumnUnit unit) noexcept {
  switch (unit) {
    case ColumnUnit::none: return 0;
    case ColumnUnit::price: return scales.price;
    case ColumnUnit::quantity: return scales.quantity;
    case ColumnUnit::rate: return scales.rate;
  }
  return 0;
}

Scales scales_of(const Batch& batch) noexcept {
  return Scales{batch.price_scale, batch.quantity_scale, batch.rate_scale};
}

void set_scales(Batch& batch, const Scales& scales) noexcept {
  batch.price_scale = scales.price;
  batch.quantity_scale = scales.quantity;
  batch.rate_scale = scales.rate;
}

Scales larger(const Scales& a, const Scales& b) noexcept {
  return Scales{std::max(a.price, b.price), std::max(a.quantity, b.quantity), std::max(a.rate, b.rate)};
}

bool fits_into(const Scales& small, const Scales& large) noexcept { return larger(small, large) == large; }

Result<void> raise_scale(std::span<std::int64_t> values, std::uint8_t from, std::uint8_t to) {
  ASSERT(from <= to && to <= kMaxScale);
  if (from == to) return {};
  const std::int64_t factor = kPowersOfTen[to - from];
  bool overflow = false;
  for (auto& value : values) overflow |= __builtin_mul_overflow(value, factor, &value);
  if (!overflow) return {};
  return fail(ErrorKind::overflow,
              fmt::format("a value of {} decimal places does not fit into 64 bits with {}", from, to));
}

Result<void> raise_scales(Batch& batch, const Scales& scales) {
  for (std::size_t c = 0; c < batch.columns.size(); ++c) {
    TRY_VOID(raise_scale(batch.columns[c], scale_of(scales_of(batch), batch.kind, c),
                         scale_of(scales, batch.kind, c)));
  }
  set_scales(batch, scales);
  return {};
}

void append_rows(Batch& to, const Batch& from, std::size_t begin, std::size_t end) {
  ASSERT(to.kind == from.kind && scales_of(to) == scales_of(from));
  for (std::size_t c = 0; c < to.columns.size(); ++c) {
    const auto& source = from.columns[c];
    to.columns[c].insert(to.columns[c].end(), source.begin() + static_cast<std::ptrdiff_t>(begin),
                         source.begin() + static_cast<std::ptrdiff_t>(end));
  }
}

std::string format_row(const ColumnView& view, std::size_t row) {
  std::string text;
  for (std::size_t c = time_column(view.kind) + 1; c < column_count(view.kind); ++c) {
    const auto& [name, unit] = meaning(view.kind, c);
    const std::int64_t value = view.columns[c][row];
    if (!text.empty()) text += ' ';
    text += fmt::format("{} {}", name, Decimal{value, scale_of(view.scales, unit)}.normalized().format());
  }
  return text;
}

}  // namespace kontor::data
