#include "emulator/standard_listings.hpp"

#include <span>

#include "base/assert.hpp"

namespace kontor::emulator {
namespace {

/// One line of the tables below: numbers as the venue writes them.
struct ListingLine {
  const char* base;
  const char* quote;
  const char* tick;
  const char* step;
  const char* min_quantity;
  const char* max_quantity;
  const char* market_max_quantity;
  const char* min_notional;
  const char* max_price;
  const char* start_price;
  const char* max_leverage;  ///< linear only
  TimeNs listed_at;          ///< seconds
};

constexpr ListingLine kBinanceSpot[] = {
    {"BTC", "USDT", "0.01", "0.00001", "0.00001", "9000", "100", "5", "1000000", "65000", "1", 1'502'942'400},
    {"ETH", "USDT", "0.01", "0.0001", "0.0001", "9000", "2000", "5", "1000000", "3200", "1", 1'502'942'400},
    {"BNB", "USDT", "0.01", "0.001", "0.001", "900000", "7000", "5", "100000", "580", "1", 1'509'926'400},
    {"SOL", "USDT", "0.01", "0.001", "0.001", "90000", "20000", "5", "10000", "150", "1", 1'597'125'600},
    {"XRP", "USDT", "0.0001", "0.1", "0.1", "9222449", "900000", "5", "10000", "0.55", "1", 1'525'420'800},
    {"ADA", "USDT", "0.0001", "0.1", "0.1", "900000", "450000", "5", "1000", "0.42", "1", 1'523'944'800},
    {"DOGE", "USDT", "0.00001", "1", "1", "9000000", "7000000", "5", "1000", "0.12", "1", 1'562'328'000},
    {"LTC", "USDT", "0.01", "0.001", "0.001", "90000", "9000", "5", "100000", "72", "1", 1'513'123'200},
    {"ETH", "BTC", "0.00001", "0.0001", "0.0001", "100000", "2000", "0.0001", "922327", "0.04923", "1",
     1'500'004'800},
    {"BNB", "BTC", "0.000001", "0.001", "0.001", "100000", "5000", "0.0001", "100000", "0.008923", "1",
     1'500'004'800},
};

constexpr ListingLine kBinanceLinear[] = {
    {"BTC", "USDT", "0.1", "0.001", "0.001", "1000", "120", "100", "4529764", "65000", "125", 1'569'398'400},
    {"ETH", "USDT", "0.01", "0.001", "0.001", "10000", "2000", "20", "306177", "3200", "100", 1'574'870'400},
    {"BNB", "USDT", "0.01", "0.01", "0.01", "100000", "2000", "5", "100000", "580", "75", 1'581'292'800},
    {"SOL", "USDT", "0.01", "0.01", "0.01", "1000000", "5000", "5", "6857", "150", "75", 1'600'041'600},
    {"XRP", "USDT", "0.0001", "0.1", "0.1", "10000000", "2000000", "5", "100000", "0.55", "75",
     1'578'355'200},
    {"ADA", "USDT", "0.0001", "1", "1", "2000000", "300000", "5", "100000", "0.42", "75", 1'580'428'800},
    {"DOGE", "USDT", "0.00001", "1", "1", "50000000", "30000000", "5", "30", "0.12", "75", 1'594'368'000},
    {"LTC", "USDT", "0.01", "0.001", "0.001", "10000", "5000", "20", "100000", "72", "75", 1'578'528'000},
};

constexpr ListingLine kBybitSpot[] = {
    {"BTC", "USDT", "0.01", "0.000001", "0.000011", "83", "41.5", "5", "1000000", "65000", "1",
     1'625'097'600},
    {"ETH", "USDT", "0.01", "0.00001", "0.00027", "1130", "565", "5", "1000000", "3200", "1", 1'625'097'600},
    {"BNB", "USDT", "0.1", "0.0001", "0.0017", "5100", "2550", "5", "100000", "580", "1", 1'657'000'000},
    {"SOL", "USDT", "0.01", "0.001", "0.006", "25000", "12500", "5", "10000", "150", "1", 1'637'000'000},
    {"XRP", "USDT", "0.0001", "0.01", "1.5", "6000000", "3000000", "5", "10000", "0.55", "1", 1'625'097'600},
    {"ADA", "USDT", "0.0001", "0.01", "2", "4500000", "2250000", "5", "1000", "0.42", "1", 1'640'000'000},
    {"DOGE", "USDT", "0.00001", "0.1", "6", "25000000", "12500000", "5", "1000", "0.12", "1", 1'630'000'000},
    {"LTC", "USDT", "0.01", "0.00001", "0.012", "40000", "20000", "5", "100000", "72", "1", 1'630'000'000},
    {"ETH", "BTC", "0.000001", "0.0001", "0.0001", "1000", "500", "0.00005", "1000", "0.04923", "1",
     1'630'000'000},
};

constexpr ListingLine kBybitLinear[] = {
    {"BTC", "USDT", "0.1", "0.001", "0.001", "1190", "119", "5", "1999999.8", "65000", "100", 1'584'230'400},
    {"ETH", "USDT", "0.01", "0.01", "0.01", "7240", "724", "5", "199999.98", "3200", "100", 1'603'238'400},
    {"BNB", "USDT", "0.1", "0.01", "0.01", "12000", "1200", "5", "19999.8", "580", "50", 1'624'924'800},
    {"SOL", "USDT", "0.01", "0.1", "0.1", "79770", "7977", "5", "19999.98", "150", "100", 1'634'256'000},
    {"XRP", "USDT", "0.0001", "0.1", "0.1", "10000000", "1000000", "5", "199.9998", "0.55", "75",
     1'620'950'400},
    {"ADA", "USDT", "0.0001", "1", "1", "4940000", "494000", "5", "199.9998", "0.42", "75", 1'610'582'400},
    {"DOGE", "USDT", "0.00001", "1", "1", "45000000", "4500000", "5", "19.99998", "0.12", "75",
     1'620'000'000},
    {"LTC", "USDT", "0.01", "0.1", "0.1", "42400", "4240", "5", "19999.98", "72", "50", 1'610'000'000},
};

/// The venue's common terms of a product; the tables fill in the rest.
struct CommonTerms {
  Decimal maker_fee;
  Decimal taker_fee;
  Decimal multiplier_up;
  Decimal multiplier_down;
  std::uint32_t max_orders;
  std::uint32_t max_conditional_orders;
  Decimal maintenance_rate;
  Decimal liquidation_fee;
};

CommonTerms common_terms(VenueName venue, Product product) {
  if (venue == VenueName::binance && product == Product::spot) {
    return {{1, 3}, {1, 3}, {5, 0}, {2, 1}, 200, 5, {}, {}};
  }
  if (venue == VenueName::binance) {
    return {{2, 4}, {5, 4}, {105, 2}, {95, 2}, 200, 10, {4, 3}, {125, 4}};
  }
  if (product == Product::spot) return {{1, 3}, {1, 3}, {105, 2}, {95, 2}, 500, 30, {}, {}};
  return {{2, 4}, {55, 5}, {110, 2}, {90, 2}, 500, 10, {5, 3}, {5, 3}};
}

/// The tables are ours: what does not parse is a broken build.
Decimal number(const char* text) {
  const auto parsed = Decimal::parse(text);
  ASSERT(parsed.has_value());
  return *parsed;
}

ListingRow row_of(Product product, const ListingLine& line, const CommonTerms& common) {
  ListingRow row;
  row.product = product;
  InstrumentSpecification& specification = row.specification;
  specification.name.symbol = std::string(line.base) + line.quote;
  specification.kind = product == Product::spot ? InstrumentKind::spot : InstrumentKind::linear_perpetual;
  specification.base = line.base;
  specification.quote = line.quote;
  specification.tick = number(line.tick);
  specification.step = number(line.step);
  specification.min_quantity = number(line.min_quantity);
  specification.max_quantity = number(line.max_quantity);
  specification.min_notional = number(line.min_notional);
  specification.maker_fee = common.maker_fee;
  specification.taker_fee = common.taker_fee;
  specification.max_leverage = number(line.max_leverage);
  ListingTerms& terms = row.terms;
  terms.min_price = specification.tick;
  terms.max_price = number(line.max_price);
  terms.market_max_quantity = number(line.market_max_quantity);
  terms.multiplier_up = common.multiplier_up;
  terms.multiplier_down = common.multiplier_down;
  terms.max_orders = common.max_orders;
  terms.max_conditional_orders = common.max_conditional_orders;
  terms.listed_at = line.listed_at * kSecond;
  if (product == Product::linear) {
    terms.funding_cap = Decimal{75, 4};
    terms.maintenance_rate = common.maintenance_rate;
    terms.liquidation_fee = common.liquidation_fee;
    terms.leverage_step = Decimal{1, 0};
    terms.default_leverage = Decimal{10, 0};
  }
  row.start_price = number(line.start_price);
  return row;
}

void append_rows(std::vector<ListingRow>& rows, VenueName venue, Product product,
                 std::span<const ListingLine> lines) {
  const CommonTerms common = common_terms(venue, product);
  for (const ListingLine& line : lines) rows.push_back(row_of(product, line, common));
}

}  // namespace

std::vector<ListingRow> standard_listing_rows(VenueName venue) {
  std::vector<ListingRow> rows;
  const bool binance = venue == VenueName::binance;
  append_rows(rows, venue, Product::spot, binance ? std::span<const ListingLine>(kBinanceSpot) : kBybitSpot);
  append_rows(rows, venue, Product::linear,
              binance ? std::span<const ListingLine>(kBinanceLinear) : kBybitLinear);
  return rows;
}

}  // namespace kontor::emulator
