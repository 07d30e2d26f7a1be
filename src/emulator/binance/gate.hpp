#pragma once

#include <string>
#include <string_view>

#include "emulator/binance/endpoints.hpp"
#include "emulator/binance/service.hpp"

namespace kontor::emulator::binance {

/// Who asks, before anything is believed.
struct Claim {
  std::string_view key{};        ///< empty: none was sent
  std::string_view signature{};  ///< empty: none was sent
  std::string_view payload{};    ///< what it signs
  std::string_view address{};    ///< without the port
};

struct Identity {
  AccountId account{};
  bool is_known = false;
};

/// The caller of an endpoint, once key, time and signature are what they have to be. Errors: -2014, -2015,
/// -1102, -1021, -1022, -1131.
[[nodiscard]] Answer<Identity> identify(Service& service, const Endpoint& endpoint,
                                        const Parameters& parameters, const Claim& claim);

/// The venue's error for a verdict that is not `granted`.
[[nodiscard]] ApiError limit_error(const LimitVerdict& verdict);

/// The query or form without its signature, as it was signed.
[[nodiscard]] std::string without_signature(std::string_view text);

}  // namespace kontor::emulator::binance
