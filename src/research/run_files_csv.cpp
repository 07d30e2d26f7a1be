#include "research/run_files_csv.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

namespace kontor::research {
namespace {

/// Bytes that a row takes at most in the common case; the buffer grows once instead of often.
constexpr std::size_t kRowSize = 256;

/// Appends fields with commas between them.
class Row {
 public:
  explicit Row(TextBuffer& out) : out_(out) {}

  TextBuffer& field() {
    if (!first_) out_.push_back(',');
    first_ = false;
    return out_;
  }
  void text(std::string_view value) { append_csv_text(field(), value); }
  void plain(std::string_view value) { append(field(), value); }  ///< text known to be harmless
  template <class Enum>
  void name(Enum value) {
    plain(boost::describe::enum_to_string(value, "unknown"));
  }
  void flag(bool value) { plain(value ? "true" : "false"); }
  void number(std::uint64_t value) { append_integer(field(), value); }
  void amount(Amount value) { append_amount(field(), value); }
  void decimal(std::int64_t units, int scale) { append_decimal(field(), units, scale); }
  void time(TimeWriter& writer, TimeNs value) {
    TextBuffer& out = field();
    if (value != 0) writer.append(out, value);
  }
  /// Empty for zero, which means "none".
  void price(const Instrument& instrument, RawPrice value) {
    TextBuffer& out = field();
    if (value.units != 0) append_decimal(out, value.units, instrument.price_scale());
  }
  void quantity(const Instrument& instrument, RawQuantity value) {
    decimal(value.units, instrument.quantity_scale());
  }
  void end() { out_.push_back('\n'); }

 private:
  TextBuffer& out_;
  bool first_ = true;
};

/// The names that repeat on every row, made ready once.
struct Names {
  explicit Names(const RunResult& result) {
    for (const std::string& strategy : result.strategies) strategies.push_back(ready(strategy));
    for (const Instrument& instrument : result.instruments.all()) {
      instruments.push_back(ready(instrument.name().format()));
    }
    for (std::uint32_t i = 0; i < result.instruments.asset_count(); ++i) {
      assets.push_back(ready(result.instruments.asset_name(AssetId(i))));
    }
  }
  static std::string ready(std::string_view text) {
    TextBuffer out;
    append_csv_text(out, text);
    return out.text();
  }
  std::vector<std::string> strategies;
  std::vector<std::string> instruments;
  std::vector<std::string> assets;
};

}  // namespace

void append_csv_text(TextBuffer& out, std::string_view text) {
  const bool formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  const bool quoted = text.find_first_of(",\"\r\n") != std::string_view::npos;
  if (quoted) out.push_back('"');
  if (formula) out.push_back('\'');
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  if (quoted) out.push_back('"');
}

void write_fills_csv(TextBuffer& out, const RunResult& result) {
  out.reserve(out.size() + (result.fills.size() + 1) * kRowSize);
  append(
      out,
      "time,order,trade,strategy,instrument,side,order_type,liquidity,price,quantity,notional,fee,fee_asset,"
      "fee_reported,realized,position_after,equity_after,liquidation,tag\n");
  const Names names(result);
  TimeWriter times;
  for (const FillRecord& record : result.fills) {
    const Fill& fill = record.fill;
    const Instrument& instrument = result.instruments[fill.instrument];
    Row row(out);
    row.time(times, fill.ts_venue);
    row.number(fill.order.value);
    row.number(fill.trade.value);
    row.plain(names.strategies[record.strategy.index()]);
    row.plain(names.instruments[fill.instrument.index()]);
    row.name(fill.side);
    row.name(record.order_type);
    row.name(fill.liquidity);
    row.decimal(fill.price.units, instrument.price_scale());
    row.quantity(instrument, fill.quantity);
    row.amount(record.notional);
    row.amount(fill.fee);
    row.plain(names.assets[fill.fee_asset.index()]);
    row.amount(record.fee_reported);
    row.amount(record.realized);
    row.quantity(instrument, record.position_after);
    row.amount(record.equity_after);
    row.flag(fill.liquidation);
    row.number(record.tag);
    row.end();
  }
}

void write_orders_csv(TextBuffer& out, const RunResult& result) {
  out.reserve(out.size() + (result.orders.size() + 1) * kRowSize);
  append(
      out,
      "created,closed,order,strategy,instrument,side,type,time_in_force,status,reason,quantity,limit_price,"
      "trigger_price,trailing_offset,filled,filled_notional,post_only,reduce_only,role,group,tag,"
      "acknowledged,"
      "mark_at_decision\n");
  const Names names(result);
  TimeWriter created;
  TimeWriter closed;
  TimeWriter acknowledged;
  for (const OrderRecord& record : result.orders) {
    const NewOrder& order = record.order;
    const Instrument& instrument = result.instruments[order.instrument];
    Row row(out);
    row.time(created, record.ts_created);
    row.time(closed, record.ts_closed);
    row.number(order.id.value);
    row.plain(names.strategies[order.strategy.index()]);
    row.plain(names.instruments[order.instrument.index()]);
    row.name(order.side);
    row.name(order.type);
    row.name(order.time_in_force);
    row.name(record.status);
    row.name(record.reason);
    row.quantity(instrument, order.quantity);
    row.price(instrument, order.limit_price);
    row.price(instrument, order.trigger_price);
    row.price(instrument, order.trailing_offset);
    row.quantity(instrument, record.filled);
    row.amount(record.filled_notional);
    row.flag(order.post_only);
    row.flag(order.reduce_only);
    row.name(order.role);
    row.number(order.group.value);
    row.number(order.tag);
    row.time(acknowledged, record.ts_acknowledged);
    row.price(instrument, record.mark_at_decision);
    row.end();
  }
}

void write_equity_csv(TextBuffer& out, const RunResult& result) {
  out.reserve(out.size() + (result.equity.size() + 1) * kRowSize / 2);
  append(out, "time,equity,net_exposure,gross_exposure,benchmark\n");
  TimeWriter times;
  for (const EquitySample& sample : result.equity) {
    Row row(out);
    row.time(times, sample.ts);
    row.amount(sample.equity);
    row.amount(sample.net_exposure);
    row.amount(sample.gross_exposure);
    TextBuffer& last = row.field();
    if (sample.benchmark > 0) append_double(last, sample.benchmark);
    row.end();
  }
}

void write_round_trips_csv(TextBuffer& out, const RunResult& result) {
  out.reserve(out.size() + (result.round_trips.size() + 1) * kRowSize);
  append(
      out,
      "opened,closed,strategy,instrument,direction,max_quantity,entry_quantity,entry_notional,exit_quantity,"
      "exit_notional,gross_profit,fees,net_profit,max_adverse,max_favourable,exit,entry_tag\n");
  const Names names(result);
  TimeWriter opened;
  TimeWriter closed;
  for (const RoundTrip& trip : result.round_trips) {
    const Instrument& instrument = result.instruments[trip.instrument];
    Row row(out);
    row.time(opened, trip.ts_open);
    row.time(closed, trip.ts_close);
    row.plain(names.strategies[trip.strategy.index()]);
    row.plain(names.instruments[trip.instrument.index()]);
    row.plain(trip.direction == Side::buy ? "long" : "short");
    row.quantity(instrument, trip.max_quantity);
    row.quantity(instrument, trip.entry_quantity);
    row.amount(trip.entry_notional);
    row.quantity(instrument, trip.exit_quantity);
    row.amount(trip.exit_notional);
    row.amount(trip.gross_profit);
    row.amount(trip.fees);
    row.amount(trip.net_profit());
    row.amount(trip.max_adverse);
    row.amount(trip.max_favourable);
    row.name(trip.exit);
    row.number(trip.entry_tag);
    row.end();
  }
}

}  // namespace kontor::research
