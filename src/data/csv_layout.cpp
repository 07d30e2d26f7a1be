#include "data/csv_layout.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/ascii.hpp"
#include "data/csv_number.hpp"

namespace kontor::data {
namespace {

struct Alias {
  std::string_view name;  ///< lower case, letters and digits only
  CsvRole role;
};

constexpr Alias kAliases[] = {
    {"ts", CsvRole::time},
    {"tsvenue", CsvRole::time},
    {"tsopen", CsvRole::time},
    {"time", CsvRole::time},
    {"timestamp", CsvRole::time},
    {"date", CsvRole::time},
    {"datetime", CsvRole::time},
    {"opentime", CsvRole::time},
    {"opentimems", CsvRole::time},
    {"timeseconds", CsvRole::time},
    {"timems", CsvRole::time},
    {"timeus", CsvRole::time},
    {"timens", CsvRole::time},
    {"transacttime", CsvRole::time},
    {"transactiontime", CsvRole::time},
    {"calctime", CsvRole::time},
    {"fundingtime", CsvRole::time},
    {"recvts", CsvRole::receive_time},
    {"tsrecv", CsvRole::receive_time},
    {"receivetime", CsvRole::receive_time},
    {"localtimestamp", CsvRole::receive_time},
    {"open", CsvRole::open},
    {"high", CsvRole::high},
    {"low", CsvRole::low},
    {"close", CsvRole::close},
    {"volume", CsvRole::volume},
    {"vol", CsvRole::volume},
    {"basevolume", CsvRole::volume},
    {"trades", CsvRole::trade_count},
    {"count", CsvRole::trade_count},
    {"tradecount", CsvRole::trade_count},
    {"numberoftrades", CsvRole::trade_count},
    {"price", CsvRole::price},
    {"quantity", CsvRole::quantity},
    {"qty", CsvRole::quantity},
    {"size", CsvRole::quantity},
    {"amount", CsvRole::quantity},
    {"id", CsvRole::id},
    {"tradeid", CsvRole::id},
    {"aggtradeid", CsvRole::id},
    {"trdmatchid", CsvRole::id},
    {"side", CsvRole::side},
    {"takerside", CsvRole::side},
    {"aggressorside", CsvRole::side},
    {"aggressor", CsvRole::side},
    {"isbuyermaker", CsvRole::buyer_is_maker},
    {"buyerismaker", CsvRole::buyer_is_maker},
    {"symbol", CsvRole::symbol},
    {"instrument", CsvRole::symbol},
    {"bid", CsvRole::bid},
    {"bidprice", CsvRole::bid},
    {"bestbid", CsvRole::bid},
    {"bestbidprice", CsvRole::bid},
    {"bidquantity", CsvRole::bid_quantity},
    {"bidqty", CsvRole::bid_quantity},
    {"bidsize", CsvRole::bid_quantity},
    {"bidamount", CsvRole::bid_quantity},
    {"bestbidqty", CsvRole::bid_quantity},
    {"ask", CsvRole::ask},
    {"askprice", CsvRole::ask},
    {"bestask", CsvRole::ask},
    {"bestaskprice", CsvRole::ask},
    {"askquantity", CsvRole::ask_quantity},
    {"askqty", CsvRole::ask_quantity},
    {"asksize", CsvRole::ask_quantity},
    {"askamount", CsvRole::ask_quantity},
    {"bestaskqty", CsvRole::ask_quantity},
    {"bidpricebidsize", CsvRole::bid_with_quantity},
    {"askpriceasksize", CsvRole::ask_with_quantity},
    {"snapshot", CsvRole::snapshot},
    {"issnapshot", CsvRole::snapshot},
    {"end", CsvRole::message_end},
    {"messageend", CsvRole::message_end},
    {"rate", CsvRole::rate},
    {"fundingrate", CsvRole::rate},
    {"lastfundingrate", CsvRole::rate},
    {"mark", CsvRole::mark},
    {"markprice", CsvRole::mark},
};

/// Columns of the venues' archives that are known and not needed.
constexpr std::string_view kKnownUnused[] = {
    "closetime",
    "quotevolume",
    "quoteassetvolume",
    "takerbuyvolume",
    "takerbuyquotevolume",
    "ignore",
    "quoteqty",
    "isbestmatch",
    "firsttradeid",
    "lasttradeid",
    "rpi",
    "grossvalue",
    "homenotional",
    "foreignnotional",
    "tickdirection",
    "updateid",
    "eventtime",
    "takerbuybaseassetvolume",
    "takerbuyquoteassetvolume",
    "fundingintervalhours",
};

std::string simple_name(std::string_view name) {
  std::string simple;
  for (const char c : name) {
    const char low = lower_case(c);
    if ((low >= 'a' && low <= 'z') || (low >= '0' && low <= '9')) simple += low;
  }
  return simple;
}

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const std::size_t comma = line.find(',');
    fields.push_back(trimmed_field(line.substr(0, comma)));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

std::string shown_line(std::string_view line) { return printable(trimmed_field(line.substr(0, 100)), 100); }

bool is_long_stamp(std::string_view field) {
  std::int64_t value = 0;
  return (field.size() == 13 || field.size() == 16) &&
         parse_integer(field.data(), field.data() + field.size(), value);
}

bool is_boolean(std::string_view field) {
  constexpr std::array<std::string_view, 6> kWords{"true", "false", "True", "False", "TRUE", "FALSE"};
  return std::find(kWords.begin(), kWords.end(), field) != kWords.end();
}

void assign_role(CsvLayout& layout, std::string_view name) {
  const std::string simple = simple_name(name);
  const auto* const alias = std::find_if(std::begin(kAliases), std::end(kAliases),
                                         [&](const Alias& entry) { return entry.name == simple; });
  const bool known = alias != std::end(kAliases);
  const bool taken = known && layout.column_of(alias->role).has_value();
  if (taken || (!known && std::find(std::begin(kKnownUnused), std::end(kKnownUnused), simple) ==
                              std::end(kKnownUnused))) {
    layout.unknown_columns.emplace_back(shown_line(name));
  }
  layout.names.emplace_back(name);
  layout.roles.push_back(known && !taken ? alias->role : CsvRole::ignored);
}

void change_role(CsvLayout& layout, CsvRole from, CsvRole to) {
  std::replace(layout.roles.begin(), layout.roles.end(), from, to);
}

bool has(const CsvLayout& layout, CsvRole role) { return layout.column_of(role).has_value(); }

bool has_named(const CsvLayout& layout, std::string_view simple) {
  return std::any_of(layout.names.begin(), layout.names.end(),
                     [&](const std::string& name) { return simple_name(name) == simple; });
}

/// The kind of data that the roles amount to; nothing if they amount to none.
std::optional<DataKind> kind_of(const CsvLayout& layout, std::optional<DataKind> wanted) {
  if (has(layout, CsvRole::open) && has(layout, CsvRole::close)) {
    return wanted == DataKind::funding ? DataKind::funding : DataKind::bar;
  }
  if (has(layout, CsvRole::rate)) return DataKind::funding;
  if (has(layout, CsvRole::bid) || has(layout, CsvRole::bid_with_quantity)) return DataKind::quote;
  if (!has(layout, CsvRole::price)) return std::nullopt;
  const bool marks_messages = has(layout, CsvRole::snapshot) || has(layout, CsvRole::message_end);
  return marks_messages || wanted == DataKind::book ? DataKind::book : DataKind::trade;
}

/// Gives columns the role that they have in this kind of file and no other.
void settle_roles(CsvLayout& layout) {
  if (layout.kind == DataKind::funding && !has(layout, CsvRole::rate)) {
    change_role(layout, CsvRole::open, CsvRole::rate);
    for (const CsvRole role : {CsvRole::high, CsvRole::low, CsvRole::close, CsvRole::volume}) {
      change_role(layout, role, CsvRole::ignored);
    }
  }
  const bool sized = layout.kind == DataKind::trade || layout.kind == DataKind::book;
  if (sized && !has(layout, CsvRole::quantity)) change_role(layout, CsvRole::volume, CsvRole::quantity);
}

/// A column that a kind cannot do without, and the role that may stand in for it.
struct Requirement {
  std::string_view name;
  CsvRole role;
  CsvRole instead;
};

std::vector<Requirement> requirements(DataKind kind) {
  switch (kind) {
    case DataKind::bar:
      return {{"ts", CsvRole::time, CsvRole::time},      {"open", CsvRole::open, CsvRole::open},
              {"high", CsvRole::high, CsvRole::high},    {"low", CsvRole::low, CsvRole::low},
              {"close", CsvRole::close, CsvRole::close}, {"volume", CsvRole::volume, CsvRole::volume}};
    case DataKind::trade:
      return {{"ts", CsvRole::time, CsvRole::time},
              {"price", CsvRole::price, CsvRole::price},
              {"quantity", CsvRole::quantity, CsvRole::quantity},
              {"side or is_buyer_maker", CsvRole::side, CsvRole::buyer_is_maker}};
    case DataKind::quote:
      return {{"ts", CsvRole::time, CsvRole::time},
              {"bid", CsvRole::bid, CsvRole::bid_with_quantity},
              {"bid_quantity", CsvRole::bid_quantity, CsvRole::bid_with_quantity},
              {"ask", CsvRole::ask, CsvRole::ask_with_quantity},
              {"ask_quantity", CsvRole::ask_quantity, CsvRole::ask_with_quantity}};
    case DataKind::book:
      return {{"ts", CsvRole::time, CsvRole::time},
              {"price", CsvRole::price, CsvRole::price},
              {"quantity", CsvRole::quantity, CsvRole::quantity},
              {"side", CsvRole::side, CsvRole::side}};
    case DataKind::funding:
      return {{"ts", CsvRole::time, CsvRole::time}, {"rate", CsvRole::rate, CsvRole::rate}};
  }
  return {};
}

ImportFormat format_of(const CsvLayout& layout) {
  if (layout.kind == DataKind::bar && has_named(layout, "closetime") && layout.roles.size() >= 11 &&
      layout.roles.size() <= 12) {
    return ImportFormat::binance_klines;
  }
  if (layout.kind == DataKind::funding && has_named(layout, "calctime")) return ImportFormat::binance_funding;
  if (layout.kind != DataKind::trade) return ImportFormat::csv;
  if (has_named(layout, "aggtradeid")) return ImportFormat::binance_aggtrades;
  if (has_named(layout, "quoteqty") && has(layout, CsvRole::buyer_is_maker))
    return ImportFormat::binance_trades;
  const bool bybit_spot =
      layout.names == std::vector<std::string>{"id", "timestamp", "price", "volume", "side"};
  return has_named(layout, "trdmatchid") || bybit_spot ? ImportFormat::bybit_trades : ImportFormat::csv;
}

Result<CsvLayout> layout_of_header(std::string_view line, std::optional<DataKind> wanted) {
  CsvLayout layout;
  layout.has_header = true;
  for (const std::string_view name : split(line)) assign_role(layout, name);
  const auto kind = kind_of(layout, wanted);
  if (!kind) {
    return fail(
        ErrorKind::bad_data,
        fmt::format(
            "expected a header that names the columns of bars, trades, quotes, a book or funding rates "
            "(such as ts,open,high,low,close,volume), found '{}'",
            shown_line(line)));
  }
  layout.kind = *kind;
  settle_roles(layout);
  for (const Requirement& needed : requirements(*kind)) {
    if (has(layout, needed.role) || has(layout, needed.instead)) continue;
    return fail(ErrorKind::bad_data,
                fmt::format("expected a column {} in a file of {} data, found columns '{}'", needed.name,
                            kind_name(*kind), shown_line(line)));
  }
  layout.format = format_of(layout);
  return layout;
}

CsvLayout fixed_layout(ImportFormat format, DataKind kind, std::vector<std::string> names,
                       std::vector<CsvRole> roles) {
  CsvLayout layout;
  layout.format = format;
  layout.kind = kind;
  layout.names = std::move(names);
  layout.roles = std::move(roles);
  return layout;
}

CsvLayout bars_without_header(std::size_t columns) {
  std::vector<std::string> names{"open_time",
                                 "open",
                                 "high",
                                 "low",
                                 "close",
                                 "volume",
                                 "close_time",
                                 "quote_volume",
                                 "count",
                                 "taker_buy_volume",
                                 "taker_buy_quote_volume",
                                 "ignore"};
  std::vector<CsvRole> roles{CsvRole::time,        CsvRole::open,    CsvRole::high,    CsvRole::low,
                             CsvRole::close,       CsvRole::volume,  CsvRole::ignored, CsvRole::ignored,
                             CsvRole::trade_count, CsvRole::ignored, CsvRole::ignored, CsvRole::ignored};
  names.resize(columns);
  roles.resize(columns);
  const auto format = columns > 6 ? ImportFormat::binance_klines : ImportFormat::csv;
  return fixed_layout(format, DataKind::bar, std::move(names), std::move(roles));
}

CsvLayout aggregated_trades_without_header(std::size_t columns) {
  auto layout = fixed_layout(ImportFormat::binance_aggtrades, DataKind::trade,
                             {"agg_trade_id", "price", "quantity", "first_trade_id", "last_trade_id",
                              "transact_time", "is_buyer_maker", "is_best_match"},
                             {CsvRole::id, CsvRole::price, CsvRole::quantity, CsvRole::ignored,
                              CsvRole::ignored, CsvRole::time, CsvRole::buyer_is_maker, CsvRole::ignored});
  layout.names.resize(columns);
  layout.roles.resize(columns);
  return layout;
}

CsvLayout trades_without_header(std::size_t columns) {
  auto layout = fixed_layout(ImportFormat::binance_trades, DataKind::trade,
                             {"id", "price", "qty", "quote_qty", "time", "is_buyer_maker", "is_best_match"},
                             {CsvRole::id, CsvRole::price, CsvRole::quantity, CsvRole::ignored, CsvRole::time,
                              CsvRole::buyer_is_maker, CsvRole::ignored});
  layout.names.resize(columns);
  layout.roles.resize(columns);
  return layout;
}

Result<CsvLayout> layout_of_row(std::string_view line) {
  const auto fields = split(line);
  const std::size_t count = fields.size();
  const auto stamp = [&](std::size_t i) { return is_long_stamp(fields[i]); };
  const auto boolean = [&](std::size_t i) { return is_boolean(fields[i]); };
  if ((count == 11 || count == 12) && stamp(0) && stamp(6)) return bars_without_header(count);
  if ((count == 7 || count == 8) && stamp(5) && boolean(6)) return aggregated_trades_without_header(count);
  if ((count == 6 || count == 7) && stamp(4) && boolean(5)) return trades_without_header(count);
  const auto number = [](std::string_view field) { return parse_any_number(field).has_value(); };
  if (count == 6 && parse_any_stamp(fields[0]) && std::all_of(fields.begin() + 1, fields.end(), number)) {
    return bars_without_header(count);
  }
  return fail(ErrorKind::bad_data,
              fmt::format("expected a header, or columns of a known archive layout, found {} columns: '{}'",
                          count, shown_line(line)));
}

}  // namespace

std::optional<std::size_t> CsvLayout::column_of(CsvRole role) const {
  const auto found = std::find(roles.begin(), roles.end(), role);
  if (found == roles.end()) return std::nullopt;
  return static_cast<std::size_t>(found - roles.begin());
}

Result<CsvLayout> detect_csv_layout(std::string_view first_lines, std::optional<DataKind> wanted_kind) {
  const std::string_view line = first_lines.substr(0, first_lines.find('\n')).substr(0, 8192);
  const std::string_view first = trimmed_field(split(line).front());
  if (first.empty())
    return fail(ErrorKind::bad_data,
                fmt::format("expected a header or a row of data, found '{}'", shown_line(line)));
  const bool row = (first.front() >= '0' && first.front() <= '9') || first.front() == '-';
  return row ? layout_of_row(line) : layout_of_header(line, wanted_kind);
}

}  // namespace kontor::data
