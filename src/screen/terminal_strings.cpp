#include "screen/terminal_strings.hpp"

#include <bit>
#include <cstdint>

#include <unistd.h>

#define NCURSES_NOMACROS 1
#include <ncurses.h>
// A macro for each of the five hundred things that a terminal may know, such as `lines` and `tab`: alone
// here.
#include <term.h>

namespace kontor::screen {
namespace {

/// What the terminal understands by this; nullptr where it does not.
const char* capability(const char* name) {
  const char* text = ::tigetstr(name);
  // The library says "there is no such thing" by another pointer than nullptr.
  return std::bit_cast<std::intptr_t>(text) == -1 ? nullptr : text;
}

// The library hands over byte by byte, to a function without anything else.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): see above
ClosingBytes gathered;

extern "C" int gather_byte(int byte) {
  if (gathered.size < gathered.bytes.size()) gathered.bytes[gathered.size++] = static_cast<char>(byte);
  return byte;
}

}  // namespace

ClosingBytes closing_bytes() {
  gathered = {};
  for (const char* name : {"sgr0", "rmkx", "cnorm", "rmcup"}) {
    if (const char* text = capability(name); text != nullptr) ::tputs(text, 1, gather_byte);
  }
  return gathered;
}

bool can_move_cursor() {
  int outcome = 0;
  if (::setupterm(nullptr, STDOUT_FILENO, &outcome) == ERR) return false;
  const bool can_move = capability("cup") != nullptr;
  ::del_curterm(::cur_term);
  return can_move;
}

}  // namespace kontor::screen
