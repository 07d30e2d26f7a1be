#pragma once

#include <vector>

#include "venue/protocol.hpp"

namespace kontor::binance {

/// Binance's limits: weights and requests of an address, orders of an account. The exact figures are part of
/// the list of instruments; these are those that have been in force for years.
[[nodiscard]] std::vector<net::RateRule> rate_rules(venue::Product product);
[[nodiscard]] std::vector<net::RateCost> rate_costs(const venue::Action& action, venue::Product product);
/// From `X-MBX-USED-WEIGHT-1M`, `X-MBX-ORDER-COUNT-*` and, with status 418, 429 and 403, `Retry-After`.
[[nodiscard]] venue::LimitReading read_limits(const net::HttpResponse& response, venue::Product product);

}  // namespace kontor::binance
