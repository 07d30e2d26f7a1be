#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

/// The few file operations that durable storage needs, with errors that name the operation and the path.
namespace kontor::data {

/// An error of the operating system: `cannot write /store/x: No space left on device`.
[[nodiscard]] std::unexpected<Error> system_failure(std::string_view doing, const std::filesystem::path& path,
                                                    int error_number);

/// An open file descriptor, closed when the object goes.
class FileDescriptor {
 public:
  FileDescriptor() noexcept = default;
  explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
  void reset() noexcept;

 private:
  int fd_ = -1;
};

[[nodiscard]] Result<FileDescriptor> open_file(const std::filesystem::path& path, int flags,
                                               std::string_view doing);
/// Writes all of `data` at the file's position.
[[nodiscard]] Result<void> write_all(const FileDescriptor& file, std::span<const std::byte> data,
                                     const std::filesystem::path& path);
/// Blocks until the file, or the entries of the folder, are on the disk.
[[nodiscard]] Result<void> sync_path(const std::filesystem::path& path);
[[nodiscard]] Result<void> rename_path(const std::filesystem::path& from, const std::filesystem::path& to);
/// Removes a file; that there is none is no error.
[[nodiscard]] Result<void> remove_file(const std::filesystem::path& path);
/// Makes a folder and its parents; the new ones are synced into theirs.
[[nodiscard]] Result<void> make_folders(const std::filesystem::path& path);
/// Writes a small file so that it is there completely or not at all, durably.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& path, std::string_view content);
/// The content of a small file; not_found if there is none.
[[nodiscard]] Result<std::string> read_small_file(const std::filesystem::path& path);

}  // namespace kontor::data
