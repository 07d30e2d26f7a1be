#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "faults/fault_plan.hpp"
#include "venue/paper/venue_truth.hpp"

namespace kontor::faults {

/// What the network did to a run, for people to see that it was no walk in the park.
struct FaultCounts {
  std::uint64_t requests = 0;
  std::uint64_t requests_lost = 0;
  std::uint64_t requests_refused = 0;
  std::uint64_t requests_too_late = 0;
  std::uint64_t reports = 0;
  std::uint64_t reports_lost = 0;
  std::uint64_t reports_repeated = 0;
  std::uint64_t reports_delayed = 0;
  std::uint64_t questions = 0;
  std::uint64_t questions_lost = 0;
};

/// A simulated venue behind a network that loses, delays, repeats and reorders what goes over it. The venue
/// itself never errs. On virtual time: whoever drives it calls step() when next_time() has come.
class FaultyVenue final : public venue::Venue {
 public:
  static constexpr DurationNs kValidity = 5 * kSecond;
  /// A request from further in the future is refused.
  static constexpr DurationNs kStampAhead = kSecond;

  /// What it tells goes to `deliver`. What it is sent is shown to `watch`
  /// first; false: whoever sends it is dead, and it never leaves.
  FaultyVenue(const InstrumentTable& instruments, const sim::SimSettings& settings, const FaultPlan& plan,
              std::uint64_t seed, std::function<void(const venue::Input&)> deliver,
              std::function<bool(const Command&)> watch);

  [[nodiscard]] DurationNs request_validity() const noexcept override { return kValidity; }
  void send(std::span<const Command> request) override;
  void cancel_foreign(InstrumentId instrument, const std::string& venue_id) override;
  void ask_order(OrderId order, InstrumentId instrument) override;
  void ask_account(TimeNs since) override;

  /// When the next message arrives somewhere; kTimeMax if none is under way.
  [[nodiscard]] TimeNs next_time() const noexcept;
  void step();
  /// The exchange changes the terms of an instrument; where it takes no orders any more, it is delisted. The
  /// session is told after a while.
  void change(InstrumentId instrument, const InstrumentTerms& terms);
  [[nodiscard]] const InstrumentTable& instruments() const noexcept { return instruments_; }
  /// Tells how the terms are now, to whoever has just begun.
  void tell_terms();
  /// The time of the world.
  void set_now(TimeNs now) noexcept { now_ = now; }

  // The exchange's own side.
  [[nodiscard]] sim::SimVenue& exchange() noexcept { return exchange_; }
  /// Takes in what the exchange has said since the last time.
  void collect();
  [[nodiscard]] const paper::VenueTruth& truth() const noexcept { return truth_; }
  /// Somebody trades by hand on the same account, at the market or at `limit_price` if that is not zero.
  void trade_by_hand(InstrumentId instrument, Side side, RawQuantity quantity, RawPrice limit_price);

  // The network.
  /// Private messages are lost from now on, until it is told otherwise.
  void set_mute(bool mute) noexcept { is_mute_ = mute; }
  /// No more faults: what is sent from now on arrives.
  void calm_down() noexcept { plan_ = FaultPlan{}; }
  /// Our process died: what was on its way to it is gone; what is on its way to the venue is not.
  void forget_deliveries();
  [[nodiscard]] bool is_quiet() const noexcept { return under_way_.empty(); }

  [[nodiscard]] const FaultCounts& counts() const noexcept { return counts_; }
  /// How many orders ever left the session, and the highest of their ids.
  [[nodiscard]] std::size_t sent_orders() const noexcept { return sent_.size(); }
  [[nodiscard]] std::uint64_t highest_sent() const noexcept { return highest_sent_; }
  /// The first thing that no session may ever do; empty: none was done.
  [[nodiscard]] const std::string& violation() const noexcept { return violation_; }

 private:
  struct UnderWay {
    TimeNs at = 0;
    std::uint64_t number = 0;
    bool is_delivery = false;  ///< to us
    std::function<void()> arrive;
    bool operator<(const UnderWay& other) const noexcept {
      return at != other.at ? at > other.at : number > other.number;
    }
  };

  [[nodiscard]] bool happens(std::uint64_t per_mille) { return chance_.below(1'000) < per_mille; }
  [[nodiscard]] DurationNs usual_delay() {
    return 5 * kMillisecond + static_cast<DurationNs>(chance_.below(45)) * kMillisecond;
  }
  void put(DurationNs after, bool is_delivery, std::function<void()> arrive);
  void tell(DurationNs after, venue::Input input);
  void note_sent(const Command& command);
  void arrive(const std::vector<Command>& request, TimeNs sent);
  void fail(const std::vector<Command>& request, venue::Failure failure, DurationNs after);
  void report(const VenueReport& report, TimeNs at);

  InstrumentTable instruments_;  ///< the exchange's own
  FaultPlan plan_;
  Prng chance_;
  std::function<void(const venue::Input&)> deliver_;
  std::function<bool(const Command&)> watch_;
  sim::SimVenue exchange_;
  paper::VenueTruth truth_;
  std::vector<UnderWay> under_way_;  ///< a heap
  FaultCounts counts_;
  std::set<std::uint64_t> sent_;
  std::string violation_;
  TimeNs now_ = kTimeMin;
  std::uint64_t next_number_ = 0;
  std::uint64_t highest_sent_ = 0;
  std::uint64_t next_manual_ = paper::VenueTruth::kFirstManualOrder;
  bool is_mute_ = false;
};

}  // namespace kontor::faults
