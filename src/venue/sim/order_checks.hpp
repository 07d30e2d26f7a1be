#pragma once

#include "model/order.hpp"
#include "venue/sim/venue_state.hpp"

namespace kontor::sim {

/// Why the venue refuses a new order by its form: grid, limits of size, prices, expiry, band, number of
/// orders; RejectReason::none if it does not.
[[nodiscard]] RejectReason refusal_by_form(const Market& market, const NewOrder& order,
                                           TimeNs arrival) noexcept;

/// Why it refuses the order in the present market and position: post-only, reached stop, reduce-only.
[[nodiscard]] RejectReason refusal_by_market(const VenueState& state, const Market& market,
                                             const WorkingOrder& order) noexcept;

/// Why an amendment is refused by its form.
[[nodiscard]] RejectReason refusal_of_amendment(const Market& market, const WorkingOrder& order,
                                                RawQuantity quantity, RawPrice limit_price) noexcept;

/// The price that a reservation is made at: limit, slipped trigger, or what a taker would pay now.
[[nodiscard]] RawPrice basis_of(const Market& market, const WorkingOrder& order) noexcept;

}  // namespace kontor::sim
