#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "net/utf8.hpp"
#include "net/websocket_frame.hpp"

// Arbitrary bytes as frames of a WebSocket, at either end of it: messages within the limit or a close code,
// never a crash, and the same whether the bytes come at once or in pieces. What was read is written and read
// again. The first byte says which end reads, and how the bytes are cut.

namespace {

using namespace kontor::net;

constexpr std::size_t kLimit = 1'000;

struct Heard {
  WebSocketOpcode opcode{};
  std::string payload;
  bool operator==(const Heard&) const = default;
};

struct Reading {
  std::vector<Heard> messages;
  unsigned close_code = 0;  ///< of a violation; 0: none
  std::size_t left = 0;     ///< bytes that wait for more
  bool operator==(const Reading&) const = default;
};

void check_heard(const Heard& heard) {
  ASSERT(heard.payload.size() <= kLimit && heard.opcode != WebSocketOpcode::continuation);
  if (heard.opcode == WebSocketOpcode::text) ASSERT(is_utf8(heard.payload));
  if (heard.opcode >= WebSocketOpcode::close) ASSERT(heard.payload.size() <= 125);
}

/// Reads the bytes as they would come: `piece` at a time.
Reading read_in_pieces(WebSocketRole role, std::string_view bytes, std::size_t piece) {
  WebSocketReader reader(role, kLimit);
  Reading reading;
  std::string buffer;
  while (true) {
    const auto step = reader.next(buffer);
    if (!step) {
      reading.close_code = step.error().code;
      ASSERT(is_close_code(reading.close_code) && !step.error().text.empty());
      return reading;
    }
    ASSERT(step->consumed <= buffer.size());
    if (step->has_message)
      check_heard(reading.messages.emplace_back(step->opcode, std::string(step->payload)));
    buffer.erase(0, step->consumed);
    if (step->consumed != 0 || step->has_message) continue;
    ASSERT(buffer.size() <= reader.longest_frame());
    reading.left = buffer.size();
    if (bytes.empty()) return reading;
    buffer += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
}

void write_and_read(WebSocketRole role, const Reading& reading) {
  const bool is_masked = role == WebSocketRole::server;
  const std::optional<WebSocketMask> mask =
      is_masked ? std::optional(WebSocketMask{0x12, 0x34, 0x56, 0x78}) : std::nullopt;
  std::string written;
  for (const Heard& heard : reading.messages)
    append_websocket_frame(written, heard.opcode, heard.payload, mask);
  const Reading again = read_in_pieces(role, written, written.size() + 1);
  ASSERT(again.messages == reading.messages && again.close_code == 0 && again.left == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string input(data + 1, data + size);
  const WebSocketRole role = (data[0] & 1U) != 0 ? WebSocketRole::server : WebSocketRole::client;
  const Reading at_once = read_in_pieces(role, input, input.size() + 1);
  const Reading in_pieces = read_in_pieces(role, input, 1U + (data[0] >> 1U));
  ASSERT(at_once.messages == in_pieces.messages && at_once.close_code == in_pieces.close_code);
  write_and_read(role, at_once);
  return 0;
}
