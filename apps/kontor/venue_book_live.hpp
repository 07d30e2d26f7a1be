#pragma once

#include <cstdint>
#include <string>

#include "venue_listing.hpp"

namespace kontor::app {

struct BookWatchOptions {
  std::size_t depth = 10;
  std::uint64_t updates = 0;  ///< ends after so many; 0: when somebody stops it
  bool json = false;          ///< a line of JSON for each update
  bool plain = false;         ///< a line for each update, also on a terminal
};

/// Keeps the book of an instrument by the venue's stream and shows it: redrawn in place on a terminal, a line
/// for each update elsewhere. Errors: those of VenueAccess; io (no book comes).
[[nodiscard]] Result<int> watch_book(VenueAccess& access, const VenueListing& listing,
                                     const BookWatchOptions& options);

}  // namespace kontor::app
