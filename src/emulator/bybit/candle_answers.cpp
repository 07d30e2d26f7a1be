#include <algorithm>

#include "emulator/bybit/candles.hpp"
#include "emulator/bybit/market_answers.hpp"
#include "emulator/bybit/numbers.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr std::int64_t kLatestMilliseconds = kTimeMax / 2 / kMillisecond;

Checked<CandleQuery> asked_candles(const Request& request) {
  CandleQuery query;
  TRY(const std::int64_t limit, request.parameters.integer_within("limit", {1, 1'000, 200}));
  TRY(const std::optional<std::int64_t> start, request.parameters.integer("start"));
  TRY(const std::optional<std::int64_t> end, request.parameters.integer("end"));
  const auto in_range = [](const std::optional<std::int64_t>& time) {
    return !time || (*time >= 0 && *time < kLatestMilliseconds);
  };
  if (!in_range(start) || !in_range(end)) return refusal(10001, "Time Is Invalid");
  if (start && end && *start > *end) return refusal(10001, "Time Is Invalid");
  query.limit = static_cast<std::size_t>(limit);
  if (start) query.from = *start * kMillisecond;
  if (end) query.to = (*end + 1) * kMillisecond;
  query.from_start = start && !end;
  return query;
}

/// Which prices the candles are of.
enum class CandleKind : std::uint8_t { trades, mark, index };

const CandleSeries& series_of(const Request& request, InstrumentId id, CandleKind kind) {
  switch (kind) {
    case CandleKind::trades: return request.exchange().market(id).candles();
    case CandleKind::mark: return request.memory.mark_candles(id);
    case CandleKind::index: return request.memory.index_candles(id);
  }
  return request.memory.index_candles(id);
}

void write_candle(JsonWriter& out, const Instrument& instrument, const Candle& candle, CandleKind kind) {
  out.begin_array().text(milliseconds_text(candle.ts_open));
  for (const RawPrice price : {candle.open, candle.high, candle.low, candle.close}) {
    out.text(price_text(instrument, price));
  }
  if (kind == CandleKind::trades) {
    out.text(quantity_text(instrument, candle.volume)).text(amount_text(candle.turnover));
  }
  out.end_array();
}

Checked<std::string> candles_result(const Request& request, CandleKind kind) {
  Category category = Category::linear;
  if (request.parameters.has("category")) {
    TRY(category, asked_category(request));
  }
  const auto product = product_of(category);
  const bool offered = product && (kind == CandleKind::trades || *product == Product::linear);
  if (!offered) return refusal(10001, "Not supported symbols");
  TRY(const ListedInstrument* const listed, asked_instrument(request, *product));
  const Interval* const interval = find_interval(request.parameters.get("interval"));
  if (interval == nullptr) return refusal(10001, "Invalid period!");
  TRY(const CandleQuery query, asked_candles(request));
  const auto candles = candles_of(series_of(request, listed->id, kind), *interval, query);
  const Instrument& instrument = request.listings().instrument(listed->id);
  JsonWriter out;
  out.begin_object().text("symbol", listed->symbol).text("category", name_of(category));
  out.key("list").begin_array();
  std::for_each(candles.rbegin(), candles.rend(),
                [&](const Candle& candle) { write_candle(out, instrument, candle, kind); });
  out.end_array().end_object();
  return std::move(out).take();
}

}  // namespace

Answer answer_candles(const Request& request) {
  return answered(candles_result(request, CandleKind::trades));
}
Answer answer_mark_candles(const Request& request) {
  return answered(candles_result(request, CandleKind::mark));
}
Answer answer_index_candles(const Request& request) {
  return answered(candles_result(request, CandleKind::index));
}

}  // namespace kontor::emulator::bybit
