#include "net/websocket_frame.hpp"

#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "net/utf8.hpp"
#include "net/websocket_handshake.hpp"

namespace kontor::net {
namespace {

std::string unmasked(WebSocketOpcode opcode, std::string_view payload) {
  std::string out;
  append_websocket_frame(out, opcode, payload, std::nullopt);
  return out;
}

TEST(WebSocketFrame, TheExamplesOfTheStandardAreWrittenAsThere) {
  // RFC 6455, 5.7.
  EXPECT_EQ(unmasked(WebSocketOpcode::text, "Hello"), "\x81\x05Hello");
  std::string masked;
  append_websocket_frame(masked, WebSocketOpcode::text, "Hello", WebSocketMask{0x37, 0xfa, 0x21, 0x3d});
  EXPECT_EQ(masked, std::string("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11));
  EXPECT_EQ(unmasked(WebSocketOpcode::binary, std::string(256, 'x')).substr(0, 4),
            std::string("\x82\x7E\x01\x00", 4));
  EXPECT_EQ(unmasked(WebSocketOpcode::binary, std::string(65536, 'x')).substr(0, 10),
            std::string("\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10));
}

TEST(WebSocketFrame, TheKeyOfTheStandardIsAnsweredAsThere) {
  EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  RandomBytes random;
  const std::string key = random.next_key();
  EXPECT_EQ(key.size(), 24U);
  EXPECT_NE(key, random.next_key());
}

/// Writes messages in random parts, reads them in random pieces, and compares.
void expect_round_trip(std::uint64_t seed, WebSocketRole reader_role) {
  Prng random(seed);
  const bool masks = reader_role == WebSocketRole::server;
  std::vector<std::pair<WebSocketOpcode, std::string>> sent;
  std::string bytes;
  for (std::uint64_t n = 1 + random.below(8); n > 0; --n) {
    std::string payload;
    const std::uint64_t size = random.below(3) == 0 ? random.below(70'000) : random.below(200);
    for (std::uint64_t i = 0; i < size; ++i) payload.push_back(static_cast<char>(random.below(256)));
    const WebSocketMask mask{static_cast<unsigned char>(random.below(256)), 1, 2, 3};
    const auto put = [&](WebSocketOpcode opcode, std::string_view text, bool is_final) {
      const std::size_t at = bytes.size();
      append_websocket_frame(bytes, opcode, text, masks ? std::optional(mask) : std::nullopt);
      if (!is_final) bytes[at] = static_cast<char>(bytes[at] & 0x7F);
    };
    if (random.below(2) == 0) {
      put(WebSocketOpcode::binary, payload, true);
      sent.emplace_back(WebSocketOpcode::binary, payload);
      continue;
    }
    const std::size_t cut = random.below(payload.size() + 1);
    put(WebSocketOpcode::binary, std::string_view(payload).substr(0, cut), false);
    put(WebSocketOpcode::ping, "between", true);
    sent.emplace_back(WebSocketOpcode::ping, "between");
    put(WebSocketOpcode::continuation, std::string_view(payload).substr(cut), true);
    sent.emplace_back(WebSocketOpcode::binary, payload);
  }
  WebSocketReader reader(reader_role, 100'000);
  std::vector<std::pair<WebSocketOpcode, std::string>> heard;
  std::string held;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t piece = std::min<std::size_t>(1 + random.below(5'000), bytes.size() - at);
    held.append(bytes, at, piece);
    at += piece;
    for (;;) {
      const auto step = reader.next(held);
      ASSERT_TRUE(step) << step.error().text;
      if (step->consumed == 0) break;
      if (step->has_message) heard.emplace_back(step->opcode, step->payload);
      held.erase(0, step->consumed);
    }
  }
  EXPECT_EQ(heard, sent);
  EXPECT_TRUE(held.empty());
}

TEST(WebSocketFrame, WhateverIsSentInWhateverPiecesIsHeardAsItWas) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    expect_round_trip(seed, WebSocketRole::client);
    expect_round_trip(seed, WebSocketRole::server);
  }
}

TEST(WebSocketFrame, AnyBytesAreReadOrRefusedAndNeverMoreIsTakenThanIsThere) {
  Prng random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes;
    for (std::uint64_t i = random.below(24); i > 0; --i)
      bytes.push_back(static_cast<char>(random.below(256)));
    WebSocketReader reader(random.below(2) == 0 ? WebSocketRole::client : WebSocketRole::server, 64);
    std::span<char> rest(bytes);
    for (;;) {
      const auto step = reader.next(rest);
      if (!step || step->consumed == 0) break;
      ASSERT_LE(step->consumed, rest.size());
      rest = rest.subspan(step->consumed);
    }
  }
}

TEST(WebSocketFrame, AGoodbyeFitsIntoItsFrameAndCutsNoCharacter) {
  EXPECT_EQ(websocket_close_payload(1000, ""), std::string("\x03\xE8", 2));
  std::string text;
  for (int i = 0; i < 100; ++i) text += "é";
  const std::string payload = websocket_close_payload(1001, text);
  EXPECT_EQ(payload.size(), 124U) << "61 characters of two bytes, and the code";
  EXPECT_TRUE(is_utf8(payload.substr(2)));
}

TEST(WebSocketFrame, OnlyCodesOfTheStandardSayGoodbye) {
  for (const unsigned code : {1000U, 1001U, 1011U, 1012U, 3000U, 4999U})
    EXPECT_TRUE(is_close_code(code)) << code;
  for (const unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 2999U, 5000U}) {
    EXPECT_FALSE(is_close_code(code)) << code;
  }
}

}  // namespace
}  // namespace kontor::net
