#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "emulator/exchange.hpp"
#include "emulator/fault_plan.hpp"
#include "emulator/request_limiter.hpp"

namespace kontor::emulator {

/// What an emulated venue is made from.
struct EmulatedVenueSettings {
  VenueName venue = VenueName::binance;
  ExchangeSettings exchange{};
  std::uint64_t seed = 1;
  DurationNs acknowledge_ns = 0;                    ///< how long every request takes at the least
  std::string faults{};                             ///< see FaultPlan::set()
  std::array<LimiterSettings, kProducts> limits{};  ///< by Product
  std::vector<AccountSettings> accounts{};

  /// The venue's published limits, one account `test` with the key and secret that docs/emulator.md names.
  [[nodiscard]] static EmulatedVenueSettings standard(VenueName venue, TimeNs start);
};

/// An exchange with what stands before it: request limits and the fault switch. The fronts that speak the
/// venue's protocol hold a reference to it and share it. One thread.
class EmulatedVenue {
 public:
  [[nodiscard]] static Result<std::unique_ptr<EmulatedVenue>> make(Listings listings,
                                                                   std::unique_ptr<MarketFeed> feed,
                                                                   const EmulatedVenueSettings& settings);

  [[nodiscard]] Exchange& exchange() noexcept { return *exchange_; }
  [[nodiscard]] const Exchange& exchange() const noexcept { return *exchange_; }
  [[nodiscard]] FaultPlan& faults() noexcept { return faults_; }
  [[nodiscard]] const FaultPlan& faults() const noexcept { return faults_; }
  /// A venue that serves its products under different addresses limits each of them.
  [[nodiscard]] RequestLimiter& limiter(Product product) noexcept {
    return limiters_[static_cast<std::size_t>(product)];
  }

  /// The true time has come to `now`: the market, timers and scheduled faults. False: more is due.
  [[nodiscard]] Result<bool> advance(TimeNs now);
  [[nodiscard]] TimeNs next_time() const noexcept;
  /// What the venue's clock shows, and what it checks timestamps by: now with the fault switch's skew.
  [[nodiscard]] TimeNs server_time() const noexcept;
  /// Decides on a request before it is looked at; includes the least time that every request takes.
  [[nodiscard]] RequestFault before_request(bool places_order);

 private:
  EmulatedVenue(std::unique_ptr<Exchange> exchange, const EmulatedVenueSettings& settings);

  std::unique_ptr<Exchange> exchange_;
  FaultPlan faults_;
  std::array<RequestLimiter, kProducts> limiters_;
  DurationNs acknowledge_ns_ = 0;
};

}  // namespace kontor::emulator
