#include <fmt/format.h>

#include "base/json_text.hpp"
#include "command.hpp"
#include "venue_protocols.hpp"

namespace kontor::app {
namespace {

void append_json(std::string& out, const venue::Protocol& protocol) {
  out += "{\"venue\":";
  append_json_text(out, protocol.venue());
  out += ",\"capabilities\":[";
  for (const venue::Capability& one : protocol.capabilities()) {
    if (out.back() != '[') out += ',';
    out += "{\"name\":";
    append_json_text(out, one.name);
    out += fmt::format(",\"spot\":{},\"linear\":{},\"note\":", one.spot, one.linear);
    append_json_text(out, one.note);
    out += '}';
  }
  out += "]}";
}

void print_table(const venue::Protocol& protocol) {
  fmt::print("{}\n  {:<30} {:<6} {:<8} {}\n", protocol.venue(), "can", "spot", "linear", "note");
  for (const venue::Capability& one : protocol.capabilities()) {
    const std::string line = fmt::format("  {:<30} {:<6} {:<8} {}", one.name, one.spot ? "yes" : "-",
                                         one.linear ? "yes" : "-", one.note);
    fmt::print("{}\n", line.substr(0, line.find_last_not_of(' ') + 1));
  }
}

Result<int> list(bool json) {
  std::string out = "[";
  for (const auto& protocol : make_protocols()) {
    if (out.size() > 1) out += ',';
    append_json(out, *protocol);
    if (!json) print_table(*protocol);
  }
  if (json) fmt::print("{}]\n", out);
  return 0;
}

}  // namespace

void add_venue_list(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(parent, "list", "The venues and what each can do", "  kontor venue list\n");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "As JSON");
  set_action(*command, globals, [json] { return list(*json); });
}

}  // namespace kontor::app
