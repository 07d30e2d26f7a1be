#pragma once

#include <vector>

#include "venue/protocol.hpp"

namespace kontor::bybit {

/// Bybit's limits: requests of an address, and for each path requests of an account in a second. An account
/// may have been granted more.
[[nodiscard]] std::vector<net::RateRule> rate_rules(venue::Product product);
/// One request; a batch takes as much of its path as it has orders.
[[nodiscard]] std::vector<net::RateCost> rate_costs(const venue::Action& action);
/// Whether the venue wants silence: status 403 and 429, `retCode` 10006 and its like. What is left of a limit
/// stands in `X-Bapi-Limit-Status` without the path that it is of, so nothing is read from that.
[[nodiscard]] venue::LimitReading read_limits(const net::HttpResponse& response);

}  // namespace kontor::bybit
