#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::screen {

/// How a piece of text looks; what that is in colours is the terminal's affair.
enum class Style : std::uint8_t {
  plain,
  faint,     ///< what is only read by who looks for it: labels, rules
  strong,    ///< headings
  good,      ///< a profit, a session that trades
  bad,       ///< a loss, an error
  warning,   ///< what somebody ought to look at
  selected,  ///< the panel that the keys move
  alarm,     ///< a question, a state that is not the usual one
};

/// A piece of a line in one style.
struct Piece {
  std::string text;
  Style style = Style::plain;
  bool operator==(const Piece&) const = default;
};

/// One row of the screen.
using Line = std::vector<Piece>;

/// A terminal's size in character cells.
struct Size {
  int columns = 0;
  int rows = 0;
  bool operator==(const Size&) const = default;
};

/// The cells that UTF-8 text takes on a terminal: two for East Asian wide characters, none for marks that
/// combine with the one before.
[[nodiscard]] std::size_t width_of(std::string_view text) noexcept;
[[nodiscard]] std::size_t width_of(const Line& line) noexcept;

/// The text without what a terminal could take for a command: control characters and bytes that are no UTF-8
/// become `?`, ends of lines and tabs a space.
[[nodiscard]] std::string printable(std::string_view text);
/// The text without the sequences by which terminals change colours (ECMA-48, select graphic rendition).
[[nodiscard]] std::string without_styles(std::string_view text);
/// The text in ASCII, for terminals that know nothing else; of the same width.
[[nodiscard]] std::string ascii_of(std::string_view text);

/// At most `width` cells; a text that is longer ends in `…`.
[[nodiscard]] std::string clip(std::string_view text, std::size_t width);
/// The line cut to at most `width` cells, the same way.
[[nodiscard]] Line clip(const Line& line, std::size_t width);

enum class Align : std::uint8_t { left, right };
/// Exactly `width` cells: clipped, or filled with spaces.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t width, Align align = Align::left);

/// The line's text without its styles.
[[nodiscard]] std::string text_of(const Line& line);

}  // namespace kontor::screen
