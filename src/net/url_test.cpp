#include "net/url.hpp"

#include <gtest/gtest.h>

namespace kontor::net {
namespace {

TEST(Url, APartOfEachKindIsTakenApart) {
  const auto url = Url::parse("https://API.Binance.com:8443/api/v3/time?symbol=BTCUSDT&x=%2F");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "api.binance.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->target, "/api/v3/time?symbol=BTCUSDT&x=%2F");
  EXPECT_TRUE(url->is_secure());
  EXPECT_EQ(url->authority(), "api.binance.com:8443");
  EXPECT_EQ(url->origin(), "https://api.binance.com:8443");
}

TEST(Url, TheSchemeImpliesThePort) {
  const std::vector<std::pair<std::string, std::uint16_t>> ports = {
      {"http", 80}, {"https", 443}, {"ws", 80}, {"wss", 443}, {"HTTPS", 443}};
  for (const auto& [scheme, port] : ports) {
    const auto url = Url::parse(scheme + "://host");
    ASSERT_TRUE(url) << scheme;
    EXPECT_EQ(url->port, port);
    EXPECT_EQ(url->authority(), "host") << "the port that is implied is not written";
  }
  EXPECT_EQ(Url::parse("http://host:443")->authority(), "host:443");
}

TEST(Url, WhereThereIsNoPathThereIsTheRoot) {
  EXPECT_EQ(Url::parse("https://host")->target, "/");
  EXPECT_EQ(Url::parse("https://host?a=1")->target, "/?a=1");
  EXPECT_EQ(Url::parse("https://host/")->target, "/");
}

TEST(Url, AnAddressOfVersion6LosesItsBracketsAndGetsThemBack) {
  const auto url = Url::parse("ws://[::1]:9001/x");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 9001);
  EXPECT_EQ(url->authority(), "[::1]:9001");
  EXPECT_EQ(Url::parse("ws://[::1]")->authority(), "[::1]");
}

TEST(Url, WhatIsNoneOfThoseIsRefused) {
  for (const char* const wrong :
       {"", "host/path", "ftp://host/", "https://", "https:///path", "https://host:0/", "https://host:65536/",
        "https://host:/", "https://host:12x/", "https://user@host/", "https://user:word@host/",
        "https://host/#part", "https://ho st/", "https://host/a b", "https://host/\r\nX: y", "https://[::1/",
        "https://::1/", "https://[::1]x/", "https://h\x7f/"}) {
    const auto url = Url::parse(wrong);
    ASSERT_FALSE(url) << wrong;
    EXPECT_EQ(url.error().kind, ErrorKind::usage);
  }
}

TEST(Url, AnAtSignInThePathIsNoUserName) {
  EXPECT_EQ(Url::parse("wss://host/ws/btcusdt@trade")->host, "host");
}

}  // namespace
}  // namespace kontor::net
