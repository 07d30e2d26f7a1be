#pragma once

#include <memory>

#include "data/fetch_venue.hpp"
#include "venue_access.hpp"

namespace kontor::app {

/// What is fetched of which instrument.
struct VenueHistory {
  std::string symbol;
  data::DataKind kind = data::DataKind::bar;
  Timeframe timeframe{};  ///< of bars
};

/// A venue's history by its REST interface, page by page, behind everything more urgent. Borrows `access`.
/// Errors: usage (a kind that venues do not give).
[[nodiscard]] Result<std::unique_ptr<data::PageSource>> make_page_source(VenueAccess& access,
                                                                         const VenueHistory& wanted);

}  // namespace kontor::app
