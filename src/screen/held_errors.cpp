#include "screen/held_errors.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "screen/line.hpp"

namespace kontor::screen {
namespace {

// A signal's handler reaches nothing else than what is global.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): see above
volatile int kept_terminal = -1;
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): see above
volatile int kept_text = -1;

std::unexpected<Error> no_memory_file() {
  return fail(ErrorKind::io, fmt::format("standard error: {}", std::strerror(errno)));
}

/// What of the file begins at `offset`, up to a limit.
std::string text_from(int file, std::size_t offset, std::size_t longest) {
  std::string text(longest, '\0');
  const auto got = ::pread(file, text.data(), text.size(), static_cast<off_t>(offset));
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

std::size_t size_of(int file) noexcept {
  struct stat found{};
  return ::fstat(file, &found) == 0 ? static_cast<std::size_t>(found.st_size) : 0;
}

}  // namespace

Result<std::unique_ptr<HeldErrors>> HeldErrors::open() {
  if (::isatty(STDERR_FILENO) == 0) return std::unique_ptr<HeldErrors>();
  const int text = ::memfd_create("held-errors", MFD_CLOEXEC);
  if (text < 0) return no_memory_file();
  // Other threads write while the oldest is forgotten: at the end, wherever that is then.
  ::fcntl(text, F_SETFL, O_APPEND);
  const int terminal = ::dup(STDERR_FILENO);
  if (terminal < 0 || ::dup2(text, STDERR_FILENO) < 0) {
    auto error = no_memory_file();
    if (terminal >= 0) ::close(terminal);
    ::close(text);
    return error;
  }
  kept_text = text;
  kept_terminal = terminal;
  return std::unique_ptr<HeldErrors>(new HeldErrors);
}

HeldErrors::~HeldErrors() {
  const int text = kept_text;
  release();
  ::close(text);
}

void HeldErrors::release() noexcept {
  const int terminal = kept_terminal;
  if (terminal < 0) return;
  kept_terminal = -1;
  const int error = errno;
  ::dup2(terminal, STDERR_FILENO);
  std::array<char, 4096> buffer{};
  off_t offset = 0;
  for (;;) {
    const auto got = ::pread(kept_text, buffer.data(), buffer.size(), offset);
    if (got <= 0 || ::write(terminal, buffer.data(), static_cast<std::size_t>(got)) < 0) break;
    offset += got;
  }
  ::close(terminal);
  errno = error;
}

void HeldErrors::forget_the_oldest() {
  const std::size_t size = size_of(kept_text);
  if (size <= kMostBytes) return;
  const std::string kept = text_from(kept_text, size - kMostBytes / 2, kMostBytes / 2);
  const std::size_t line = kept.find('\n') + 1;  // 0 where there is none
  if (::ftruncate(kept_text, 0) != 0) return;
  const auto written = ::write(kept_text, kept.data() + line, kept.size() - line);
  seen_ = written > 0 ? static_cast<std::size_t>(written) : 0;
}

std::string HeldErrors::news() {
  const std::size_t size = size_of(kept_text);
  if (size == seen_) return {};
  constexpr std::size_t kLongest = 4096;
  std::string text =
      text_from(kept_text, size - std::min({size, size - std::min(size, seen_), kLongest}), kLongest);
  seen_ = size;
  forget_the_oldest();
  const auto last = text.find_last_not_of('\n');
  if (last == std::string::npos) return {};
  text.resize(last + 1);
  return without_styles(text.substr(text.rfind('\n') + 1));  // from the beginning where it is a single line
}

}  // namespace kontor::screen
