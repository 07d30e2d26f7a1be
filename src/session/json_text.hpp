#pragma once

#include <string>
#include <string_view>

namespace kontor::session {

/// Appends the text as a JSON string: quoted, escaped, and valid UTF-8 whatever it was before.
void append_json_text(std::string& out, std::string_view text);
/// Appends a number so that it reads back the same; null for what JSON has no number for.
void append_json_number(std::string& out, double number);

}  // namespace kontor::session
