#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "emulator/emulated_venue.hpp"

namespace kontor::app {

/// What `kontor emulator` is asked for.
struct EmulatorOptions {
  std::string venues = "binance";
  std::string market = "synthetic";
  std::string symbols;  ///< empty: the usual ones
  std::string from;
  std::string to;
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  bool is_secure = false;
  std::string ca_file;  ///< where the certificate of the authority goes; empty: beside the sessions
  std::string faults;
  std::uint64_t seed = 1;
  double speed = 1;
  double events = 4;
  bool repeat = false;
  std::uint64_t acknowledge_ms = 0;
  std::uint64_t funding_minutes = 0;
  std::string balances;
  std::vector<std::string> accounts;
  bool bans_at_once = false;
  bool json = false;
};

/// The names in a list with commas; empty ones are left out.
std::vector<std::string> names_in(const std::string& list);

/// Makes one venue with its market and its accounts. `store` is the data catalogue, `now` the time at which
/// it opens. Errors: usage, and those of the market.
Result<std::unique_ptr<emulator::EmulatedVenue>> make_venue(const EmulatorOptions& options,
                                                            const std::string& name,
                                                            const std::filesystem::path& store, TimeNs now);

}  // namespace kontor::app
