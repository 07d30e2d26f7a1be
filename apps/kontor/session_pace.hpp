#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "session/control_socket.hpp"
#include "session/paper_session.hpp"
#include "session_settings.hpp"

namespace kontor::app {

/// Drives a session by the wall clock, `speed` times as fast as the market was, and listens: to Ctrl-C, to
/// the session's control socket, to the emergency stop's file and to the configuration's.
class WallPace final : public session::Pace {
 public:
  /// `control` and `settings` must outlive it. `print` gets the status now and then; empty: nobody looks.
  WallPace(std::optional<double> speed, session::ControlServer& control, SettingsFile& settings,
           std::filesystem::path sessions, std::function<void(const session::SessionStatus&)> print)
      : speed_(speed),
        control_(control),
        settings_(settings),
        sessions_(std::move(sessions)),
        print_(std::move(print)) {}

  /// Is called as often as the pace listens, from 64 events at full speed to 50 ms of waiting between two
  /// calls; gives what somebody at the screen wants.
  void on_look(std::function<std::optional<session::Request>()> look) { look_ = std::move(look); }

  /// Says this before anybody else says anything.
  void say(session::Request request) noexcept { first_ = request; }

  /// Tells of what is asked for by Ctrl-C, by the emergency stop and at the screen.
  void on_word(std::function<void(std::string_view by, session::Request request)> tell) {
    on_word_ = std::move(tell);
  }

  session::Demand wait(TimeNs due, const std::function<void()>& idle) override;
  std::optional<session::SettingsWord> settings(const journal::Configuration& in_force) override {
    return settings_.read(in_force);
  }
  /// At full speed time is nobody's: the market waits.
  std::optional<session::Demand> stand_still() override;
  void show(const session::PaperSession& session) override;

 private:
  using Clock = std::chrono::steady_clock;

  /// Sleeps at most so long; a request if one has come meanwhile.
  session::Demand listen(std::chrono::milliseconds longest);
  session::Request look_at_emergency_stop();
  void tell_interrupt();

  std::optional<double> speed_;  ///< nothing: as fast as it goes
  session::ControlServer& control_;
  SettingsFile& settings_;
  std::filesystem::path sessions_;
  std::function<void(const session::SessionStatus&)> print_;
  std::function<void(std::string_view, session::Request)> on_word_;
  std::function<std::optional<session::Request>()> look_;
  std::optional<TimeNs> market_start_;
  Clock::time_point wall_start_;
  Clock::time_point next_print_;
  Clock::time_point next_stop_look_;
  session::Request first_ = session::Request::none;
  bool has_begun_ = false;
  std::uint64_t waits_ = 0;
  std::uint64_t shown_ = 0;
  bool has_to_answer_ = false;
  bool is_interrupted_ = false;  ///< and that was told
  bool is_stopped_ = false;      ///< the emergency stop was seen
};

/// `1`, `60`, `0.5`, or `max`, which is nothing. Anything else is a usage error.
[[nodiscard]] Result<std::optional<double>> parse_speed(const std::string& text);

}  // namespace kontor::app
