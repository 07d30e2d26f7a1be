#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kontor::net {

/// What a frame is, of RFC 6455, 5.2.
enum class WebSocketOpcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

/// Whose end of a WebSocket this is. Clients mask what they send, servers do not.
enum class WebSocketRole : std::uint8_t { client, server };

using WebSocketMask = std::array<unsigned char, 4>;

/// Appends one whole frame.
void append_websocket_frame(std::string& out, WebSocketOpcode opcode, std::string_view payload,
                            const std::optional<WebSocketMask>& mask);
/// The most that a frame is longer than its payload.
inline constexpr std::size_t kLongestFrameHeader = 14;

/// The payload of a close frame: code, then text, which is cut to what fits.
[[nodiscard]] std::string websocket_close_payload(std::uint16_t code, std::string_view text);

/// Something that RFC 6455 forbids, with the close code that it wants in answer.
struct WebSocketViolation {
  std::uint16_t code = 1002;
  std::string text;  ///< what was expected and found
};

/// Takes messages out of bytes as they come. Messages of one frame are views into those bytes, which are
/// unmasked in place; only what comes in several frames is put together in a buffer of the reader's own,
/// which is kept.
class WebSocketReader {
 public:
  /// `role` is that of the reading end.
  WebSocketReader(WebSocketRole role, std::size_t max_message_bytes) noexcept
      : role_(role), max_message_bytes_(max_message_bytes) {}

  /// One step: a message that is whole (opcode text, binary, ping, pong or close), or nothing yet.
  struct Step {
    std::size_t consumed = 0;  ///< of the bytes; the payload lies in them or in the reader
    bool has_message = false;
    WebSocketOpcode opcode = WebSocketOpcode::continuation;
    std::string_view payload{};  ///< valid until the next step or until the bytes change
  };
  /// Consumed 0 without a message: more bytes are needed.
  [[nodiscard]] std::expected<Step, WebSocketViolation> next(std::span<char> bytes);

  /// More than the bytes of any frame that this reader takes.
  [[nodiscard]] std::size_t longest_frame() const noexcept {
    return max_message_bytes_ + kLongestFrameHeader;
  }

 private:
  struct Head;
  [[nodiscard]] std::expected<std::optional<Head>, WebSocketViolation> read_head(
      std::span<const char> bytes) const;
  [[nodiscard]] std::optional<WebSocketViolation> check(const Head& head) const;
  [[nodiscard]] std::expected<Step, WebSocketViolation> take(const Head& head, std::string_view payload);

  WebSocketRole role_;
  std::size_t max_message_bytes_;
  std::string parts_{};                    ///< of a message in several frames
  std::optional<WebSocketOpcode> open_{};  ///< what that message is
};

/// True where a server may say goodbye with this code (RFC 6455, 7.4).
[[nodiscard]] bool is_close_code(unsigned code) noexcept;

}  // namespace kontor::net
