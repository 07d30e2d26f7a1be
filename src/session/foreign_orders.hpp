#pragma once

#include <functional>
#include <set>
#include <string>

#include "venue/venue.hpp"

namespace kontor::session {

/// Open orders of the account that are not ours: placed by hand, or by another program. Knows which of them
/// have been told already.
class ForeignOrders {
 public:
  using Tell = std::function<void(const venue::OrderState&)>;

  /// Calls `tell` for each that was not there at the look before.
  void compare(const venue::AccountAnswer& account, const Tell& tell) {
    std::set<std::string> open;
    for (const auto& order : account.open_orders) {
      if (order.order.value != 0) continue;
      if (!known_.contains(order.venue_id)) tell(order);
      open.insert(order.venue_id);
    }
    known_ = std::move(open);
  }

 private:
  std::set<std::string> known_;  ///< by the venue's name for them
};

}  // namespace kontor::session
