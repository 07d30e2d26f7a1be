#include "emulator/bybit/rest.hpp"

#include <gmock/gmock.h>

#include "emulator/bybit/bybit_test_support.hpp"

namespace kontor::emulator::bybit {
namespace {

using test::Bench;
using test::member;
using test::number_member;
using testing::HasSubstr;

constexpr std::string_view kInfo = "/v5/account/info";
constexpr std::string_view kRestingOrder =
    R"("side":"Buy","orderType":"Limit","qty":"0.01","price":"49000.0")";

std::int64_t code_of(const RestReply& reply) { return number_member(reply.response.body, "retCode"); }

TEST(BybitRest, AnswersInTheVenuesEnvelope) {
  Bench bench;
  const RestReply reply = bench.send(bench.request("GET", "/v5/market/time"));
  EXPECT_EQ(reply.response.status, 200U);
  EXPECT_EQ(
      reply.response.body,
      R"({"retCode":0,"retMsg":"OK","result":{"timeSecond":"1700000000","timeNano":"1700000000000000000"},)"
      R"("retExtInfo":{},"time":1700000000000})");
  EXPECT_EQ(reply.response.header("content-type"), "application/json; charset=utf-8");
  EXPECT_EQ(reply.response.header("Traceid").size(), 32U);
}

TEST(BybitRest, KnowsItsPaths) {
  Bench bench;
  const RestReply unknown = bench.send(bench.request("GET", "/v5/market/nothing"));
  EXPECT_EQ(unknown.response.status, 404U);
  EXPECT_EQ(code_of(unknown), 10017);
  EXPECT_EQ(bench.send(bench.request("GET", "/v5/order/create")).response.status, 400U);
}

TEST(BybitRest, AsksForAProof) {
  Bench bench;
  const auto signed_one = bench.signed_request(bench.request("GET", std::string(kInfo)));
  EXPECT_EQ(code_of(bench.send(signed_one)), 0);
  EXPECT_EQ(code_of(bench.send(bench.request("GET", std::string(kInfo)))), 10001);
  const auto with = [&](std::size_t header, std::string value) {
    auto changed = signed_one;
    changed.headers[header].value = std::move(value);
    return code_of(bench.send(changed));
  };
  EXPECT_EQ(with(0, "nobody"), 10003);
  EXPECT_EQ(with(3, std::string(64, 'a')), 10004);
  EXPECT_EQ(with(1, "yesterday"), 10001);
  auto other_query = signed_one;
  other_query.target += "?a=1";
  EXPECT_EQ(code_of(bench.send(other_query)), 10004);
  EXPECT_TRUE(bench.venue->exchange().set_key_enabled(test::kKey, false));
  EXPECT_EQ(code_of(bench.send(signed_one)), 10003);
}

TEST(BybitRest, TakesTimesOfItsWindowOnly) {
  Bench bench;
  const auto request = bench.signed_request(bench.request("GET", std::string(kInfo)));
  const auto later = [&](DurationNs elapsed) {
    bench.wait(elapsed);
    return code_of(bench.send(request));
  };
  EXPECT_EQ(later(5 * kSecond), 0);
  EXPECT_EQ(later(kMillisecond), 10002);
}

TEST(BybitRest, RefusesTimesAheadByASecond) {
  Bench bench;
  bench.now += 999 * kMillisecond;
  const auto near = bench.signed_request(bench.request("GET", std::string(kInfo)));
  bench.now += kMillisecond;
  const auto far = bench.signed_request(bench.request("GET", std::string(kInfo)));
  EXPECT_EQ(code_of(bench.send(near)), 0);
  EXPECT_EQ(code_of(bench.send(far)), 10002);
}

TEST(BybitRest, HoldsKeysToTheirAddressesAndPermissions) {
  Bench bench({}, {.spot = true, .linear = false});
  EXPECT_EQ(bench.code_of("spot", R"("side":"Buy","orderType":"Limit","qty":"0.01","price":"49000")"), 0);
  EXPECT_EQ(bench.code_of("linear", kRestingOrder), 10005);
  ApiKey bound;
  bound.key = "bound";
  bound.secret = test::kSecret;
  bound.addresses = {"10.0.0.1"};
  ASSERT_TRUE(bench.venue->exchange().add_key(bench.account, bound));
  auto request = bench.signed_request(bench.request("GET", std::string(kInfo)));
  request.headers[0].value = "bound";
  EXPECT_EQ(code_of(bench.send(request)), 10010);
}

TEST(BybitRest, TellsItsLimitsAndHoldsThem) {
  Bench bench;
  for (int i = 0; i < 10; ++i) {
    const RestReply reply = bench.send(bench.signed_request(
        bench.request("POST", "/v5/order/create", Bench::order("linear", kRestingOrder))));
    EXPECT_EQ(reply.response.header("X-Bapi-Limit"), "10");
    EXPECT_EQ(reply.response.header("X-Bapi-Limit-Status"), std::to_string(9 - i));
  }
  EXPECT_EQ(bench.code_of("linear", kRestingOrder), 10006);
  // Spot has a limit of its own, and the second passes.
  EXPECT_EQ(bench.code_of("spot", R"("side":"Buy","orderType":"Limit","qty":"0.01","price":"49000")"), 0);
  bench.wait(1'001 * kMillisecond);
  EXPECT_EQ(bench.code_of("linear", kRestingOrder), 0);
}

TEST(BybitRest, BansAnAddressThatAsksTooOften) {
  Bench bench;
  for (int i = 0; i < 600; ++i)
    EXPECT_EQ(bench.send(bench.request("GET", "/v5/market/time")).response.status, 200U);
  EXPECT_EQ(bench.send(bench.request("GET", "/v5/market/time")).response.status, 403U);
  bench.wait(9 * kMinute);
  EXPECT_EQ(bench.send(bench.request("GET", "/v5/market/time")).response.status, 403U);
  bench.wait(2 * kMinute);
  EXPECT_EQ(bench.send(bench.request("GET", "/v5/market/time")).response.status, 200U);
}

TEST(BybitRest, AcceptsAnOrderThatItDoesNotAnswerFor) {
  Bench bench("accept_then_503=1");
  const RestReply reply = bench.send(
      bench.signed_request(bench.request("POST", "/v5/order/create", Bench::order("linear", kRestingOrder))));
  EXPECT_EQ(reply.action, ReplyAction::server_error);
  EXPECT_EQ(reply.response.status, 503U);
  EXPECT_EQ(bench.venue->exchange().open_orders(bench.account, Product::linear, std::nullopt).size(), 1U);
}

TEST(BybitRest, FailsAsTheFaultSwitchSays) {
  const auto status_with = [](std::string faults) {
    Bench bench(std::move(faults));
    return bench.send(bench.request("GET", "/v5/market/time")).response.status;
  };
  EXPECT_EQ(status_with("http_429=1"), 429U);
  EXPECT_EQ(status_with("http_418=1"), 403U);
  EXPECT_EQ(status_with("http_5xx=1"), 503U);
  EXPECT_EQ(status_with("html_reply=1"), 502U);
  Bench rejecting("reject=1");
  EXPECT_EQ(rejecting.code_of("linear", kRestingOrder), 110066);
  EXPECT_EQ(rejecting.venue->exchange().open_orders(rejecting.account, Product::linear, std::nullopt).size(),
            0U);
  Bench closed("maintenance=30s@1s");
  closed.wait(2 * kSecond);
  const RestReply reply = closed.send(closed.request("GET", "/v5/market/time"));
  EXPECT_EQ(reply.response.status, 503U);
  EXPECT_EQ(reply.response.header("Retry-After"), "29");
}

TEST(BybitRest, ShowsAClockThatIsWrong) {
  Bench bench("clock_skew_ms=60000");
  EXPECT_THAT(bench.get("/v5/market/time"), HasSubstr(R"("timeSecond":"1700000060")"));
  EXPECT_EQ(number_member(bench.ask(std::string(kInfo)), "retCode"), 10002);
}

}  // namespace
}  // namespace kontor::emulator::bybit
