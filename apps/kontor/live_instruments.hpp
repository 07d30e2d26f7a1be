#pragma once

#include "research/config.hpp"
#include "venue_access.hpp"

namespace kontor::app {

/// The product that a configuration's instruments are of. Errors: usage (of several venues or products, which
/// no one account has).
struct VenueOfConfig {
  std::string venue;
  venue::Product product = venue::Product::spot;
};
[[nodiscard]] Result<VenueOfConfig> venue_of(const research::BacktestConfig& config);

/// A configuration as a live session trades it: no adapter has the venue keep the exits of an entry, so the
/// engine keeps them, whatever the file says. Errors: those of research::load_config().
[[nodiscard]] Result<research::BacktestConfig> load_live_config(const std::string& file,
                                                                std::span<const std::string> overrides);

/// The configuration's instruments as the venue lists them now, in the configuration's order; fees are those
/// of the configuration, or what the venue takes of the account. Errors: io (the venue does not answer),
/// not_found (an instrument that the venue does not have).
[[nodiscard]] Result<InstrumentTable> instruments_of(const research::BacktestConfig& config,
                                                     VenueAccess& access);

}  // namespace kontor::app
