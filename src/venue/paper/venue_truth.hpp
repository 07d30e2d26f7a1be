#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "venue/sim/sim_venue.hpp"
#include "venue/venue.hpp"

namespace kontor::paper {

/// What the exchange itself knows, whatever becomes of its messages: every order that ever reached it, every
/// execution and funding payment. Fed with the reports of a simulated venue at their source.
class VenueTruth {
 public:
  /// Ids from here on are of orders that somebody places by hand.
  static constexpr std::uint64_t kFirstManualOrder = std::uint64_t{1} << 60U;
  [[nodiscard]] static bool is_manual(OrderId order) noexcept { return order.value >= kFirstManualOrder; }

  /// An order has reached the venue.
  void arrived(const NewOrder& order);
  /// The venue has reported.
  void reported(const VenueReport& report, TimeNs at);
  /// All that it had to report is told: orders that it has no more are filled.
  void settle(const sim::SimVenue& venue);

  [[nodiscard]] const venue::OrderState* find(OrderId order) const;
  /// The account as the venue would describe it at `now`, with what happened after `since`.
  [[nodiscard]] venue::AccountAnswer account(const InstrumentTable& instruments, const sim::SimVenue& venue,
                                             TimeNs now, TimeNs since) const;
  [[nodiscard]] const std::map<std::uint64_t, venue::OrderState>& orders() const noexcept { return orders_; }
  [[nodiscard]] std::size_t fills() const noexcept { return fills_.size(); }

 private:
  void apply(venue::OrderState& order, const VenueReport& report);

  std::map<std::uint64_t, venue::OrderState> orders_;  ///< ours and manual ones, by id
  std::set<std::uint64_t> open_;
  std::vector<OrderId> touched_;  ///< since the last settle()
  std::vector<Fill> fills_;
  std::vector<venue::FundingBooked> fundings_;
};

}  // namespace kontor::paper
