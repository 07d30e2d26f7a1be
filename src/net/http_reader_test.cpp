#include "net/http_reader.hpp"

#include <gtest/gtest.h>

namespace kontor::net {
namespace {

constexpr HttpReaderLimits kSmall{.header_bytes = 200, .body_bytes = 10};

/// The body of an answer that comes byte by byte.
std::string body_of(std::string_view answer) {
  HttpReader reader(HttpReader::Kind::response, kSmall);
  std::string waiting;
  for (const char c : answer) {
    waiting.push_back(c);
    const auto used = reader.feed(waiting);
    if (!used) return used.error().message;
    waiting.erase(0, *used);
  }
  return reader.is_done() ? reader.take_body() : "not done";
}

TEST(HttpReader, AMessageComesInPieces) {
  EXPECT_EQ(body_of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), "{}");
  constexpr std::string_view kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(body_of(std::string(kChunked) + "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"), "{}");
  EXPECT_EQ(body_of(std::string(kChunked) + "0\r\n\r\n"), "");
  EXPECT_EQ(body_of(std::string(kChunked) + "0\r\nA: b\r\n\r\n"), "");
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
