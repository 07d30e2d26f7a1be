#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/bybit/answer.hpp"
#include "emulator/emulated_venue.hpp"

namespace kontor::emulator::bybit {

/// What a signed request brings to prove whose it is.
struct Proof {
  std::string_view key;
  std::string_view timestamp;       ///< milliseconds
  std::string_view receive_window;  ///< milliseconds; empty: 5000
  std::string_view signature;
  std::string_view payload;  ///< the query as it came, or the body
  std::string_view address;  ///< of the caller, without a port
};

/// Checks key, address, time and signature, in the venue's order.
[[nodiscard]] Checked<KeyOwner> authenticate(const EmulatedVenue& venue, const Proof& proof);

/// server time - window ≤ timestamp < server time + 1 s; refused with the venue's words otherwise.
[[nodiscard]] Checked<void> check_time(const EmulatedVenue& venue, std::string_view timestamp,
                                       std::string_view receive_window);

/// The login of a socket: the key, when it expires (milliseconds), the signature of `GET/realtime<expires>`.
struct LoginProof {
  std::string_view key;
  std::string_view expires;
  std::string_view signature;
  std::string_view address;
};
[[nodiscard]] Checked<KeyOwner> authenticate_login(const EmulatedVenue& venue, const LoginProof& proof);

/// `127.0.0.1` of `127.0.0.1:40122`, `::1` of `[::1]:40122`.
[[nodiscard]] std::string address_of(std::string_view peer);

}  // namespace kontor::emulator::bybit
