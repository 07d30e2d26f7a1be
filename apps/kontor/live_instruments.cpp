#include "live_instruments.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "venue/live/listed_rules.hpp"

namespace kontor::app {
namespace {

InstrumentSpecification configured(const venue::InstrumentListed& listed,
                                   const research::InstrumentConfig& config) {
  const bool is_spot = config.kind == InstrumentKind::spot;
  InstrumentSpecification made = live::specification_of(listed, config.name, config.kind);
  made.maker_fee = config.maker_fee.value_or(is_spot ? Decimal{1, 3} : Decimal{2, 4});
  made.taker_fee = config.taker_fee.value_or(is_spot ? Decimal{1, 3} : Decimal{5, 4});
  made.max_leverage = config.rules.rules.leverage;
  return made;
}

}  // namespace

Result<VenueOfConfig> venue_of(const research::BacktestConfig& config) {
  if (config.instruments.empty())
    return fail(ErrorKind::usage, "expected at least one [[instrument]], found none");
  const auto& first = config.instruments.front();
  for (const auto& one : config.instruments) {
    if (one.name.venue != first.name.venue || one.kind != first.kind)
      return fail(ErrorKind::usage,
                  fmt::format("a live session has one account of one venue and product, and {} and {} "
                              "are not of one",
                              first.name.format(), one.name.format()));
  }
  const bool is_spot = first.kind == InstrumentKind::spot;
  return VenueOfConfig{first.name.venue, is_spot ? venue::Product::spot : venue::Product::linear};
}

Result<research::BacktestConfig> load_live_config(const std::string& file,
                                                  std::span<const std::string> overrides) {
  TRY(const auto config, research::load_config(file, overrides));
  std::vector<std::string> changes;
  for (std::size_t i = 0; i < config.instruments.size(); ++i)
    changes.push_back(fmt::format("instrument[{}].brackets=engine", i));
  TRY(auto live, research::parse_config(config.effective_toml, file, changes));
  live.log = config.log;  // no part of the effective configuration
  return live;
}

Result<InstrumentTable> instruments_of(const research::BacktestConfig& config, VenueAccess& access) {
  std::map<std::string, InstrumentSpecification> found;
  std::string cursor;
  do {
    const venue::GetInstruments page{.cursor = cursor};
    cursor.clear();
    TRY_VOID(access.ask(page, net::RateLane::sync, [&](const venue::Message& message) {
      if (const auto* next = std::get_if<venue::NextPage>(&message)) cursor = std::string(next->cursor);
      const auto* instrument = std::get_if<venue::InstrumentListed>(&message);
      if (instrument == nullptr) return;
      for (const auto& wanted : config.instruments) {
        if (wanted.name.symbol == instrument->symbol)
          found.emplace(wanted.name.symbol, configured(*instrument, wanted));
      }
    }));
  } while (!cursor.empty());
  InstrumentTable table;
  for (const auto& wanted : config.instruments) {
    const auto one = found.find(wanted.name.symbol);
    if (one == found.end())
      return fail(ErrorKind::not_found,
                  fmt::format("{} does not list {}", access.venue(), wanted.name.symbol));
    TRY(const InstrumentId id, table.add(one->second));
    static_cast<void>(id);
  }
  // In which fees may be taken.
  table.add_asset("BNB");
  return table;
}

}  // namespace kontor::app
