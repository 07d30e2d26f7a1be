#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "command.hpp"
#include "emulator_host.hpp"
#include "emulator_options.hpp"
#include "emulator_text.hpp"
#include "net/certificate.hpp"
#include "net/tls.hpp"

namespace kontor::app {
namespace {

/// Makes an authority for this run and leaves its certificate where clients can read it.
Result<std::shared_ptr<net::TlsContext>> make_tls(const EmulatorOptions& options) {
  if (!options.is_secure) return nullptr;
  TRY(const net::PrivateAuthority authority,
      net::generate_private_authority(
          {.names = {options.address}, .valid_from = wall_clock() - kHour, .valid_for = 30 * kDay}));
  std::error_code ignored;  // what is wrong with the folder is told by the file
  std::filesystem::create_directories(std::filesystem::path(options.ca_file).parent_path(), ignored);
  std::ofstream file(options.ca_file, std::ios::trunc);
  file << authority.ca_pem;
  if (!file.flush()) return fail(ErrorKind::io, fmt::format("cannot write {}", options.ca_file));
  return net::TlsContext::for_server(
      {.certificate_pem = authority.certificate_pem, .key_pem = authority.key_pem});
}

Result<int> emulate(EmulatorOptions options, const Globals& globals) {
  if (options.ca_file.empty()) options.ca_file = globals.sessions.parent_path() / "emulator-ca.pem";
  TRY(auto tls, make_tls(options));
  TRY(const auto host, EmulatorHost::make(options, globals.store, std::move(tls)));
  watch_interrupt();
  const std::string ca_file = options.is_secure ? options.ca_file : std::string();
  fmt::print("{}\n", options.json ? emulator_json_of(*host, ca_file) : emulator_text_of(*host, ca_file));
  std::fflush(stdout);
  TRY_VOID(host->run());
  return 0;
}

void add_market_options(CLI::App& command, EmulatorOptions& options) {
  command.add_option("--market", options.market, "synthetic, or dataset: what the store has recorded")
      ->capture_default_str();
  command.add_option("--instruments", options.symbols, "Symbols with commas; without it the usual ones");
  command.add_option("--from", options.from, "dataset: first moment");
  command.add_option("--to", options.to, "dataset: end");
  command.add_option("--speed", options.speed, "dataset: times as fast as it was recorded")
      ->capture_default_str();
  command.add_flag("--repeat", options.repeat, "dataset: begin again at the end");
  command.add_option("--events", options.events, "synthetic: events per second and instrument")
      ->capture_default_str();
  command.add_option("--seed", options.seed, "Of the market and of faults")
      ->check(whole_number())
      ->capture_default_str();
}

void add_service_options(CLI::App& command, EmulatorOptions& options) {
  command.add_option("--address", options.address, "Address to listen at")->capture_default_str();
  command.add_option("--port", options.port,
                     "First port: Binance takes two (spot, USDⓈ-M), Bybit one; 0: any that are free");
  command.add_flag("--tls", options.is_secure, "Serve https and wss, by a private authority of this run");
  command.add_option("--ca", options.ca_file,
                     "File that the authority's certificate is written to (default: emulator-ca.pem beside "
                     "the sessions)");
  command.add_option("--account", options.accounts, "Name of an account (may be repeated)")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--balance", options.balances, "What accounts begin with: USDT=10000,linear:USDT=500");
  command.add_option(
      "--faults", options.faults,
      "What goes wrong: http_429=0.01,accept_then_503=0.02,latency_ms=5-200,maintenance=30s@2m");
  command.add_option("--acknowledge-ms", options.acknowledge_ms, "Least time that every request takes")
      ->check(whole_number());
  command
      .add_option("--funding-minutes", options.funding_minutes, "Funding every so many minutes; 0: as listed")
      ->check(whole_number());
  command.add_flag("--ban-at-once", options.bans_at_once, "Ban on the first request above a limit");
  command.add_flag("--json", options.json, "Print addresses and keys as one line of JSON when ready");
}

}  // namespace

void add_emulator(CLI::App& app, Globals& globals) {
  CLI::App* command = add_command(
      app, "emulator", "Serve an exchange on this machine that bots made for Binance and Bybit can trade on",
      "  kontor emulator --venue binance                       spot and USDⓈ-M, with a market made up\n"
      "  kontor emulator --venue binance,bybit --port 9000     at ports 9000, 9001 and 9002\n"
      "  kontor emulator --market dataset --from 2025-01-05 --speed 10\n"
      "  kontor emulator --faults gap=0.01,accept_then_503=0.02\n"
      "  kontor emulator --tls --ca ca.pem --json               https and wss, for programs\n");
  auto options = std::make_shared<EmulatorOptions>();
  command->add_option("--venue", options->venues, "binance, bybit, or both with a comma")
      ->capture_default_str();
  add_market_options(*command, *options);
  add_service_options(*command, *options);
  set_action(*command, globals, [options, &globals] { return emulate(*options, globals); });
}

}  // namespace kontor::app
