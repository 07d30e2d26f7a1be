#include <algorithm>

#include <fmt/format.h>

#include "base/json_text.hpp"
#include "command.hpp"
#include "venue/message_json.hpp"
#include "venue_listing.hpp"

namespace kontor::app {
namespace {

struct VenueInstrumentsOptions {
  std::string venue;
  VenueAccessOptions access;
  std::string symbol;
  bool json = false;
};

/// Zero stands for what the venue does not say.
std::string figure(const Decimal& number) { return number.is_zero() ? "-" : number.normalized().format(); }

void print_instruments(const std::vector<VenueListing>& listings) {
  std::size_t width = 6;
  for (const VenueListing& one : listings) width = std::max(width, one.symbol.size());
  fmt::print("{:<{}}  {:<10} {:<10} {:>14} {:>14} {:>14} {:>14}  {}\n", "symbol", width, "base", "quote",
             "tick", "step", "min quantity", "min notional", "status");
  for (const VenueListing& one : listings) {
    fmt::print("{:<{}}  {:<10} {:<10} {:>14} {:>14} {:>14} {:>14}  {}\n", one.symbol, width, one.base,
               one.quote, figure(one.terms.tick), figure(one.terms.step), figure(one.terms.min_quantity),
               figure(one.terms.min_notional), one.status_text);
  }
}

void print_instruments_json(const std::vector<VenueListing>& listings) {
  fmt::print("[");
  for (const VenueListing& one : listings) {
    venue::InstrumentListed listed = one.terms;
    listed.symbol = one.symbol;
    listed.base = one.base;
    listed.quote = one.quote;
    listed.settle = one.settle;
    listed.status_text = one.status_text;
    fmt::print("{}{}", &one == &listings.front() ? "" : ",\n", venue::format_json(venue::Message(listed)));
  }
  fmt::print("]\n");
}

Result<int> list_instruments(const VenueInstrumentsOptions& options, const Globals& globals) {
  TRY(const auto access, VenueAccess::open(options.venue, options.access, globals));
  watch_interrupt();
  TRY(const auto listings, read_listings(*access, options.symbol));
  if (options.json) {
    print_instruments_json(listings);
  } else {
    print_instruments(listings);
  }
  return 0;
}

}  // namespace

void add_venue_instruments(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(
      parent, "instruments", "What a venue lists: tick, step, minimums, status",
      "  kontor venue instruments binance\n"
      "  kontor venue instruments bybit --product linear --symbol BTCUSDT\n"
      "  kontor venue instruments binance --json | jq '.[] | select(.status == \"trading\").symbol'\n");
  auto options = std::make_shared<VenueInstrumentsOptions>();
  add_venue_access_options(*command, options->venue, options->access);
  command->add_option("--symbol", options->symbol, "This one only")->type_name("SYMBOL");
  command->add_flag("--json", options->json, "As JSON, with everything that the venue says");
  set_action(*command, globals, [options, &globals] { return list_instruments(*options, globals); });
}

}  // namespace kontor::app
