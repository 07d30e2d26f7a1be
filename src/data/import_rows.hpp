#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/int128.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "data/csv_number.hpp"
#include "data/dataset.hpp"

namespace kontor::data {

/// Takes what parsers find. A batch is passed on as soon as it is full, so memory stays bounded.
class ImportSink {
 public:
  virtual ~ImportSink() = default;
  /// Rows of one instrument. `symbol` is empty where the file does not name one; `timeframe` counts for bars
  /// only.
  [[nodiscard]] virtual Result<void> take(std::string_view symbol, Timeframe timeframe, Batch batch) = 0;
  /// Something the user should know that is no error. Names file and line itself.
  virtual void warn(std::string message) = 0;
};

/// Rows after which a batch is passed on; a little below the collector's first capacity.
inline constexpr std::size_t kFlushRows = 56ULL << 10U;

/// Rows of one kind being collected into a batch. Values come with the scale they were written with; the
/// batch has the largest scale that any row needed, found on the way: nothing is rounded.
class RowCollector {
 public:
  explicit RowCollector(DataKind kind);

  template <class Column>
  void put(Column column, std::int64_t value) noexcept {
    columns_[static_cast<std::size_t>(column)][row_] = value;
  }
  template <class Column>
  void put_price(Column column, CsvNumber number) noexcept {
    put(column, scaled(number, price_scale_, price_columns_));
  }
  template <class Column>
  void put_quantity(Column column, CsvNumber number) noexcept {
    put(column, scaled(number, quantity_scale_, quantity_columns_));
  }
  template <class Column>
  void put_rate(Column column, CsvNumber number) noexcept {
    put(column, scaled(number, rate_scale_, rate_columns_));
  }
  /// Changes the row before the current one, which must exist.
  template <class Column>
  void mark_previous(Column column, std::int64_t bits) noexcept {
    columns_[static_cast<std::size_t>(column)][row_ - 1] |= bits;
  }
  /// Completes the row. False if one of its numbers does not fit 64 bits at the common scale.
  [[nodiscard]] bool end_row() {
    if (overflow_) return false;
    if (++row_ == capacity_) grow();
    return true;
  }

  [[nodiscard]] std::size_t rows() const noexcept { return row_; }
  /// Hands over the rows so far and starts anew.
  [[nodiscard]] Batch take();

 private:
  /// Bit i stands for column i.
  using ColumnSet = std::uint32_t;

  std::int64_t scaled(CsvNumber number, std::uint8_t& scale, ColumnSet members) noexcept {
    if (number.scale > scale) [[unlikely]]
      raise(scale, number.scale, members);
    std::int64_t units = 0;
    overflow_ |= __builtin_mul_overflow(number.units, kPowersOfTen[scale - number.scale], &units);
    return units;
  }
  void raise(std::uint8_t& scale, std::uint8_t wanted, ColumnSet members) noexcept;
  void grow();
  void start(std::size_t capacity);

  DataKind kind_;
  ColumnSet price_columns_ = 0;
  ColumnSet quantity_columns_ = 0;
  ColumnSet rate_columns_ = 0;
  std::uint8_t price_scale_ = 0;
  std::uint8_t quantity_scale_ = 0;
  std::uint8_t rate_scale_ = 0;
  bool overflow_ = false;
  std::size_t row_ = 0;
  std::size_t capacity_ = 0;
  std::array<std::int64_t*, 8> columns_{};
  Batch batch_;
};

/// Notes where rows are not in ascending order of time.
class OrderWatch {
 public:
  void see(TimeNs time, std::uint64_t line) noexcept {
    if (time <= last_) [[unlikely]]
      note(time, line);
    last_ = std::max(last_, time);
  }
  /// Warnings for what was seen, each with its first place. Equal stamps count where they should not be.
  void report(ImportSink& sink, std::string_view document, bool equal_stamps_are_duplicates) const;
  /// True if every time was later than the one before it.
  [[nodiscard]] bool ascending() const noexcept { return backward_ == 0 && equal_ == 0; }

 private:
  void note(TimeNs time, std::uint64_t line) noexcept;

  TimeNs last_ = kTimeMin;
  std::uint64_t backward_ = 0;
  std::uint64_t first_backward_line_ = 0;
  std::uint64_t equal_ = 0;
  std::uint64_t first_equal_line_ = 0;
};

/// Lets the rows of one instrument through. Where none is wanted by name, the first symbol is taken and a
/// second one is an error, because rows of two instruments must not end in one dataset.
class SymbolGate {
 public:
  explicit SymbolGate(std::string wanted) : wanted_(std::move(wanted)), given_(!wanted_.empty()) {}

  /// True if rows of this symbol are to be taken.
  [[nodiscard]] bool admit(std::string_view symbol) {
    if (symbol == wanted_) [[likely]] {
      admitted_ = true;
      return true;
    }
    return admit_other(symbol);
  }
  /// The symbol of the rows that were let through; empty if the file named none and none was wanted.
  [[nodiscard]] const std::string& symbol() const noexcept { return wanted_; }
  /// True if rows of more than one symbol have come by.
  [[nodiscard]] bool several() const noexcept { return !others_.empty(); }
  /// The error of a document with a second symbol, or with other symbols than the wanted one only.
  [[nodiscard]] Result<void> check(std::string_view document) const;

 private:
  bool admit_other(std::string_view symbol);

  std::string wanted_;
  bool given_;
  bool admitted_ = false;
  std::vector<std::string> others_;
};

/// Finds the period of bars from the distances of their stamps, or checks the one that was given.
class TimeframeWatch {
 public:
  explicit TimeframeWatch(std::optional<Timeframe> given) : given_(given) {}

  void see(TimeNs open, std::uint64_t line = 0) noexcept {
    const auto distance =
        static_cast<DurationNs>(static_cast<std::uint64_t>(open) - static_cast<std::uint64_t>(last_));
    last_ = open;
    if (distance == smallest_) [[likely]] {
      ++smallest_count_;
    } else {
      note(distance, line);
    }
  }
  /// The timeframe of the bars seen so far. bad_data: it cannot be told, most bars are not of the given one,
  /// or they are not of the one of an earlier answer. Single bars that are off a given grid pass: looking for
  /// them is the quality check's.
  [[nodiscard]] Result<Timeframe> settle(std::string_view document);

 private:
  void note(DurationNs distance, std::uint64_t line) noexcept;
  [[nodiscard]] std::string place(std::string_view document, std::uint64_t line) const;
  [[nodiscard]] bool has_stray() const noexcept;
  [[nodiscard]] Result<Timeframe> found(std::string_view document) const;

  std::optional<Timeframe> given_;
  std::optional<Timeframe> settled_;
  TimeNs last_ = 0;
  DurationNs smallest_ = kTimeMin;  ///< none yet while negative
  DurationNs odd_distance_ = 0;     ///< one that the smallest does not divide
  std::uint64_t smallest_count_ = 0;
  std::uint64_t other_count_ = 0;
  std::uint64_t smallest_line_ = 0;  ///< where the smallest distance was first seen
  std::uint64_t odd_line_ = 0;
  DurationNs displaced_ = 0;  ///< the commonest distance that a smaller one has displaced
  std::uint64_t displaced_count_ = 0;
  DurationNs off_grid_ = 0;  ///< the first distance that is no multiple of the given period
  std::uint64_t off_grid_count_ = 0;
  std::uint64_t off_grid_line_ = 0;
  bool started_ = false;
};

}  // namespace kontor::data
