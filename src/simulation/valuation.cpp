#include "simulation/valuation.hpp"

#include <algorithm>

namespace kontor::simulation {

Valuation::Valuation(const std::vector<FeedSource>& sources, const std::vector<Money>& deposits,
                     const portfolio::Portfolio& portfolio) {
  for (const auto& money : deposits) {
    const auto instrument = portfolio.valued_by(money.asset);
    if (!instrument) continue;
    const bool fed = std::ranges::any_of(sources, [&](const FeedSource& source) {
      return source.instrument == *instrument && source.series.series().key().kind != data::DataKind::funding;
    });
    if (fed) awaited_.push_back(*instrument);
  }
}

bool Valuation::is_complete(const portfolio::Portfolio& portfolio, bool has_data) const noexcept {
  return has_data &&
         std::ranges::all_of(awaited_, [&](InstrumentId id) { return portfolio.mark(id).units != 0; });
}

}  // namespace kontor::simulation
