#include "screen/table.hpp"

#include <algorithm>

namespace kontor::screen {
namespace {

constexpr std::size_t kGap = 2;
/// A column that stretches is still worth its place when it is this wide.
constexpr std::size_t kLeastStretch = 12;

struct Placed {
  std::size_t column;
  std::size_t natural;  ///< as wide as what is in it
  std::size_t width;    ///< that it gets
};

std::vector<Placed> natural_widths(const Table& table) {
  std::vector<Placed> placed;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::size_t width = width_of(table.columns[i].heading);
    for (const auto& row : table.rows) width = std::max(width, width_of(row[i].text));
    const bool stretches = table.columns[i].stretches;
    placed.push_back({i, width, stretches ? std::min(width, kLeastStretch) : width});
  }
  return placed;
}

std::size_t total(const std::vector<Placed>& placed) {
  std::size_t cells = placed.empty() ? 0 : kGap * (placed.size() - 1);
  for (const auto& one : placed) cells += one.width;
  return cells;
}

/// Leaves columns out until the rest fits, then lets the last one grow that may.
std::vector<Placed> place(const Table& table, std::size_t width) {
  auto placed = natural_widths(table);
  const auto rank = [&](const Placed& one) { return table.columns[one.column].rank; };
  while (placed.size() > 1 && total(placed) > width) placed.erase(std::ranges::max_element(placed, {}, rank));
  for (auto& one : placed) {
    const std::size_t used = total(placed);
    if (used < width) one.width = std::min(one.natural, one.width + (width - used));
    if (used > width) one.width = width;  // the only one that is left
  }
  return placed;
}

}  // namespace

std::vector<Line> lines_of(const Table& table, std::size_t width) {
  const auto placed = place(table, width);
  const auto line_of = [&](auto&& cell) {
    Line line;
    for (const auto& one : placed) {
      const Cell shown = cell(one.column);
      const bool is_last = &one == &placed.back();
      const Align align = table.columns[one.column].align;
      std::string text = is_last && align == Align::left ? clip(shown.text, one.width)
                                                         : fitted(shown.text, one.width, align);
      if (!is_last) text += std::string(kGap, ' ');
      line.push_back({std::move(text), shown.style});
    }
    return line;
  };
  std::vector<Line> lines;
  lines.push_back(line_of([&](std::size_t i) { return Cell(table.columns[i].heading, Style::faint); }));
  for (const auto& row : table.rows) lines.push_back(line_of([&](std::size_t i) { return row[i]; }));
  return lines;
}

}  // namespace kontor::screen
