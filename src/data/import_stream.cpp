#include "data/import_stream.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "data/import_json.hpp"
#include "model/types.hpp"

namespace kontor::data {

/// The fields of a message by their names in Binance's stream documentation.
struct StreamParser::Event {
  enum class Type : std::uint8_t { none, depth, snapshot, quote, trade, aggregated_trade, other };
  Type type = Type::none;
  bool wrapped = false;
  std::string_view symbol;
  TimeNs received = 0;
  TimeNs happened = 0;
  TimeNs event_time = 0;
  std::optional<TimeNs> transaction_time;
  BookMessage book;
  CsvNumber price;
  CsvNumber quantity;
  CsvNumber bid;
  CsvNumber bid_quantity;
  CsvNumber ask;
  CsvNumber ask_quantity;
  std::int64_t trade_id = 0;
  std::int64_t aggregate_id = 0;
  bool buyer_is_maker = false;
  std::uint32_t seen = 0;  ///< bit per one-letter field that was read

  void reset(TimeNs time);
  bool read(simdjson::ondemand::object object);
  [[nodiscard]] bool has(std::string_view letters) const noexcept;

 private:
  bool read_field(std::string_view key, json::Value& value);
  bool read_letter(char key, json::Value& value);
  bool read_type(std::string_view name);
  static std::uint32_t bit(char letter) noexcept;
};

struct StreamParser::Json {
  simdjson::ondemand::parser parser;
};

struct StreamParser::Output {
  RowCollector book{DataKind::book};
  RowCollector quotes{DataKind::quote};
  RowCollector trades{DataKind::trade};
  BookSequence sequence{book};
  OrderWatch order;
  TimeNs last_book = kTimeMin;
  TimeNs last_quote = kTimeMin;
  TimeNs last_trade = kTimeMin;
  std::uint64_t turned_back = 0;   ///< venue times before the one before
  std::uint64_t empty_trades = 0;  ///< price or quantity of zero
  std::uint64_t others = 0;        ///< messages of kinds that are not imported
  std::uint64_t aggregates_skipped = 0;
};

void StreamParser::Event::reset(TimeNs time) {
  auto changes = std::move(book.changes);
  changes.clear();
  *this = Event{};
  book.changes = std::move(changes);
  received = time;
}

std::uint32_t StreamParser::Event::bit(char letter) noexcept {
  constexpr std::string_view kLetters = "abABpqtmsuUEeT";
  const auto at = kLetters.find(letter);
  return at == std::string_view::npos ? 0U : 1U << at;
}

bool StreamParser::Event::has(std::string_view letters) const noexcept {
  return std::all_of(letters.begin(), letters.end(), [&](char letter) { return (seen & bit(letter)) != 0; });
}

bool StreamParser::Event::read(simdjson::ondemand::object object) {
  for (auto item : object) {
    simdjson::ondemand::field field;
    std::string_view key;
    if (std::move(item).get(field) != simdjson::SUCCESS ||
        field.unescaped_key().get(key) != simdjson::SUCCESS)
      return false;
    if (!read_field(key, field.value())) return false;
  }
  return true;
}

bool StreamParser::Event::read_field(std::string_view key, json::Value& value) {
  if (key.size() == 1) {
    seen |= bit(key.front());
    return read_letter(key.front(), value);
  }
  if (key == "data") {
    wrapped = true;
    simdjson::ondemand::object data;
    return value.get_object().get(data) == simdjson::SUCCESS && read(data);
  }
  if (key == "pu") return json::read(value, book.previous_id.emplace());
  if (key == "bids") return json::read_levels(value, false, book.changes);
  if (key == "asks") return json::read_levels(value, true, book.changes);
  if (key == "lastUpdateId") {
    type = Type::snapshot;
    return json::read(value, book.last_id);
  }
  return true;
}

bool StreamParser::Event::read_letter(char key, json::Value& value) {
  simdjson::ondemand::json_type kind{};
  if (value.type().get(kind) != simdjson::SUCCESS) return false;
  const bool levels = kind == simdjson::ondemand::json_type::array;
  // Other events use the same letters for other things, lists and objects among them.
  const bool scalar =
      kind == simdjson::ondemand::json_type::string || kind == simdjson::ondemand::json_type::number;
  switch (key) {
    case 'e': return scalar && read_type(json::token(value));
    case 's': symbol = json::token(value); return true;
    case 'E': return !scalar || json::read_stamp(value, event_time);
    case 'T': return !scalar || json::read_stamp(value, transaction_time.emplace());
    case 'U': return !scalar || json::read(value, book.first_id);
    case 'u': return !scalar || json::read(value, book.last_id);
    case 'b':
      return levels ? json::read_levels(value, false, book.changes) : !scalar || json::read(value, bid);
    case 'a':
      if (levels) return json::read_levels(value, true, book.changes);
      if (kind == simdjson::ondemand::json_type::number) return json::read(value, aggregate_id);
      return !scalar || json::read(value, ask);
    case 'B': return !scalar || json::read(value, bid_quantity);
    case 'A': return !scalar || json::read(value, ask_quantity);
    case 'p': return !scalar || json::read(value, price);
    case 'q': return !scalar || json::read(value, quantity);
    case 't': return !scalar || json::read(value, trade_id);
    case 'm': buyer_is_maker = json::token(value) == "true"; return true;
    default: return true;
  }
}

bool StreamParser::Event::read_type(std::string_view name) {
  if (name == "depthUpdate") {
    type = Type::depth;
  } else if (name == "bookTicker") {
    type = Type::quote;
  } else if (name == "trade") {
    type = Type::trade;
  } else if (name == "aggTrade") {
    type = Type::aggregated_trade;
  } else {
    type = Type::other;
  }
  return true;
}

StreamParser::StreamParser(DocumentContext context, ImportSink& sink)
    : context_(std::move(context)),
      sink_(sink),
      gate_(context_.symbol),
      json_(std::make_unique<Json>()),
      event_(std::make_unique<Event>()),
      output_(std::make_unique<Output>()) {}

StreamParser::~StreamParser() = default;

Result<void> StreamParser::parse(std::string_view block) {
  while (!block.empty()) {
    const std::string_view line = take_line(block);
    ++line_;
    if (!trimmed_field(line).empty()) TRY_VOID(parse_line(line));
  }
  for (RowCollector* const rows : {&output_->book, &output_->quotes, &output_->trades}) {
    if (rows->rows() >= kFlushRows) TRY_VOID(flush(*rows));
  }
  return {};
}

Result<void> StreamParser::parse_line(std::string_view line) {
  std::string_view message = line;
  const auto stamp = take_receive_time(message);
  TimeNs received = 0;
  if (!stamp || __builtin_add_overflow(*stamp, context_.survey.clock_correction(), &received)) {
    return bad("a receive time in ns, a space and a message", line);
  }
  event_->reset(received);
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  const std::size_t readable = message.size() + simdjson::SIMDJSON_PADDING;  // the contract of parse()
  if (json_->parser.iterate(message.data(), message.size(), readable).get(document) != simdjson::SUCCESS ||
      document.get_object().get(object) != simdjson::SUCCESS || !event_->read(object)) {
    return bad("a whole stream message", line);
  }
  // Spot's bookTicker has no event name, only its fields.
  if (event_->type == Event::Type::none && event_->has("ubBaAs")) event_->type = Event::Type::quote;
  return take(*event_, line);
}

void StreamParser::time_event(Event& event) {
  const bool timed = event.transaction_time.has_value() || event.event_time != 0;
  if (timed) {
    event.happened = event.transaction_time.value_or(event.event_time);
    latency_ = event.received - event.happened;
  } else {
    event.happened = event.received - latency_;
  }
}

TimeNs StreamParser::ascending(TimeNs& last, const Event& event) {
  const bool stated = event.transaction_time || event.event_time != 0;
  // A snapshot answers a request and may well be older than the change before it.
  if (event.happened < last && stated && event.type != Event::Type::snapshot) ++output_->turned_back;
  last = std::max(last, event.happened);
  return last;
}

Result<void> StreamParser::take(Event& event, std::string_view line) {
  const bool snapshot = event.type == Event::Type::snapshot;
  if (event.type == Event::Type::none || event.type == Event::Type::other) {
    ++output_->others;
    return {};
  }
  if (snapshot && gate_.several()) {  // it does not say which instrument it belongs to
    ++output_->others;
    return {};
  }
  if (!snapshot && event.symbol.empty()) return bad("a message with its symbol", line);
  if (!snapshot && !gate_.admit(event.symbol)) return {};
  time_event(event);
  output_->order.see(event.received, line_);
  Result<bool> fits = true;
  switch (event.type) {
    case Event::Type::depth:
    case Event::Type::snapshot: fits = take_book(event, line); break;
    case Event::Type::quote: fits = take_quote(event, line); break;
    default: fits = take_trade(event, line); break;
  }
  if (!fits) return std::unexpected(std::move(fits).error());
  if (*fits) return {};
  return fail(ErrorKind::overflow,
              fmt::format("{}:{}: expected numbers that fit 64 bits at one common scale, found larger ones",
                          context_.name, line_));
}

Result<bool> StreamParser::take_book(Event& event, std::string_view line) {
  if (!wanted(DataKind::book)) return true;
  const bool snapshot = event.type == Event::Type::snapshot;
  if (!snapshot && !event.has("Uuba")) return bad("a depthUpdate with U, u, b and a", line);
  // A partial-depth stream beside the changes says nothing that they do not say.
  if (snapshot && event.wrapped && context_.survey.has_depth_changes()) return true;
  event.book.ts_recv = event.received;
  event.book.ts_venue = ascending(output_->last_book, event);
  if (snapshot) return output_->sequence.snapshot(event.book, line_);
  return output_->sequence.change(event.book, line_);
}

Result<bool> StreamParser::take_quote(const Event& event, std::string_view line) {
  if (!wanted(DataKind::quote)) return true;
  if (!event.has("bBaA")) return bad("a bookTicker with b, B, a and A", line);
  RowCollector& rows = output_->quotes;
  rows.put(QuoteColumn::ts_venue, ascending(output_->last_quote, event));
  rows.put(QuoteColumn::ts_recv, event.received);
  rows.put_price(QuoteColumn::bid, event.bid);
  rows.put_price(QuoteColumn::ask, event.ask);
  rows.put_quantity(QuoteColumn::bid_quantity, event.bid_quantity);
  rows.put_quantity(QuoteColumn::ask_quantity, event.ask_quantity);
  return rows.end_row();
}

Result<bool> StreamParser::take_trade(const Event& event, std::string_view line) {
  if (!wanted(DataKind::trade)) return true;
  const bool aggregated = event.type == Event::Type::aggregated_trade;
  if (aggregated && context_.survey.has_trades()) {
    ++output_->aggregates_skipped;
    return true;
  }
  if (!event.has(aggregated ? "pqam" : "pqtm")) return bad("a trade with its id, p, q and m", line);
  if (event.price.units == 0 || event.quantity.units == 0) {
    ++output_->empty_trades;
    return true;
  }
  RowCollector& rows = output_->trades;
  rows.put(TradeColumn::ts_venue, ascending(output_->last_trade, event));
  rows.put(TradeColumn::ts_recv, event.received);
  rows.put_price(TradeColumn::price, event.price);
  rows.put_quantity(TradeColumn::quantity, event.quantity);
  rows.put(TradeColumn::id, aggregated ? event.aggregate_id : event.trade_id);
  // If the buyer was the maker, the seller took the liquidity.
  rows.put(TradeColumn::aggressor_side,
           static_cast<std::int64_t>(event.buyer_is_maker ? Side::sell : Side::buy));
  return rows.end_row();
}

Result<void> StreamParser::flush(RowCollector& rows) {
  if (rows.rows() == 0) return {};
  TRY_VOID(gate_.check(context_.name));
  return sink_.take(gate_.symbol(), Timeframe{}, rows.take());
}

Result<void> StreamParser::finish() {
  TRY_VOID(gate_.check(context_.name));
  if (!output_->sequence.finish()) {
    return fail(ErrorKind::overflow,
                fmt::format("{}: expected numbers that fit 64 bits, found larger ones", context_.name));
  }
  for (RowCollector* const rows : {&output_->book, &output_->quotes, &output_->trades})
    TRY_VOID(flush(*rows));
  const auto note = [&](std::uint64_t count, std::string_view what) {
    if (count != 0) sink_.warn(fmt::format("{}: {} {}", context_.name, count, what));
  };
  if (context_.survey.clock_correction() != 0) {
    sink_.warn(
        fmt::format("{}: the recorder's clock was behind the venue's: {} were added to its receive times",
                    context_.name, format_duration(context_.survey.clock_correction())));
  }
  note(output_->turned_back, "venue times went back and were set to the one before");
  note(output_->empty_trades, "trades without price or quantity were left out");
  note(output_->aggregates_skipped,
       "aggTrade messages were left out, because the recording has the single trades");
  note(output_->others, "messages are neither depth, bookTicker nor trades and were left out");
  output_->sequence.report(sink_, context_.name);
  output_->order.report(sink_, context_.name, false);
  return {};
}

std::unexpected<Error> StreamParser::bad(std::string_view expected, std::string_view line) const {
  return fail(ErrorKind::bad_data, fmt::format("{}:{}: expected {}, found '{}'", context_.name, line_,
                                               expected, printable(line, 100)));
}

}  // namespace kontor::data
