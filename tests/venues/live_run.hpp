#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "journal/simulated_file_system.hpp"
#include "session/live_session.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/venues/emulated_side.hpp"
#include "venue/live/live_venue.hpp"

namespace kontor::venues {

struct LiveRunSettings {
  std::function<std::unique_ptr<strategy::Strategy>()> strategy{};
  std::vector<live::Feed> feeds{};
  ForeignOrderPolicy foreign_orders = ForeignOrderPolicy::ignore;
  std::uint64_t seed = 1;
  bool keeps_limits = false;
  /// Refreshed in real time; 0 where the test's time passes faster.
  DurationNs dead_man_window = 0;
  std::uint64_t snapshot_events = 500;
};

/// The processes of one live session, one after the other: each with the real adapter on the emulator's
/// sockets and the journal that the one before has left.
class LiveRun {
 public:
  static constexpr DurationNs kLongest = 15 * kSecond;

  LiveRun(EmulatedSide& side, LiveRunSettings settings);
  ~LiveRun();
  LiveRun(const LiveRun&) = delete;
  LiveRun& operator=(const LiveRun&) = delete;

  /// Another process.
  void start();
  /// The process is gone, with what a loss of power takes of its disk.
  void kill(journal::Loss loss);
  /// Ends the run in good order.
  void close();
  [[nodiscard]] bool is_running() const noexcept { return session_ != nullptr; }
  [[nodiscard]] bool has_begun() const noexcept { return has_begun_; }
  /// The venue did not let the process begin; another one may try.
  [[nodiscard]] bool is_refused() const noexcept { return is_refused_; }

  /// Lets both sides do what they have to.
  void turn();
  template <class Condition>
  bool until(const Condition& holds, DurationNs longest = kLongest) {
    const DurationNs end = net::steady_now() + longest;
    while (!holds()) {
      if (net::steady_now() > end || !problem_.empty()) return false;
      turn();
    }
    return true;
  }
  void wait(DurationNs duration) {
    const DurationNs end = net::steady_now() + duration;
    static_cast<void>(until([end] { return net::steady_now() >= end; }));
  }

  [[nodiscard]] session::LiveSession& session() noexcept { return *session_; }
  [[nodiscard]] const engine::State& state() const noexcept { return session_->engine().state(); }
  [[nodiscard]] live::LiveVenue& venue() noexcept { return *venue_; }
  [[nodiscard]] TimeNs now() { return venue_->rest().now(); }
  [[nodiscard]] const execution::Order* order(std::uint64_t id) const {
    return state().orders.find(OrderId(id));
  }
  [[nodiscard]] std::string name(OrderId order) const { return live::OrderNames(kNames).name(order); }
  void set_trading(TradingState wanted);

  /// Books and venue agree, by the session's own word, and nothing is open.
  [[nodiscard]] bool is_settled() const;
  /// The same, once more than one look has found it.
  bool until_settled(DurationNs longest = kLongest);
  /// What the books have otherwise than the exchange itself, to the last digit; empty: nothing.
  [[nodiscard]] std::string difference();
  /// Orders that the exchange has taken more than once; empty: none.
  [[nodiscard]] std::string doubled() const;
  /// After close(): orders that were given up although the exchange has taken them; empty: none.
  [[nodiscard]] std::string given_up();
  /// After close(): the journal alone comes to the same state; empty: it does.
  [[nodiscard]] std::string replay();
  [[nodiscard]] std::string notes() const;
  [[nodiscard]] std::string why_unsettled();

 private:
  static constexpr const char* kNames = "acceptance";
  static constexpr const char* kFolder = "sessions/acceptance";

  [[nodiscard]] engine::EngineSettings engine_settings() const;
  [[nodiscard]] session::LiveSetup session_setup();
  [[nodiscard]] live::LiveVenueSetup venue_setup();
  void guard(const Result<void>& outcome);

  EmulatedSide& side_;
  LiveRunSettings settings_;
  test::TemporaryFolder folder_;
  std::unique_ptr<net::SharedRateBudget> budget_;
  journal::SimulatedFileSystem files_;
  std::unique_ptr<journal::AccountLock> lock_;
  std::unique_ptr<live::LiveVenue> venue_;
  std::unique_ptr<session::LiveSession> session_;
  bool has_begun_ = false;
  bool is_refused_ = false;
  std::uint64_t processes_ = 0;
  std::vector<std::byte> last_state_;
  std::string problem_;
  std::vector<std::string> notes_;
};

}  // namespace kontor::venues
