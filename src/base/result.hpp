#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace kontor {

/// What kind of thing went wrong; the command line turns it into its exit code.
enum class ErrorKind : std::uint8_t {
  usage,      ///< the request itself is wrong: a flag, a key, a value, an unknown name (exit 2)
  bad_data,   ///< input data is not what it should be: format, checksum, order, content (exit 3)
  io,         ///< the file system or the network refused (exit 1)
  no_space,   ///< the disk or the quota is full (exit 1)
  overflow,   ///< a number does not fit its type (exit 3: it came from data)
  not_found,  ///< something named does not exist (exit 2)
  canceled,   ///< the user interrupted (exit 130)
  internal,   ///< anything else (exit 1)
};

/// An expected failure. `message` says what was expected and what was found, with path and line for files.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;
};

/// The exit code that a command ends with after this error.
constexpr int exit_code(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::usage:
    case ErrorKind::not_found: return 2;
    case ErrorKind::bad_data:
    case ErrorKind::overflow: return 3;
    case ErrorKind::canceled: return 130;
    case ErrorKind::io:
    case ErrorKind::no_space:
    case ErrorKind::internal: return 1;
  }
  return 1;
}

template <class T>
using Result = std::expected<T, Error>;

/// A failure ready to be returned from any function whose result is a Result.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return std::unexpected<Error>(Error{kind, std::move(message)});
}

}  // namespace kontor

#define KONTOR_CONCAT_INNER(a, b) a##b
#define KONTOR_CONCAT(a, b) KONTOR_CONCAT_INNER(a, b)

/// `TRY(auto x, expression)` unwraps a Result or returns its error; `TRY_VOID(expression)` for Result<void>.
#define TRY(declaration, ...)                                                        \
  auto KONTOR_CONCAT(try_result_, __LINE__) = (__VA_ARGS__);                         \
  if (!KONTOR_CONCAT(try_result_, __LINE__)) {                                       \
    return std::unexpected(std::move(KONTOR_CONCAT(try_result_, __LINE__)).error()); \
  }                                                                                  \
  declaration = std::move(*KONTOR_CONCAT(try_result_, __LINE__))

#define TRY_VOID(...)                                      \
  if (auto try_result = (__VA_ARGS__); !try_result) {      \
    return std::unexpected(std::move(try_result).error()); \
  }                                                        \
  static_assert(true)
