#include "vault/protect_process.hpp"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace kontor::vault {
namespace {

std::unexpected<Error> unprotected(std::string_view what) {
  return fail(ErrorKind::internal,
              fmt::format("cannot {}: {}; no secret is read", what, std::generic_category().message(errno)));
}

/// A refusal is no error: what cannot be locked can at worst be swapped out.
void raise_memory_lock_limit() noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_MEMLOCK, &limit);
}

}  // namespace

Result<void> protect_process() {
  const rlimit none{};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) return unprotected("forbid core dumps");
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return unprotected("keep other processes out of this one");
  raise_memory_lock_limit();
  return {};
}

}  // namespace kontor::vault
