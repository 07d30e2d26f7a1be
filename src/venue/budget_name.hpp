#pragma once

#include <string>

#include "venue/protocol.hpp"

namespace kontor::venue {

/// Under what name a product's limits are shared with everything else on the machine
/// (net::SharedRateBudget::Options::venue). Products that a venue serves at one address share its limits, and
/// so their files: `bybit`, but `binance-spot` and `binance-linear`.
[[nodiscard]] inline std::string budget_name(const Protocol& protocol, Product product) {
  std::string name(protocol.venue());
  if (protocol.endpoints(Product::spot).rest == protocol.endpoints(Product::linear).rest) return name;
  return name + (product == Product::spot ? "-spot" : "-linear");
}

}  // namespace kontor::venue
