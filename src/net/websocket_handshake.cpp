#include "net/websocket_handshake.hpp"

#include <cstring>
#include <span>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/assert.hpp"

namespace kontor::net {
namespace {

/// Of at most 45 bytes.
std::string in_base64(std::span<const unsigned char> bytes) {
  std::array<unsigned char, 64> text{};  // EVP_EncodeBlock ends its text with a zero
  ASSERT(4 * ((bytes.size() + 2) / 3) < text.size());
  const int size = EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(bytes.size()));
  return {text.begin(), text.begin() + size};
}

}  // namespace

WebSocketMask RandomBytes::next_mask() {
  WebSocketMask mask{};
  if (store_.size() - used_ < mask.size()) {
    // Without chance there is no protocol; the library has none only where the system has none.
    ASSERT(RAND_bytes(store_.data(), static_cast<int>(store_.size())) == 1);
    used_ = 0;
  }
  std::memcpy(mask.data(), store_.data() + used_, mask.size());
  used_ += mask.size();
  return mask;
}

std::string RandomBytes::next_key() {
  std::array<unsigned char, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); i += 4) {
    const WebSocketMask part = next_mask();
    std::memcpy(bytes.data() + i, part.data(), part.size());
  }
  return in_base64(bytes);
}

std::string websocket_accept(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  ASSERT(EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) == 1);
  return in_base64(std::span(digest).first(size));
}

}  // namespace kontor::net
