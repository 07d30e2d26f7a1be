#include "journal/posix_file_system.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <semaphore>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kontor::journal {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFileMode = 0640;    // less the umask: a journal tells positions and balances
constexpr mode_t kFolderMode = 0750;  // less the umask

ErrorKind kind_of(int error_number) noexcept {
  if (error_number == ENOENT) return ErrorKind::not_found;
  if (error_number == ENOSPC || error_number == EDQUOT) return ErrorKind::no_space;
  return ErrorKind::io;
}

std::unexpected<Error> system_failure(std::string_view doing, const std::string& path, int error_number) {
  return fail(kind_of(error_number),
              fmt::format("cannot {} {}: {}", doing, path, std::generic_category().message(error_number)));
}

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path) noexcept : descriptor_(descriptor), path_(std::move(path)) {}
  ~PosixFile() override { ::close(descriptor_); }

  Result<void> append(std::span<const std::byte> data) override {
    while (!data.empty()) {
      const ssize_t written = ::write(descriptor_, data.data(), data.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return system_failure("write", path_, errno);
      data = data.subspan(static_cast<std::size_t>(written));
    }
    return {};
  }

  Result<void> sync() override {
    if (::fdatasync(descriptor_) != 0) return system_failure("sync", path_, errno);
    return {};
  }

  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const auto rest = into.subspan(done);
      const ssize_t got =
          ::pread(descriptor_, rest.data(), rest.size(), static_cast<off_t>(offset + std::uint64_t{done}));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_failure("read", path_, errno);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  Result<std::uint64_t> size() override {
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0) return system_failure("measure", path_, errno);
    return static_cast<std::uint64_t>(status.st_size);
  }

  Result<void> truncate(std::uint64_t size) override {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) return system_failure("cut", path_, errno);
    return {};
  }

  Result<bool> try_lock() override {
    struct flock whole{};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    if (::fcntl(descriptor_, F_OFD_SETLK, &whole) == 0) return true;
    if (errno == EAGAIN || errno == EACCES) return false;
    return system_failure("lock", path_, errno);
  }

 private:
  int descriptor_;
  std::string path_;
};

int flags_of(Access access) noexcept {
  switch (access) {
    case Access::read: return O_RDONLY;
    case Access::append: return O_RDWR | O_APPEND | O_CREAT;
    case Access::append_anew: return O_RDWR | O_APPEND | O_CREAT | O_TRUNC;
  }
  return O_RDONLY;
}

}  // namespace

/// Waits for the disk beside the thread that writes. One call of begin() and one of end() take turns.
class PosixFileSystem::SyncThread {
 public:
  SyncThread() : thread_([this] { work(); }) {}
  ~SyncThread() {
    file_ = nullptr;
    begun_.release();
    thread_.join();
  }
  SyncThread(const SyncThread&) = delete;
  SyncThread& operator=(const SyncThread&) = delete;

  void begin(File& file) {
    file_ = &file;
    begun_.release();
  }
  [[nodiscard]] Result<void> end() {
    ended_.acquire();
    return std::move(outcome_);
  }

 private:
  void work() {
    for (;;) {
      begun_.acquire();
      if (file_ == nullptr) return;
      outcome_ = file_->sync();
      ended_.release();
    }
  }

  std::binary_semaphore begun_{0};
  std::binary_semaphore ended_{0};
  File* file_ = nullptr;
  Result<void> outcome_;
  std::thread thread_;  ///< last: it uses what stands before it
};

PosixFileSystem::PosixFileSystem() = default;
PosixFileSystem::~PosixFileSystem() = default;

Result<void> PosixFileSystem::sync(std::span<File* const> files) {
  if (files.empty()) return {};
  const std::size_t others = files.size() - 1;
  while (threads_.size() < others) threads_.push_back(std::make_unique<SyncThread>());
  for (std::size_t i = 0; i < others; ++i) threads_[i]->begin(*files[i]);
  Result<void> outcome = files.back()->sync();
  for (std::size_t i = 0; i < others; ++i) {
    if (Result<void> other = threads_[i]->end(); !other) outcome = std::move(other);
  }
  return outcome;
}

Result<std::unique_ptr<File>> PosixFileSystem::open(const std::string& path, Access access) {
  const int descriptor = ::open(path.c_str(), flags_of(access) | O_CLOEXEC, kFileMode);
  if (descriptor < 0) return system_failure("open", path, errno);
  return std::make_unique<PosixFile>(descriptor, path);
}

Result<void> PosixFileSystem::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return system_failure("rename to", to, errno);
  return {};
}

Result<void> PosixFileSystem::remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0) return system_failure("remove", path, errno);
  return {};
}

Result<void> PosixFileSystem::make_folder(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  if (::mkdir(path.c_str(), kFolderMode) == 0) return sync_folder(parent.empty() ? "." : parent.string());
  const int error = errno;
  if (error == ENOENT && !parent.empty() && parent != fs::path(path)) {
    TRY_VOID(make_folder(parent.string()));
    return make_folder(path);
  }
  std::error_code ignored;
  if (error == EEXIST && fs::is_directory(path, ignored)) return {};
  return system_failure("make the folder", path, error);
}

Result<void> PosixFileSystem::sync_folder(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return system_failure("open", path, errno);
  const bool synced = ::fsync(descriptor) == 0;
  const int error = errno;
  ::close(descriptor);
  if (!synced) return system_failure("sync", path, error);
  return {};
}

Result<std::vector<std::string>> PosixFileSystem::list(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  if (error) return system_failure("list", folder, error.value());
  std::ranges::sort(names);
  return names;
}

}  // namespace kontor::journal
