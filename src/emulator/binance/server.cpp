#include "emulator/binance/server.hpp"

#include <utility>

#include <fmt/format.h>

#include "emulator/binance/front.hpp"

namespace kontor::emulator::binance {

Server::Server(std::unique_ptr<Front> front) noexcept : front_(std::move(front)) {}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::listen(net::IoLoop& loop, EmulatedVenue& venue,
                                               ServerSettings settings) {
  std::unique_ptr<Server> server(new Server(std::make_unique<Front>(
      venue, loop, FrontSettings{.seed = settings.seed, .catch_up = std::move(settings.catch_up)})));
  const auto options = [&](std::uint16_t port) {
    return net::ServerOptions{.address = settings.address, .port = port, .tls = settings.tls};
  };
  TRY(server->spot_,
      net::HttpServer::listen(loop, options(settings.spot_port), server->front_->handlers(Product::spot)));
  TRY(server->linear_, net::HttpServer::listen(loop, options(settings.linear_port),
                                               server->front_->handlers(Product::linear)));
  const auto url = [&](bool is_socket, std::uint16_t port, std::string_view path) {
    return fmt::format("{}{}://{}:{}{}", is_socket ? "ws" : "http", settings.tls ? "s" : "", settings.address,
                       port, path);
  };
  const std::uint16_t spot = server->spot_->port();
  const std::uint16_t linear = server->linear_->port();
  server->urls_ = {.spot_rest = url(false, spot, ""),
                   .spot_streams = url(true, spot, ""),
                   .spot_api = url(true, spot, "/ws-api/v3"),
                   .linear_rest = url(false, linear, ""),
                   .linear_streams = url(true, linear, ""),
                   .linear_api = url(true, linear, "/ws-fapi/v1")};
  return server;
}

void Server::after_step() { front_->tick(); }

void Server::stop(DurationNs grace, std::move_only_function<void()> done) {
  front_->shut_down();
  auto rest = std::make_shared<std::pair<int, std::move_only_function<void()>>>(2, std::move(done));
  for (const auto& server : {spot_.get(), linear_.get()})
    server->stop(grace, [rest] {
      if (--rest->first == 0) rest->second();
    });
}

}  // namespace kontor::emulator::binance
