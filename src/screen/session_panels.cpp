#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "screen/session_screen.hpp"
#include "screen/table.hpp"

namespace kontor::screen {
namespace {

using session::EventLevel;

// From these widths on a screen has place for more about each event.
constexpr std::size_t kWideForTypes = 90;
constexpr std::size_t kWideForDates = 50;

/// What a panel shows: its name, its rows, and what stands there where it has none.
struct Content {
  std::string_view title;
  std::string_view empty;
  std::size_t rows;
};

Content content_of(const SessionPicture& picture, Panel panel) noexcept {
  switch (panel) {
    case Panel::positions: return {"Positions", "No positions.", picture.view.positions.size()};
    case Panel::orders: return {"Open orders", "No open orders.", picture.view.orders.size()};
    case Panel::events: return {"Last events", "No events yet.", picture.events.size()};
  }
  return {"", "", 0};
}

/// Events have no headings: a time and a sentence need none.
constexpr bool has_headings(Panel panel) noexcept { return panel != Panel::events; }

Style style_of_profit(const std::string& profit) noexcept {
  if (profit.empty() || profit.find_first_of("123456789") == std::string::npos) return Style::plain;
  return profit.front() == '-' ? Style::bad : Style::good;
}

Table positions_table(const SessionPicture& picture) {
  Table table{{{"INSTRUMENT", Align::left, 0},
               {"STRATEGY", Align::right, 5},
               {"QUANTITY", Align::right, 1},
               {"AVERAGE", Align::right, 3},
               {"MARK", Align::right, 4},
               {"P&L", Align::right, 2}}};
  for (const auto& line : picture.view.positions) {
    table.rows.push_back({line.instrument, fmt::format("{}", line.strategy), line.quantity,
                          line.average_price, line.mark,
                          Cell(line.unrealized, style_of_profit(line.unrealized))});
  }
  return table;
}

Table orders_table(const SessionPicture& picture) {
  Table table{{{"ORDER", Align::right, 7},
               {"INSTRUMENT", Align::left, 0},
               {"SIDE", Align::left, 1},
               {"TYPE", Align::left, 5},
               {"QUANTITY", Align::right, 2},
               {"FILLED", Align::right, 6},
               {"PRICE", Align::right, 3},
               {"STATUS", Align::left, 4},
               {"STRATEGY", Align::right, 8}}};
  for (const auto& line : picture.view.orders) {
    table.rows.push_back({fmt::format("{}", line.id), line.instrument, line.side, line.type, line.quantity,
                          line.filled, line.price, line.status, fmt::format("{}", line.strategy)});
  }
  return table;
}

Style style_of(EventLevel level) noexcept {
  switch (level) {
    case EventLevel::debug: return Style::faint;
    case EventLevel::info: return Style::plain;
    case EventLevel::warning: return Style::warning;
    case EventLevel::error:
    case EventLevel::critical: return Style::bad;
  }
  return Style::plain;
}

/// `2025-05-04 15:33:00`, without what a narrow screen has no place for.
std::string event_time(TimeNs time, std::size_t width) {
  std::string text = format_time(floor_divide(time, kSecond) * kSecond);
  std::ranges::replace(text, 'T', ' ');
  constexpr std::size_t kDate = 5;
  constexpr std::size_t kClock = 11;
  if (width >= kWideForTypes) return text.substr(0, 19);
  return width >= kWideForDates ? text.substr(kDate, 14) : text.substr(kClock, 5);
}

Table events_table(const SessionPicture& picture, std::size_t width) {
  const bool has_types = width >= kWideForTypes;
  Table table{{{"TIME", Align::left, 1}}};
  if (has_types) table.columns.push_back({"EVENT", Align::left, 2});
  table.columns.push_back({"", Align::left, 0, true});
  for (const auto& event : picture.events) {
    auto& row = table.rows.emplace_back();
    row.emplace_back(event_time(event.ts, width), Style::faint);
    if (has_types) row.emplace_back(std::string(session::name_of(event.type)), style_of(event.level));
    row.emplace_back(event.message, style_of(event.level));
  }
  return table;
}

Table table_of(const SessionPicture& picture, Panel panel, std::size_t width) {
  switch (panel) {
    case Panel::positions: return positions_table(picture);
    case Panel::orders: return orders_table(picture);
    case Panel::events: return events_table(picture, width);
  }
  return {};
}

/// `─ Positions 3–7 of 12 ─────`.
Line title_line(const Content& content, std::size_t first, std::size_t shown, bool is_selected,
                std::size_t width) {
  std::string title(content.title);
  if (shown == 1 && content.rows > 1) {
    title += fmt::format(" {} of {}", first + 1, content.rows);
  } else if (shown != 0 && shown < content.rows) {
    title += fmt::format(" {}–{} of {}", first + 1, first + shown, content.rows);
  } else if (content.rows != 0) {
    title += fmt::format(" {}", content.rows);
  }
  const Line line{
      {"─ ", Style::faint}, {title, is_selected ? Style::selected : Style::strong}, {" ", Style::faint}};
  Line whole = clip(line, width);
  for (std::size_t left = width - width_of(whole); left > 0; --left) {
    if (whole.back().style != Style::faint) whole.push_back({"", Style::faint});
    whole.back().text += "─";
  }
  return whole;
}

}  // namespace

std::size_t wanted_height(const SessionPicture& picture, Panel panel) noexcept {
  const std::size_t rows = content_of(picture, panel).rows;
  return 1 + (rows == 0 ? 1 : rows + (has_headings(panel) ? 1 : 0));
}

std::vector<Line> panel_lines(const SessionPicture& picture, ViewState& state, Panel panel,
                              std::size_t height, std::size_t width) {
  if (height == 0) return {};
  const Content content = content_of(picture, panel);
  const auto index = static_cast<std::size_t>(panel);
  std::size_t place = height - 1;
  // A heading over a single row of several is no help.
  const bool headed =
      has_headings(panel) && content.rows != 0 && place >= std::min<std::size_t>(content.rows, 2) + 1;
  if (headed) --place;
  const std::size_t shown = std::min(place, content.rows);
  state.heights[index] = place;
  state.offsets[index] = std::min(state.offsets[index], content.rows - shown);
  const std::size_t offset = state.offsets[index];
  const std::size_t first = panel == Panel::events ? content.rows - shown - offset : offset;
  std::vector<Line> lines{title_line(content, first, shown, panel == state.panel, width)};
  if (content.rows == 0 && place > 0)
    lines.push_back(clip(Line{{" " + std::string(content.empty), Style::faint}}, width));
  if (content.rows != 0) {
    const auto all = lines_of(table_of(picture, panel, width), width);
    if (headed) lines.push_back(all.front());
    const auto from = all.begin() + 1 + static_cast<std::ptrdiff_t>(first);
    lines.insert(lines.end(), from, from + static_cast<std::ptrdiff_t>(shown));
  }
  lines.resize(height);
  return lines;
}

}  // namespace kontor::screen
