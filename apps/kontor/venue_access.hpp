#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "command.hpp"
#include "net/rate_budget_shared.hpp"
#include "venue/live/rest_caller.hpp"

namespace kontor::app {

/// Where a venue is spoken to, and of which of its products.
struct VenueAccessOptions {
  std::string product = "spot";
  std::string network = "mainnet";
  std::string endpoint;  ///< `http://127.0.0.1:8090`: an emulator; empty: the venue's own addresses
  std::string ca;        ///< certificates to trust instead of the system's, in PEM
};

/// --network, --endpoint, --ca.
void add_venue_network_options(CLI::App& command, VenueAccessOptions& options);
/// VENUE, --product and those.
void add_venue_access_options(CLI::App& command, std::string& venue, VenueAccessOptions& options);

/// A venue that is spoken to by one command after the other question: each call waits for its answer, within
/// the limits that all processes of this machine share. Ctrl-C ends the waiting. One thread.
class VenueAccess {
 public:
  /// A venue that wants more patience is left alone.
  static constexpr DurationNs kLongestWait = 10 * kMinute;

  /// Without credentials there are only public questions. Errors: usage, not_found (no such venue), io (the
  /// folder of the limits, the certificates).
  [[nodiscard]] static Result<std::unique_ptr<VenueAccess>> open(
      const std::string& venue, const VenueAccessOptions& options, const Globals& globals,
      std::shared_ptr<const venue::Credentials> credentials = {});

  /// Asks and waits for the answer. Errors: io (no answer, or the venue wants more patience than there is),
  /// usage (the venue cannot do that, or refuses it), not_found, bad_data (not what the venue is known to
  /// send), canceled.
  [[nodiscard]] Result<void> ask(const venue::Action& action, net::RateLane lane,
                                 const live::RestCaller::OnMessage& on_message);
  /// Waits until the limits have room for the action, and counts it: whoever calls this sends it now.
  [[nodiscard]] Result<void> wait_for_room(const venue::Action& action, net::RateLane lane);
  /// Lets the sockets speak for so long, or until somebody has pressed Ctrl-C.
  void run_for(DurationNs time);
  /// Reads the venue's clock; before the first question it happens by itself. After the machine's start it
  /// also finds out what is left of the limits, where the venue states it.
  [[nodiscard]] Result<void> prepare();

  [[nodiscard]] const std::string& venue() const noexcept { return venue_; }
  [[nodiscard]] venue::Product product() const noexcept { return product_; }
  [[nodiscard]] const venue::Endpoints& endpoints() const noexcept { return endpoints_; }
  [[nodiscard]] const std::shared_ptr<const venue::Credentials>& credentials() const noexcept {
    return rest_->setup().credentials;
  }
  [[nodiscard]] const net::ConnectOptions& connect() const noexcept { return connect_; }
  [[nodiscard]] net::IoLoop& loop() noexcept { return loop_; }
  [[nodiscard]] net::HttpClient& http() noexcept { return *http_; }
  [[nodiscard]] net::SharedRateBudget& budget() noexcept { return *budget_; }
  [[nodiscard]] live::RestCaller& rest() noexcept { return *rest_; }

 private:
  VenueAccess() = default;
  [[nodiscard]] live::CallOutcome wait_for(const std::function<void(live::RestCaller::OnDone)>& start);
  [[nodiscard]] Result<void> wait_until(const net::WaitUntil& wait);
  [[nodiscard]] std::unexpected<Error> failure_of(const live::CallOutcome& outcome) const;

  std::string venue_;
  venue::Product product_ = venue::Product::spot;
  bool is_quiet_ = false;
  bool has_told_ = false;  ///< that it waits for the limits
  bool is_prepared_ = false;
  venue::Endpoints endpoints_;
  net::ConnectOptions connect_;
  std::unique_ptr<net::SharedRateBudget> budget_;
  net::IoLoop loop_;
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<live::RestCaller> rest_;
};

}  // namespace kontor::app
