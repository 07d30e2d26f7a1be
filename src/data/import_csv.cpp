#include "data/import_csv.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "model/types.hpp"

namespace kontor::data {
namespace {

std::string shown_field(std::string_view field) { return printable(trimmed_field(field), 64); }

/// A venue's textual trade id (a UUID, say) as 63 bits: FNV-1a 64, finished by a multiply-shift.
std::int64_t hashed_id(std::string_view text) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  hash = (hash ^ (hash >> 32U)) * 0x9E3779B97F4A7C15ULL;
  return static_cast<std::int64_t>((hash >> 1U) | 1U);
}

}  // namespace

CsvParser::CsvParser(DocumentContext context, CsvLayout layout, ImportSink& sink)
    : context_(std::move(context)),
      layout_(std::move(layout)),
      sink_(sink),
      rows_(layout_.kind),
      gate_(context_.symbol),
      timeframe_(context_.timeframe) {
  columns_.fill(kNone);
  for (std::size_t i = 0; i < layout_.roles.size() && i < kNone; ++i) {
    columns_[static_cast<std::size_t>(layout_.roles[i])] = i;
  }
}

Result<void> CsvParser::parse(std::string_view block) {
  if (line_ == 0 && layout_.has_header) {
    const std::size_t line_end = block.find('\n');
    block.remove_prefix(line_end == std::string_view::npos ? block.size() : line_end + 1);
    line_ = 1;
  }
  const bool done = [&] {
    switch (layout_.kind) {
      case DataKind::bar: return parse_lines<DataKind::bar>(block);
      case DataKind::trade: return parse_lines<DataKind::trade>(block);
      case DataKind::quote: return parse_lines<DataKind::quote>(block);
      case DataKind::book: return parse_lines<DataKind::book>(block);
      case DataKind::funding: return parse_lines<DataKind::funding>(block);
    }
    return false;
  }();
  if (!done) return std::unexpected(error_);
  return rows_.rows() < kFlushRows || message_open_ ? Result<void>() : flush();
}

template <DataKind kind>
bool CsvParser::parse_lines(std::string_view block) {
  CsvScanner scanner(block);
  while (scanner.next()) {
    ++line_;
    if (scanner.field_count() != layout_.roles.size()) [[unlikely]] {
      if (scanner.field_count() == 1 && trimmed_field(scanner.line()).empty()) continue;
      return refuse_columns(scanner);
    }
    bool taken = false;
    if constexpr (kind == DataKind::bar) taken = bar_row(scanner);
    if constexpr (kind == DataKind::trade) taken = trade_row(scanner);
    if constexpr (kind == DataKind::quote) taken = quote_row(scanner);
    if constexpr (kind == DataKind::book) taken = book_row(scanner);
    if constexpr (kind == DataKind::funding) taken = funding_row(scanner);
    if (!taken) [[unlikely]]
      return false;
  }
  return true;
}

bool CsvParser::bar_row(const CsvScanner& scanner) {
  TimeNs open_time = 0;
  CsvNumber open;
  CsvNumber high;
  CsvNumber low;
  CsvNumber close;
  CsvNumber volume;
  if (!admitted(scanner)) return true;
  if (!stamp(scanner, CsvRole::time, open_time) || !number(scanner, CsvRole::open, open) ||
      !number(scanner, CsvRole::high, high) || !number(scanner, CsvRole::low, low) ||
      !number(scanner, CsvRole::close, close) || !number(scanner, CsvRole::volume, volume)) {
    return false;
  }
  if (has(CsvRole::trade_count)) {
    CsvNumber count;
    if (!number(scanner, CsvRole::trade_count, count)) return false;
    if (count.scale != 0 || count.units < 0)
      return refuse(scanner, column(CsvRole::trade_count), "a number of trades");
    rows_.put(BarColumn::trade_count, count.units);
  }
  order_.see(open_time, line_);
  timeframe_.see(open_time, line_);
  lines_.push_back(line_);
  rows_.put(BarColumn::ts_open, open_time);
  rows_.put_price(BarColumn::open, open);
  rows_.put_price(BarColumn::high, high);
  rows_.put_price(BarColumn::low, low);
  rows_.put_price(BarColumn::close, close);
  rows_.put_quantity(BarColumn::volume, volume);
  return end_row();
}

bool CsvParser::trade_row(const CsvScanner& scanner) {
  TimeNs venue_time = 0;
  TimeNs receive_time = 0;
  CsvNumber price;
  CsvNumber quantity;
  std::int64_t id = 0;
  bool sell = false;
  if (!admitted(scanner)) return true;
  if (!both_stamps(scanner, venue_time, receive_time) || !number(scanner, CsvRole::price, price) ||
      !number(scanner, CsvRole::quantity, quantity) || !trade_id(scanner, id)) {
    return false;
  }
  // If the buyer was the maker, the seller took the liquidity.
  if (!(has(CsvRole::side) ? side(scanner, sell) : flag(scanner, CsvRole::buyer_is_maker, sell)))
    return false;
  order_.see(receive_time, line_);
  rows_.put(TradeColumn::ts_venue, venue_time);
  rows_.put(TradeColumn::ts_recv, receive_time);
  rows_.put_price(TradeColumn::price, price);
  rows_.put_quantity(TradeColumn::quantity, quantity);
  rows_.put(TradeColumn::id, id);
  rows_.put(TradeColumn::aggressor_side, static_cast<std::int64_t>(sell ? Side::sell : Side::buy));
  return end_row();
}

bool CsvParser::quote_row(const CsvScanner& scanner) {
  TimeNs venue_time = 0;
  TimeNs receive_time = 0;
  CsvNumber bid;
  CsvNumber bid_quantity;
  CsvNumber ask;
  CsvNumber ask_quantity;
  if (!admitted(scanner)) return true;
  if (!both_stamps(scanner, venue_time, receive_time) ||
      !best_side(scanner, CsvRole::bid_with_quantity, CsvRole::bid, CsvRole::bid_quantity, bid,
                 bid_quantity) ||
      !best_side(scanner, CsvRole::ask_with_quantity, CsvRole::ask, CsvRole::ask_quantity, ask,
                 ask_quantity)) {
    return false;
  }
  order_.see(receive_time, line_);
  rows_.put(QuoteColumn::ts_venue, venue_time);
  rows_.put(QuoteColumn::ts_recv, receive_time);
  rows_.put_price(QuoteColumn::bid, bid);
  rows_.put_price(QuoteColumn::ask, ask);
  rows_.put_quantity(QuoteColumn::bid_quantity, bid_quantity);
  rows_.put_quantity(QuoteColumn::ask_quantity, ask_quantity);
  return end_row();
}

bool CsvParser::book_row(const CsvScanner& scanner) {
  TimeNs venue_time = 0;
  TimeNs receive_time = 0;
  CsvNumber price;
  CsvNumber quantity;
  bool sell = false;
  bool snapshot = false;
  bool last = false;
  if (!admitted(scanner)) return true;
  if (!both_stamps(scanner, venue_time, receive_time) || !number(scanner, CsvRole::price, price) ||
      !number(scanner, CsvRole::quantity, quantity) || !side(scanner, sell) ||
      !flag(scanner, CsvRole::snapshot, snapshot) || !flag(scanner, CsvRole::message_end, last)) {
    return false;
  }
  // Without a column that says where messages end, a new time begins a new one.
  const bool marked = has(CsvRole::message_end);
  if (message_open_ && venue_time != message_time_) {
    if (marked)
      return refuse(scanner, column(CsvRole::time), "the time of the message that has not ended yet");
    rows_.mark_previous(BookColumn::flags, kBookMessageEnd);
    // Between messages the batch may go: only whole messages are passed on.
    if (rows_.rows() >= kFlushRows) {
      if (const auto flushed = flush(); !flushed) {
        error_ = flushed.error();
        return false;
      }
    }
  }
  order_.see(receive_time, line_);
  rows_.put(BookColumn::ts_venue, venue_time);
  rows_.put(BookColumn::ts_recv, receive_time);
  rows_.put_price(BookColumn::price, price);
  rows_.put_quantity(BookColumn::quantity, quantity);
  rows_.put(BookColumn::flags,
            (sell ? kBookSell : 0) | (snapshot ? kBookSnapshot : 0) | (last ? kBookMessageEnd : 0));
  message_open_ = !last;
  message_time_ = venue_time;
  return end_row();
}

bool CsvParser::funding_row(const CsvScanner& scanner) {
  TimeNs time = 0;
  CsvNumber rate;
  if (!admitted(scanner)) return true;
  if (!stamp(scanner, CsvRole::time, time) || !number(scanner, CsvRole::rate, rate)) return false;
  if (has(CsvRole::mark)) {
    const std::size_t field = column(CsvRole::mark);
    CsvNumber mark;
    if (!trimmed_field(scanner.field(field)).empty() && !number(scanner, CsvRole::mark, mark)) return false;
    rows_.put_price(FundingColumn::mark, mark);
  }
  order_.see(time, line_);
  lines_.push_back(line_);
  rows_.put(FundingColumn::ts_venue, time);
  rows_.put_rate(FundingColumn::rate, rate);
  return end_row();
}

bool CsvParser::best_side(const CsvScanner& scanner, CsvRole together, CsvRole price_role,
                          CsvRole quantity_role, CsvNumber& price, CsvNumber& quantity) {
  if (!has(together)) return number(scanner, price_role, price) && number(scanner, quantity_role, quantity);
  const std::size_t index = column(together);
  const std::string_view field = trimmed_field(scanner.field(index));
  const std::size_t separator = field.find('_');
  if (separator == std::string_view::npos) return refuse(scanner, index, "a price, '_' and a quantity");
  const char* const middle = field.data() + separator;
  return (parse_number(field.data(), middle, price) &&
          parse_number(middle + 1, field.data() + field.size(), quantity)) ||
         refuse(scanner, index, "a price, '_' and a quantity");
}

bool CsvParser::both_stamps(const CsvScanner& scanner, TimeNs& venue, TimeNs& receive) {
  if (!stamp(scanner, CsvRole::time, venue)) return false;
  receive = venue;
  return !has(CsvRole::receive_time) || stamp(scanner, CsvRole::receive_time, receive);
}

bool CsvParser::trade_id(const CsvScanner& scanner, std::int64_t& id) {
  if (!has(CsvRole::id)) return true;
  const std::size_t field = column(CsvRole::id);
  if (parse_integer(scanner.field_begin(field), scanner.field_end(field), id)) [[likely]]
    return true;
  const std::string_view text = trimmed_field(scanner.field(field));
  id = text.empty() ? 0 : hashed_id(text);
  return true;
}

bool CsvParser::side(const CsvScanner& scanner, bool& sell) {
  const std::size_t field = column(CsvRole::side);
  const std::string_view text = trimmed_field(scanner.field(field));
  const auto is = [&](std::string_view word) { return equals_in_any_case(text, word); };
  sell = is("sell") || is("s") || is("ask") || is("a");
  if (sell || is("buy") || is("b") || is("bid")) return true;
  return refuse(scanner, field, "a side (buy or sell, bid or ask)");
}

bool CsvParser::flag(const CsvScanner& scanner, CsvRole role, bool& value) {
  if (!has(role)) return true;
  const std::size_t field = column(role);
  const std::string_view text = trimmed_field(scanner.field(field));
  value = text == "1" || equals_in_any_case(text, "true");
  if (value || text == "0" || equals_in_any_case(text, "false")) return true;
  return refuse(scanner, field, "true or false, 1 or 0");
}

bool CsvParser::admitted(const CsvScanner& scanner) {
  return !has(CsvRole::symbol) || gate_.admit(trimmed_field(scanner.field(column(CsvRole::symbol))));
}

bool CsvParser::end_row() {
  ++rows_read_;
  return rows_.end_row() || refuse_overflow();
}

bool CsvParser::refuse(const CsvScanner& scanner, std::size_t field, std::string_view expected) {
  error_.message =
      fmt::format("{}:{}: column {} ({}): expected {}, found '{}'", context_.name, line_, field + 1,
                  shown_field(layout_.names[field]), expected, shown_field(scanner.field(field)));
  return false;
}

bool CsvParser::refuse_columns(const CsvScanner& scanner) {
  error_.message = fmt::format("{}:{}: expected {} columns, found {}: '{}'", context_.name, line_,
                               layout_.roles.size(), scanner.field_count(), shown_field(scanner.line()));
  return false;
}

bool CsvParser::refuse_overflow() {
  error_.kind = ErrorKind::overflow;
  error_.message =
      fmt::format("{}:{}: expected numbers that fit 64 bits at one common scale, found larger ones",
                  context_.name, line_);
  return false;
}

Result<void> CsvParser::flush() {
  if (rows_.rows() == 0) return {};
  TRY_VOID(gate_.check(context_.name));
  Timeframe timeframe;
  if (layout_.kind == DataKind::bar) {
    TRY(timeframe, timeframe_.settle(context_.name));
  }
  Batch batch = rows_.take();
  TRY_VOID(check_contradictions(batch));
  lines_.clear();
  return sink_.take(gate_.symbol(), timeframe, std::move(batch));
}

Result<void> CsvParser::check_contradictions(const Batch& batch) const {
  const bool has_one_truth = layout_.kind == DataKind::bar || layout_.kind == DataKind::funding;
  if (!has_one_truth || context_.replace || order_.ascending()) return {};
  const auto& times = batch.columns[0];
  std::vector<std::size_t> order(batch.rows());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&](std::size_t row) { return times[row]; });
  // The number of trades and the mark of a funding rate may be unknown in one of the two.
  const auto differ = [&](const std::vector<std::int64_t>& column, std::size_t a, std::size_t b) {
    const bool optional = &column == &batch.columns.back();
    return column[a] != column[b] && !(optional && (column[a] == 0 || column[b] == 0));
  };
  for (std::size_t i = 1; i < order.size(); ++i) {
    const std::size_t a = order[i - 1];
    const std::size_t b = order[i];
    if (times[a] != times[b]) continue;
    if (std::ranges::none_of(batch.columns, [&](const auto& column) { return differ(column, a, b); }))
      continue;
    return fail(ErrorKind::bad_data,
                fmt::format("{}:{}: expected the values of line {} again for {}, found others; with "
                            "--replace the last line wins",
                            context_.name, lines_[b], lines_[a], format_time(times[b])));
  }
  return {};
}

Result<void> CsvParser::finish() {
  if (message_open_) {
    rows_.mark_previous(BookColumn::flags, kBookMessageEnd);
    if (has(CsvRole::message_end)) {
      sink_.warn(fmt::format("{}:{}: expected the end of the last message, found the end of the file",
                             context_.name, line_));
    }
    message_open_ = false;
  }
  TRY_VOID(gate_.check(context_.name));
  TRY_VOID(flush());
  if (rows_read_ == 0) sink_.warn(fmt::format("{}: expected rows, found none", context_.name));
  if (!layout_.unknown_columns.empty()) {
    sink_.warn(fmt::format("{}:1: these columns have no known meaning and were left out: {}", context_.name,
                           fmt::join(layout_.unknown_columns, ", ")));
  }
  order_.report(sink_, context_.name, layout_.kind == DataKind::bar || layout_.kind == DataKind::funding);
  return {};
}

}  // namespace kontor::data
