#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "faults/fault_world.hpp"
#include "faults/faulty_venue.hpp"
#include "journal/simulated_file_system.hpp"
#include "session/live_session.hpp"

namespace kontor::faults {

/// Of the run's session, in its simulated file system.
inline constexpr const char* kSessionFolder = "sessions/faulty";

/// What one seed did.
struct FaultReport {
  std::uint64_t seed = 0;
  std::uint64_t events = 0;  ///< that the session's engine was given
  std::uint64_t orders = 0;  ///< that left the session
  std::uint64_t fills = 0;
  std::uint64_t kills = 0;
  std::uint64_t disk_failures = 0;
  std::uint64_t disk_recoveries = 0;  ///< that a session lived to see
  std::uint64_t disk_crashes = 0;     ///< of a session that could not write
  std::uint64_t unrecorded = 0;       ///< commands that left while the disk failed
  std::uint64_t orphans = 0;          ///< orders that a later run found at the venue
  std::uint64_t disconnects = 0;
  std::uint64_t manual_trades = 0;
  std::uint64_t term_changes = 0;  ///< of the instrument
  std::uint64_t delistings = 0;
  FaultCounts network;
  std::uint64_t state_checksum = 0;  ///< of the last state: the same seed gives the same
  /// The first invariant that did not hold, with the time of the world; empty: all held.
  std::string violation;
};

/// One session's life through everything that a seed has in store: the real session with its journal on a
/// simulated disk, against a simulated venue behind a faulty network, killed and started again, on virtual
/// time and in one thread.
///
/// After every step: the ledger sums to zero, the account's position is the sum of its strategies', no order
/// left twice, and nothing that adds risk left while the disk failed; once the session knows that it does, no
/// entry is left working. After every restart: the journal knows of every order that left and added risk, and
/// no id of any other is given again. At the end, when the faults are over: session and venue agree on every
/// balance, position and open order, nothing is unknown, a replay of the journal comes to the same state, and
/// no order was given up that the venue has taken.
class FaultRun {
 public:
  FaultRun(std::uint64_t seed, std::uint64_t minutes);
  FaultRun(const FaultRun&) = delete;
  FaultRun& operator=(const FaultRun&) = delete;

  [[nodiscard]] FaultReport run();

 private:
  enum class Incident : std::uint8_t {
    kill,
    crash,
    disk,
    disconnect,
    silence,
    manual,
    gap,
    clock,
    terms,
    delisting
  };
  struct Planned {
    TimeNs at = kTimeMax;
    Incident incident{};
  };

  Result<std::unique_ptr<session::LiveSession>> open_session();
  void begin_process();
  void end_process();
  void kill(journal::Loss loss);
  void guard(Result<void> outcome, bool begins = false);
  void step();
  void step_market_at_venue();
  void step_market_here();
  void happen(Incident incident);
  void plan(Incident incident, DurationNs mean);
  void connect_again();
  void trade_by_hand();
  void change_terms();
  void delist();
  [[nodiscard]] bool is_delisted() const noexcept {
    return !venue_.instruments()[InstrumentId(0)].is_trading();
  }
  void fail_disk();
  void mend_disk();
  void calm_down();
  void settle();
  void check_step();
  void check_legs();
  void check_protection();
  bool check_sent(const Command& command);
  void check_disk();
  [[nodiscard]] bool only_reduces(const NewOrder& order) const;
  void check_end();
  void check_replay();
  void check_record(const journal::Record& record);
  void violate(std::string what);
  [[nodiscard]] bool is_settled() const;
  [[nodiscard]] std::string open_orders() const;
  [[nodiscard]] std::string why_unsettled() const;
  [[nodiscard]] TimeNs here() const noexcept { return now_ + plan_.clock_skew - jumped_back_; }
  [[nodiscard]] TimeNs session_due() const noexcept;
  [[nodiscard]] session::LiveSetup setup() const;
  [[nodiscard]] bool withdraws_foreign_orders() const noexcept { return report_.seed % 4 < 2; }

  DurationNs length_;
  FaultPlan plan_;
  FaultWorld world_;
  Prng chance_;
  journal::SimulatedFileSystem files_;
  FaultyVenue venue_;
  simulation::MarketFeed market_there_;
  simulation::MarketFeed market_here_;
  std::unique_ptr<journal::AccountLock> lock_;
  std::unique_ptr<session::LiveSession> session_;
  std::vector<Planned> planned_;  ///< by Incident
  FaultReport report_;
  TimeNs now_ = kTimeMin;
  TimeNs restart_at_ = kTimeMax;
  TimeNs mended_at_ = kTimeMax;         ///< the disk
  std::uint64_t highest_recorded_ = 0;  ///< id of the last order that must be in the journal
  bool disk_fails_ = false;             ///< so that nothing at all can be recorded
  bool knows_failure_ = false;          ///< the session does
  TimeNs works_since_ = kTimeMin;       ///< the disk, again
  TimeNs connected_at_ = kTimeMax;      ///< again
  TimeNs gap_until_ = kTimeMin;         ///< no market data before
  DurationNs jumped_back_ = 0;
};

}  // namespace kontor::faults
