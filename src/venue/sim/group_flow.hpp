#pragma once

#include "model/order.hpp"
#include "venue/sim/venue_state.hpp"

namespace kontor::sim {

/// Looks up what an arriving order's group means for it: sets order.group, for a protective leg of a bracket
/// Stage::inactive (settle() activates it), for a leg of an OCO the quantity that its sibling leaves it.
/// Returns a reason to refuse it: a second order of the same role, or an entry that ended without a fill.
[[nodiscard]] RejectReason enter_group(VenueState& state, WorkingOrder& order);

/// A protective leg of a bracket, whose activity follows its entry.
[[nodiscard]] bool follows_entry(const VenueState& state, const WorkingOrder& order) noexcept;

/// Notes that a member of a group was refused; without its entry the legs of a bracket are refused as well.
void refuse_member(VenueState& state, const NewOrder& order);

/// The total quantity that an order's group allows it now: all of it for an order that is no protective leg.
[[nodiscard]] RawQuantity allowed_quantity(const VenueState& state, const WorkingOrder& order) noexcept;

/// Brings the legs of all groups with news in line: activates, resizes, ends them; then ends reduce-only
/// orders whose position is gone. Call after each order's executions.
void settle_news(VenueState& state);
inline void settle(VenueState& state) {
  if (!state.touched_groups.empty() || !state.touched_positions.empty()) settle_news(state);
}

}  // namespace kontor::sim
