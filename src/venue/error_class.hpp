#pragma once

#include <cstdint>
#include <string_view>

#include <boost/describe/enum.hpp>

#include "model/order.hpp"

namespace kontor::venue {

/// What a venue's refusal means for whoever asked (M3). `ok`: it says no, and what was wanted is so already.
/// `unknown_outcome`: it may have been carried out; only a question tells. `unknown`: a code that nobody has
/// written down; it is treated like `unknown_outcome` where an order may have been made by the request.
BOOST_DEFINE_FIXED_ENUM_CLASS(ErrorClass, std::uint8_t, ok, transport, unknown_outcome, rate_limited, banned,
                              clock_skew, auth, insufficient_funds, invalid_order, duplicate_id, not_found,
                              venue_down, invalid_request, unknown)

/// What may be done about it. Orders are never sent again blindly, whatever stands here: `again` and
/// `after_wait` hold for questions and for what changes nothing when it is done twice.
BOOST_DEFINE_FIXED_ENUM_CLASS(Retry, std::uint8_t, never, again, after_wait, after_clock, after_question)

/// One line of a venue's table of errors.
struct ErrorRule {
  std::int64_t code = 0;
  ErrorClass error_class = ErrorClass::unknown;
  Retry retry = Retry::never;
  RejectReason reason = RejectReason::none;  ///< of an order that was refused with it
  std::string_view meaning;
};

/// The default of a class.
[[nodiscard]] constexpr Retry retry_of(ErrorClass error_class) noexcept {
  switch (error_class) {
    case ErrorClass::transport:
    case ErrorClass::venue_down: return Retry::again;
    case ErrorClass::rate_limited:
    case ErrorClass::banned: return Retry::after_wait;
    case ErrorClass::clock_skew: return Retry::after_clock;
    case ErrorClass::unknown_outcome:
    case ErrorClass::unknown: return Retry::after_question;
    case ErrorClass::ok:
    case ErrorClass::auth:
    case ErrorClass::insufficient_funds:
    case ErrorClass::invalid_order:
    case ErrorClass::duplicate_id:
    case ErrorClass::not_found:
    case ErrorClass::invalid_request: return Retry::never;
  }
  return Retry::never;
}

}  // namespace kontor::venue
