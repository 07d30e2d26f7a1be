#pragma once

namespace kontor {

/// Called by a failed ASSERT: prints the expression and the place, then aborts. Restart is recovery.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace kontor

/// What must hold, in every build type: a broken invariant ends the process instead of trading on.
#define ASSERT(expression)                            \
  (__builtin_expect(static_cast<bool>(expression), 1) \
       ? static_cast<void>(0)                         \
       : ::kontor::assertion_failed(#expression, __FILE__, __LINE__))
