#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "net/io_loop.hpp"
#include "session/control_socket.hpp"
#include "session/live_session.hpp"

namespace kontor::app {

/// Gives a live session its time: on the loop's thread it lets the sockets speak, does what has become due,
/// and listens to the control socket, to Ctrl-C and to the emergency stop's file.
class LiveDriver {
 public:
  struct Setup {
    net::IoLoop& loop;
    session::LiveSession& session;
    session::ControlServer& control;
    std::filesystem::path sessions;     ///< where the file of the emergency stop would be
    std::function<TimeNs()> now;        ///< by the venue's clock
    bool spins = false;                 ///< never sleeps, for a core of its own
    std::function<void()> on_second{};  ///< for lines and views
    std::function<void(std::string_view by, session::Request)> on_word{};
    /// What somebody at the screen wants; asked for as often as the loop turns.
    std::function<std::optional<session::Request>()> look{};
    std::function<void()> resync{};  ///< builds what is known of the market anew
    // Of a venue that has no time of its own, a simulated one; else empty.
    std::function<TimeNs()> venue_due{};
    std::function<Result<void>(TimeNs now)> advance_venue{};
  };
  /// A word that wants positions closed waits for it so long before the session ends all the same.
  static constexpr DurationNs kLongestFlattening = 2 * kMinute;

  explicit LiveDriver(Setup setup) : setup_(std::move(setup)) {}

  /// Something went wrong for good; run() ends with it.
  void fail(Error error);
  /// Runs until somebody ends it; says how.
  [[nodiscard]] Result<std::string> run();

 private:
  void listen();
  void obey(const session::Demand& demand);
  void look_for_end();
  [[nodiscard]] bool is_flat() const;
  [[nodiscard]] TimeNs next_due() const;
  void advance();

  Setup setup_;
  std::optional<Error> error_;
  std::string ending_;
  session::Request awaited_ = session::Request::none;  ///< the end that waits for orders and positions to go
  TimeNs awaited_until_ = 0;
  DurationNs next_listening_ = 0;
  DurationNs next_second_ = 0;
  bool is_emergency_seen_ = false;
};

}  // namespace kontor::app
