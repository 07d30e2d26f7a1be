#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "session/control.hpp"

namespace kontor::screen {

/// The parts of the view that can be longer than their place.
enum class Panel : std::uint8_t { positions, orders, events };
inline constexpr std::size_t kPanels = 3;

/// One number per panel.
using PerPanel = std::array<std::size_t, kPanels>;

/// What stands in front of the panels, or instead of the line of keys.
enum class Dialog : std::uint8_t { none, help, flatten };

/// Where a person has taken the view to.
struct ViewState {
  Panel panel = Panel::positions;  ///< that the keys move
  Dialog dialog = Dialog::none;
  PerPanel offsets{};  ///< rows scrolled past: from the first row on, of events from the last one back
  PerPanel heights{};  ///< rows that the last picture had place for
  std::uint64_t newest_seq = 0;  ///< of the events, when they were looked at last
  std::string notice{};          ///< something to be read; until the next key
};

enum class Key : std::uint8_t {
  none,       ///< nobody has pressed one
  character,  ///< of text
  up,
  down,
  page_up,
  page_down,
  home,
  end,
  tab,
  back_tab,
  escape,
};

struct KeyPress {
  Key key = Key::none;
  char character = 0;
};

/// Obeys a key as far as the view is concerned; what the session has to obey is given back. `q` gives
/// Request::stop: who only watches leaves instead.
[[nodiscard]] std::optional<session::Request> press(ViewState& state, KeyPress key);

/// New events have come, up to `newest_seq`: who has scrolled back goes on seeing what is there.
void follow(ViewState& state, std::uint64_t newest_seq) noexcept;

}  // namespace kontor::screen
