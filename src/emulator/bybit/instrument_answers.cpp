#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "emulator/bybit/market_answers.hpp"
#include "emulator/bybit/numbers.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::bybit {
namespace {

std::string unit_text(const Decimal& unit) { return unit.format(); }

/// 10^-places, as the venue tells a precision.
std::string precision_text(std::uint8_t places) { return Decimal{1, places}.format(); }

std::string limit_ratio(const Decimal& up) {
  const auto distance = subtract(up, Decimal{1, 0});
  return distance && up.units > 0 ? plain_text(*distance) : "";
}

void write_risk_parameters(JsonWriter& out, const ListingTerms& terms) {
  out.key("riskParameters").begin_object();
  out.text("priceLimitRatioX", limit_ratio(terms.multiplier_up));
  out.text("priceLimitRatioY", limit_ratio(terms.multiplier_up));
  out.end_object();
}

void write_spot(JsonWriter& out, const ListedInstrument& listed, const Instrument& instrument) {
  const InstrumentSpecification& specification = instrument.specification();
  out.begin_object();
  out.number("symbolId", std::int64_t{listed.id.value} + 1);
  out.text("symbol", listed.symbol).text("baseCoin", listed.base).text("quoteCoin", listed.quote);
  out.text("innovation", "0").text("status", status_word(listed.status)).text("marginTrading", "none");
  out.text("stTag", "0");
  out.key("lotSizeFilter").begin_object();
  out.text("basePrecision", quantity_text(instrument, instrument.step()));
  out.text("quotePrecision", precision_text(listed.terms.quote_precision));
  out.text("minOrderQty", quantity_text(instrument, instrument.min_quantity()));
  out.text("maxOrderQty", unit_text(specification.max_quantity));
  out.text("minOrderAmt", amount_text(instrument.min_notional()));
  out.text("maxOrderAmt",
           listed.terms.max_notional.is_zero() ? "99999999" : plain_text(listed.terms.max_notional));
  out.text("maxLimitOrderQty", unit_text(specification.max_quantity));
  out.text("maxMarketOrderQty", unit_text(listed.terms.market_max_quantity));
  out.text("postOnlyMaxLimitOrderSize",
           unit_text(listed.terms.post_only_max_quantity.is_zero() ? specification.max_quantity
                                                                   : listed.terms.post_only_max_quantity));
  out.end_object();
  out.key("priceFilter")
      .begin_object()
      .text("tickSize", price_text(instrument, instrument.tick()))
      .end_object();
  write_risk_parameters(out, listed.terms);
  out.text("symbolType", "").end_object();
}

void write_linear_filters(JsonWriter& out, const ListedInstrument& listed, const Instrument& instrument) {
  const InstrumentSpecification& specification = instrument.specification();
  out.key("leverageFilter").begin_object().text("minLeverage", "1");
  out.text("maxLeverage", plain_text(specification.max_leverage));
  out.text("leverageStep",
           listed.terms.leverage_step.is_zero() ? "0.01" : plain_text(listed.terms.leverage_step));
  out.end_object();
  out.key("priceFilter").begin_object();
  out.text("minPrice", unit_text(listed.terms.min_price)).text("maxPrice", unit_text(listed.terms.max_price));
  out.text("tickSize", price_text(instrument, instrument.tick())).end_object();
  out.key("lotSizeFilter").begin_object();
  out.text("maxOrderQty", unit_text(specification.max_quantity));
  out.text("minOrderQty", quantity_text(instrument, instrument.min_quantity()));
  out.text("qtyStep", quantity_text(instrument, instrument.step()));
  out.text("postOnlyMaxOrderQty", unit_text(specification.max_quantity));
  out.text("maxMktOrderQty", unit_text(listed.terms.market_max_quantity));
  out.text("minNotionalValue", amount_text(instrument.min_notional())).end_object();
}

void write_linear(JsonWriter& out, const ListedInstrument& listed, const Instrument& instrument) {
  out.begin_object();
  out.text("symbol", listed.symbol).number("symbolId", std::int64_t{listed.id.value} + 1);
  out.text("contractType", "LinearPerpetual").text("status", status_word(listed.status));
  out.text("baseCoin", listed.base).text("quoteCoin", listed.quote);
  out.text("launchTime", milliseconds_text(listed.terms.listed_at)).text("deliveryTime", "0");
  out.text("deliveryFeeRate", "");
  out.text("priceScale", std::to_string(instrument.specification().tick.scale));
  write_linear_filters(out, listed, instrument);
  out.flag("unifiedMarginTrade", true);
  out.number("fundingInterval", listed.terms.funding_interval_ns / kMinute);
  out.text("settleCoin", listed.quote).text("copyTrading", "none");
  const std::string cap = plain_text(listed.terms.funding_cap);
  out.text("upperFundingRate", cap).text("lowerFundingRate", "-" + cap);
  out.flag("isPreListing", false).raw("preListingInfo", "null");
  write_risk_parameters(out, listed.terms);
  out.text("displayName", "").flag("forbidUplWithdrawal", false).text("symbolType", "").end_object();
}

/// What the request lets through, in the order of the venue: by symbol.
Checked<std::vector<const ListedInstrument*>> chosen_instruments(const Request& request, Category category) {
  std::vector<const ListedInstrument*> chosen;
  const auto product = product_of(category);
  if (!product) return chosen;
  const Parameters& asked = request.parameters;
  if (asked.has("symbol")) {
    TRY(const ListedInstrument* const listed, asked_instrument(request, *product));
    chosen.push_back(listed);
    return chosen;
  }
  const std::string_view status = asked.has("status") ? asked.get("status") : std::string_view("Trading");
  for (const ListedInstrument& listed : request.listings().all()) {
    const bool fits =
        listed.product == *product && status_word(listed.status) == status &&
        (!asked.has("baseCoin") || category == Category::spot || listed.base == asked.get("baseCoin"));
    if (fits) chosen.push_back(&listed);
  }
  std::sort(chosen.begin(), chosen.end(), [](const auto* a, const auto* b) { return a->symbol < b->symbol; });
  return chosen;
}

/// The cursor names the last symbol of the page before.
std::string_view symbol_of_cursor(std::string_view cursor) {
  constexpr std::string_view kLast = "last=";
  const std::size_t at = cursor.find(kLast);
  return at == std::string_view::npos ? cursor : cursor.substr(at + kLast.size());
}

Checked<std::string> instruments_result(const Request& request) {
  TRY(const Category category, asked_category(request));
  TRY(const std::int64_t limit, request.parameters.integer_within("limit", {1, INT64_MAX, 500}));
  TRY(std::vector<const ListedInstrument*> chosen, chosen_instruments(request, category));
  const std::string cursor = percent_decoded(request.parameters.get("cursor"));
  const std::string_view after = symbol_of_cursor(cursor);
  std::erase_if(chosen, [&](const ListedInstrument* listed) { return listed->symbol <= after; });
  // The venue knows no pages of spot.
  const auto most = category == Category::spot
                        ? chosen.size()
                        : static_cast<std::size_t>(std::min<std::int64_t>(limit, 1'000));
  const bool goes_on = chosen.size() > most;
  chosen.resize(std::min(chosen.size(), most));
  JsonWriter out;
  out.begin_object().text("category", name_of(category)).key("list").begin_array();
  for (const ListedInstrument* listed : chosen) {
    const Instrument& instrument = request.listings().instrument(listed->id);
    listed->product == Product::spot ? write_spot(out, *listed, instrument)
                                     : write_linear(out, *listed, instrument);
  }
  out.end_array();
  if (category != Category::spot) {
    out.text("nextPageCursor",
             goes_on ? fmt::format("first%3D{}%26last%3D{}", chosen.front()->symbol, chosen.back()->symbol)
                     : std::string());
  }
  out.end_object();
  return std::move(out).take();
}

void write_risk_limit(JsonWriter& out, const ListedInstrument& listed, const Instrument& instrument) {
  const Decimal& leverage = instrument.specification().max_leverage;
  const Amount whole = Amount::from_decimal(Decimal{1, 0});
  out.begin_object().number("id", 1).text("symbol", listed.symbol);
  // One tier without an end: the core has one maintenance rate for positions of any size.
  out.text("riskLimitValue", "100000000");
  out.text("maintenanceMargin", plain_text(listed.terms.maintenance_rate));
  out.text("initialMargin",
           plain_text(*Decimal::parse(ratio_text(whole, Amount::from_decimal(leverage), 6))));
  out.number("isLowestRisk", 1).text("maxLeverage", plain_text(leverage)).text("mmDeduction", "0");
  out.end_object();
}

Checked<std::string> risk_limit_result(const Request& request) {
  TRY(const Category category, asked_category(request));
  if (category == Category::spot || category == Category::option) return refusal(10001, "Illegal category");
  JsonWriter out;
  out.begin_object().text("category", name_of(category)).key("list").begin_array();
  TRY(const auto chosen, chosen_instruments(request, category));
  for (const ListedInstrument* listed : chosen) {
    write_risk_limit(out, *listed, request.listings().instrument(listed->id));
  }
  out.end_array().text("nextPageCursor", "").end_object();
  return std::move(out).take();
}

}  // namespace

Answer answer_instruments(const Request& request) { return answered(instruments_result(request)); }
Answer answer_risk_limits(const Request& request) { return answered(risk_limit_result(request)); }

}  // namespace kontor::emulator::bybit
