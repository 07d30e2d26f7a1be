#include "vault/secret_input.hpp"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "vault/descriptor.hpp"

namespace kontor::vault {
namespace {

enum class Got : std::uint8_t { letter, line_end, end };

Result<Got> read_letter(int descriptor, SecretText& line) {
  char letter = 0;
  ssize_t got = 0;
  do got = ::read(descriptor, &letter, 1);
  while (got < 0 && errno == EINTR);
  if (got < 0 && errno == EBADF)
    return fail(ErrorKind::usage,
                fmt::format("expected descriptor {} to be open for reading, it is not", descriptor));
  if (got < 0) {
    return fail(ErrorKind::io, fmt::format("cannot read from descriptor {}: {}", descriptor,
                                           std::generic_category().message(errno)));
  }
  if (got == 0) return Got::end;
  if (letter == '\n') return Got::line_end;
  if (line.push_back(letter)) return Got::letter;
  return fail(ErrorKind::usage,
              fmt::format("expected a line of at most {} bytes from descriptor {}, found a longer one",
                          kLongestLine, descriptor));
}

Result<SecretText> read_secret_line(int descriptor, std::size_t number, std::size_t count) {
  SecretText line = SecretText::with_capacity(kLongestLine);
  for (;;) {
    TRY(const Got got, read_letter(descriptor, line));
    if (got == Got::letter) continue;
    if (got == Got::line_end || !line.empty()) return line;
    return fail(ErrorKind::usage, fmt::format("expected {} line{} from descriptor {}, found {}", count,
                                              count == 1 ? "" : "s", descriptor, number));
  }
}

}  // namespace

Result<std::vector<SecretText>> read_secret_lines(int descriptor, std::size_t count) {
  const Descriptor owner(descriptor);
  std::vector<SecretText> lines;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(auto line, read_secret_line(descriptor, i, count));
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace kontor::vault
