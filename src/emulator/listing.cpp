#include "emulator/listing.hpp"

#include <algorithm>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include "emulator/standard_listings.hpp"

namespace kontor::emulator {

Result<VenueName> parse_venue_name(std::string_view text) {
  for (const VenueName venue : {VenueName::binance, VenueName::bybit}) {
    if (text == name_of(venue)) return venue;
  }
  return fail(ErrorKind::usage, fmt::format("expected a venue (binance, bybit), found '{}'", text));
}

std::string_view name_of(VenueName venue) noexcept { return boost::describe::enum_to_string(venue, "?"); }
std::string_view name_of(Product product) noexcept { return boost::describe::enum_to_string(product, "?"); }

Result<Listings> Listings::make(VenueName venue, std::span<const ListingRow> rows) {
  if (rows.empty() || rows.size() > kMaxListings) {
    return fail(ErrorKind::usage,
                fmt::format("expected 1 to {} instruments, found {}", kMaxListings, rows.size()));
  }
  Listings listings(venue);
  for (const ListingRow& row : rows) TRY_VOID(listings.add(row));
  return listings;
}

Result<Listings> Listings::standard(VenueName venue, std::span<const std::string> symbols) {
  const std::vector<ListingRow> all = standard_listing_rows(venue);
  if (symbols.empty()) return make(venue, all);
  std::vector<ListingRow> chosen;
  for (const std::string& symbol : symbols) {
    const std::size_t before = chosen.size();
    std::copy_if(all.begin(), all.end(), std::back_inserter(chosen),
                 [&](const ListingRow& row) { return row.specification.name.symbol == symbol; });
    if (chosen.size() == before) {
      return fail(
          ErrorKind::not_found,
          fmt::format("expected a symbol that the emulated {} lists, found '{}'", name_of(venue), symbol));
    }
  }
  return make(venue, chosen);
}

Result<void> Listings::add(const ListingRow& row) {
  const std::string& symbol = row.specification.name.symbol;
  const bool linear = row.product == Product::linear;
  if (linear != (row.specification.kind == InstrumentKind::linear_perpetual)) {
    return fail(ErrorKind::usage, fmt::format("{}: expected product and kind to agree", symbol));
  }
  if (row.start_price.units <= 0 || row.terms.max_orders == 0 || row.terms.min_price.units < 0) {
    return fail(ErrorKind::usage,
                fmt::format("{}: expected a start price and a number of orders above zero", symbol));
  }
  // Spot and linear share symbols outside, and one table inside.
  InstrumentSpecification specification = row.specification;
  specification.name = {std::string(name_of(venue_)), linear ? symbol + ".linear" : symbol};
  TRY(const InstrumentId id, instruments_.add(specification));
  ListedInstrument& listed = listed_.emplace_back();
  listed.id = id;
  listed.product = row.product;
  listed.symbol = symbol;
  listed.base = specification.base;
  listed.quote = specification.quote;
  listed.terms = row.terms;
  listed.start_price = row.start_price;
  return {};
}

const ListedInstrument* Listings::find(Product product, std::string_view symbol) const noexcept {
  const auto at = std::find_if(listed_.begin(), listed_.end(), [&](const ListedInstrument& listed) {
    return listed.product == product && listed.symbol == symbol;
  });
  return at == listed_.end() ? nullptr : &*at;
}

std::optional<AssetId> Listings::find_asset(std::string_view name) const {
  const auto found = instruments_.find_asset(name);
  if (!found) return std::nullopt;
  return *found;
}

void Listings::set_status(InstrumentId id, ListingStatus status) {
  listed_[id.index()].status = status;
  InstrumentTerms terms = instruments_[id].terms();
  terms.is_trading = status == ListingStatus::trading;
  ASSERT(instruments_.change(id, terms));
}

bool Listings::change_terms(InstrumentId id, const InstrumentTerms& terms) {
  InstrumentTerms changed = terms;
  changed.is_trading = listed_[id.index()].status == ListingStatus::trading;
  return instruments_.change(id, changed);
}

}  // namespace kontor::emulator
