#pragma once

#include <functional>
#include <optional>
#include <string>

#include "session/chronicle.hpp"
#include "session/control.hpp"
#include "session/equity_watch.hpp"
#include "session/life_cycle.hpp"

namespace kontor::session {

/// What only those outside know of a session.
struct SessionAbout {
  std::string name{};
  std::string strategy{};
  std::string mode = "paper";
  std::string host = "unknown";
  /// What the clock on the wall says; empty: there is none, and then there are no heartbeats either.
  std::function<TimeNs()> wall_clock{};
  /// Hears what the session tells, from its first new event on; outlives the session. nullptr: nobody does.
  EventListener* listener = nullptr;
};

/// A session's figures at one moment.
struct SessionFigures {
  TimeNs now = 0;          ///< the session's time
  TimeNs market_time = 0;  ///< that the market has reached
  Amount equity;
  std::optional<Amount> initial_capital;  ///< once the account could be valued …
  TimeNs valued_at = 0;                   ///< … at this time of the market
  double max_drawdown = 0;
};

[[nodiscard]] SessionFigures figures_of(const EquityWatch& watch, TimeNs now, TimeNs market_time,
                                        Amount equity);

/// Takes a session through the states and phases of one run. Every step is a record of the journal, with its
/// time on the wall, and so an event; the summary's file follows.
class RunTeller {
 public:
  /// Both outlive the teller. `figures` tells those of the present moment.
  RunTeller(Chronicle& chronicle, SessionEvents& events, SessionAbout about,
            std::function<SessionFigures()> figures);

  /// The run has gone through its past and can write: it starts, and waits until it can be valued. A run
  /// before that never came to an end is told to have crashed.
  [[nodiscard]] Result<void> begin(const journal::Identity& identity);
  /// The account can be valued.
  [[nodiscard]] Result<void> trade(bool paused);
  /// `paper` or `live`.
  [[nodiscard]] const std::string& mode() const noexcept { return about_.mode; }
  /// Writes down what an operator has said about a request, before it is carried out.
  void hear(const Demand& demand);
  /// Whether new risk is taken: a request was carried out, or a breaker has changed.
  [[nodiscard]] Result<void> pause(bool paused);
  /// The configuration's file says what can't be, or can't be while the session runs.
  [[nodiscard]] Result<void> refuse_settings(const std::string& reason);
  /// The run comes to its end; the last snapshot is next.
  [[nodiscard]] Result<void> stop();
  /// The last snapshot was taken.
  [[nodiscard]] Result<void> end();
  /// The run has come to an error; what can still be told is.
  void fail(const Error& error);

  /// The figures at an hour's end of the market's time.
  void sample(TimeNs sampled_at);
  /// A heartbeat where one is due. Reads the clock on the wall.
  [[nodiscard]] Result<void> beat();
  /// The runs before this one have crashed, one shortly after the other. Asked before begin().
  [[nodiscard]] bool is_crash_loop() const {
    return about_.wall_clock && session::is_crash_loop(events_->fold().state(), opened_);
  }
  [[nodiscard]] bool has_begun() const noexcept { return begun_; }
  [[nodiscard]] LifeState state() const noexcept { return life_.state(); }

 private:
  using Details = std::vector<EventDetail>;

  [[nodiscard]] TimeNs wall() const { return about_.wall_clock ? about_.wall_clock() : 0; }
  void tell(EventType type, const Details& details, TimeNs ts_wall);
  void tell(EventType type, const Details& details) { tell(type, details, wall()); }
  [[nodiscard]] Result<void> go(LifeState to) { return life_.go(to); }
  void begin_phase(Phase phase, Details details, TimeNs ts_wall);
  void end_phase();
  void tell_crash();
  [[nodiscard]] Details figures() const;
  [[nodiscard]] Result<void> publish();

  Chronicle* chronicle_;
  SessionEvents* events_;
  SessionAbout about_;
  std::function<SessionFigures()> figures_;
  LifeCycle life_;
  std::optional<Phase> phase_;
  TimeNs phase_start_ = 0;  ///< on the wall
  TimeNs opened_ = 0;       ///< on the wall
  TimeNs last_beat_ = 0;    ///< on the wall
  bool begun_ = false;
};

}  // namespace kontor::session
