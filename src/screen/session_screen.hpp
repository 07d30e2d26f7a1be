#pragma once

#include <vector>

#include "screen/keys.hpp"
#include "screen/line.hpp"
#include "session/logged_event.hpp"
#include "session/status.hpp"

namespace kontor::screen {

/// What the keys do here.
enum class Seat : std::uint8_t {
  driver,      ///< in the session's own process: q ends it
  onlooker,    ///< elsewhere: q leaves it alone
  no_keyboard  ///< nobody can press a key but Ctrl-C
};

/// All that the view of a session shows.
struct SessionPicture {
  session::SessionView view{};
  std::vector<session::LoggedEvent> events{};  ///< the last ones, oldest first
  double events_per_second = 0;
  DurationNs runtime = 0;  ///< of this run, on the wall
  Seat seat = Seat::driver;
};

/// The view on a screen of this size: exactly `size.rows` lines, each at most `size.columns` cells wide.
/// Where there is little place it leaves out columns, then panels, but for the one that is selected. Takes
/// the offsets of `state` back to what there is, and notes the panels' heights in it. A function of its
/// arguments.
[[nodiscard]] std::vector<Line> session_screen(const SessionPicture& picture, ViewState& state, Size size);

// Its parts.
/// Session, state, time, pace, money, and what keeps it from trading; the most important line first.
[[nodiscard]] std::vector<Line> head_lines(const SessionPicture& picture, Size size);
/// A panel of `height` lines, its title first.
[[nodiscard]] std::vector<Line> panel_lines(const SessionPicture& picture, ViewState& state, Panel panel,
                                            std::size_t height, std::size_t width);
/// The lines that a panel would like to have.
[[nodiscard]] std::size_t wanted_height(const SessionPicture& picture, Panel panel) noexcept;
/// The last line: keys, or a question.
[[nodiscard]] Line key_line(Seat seat, Dialog dialog, std::size_t width);
[[nodiscard]] std::vector<Line> help_lines(Seat seat);

}  // namespace kontor::screen
