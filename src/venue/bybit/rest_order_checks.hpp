#pragma once

#include <string_view>

#include "venue/action.hpp"
#include "venue/protocol.hpp"

namespace kontor::bybit {

// What Bybit cannot do with an order, found out before it is asked. Errors: usage, with the reason.

/// Stops fire when the price goes with their side, take-profits when it goes against it.
[[nodiscard]] Side usual_trigger_direction(const venue::PlaceOrder& order) noexcept;

/// All but trailing stops. Returns the client order id: the order's own, else the request's.
[[nodiscard]] Result<std::string_view> check_order(const venue::PlaceOrder& order,
                                                   const venue::RequestContext& context);

/// A trailing stop is a setting of the position: it has no quantity and no id, and closes all of it.
[[nodiscard]] Result<void> check_trailing_stop(const venue::PlaceOrder& order,
                                               const venue::RequestContext& context);

[[nodiscard]] Result<void> check_choice(const venue::OrderChoice& choice,
                                        const venue::RequestContext& context);
[[nodiscard]] Result<void> check_change(const venue::ChangeOrder& change,
                                        const venue::RequestContext& context);

}  // namespace kontor::bybit
