#include <optional>

#include <fmt/format.h>

#include "command.hpp"
#include "venue/message_json.hpp"
#include "venue_listing.hpp"

namespace kontor::app {
namespace {

struct VenueTickerOptions {
  std::string venue;
  std::string symbol;
  VenueAccessOptions access;
  bool json = false;
};

void print_figure(std::string_view name, const std::optional<Decimal>& number) {
  if (number) fmt::print("  {:<14} {}\n", name, number->format());
}

void print_quoted(std::string_view name, const std::optional<Decimal>& price,
                  const std::optional<Decimal>& quantity) {
  if (price) fmt::print("  {:<14} {} x {}\n", name, price->format(), quantity.value_or(Decimal{}).format());
}

void print_ticker(const venue::Ticker& ticker) {
  fmt::print("{}{}{}\n", ticker.symbol, ticker.ts_venue != 0 ? "  " : "",
             ticker.ts_venue != 0 ? format_time(ticker.ts_venue) : std::string());
  print_figure("last", ticker.last);
  print_quoted("bid", ticker.bid, ticker.bid_quantity);
  print_quoted("ask", ticker.ask, ticker.ask_quantity);
  print_figure("high 24h", ticker.high_24h);
  print_figure("low 24h", ticker.low_24h);
  print_figure("volume 24h", ticker.volume_24h);
  print_figure("turnover 24h", ticker.turnover_24h);
  print_figure("mark", ticker.mark);
  print_figure("index", ticker.index);
  print_figure("funding rate", ticker.funding_rate);
  if (ticker.next_funding_at != 0)
    fmt::print("  {:<14} {}\n", "next funding", format_time(ticker.next_funding_at));
}

/// The first ticker of this symbol in the answer; its texts are borrowed from `symbol`.
Result<std::optional<venue::Ticker>> ask_ticker(VenueAccess& access, const venue::Action& action,
                                                const std::string& symbol) {
  std::optional<venue::Ticker> found;
  TRY_VOID(access.ask(action, net::RateLane::market_data, [&](const venue::Message& message) {
    const auto* ticker = std::get_if<venue::Ticker>(&message);
    if (ticker == nullptr || found || ticker->symbol != symbol) return;
    found = *ticker;
    found->symbol = symbol;
  }));
  return found;
}

/// Some venues leave the best prices of contracts out of their tickers, and what they are valued at.
Result<void> complete_ticker(VenueAccess& access, const std::string& symbol, venue::Ticker& ticker) {
  if (!ticker.bid && !ticker.ask) {
    TRY_VOID(access.ask(venue::GetBook{.symbol = symbol, .depth = 5}, net::RateLane::market_data,
                        [&](const venue::Message& message) {
                          const auto* book = std::get_if<venue::BookChange>(&message);
                          if (book == nullptr || book->bids.empty() || book->asks.empty()) return;
                          ticker.bid = book->bids.front().price;
                          ticker.bid_quantity = book->bids.front().quantity;
                          ticker.ask = book->asks.front().price;
                          ticker.ask_quantity = book->asks.front().quantity;
                        }));
  }
  if (access.product() == venue::Product::spot || ticker.mark) return {};
  return access.ask(venue::GetFundingRate{.symbol = symbol}, net::RateLane::market_data,
                    [&](const venue::Message& message) {
                      if (const auto* prices = std::get_if<venue::Ticker>(&message);
                          prices && prices->symbol == symbol) {
                        if (prices->mark) ticker.mark = prices->mark;
                        if (prices->index) ticker.index = prices->index;
                      }
                      const auto* funding = std::get_if<venue::FundingReport>(&message);
                      if (funding == nullptr || funding->symbol != symbol) return;
                      ticker.funding_rate = funding->rate;
                      ticker.next_funding_at = funding->ts_venue;
                      if (funding->mark) ticker.mark = funding->mark;
                    });
}

Result<int> show_ticker(const VenueTickerOptions& options, const Globals& globals) {
  TRY(const auto access, VenueAccess::open(options.venue, options.access, globals));
  watch_interrupt();
  const std::string symbol = symbol_in_capitals(options.symbol);
  TRY(auto ticker, ask_ticker(*access, venue::GetTicker{.symbol = symbol}, symbol));
  if (!ticker)
    return fail(ErrorKind::not_found,
                fmt::format("{} says nothing about {}; see: kontor venue instruments {}", options.venue,
                            symbol, options.venue));
  TRY_VOID(complete_ticker(*access, symbol, *ticker));
  if (options.json) {
    fmt::print("{}\n", venue::format_json(venue::Message(*ticker)));
  } else {
    print_ticker(*ticker);
  }
  return 0;
}

}  // namespace

void add_venue_ticker(CLI::App& parent, Globals& globals) {
  CLI::App* command =
      add_command(parent, "ticker", "The latest prices of an instrument and the day's figures",
                  "  kontor venue ticker binance BTCUSDT\n"
                  "  kontor venue ticker bybit BTCUSDT --product linear --json\n");
  auto options = std::make_shared<VenueTickerOptions>();
  add_venue_access_options(*command, options->venue, options->access);
  command->add_option("symbol", options->symbol, "As the venue spells it: BTCUSDT")
      ->required()
      ->type_name("SYMBOL");
  command->add_flag("--json", options->json, "As JSON");
  set_action(*command, globals, [options, &globals] { return show_ticker(*options, globals); });
}

}  // namespace kontor::app
