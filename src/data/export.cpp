#include "data/export.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include <fmt/format.h>

#include "base/int128.hpp"
#include "data/catalogue_columns.hpp"
#include "data/export_file.hpp"

namespace kontor::data {
namespace {

constexpr std::size_t kFlushBytes = std::size_t{1} << 20U;

/// Appends fields of one document to a buffer.
class CsvText {
 public:
  void integer(std::int64_t value) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    text_.append(digits.data(), end);
  }

  /// A plain decimal without trailing zeros.
  void decimal(std::int64_t units, std::uint8_t scale) {
    const auto divisor = static_cast<std::uint64_t>(kPowersOfTen[scale]);
    const std::uint64_t size =
        units < 0 ? ~static_cast<std::uint64_t>(units) + 1U : static_cast<std::uint64_t>(units);
    if (units < 0) text_ += '-';
    std::array<char, 24> digits{};
    const auto whole_end = std::to_chars(digits.data(), digits.data() + digits.size(), size / divisor).ptr;
    text_.append(digits.data(), whole_end);
    std::uint64_t fraction = size % divisor;
    if (fraction == 0) return;
    std::size_t places = scale;
    for (; fraction % 10 == 0; fraction /= 10) --places;
    for (std::size_t i = places; i-- > 0; fraction /= 10) digits[i] = static_cast<char>('0' + fraction % 10);
    text_ += '.';
    text_.append(digits.data(), places);
  }

  /// As format_time(), with the date worked out once a day.
  void time(TimeNs time) {
    const TimeNs day = floor_divide(time, kDay);
    if (day != day_) {
      day_ = day;
      date_ = format_date(date_of(time)) + "T";
    }
    text_ += date_;
    const auto in_day = static_cast<std::uint64_t>(time - day * kDay);
    two_digits(in_day / kHour);
    text_ += ':';
    two_digits(in_day / kMinute % 60);
    text_ += ':';
    two_digits(in_day / kSecond % 60);
    fraction(in_day % kSecond);
    text_ += 'Z';
  }

  void raw(std::string_view text) { text_ += text; }
  void comma() { text_ += ','; }
  [[nodiscard]] std::string& text() noexcept { return text_; }

 private:
  void two_digits(std::uint64_t value) {
    text_ += static_cast<char>('0' + value / 10);
    text_ += static_cast<char>('0' + value % 10);
  }
  void fraction(std::uint64_t nanoseconds) {
    if (nanoseconds == 0) return;
    std::size_t places = 9;
    while (nanoseconds % 1000 == 0) {
      nanoseconds /= 1000;
      places -= 3;
    }
    text_ += '.';
    const std::size_t begin = text_.size();
    text_.resize(begin + places);
    for (std::size_t i = places; i-- > 0; nanoseconds /= 10) {
      text_[begin + i] = static_cast<char>('0' + nanoseconds % 10);
    }
  }

  std::string text_;
  TimeNs day_ = kTimeMin;
  std::string date_;
};

/// True if some value of a column is not zero.
Result<bool> has_values(const Series& series, std::size_t column) {
  SeriesReader reader(series);
  for (;;) {
    TRY(const bool more, reader.next());
    if (!more) return false;
    for (const auto value : reader.view().columns[column]) {
      if (value != 0) return true;
    }
  }
}

void bar_row(CsvText& csv, const ColumnView& view, std::size_t row, bool with_trades) {
  csv.time(view.column(BarColumn::ts_open)[row]);
  for (const auto column : {BarColumn::open, BarColumn::high, BarColumn::low, BarColumn::close}) {
    csv.comma();
    csv.decimal(view.column(column)[row], view.scales.price);
  }
  csv.comma();
  csv.decimal(view.column(BarColumn::volume)[row], view.scales.quantity);
  if (!with_trades) return;
  csv.comma();
  csv.integer(view.column(BarColumn::trade_count)[row]);
}

void both_times(CsvText& csv, const ColumnView& view, std::size_t row) {
  csv.time(view.columns[0][row]);
  csv.comma();
  csv.time(view.columns[1][row]);
  csv.comma();
}

void trade_row(CsvText& csv, const ColumnView& view, std::size_t row) {
  both_times(csv, view, row);
  csv.decimal(view.column(TradeColumn::price)[row], view.scales.price);
  csv.comma();
  csv.decimal(view.column(TradeColumn::quantity)[row], view.scales.quantity);
  csv.raw(view.column(TradeColumn::aggressor_side)[row] == 0 ? ",buy," : ",sell,");
  csv.integer(view.column(TradeColumn::id)[row]);
}

void quote_row(CsvText& csv, const ColumnView& view, std::size_t row) {
  both_times(csv, view, row);
  csv.decimal(view.column(QuoteColumn::bid)[row], view.scales.price);
  csv.comma();
  csv.decimal(view.column(QuoteColumn::bid_quantity)[row], view.scales.quantity);
  csv.comma();
  csv.decimal(view.column(QuoteColumn::ask)[row], view.scales.price);
  csv.comma();
  csv.decimal(view.column(QuoteColumn::ask_quantity)[row], view.scales.quantity);
}

void book_row(CsvText& csv, const ColumnView& view, std::size_t row) {
  const auto flags = view.column(BookColumn::flags)[row];
  both_times(csv, view, row);
  csv.raw((flags & kBookSell) != 0 ? "ask," : "bid,");
  csv.decimal(view.column(BookColumn::price)[row], view.scales.price);
  csv.comma();
  csv.decimal(view.column(BookColumn::quantity)[row], view.scales.quantity);
  csv.raw((flags & kBookSnapshot) != 0 ? ",1" : ",0");
  csv.raw((flags & kBookMessageEnd) != 0 ? ",1" : ",0");
}

void funding_row(CsvText& csv, const ColumnView& view, std::size_t row) {
  csv.time(view.column(FundingColumn::ts_venue)[row]);
  csv.comma();
  csv.decimal(view.column(FundingColumn::rate)[row], view.scales.rate);
  csv.comma();
  const auto mark = view.column(FundingColumn::mark)[row];
  if (mark != 0) csv.decimal(mark, view.scales.price);
}

std::string_view header_line(DataKind kind, bool with_trades) {
  switch (kind) {
    case DataKind::bar:
      return with_trades ? "ts,open,high,low,close,volume,trades\n" : "ts,open,high,low,close,volume\n";
    case DataKind::trade: return "ts,recv_ts,price,quantity,side,id\n";
    case DataKind::quote: return "ts,recv_ts,bid,bid_quantity,ask,ask_quantity\n";
    case DataKind::book: return "ts,recv_ts,side,price,quantity,snapshot,end\n";
    case DataKind::funding: return "ts,rate,mark\n";
  }
  return {};
}

void append_row(CsvText& csv, const ColumnView& view, std::size_t row, bool with_trades) {
  switch (view.kind) {
    case DataKind::bar: bar_row(csv, view, row, with_trades); break;
    case DataKind::trade: trade_row(csv, view, row); break;
    case DataKind::quote: quote_row(csv, view, row); break;
    case DataKind::book: book_row(csv, view, row); break;
    case DataKind::funding: funding_row(csv, view, row); break;
  }
  csv.raw("\n");
}

/// Hands the buffer on and empties it.
Result<void> flush(CsvText& csv, const TextSink& sink) {
  TRY_VOID(sink(csv.text()));
  csv.text().clear();
  return {};
}

}  // namespace

Result<void> write_csv(const Series& series, const TextSink& sink) {
  const DataKind kind = series.key().kind;
  bool with_trades = false;
  if (kind == DataKind::bar) {
    TRY(with_trades, has_values(series, static_cast<std::size_t>(BarColumn::trade_count)));
  }
  CsvText csv;
  csv.raw(header_line(kind, with_trades));
  SeriesReader reader(series);
  for (;;) {
    TRY(const bool more, reader.next());
    if (!more) return flush(csv, sink);
    for (std::size_t row = 0; row < reader.view().rows(); ++row) {
      append_row(csv, reader.view(), row, with_trades);
      if (csv.text().size() < kFlushBytes) continue;
      TRY_VOID(flush(csv, sink));
    }
  }
}

Result<ExportSummary> export_csv(const Series& series, const std::filesystem::path& target,
                                 const ExportOptions& options) {
  TRY(auto file, ExportFile::open(target));
  std::uint64_t lines = 0;
  const auto sink = [&](std::string_view text) -> Result<void> {
    if (options.cancel != nullptr && options.cancel->load(std::memory_order_relaxed)) {
      return fail(ErrorKind::canceled, "interrupted; nothing was exported");
    }
    lines += static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
    TRY_VOID(file.write(text));
    if (options.progress && lines > 0) options.progress(lines - 1);
    return {};
  };
  TRY_VOID(write_csv(series, sink));
  TRY(const auto bytes, file.finish());
  return ExportSummary{series.rows(), bytes};
}

}  // namespace kontor::data
