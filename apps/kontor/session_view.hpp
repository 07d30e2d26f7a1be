#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "journal/posix_file_system.hpp"
#include "screen/session_screen.hpp"
#include "screen/terminal.hpp"
#include "session/event_tail.hpp"

namespace kontor::app {

/// The view of a session on the terminal: draws now and then, and hears what the keys say. For whoever drives
/// the session, and for whoever watches it from elsewhere.
class SessionViewer {
 public:
  using Look = std::function<session::SessionView()>;

  /// `folder` is the session's: its events are read from there. Error io: the terminal can't be made ready.
  [[nodiscard]] static Result<std::unique_ptr<SessionViewer>> open(const std::string& folder,
                                                                   screen::Seat seat);

  /// The view of a session in this process where it is wanted and the terminal can show one; nullptr: it
  /// can't, or it is not wanted.
  [[nodiscard]] static std::unique_ptr<SessionViewer> open_if(bool wanted, const std::string& folder);

  /// To be called as often as there is time: mostly looks at the clock and returns. Reads the keys every 50
  /// ms, draws up to four times a second what `look` gives, and more often only while keys are pressed. What
  /// somebody wants of the session, where somebody does; Request::stop for `q`.
  [[nodiscard]] std::optional<session::Request> attend(const Look& look);
  /// Waits for a key, at most so long.
  void wait(std::chrono::milliseconds longest) const { terminal_->wait(longest); }
  /// Something to be read, until the next key.
  void notice(std::string text) { state_.notice = std::move(text); }

 private:
  using Clock = std::chrono::steady_clock;

  SessionViewer(std::unique_ptr<screen::Terminal> terminal, const std::string& folder, screen::Seat seat);
  [[nodiscard]] std::optional<session::Request> hear();
  void draw(const Look& look, Clock::time_point now);
  void measure(std::uint64_t events, Clock::time_point now);

  std::unique_ptr<screen::Terminal> terminal_;
  journal::PosixFileSystem files_;
  session::EventTail tail_;
  screen::SessionPicture picture_;
  screen::ViewState state_;
  Clock::time_point next_look_{};
  Clock::time_point next_draw_{};
  std::optional<Clock::time_point> measured_;  ///< when the events were counted last …
  std::uint64_t counted_ = 0;                  ///< … and how many there were
};

}  // namespace kontor::app
