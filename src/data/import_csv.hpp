#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/csv_layout.hpp"
#include "data/csv_scanner.hpp"
#include "data/import_parser.hpp"

namespace kontor::data {

/// Reads the rows of a CSV document by its layout: bars, trades, quotes, book changes or funding rates.
class CsvParser final : public DocumentParser {
 public:
  CsvParser(DocumentContext context, CsvLayout layout, ImportSink& sink);

  [[nodiscard]] Result<void> parse(std::string_view block) override;
  [[nodiscard]] Result<void> finish() override;
  [[nodiscard]] ImportFormat format() const noexcept override { return layout_.format; }
  [[nodiscard]] std::uint64_t lines() const noexcept override { return line_; }

 private:
  static constexpr std::size_t kNone = CsvScanner::kMaxFields;

  template <DataKind kind>
  [[nodiscard]] bool parse_lines(std::string_view block);
  [[nodiscard]] bool bar_row(const CsvScanner& scanner);
  [[nodiscard]] bool trade_row(const CsvScanner& scanner);
  [[nodiscard]] bool quote_row(const CsvScanner& scanner);
  [[nodiscard]] bool book_row(const CsvScanner& scanner);
  [[nodiscard]] bool funding_row(const CsvScanner& scanner);
  [[nodiscard]] bool best_side(const CsvScanner& scanner, CsvRole together, CsvRole price_role,
                               CsvRole quantity_role, CsvNumber& price, CsvNumber& quantity);

  [[nodiscard]] std::size_t column(CsvRole role) const noexcept {
    return columns_[static_cast<std::size_t>(role)];
  }
  [[nodiscard]] bool has(CsvRole role) const noexcept { return column(role) != kNone; }
  [[nodiscard]] bool number(const CsvScanner& scanner, CsvRole role, CsvNumber& value) {
    const std::size_t field = column(role);
    if (parse_number(scanner.field_begin(field), scanner.field_end(field), value)) [[likely]]
      return true;
    return refuse(scanner, field, "a number");
  }
  [[nodiscard]] bool stamp(const CsvScanner& scanner, CsvRole role, TimeNs& value) {
    const std::size_t field = column(role);
    if (parse_stamp(scanner.field_begin(field), scanner.field_end(field), value)) [[likely]]
      return true;
    return refuse(scanner, field, "a time (ISO-8601, or seconds to nanoseconds since 1970)");
  }
  [[nodiscard]] bool both_stamps(const CsvScanner& scanner, TimeNs& venue, TimeNs& receive);
  [[nodiscard]] bool trade_id(const CsvScanner& scanner, std::int64_t& id);
  /// True for the sell side; `refuse`s a field that names none.
  [[nodiscard]] bool side(const CsvScanner& scanner, bool& sell);
  [[nodiscard]] bool flag(const CsvScanner& scanner, CsvRole role, bool& value);
  [[nodiscard]] bool admitted(const CsvScanner& scanner);
  [[nodiscard]] bool end_row();

  // Each sets the error and returns false.
  bool refuse(const CsvScanner& scanner, std::size_t field, std::string_view expected);
  bool refuse_columns(const CsvScanner& scanner);
  bool refuse_overflow();

  /// Rows of one time and other values within the batch: bars and funding rates have one truth only.
  [[nodiscard]] Result<void> check_contradictions(const Batch& batch) const;
  [[nodiscard]] Result<void> flush();

  DocumentContext context_;
  CsvLayout layout_;
  ImportSink& sink_;
  std::array<std::size_t, kCsvRoles> columns_{};
  RowCollector rows_;
  OrderWatch order_;
  SymbolGate gate_;
  TimeframeWatch timeframe_;
  Error error_{ErrorKind::bad_data, {}};
  std::uint64_t line_ = 0;
  std::vector<std::uint64_t> lines_;  ///< of the rows of the batch; bars and funding only
  std::uint64_t rows_read_ = 0;
  TimeNs message_time_ = kTimeMin;  ///< of the book message that is being read
  bool message_open_ = false;
};

}  // namespace kontor::data
