#pragma once

#include <string>

#include "data/dataset.hpp"
#include "venue_access.hpp"

namespace kontor::app {

/// What to bring in by a venue's REST interface.
struct VenueFetchRequest {
  std::string venue;
  VenueAccessOptions access;
  data::DatasetKey key{};  ///< what it is filed under; its symbol is the venue's
  TimeNs from = 0;
  TimeNs to = 0;       ///< 0: now
  bool again = false;  ///< also what is stored; the venue's rows win
  bool json = false;
};

/// Finds what is missing of the range and fetches that. What is not over yet is left for the next time.
[[nodiscard]] Result<int> fetch_from_venue(const VenueFetchRequest& request, const Globals& globals);

}  // namespace kontor::app
