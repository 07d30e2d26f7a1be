#include "venue_listing.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/nearest.hpp"

namespace kontor::app {
namespace {

/// Pages of instruments at the most; venues have a few thousand of them, a thousand in a page.
constexpr int kMostListingPages = 100;

VenueListing listing_of(const venue::InstrumentListed& listed) {
  VenueListing kept{.symbol = std::string(listed.symbol),
                    .base = std::string(listed.base),
                    .quote = std::string(listed.quote),
                    .settle = std::string(listed.settle),
                    .status_text = std::string(listed.status_text),
                    .terms = listed};
  // Borrowed: they are gone with the message.
  kept.terms.symbol = kept.terms.base = kept.terms.quote = kept.terms.settle = kept.terms.status_text = {};
  return kept;
}

/// Pages from one question on; only this symbol, where the venue can choose.
Result<std::vector<VenueListing>> read_pages(VenueAccess& access, const std::string& symbol) {
  std::map<std::string, VenueListing> listings;  // an attempt that was cut off has told its part already
  std::string cursor;
  for (int page = 0; page < kMostListingPages; ++page) {
    std::string next;
    TRY_VOID(access.ask(venue::GetInstruments{.symbol = symbol, .cursor = cursor}, net::RateLane::sync,
                        [&](const venue::Message& message) {
                          if (const auto* listed = std::get_if<venue::InstrumentListed>(&message))
                            listings.insert_or_assign(std::string(listed->symbol), listing_of(*listed));
                          if (const auto* more = std::get_if<venue::NextPage>(&message)) next = more->cursor;
                        }));
    if (next.empty() || next == cursor) break;
    cursor = std::move(next);
  }
  std::vector<VenueListing> sorted;
  sorted.reserve(listings.size());
  for (auto& [name, listing] : listings) sorted.push_back(std::move(listing));
  return sorted;
}

}  // namespace

std::string symbol_in_capitals(std::string symbol) {
  std::ranges::transform(symbol, symbol.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return symbol;
}

Result<std::vector<VenueListing>> read_listings(VenueAccess& access, const std::string& symbol) {
  if (symbol.empty()) return read_pages(access, {});
  const std::string wanted = symbol_in_capitals(symbol);
  auto chosen = read_pages(access, wanted);
  if (!chosen && chosen.error().kind != ErrorKind::usage && chosen.error().kind != ErrorKind::not_found)
    return chosen;
  if (chosen) {
    const auto found = std::ranges::find(*chosen, wanted, &VenueListing::symbol);
    if (found != chosen->end()) return std::vector<VenueListing>{std::move(*found)};
  }
  // What there is instead, everything has to be seen for.
  TRY(const auto listings, read_pages(access, {}));
  std::vector<std::string_view> names;
  names.reserve(listings.size());
  for (const VenueListing& one : listings) names.push_back(one.symbol);
  return fail(
      ErrorKind::not_found,
      fmt::format("{} lists no {} among its {} {} instruments{}", access.venue(), wanted, listings.size(),
                  access.product() == venue::Product::spot ? "spot" : "linear", did_you_mean(wanted, names)));
}

Result<VenueListing> read_listing(VenueAccess& access, const std::string& symbol) {
  TRY(auto listings, read_listings(access, symbol));
  return std::move(listings.front());
}

InstrumentSpecification specification_of(const VenueListing& listing, const VenueAccess& access) {
  InstrumentSpecification made;
  made.name = {access.venue(), listing.symbol};
  made.kind =
      access.product() == venue::Product::spot ? InstrumentKind::spot : InstrumentKind::linear_perpetual;
  made.base = listing.base;
  made.quote = listing.quote;
  made.tick = listing.terms.tick.normalized();
  made.step = listing.terms.step.normalized();
  made.min_quantity = listing.terms.min_quantity.normalized();
  made.max_quantity = listing.terms.max_quantity.normalized();
  made.min_notional = listing.terms.min_notional.normalized();
  made.multiplier = listing.terms.multiplier;
  return made;
}

}  // namespace kontor::app
