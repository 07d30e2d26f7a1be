#include "screen/terminal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <langinfo.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

// Without this the library's functions are macros with names such as `move` and `clear`.
#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <ncurses.h>

#include "screen/terminal_strings.hpp"

namespace kontor::screen {
namespace {

/// What a signal's handler needs to bring the terminal back. Nothing else than what is global is in its
/// reach.
struct Rescue {
  volatile std::sig_atomic_t is_up = 0;
  ClosingBytes closing{};
  termios modes{};
  SCREEN* screen = nullptr;  ///< the library's own
};
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): see above
Rescue rescue;

constexpr std::array<int, 7> kCrashes{SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGQUIT, SIGHUP};

extern "C" void on_crash(int signal) {
  Terminal::restore();
  ::raise(signal);  // the handler goes with its first call: this is the end that there would have been
}

/// Who has a handler of its own for a crash keeps it.
void change_crash_handlers(bool watch) {
  for (const int signal : kCrashes) {
    struct sigaction present = {};
    ::sigaction(signal, nullptr, &present);
    struct sigaction wanted = {};
    wanted.sa_flags = watch ? static_cast<int>(SA_RESETHAND | SA_NODEFER) : 0;
    wanted.sa_handler = watch ? on_crash : SIG_DFL;
    const auto replaced = watch ? SIG_DFL : on_crash;
    if (present.sa_handler == replaced) ::sigaction(signal, &wanted, nullptr);
  }
}

/// A process in the background that touched its terminal would be stopped.
bool is_in_front() noexcept {
  const pid_t front = ::tcgetpgrp(STDOUT_FILENO);
  return front < 0 || front == ::getpgrp();
}

bool takes_output() noexcept {
  pollfd watched{STDOUT_FILENO, POLLOUT, 0};
  return ::poll(&watched, 1, 0) > 0 && (watched.revents & POLLOUT) != 0;
}

bool wants_no_colours() {
  const char* wish = std::getenv("NO_COLOR");
  return wish != nullptr && *wish != '\0';
}

enum Pair : short { kGood = 1, kBad, kWarning, kAlarm };

bool start_colours() {
  if (wants_no_colours() || !::has_colors() || ::start_color() == ERR) return false;
  const short background = ::use_default_colors() == OK ? -1 : COLOR_BLACK;
  ::init_pair(kGood, COLOR_GREEN, background);
  ::init_pair(kBad, COLOR_RED, background);
  ::init_pair(kWarning, COLOR_YELLOW, background);
  ::init_pair(kAlarm, COLOR_WHITE, COLOR_RED);
  return true;
}

attr_t attributes_of(Style style) noexcept {
  switch (style) {
    case Style::plain:
    case Style::good:
    case Style::bad: return A_NORMAL;
    case Style::faint: return A_DIM;
    case Style::strong:
    case Style::warning: return A_BOLD;
    case Style::selected: return A_REVERSE;
    case Style::alarm: return A_BOLD;
  }
  return A_NORMAL;
}

short pair_of(Style style) noexcept {
  switch (style) {
    case Style::good: return kGood;
    case Style::bad: return kBad;
    case Style::warning: return kWarning;
    case Style::alarm: return kAlarm;
    case Style::plain:
    case Style::faint:
    case Style::strong:
    case Style::selected: return 0;
  }
  return 0;
}

void set_style(Style style, bool has_colours) {
  const bool stands_out = style == Style::alarm && !has_colours;
  ::attr_set(attributes_of(style) | (stands_out ? A_REVERSE : A_NORMAL), has_colours ? pair_of(style) : 0,
             nullptr);
}

KeyPress press_of(int code) noexcept {
  switch (code) {
    case KEY_UP: return {Key::up, 0};
    case KEY_DOWN: return {Key::down, 0};
    case KEY_PPAGE: return {Key::page_up, 0};
    case KEY_NPAGE: return {Key::page_down, 0};
    case KEY_HOME: return {Key::home, 0};
    case KEY_END: return {Key::end, 0};
    case KEY_BTAB: return {Key::back_tab, 0};
    case '\t': return {Key::tab, 0};
    case '\x1b': return {Key::escape, 0};
    default: break;
  }
  const bool is_text = code >= ' ' && code <= '~';
  return {Key::character, is_text ? static_cast<char>(code) : '\0'};
}

}  // namespace

bool Terminal::can_show() {
  const char* name = std::getenv("TERM");
  if (name == nullptr || *name == '\0' || std::strcmp(name, "dumb") == 0) return false;
  if (::isatty(STDOUT_FILENO) == 0 || !is_in_front()) return false;
  return can_move_cursor();
}

Result<std::unique_ptr<Terminal>> Terminal::open() {
  std::unique_ptr<Terminal> terminal(new Terminal);
  terminal->has_keyboard_ = ::isatty(STDIN_FILENO) != 0;
  const char* before = std::setlocale(LC_CTYPE, nullptr);
  terminal->locale_ = before == nullptr ? "C" : before;
  std::setlocale(LC_CTYPE, "");
  terminal->is_unicode_ = std::strcmp(::nl_langinfo(CODESET), "UTF-8") == 0;
  termios modes{};
  ::tcgetattr(STDOUT_FILENO, &modes);
  rescue.screen = ::newterm(nullptr, stdout, stdin);
  if (rescue.screen == nullptr)
    return fail(ErrorKind::io, "expected a terminal that can show a view, found one that can't; try --plain");
  rescue.closing = closing_bytes();
  rescue.modes = modes;
  rescue.is_up = 1;
  change_crash_handlers(true);
  terminal->begin();
  TRY(terminal->errors_, HeldErrors::open());
  return terminal;
}

void Terminal::begin() {
  ::cbreak();
  ::noecho();
  ::keypad(stdscr, TRUE);
  ::nodelay(stdscr, TRUE);
  ::set_escdelay(25);
  ::curs_set(0);
  has_colours_ = start_colours();
  // A terminal that somebody has stopped with Ctrl-S would stop the session.
  termios modes{};
  if (::tcgetattr(STDOUT_FILENO, &modes) == 0) {
    modes.c_iflag &= ~static_cast<tcflag_t>(IXON);
    ::tcsetattr(STDOUT_FILENO, TCSANOW, &modes);
    ::def_prog_mode();
  }
}

Terminal::~Terminal() {
  if (rescue.is_up == 0) return;  // it could not be opened
  rescue.is_up = 0;
  change_crash_handlers(false);
  ::curs_set(1);
  ::endwin();
  ::tcsetattr(STDOUT_FILENO, TCSADRAIN, &rescue.modes);
  ::delscreen(rescue.screen);
  std::setlocale(LC_CTYPE, locale_.c_str());
  errors_.reset();
}

void Terminal::restore() noexcept {
  if (rescue.is_up == 0) return;
  rescue.is_up = 0;
  const auto written = ::write(STDOUT_FILENO, rescue.closing.bytes.data(), rescue.closing.size);
  static_cast<void>(written);
  ::tcsetattr(STDOUT_FILENO, TCSANOW, &rescue.modes);
  HeldErrors::release();
}

Size Terminal::size() {
  winsize window{};
  const bool is_known =
      ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_row > 0 && window.ws_col > 0;
  if (is_known && (window.ws_row != ::getmaxy(stdscr) || window.ws_col != ::getmaxx(stdscr)))
    ::resizeterm(window.ws_row, window.ws_col);
  return {::getmaxx(stdscr), ::getmaxy(stdscr)};
}

void Terminal::put(const std::vector<Line>& lines) {
  if (!is_in_front()) {
    was_behind_ = true;
    return;
  }
  if (!takes_output()) return;
  if (std::exchange(was_behind_, false)) ::clearok(stdscr, TRUE);
  ::werase(stdscr);
  for (std::size_t row = 0; row < lines.size(); ++row) {
    ::wmove(stdscr, static_cast<int>(row), 0);
    for (const Piece& run : lines[row]) {
      set_style(run.style, has_colours_);
      const std::string shown = is_unicode_ ? run.text : ascii_of(run.text);
      ::waddnstr(stdscr, shown.data(), static_cast<int>(shown.size()));
    }
  }
  ::wrefresh(stdscr);
}

KeyPress Terminal::key() {
  if (!has_keyboard_ || !is_in_front()) return {};
  const int code = ::wgetch(stdscr);
  if (code == ERR || code == KEY_RESIZE) return {};
  return press_of(code);
}

void Terminal::wait(std::chrono::milliseconds longest) const {
  pollfd watched{STDIN_FILENO, POLLIN, 0};
  const nfds_t count = has_keyboard_ && is_in_front() ? 1 : 0;
  ::poll(&watched, count, static_cast<int>(longest.count()));
}

}  // namespace kontor::screen
