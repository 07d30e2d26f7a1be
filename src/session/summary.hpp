#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "session/life_cycle.hpp"
#include "session/logged_event.hpp"

namespace kontor::session {

/// A session's figures (M6); docs/sessions.md defines each. Money in the reporting asset.
struct Summary {
  std::string session_id;
  std::string name;
  std::string strategy;
  std::string mode;
  TimeNs start = 0;  ///< on the wall; 0: not started
  TimeNs end = 0;    ///< on the wall; 0: goes on
  LifeState status = LifeState::created;
  std::uint64_t phases_completed = 0;  ///< of the present run
  std::uint64_t phases_total = 0;
  std::optional<Amount> initial_capital;
  std::optional<Amount> current_equity;
  std::uint64_t trades = 0;  ///< closed round trips
  std::uint64_t wins = 0;
  std::uint64_t losses = 0;
  std::optional<double> roi;
  double max_drawdown = 0;
  std::optional<double> sharpe;
  std::int64_t runtime_ms = 0;
  TimeNs last_updated = 0;  ///< on the wall
  std::uint64_t last_seq = 0;
};

/// As the file has it: one JSON object, two spaces, a line end; the same for the same summary.
[[nodiscard]] std::string to_json(const Summary& summary);

/// What of events that were seen the next summary depends on. Part of a session's snapshots.
struct SummaryState {
  std::string session_id;
  std::string name;
  std::string strategy;
  std::string mode;
  TimeNs start = 0;
  TimeNs end = 0;
  std::uint8_t status = 0;  ///< LifeState
  std::uint64_t phases_completed = 0;
  std::uint64_t phases_total = 0;
  std::optional<Amount> initial_capital;
  std::optional<Amount> equity;
  std::uint64_t trades = 0;
  std::uint64_t wins = 0;
  std::uint64_t losses = 0;
  double max_drawdown = 0;
  std::int64_t runtime_ms = 0;  ///< of the runs before the present one
  TimeNs run_start = 0;         ///< on the wall
  TimeNs last_wall = 0;
  std::uint64_t last_seq = 0;
  TimeNs last_sample = 0;         ///< the session's time; 0: none yet
  std::int64_t day = 0;           ///< that goes on, in days of the market's time
  double day_base = 0;            ///< equity at the end of the day before the last sample's
  double day_equity = 0;          ///< at the last sample
  std::vector<double> returns{};  ///< of whole days
  /// On the wall: when the last runs failed, kCrashLoop of them at most, as long as none ended in good order.
  std::vector<TimeNs> failures{};
  BOOST_DESCRIBE_CLASS(SummaryState, (),
                       (session_id, name, strategy, mode, start, end, status, phases_completed, phases_total,
                        initial_capital, equity, trades, wins, losses, max_drawdown, runtime_ms, run_start,
                        last_wall, last_seq, last_sample, day, day_base, day_equity, returns, failures),
                       (), ())
};

/// So many runs that failed one after the other, all of them within this time, are a loop of crashes.
inline constexpr std::size_t kCrashLoop = 3;
inline constexpr DurationNs kCrashLoopTime = 10 * kMinute;
/// True where the next run, begun at `now` on the wall, would be one more of them. A run that has not come to
/// its end yet counts as crashed.
[[nodiscard]] bool is_crash_loop(const SummaryState& state, TimeNs now);

/// The one fold from events to the summary, both while a session runs and from its file.
class SummaryFold {
 public:
  explicit SummaryFold(SummaryState state = {}) : state_(std::move(state)) {}

  void take(const LoggedEvent& event);
  [[nodiscard]] Summary summary() const;
  [[nodiscard]] const SummaryState& state() const noexcept { return state_; }
  [[nodiscard]] LifeState status() const noexcept { return static_cast<LifeState>(state_.status); }

 private:
  void start_run(const LoggedEvent& event);
  void end_run();
  void sample(TimeNs at, double equity);
  void close_day() { state_.returns.push_back(state_.day_equity / state_.day_base - 1); }

  SummaryState state_;
};

}  // namespace kontor::session
