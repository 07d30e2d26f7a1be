#include "simulation/simulation.hpp"

#include <fmt/format.h>

namespace kontor::simulation {

using data::DataKind;

static_assert(static_cast<int>(DataKind::bar) == static_cast<int>(engine::BarSource::bars) &&
              static_cast<int>(DataKind::book) == static_cast<int>(engine::BarSource::book));

std::vector<engine::InstrumentFeed> feeds_of(const std::vector<FeedSource>& sources,
                                             std::size_t instruments) {
  std::vector<engine::InstrumentFeed> feeds(instruments, {engine::BarSource::book, Timeframe{}});
  for (const auto& source : sources) {
    const auto& key = source.series.series().key();
    if (key.kind == DataKind::funding) continue;
    const engine::InstrumentFeed feed{static_cast<engine::BarSource>(key.kind), key.timeframe};
    auto& known = feeds[source.instrument.index()];
    if (feed.source < known.source || known.source == engine::BarSource::book) known = feed;
  }
  return feeds;
}

Result<void> reconcile(const InstrumentTable& instruments, const engine::Engine& engine,
                       const sim::SimVenue& venue) {
  for (std::uint32_t i = 0; i < instruments.asset_count(); ++i) {
    const Amount ours = engine.state().portfolio.ledger().cash(AssetId(i));
    const Amount theirs = venue.balance(AssetId(i));
    if (ours == theirs) continue;
    return fail(ErrorKind::internal,
                fmt::format("expected ledger and venue to agree on {}, found {} and {}",
                            instruments.asset_name(AssetId(i)), ours.format(), theirs.format()));
  }
  return {};
}

}  // namespace kontor::simulation
