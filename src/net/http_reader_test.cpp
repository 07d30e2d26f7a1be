#include "net/http_reader.hpp"

#include <gtest/gtest.h>

namespace kontor::net {
namespace {

constexpr HttpReaderLimits kSmall{.header_bytes = 200, .body_bytes = 10};

TEST(HttpReader, AMessageComesInPieces) {
  HttpReader reader(HttpReader::Kind::response, kSmall);
  std::string waiting;
  for (const char c : std::string_view("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) {
    waiting.push_back(c);
    const auto used = reader.feed(waiting);
    ASSERT_TRUE(used);
    waiting.erase(0, *used);
  }
  ASSERT_TRUE(reader.is_done());
  EXPECT_EQ(reader.status(), 200U);
  EXPECT_EQ(reader.take_body(), "{}");
}

TEST(HttpReader, AnEndIsAnErrorWhereverItComes) {
  HttpReader nothing(HttpReader::Kind::request, kSmall);
  EXPECT_EQ(nothing.finish().error().kind, ErrorKind::bad_data);
  HttpReader half(HttpReader::Kind::response, kSmall);
  ASSERT_TRUE(half.feed("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{"));
  EXPECT_EQ(half.finish().error().kind, ErrorKind::bad_data);
  HttpReader open_ended(HttpReader::Kind::response, kSmall);
  ASSERT_TRUE(open_ended.feed("HTTP/1.1 200 OK\r\n\r\n{}"));
  EXPECT_TRUE(open_ended.finish());
}

TEST(HttpReader, WhatIsTooLargeIsRefused) {
  HttpReader body(HttpReader::Kind::response, kSmall);
  EXPECT_EQ(body.feed("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n").error().kind, ErrorKind::overflow);
  HttpReader header(HttpReader::Kind::response, kSmall);
  EXPECT_EQ(header.feed("HTTP/1.1 200 OK\r\nA: " + std::string(300, 'b')).error().kind, ErrorKind::overflow);
}

}  // namespace
}  // namespace kontor::net
