#include "emulator/bybit/authentication.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "emulator/bybit/signature.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr std::int64_t kDefaultWindow = 5'000;
constexpr std::int64_t kMostAhead = 1'000;

std::optional<std::int64_t> milliseconds_in(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

Checked<KeyOwner> find_owner(const EmulatedVenue& venue, std::string_view key, std::string_view address) {
  const auto owner = venue.exchange().find_key(key);
  if (!owner || !owner->key->enabled) return refusal(10003, "API key is invalid.");
  const auto& addresses = owner->key->addresses;
  if (!addresses.empty() && std::find(addresses.begin(), addresses.end(), address) == addresses.end()) {
    return refusal(10010, "Unmatched IP, please check your API key's bound IP addresses.");
  }
  return *owner;
}

}  // namespace

std::string address_of(std::string_view peer) {
  const std::size_t colon = peer.rfind(':');
  if (colon == std::string_view::npos) return std::string(peer);
  std::string_view host = peer.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return std::string(host);
}

Checked<void> check_time(const EmulatedVenue& venue, std::string_view timestamp,
                         std::string_view receive_window) {
  const auto sent = milliseconds_in(timestamp);
  const auto window =
      receive_window.empty() ? std::optional(kDefaultWindow) : milliseconds_in(receive_window);
  if (!sent) return refusal(10001, "Invalid timestamp.");
  if (!window) return refusal(10001, "Invalid recv_window.");
  const std::int64_t now = milliseconds_of(venue.server_time());
  // Written so that no number a client sends can overflow.
  const bool too_old = *sent < now && now - *sent > *window;
  const bool too_new = *sent > now && *sent - now >= kMostAhead;
  if (!too_old && !too_new) return {};
  return refusal(10002,
                 fmt::format("invalid request, please check your server timestamp or recv_window param. "
                             "req_timestamp[{}],server_timestamp[{}],recv_window[{}]",
                             *sent, now, *window));
}

Checked<KeyOwner> authenticate(const EmulatedVenue& venue, const Proof& proof) {
  if (proof.key.empty() || proof.timestamp.empty() || proof.signature.empty()) {
    return refusal(
        10001,
        fmt::format("empty value: apiTimestamp[{}] apiKey[{}] apiSignature[{}]: openapi sign params error!",
                    proof.timestamp, proof.key, proof.signature));
  }
  TRY(const KeyOwner owner, find_owner(venue, proof.key, proof.address));
  TRY_VOID(check_time(venue, proof.timestamp, proof.receive_window));
  const std::string signed_text =
      fmt::format("{}{}{}{}", proof.timestamp, proof.key, proof.receive_window, proof.payload);
  if (is_signed_by(*owner.key, signed_text, proof.signature)) return owner;
  return refusal(10004, fmt::format("error sign! origin_string[{}]", signed_text));
}

Checked<KeyOwner> authenticate_login(const EmulatedVenue& venue, const LoginProof& proof) {
  const auto expires = milliseconds_in(proof.expires);
  if (proof.key.empty() || proof.signature.empty() || !expires) return refusal(10001, "Params Error");
  TRY(const KeyOwner owner, find_owner(venue, proof.key, proof.address));
  if (*expires <= milliseconds_of(venue.server_time())) return refusal(10001, "Request Expired");
  if (is_signed_by(*owner.key, fmt::format("GET/realtime{}", proof.expires), proof.signature)) return owner;
  return refusal(10004, "error sign!");
}

}  // namespace kontor::emulator::bybit
