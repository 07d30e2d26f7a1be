#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "emulator/binance/server.hpp"
#include "emulator/bybit/front.hpp"
#include "emulator/emulated_venue.hpp"
#include "emulator_options.hpp"
#include "net/io_loop.hpp"

namespace kontor::app {

/// One venue that is served, and what clients need to know of it.
struct ServedVenue {
  std::string name;
  std::unique_ptr<emulator::EmulatedVenue> venue{};
  std::unique_ptr<emulator::binance::Server> binance{};
  std::unique_ptr<emulator::bybit::Front> bybit{};
};

/// Serves emulated venues and lets their time pass by the machine's clock, until the user stops it.
class EmulatorHost {
 public:
  /// `tls` is empty where nothing is encrypted. Errors: those of the venues, io (a port cannot be had).
  [[nodiscard]] static Result<std::unique_ptr<EmulatorHost>> make(const EmulatorOptions& options,
                                                                  const std::filesystem::path& store,
                                                                  std::shared_ptr<net::TlsContext> tls);
  ~EmulatorHost();
  EmulatorHost(const EmulatorHost&) = delete;
  EmulatorHost& operator=(const EmulatorHost&) = delete;

  [[nodiscard]] const std::vector<ServedVenue>& venues() const noexcept { return venues_; }
  /// Returns when the user has asked to stop and all is closed, or with what a market fails with.
  [[nodiscard]] Result<void> run();

 private:
  EmulatorHost() = default;
  [[nodiscard]] Result<void> serve(ServedVenue& served, const EmulatorOptions& options, std::uint16_t port,
                                   const std::shared_ptr<net::TlsContext>& tls);
  void step();
  void advance(emulator::EmulatedVenue& venue);
  void stop();

  net::IoLoop loop_;
  std::vector<ServedVenue> venues_;
  net::Timer timer_;
  std::size_t open_ = 0;
  bool is_stopping_ = false;
  std::optional<Error> failure_;
};

}  // namespace kontor::app
