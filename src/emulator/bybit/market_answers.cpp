#include "emulator/bybit/market_answers.hpp"

#include <algorithm>

#include "emulator/bybit/book_feed.hpp"
#include "emulator/bybit/identifiers.hpp"
#include "emulator/bybit/numbers.hpp"
#include "emulator/bybit/ticker.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::bybit {
namespace {

void write_ticker(JsonWriter& out, const std::vector<TickerField>& fields) {
  out.begin_object();
  for (const TickerField& field : fields) out.text(field.name, field.value);
  out.end_object();
}

Checked<std::string> tickers_result(const Request& request) {
  TRY(const Category category, asked_category(request));
  const auto product = product_of(category);
  const bool one = request.parameters.has("symbol");
  JsonWriter out;
  out.begin_object().text("category", name_of(category)).key("list").begin_array();
  if (one) {
    if (!product) return refusal(10001, "Not supported symbols");
    TRY(const ListedInstrument* const listed, asked_instrument(request, *product));
    write_ticker(out, ticker_of(request.exchange(), *listed, false));
  } else if (product) {
    for (const ListedInstrument& listed : request.listings().all()) {
      if (listed.product == *product) write_ticker(out, ticker_of(request.exchange(), listed, false));
    }
  }
  out.end_array().end_object();
  return std::move(out).take();
}

void write_levels(JsonWriter& out, const Instrument& instrument, const std::vector<BookLevel>& levels,
                  std::size_t limit) {
  out.begin_array();
  for (std::size_t i = 0; i < std::min(limit, levels.size()); ++i) {
    out.begin_array();
    out.text(price_text(instrument, levels[i].price)).text(quantity_text(instrument, levels[i].quantity));
    out.end_array();
  }
  out.end_array();
}

/// The instrument of a request for public data; refused where its category lists nothing.
Checked<const ListedInstrument*> asked_market(const Request& request, Category category) {
  const auto product = product_of(category);
  if (!product) return refusal(10001, "Not supported symbols");
  return asked_instrument(request, *product);
}

Checked<std::string> order_book_result(const Request& request) {
  TRY(const Category category, asked_category(request));
  TRY(const ListedInstrument* const listed, asked_market(request, category));
  const std::int64_t otherwise = category == Category::spot ? 1 : 25;
  TRY(const std::int64_t limit, request.parameters.integer_within("limit", {1, 1'000, otherwise}));
  // The update id is that of the stream with the most levels, as the venue promises.
  BookFeed& feed = request.books.feed(listed->id, BookTopics::kDepths.back());
  feed.refresh(request.exchange().market(listed->id), request.memory.sequence());
  const Instrument& instrument = request.listings().instrument(listed->id);
  JsonWriter out;
  out.begin_object().text("s", listed->symbol);
  write_levels(out.key("b"), instrument, feed.levels(Side::buy), static_cast<std::size_t>(limit));
  write_levels(out.key("a"), instrument, feed.levels(Side::sell), static_cast<std::size_t>(limit));
  out.number("ts", milliseconds_of(request.venue.server_time()));
  out.number("u", static_cast<std::int64_t>(feed.update_id()));
  out.number("seq", static_cast<std::int64_t>(feed.sequence()));
  out.number("cts", milliseconds_of(feed.time())).end_object();
  return std::move(out).take();
}

void write_trade(JsonWriter& out, const ListedInstrument& listed, const Instrument& instrument,
                 const Trade& trade) {
  out.begin_object().text("execId", trade_id_text(listed.product, trade.id.value));
  out.text("symbol", listed.symbol).text("price", price_text(instrument, trade.price));
  out.text("size", quantity_text(instrument, trade.quantity)).text("side", side_word(trade.aggressor));
  out.text("time", milliseconds_text(trade.ts_venue)).flag("isBlockTrade", false).flag("isRPITrade", false);
  out.text("seq", std::to_string(trade.id.value)).end_object();
}

Checked<std::string> recent_trades_result(const Request& request) {
  TRY(const Category category, asked_category(request));
  TRY(const ListedInstrument* const listed, asked_market(request, category));
  const bool spot = category == Category::spot;
  TRY(const std::int64_t limit,
      request.parameters.integer_within("limit", {1, spot ? 60 : 1'000, spot ? 60 : 500}));
  const auto& trades = request.exchange().market(listed->id).trades();
  const Instrument& instrument = request.listings().instrument(listed->id);
  JsonWriter out;
  out.begin_object().text("category", name_of(category)).key("list").begin_array();
  const std::size_t count = std::min(trades.size(), static_cast<std::size_t>(limit));
  for (std::size_t i = 0; i < count; ++i)
    write_trade(out, *listed, instrument, trades[trades.size() - 1 - i]);
  out.end_array().end_object();
  return std::move(out).take();
}

Checked<std::string> funding_history_result(const Request& request) {
  TRY(const Category category, asked_category(request));
  if (category == Category::spot || category == Category::option) return refusal(10001, "Illegal category");
  TRY(const ListedInstrument* const listed, asked_market(request, category));
  TRY(const std::int64_t limit, request.parameters.integer_within("limit", {1, 200, 200}));
  TRY(const std::optional<std::int64_t> start, request.parameters.integer("startTime"));
  TRY(const std::optional<std::int64_t> end, request.parameters.integer("endTime"));
  if (start && !end) return bad_parameter("endTime is required with startTime");
  const auto& fundings = request.exchange().market(listed->id).fundings();
  JsonWriter out;
  out.begin_object().text("category", name_of(category)).key("list").begin_array();
  std::int64_t written = 0;
  for (auto at = fundings.rbegin(); at != fundings.rend() && written < limit; ++at) {
    const std::int64_t ts = milliseconds_of(at->ts_venue);
    if ((start && ts < *start) || (end && ts > *end)) continue;
    out.begin_object().text("symbol", listed->symbol).text("fundingRate", plain_text(at->rate));
    out.text("fundingRateTimestamp", milliseconds_text(at->ts_venue)).end_object();
    ++written;
  }
  out.end_array().end_object();
  return std::move(out).take();
}

}  // namespace

Answer answer_time(const Request& request) {
  const TimeNs now = request.venue.server_time();
  JsonWriter out;
  out.begin_object().text("timeSecond", std::to_string(floor_divide(now, kSecond)));
  out.text("timeNano", std::to_string(now)).end_object();
  return done(std::move(out).take());
}

Answer answer_system_status(const Request& /*request*/) { return done(R"({"list":[]})"); }
Answer answer_tickers(const Request& request) { return answered(tickers_result(request)); }
Answer answer_order_book(const Request& request) { return answered(order_book_result(request)); }
Answer answer_recent_trades(const Request& request) { return answered(recent_trades_result(request)); }
Answer answer_funding_history(const Request& request) { return answered(funding_history_result(request)); }

}  // namespace kontor::emulator::bybit
