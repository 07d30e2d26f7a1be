#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "data/dataset.hpp"
#include "data/series_reader.hpp"

/// What the columns of each kind mean to the store: which scale they carry, how rows are rescaled and cut.
namespace kontor::data {

/// By which of the scales the raw integers of a column are to be read.
enum class ColumnUnit : std::uint8_t { none, price, quantity, rate };

[[nodiscard]] ColumnUnit column_unit(DataKind kind, std::size_t column) noexcept;
[[nodiscard]] std::uint8_t scale_of(const Scales& scales, ColumnUnit unit) noexcept;
[[nodiscard]] inline std::uint8_t scale_of(const Scales& scales, DataKind kind, std::size_t column) noexcept {
  return scale_of(scales, column_unit(kind, column));
}
[[nodiscard]] Scales scales_of(const Batch& batch) noexcept;
void set_scales(Batch& batch, const Scales& scales) noexcept;
[[nodiscard]] Scales larger(const Scales& a, const Scales& b) noexcept;
/// True if no scale of `small` is above its counterpart.
[[nodiscard]] bool fits_into(const Scales& small, const Scales& large) noexcept;

/// Multiplies by 10^(to - from), to ≥ from. Error: overflow, for what no longer fits into 64 bits.
[[nodiscard]] Result<void> raise_scale(std::span<std::int64_t> values, std::uint8_t from, std::uint8_t to);
/// Brings a batch to scales that are at least its own.
[[nodiscard]] Result<void> raise_scales(Batch& batch, const Scales& scales);

/// Appends rows begin … end of `from`, which has the same kind and scales.
void append_rows(Batch& to, const Batch& from, std::size_t begin, std::size_t end);
/// One row for people: `open 1.5 high 2 low 1 close 1.75 volume 10`.
[[nodiscard]] std::string format_row(const ColumnView& view, std::size_t row);

}  // namespace kontor::data
