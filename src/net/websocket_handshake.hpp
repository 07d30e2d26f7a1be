#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "net/websocket_frame.hpp"

namespace kontor::net {

/// Bytes that nobody can foresee, from OpenSSL, a store of them at a time. RFC 6455 wants them in masks, so
/// that what is sent cannot be chosen by who chooses the text.
class RandomBytes {
 public:
  [[nodiscard]] WebSocketMask next_mask();
  /// The value of Sec-WebSocket-Key: 16 bytes in base64.
  [[nodiscard]] std::string next_key();

 private:
  std::array<unsigned char, 4096> store_{};
  std::size_t used_ = sizeof(store_);
};

/// The value of Sec-WebSocket-Accept that answers a key.
[[nodiscard]] std::string websocket_accept(std::string_view key);

}  // namespace kontor::net
