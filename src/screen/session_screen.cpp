#include "screen/session_screen.hpp"

#include <algorithm>

#include "screen/fields.hpp"

namespace kontor::screen {
namespace {

constexpr std::array<Panel, kPanels> kAllPanels{Panel::positions, Panel::orders, Panel::events};
/// A title and one row: less is nothing.
constexpr std::size_t kLeastHeight = 2;

/// How many lines each panel gets; 0: it has no place. The selected one is the last to lose its own.
PerPanel share(const SessionPicture& picture, Panel selected, std::size_t rows) {
  PerPanel heights{};
  std::size_t left = rows;
  const auto give = [&](Panel panel) {
    auto& height = heights[static_cast<std::size_t>(panel)];
    if (height != 0 || left < kLeastHeight) return;
    height = kLeastHeight;
    left -= kLeastHeight;
  };
  give(selected);
  for (const Panel panel : kAllPanels) give(panel);
  for (bool is_hungry = true; is_hungry && left > 0;) {
    is_hungry = false;
    for (const Panel panel : kAllPanels) {
      auto& height = heights[static_cast<std::size_t>(panel)];
      if (height == 0 || left == 0 || height >= wanted_height(picture, panel)) continue;
      ++height;
      --left;
      is_hungry = true;
    }
  }
  // What nobody needs lies below the last panel.
  for (auto height = heights.rbegin(); height != heights.rend(); ++height) {
    if (*height == 0) continue;
    *height += left;
    break;
  }
  return heights;
}

void append(std::vector<Line>& lines, std::vector<Line> more) {
  std::ranges::move(more, std::back_inserter(lines));
}

Line key(std::string_view name, std::string_view does) {
  return {{std::string(name), Style::strong}, {" " + std::string(does), Style::faint}};
}

}  // namespace

Line key_line(Seat seat, Dialog dialog, std::size_t width) {
  if (dialog == Dialog::flatten) {
    const std::string_view whole = "Withdraw every order and close every position? y/n";
    const std::string_view brief = "Close everything? y/n";
    return clip(Line{{std::string(width_of(whole) <= width ? whole : brief), Style::alarm}}, width);
  }
  if (dialog == Dialog::help) return clip(key("any key", "goes back"), width);
  if (seat == Seat::no_keyboard) return clip(key("Ctrl-C", "stops in good order"), width);
  return joined({{key("q", seat == Seat::driver ? "stop" : "leave"), 0},
                 {key("p", "pause"), 2},
                 {key("r", "resume"), 3},
                 {key("f", "flatten"), 1},
                 {key("Tab", "panel"), 5},
                 {key("↑↓", "scroll"), 6},
                 {key("?", "help"), 4}},
                width);
}

std::vector<Line> help_lines(Seat seat) {
  const auto line = [](std::string_view name, std::string_view does) {
    return Line{{" " + fitted(name, 11), Style::strong}, {std::string(does), Style::plain}};
  };
  return {line("p", "pause: no new risk; exits and protection go on"),
          line("r", "resume: trade again; resets breakers"),
          line("f", "flatten: withdraw every order, close every position, halt (asks first)"),
          seat == Seat::onlooker
              ? line("q, Ctrl-C", "leave; the session goes on")
              : line("q, Ctrl-C", "end in good order; orders and positions stay as they are"),
          line("Tab", "select another panel; Shift-Tab the one before"),
          line("↑ ↓", "scroll it; also k and j, PgUp, PgDn, Home, End")};
}

std::vector<Line> session_screen(const SessionPicture& picture, ViewState& state, Size size) {
  const auto rows = static_cast<std::size_t>(std::max(size.rows, 0));
  const auto width = static_cast<std::size_t>(std::max(size.columns, 0));
  std::vector<Line> lines = head_lines(picture, {static_cast<int>(width), size.rows});
  std::vector<Line> foot;
  if (!state.notice.empty()) foot.push_back(clip(Line{{printable(state.notice), Style::warning}}, width));
  foot.push_back(key_line(picture.seat, state.dialog, width));
  // The keys stay whatever happens; the head's last lines go first.
  lines.resize(std::min(lines.size(), rows - std::min(rows, foot.size())));
  const std::size_t between = rows - std::min(rows, lines.size() + foot.size());
  if (state.dialog == Dialog::help) {
    for (const Line& line : help_lines(picture.seat)) lines.push_back(clip(line, width));
  } else {
    const PerPanel heights = share(picture, state.panel, between);
    for (const Panel panel : kAllPanels)
      append(lines, panel_lines(picture, state, panel, heights[static_cast<std::size_t>(panel)], width));
  }
  lines.resize(rows - std::min(rows, foot.size()));
  append(lines, std::move(foot));
  lines.resize(rows);
  return lines;
}

}  // namespace kontor::screen
