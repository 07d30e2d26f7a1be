#pragma once

#include <string>
#include <string_view>

namespace kontor {

/// Cuts from the front of `text` what can be written into a JSON string in one go, and returns how: a run of
/// characters as they are, or an escape of one. Empty once the text is. Joined, the pieces are valid UTF-8
/// whatever the text was, and safe inside an HTML script element (`<` becomes `\u003c`).
[[nodiscard]] std::string_view next_json_piece(std::string_view& text) noexcept;

/// Appends the text as a JSON string, quotes included, to anything that has append() and push_back().
template <class Buffer>
void append_json_text(Buffer& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) out.append(next_json_piece(text));
  out.push_back('"');
}

/// Appends a number so that it reads back the same; null for what JSON has no number for.
void append_json_number(std::string& out, double number);

}  // namespace kontor
