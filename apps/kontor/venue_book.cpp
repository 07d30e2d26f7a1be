#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "command.hpp"
#include "venue/message_json.hpp"
#include "venue_book_live.hpp"

namespace kontor::app {
namespace {

struct VenueBookOptions {
  std::string venue;
  std::string symbol;
  VenueAccessOptions access;
  BookWatchOptions watch;
  bool live = false;
};

/// What every venue gives; more levels than are wanted do no harm.
std::uint32_t depth_to_ask(std::size_t wanted) noexcept {
  constexpr std::array<std::uint32_t, 6> kDepths = {5, 20, 50, 100, 500, 1000};
  const auto found = std::ranges::lower_bound(kDepths, wanted);
  return found == kDepths.end() ? kDepths.back() : *found;
}

void print_level(std::span<const venue::BookLevel> levels, std::size_t row, const char* alignment) {
  const std::string text =
      row < levels.size() ? fmt::format("{} x {}", levels[row].price.format(), levels[row].quantity.format())
                          : std::string();
  fmt::print(fmt::runtime(alignment), text);
}

void print_book(const std::string& symbol, const venue::BookChange& book) {
  fmt::print("{}{}{}\n{:>32}   {}\n", symbol, book.ts_venue != 0 ? "  " : "",
             book.ts_venue != 0 ? format_time(book.ts_venue) : std::string(), "bid", "ask");
  for (std::size_t row = 0; row < std::max(book.bids.size(), book.asks.size()); ++row) {
    print_level(book.bids, row, "{:>32}   ");
    print_level(book.asks, row, "{}\n");
  }
}

Result<int> show_book(VenueAccess& access, const VenueBookOptions& options) {
  const std::string symbol = symbol_in_capitals(options.symbol);
  bool is_told = false;
  TRY_VOID(access.ask(venue::GetBook{.symbol = symbol, .depth = depth_to_ask(options.watch.depth)},
                      net::RateLane::market_data, [&](const venue::Message& message) {
                        const auto* book = std::get_if<venue::BookChange>(&message);
                        if (book == nullptr || is_told) return;
                        is_told = true;
                        venue::BookChange shown = *book;
                        shown.bids = shown.bids.first(std::min(shown.bids.size(), options.watch.depth));
                        shown.asks = shown.asks.first(std::min(shown.asks.size(), options.watch.depth));
                        if (options.watch.json) {
                          fmt::print("{}\n", venue::format_json(venue::Message(shown)));
                        } else {
                          print_book(symbol, shown);
                        }
                      }));
  if (is_told) return 0;
  return fail(ErrorKind::not_found, fmt::format("{} has no book of {}", options.venue, symbol));
}

Result<int> run_book(const VenueBookOptions& options, const Globals& globals) {
  if (!options.live && options.watch.updates != 0)
    return fail(ErrorKind::usage, "--updates counts what a book that is kept goes through: it wants --live");
  TRY(const auto access, VenueAccess::open(options.venue, options.access, globals));
  watch_interrupt();
  if (!options.live) return show_book(*access, options);
  TRY(const auto listing, read_listing(*access, options.symbol));
  return watch_book(*access, listing, options.watch);
}

}  // namespace

void add_venue_book(CLI::App& parent, Globals& globals) {
  CLI::App* command =
      add_command(parent, "book", "The order book of an instrument, once or kept up to date",
                  "  kontor venue book binance BTCUSDT\n"
                  "  kontor venue book bybit BTCUSDT --product linear --live\n"
                  "  kontor venue book binance BTCUSDT --live --updates 100 --json > book.jsonl\n"
                  "With --live the book is kept by the venue's stream and mended after gaps; Ctrl-C ends it. "
                  "On a terminal it is\n"
                  "drawn in place, elsewhere there is a line for each update.\n");
  auto options = std::make_shared<VenueBookOptions>();
  add_venue_access_options(*command, options->venue, options->access);
  command->add_option("symbol", options->symbol, "As the venue spells it: BTCUSDT")
      ->required()
      ->type_name("SYMBOL");
  command->add_option("--depth", options->watch.depth, "Levels of each side that are shown")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_flag("--live", options->live, "Keep it up to date and show what becomes of it");
  command->add_option("--updates", options->watch.updates, "End after so many updates")
      ->check(whole_number())
      ->type_name("N");
  command->add_flag("--plain", options->watch.plain, "A line for each update, also on a terminal");
  command->add_flag("--json", options->watch.json, "As JSON, with --live a line for each update");
  set_action(*command, globals, [options, &globals] { return run_book(*options, globals); });
}

}  // namespace kontor::app
