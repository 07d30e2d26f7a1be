#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "session/paper_session.hpp"

namespace kontor::app {

/// Drives a session by the wall clock, `speed` times as fast as the market was, and listens to Ctrl-C.
class WallPace final : public session::Pace {
 public:
  /// `print` gets a line of status now and then; empty: nobody looks.
  WallPace(std::optional<double> speed, std::function<void(const session::SessionStatus&)> print)
      : speed_(speed), print_(std::move(print)) {}

  session::Request wait(TimeNs due, const std::function<void()>& idle) override;
  void show(const session::SessionStatus& status) override;

 private:
  using Clock = std::chrono::steady_clock;

  std::optional<double> speed_;  ///< nothing: as fast as it goes
  std::function<void(const session::SessionStatus&)> print_;
  std::optional<TimeNs> market_start_;
  Clock::time_point wall_start_;
  Clock::time_point next_print_;
  std::uint64_t shown_ = 0;
};

/// `1`, `60`, `0.5`, or `max`, which is nothing. Anything else is a usage error.
[[nodiscard]] Result<std::optional<double>> parse_speed(const std::string& text);

}  // namespace kontor::app
