#include "data/catalogue_files.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kontor::data {

namespace fs = std::filesystem;

namespace {

constexpr mode_t kFileMode = 0666;    // less the umask
constexpr mode_t kFolderMode = 0777;  // less the umask
constexpr std::size_t kSmallFile = std::size_t{16} << 20U;

}  // namespace

std::unexpected<Error> system_failure(std::string_view doing, const fs::path& path, int error_number) {
  const auto kind = error_number == ENOENT ? ErrorKind::not_found : ErrorKind::io;
  return fail(kind, fmt::format("cannot {} {}: {}", doing, path.string(),
                                std::generic_category().message(error_number)));
}

void FileDescriptor::reset() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<FileDescriptor> open_file(const fs::path& path, int flags, std::string_view doing) {
  FileDescriptor file(::open(path.c_str(), flags | O_CLOEXEC, kFileMode));
  if (!file.is_open()) return system_failure(doing, path, errno);
  return file;
}

Result<void> write_all(const FileDescriptor& file, std::span<const std::byte> data, const fs::path& path) {
  while (!data.empty()) {
    const ssize_t written = ::write(file.get(), data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure("write", path, errno);
    data = data.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> sync_path(const fs::path& path) {
  TRY(const FileDescriptor file, open_file(path, O_RDONLY, "open"));
  if (::fsync(file.get()) != 0) return system_failure("sync", path, errno);
  return {};
}

Result<void> rename_path(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return system_failure("rename to", to, errno);
  return {};
}

Result<void> remove_file(const fs::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_failure("remove", path, errno);
  return {};
}

Result<void> make_folders(const fs::path& path) {
  if (::mkdir(path.c_str(), kFolderMode) == 0)
    return sync_path(path.parent_path().empty() ? "." : path.parent_path());
  const int error = errno;
  if (error == ENOENT && path.has_parent_path() && path.parent_path() != path) {
    TRY_VOID(make_folders(path.parent_path()));
    return make_folders(path);
  }
  std::error_code ignored;
  if (error == EEXIST && fs::is_directory(path, ignored)) return {};
  return system_failure("make the folder", path, error);
}

Result<void> replace_file(const fs::path& path, std::string_view content) {
  fs::path temporary = path;
  temporary += ".new";
  const auto written = [&]() -> Result<void> {
    TRY(const FileDescriptor file, open_file(temporary, O_WRONLY | O_CREAT | O_TRUNC, "make"));
    TRY_VOID(write_all(file, std::as_bytes(std::span(content)), temporary));
    if (::fsync(file.get()) != 0) return system_failure("sync", temporary, errno);
    TRY_VOID(rename_path(temporary, path));
    return sync_path(path.parent_path());
  }();
  if (!written) ::unlink(temporary.c_str());
  return written;
}

Result<std::string> read_small_file(const fs::path& path) {
  TRY(const FileDescriptor file, open_file(path, O_RDONLY, "open"));
  std::string content;
  char buffer[4096];
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("read", path, errno);
    if (got == 0) return content;
    content.append(buffer, static_cast<std::size_t>(got));
    if (content.size() > kSmallFile)
      return fail(ErrorKind::bad_data, fmt::format("{} is too large", path.string()));
  }
}

}  // namespace kontor::data
