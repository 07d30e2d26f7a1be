#include "emulator/listing.hpp"

#include <gtest/gtest.h>

#include "emulator/standard_listings.hpp"
#include "emulator/wallet.hpp"

namespace kontor::emulator {
namespace {

TEST(Listings, TheStandardListsAreTradableAndConsistent) {
  for (const VenueName venue : {VenueName::binance, VenueName::bybit}) {
    const Listings listings = Listings::standard(venue).value();
    EXPECT_GE(listings.size(), 16U);
    EXPECT_TRUE(matching_settings(listings).check(listings.instruments()).has_value());
    for (const ListedInstrument& listed : listings.all()) {
      const Instrument& instrument = listings.instrument(listed.id);
      EXPECT_EQ(instrument.is_spot(), listed.product == Product::spot) << listed.symbol;
      EXPECT_TRUE(instrument.on_tick(instrument.raw_price(listed.start_price).value())) << listed.symbol;
      EXPECT_LE(listed.terms.market_max_quantity, instrument.specification().max_quantity) << listed.symbol;
      EXPECT_GT(listed.terms.max_price, listed.start_price) << listed.symbol;
      EXPECT_GE(listed.terms.max_orders, listed.terms.max_conditional_orders);
      EXPECT_EQ(listings.find(listed.product, listed.symbol)->id, listed.id);
    }
  }
}

TEST(Listings, SpotAndLinearShareASymbolButNotAnInstrument) {
  const Listings listings = Listings::standard(VenueName::binance).value();
  const auto* spot = listings.find(Product::spot, "BTCUSDT");
  const auto* linear = listings.find(Product::linear, "BTCUSDT");
  ASSERT_TRUE(spot != nullptr && linear != nullptr);
  EXPECT_NE(spot->id, linear->id);
  EXPECT_EQ(listings.find(Product::linear, "ETHBTC"), nullptr);
  EXPECT_EQ(listings.find_asset("BTC"), listings.instrument(spot->id).base());
  EXPECT_FALSE(listings.find_asset("XYZ"));
}

TEST(Listings, UnknownSymbolsAndImpossibleRowsAreErrors) {
  const std::vector<std::string> unknown = {"BTCUSDT", "XYZUSDT"};
  EXPECT_EQ(Listings::standard(VenueName::bybit, unknown).error().kind, ErrorKind::not_found);
  std::vector<ListingRow> rows = {standard_listing_rows(VenueName::binance).front()};
  rows.push_back(rows.front());
  EXPECT_FALSE(Listings::make(VenueName::binance, rows));
  rows.pop_back();
  rows[0].product = Product::linear;
  EXPECT_FALSE(Listings::make(VenueName::binance, rows));
  EXPECT_FALSE(Listings::make(VenueName::binance, {}));
  EXPECT_FALSE(parse_venue_name("kraken"));
  EXPECT_EQ(parse_venue_name("bybit").value(), VenueName::bybit);
}

TEST(Listings, AHaltedInstrumentTakesNoOrdersAndKeepsItsNewTerms) {
  Listings listings = Listings::standard(VenueName::binance).value();
  const InstrumentId id = listings.all().front().id;
  InstrumentTerms terms = listings.instrument(id).terms();
  terms.tick.units *= 10;
  ASSERT_TRUE(listings.change_terms(id, terms));
  listings.set_status(id, ListingStatus::halted);
  EXPECT_FALSE(listings.instrument(id).is_trading());
  EXPECT_EQ(listings.instrument(id).tick(), terms.tick);
  ASSERT_TRUE(listings.change_terms(id, terms));
  EXPECT_FALSE(listings.instrument(id).is_trading());
}

}  // namespace
}  // namespace kontor::emulator
