#include "vault/vault_lock.hpp"

#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include "vault/guarded_file.hpp"

namespace kontor::vault {
namespace {

constexpr std::chrono::milliseconds kPause{20};
constexpr mode_t kLockFile = 0600;

}  // namespace

Result<VaultLock> VaultLock::take(const std::filesystem::path& vault, LockKind kind,
                                  std::chrono::milliseconds longest_wait) {
  std::filesystem::path path = vault;
  path += ".lock";
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, kLockFile));
  if (!file.is_open()) return file_failure("open", path, errno);
  const int operation = (kind == LockKind::shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  for (auto waited = std::chrono::milliseconds(0);; waited += kPause) {
    if (::flock(file.number(), operation) == 0) return VaultLock(std::move(file));
    if (errno != EWOULDBLOCK && errno != EINTR) return file_failure("lock", path, errno);
    if (waited >= longest_wait) break;
    std::this_thread::sleep_for(kPause);
  }
  return fail(ErrorKind::io,
              fmt::format("{}: expected its turn within {} ms, found another process at the vault",
                          vault.string(), longest_wait.count()));
}

}  // namespace kontor::vault
