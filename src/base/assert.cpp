#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace kontor {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "event=assertion_failed expression=\"%s\" file=%s line=%d\n", expression, file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace kontor
