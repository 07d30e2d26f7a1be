#pragma once

#include <string>
#include <vector>

#include "screen/line.hpp"

namespace kontor::screen {

/// One cell of a table.
struct Cell {
  // NOLINTNEXTLINE(google-explicit-constructor): most cells are plain text
  Cell(const std::string& what, Style how = Style::plain) : text(printable(what)), style(how) {}

  std::string text;
  Style style;
};

/// A column: where there is no place for all of them, the one with the highest `rank` goes first.
struct Column {
  std::string heading;
  Align align = Align::left;
  int rank = 0;
  bool stretches = false;  ///< takes what is left, and is cut before any column goes
};

/// Rows in columns that are as wide as what is in them, for a screen of any width.
struct Table {
  std::vector<Column> columns{};
  std::vector<std::vector<Cell>> rows{};
};

/// The heading first, then every row, each at most `width` cells wide.
[[nodiscard]] std::vector<Line> lines_of(const Table& table, std::size_t width);

}  // namespace kontor::screen
