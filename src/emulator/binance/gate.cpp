#include "emulator/binance/gate.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/binance/number_text.hpp"
#include "emulator/binance/signature.hpp"

namespace kontor::emulator::binance {
namespace {

constexpr DurationNs kReceiveWindow = 5 * kSecond;
constexpr DurationNs kLongestWindow = 60 * kSecond;
constexpr DurationNs kAheadTolerance = kSecond;
constexpr std::size_t kLongestKey = 128;

bool is_key_text(std::string_view key) noexcept {
  return !key.empty() && key.size() <= kLongestKey && std::ranges::all_of(key, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  });
}

std::unexpected<ApiError> rejected_key() {
  return refuse(-2015, "Invalid API-key, IP, or permissions for action.", 401);
}

bool may_use(const ApiKey& key, const Endpoint& endpoint, std::string_view address) {
  if (!key.enabled || !key.permissions.read) return false;
  const bool is_listed =
      key.addresses.empty() || std::ranges::find(key.addresses, address) != key.addresses.end();
  if (!is_listed) return false;
  return endpoint.security != Security::signed_trade || key.permissions.may_trade(endpoint.product);
}

/// Milliseconds with up to three places.
Answer<DurationNs> receive_window(const Parameters& parameters) {
  TRY(const auto window, parameters.decimal("recvWindow"));
  if (!window) return kReceiveWindow;
  const auto exact = window->rescaled(6, Rounding::down);
  if (!exact || exact->units > kLongestWindow) return refuse(-1131, "recvWindow must be less than 60000");
  return exact->units;
}

Answer<void> check_time(const Service& service, const Parameters& parameters) {
  TRY(const DurationNs window, receive_window(parameters));
  TRY(const auto timestamp, parameters.time("timestamp"));
  if (!timestamp) return missing_parameter("timestamp");
  const TimeNs now = service.now();
  if (*timestamp >= now + kAheadTolerance)
    return refuse(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  if (now - *timestamp > window)
    return refuse(-1021, "Timestamp for this request is outside of the recvWindow.");
  return {};
}

std::string_view interval_word(DurationNs interval) noexcept {
  if (interval % kDay == 0) return "DAY";
  return interval % kMinute == 0 ? "MINUTE" : "SECOND";
}

DurationNs interval_unit(DurationNs interval) noexcept {
  if (interval % kDay == 0) return kDay;
  return interval % kMinute == 0 ? kMinute : kSecond;
}

}  // namespace

Answer<Identity> identify(Service& service, const Endpoint& endpoint, const Parameters& parameters,
                          const Claim& claim) {
  if (endpoint.security == Security::none) return Identity{};
  if (!is_key_text(claim.key)) return refuse(-2014, "API-key format invalid.", 401);
  const auto owner = service.exchange().find_key(claim.key);
  if (!owner || !may_use(*owner->key, endpoint, claim.address)) return rejected_key();
  const Identity identity{owner->account, true};
  if (endpoint.security == Security::key) return identity;
  if (claim.signature.empty()) return missing_parameter("signature");
  TRY_VOID(check_time(service, parameters));
  if (!is_signed_by(*owner->key, claim.payload, claim.signature))
    return refuse(-1022, "Signature for this request is not valid.");
  return identity;
}

ApiError limit_error(const LimitVerdict& verdict) {
  ApiError error{.status = 429, .code = -1003, .text = {}, .retry_after_ns = verdict.retry_after_ns};
  if (verdict.answer == LimitAnswer::banned) {
    error.status = 418;
    error.text = fmt::format(
        "Way too much request weight used; IP banned until {}. Please use WebSocket Streams for live updates "
        "to avoid bans.",
        milliseconds(verdict.banned_until));
    return error;
  }
  if (verdict.violated == nullptr) {
    error.text = "Too many requests queued.";
    return error;
  }
  const LimitRule& rule = *verdict.violated;
  const std::string span = fmt::format("{} {}", rule.interval_ns / interval_unit(rule.interval_ns),
                                       interval_word(rule.interval_ns));
  if (rule.kind == LimitKind::orders) {
    error.code = -1015;
    error.text = fmt::format("Too many new orders; current limit is {} orders per {}.", rule.limit, span);
  } else {
    error.text = fmt::format(
        "Too much request weight used; current limit is {} request weight per {}. Please use WebSocket "
        "Streams "
        "for live updates to avoid polling the API.",
        rule.limit, span);
  }
  return error;
}

std::string without_signature(std::string_view text) {
  std::string signed_part;
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), piece.size() + 1));
    if (piece.starts_with("signature=")) continue;
    if (!signed_part.empty()) signed_part.push_back('&');
    signed_part.append(piece);
  }
  return signed_part;
}

}  // namespace kontor::emulator::binance
