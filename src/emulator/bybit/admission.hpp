#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/bybit/answer.hpp"
#include "emulator/bybit/parameters.hpp"
#include "emulator/bybit/routes.hpp"
#include "emulator/emulated_venue.hpp"

namespace kontor::emulator::bybit {

/// Whom a request is counted for.
struct Applicant {
  std::string_view address;
  std::string_view account{};  ///< empty: nobody signed
};

/// What the limiter says to a request, as the venue tells it in its headers.
struct Admission {
  LimitAnswer answer = LimitAnswer::granted;
  bool has_limit = false;  ///< the endpoint is limited for the account; the rest means nothing otherwise
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  TimeNs resets_at = 0;
};

/// Counts a request: for the address always, for the account where its endpoint has a limit. A batch counts
/// for each of its orders; the limits of spot orders are their own.
[[nodiscard]] Admission admit(EmulatedVenue& venue, const Applicant& applicant, const Route& route,
                              const Parameters& parameters);
/// Counts a request that leads nowhere, for the address.
[[nodiscard]] Admission admit_address(EmulatedVenue& venue, std::string_view address);

/// "Too many visits. Exceeded the API Rate Limit."
[[nodiscard]] Answer answer_too_many();

}  // namespace kontor::emulator::bybit
