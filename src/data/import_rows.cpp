#include "data/import_rows.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kontor::data {
namespace {

constexpr std::size_t kFirstCapacity = 64ULL << 10U;
constexpr std::size_t kMaxSymbolsNamed = 20;

/// The lengths of bars that venues publish.
constexpr DurationNs kUsualPeriods[] = {kSecond,      kMinute,    3 * kMinute, 5 * kMinute, 15 * kMinute,
                                        30 * kMinute, kHour,      2 * kHour,   4 * kHour,   6 * kHour,
                                        8 * kHour,    12 * kHour, kDay,        3 * kDay,    7 * kDay};

template <class... Columns>
constexpr std::uint32_t column_set(Columns... columns) noexcept {
  return ((1U << static_cast<unsigned>(columns)) | ... | 0U);
}

}  // namespace

RowCollector::RowCollector(DataKind kind) : kind_(kind), batch_(kind) {
  switch (kind) {
    case DataKind::bar:
      price_columns_ = column_set(BarColumn::open, BarColumn::high, BarColumn::low, BarColumn::close);
      quantity_columns_ = column_set(BarColumn::volume);
      break;
    case DataKind::trade:
      price_columns_ = column_set(TradeColumn::price);
      quantity_columns_ = column_set(TradeColumn::quantity);
      break;
    case DataKind::quote:
      price_columns_ = column_set(QuoteColumn::bid, QuoteColumn::ask);
      quantity_columns_ = column_set(QuoteColumn::bid_quantity, QuoteColumn::ask_quantity);
      break;
    case DataKind::book:
      price_columns_ = column_set(BookColumn::price);
      quantity_columns_ = column_set(BookColumn::quantity);
      break;
    case DataKind::funding:
      price_columns_ = column_set(FundingColumn::mark);
      rate_columns_ = column_set(FundingColumn::rate);
      break;
  }
  start(kFirstCapacity);
}

void RowCollector::start(std::size_t capacity) {
  capacity_ = capacity;
  for (std::size_t i = 0; i < batch_.columns.size(); ++i) {
    batch_.columns[i].resize(capacity);
    columns_[i] = batch_.columns[i].data();
  }
}

void RowCollector::grow() { start(capacity_ * 2); }

void RowCollector::raise(std::uint8_t& scale, std::uint8_t wanted, ColumnSet members) noexcept {
  const std::int64_t factor = kPowersOfTen[wanted - scale];
  for (std::size_t i = 0; i < batch_.columns.size(); ++i) {
    if ((members >> i & 1U) == 0) continue;
    for (std::size_t row = 0; row <= row_;
         ++row) {  // the current row may be half filled; the rest of it is zero
      overflow_ |= __builtin_mul_overflow(columns_[i][row], factor, &columns_[i][row]);
    }
  }
  scale = wanted;
}

Batch RowCollector::take() {
  Batch full = std::move(batch_);
  for (auto& column : full.columns) column.resize(row_);
  full.price_scale = price_scale_;
  full.quantity_scale = quantity_scale_;
  full.rate_scale = rate_scale_;
  batch_ = Batch(kind_);
  price_scale_ = quantity_scale_ = rate_scale_ = 0;
  row_ = 0;
  start(kFirstCapacity);
  return full;
}

void OrderWatch::note(TimeNs time, std::uint64_t line) noexcept {
  if (time == last_) {
    if (equal_++ == 0) first_equal_line_ = line;
  } else if (backward_++ == 0) {
    first_backward_line_ = line;
  }
}

void OrderWatch::report(ImportSink& sink, std::string_view document, bool equal_stamps_are_duplicates) const {
  if (backward_ != 0) {
    sink.warn(fmt::format(
        "{}:{}: expected ascending times; {} rows are earlier than a row before them and were sorted",
        document, first_backward_line_, backward_));
  }
  if (equal_ != 0 && equal_stamps_are_duplicates) {
    sink.warn(fmt::format("{}:{}: expected each time once; {} rows repeat the time of a row before them",
                          document, first_equal_line_, equal_));
  }
}

bool SymbolGate::admit_other(std::string_view symbol) {
  if (wanted_.empty()) {
    wanted_ = symbol;
    admitted_ = true;
    return true;
  }
  const bool known = std::find(others_.begin(), others_.end(), symbol) != others_.end();
  if (!known && others_.size() < kMaxSymbolsNamed) others_.emplace_back(symbol.substr(0, 64));
  return false;
}

Result<void> SymbolGate::check(std::string_view document) const {
  if (others_.empty()) return {};
  if (!given_) {
    return fail(ErrorKind::bad_data,
                fmt::format("{}: expected one instrument, or --instrument to choose one, found {}, {}",
                            document, wanted_, fmt::join(others_, ", ")));
  }
  if (!admitted_) {
    return fail(ErrorKind::bad_data, fmt::format("{}: expected rows of {}, found only {}", document, wanted_,
                                                 fmt::join(others_, ", ")));
  }
  return {};
}

void TimeframeWatch::note(DurationNs distance, std::uint64_t line) noexcept {
  if (!started_) {
    started_ = true;
    return;
  }
  if (distance <= 0) return;
  if (given_ && distance % given_->period_ns != 0) {
    if (off_grid_count_++ == 0) {
      off_grid_ = distance;
      off_grid_line_ = line;
    }
    return;
  }
  if (smallest_ < 0 || distance < smallest_) {
    if (smallest_ > 0 && smallest_ % distance != 0) {
      odd_distance_ = smallest_;
      odd_line_ = line;
    }
    if (smallest_count_ > displaced_count_) {
      displaced_ = smallest_;
      displaced_count_ = smallest_count_;
    }
    other_count_ += smallest_count_;
    smallest_ = distance;
    smallest_count_ = 1;
    smallest_line_ = line;
    return;
  }
  ++other_count_;
  if (distance % smallest_ != 0) {
    odd_distance_ = distance;
    odd_line_ = line;
  }
}

std::string TimeframeWatch::place(std::string_view document, std::uint64_t line) const {
  return line == 0 ? std::string(document) : fmt::format("{}:{}", document, line);
}

/// True if hardly any bars are as close as the closest, and no venue has bars of that length: one or two are
/// off the grid of all others.
bool TimeframeWatch::has_stray() const noexcept {
  const bool usual = std::ranges::find(kUsualPeriods, smallest_) != std::end(kUsualPeriods);
  return !usual && displaced_count_ > 10 * smallest_count_;
}

Result<Timeframe> TimeframeWatch::found(std::string_view document) const {
  if (smallest_ < 0) {
    return fail(
        ErrorKind::bad_data,
        fmt::format("{}: expected two bars or more to tell the timeframe from, found one; give --timeframe",
                    document));
  }
  if (has_stray()) {
    return fail(ErrorKind::bad_data,
                fmt::format("{}: expected bars {} apart, found one {} after the bar before it; with "
                            "--timeframe it is taken, and `kontor data check` reports it",
                            place(document, smallest_line_), format_duration(displaced_),
                            format_duration(smallest_)));
  }
  const bool regular = odd_distance_ == 0 || other_count_ * 10 < smallest_count_;
  if (!regular || smallest_ % kSecond != 0 || smallest_ > 7 * kDay) {
    return fail(ErrorKind::bad_data,
                fmt::format("{}: expected bars at regular times of 1s to 1w, found distances of {} and {}; "
                            "give --timeframe where they are bars of one",
                            place(document, odd_line_ != 0 ? odd_line_ : smallest_line_),
                            format_duration(smallest_), format_duration(std::max(odd_distance_, smallest_))));
  }
  return Timeframe{smallest_};
}

Result<Timeframe> TimeframeWatch::settle(std::string_view document) {
  const std::optional<Timeframe> expected = settled_ ? settled_ : given_;
  if (!expected) {
    TRY(settled_, found(document));
    return *settled_;
  }
  const DurationNs period = expected->period_ns;
  const auto refuse = [&](std::uint64_t line, DurationNs distance) {
    return fail(ErrorKind::bad_data,
                fmt::format("{}: expected bars of {}, found bars {} apart", place(document, line),
                            expected->format(), format_duration(distance)));
  };
  if (off_grid_count_ > smallest_count_ + other_count_) return refuse(off_grid_line_, off_grid_);
  // Where trading is thin, bars may be missing: larger distances are fine unless all of them are one other
  // period.
  const bool finer = smallest_ > 0 && smallest_ < period;
  const bool coarser = smallest_ > period && smallest_count_ >= 2 && other_count_ * 10 < smallest_count_;
  if (finer || coarser) return refuse(smallest_line_, smallest_);
  settled_ = expected;
  return *settled_;
}

}  // namespace kontor::data
