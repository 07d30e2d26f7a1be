#include "command.hpp"
#include "run_log.hpp"
#include "venue_session.hpp"

namespace kontor::app {

void add_session_live(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(
      parent, "live", "Trade on a venue, with a journal that survives a crash",
      "  kontor session live examples/live/emulator.toml --network emulator --endpoint "
      "http://127.0.0.1:8090\n"
      "  kontor preflight my.toml --live --grant && kontor session live my.toml --account main\n");
  auto options = std::make_shared<VenueSessionOptions>();
  add_config_options(*command, options->config, options->overrides);
  add_log_level_option(*command, options->log_levels);
  add_live_access_options(*command, options->access, globals.vault);
  command->add_option("--id", options->id, "Name of the session; by default that of the configuration");
  command->add_flag("--new", options->fresh, "Begin another session, whatever there is of this name");
  command->add_flag("--resume", options->resume, "Trade again where it was paused, halted or flattened");
  command->add_flag("--no-safe-mode", options->no_safe_mode, "Take new risk even after a loop of crashes");
  command->add_flag("--plain", options->plain, "Lines instead of the view, also on a terminal");
  command->add_flag("--json", options->json, "No lines while it runs");
  command->add_flag("--busy-poll", options->spins,
                    "Never sleep: orders leave sooner, and a core is always busy");
  set_action(*command, globals, [options, &globals] { return run_on_venue(*options, globals); });
}

}  // namespace kontor::app
