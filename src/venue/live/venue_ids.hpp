#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "base/ids.hpp"

namespace kontor::live {

/// Our orders by the names that the venue gave them: lists of fills say no other. Remembers the latest
/// kMost of them.
class VenueIds {
 public:
  static constexpr std::size_t kMost = 65'536;

  void learn(std::string_view venue_id, OrderId order) {
    if (venue_id.empty() || venue_id == "0" || !orders_.try_emplace(std::string(venue_id), order).second)
      return;
    order_of_learning_.emplace_back(venue_id);
    if (order_of_learning_.size() <= kMost) return;
    orders_.erase(order_of_learning_.front());
    order_of_learning_.pop_front();
  }
  /// 0: not known.
  [[nodiscard]] OrderId find(std::string_view venue_id) const {
    const auto found = orders_.find(venue_id);
    return found == orders_.end() ? OrderId() : found->second;
  }

 private:
  std::map<std::string, OrderId, std::less<>> orders_;
  std::deque<std::string> order_of_learning_;
};

}  // namespace kontor::live
