#include "net/websocket_frame.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "net/utf8.hpp"

namespace kontor::net {
namespace {

constexpr unsigned kFinal = 0x80;
constexpr unsigned kReserved = 0x70;
constexpr unsigned kMasked = 0x80;
constexpr std::size_t kLongestControl = 125;
constexpr std::size_t kMaskBytes = 4;

unsigned byte_at(std::span<const char> bytes, std::size_t i) noexcept {
  return static_cast<unsigned char>(bytes[i]);
}

bool is_control(WebSocketOpcode opcode) noexcept { return opcode >= WebSocketOpcode::close; }

bool is_opcode(unsigned code) noexcept { return code <= 2 || (code >= 8 && code <= 10); }

std::unexpected<WebSocketViolation> violation(std::string text) {
  return std::unexpected(WebSocketViolation{1002, std::move(text)});
}

WebSocketViolation too_large(std::size_t limit, std::uint64_t found) {
  return {1009, fmt::format("expected a message of at most {} bytes, found {}", limit, found)};
}

/// Eight bytes at a time; the rest one by one.
void apply_mask(std::span<char> bytes, const WebSocketMask& mask) noexcept {
  std::uint64_t wide = 0;
  std::memcpy(&wide, mask.data(), kMaskBytes);
  std::memcpy(reinterpret_cast<char*>(&wide) + kMaskBytes, mask.data(), kMaskBytes);
  std::size_t i = 0;
  for (; i + sizeof(wide) <= bytes.size(); i += sizeof(wide)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof(word));
    word ^= wide;
    std::memcpy(bytes.data() + i, &word, sizeof(word));
  }
  for (; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ mask[i % 4]);
}

void append_length(std::string& out, std::size_t length, unsigned mask_bit) {
  const auto append_big_endian = [&](int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      out.push_back(
          static_cast<char>((static_cast<std::uint64_t>(length) >> static_cast<unsigned>(shift)) & 0xFFU));
    }
  };
  if (length <= kLongestControl) {
    out.push_back(static_cast<char>(mask_bit | length));
  } else if (length <= 0xFFFF) {
    out.push_back(static_cast<char>(mask_bit | 126U));
    append_big_endian(2);
  } else {
    out.push_back(static_cast<char>(mask_bit | 127U));
    append_big_endian(8);
  }
}

std::expected<void, WebSocketViolation> check_close(std::string_view payload) {
  if (payload.empty()) return {};
  if (payload.size() == 1) return violation("expected a close code of two bytes, found one");
  const unsigned code = byte_at(payload, 0) << 8U | byte_at(payload, 1);
  if (!is_close_code(code))
    return violation(fmt::format("expected a close code of RFC 6455, found {}", code));
  if (!is_utf8(payload.substr(2))) {
    return std::unexpected(WebSocketViolation{1007, "expected a goodbye in UTF-8, found other bytes"});
  }
  return {};
}

}  // namespace

void append_websocket_frame(std::string& out, WebSocketOpcode opcode, std::string_view payload,
                            const std::optional<WebSocketMask>& mask) {
  out.push_back(static_cast<char>(kFinal | static_cast<unsigned>(opcode)));
  append_length(out, payload.size(), mask ? kMasked : 0U);
  if (!mask) {
    out.append(payload);
    return;
  }
  for (const unsigned char byte : *mask) out.push_back(static_cast<char>(byte));
  const std::size_t start = out.size();
  out.append(payload);
  apply_mask(std::span(out).subspan(start), *mask);
}

std::string websocket_close_payload(std::uint16_t code, std::string_view text) {
  std::string payload;
  payload.push_back(static_cast<char>(code >> 8U));
  payload.push_back(static_cast<char>(code & 0xFFU));
  text = text.substr(0, kLongestControl - 2);
  while (!is_utf8(text)) text.remove_suffix(1);  // a character that was cut through; ends, "" is UTF-8
  payload.append(text);
  return payload;
}

bool is_close_code(unsigned code) noexcept {
  if (code >= 3000) return code < 5000;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

struct WebSocketReader::Head {
  WebSocketOpcode opcode = WebSocketOpcode::text;
  bool is_final = true;
  bool is_masked = false;
  std::uint64_t length = 0;
  std::size_t size = 0;  ///< of the head itself
  WebSocketMask mask{};
};

std::expected<std::optional<WebSocketReader::Head>, WebSocketViolation> WebSocketReader::read_head(
    std::span<const char> bytes) const {
  if (bytes.size() < 2) return std::nullopt;
  const unsigned first = byte_at(bytes, 0);
  const unsigned second = byte_at(bytes, 1);
  if ((first & kReserved) != 0) return violation("expected no extensions, found reserved bits");
  if (!is_opcode(first & 0x0FU)) return violation(fmt::format("expected an opcode, found {}", first & 0x0FU));
  Head head{.opcode = static_cast<WebSocketOpcode>(first & 0x0FU),
            .is_final = (first & kFinal) != 0,
            .is_masked = (second & kMasked) != 0};
  const unsigned length = second & 0x7FU;
  const std::size_t length_bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
  head.size = 2 + length_bytes + (head.is_masked ? kMaskBytes : 0);
  if (bytes.size() < head.size) return std::nullopt;
  if (length_bytes == 0) head.length = length;
  for (std::size_t i = 0; i < length_bytes; ++i) head.length = head.length << 8U | byte_at(bytes, 2 + i);
  if (head.is_masked) std::memcpy(head.mask.data(), bytes.data() + 2 + length_bytes, kMaskBytes);
  return head;
}

std::optional<WebSocketViolation> WebSocketReader::check(const Head& head) const {
  if (head.is_masked != (role_ == WebSocketRole::server)) {
    return WebSocketViolation{1002, role_ == WebSocketRole::server
                                        ? "expected a masked frame, found one that is not"
                                        : "expected a frame without a mask, found one"};
  }
  if (is_control(head.opcode)) {
    if (!head.is_final)
      return WebSocketViolation{1002, "expected a control frame in one piece, found a part"};
    if (head.length <= kLongestControl) return std::nullopt;
    return WebSocketViolation{1002, fmt::format("expected a control frame of at most {} bytes, found {}",
                                                kLongestControl, head.length)};
  }
  const bool continues = head.opcode == WebSocketOpcode::continuation;
  if (continues && !open_)
    return WebSocketViolation{1002, "expected a message, found a continuation of none"};
  if (!continues && open_) return WebSocketViolation{1002, "expected the rest of a message, found another"};
  if (head.length > max_message_bytes_ || parts_.size() > max_message_bytes_ - head.length) {
    return too_large(max_message_bytes_,
                     head.length > max_message_bytes_ ? head.length : parts_.size() + head.length);
  }
  return std::nullopt;
}

std::expected<WebSocketReader::Step, WebSocketViolation> WebSocketReader::next(std::span<char> bytes) {
  if (!open_) parts_.clear();
  auto head = read_head(bytes);
  if (!head) return std::unexpected(std::move(head).error());
  if (!*head) return Step{};
  if (auto wrong = check(**head)) return std::unexpected(*std::move(wrong));
  const auto length = static_cast<std::size_t>((*head)->length);
  if (bytes.size() - (*head)->size < length) return Step{};
  const auto payload = bytes.subspan((*head)->size, length);
  if ((*head)->is_masked) apply_mask(payload, (*head)->mask);
  return take(**head, {payload.data(), payload.size()});
}

std::expected<WebSocketReader::Step, WebSocketViolation> WebSocketReader::take(const Head& head,
                                                                               std::string_view payload) {
  Step step{
      .consumed = head.size + payload.size(), .has_message = true, .opcode = head.opcode, .payload = payload};
  if (head.opcode == WebSocketOpcode::close) {
    if (auto checked = check_close(payload); !checked) return std::unexpected(std::move(checked).error());
    return step;
  }
  if (is_control(head.opcode)) return step;
  if (open_ || !head.is_final) {
    if (!open_) open_ = head.opcode;
    parts_.append(payload);
    if (!head.is_final) return Step{.consumed = step.consumed};
    step.opcode = *open_;
    step.payload = parts_;
    open_.reset();
  }
  if (step.opcode == WebSocketOpcode::text && !is_utf8(step.payload)) {
    return std::unexpected(WebSocketViolation{1007, "expected a text in UTF-8, found other bytes"});
  }
  return step;
}

}  // namespace kontor::net
