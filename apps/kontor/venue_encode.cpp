#include <fmt/format.h>

#include "command.hpp"
#include "standard_input.hpp"
#include "venue/message_json.hpp"
#include "venue/parse_action.hpp"
#include "venue_protocols.hpp"

namespace kontor::app {
namespace {

Result<int> encode() {
  TRY(const std::string text, read_standard_input());
  TRY(const auto request, venue::parse_encode_request(text));
  TRY(const auto protocol, make_protocol(request.venue));
  const venue::RequestContext context{.product = request.product,
                                      .clock = request.clock,
                                      .credentials = &request.credentials,
                                      .id = request.id};
  TRY(const auto encoded, protocol->encode(request.action, context));
  fmt::print("{}\n", venue::format_json(encoded));
  return 0;
}

void print_actions() {
  for (const venue::ActionHelp& action : venue::action_help()) {
    fmt::print("{}\n", action.name);
    for (const venue::ParameterHelp& parameter : action.parameters)
      fmt::print("    {:<34} {}\n", parameter.name, parameter.type);
  }
}

}  // namespace

void add_venue_encode(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(parent, "encode", "Show what would be sent to a venue; nothing is sent",
                                  "  echo "
                                  "'{\"venue\":\"binance\",\"product\":\"spot\",\"action\":\"book\","
                                  "\"params\":{\"symbol\":\"BTCUSDT\"}}' | \\\n"
                                  "    kontor venue encode\n"
                                  "  kontor venue encode --actions          every action with what it takes\n"
                                  "\nReads one JSON object: venue, product, action, params, clock_ms, key, "
                                  "secret, id; see docs/venues.md.\n");
  auto actions = std::make_shared<bool>(false);
  command->add_flag("--actions", *actions, "List the actions and their params");
  set_action(*command, globals, [actions]() -> Result<int> {
    if (!*actions) return encode();
    print_actions();
    return 0;
  });
}

}  // namespace kontor::app
