#pragma once

#include <functional>
#include <string>

#include "base/log.hpp"
#include "session/control_socket.hpp"
#include "session/repeat_filter.hpp"
#include "session/session_events.hpp"

namespace kontor::session {

/// Says in a log what a session tells and what is asked of it. Orders, executions, positions, heartbeats and
/// snapshots are debug; refusals and breakers that repeat are told once a minute, with their number. One
/// thread.
class SessionLog final : public EventListener {
 public:
  /// `log` outlives this. `clock` is the time on the wall.
  SessionLog(Log& log, std::function<TimeNs()> clock) : log_(log), clock_(std::move(clock)) {}

  void hear(const LoggedEvent& event) override;
  void hear(const ConnectionChanged& change) override;
  void hear(const ClockOffsetMeasured& measured) override;
  /// Somebody asks for something over the control socket; looks are debug.
  void heard(const Demand& demand, const Peer& peer);
  /// Tells of what was kept back and is not told yet.
  void end();

 private:
  [[nodiscard]] static LogLevel level_of(const LoggedEvent& event) noexcept;
  [[nodiscard]] static LogComponent component_of(const LoggedEvent& event) noexcept;
  void say(LogLevel level, LogComponent component, const LoggedEvent& event, std::uint64_t kept_back);

  Log& log_;
  std::function<TimeNs()> clock_;
  RepeatFilter repeats_;
};

}  // namespace kontor::session
