#include "emulator/binance/market_endpoints.hpp"

#include <algorithm>
#include <array>

#include "emulator/binance/market_text.hpp"
#include "emulator/binance/number_text.hpp"

namespace kontor::emulator::binance {
namespace {

constexpr std::size_t kMaxSpotDepth = 5'000;
constexpr std::size_t kMaxKlines = 1'000;
constexpr std::size_t kMaxLinearKlines = 1'500;
constexpr std::size_t kMaxTrades = 1'000;
constexpr std::array<std::int64_t, 7> kLinearDepths = {5, 10, 20, 50, 100, 500, 1'000};

Answer<std::size_t> depth_limit(const Call& call) {
  if (call.product == Product::spot) return call.parameters.limit(100, kMaxSpotDepth);
  TRY(const auto asked, call.parameters.integer("limit"));
  if (!asked) return std::size_t{500};
  if (std::ranges::find(kLinearDepths, *asked) == kLinearDepths.end()) return invalid_parameter("limit");
  return static_cast<std::size_t>(*asked);
}

/// The instruments that a ticker is asked for: one, some, or all.
struct Selection {
  std::vector<const ListedInstrument*> listings;
  bool is_single = false;
};

Answer<Selection> select_symbols(const Service& service, const Call& call) {
  Selection selection;
  TRY(const ListedInstrument* one, service.optional_symbol(call));
  TRY(const auto several, call.parameters.texts("symbols"));
  if (one != nullptr && !several.empty()) return refuse(-1128, "Combination of optional parameters invalid.");
  if (one != nullptr) return Selection{{one}, true};
  for (const std::string& symbol : several) {
    const ListedInstrument* found = service.listings().find(call.product, symbol);
    if (found == nullptr) return unknown_symbol();
    if (std::ranges::find(selection.listings, found) != selection.listings.end())
      return refuse(-1151, "Symbol is present multiple times in the list.");
    selection.listings.push_back(found);
  }
  if (!several.empty()) return selection;
  for (const ListedInstrument& listing : service.listings().all())
    if (listing.product == call.product && listing.status != ListingStatus::delisted)
      selection.listings.push_back(&listing);
  return selection;
}

/// Writes one object, or an array of them, as the request selects.
template <class Write>
Answer<std::string> write_selected(const Service& service, const Call& call, Write write) {
  TRY(const Selection selection, select_symbols(service, call));
  JsonWriter out;
  if (!selection.is_single) out.begin_array();
  for (const ListedInstrument* listing : selection.listings) write(out, *listing);
  if (!selection.is_single) out.end_array();
  return out.take();
}

Answer<CandleQuery> candle_query(const Call& call) {
  const Parameters& parameters = call.parameters;
  TRY(const auto name, parameters.required("interval"));
  const auto interval = Interval::parse(name);
  if (!interval) return refuse(-1120, "Invalid interval.");
  if (const auto zone = parameters.text("timeZone"); !zone.empty() && zone != "0" && zone != "00:00")
    return invalid_parameter("timeZone");
  TRY(const auto from, parameters.time("startTime"));
  TRY(const auto to, parameters.time("endTime"));
  TRY(const std::size_t limit,
      parameters.limit(500, call.product == Product::spot ? kMaxKlines : kMaxLinearKlines));
  return CandleQuery{.interval = *interval,
                     .from = from.value_or(kTimeMin),
                     .to = to ? *to + kMillisecond : kTimeMax,
                     .limit = limit,
                     .from_start = from.has_value()};
}

/// Trades from an id on, of a span of time, or the latest; ascending.
Answer<std::vector<const Trade*>> select_trades(const PublicMarket& market, const Call& call) {
  TRY(const auto from_id, call.parameters.integer("fromId"));
  TRY(const auto from, call.parameters.time("startTime"));
  TRY(const auto to, call.parameters.time("endTime"));
  TRY(const std::size_t limit, call.parameters.limit(500, kMaxTrades));
  std::vector<const Trade*> found;
  for (const Trade& trade : market.trades()) {
    if (from_id && trade.id.value < static_cast<std::uint64_t>(*from_id)) continue;
    if (from && trade.ts_venue < *from) continue;
    if (to && trade.ts_venue >= *to + kMillisecond) continue;
    found.push_back(&trade);
  }
  if (found.size() <= limit) return found;
  const auto surplus = static_cast<std::ptrdiff_t>(found.size() - limit);
  if (from_id || from)
    found.erase(found.end() - surplus, found.end());
  else
    found.erase(found.begin(), found.begin() + surplus);
  return found;
}

using WriteTrade = void (*)(JsonWriter&, const ListedInstrument&, const Instrument&, const Trade&);

Answer<std::string> write_trades(Service& service, const Call& call, WriteTrade write) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const auto found, select_trades(service.exchange().market(listing->id), call));
  JsonWriter out;
  out.begin_array();
  for (const Trade* trade : found) write(out, *listing, service.instrument(listing->id), *trade);
  return out.end_array().take();
}

}  // namespace

Answer<std::string> ping(Service& /*service*/, const Call& /*call*/) { return "{}"; }

Answer<std::string> server_time(Service& service, const Call& /*call*/) {
  JsonWriter out;
  return out.begin_object().number("serverTime", service.now_ms()).end_object().take();
}

Answer<std::string> depth(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const std::size_t limit, depth_limit(call));
  const PublicMarket& market = service.exchange().market(listing->id);
  JsonWriter out;
  out.begin_object().number("lastUpdateId", static_cast<std::int64_t>(market.book_id()));
  if (call.product == Product::linear)
    out.number("E", service.now_ms()).number("T", milliseconds(market.book_time()));
  write_levels(out, *listing, service.instrument(listing->id), market.book(), limit, "bids", "asks");
  return out.end_object().take();
}

Answer<std::string> trades(Service& service, const Call& call) {
  return write_trades(service, call, &write_trade);
}

Answer<std::string> historical_trades(Service& service, const Call& call) {
  return write_trades(service, call, &write_trade);
}

Answer<std::string> aggregate_trades(Service& service, const Call& call) {
  return write_trades(service, call, &write_aggregate_trade);
}

Answer<std::string> klines(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const CandleQuery query, candle_query(call));
  JsonWriter out;
  out.begin_array();
  for (const Candle& candle : candles_of(service.exchange().market(listing->id).candles(), query))
    write_candle(out, *listing, service.instrument(listing->id), candle,
                 query.interval.end_of(candle.ts_open));
  return out.end_array().take();
}

Answer<std::string> average_price_of_minutes(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  const PublicMarket& market = service.exchange().market(listing->id);
  const Candle window = figures_of(market, 5 * kMinute, service.exchange().now()).window;
  const Instrument& instrument = service.instrument(listing->id);
  JsonWriter out;
  out.begin_object()
      .number("mins", 5)
      .text("price", window.volume.is_zero()
                         ? price_text(*listing, instrument, market.last_price())
                         : average_text(*listing, instrument, window.turnover, window.volume))
      .number("closeTime",
              milliseconds(market.trades().empty() ? market.book_time() : market.trades().back().ts_venue));
  return out.end_object().take();
}

Answer<std::string> day_ticker(Service& service, const Call& call) {
  const std::string_view kind = call.parameters.text("type");
  if (!kind.empty() && kind != "FULL" && kind != "MINI") return refuse(-1139, "Invalid ticker type.");
  return write_selected(service, call, [&](JsonWriter& out, const ListedInstrument& listing) {
    write_day_ticker(out, service, listing, kind == "MINI");
  });
}

Answer<std::string> price_ticker(Service& service, const Call& call) {
  return write_selected(service, call, [&](JsonWriter& out, const ListedInstrument& listing) {
    const PublicMarket& market = service.exchange().market(listing.id);
    out.begin_object()
        .text("symbol", listing.symbol)
        .text("price", price_text(listing, service.instrument(listing.id), market.last_price()));
    if (call.product == Product::linear) out.number("time", service.now_ms());
    out.end_object();
  });
}

Answer<std::string> book_ticker(Service& service, const Call& call) {
  return write_selected(service, call, [&](JsonWriter& out, const ListedInstrument& listing) {
    write_book_ticker(out, service, listing);
  });
}

Answer<std::string> premium_index(Service& service, const Call& call) {
  return write_selected(service, call, [&](JsonWriter& out, const ListedInstrument& listing) {
    const PerpetualFigures& figures = service.exchange().market(listing.id).perpetual();
    const Instrument& instrument = service.instrument(listing.id);
    out.begin_object()
        .text("symbol", listing.symbol)
        .text("markPrice", fixed(instrument.price(figures.mark).value, 8))
        .text("indexPrice", fixed(instrument.price(figures.index).value, 8))
        .text("estimatedSettlePrice", fixed(instrument.price(figures.index).value, 8))
        .text("lastFundingRate", fixed(figures.funding_rate, 8))
        .text("interestRate", "0.00010000")
        .number("nextFundingTime", milliseconds(figures.next_funding))
        .number("time", service.now_ms())
        .end_object();
  });
}

Answer<std::string> funding_rates(Service& service, const Call& call) {
  TRY(const ListedInstrument* asked, service.optional_symbol(call));
  TRY(const auto from, call.parameters.time("startTime"));
  TRY(const auto to, call.parameters.time("endTime"));
  TRY(const std::size_t limit, call.parameters.limit(100, 1'000));
  std::vector<FundingRate> rates;
  for (const ListedInstrument& listing : service.listings().all()) {
    if (listing.product != Product::linear || (asked != nullptr && asked->id != listing.id)) continue;
    for (const FundingRate& rate : service.exchange().market(listing.id).fundings())
      if (rate.ts_venue >= from.value_or(kTimeMin) &&
          rate.ts_venue < to.value_or(kTimeMax - kMillisecond) + kMillisecond)
        rates.push_back(rate);
  }
  std::ranges::stable_sort(rates, {}, &FundingRate::ts_venue);
  if (rates.size() > limit) {
    const auto surplus = static_cast<std::ptrdiff_t>(rates.size() - limit);
    if (from)
      rates.erase(rates.end() - surplus, rates.end());
    else
      rates.erase(rates.begin(), rates.begin() + surplus);
  }
  JsonWriter out;
  out.begin_array();
  for (const FundingRate& rate : rates)
    out.begin_object()
        .text("symbol", service.listings()[rate.instrument].symbol)
        .number("fundingTime", milliseconds(rate.ts_venue))
        .text("fundingRate", fixed(rate.rate, 8))
        .text("markPrice", fixed(service.instrument(rate.instrument).price(rate.mark).value, 8))
        .end_object();
  return out.end_array().take();
}

Answer<std::string> funding_info(Service& service, const Call& call) {
  JsonWriter out;
  out.begin_array();
  for (const ListedInstrument& listing : service.listings().all()) {
    if (listing.product != call.product) continue;
    const PerpetualFigures& figures = service.exchange().market(listing.id).perpetual();
    out.begin_object()
        .text("symbol", listing.symbol)
        .text("adjustedFundingRateCap", fixed(listing.terms.funding_cap, 8))
        .text("adjustedFundingRateFloor", fixed(-Amount::from_decimal(listing.terms.funding_cap), 8))
        .number("fundingIntervalHours", std::max<std::int64_t>(1, figures.funding_interval_ns / kHour))
        .flag("disclaimer", false)
        .end_object();
  }
  return out.end_array().take();
}

Answer<std::string> open_interest(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  const Instrument& instrument = service.instrument(listing->id);
  RawQuantity held;
  for (const AccountSummary& account : service.exchange().accounts())
    held += service.exchange().position(account.id, listing->id).quantity.absolute();
  JsonWriter out;
  return out.begin_object()
      .text("openInterest", quantity_text(*listing, instrument, held))
      .text("symbol", listing->symbol)
      .number("time", service.now_ms())
      .end_object()
      .take();
}

}  // namespace kontor::emulator::binance
