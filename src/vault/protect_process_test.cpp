#include "vault/protect_process.hpp"

#include <cstdlib>

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace kontor::vault {
namespace {

int protected_outcome() {
  if (::prctl(PR_GET_DUMPABLE) != 1) return 2;
  if (!protect_process()) return 3;
  rlimit core{};
  if (::getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0 || core.rlim_max != 0) return 4;
  if (::prctl(PR_GET_DUMPABLE) != 0) return 5;
  return protect_process() ? 0 : 6;
}

// In a process of its own: there is no way back.
TEST(ProtectProcessDeathTest, LeavesNoCoreAndLetsNobodyLookInside) {
  EXPECT_EXIT(std::exit(protected_outcome()), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace kontor::vault
