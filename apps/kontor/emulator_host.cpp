#include "emulator_host.hpp"

#include <utility>

#include "command.hpp"

namespace kontor::app {
namespace {

constexpr DurationNs kStep = kMillisecond;
constexpr DurationNs kGrace = 2 * kSecond;
constexpr std::uint16_t kPortsPerVenue = 2;

}  // namespace

Result<std::unique_ptr<EmulatorHost>> EmulatorHost::make(const EmulatorOptions& options,
                                                         const std::filesystem::path& store,
                                                         std::shared_ptr<net::TlsContext> tls) {
  std::unique_ptr<EmulatorHost> host(new EmulatorHost);
  const TimeNs now = wall_clock();
  std::uint16_t port = options.port;
  for (const std::string& name : names_in(options.venues)) {
    ServedVenue served{.name = name};
    TRY(served.venue, make_venue(options, name, store, now));
    TRY_VOID(host->serve(served, options, port, tls));
    host->venues_.push_back(std::move(served));
    if (port != 0) port = static_cast<std::uint16_t>(port + kPortsPerVenue);
  }
  if (host->venues_.empty()) return fail(ErrorKind::usage, "expected a venue in --venue, found none");
  return host;
}

EmulatorHost::~EmulatorHost() { timer_.cancel(); }

Result<void> EmulatorHost::serve(ServedVenue& served, const EmulatorOptions& options, std::uint16_t port,
                                 const std::shared_ptr<net::TlsContext>& tls) {
  emulator::EmulatedVenue& venue = *served.venue;
  if (venue.exchange().venue() == emulator::VenueName::bybit) {
    TRY(served.bybit,
        emulator::bybit::Front::listen(
            loop_, venue, {.address = options.address, .port = port, .tls = tls, .catch_up = [this, &venue] {
                             advance(venue);
                           }}));
    return {};
  }
  const auto next = static_cast<std::uint16_t>(port == 0 ? 0 : port + 1);
  TRY(served.binance, emulator::binance::Server::listen(loop_, venue,
                                                        {.address = options.address,
                                                         .spot_port = port,
                                                         .linear_port = next,
                                                         .tls = tls,
                                                         .seed = options.seed,
                                                         .catch_up = [this, &venue] { advance(venue); }}));
  return {};
}

void EmulatorHost::advance(emulator::EmulatedVenue& venue) {
  const Result<bool> done = venue.advance(wall_clock());
  if (!done && !failure_) failure_ = done.error();
}

void EmulatorHost::step() {
  for (ServedVenue& served : venues_) {
    advance(*served.venue);
    if (served.binance) served.binance->after_step();
    if (served.bybit) served.bybit->after_step();
  }
  if ((interrupted() || failure_) && !is_stopping_) stop();
  timer_ = loop_.after(kStep, [this] { step(); });
}

void EmulatorHost::stop() {
  is_stopping_ = true;
  open_ = venues_.size();
  const auto one_closed = [this] {
    if (--open_ == 0) loop_.stop();
  };
  for (ServedVenue& served : venues_) {
    if (served.binance) served.binance->stop(kGrace, one_closed);
    if (served.bybit) served.bybit->stop(kGrace, one_closed);
  }
}

Result<void> EmulatorHost::run() {
  step();
  loop_.run();
  if (failure_) return std::unexpected(*failure_);
  return {};
}

}  // namespace kontor::app
