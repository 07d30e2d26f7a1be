#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "session/control_socket.hpp"
#include "session/paper_session.hpp"

namespace kontor::app {

/// Drives a session by the wall clock, `speed` times as fast as the market was, and listens: to Ctrl-C, to
/// the session's control socket, and to the emergency stop's file.
class WallPace final : public session::Pace {
 public:
  /// `control` must outlive it. `print` gets the status now and then; empty: nobody looks.
  WallPace(std::optional<double> speed, session::ControlServer& control, std::filesystem::path sessions,
           std::function<void(const session::SessionStatus&)> print)
      : speed_(speed), control_(control), sessions_(std::move(sessions)), print_(std::move(print)) {}

  /// Says this before anybody else says anything.
  void say(session::Request request) noexcept { first_ = request; }

  session::Demand wait(TimeNs due, const std::function<void()>& idle) override;
  void show(const session::PaperSession& session) override;

 private:
  using Clock = std::chrono::steady_clock;

  /// Sleeps at most so long; a request if one has come meanwhile.
  session::Demand listen(std::chrono::milliseconds longest);
  session::Request look_at_emergency_stop();

  std::optional<double> speed_;  ///< nothing: as fast as it goes
  session::ControlServer& control_;
  std::filesystem::path sessions_;
  std::function<void(const session::SessionStatus&)> print_;
  std::optional<TimeNs> market_start_;
  Clock::time_point wall_start_;
  Clock::time_point next_print_;
  Clock::time_point next_stop_look_;
  session::Request first_ = session::Request::none;
  std::uint64_t waits_ = 0;
  std::uint64_t shown_ = 0;
  bool has_to_answer_ = false;
  bool is_stopped_ = false;  ///< the emergency stop was seen
};

/// `1`, `60`, `0.5`, or `max`, which is nothing. Anything else is a usage error.
[[nodiscard]] Result<std::optional<double>> parse_speed(const std::string& text);

}  // namespace kontor::app
