#include "vault/terminal_prompt.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <termios.h>

#include "vault/descriptor.hpp"
#include "vault/secret_input.hpp"

namespace kontor::vault {
namespace {

constexpr std::array kWatched{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): a signal handler reaches nothing else
std::atomic<int> prompt_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

extern "C" void on_prompt_signal(int number) { prompt_signal.store(number); }

/// While it lives the watched signals are noted instead of obeyed, and come at one place only: during wait().
class SignalWatch {
 public:
  SignalWatch() {
    prompt_signal.store(0);
    sigset_t watched{};
    sigemptyset(&watched);
    for (const int number : kWatched) sigaddset(&watched, number);
    ::pthread_sigmask(SIG_BLOCK, &watched, &mask_before_);
    struct sigaction note{};
    note.sa_handler = on_prompt_signal;
    for (std::size_t i = 0; i < kWatched.size(); ++i) ::sigaction(kWatched[i], &note, &actions_before_[i]);
  }
  ~SignalWatch() {
    for (std::size_t i = 0; i < kWatched.size(); ++i) ::sigaction(kWatched[i], &actions_before_[i], nullptr);
    ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  /// Waits for something to read; the signal that came instead, 0 for none.
  [[nodiscard]] Result<int> wait(int terminal) const {
    sigset_t open = mask_before_;
    for (const int number : kWatched) sigdelset(&open, number);
    pollfd readable{.fd = terminal, .events = POLLIN, .revents = 0};
    const int got = ::ppoll(&readable, 1, nullptr, &open);
    if (const int number = prompt_signal.load(); number != 0) return number;
    if (got >= 0 || errno == EINTR) return 0;
    return fail(ErrorKind::io,
                fmt::format("cannot wait for the terminal: {}", std::generic_category().message(errno)));
  }

 private:
  sigset_t mask_before_{};
  std::array<struct sigaction, kWatched.size()> actions_before_{};
};

/// Hides what is typed; the modes from before come back when it goes. Drops what was typed before the
/// question, which was not meant for it.
class EchoGuard {
 public:
  EchoGuard(int terminal, Echo echo) : terminal_(terminal) {
    if (::tcgetattr(terminal, &before_) != 0) return;
    termios modes = before_;
    if (echo == Echo::hidden) modes.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
    modes.c_lflag |= static_cast<tcflag_t>(ICANON | ISIG);
    is_set_ = ::tcsetattr(terminal, TCSAFLUSH, &modes) == 0;
  }
  ~EchoGuard() {
    if (is_set_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  EchoGuard(const EchoGuard&) = delete;
  EchoGuard& operator=(const EchoGuard&) = delete;

  [[nodiscard]] bool is_set() const noexcept { return is_set_; }

 private:
  int terminal_;
  termios before_{};
  bool is_set_ = false;
};

Descriptor open_terminal() noexcept { return Descriptor(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)); }

std::unexpected<Error> terminal_failure(std::string_view doing) {
  return fail(ErrorKind::io,
              fmt::format("cannot {} the terminal: {}", doing, std::generic_category().message(errno)));
}

Result<void> write_terminal(int terminal, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(terminal, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return terminal_failure("write to");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

std::unexpected<Error> nothing_typed() { return fail(ErrorKind::canceled, "stopped; nothing was changed"); }

/// One character into `line`; false at its end.
Result<bool> read_typed(int terminal, SecretText& line) {
  char letter = 0;
  const ssize_t got = ::read(terminal, &letter, 1);
  if (got < 0 && errno == EINTR) return true;
  if (got < 0) return terminal_failure("read from");
  if (got == 0) return line.empty() ? Result<bool>(nothing_typed()) : Result<bool>(false);
  if (letter == '\n') return false;
  if (line.push_back(letter)) return true;
  return fail(ErrorKind::usage,
              fmt::format("expected a line of at most {} bytes, found a longer one", kLongestLine));
}

/// Nothing where Ctrl-Z was pressed.
Result<std::optional<SecretText>> ask_once(int terminal, std::string_view question, Echo echo) {
  const SignalWatch watch;
  const EchoGuard guard(terminal, echo);
  if (!guard.is_set()) return terminal_failure("prepare");
  TRY_VOID(write_terminal(terminal, question));
  SecretText line = SecretText::with_capacity(kLongestLine);
  for (bool goes_on = true; goes_on;) {
    TRY(const int signal, watch.wait(terminal));
    if (signal != 0) TRY_VOID(write_terminal(terminal, "\n"));
    if (signal == SIGTSTP) return std::nullopt;
    if (signal != 0) return nothing_typed();
    TRY(goes_on, read_typed(terminal, line));
  }
  if (echo == Echo::hidden) TRY_VOID(write_terminal(terminal, "\n"));
  return line;
}

}  // namespace

bool has_terminal() noexcept { return open_terminal().is_open(); }

Result<SecretText> ask_at_terminal(std::string_view question, Echo echo) {
  const Descriptor terminal = open_terminal();
  if (!terminal.is_open())
    return fail(ErrorKind::usage,
                fmt::format("expected a terminal to ask for \"{}\" at, found none", question));
  for (;;) {
    TRY(auto line, ask_once(terminal.number(), question, echo));
    if (line) return std::move(*line);
    ::raise(SIGTSTP);  // with the terminal as it was; comes back when the user goes on
  }
}

}  // namespace kontor::vault
