#include "venue/bybit/sign.hpp"

#include <gtest/gtest.h>

#include "venue/bybit/bybit_test_support.hpp"

namespace kontor::bybit {
namespace {

constexpr std::int64_t kSignedAtMs = 1'700'000'000'000;

TEST(BybitSign, AQueryIsSignedAsPublished) {
  EXPECT_EQ(request_signature("category=linear&symbol=BTCUSDT", kSignedAtMs, test::test_credentials()),
            "fd4f31228a46109dc6673062328693696df9a96c7ff04e6491a45e7f63a0fdd7");
}

TEST(BybitSign, ABodyIsSignedAsPublished) {
  constexpr std::string_view body =
      R"({"category": "linear", "symbol": "BTCUSDT", "orderLinkId": "test-order-1"})";
  EXPECT_EQ(request_signature(body, kSignedAtMs, test::test_credentials()),
            "2df4a0603d69c08d5dea29ba85b46eb7db64ce9e9ebd34a7802a3d69700cb2a1");
}

TEST(BybitSign, SigningInIsSignedAsPublished) {
  EXPECT_EQ(sign_in_signature(kSignedAtMs, "test_secret"),
            "bacffe7500499eb829bb58c45d36d1b3e5ac67c14eaeba91df5e99ccee013925");
}

TEST(BybitSign, APrivateQuestionCarriesTheSignatureOfItsQuery) {
  BybitProtocol protocol;
  const auto request =
      protocol.encode(venue::GetFees{"BTCUSDT"}, test::request_context(venue::Product::linear));
  ASSERT_TRUE(request);
  // The path is not part of the text: this is the published query.
  EXPECT_EQ(request->url, "https://api.bybit.com/v5/account/fee-rate?category=linear&symbol=BTCUSDT");
  ASSERT_EQ(request->headers.size(), 4U);
  EXPECT_EQ(request->headers[0].name, "X-BAPI-API-KEY");
  EXPECT_EQ(request->headers[0].value, "test_api_key");
  EXPECT_EQ(request->headers[1].name, "X-BAPI-TIMESTAMP");
  EXPECT_EQ(request->headers[1].value, "1700000000000");
  EXPECT_EQ(request->headers[2].name, "X-BAPI-RECV-WINDOW");
  EXPECT_EQ(request->headers[2].value, "5000");
  EXPECT_EQ(request->headers[3].name, "X-BAPI-SIGN");
  EXPECT_EQ(request->headers[3].value, "fd4f31228a46109dc6673062328693696df9a96c7ff04e6491a45e7f63a0fdd7");
  EXPECT_TRUE(request->body.empty());
}

TEST(BybitSign, APostIsSignedOverTheBodyThatIsSent) {
  BybitProtocol protocol;
  const auto request = protocol.encode(venue::CancelOne{{.symbol = "BTCUSDT", .client_order_id = "a"}},
                                       test::request_context(venue::Product::linear));
  ASSERT_TRUE(request);
  ASSERT_EQ(request->headers.size(), 5U);
  EXPECT_EQ(request->headers[3].value,
            request_signature(request->body, kSignedAtMs, test::test_credentials()));
  EXPECT_EQ(request->headers[4].name, "Content-Type");
  EXPECT_EQ(request->headers[4].value, "application/json");
}

TEST(BybitSign, APublicQuestionIsNotSigned) {
  BybitProtocol protocol;
  venue::RequestContext context{.product = venue::Product::spot};
  const auto request = protocol.encode(venue::GetServerTime{}, context);
  ASSERT_TRUE(request);
  EXPECT_TRUE(request->headers.empty());
}

TEST(BybitSign, WithoutAKeyNothingPrivateIsAsked) {
  BybitProtocol protocol;
  venue::RequestContext context{.product = venue::Product::spot, .clock = 1};
  const auto request = protocol.encode(venue::GetBalance{}, context);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().kind, ErrorKind::usage);
  EXPECT_EQ(request.error().message, "bybit spot needs a key to sign this with, there is none");
}

TEST(BybitSign, AnotherAddressReplacesTheVenuesOwn) {
  BybitProtocol protocol;
  venue::Endpoints local;
  local.rest = "http://127.0.0.1:9000/";
  venue::RequestContext context{.product = venue::Product::spot, .endpoints = &local};
  const auto request = protocol.encode(venue::GetServerTime{}, context);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url, "http://127.0.0.1:9000/v5/market/time");
}

}  // namespace
}  // namespace kontor::bybit
