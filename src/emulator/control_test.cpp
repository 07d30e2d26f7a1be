#include "emulator/control.hpp"

#include <gtest/gtest.h>

#include "emulator/exchange_test_support.hpp"
#include "emulator/synthetic_feed.hpp"

namespace kontor::emulator::test {
namespace {

class Control : public ::testing::Test {
 protected:
  Control() {
    Listings listings = Listings::standard(VenueName::binance).value();
    auto feed = make_synthetic_feed(listings, {.seed = 1, .start = kOpening}).value();
    venue = EmulatedVenue::make(std::move(listings), std::move(feed),
                                EmulatedVenueSettings::standard(VenueName::binance, kOpening))
                .value();
  }
  ControlReply get(std::string_view path) { return control(*venue, {"GET", path, ""}); }
  ControlReply post(std::string_view path, std::string_view body) {
    return control(*venue, {"POST", path, body});
  }
  [[nodiscard]] static bool holds(const ControlReply& reply, std::string_view text) {
    return reply.body.find(text) != std::string::npos;
  }
  std::unique_ptr<EmulatedVenue> venue;
};

TEST_F(Control, TellsStatusMarketAndAccountsWithoutSecrets) {
  ASSERT_TRUE(venue->advance(kOpening + 10 * kSecond));
  EXPECT_TRUE(holds(get("/emulator/status"), R"("venue":"binance")"));
  EXPECT_TRUE(holds(get("/emulator/market"), R"("symbol":"BTCUSDT")"));
  const ControlReply accounts = get("/emulator/accounts");
  EXPECT_TRUE(holds(accounts, R"("key":"kontor-emulator-test")"));
  EXPECT_TRUE(holds(accounts, R"("asset":"USDT","total":"100000")"));
  const auto owner = venue->exchange().find_key("kontor-emulator-test");
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->key->secret.size(), 64U);
  EXPECT_FALSE(holds(accounts, owner->key->secret));
}

TEST_F(Control, SetsFaultsAtRunTime) {
  EXPECT_EQ(post("/emulator/faults", R"({"faults":"http_429=1"})").status, 200U);
  EXPECT_EQ(venue->before_request(false).action, RequestAction::too_many_requests);
  EXPECT_TRUE(holds(get("/emulator/faults"), R"({"http_429":1})"));
  const ControlReply refused = post("/emulator/faults", R"({"faults":"http_430=1"})");
  EXPECT_EQ(refused.status, 400U);
  EXPECT_TRUE(holds(refused, "error"));
  EXPECT_EQ(venue->faults().text(), "http_429=1");
}

TEST_F(Control, AddsAccountsAndMoney) {
  const ControlReply added = post("/emulator/accounts",
                                  R"({"name":"bob","keys":[{"key":"k","secret":"s","linear":false}],
                                      "deposits":[{"product":"spot","asset":"USDT","amount":"12.5"}]})");
  EXPECT_EQ(added.status, 200U) << added.body;
  const auto bob = venue->exchange().find_account("bob");
  ASSERT_TRUE(bob);
  EXPECT_FALSE(venue->exchange().find_key("k")->key->permissions.linear);
  EXPECT_EQ(post("/emulator/accounts", R"({"name":"bob"})").status, 400U);
  EXPECT_EQ(post("/emulator/deposit", R"({"account":"bob","asset":"USDT","amount":0.5})").status, 200U);
  const AssetId usdt = *venue->exchange().listings().find_asset("USDT");
  EXPECT_EQ(venue->exchange().balance(*bob, Product::spot, usdt).total, amount("13"));
  EXPECT_EQ(post("/emulator/deposit", R"({"account":"bob","asset":"USDT","amount":"-14"})").status, 400U);
  EXPECT_EQ(post("/emulator/deposit", R"({"account":"eve","asset":"USDT","amount":"1"})").status, 404U);
}

TEST_F(Control, JumpsHaltsAndPausesTheMarket) {
  const InstrumentId id = venue->exchange().listings().find(Product::linear, "BTCUSDT")->id;
  const auto before = venue->exchange().market(id).last_price().units;
  ASSERT_EQ(post("/emulator/market", R"({"product":"linear","symbol":"BTCUSDT","jump_percent":-10})").status,
            200U);
  const auto after = venue->exchange().market(id).last_price().units;
  EXPECT_LT(after, before * 91 / 100);
  EXPECT_GT(after, before * 89 / 100);
  ASSERT_EQ(post("/emulator/market", R"({"symbol":"SOLUSDT","status":"halted"})").status, 200U);
  EXPECT_EQ(venue->exchange().listings().find(Product::spot, "SOLUSDT")->status, ListingStatus::halted);
  ASSERT_EQ(post("/emulator/market", R"({"paused":true})").status, 200U);
  const auto trades = venue->exchange().market(id).last_trade_id();
  ASSERT_TRUE(venue->advance(kOpening + kMinute));
  EXPECT_EQ(venue->exchange().market(id).last_trade_id(), trades);
  ASSERT_EQ(post("/emulator/market", R"({"paused":false})").status, 200U);
  ASSERT_TRUE(venue->advance(kOpening + 2 * kMinute));
  EXPECT_GT(venue->exchange().market(id).last_trade_id(), trades);
  EXPECT_GE(venue->exchange().market(id).trades().back().ts_venue, kOpening + kMinute);
}

TEST_F(Control, AScheduledDelistingComesAtItsTime) {
  ASSERT_EQ(post("/emulator/faults", R"({"faults":"delist=SOLUSDT@10s"})").status, 200U);
  ASSERT_TRUE(venue->advance(kOpening + 9 * kSecond));
  EXPECT_EQ(venue->exchange().listings().find(Product::spot, "SOLUSDT")->status, ListingStatus::trading);
  ASSERT_TRUE(venue->advance(kOpening + 10 * kSecond));
  EXPECT_EQ(venue->exchange().listings().find(Product::spot, "SOLUSDT")->status, ListingStatus::delisted);
  EXPECT_EQ(venue->exchange().listings().find(Product::linear, "SOLUSDT")->status, ListingStatus::delisted);
}

TEST_F(Control, WhatItDoesNotUnderstandIsAnErrorInWords) {
  for (const std::string_view body :
       {"", "[]", "{", R"({"faults":1})", R"({"symbol":1})", R"({"paused":"yes"})",
        R"({"symbol":"BTCUSDT","product":"inverse"})", R"({"symbol":"BTCUSDT","jump_percent":"x"})",
        R"({"symbol":"BTCUSDT","jump_percent":-100})", R"({"symbol":"BTCUSDT","status":"gone"})"}) {
    const std::string_view path =
        body.find("faults") == std::string_view::npos ? "/emulator/market" : "/emulator/faults";
    const ControlReply reply = post(path, body);
    EXPECT_EQ(reply.status, 400U) << body;
    EXPECT_TRUE(holds(reply, "error")) << body;
  }
  EXPECT_EQ(get("/emulator/nothing").status, 404U);
  EXPECT_EQ(control(*venue, {"DELETE", "/emulator/status", ""}).status, 405U);
  EXPECT_FALSE(is_control_path("/api/v3/time"));
}

}  // namespace
}  // namespace kontor::emulator::test
