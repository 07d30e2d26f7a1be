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

namespace kontor::emulator::binance {

class Front;

/// Where the venue listens.
struct ServerSettings {
  std::string address = "127.0.0.1";
  std::uint16_t spot_port = 0;             ///< 0: any that is free
  std::uint16_t linear_port = 0;           ///< 0: any that is free
  std::shared_ptr<net::TlsContext> tls{};  ///< empty: http and ws
  std::uint64_t seed = 1;                  ///< of made-up names
  /// Brings the venue to the present; called before each request. Empty: whoever drives it does enough.
  std::function<void()> catch_up{};
};

/// What clients are pointed at.
struct ServerUrls {
  std::string spot_rest;     ///< `http://127.0.0.1:8080`, also of the wallet
  std::string spot_streams;  ///< `ws://127.0.0.1:8080`
  std::string spot_api;      ///< `ws://127.0.0.1:8080/ws-api/v3`
  std::string linear_rest;   ///< of USDⓈ-M
  std::string linear_streams;
  std::string linear_api;
};

/// Serves an emulated venue over Binance's own protocol on two ports: spot and USDⓈ-M, whose streams have the
/// same paths. Whoever drives the venue's time calls after_step() when it has. Venue and loop must outlive
/// it; on the loop's thread.
class Server {
 public:
  /// Errors: io (an address cannot be had).
  [[nodiscard]] static Result<std::unique_ptr<Server>> listen(net::IoLoop& loop, EmulatedVenue& venue,
                                                              ServerSettings settings);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] const ServerUrls& urls() const noexcept { return urls_; }
  /// A step of time is over: what has become due is sent.
  void after_step();
  /// Says goodbye to sockets and takes no more connections; what is left after this time is dropped. Then
  /// `done` is called.
  void stop(DurationNs grace, std::move_only_function<void()> done);

 private:
  explicit Server(std::unique_ptr<Front> front) noexcept;

  std::unique_ptr<Front> front_;
  std::unique_ptr<net::HttpServer> spot_;
  std::unique_ptr<net::HttpServer> linear_;
  ServerUrls urls_;
};

}  // namespace kontor::emulator::binance
