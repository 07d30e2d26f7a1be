#include "emulator/binance/signature.hpp"

#include <gtest/gtest.h>

#include "emulator/binance/gate.hpp"

namespace kontor::emulator::binance {
namespace {

constexpr std::string_view kPublishedSecret =
    "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";

// The venue's documentation publishes secret, payload and signature.
TEST(BinanceSignature, ThePublishedExamplesComeOut) {
  EXPECT_EQ(
      hmac_sha256(kPublishedSecret,
                  "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&"
                  "timestamp=1499827319559"),
      "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71");
  EXPECT_EQ(hmac_sha256(kPublishedSecret, "timestamp=1578963600000"),
            "d84e6641b1e328e7b418fff030caed655c266299c9355e36ce801ed14631eed4");
}

TEST(BinanceSignature, AnotherSecretPayloadOrLengthIsRefused) {
  const ApiKey key{.key = "a", .secret = std::string(kPublishedSecret)};
  const std::string good = hmac_sha256(kPublishedSecret, "a=1");
  EXPECT_TRUE(is_signed_by(key, "a=1", good));
  EXPECT_FALSE(is_signed_by(key, "a=2", good));
  EXPECT_FALSE(is_signed_by(key, "a=1", good.substr(1)));
  EXPECT_FALSE(is_signed_by(key, "a=1", ""));
  EXPECT_FALSE(is_signed_by({.key = "a", .secret = "other"}, "a=1", good));
}

// RFC 8032, 7.1, test 1: the empty message.
TEST(BinanceSignature, AnEd25519KeySignsToo) {
  ApiKey key{.key = "a"};
  key.public_key_pem =
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
      "-----END PUBLIC KEY-----\n";
  constexpr std::string_view kGood =
      "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==";
  EXPECT_TRUE(is_signed_by(key, "", kGood));
  EXPECT_FALSE(is_signed_by(key, "x", kGood));
  EXPECT_FALSE(is_signed_by(key, "", "AAAA"));
  EXPECT_FALSE(is_signed_by(key, "", "no base64"));
}

TEST(BinanceSignature, WhatIsSignedLeavesTheSignatureOut) {
  EXPECT_EQ(without_signature("a=1&b=2&signature=ff"), "a=1&b=2");
  EXPECT_EQ(without_signature("signature=ff&a=1"), "a=1");
  EXPECT_EQ(without_signature("a=1"), "a=1");
}

}  // namespace
}  // namespace kontor::emulator::binance
