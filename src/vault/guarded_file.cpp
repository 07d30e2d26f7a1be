#include "vault/guarded_file.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "vault/descriptor.hpp"

namespace kontor::vault {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOwnFile = 0600;
constexpr mode_t kOwnFolder = 0700;
constexpr mode_t kParentFolder = 0750;  // less the umask, as other folders of this program
constexpr mode_t kOthers = 0077;

ErrorKind file_error_kind(int error_number) noexcept {
  if (error_number == ENOENT) return ErrorKind::not_found;
  if (error_number == ENOSPC || error_number == EDQUOT) return ErrorKind::no_space;
  return ErrorKind::io;
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

Result<void> sync_guarded_folder(const fs::path& folder) {
  const Descriptor open_folder(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!open_folder.is_open() || ::fsync(open_folder.number()) != 0)
    return file_failure("sync", folder, errno);
  return {};
}

/// Others may do nothing with it, and it is this user's.
Result<void> check_owner(const fs::path& path, const struct stat& status, std::string_view mode) {
  if (status.st_uid != ::geteuid()) {
    return fail(ErrorKind::usage, fmt::format("{}: expected it to belong to user {}, found user {}",
                                              path.string(), ::geteuid(), status.st_uid));
  }
  if ((status.st_mode & kOthers) == 0) return {};
  return fail(
      ErrorKind::usage,
      fmt::format(
          "{}: expected that nobody else may use it (mode {}), found mode {:04o}; 'chmod {} {}' mends it",
          path.string(), mode, status.st_mode & 07777U, mode, path.string()));
}

Result<void> check_folder(const fs::path& folder) {
  struct stat status{};
  if (::stat(folder.c_str(), &status) != 0) return file_failure("look at", folder, errno);
  if (!S_ISDIR(status.st_mode))
    return fail(ErrorKind::usage, fmt::format("{}: expected a folder", folder.string()));
  return check_owner(folder, status, "0700");
}

/// Checks the file that is open, not the name that it had.
Result<std::size_t> checked_size(const Descriptor& file, const fs::path& path, std::size_t most) {
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) return file_failure("look at", path, errno);
  if (!S_ISREG(status.st_mode))
    return fail(ErrorKind::usage, fmt::format("{}: expected a file", path.string()));
  TRY_VOID(check_owner(path, status, "0600"));
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size <= most) return size;
  return fail(ErrorKind::bad_data,
              fmt::format("{}: expected at most {} bytes, found {}", path.string(), most, size));
}

Result<void> write_all(const Descriptor& file, const fs::path& path, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_failure("write", path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  if (::fsync(file.number()) != 0) return file_failure("sync", path, errno);
  return {};
}

/// What a crash left of an earlier writing goes first: its name is taken only where it is new, with its mode.
Result<void> write_new(const fs::path& path, std::span<const std::byte> bytes) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return file_failure("remove", path, errno);
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kOwnFile));
  if (!file.is_open()) return file_failure("make", path, errno);
  return write_all(file, path, bytes);
}

}  // namespace

std::unexpected<Error> file_failure(std::string_view doing, const fs::path& path, int error_number) {
  return fail(file_error_kind(error_number), fmt::format("cannot {} {}: {}", doing, path.string(),
                                                         std::generic_category().message(error_number)));
}

Result<void> make_guarded_folder(const fs::path& folder) {
  if (folder.empty()) return make_guarded_folder(".");
  std::error_code ignored;
  if (fs::exists(folder, ignored)) return check_folder(folder);
  fs::path missing;
  for (const fs::path& part : folder.parent_path()) {
    missing /= part;
    if (::mkdir(missing.c_str(), kParentFolder) != 0 && errno != EEXIST)
      return file_failure("make the folder", missing, errno);
  }
  if (::mkdir(folder.c_str(), kOwnFolder) != 0 && errno != EEXIST)
    return file_failure("make the folder", folder, errno);
  TRY_VOID(sync_guarded_folder(folder_of(folder)));
  return check_folder(folder);
}

Result<std::vector<std::byte>> read_guarded(const fs::path& path, std::size_t most) {
  TRY_VOID(check_folder(folder_of(path)));
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open() && errno == ELOOP)
    return fail(ErrorKind::usage, fmt::format("{}: expected a file, found a symbolic link", path.string()));
  if (!file.is_open()) return file_failure("open", path, errno);
  TRY(const std::size_t size, checked_size(file, path, most));
  std::vector<std::byte> bytes(size);
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::read(file.number(), bytes.data() + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_failure("read", path, errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Result<void> write_guarded(const fs::path& path, std::span<const std::byte> bytes) {
  const fs::path folder = folder_of(path);
  TRY_VOID(check_folder(folder));
  const fs::path fresh = folder / ("." + path.filename().string() + ".new");
  if (auto written = write_new(fresh, bytes); !written) {
    ::unlink(fresh.c_str());
    return written;
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(fresh.c_str());
    return file_failure("rename to", path, error);
  }
  return sync_guarded_folder(folder);
}

}  // namespace kontor::vault
