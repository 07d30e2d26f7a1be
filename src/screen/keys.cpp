#include "screen/keys.hpp"

#include <algorithm>

namespace kontor::screen {
namespace {

using session::Request;

constexpr std::size_t index_of(Panel panel) noexcept { return static_cast<std::size_t>(panel); }

void select(ViewState& state, std::size_t steps) noexcept {
  state.panel = static_cast<Panel>((index_of(state.panel) + steps) % kPanels);
}

/// Up and down on the screen; the offset of events counts the other way.
void scroll(ViewState& state, bool down, std::size_t rows) noexcept {
  std::size_t& offset = state.offsets[index_of(state.panel)];
  const bool grows = down != (state.panel == Panel::events);
  offset = grows ? offset + rows : offset - std::min(offset, rows);
}

/// More than any panel has; the next picture takes it back to what there is.
constexpr std::size_t kFar = 1'000'000'000;

void move(ViewState& state, Key key) noexcept {
  const std::size_t page = std::max<std::size_t>(state.heights[index_of(state.panel)], 1);
  switch (key) {
    case Key::up: return scroll(state, false, 1);
    case Key::down: return scroll(state, true, 1);
    case Key::page_up: return scroll(state, false, page);
    case Key::page_down: return scroll(state, true, page);
    case Key::home: return scroll(state, false, kFar);
    case Key::end: return scroll(state, true, kFar);
    case Key::tab: return select(state, 1);
    case Key::back_tab: return select(state, kPanels - 1);
    case Key::none:
    case Key::character:
    case Key::escape: return;
  }
}

std::optional<Request> word(ViewState& state, char character) noexcept {
  switch (character) {
    case 'q': return Request::stop;
    case 'p': return Request::pause;
    case 'r': return Request::resume;
    case 'f': state.dialog = Dialog::flatten; return std::nullopt;
    case '?':
    case 'h': state.dialog = Dialog::help; return std::nullopt;
    case 'j': scroll(state, true, 1); return std::nullopt;
    case 'k': scroll(state, false, 1); return std::nullopt;
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<Request> press(ViewState& state, KeyPress key) {
  if (key.key == Key::none) return std::nullopt;
  state.notice.clear();
  const Dialog dialog = state.dialog;
  state.dialog = Dialog::none;
  if (dialog == Dialog::flatten) {
    const bool agrees = key.key == Key::character && (key.character == 'y' || key.character == 'Y');
    if (!agrees) state.notice = "Nothing was flattened.";
    return agrees ? std::optional(Request::flatten) : std::nullopt;
  }
  // Any key takes the help away; the one that ends the session does no more than that.
  if (dialog == Dialog::help) return std::nullopt;
  if (key.key == Key::character) return word(state, key.character);
  move(state, key.key);
  return std::nullopt;
}

void follow(ViewState& state, std::uint64_t newest_seq) noexcept {
  std::size_t& offset = state.offsets[index_of(Panel::events)];
  if (offset != 0 && newest_seq > state.newest_seq) offset += newest_seq - state.newest_seq;
  state.newest_seq = newest_seq;
}

}  // namespace kontor::screen
