#include "venue/bybit/config.hpp"
#include "venue/bybit/parse_market.hpp"
#include "venue/bybit/parse_row.hpp"
#include "venue/bybit/symbols.hpp"

namespace kontor::bybit {
namespace {

/// What Bybit says of an instrument, flat: the filters lie in objects of their own.
struct InstrumentRow {
  std::string_view symbol;
  std::string_view base;
  std::string_view quote;
  std::string_view settle;
  std::string_view contract_type;
  std::string_view status;
  TimeNs listed_at = 0;
  TimeNs delisted_at = 0;
  std::int64_t funding_interval_minutes = 0;
  Decimal tick;
  Decimal min_price;
  Decimal max_price;
  Decimal quantity_step;   // linear
  Decimal base_precision;  // spot
  Decimal min_quantity;
  Decimal max_quantity;
  Decimal max_limit_quantity;   // spot, since 2025
  Decimal max_market_quantity;  // the same
  Decimal max_market_contracts;
  Decimal min_notional;
  Decimal min_amount;  // spot
  Decimal max_amount;  // spot, before 2025
  Decimal max_leverage;
  Decimal price_limit;
};

constexpr std::array<Member<InstrumentRow>, 9> kInstrumentMembers = {{
    {"symbol", &InstrumentRow::symbol, true},
    {"baseCoin", &InstrumentRow::base, true},
    {"quoteCoin", &InstrumentRow::quote, true},
    {"settleCoin", &InstrumentRow::settle},
    {"contractType", &InstrumentRow::contract_type},
    {"status", &InstrumentRow::status, true},
    {"launchTime", Milliseconds<InstrumentRow>{&InstrumentRow::listed_at}},
    {"deliveryTime", Milliseconds<InstrumentRow>{&InstrumentRow::delisted_at}},
    {"fundingInterval", &InstrumentRow::funding_interval_minutes},
}};
constexpr std::array<Member<InstrumentRow>, 3> kPriceMembers = {{
    {"tickSize", &InstrumentRow::tick, true},
    {"minPrice", &InstrumentRow::min_price},
    {"maxPrice", &InstrumentRow::max_price},
}};
constexpr std::array<Member<InstrumentRow>, 10> kLotMembers = {{
    {"qtyStep", &InstrumentRow::quantity_step},
    {"basePrecision", &InstrumentRow::base_precision},
    {"minOrderQty", &InstrumentRow::min_quantity},
    {"maxOrderQty", &InstrumentRow::max_quantity},
    {"maxLimitOrderQty", &InstrumentRow::max_limit_quantity},
    {"maxMarketOrderQty", &InstrumentRow::max_market_quantity},
    {"maxMktOrderQty", &InstrumentRow::max_market_contracts},
    {"minNotionalValue", &InstrumentRow::min_notional},
    {"minOrderAmt", &InstrumentRow::min_amount},
    {"maxOrderAmt", &InstrumentRow::max_amount},
}};
constexpr std::array<Member<InstrumentRow>, 1> kLeverageMembers = {{
    {"maxLeverage", &InstrumentRow::max_leverage},
}};
constexpr std::array<Member<InstrumentRow>, 1> kRiskMembers = {{
    {"priceLimitRatioY", &InstrumentRow::price_limit},
}};

bool read_instrument_row(Reader& reader, JsonValue& value, InstrumentRow& row) {
  bool has_prices = false;
  bool has_lots = false;
  const auto read_filter = [&](std::string_view key, JsonValue& filter) {
    if (key == "priceFilter") {
      has_prices = true;
      return read_row(reader, filter, kPriceMembers, row);
    }
    if (key == "lotSizeFilter") {
      has_lots = true;
      return read_row(reader, filter, kLotMembers, row);
    }
    if (key == "leverageFilter") return read_row(reader, filter, kLeverageMembers, row);
    return key != "riskParameters" || read_row(reader, filter, kRiskMembers, row);
  };
  if (!read_row(reader, value, kInstrumentMembers, row, read_filter)) return false;
  if (!has_prices) return reader.fault("a field", "priceFilter", "none");
  return has_lots || reader.fault("a field", "lotSizeFilter", "none");
}

void set_spot_rules(const InstrumentRow& row, venue::InstrumentListed& listed) {
  listed.step = row.base_precision;
  listed.min_notional = row.min_amount;
  listed.market_max_quantity = row.max_market_quantity;
  if (row.max_limit_quantity.is_zero()) {
    listed.min_quantity = row.min_quantity;
    listed.max_quantity = row.max_quantity;
    listed.max_notional = row.max_amount;
    return;
  }
  // Where the newer limits are listed, the others are listed too and not checked any more.
  listed.max_quantity = row.max_limit_quantity;
}

void set_linear_rules(const InstrumentRow& row, venue::InstrumentListed& listed) {
  listed.step = row.quantity_step;
  listed.min_notional = row.min_notional;
  listed.min_quantity = row.min_quantity;
  listed.max_quantity = row.max_quantity;
  listed.market_max_quantity = row.max_market_contracts;
}

/// The outer bounds of limit prices. Within them the venue narrows with its index and premium.
bool set_price_limits(Reader& reader, const InstrumentRow& row, venue::InstrumentListed& listed) {
  if (row.price_limit.is_zero()) return true;
  const auto highest = add(Decimal{1, 0}, row.price_limit);
  const auto lowest = subtract(Decimal{1, 0}, row.price_limit);
  if (!highest || !lowest) return reader.fault("a ratio", "priceLimitRatioY", row.symbol);
  listed.bid_price_up = *highest;
  listed.ask_price_down = *lowest;
  return true;
}

bool give_instrument(const Reading& reading, const InstrumentRow& row) {
  venue::InstrumentListed listed{.symbol = row.symbol, .base = row.base, .quote = row.quote};
  // Whether it is spot the instrument says itself: contracts have a type.
  const venue::Product product =
      row.contract_type.empty() && row.settle.empty() ? venue::Product::spot : venue::Product::linear;
  if (product == venue::Product::spot) {
    set_spot_rules(row, listed);
  } else {
    set_linear_rules(row, listed);
  }
  if (listed.step.units <= 0 || row.tick.units <= 0) {
    return reading.reader.fault("positive steps of price and quantity", "list", row.symbol);
  }
  listed.settle = row.settle;
  listed.is_perpetual = row.contract_type.ends_with("Perpetual");
  listed.status = parse_instrument_status(row.status);
  listed.status_text = row.status;
  listed.tick = row.tick;
  listed.min_price = row.min_price;
  listed.max_price = row.max_price;
  listed.max_leverage = row.max_leverage;
  listed.max_orders = kMostActiveOrders;
  listed.max_conditional_orders = most_conditional_orders(product);
  listed.funding_interval_minutes = row.funding_interval_minutes;
  listed.listed_at = row.listed_at;
  listed.delisted_at = row.delisted_at;
  if (!set_price_limits(reading.reader, row, listed)) return false;
  reading.give(listed);
  return true;
}

}  // namespace

bool read_instruments(const Reading& reading, JsonValue& result) {
  return read_list(reading, result, [&](JsonValue& element) {
    InstrumentRow row;
    return read_instrument_row(reading.reader, element, row) && give_instrument(reading, row);
  });
}

}  // namespace kontor::bybit
