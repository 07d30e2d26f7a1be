#include <fmt/format.h>

#include "command.hpp"
#include "standard_input.hpp"
#include "venue/message_json.hpp"
#include "venue/parse_action.hpp"
#include "venue_protocols.hpp"

namespace kontor::app {
namespace {

/// Prints a line for everything that a message says.
class PrintingSink final : public venue::MessageSink {
 public:
  void take(const venue::Message& message) override { fmt::print("{}\n", venue::format_json(message)); }
};

Result<int> decode() {
  TRY(const std::string text, read_standard_input());
  TRY(const auto request, venue::parse_decode_request(text));
  TRY(const auto protocol, make_protocol(request.venue));
  PrintingSink sink;
  TRY_VOID(protocol->decode(request.message,
                            {.product = request.product,
                             .kind = request.kind,
                             .http_status = request.http_status,
                             .symbol = request.symbol,
                             .interval = request.interval},
                            sink));
  return 0;
}

}  // namespace

void add_venue_decode(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(
      parent, "decode", "Show how a venue's message is read, one line per event",
      "  echo '{\"venue\":\"binance\",\"product\":\"spot\",\"kind\":\"server_time\","
      "\"message\":{\"serverTime\":1499827319559}}' | kontor venue decode\n"
      "\nReads one JSON object: venue, product, kind, message, and if it matters http_status, symbol,\n"
      "interval. The kind is the action that the message answers, or stream; see docs/venues.md.\n");
  set_action(*command, globals, [] { return decode(); });
}

}  // namespace kontor::app
