#pragma once

#include <string>
#include <vector>

#include "model/instrument.hpp"
#include "venue_access.hpp"

namespace kontor::app {

/// An instrument as a venue lists it, kept beyond the message.
struct VenueListing {
  std::string symbol;
  std::string base;
  std::string quote;
  std::string settle;
  std::string status_text;        ///< the venue's word
  venue::InstrumentListed terms;  ///< the numbers; its texts are empty
};

/// Venues spell their symbols so; people type them as they like.
[[nodiscard]] std::string symbol_in_capitals(std::string symbol);

/// Everything that the venue lists, by symbol; only this symbol, where one is given. Errors: those of
/// VenueAccess::ask(); not_found (no such symbol; names the nearest).
[[nodiscard]] Result<std::vector<VenueListing>> read_listings(VenueAccess& access,
                                                              const std::string& symbol = {});
/// The one with this symbol, written in any case.
[[nodiscard]] Result<VenueListing> read_listing(VenueAccess& access, const std::string& symbol);

/// What the instrument is to a session; fees are not listed and are zero.
[[nodiscard]] InstrumentSpecification specification_of(const VenueListing& listing,
                                                       const VenueAccess& access);

}  // namespace kontor::app
