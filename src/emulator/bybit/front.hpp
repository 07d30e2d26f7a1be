#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "emulator/emulated_venue.hpp"
#include "net/http_server.hpp"
#include "net/io_loop.hpp"
#include "net/tls.hpp"

namespace kontor::emulator::bybit {

/// Where the front listens.
struct FrontSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                  ///< 0: any that is free
  std::shared_ptr<net::TlsContext> tls{};  ///< empty: http and ws
  /// Brings the venue's time up to now; called before a request is looked at. Empty: the driver's own steps
  /// are enough.
  std::function<void()> catch_up{};
};

/// What clients are pointed at.
struct FrontUrls {
  std::string rest;         ///< `http://127.0.0.1:8080`
  std::string public_spot;  ///< `ws://127.0.0.1:8080/v5/public/spot`
  std::string public_linear;
  std::string account;  ///< `…/v5/private`
  std::string trade;
};

/// Serves an emulated venue over the protocol of Bybit's v5 interface: REST, public and private streams,
/// order entry, and the emulator's own control requests, all on one port. Whoever drives the venue's time
/// calls after_step() when it has. The venue and the loop must outlive it; on the loop's thread.
class Front {
 public:
  /// Errors: io (the address cannot be had), usage (the exchange takes no more listeners).
  [[nodiscard]] static Result<std::unique_ptr<Front>> listen(net::IoLoop& loop, EmulatedVenue& venue,
                                                             FrontSettings settings);
  ~Front();
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  [[nodiscard]] FrontUrls urls() const;
  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] std::size_t sockets() const noexcept;

  /// Events of a step of time have been told: what they call for is done, and what is due is sent. Happens by
  /// itself within some milliseconds, too.
  void after_step();
  /// Takes no more connections; what is left after this time is dropped. Then `done` is called.
  void stop(DurationNs grace, std::move_only_function<void()> done);

 private:
  class Impl;
  explicit Front(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kontor::emulator::bybit
