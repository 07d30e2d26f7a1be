#pragma once

#include <optional>
#include <vector>

#include "execution/order_state.hpp"
#include "venue/venue.hpp"

namespace kontor::session {

/// What an answer of the venue proves about an order of ours.
struct OrderProofs {
  /// Reports that the venue has not sent, or that were lost; in their order.
  std::vector<VenueReport> reports;
  bool is_settled = false;    ///< nothing about the order is open after them
  bool misses_fills = false;  ///< the venue has executed more of it than was reported
};

/// Compares our order with what the venue knew of it; nothing: it knew no such order. `is_final`: the answer
/// is from a time at which nothing that was asked before could still be carried out. Only then it proves that
/// something did not happen.
[[nodiscard]] OrderProofs proofs_of(const execution::Order& ours,
                                    const std::optional<venue::OrderState>& theirs, bool is_final);

}  // namespace kontor::session
