#include "emulator/binance/front_test_support.hpp"

namespace kontor::emulator::binance::test {
namespace {

TEST(BinanceRest, PublicRequestsNeedNoKey) {
  Stand stand;
  stand.market("50000", "50001");
  EXPECT_EQ(stand.get("/api/v3/ping"), "{}");
  EXPECT_EQ(stand.get("/api/v3/time"), R"({"serverTime":1700000000000})");
  EXPECT_EQ(stand.get("/fapi/v1/time"), R"({"serverTime":1700000000000})");
  EXPECT_EQ(stand.get("/api/v3/ticker/price", "symbol=BTCUSDT"),
            R"({"symbol":"BTCUSDT","price":"50000.00000000"})");
  EXPECT_EQ(
      stand.get("/api/v3/ticker/bookTicker", "symbol=BTCUSDT"),
      R"({"symbol":"BTCUSDT","bidPrice":"50000.00000000","bidQty":"10.00000000","askPrice":"50001.00000000","askQty":"10.00000000"})");
  EXPECT_THAT(stand.get("/fapi/v1/depth", "symbol=BTCUSDT&limit=5"),
              HasSubstr(R"("bids":[["50000.0","10.000"],["49999.0","10.000"])"));
}

TEST(BinanceRest, AHostBeforeThePathIsPassedOver) {
  Stand stand;
  EXPECT_EQ(stand.get("/https://api.binance.com/api/v3/ping"), "{}");
}

TEST(BinanceRest, WrongParametersAreNamed) {
  Stand stand;
  EXPECT_EQ(
      stand.get("/api/v3/depth"),
      R"({"code":-1102,"msg":"Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."})");
  EXPECT_EQ(stand.get("/api/v3/depth", "symbol=NONE"), R"({"code":-1121,"msg":"Invalid symbol."})");
  EXPECT_THAT(stand.get("/api/v3/depth", "symbol=btc*"), HasSubstr("-1100"));
  EXPECT_EQ(stand.get("/api/v3/klines", "symbol=BTCUSDT&interval=7m"),
            R"({"code":-1120,"msg":"Invalid interval."})");
  EXPECT_EQ(stand.get("/fapi/v1/depth", "symbol=BTCUSDT&limit=7"),
            R"({"code":-1130,"msg":"Data sent for parameter 'limit' is not valid."})");
}

TEST(BinanceRest, UnknownPathsAndMethods) {
  Stand stand;
  EXPECT_EQ(stand.send("GET", "/api/v3/nothing").status, 404U);
  const auto fapi = stand.send("GET", "/fapi/v1/nothing");
  EXPECT_EQ(fapi.status, 404U);
  EXPECT_THAT(fapi.body, HasSubstr("-5000"));
  EXPECT_EQ(stand.send("PUT", "/api/v3/order").status, 405U);
}

TEST(BinanceRest, KeysSignaturesAndTimesAreChecked) {
  Stand stand;
  const std::string path = "/api/v3/account";
  const std::string query = stand.signed_query("");
  EXPECT_THAT(stand.send("GET", path, query).body, HasSubstr("-2014"));
  const auto unknown = stand.send("GET", path, query, {}, "unknown");
  EXPECT_EQ(unknown.status, 401U);
  EXPECT_EQ(unknown.body, R"({"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."})");
  EXPECT_THAT(stand.send("GET", path, "timestamp=1", {}, kKey).body, HasSubstr("'signature'"));
  EXPECT_THAT(stand.send("GET", path, "signature=aa", {}, kKey).body, HasSubstr("'timestamp'"));
  EXPECT_EQ(stand.send("GET", path, query + "0", {}, kKey).body,
            R"({"code":-1022,"msg":"Signature for this request is not valid."})");
  EXPECT_EQ(stand.send("GET", path, query, {}, kKey).status, 200U);
}

TEST(BinanceRest, TheReceiveWindowIsKept) {
  Stand stand;
  const auto with_time = [&](DurationNs offset, std::string window = "") {
    const std::string text = window + "timestamp=" + std::to_string((stand.now + offset) / kMillisecond);
    return stand.send("GET", "/api/v3/account", text + "&signature=" + hmac_sha256(kSecret, text), {}, kKey)
        .body;
  };
  EXPECT_THAT(with_time(-5 * kSecond), HasSubstr("balances"));
  EXPECT_EQ(with_time(-5001 * kMillisecond),
            R"({"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."})");
  EXPECT_THAT(with_time(999 * kMillisecond), HasSubstr("balances"));
  EXPECT_EQ(with_time(kSecond),
            R"({"code":-1021,"msg":"Timestamp for this request was 1000ms ahead of the server's time."})");
  EXPECT_THAT(with_time(-8 * kSecond, "recvWindow=9000&"), HasSubstr("balances"));
  EXPECT_EQ(with_time(0, "recvWindow=60001&"),
            R"({"code":-1131,"msg":"recvWindow must be less than 60000"})");
}

TEST(BinanceRest, AKeyMayBeBoundToAddressesAndProducts) {
  Stand stand;
  ApiKey key{.key = "narrow", .secret = "s"};
  key.permissions.spot = false;
  ASSERT_TRUE(stand.venue->exchange().add_key(AccountId(0), key).has_value());
  const auto ask = [&](std::string_view method, std::string_view path, std::string query) {
    query +=
        (query.empty() ? "" : "&") + std::string("timestamp=") + std::to_string(stand.now / kMillisecond);
    return stand.send(method, path, query + "&signature=" + hmac_sha256("s", query), {}, "narrow").body;
  };
  EXPECT_THAT(ask("GET", "/api/v3/account", ""), HasSubstr(R"("canTrade":false)"));
  EXPECT_THAT(ask("POST", "/api/v3/order", "symbol=BTCUSDT"), HasSubstr("-2015"));
  ApiKey far{.key = "far", .secret = "s"};
  far.addresses = {"10.0.0.1"};
  ASSERT_TRUE(stand.venue->exchange().add_key(AccountId(0), far).has_value());
  EXPECT_THAT(stand.send("POST", "/fapi/v1/listenKey", {}, {}, "far").body, HasSubstr("-2015"));
  EXPECT_THAT(stand.send("POST", "/fapi/v1/listenKey", {}, {}, kKey).body, HasSubstr("listenKey"));
}

TEST(BinanceRest, AFormInTheBodyCountsLikeAQuery) {
  Stand stand;
  stand.market("50000", "50001");
  const std::string form =
      stand.signed_query("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=49000");
  EXPECT_THAT(stand.send("POST", "/api/v3/order", {}, form, kKey).body, HasSubstr(R"("status":"NEW")"));
  // Half in the query and half in the body: what is signed is both, one after the other.
  const std::string query = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC";
  const std::string body = "quantity=0.01&price=49000&timestamp=" + std::to_string(stand.now / kMillisecond);
  const std::string signature = hmac_sha256(kSecret, query + body);
  EXPECT_THAT(stand.send("POST", "/api/v3/order", query, body + "&signature=" + signature, kKey).body,
              HasSubstr(R"("status":"NEW")"));
}

TEST(BinanceRest, EveryAnswerTellsWhatIsUsed) {
  Stand stand;
  EXPECT_EQ(stand.send("GET", "/api/v3/time").header("X-MBX-USED-WEIGHT-1M"), "1");
  EXPECT_EQ(stand.send("GET", "/api/v3/exchangeInfo").header("x-mbx-used-weight-1m"), "21");
  EXPECT_EQ(stand.send("GET", "/fapi/v1/time").header("X-MBX-USED-WEIGHT-1M"), "1");
  stand.market("50000", "50001");
  const auto placed =
      stand.send("POST", "/api/v3/order",
                 stand.signed_query("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01"), {}, kKey);
  EXPECT_EQ(placed.header("X-MBX-ORDER-COUNT-10S"), "1");
  EXPECT_THAT(
      stand.ask("GET", "/api/v3/rateLimit/order"),
      HasSubstr(R"("rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":100,"count":1)"));
}

TEST(BinanceRest, TooMuchWeightIsRefusedAndThenBanned) {
  Stand stand;
  for (int i = 0; i < 300; ++i) EXPECT_EQ(stand.send("GET", "/api/v3/exchangeInfo").status, 200U);
  const auto refused = stand.send("GET", "/api/v3/exchangeInfo");
  EXPECT_EQ(refused.status, 429U);
  EXPECT_EQ(refused.header("Retry-After"), "40");
  EXPECT_THAT(refused.body, HasSubstr("current limit is 6000 request weight per 1 MINUTE"));
  net::HttpResponse last;
  for (int i = 0; i < 9; ++i) last = stand.send("GET", "/api/v3/exchangeInfo");
  EXPECT_EQ(last.status, 418U);
  EXPECT_THAT(last.body, HasSubstr("IP banned until"));
  EXPECT_EQ(stand.send("GET", "/fapi/v1/time").status, 200U);
  stand.wait(3 * kMinute);
  EXPECT_EQ(stand.send("GET", "/api/v3/time").status, 200U);
}

TEST(BinanceRest, TooManyOrdersAreRefused) {
  Stand stand;
  stand.market("50000", "50001");
  std::string last;
  for (int i = 0; i <= 100; ++i)
    last = stand.ask("POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.0002");
  EXPECT_EQ(last,
            R"({"code":-1015,"msg":"Too many new orders; current limit is 100 orders per 10 SECOND."})");
}

TEST(BinanceRest, ExchangeInformationHasTheFiltersThatOrdersAreHeldTo) {
  Stand stand;
  const std::string spot = stand.get("/api/v3/exchangeInfo", "symbol=BTCUSDT");
  EXPECT_THAT(
      spot,
      HasSubstr(
          R"({"filterType":"PRICE_FILTER","minPrice":"0.01000000","maxPrice":"1000000.00000000","tickSize":"0.01000000"})"));
  EXPECT_THAT(
      spot,
      HasSubstr(R"("rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000)"));
  const std::string linear = stand.get("/fapi/v1/exchangeInfo");
  EXPECT_THAT(linear, HasSubstr(R"({"filterType":"MIN_NOTIONAL","notional":"100"})"));
  EXPECT_THAT(linear, HasSubstr(R"("pricePrecision":1,"quantityPrecision":3)"));
  EXPECT_THAT(stand.get("/dapi/v1/exchangeInfo"), HasSubstr(R"("symbols":[])"));
}

TEST(BinanceRest, CandlesAreRowsOfTwelve) {
  Stand stand;
  stand.market("50000", "50001").wait(kMinute);
  EXPECT_THAT(
      stand.get("/api/v3/klines", "symbol=BTCUSDT&interval=1m&limit=2"),
      StartsWith(R"([[1699999980000,"50000.00000000","50000.00000000","50000.00000000","50000.00000000",)"
                 R"("0.00100000",1700000039999,"50.00000000",1,"0.00000000","0.00000000","0"],)"));
}

}  // namespace
}  // namespace kontor::emulator::binance::test
