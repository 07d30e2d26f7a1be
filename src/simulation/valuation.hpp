#pragma once

#include <vector>

#include "portfolio/portfolio.hpp"
#include "simulation/feed.hpp"

namespace kontor::simulation {

/// Tells from when on an account can be valued: what is deposited in an asset that the data will price counts
/// from when it has.
class Valuation {
 public:
  Valuation(const std::vector<FeedSource>& sources, const std::vector<Money>& deposits,
            const portfolio::Portfolio& portfolio);

  /// `has_data`: the market has told something already.
  [[nodiscard]] bool is_complete(const portfolio::Portfolio& portfolio, bool has_data) const noexcept;

 private:
  std::vector<InstrumentId> awaited_;  ///< without a price of these the account can't be valued yet
};

}  // namespace kontor::simulation
