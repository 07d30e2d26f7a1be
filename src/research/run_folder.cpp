#include "research/run_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kontor::research {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRunMark = "analysis.json";

std::unexpected<Error> io_error(std::string_view what, const fs::path& path, const std::error_code& code) {
  return fail(ErrorKind::io, fmt::format("{} {}: {}", what, path.string(), code.message()));
}

std::error_code last_error() { return {errno, std::generic_category()}; }

Result<void> write_all(int descriptor, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const auto written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_error("cannot write", path, last_error());
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> write_file(const fs::path& path, std::string_view content) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return io_error("cannot create", path, last_error());
  auto written = write_all(descriptor, content, path);
  if (::close(descriptor) != 0 && written) written = io_error("cannot write", path, last_error());
  return written;
}

/// A target may be absent, empty, or an earlier run.
Result<void> check_replaceable(const fs::path& target) {
  std::error_code code;
  const auto status = fs::status(target, code);
  if (status.type() == fs::file_type::not_found) return {};
  if (status.type() == fs::file_type::none) return io_error("cannot look at", target, code);
  if (!fs::is_directory(status)) {
    return fail(ErrorKind::io,
                fmt::format("expected a folder for the run's files, found a file: {}", target.string()));
  }
  const bool empty = fs::is_empty(target, code);
  if (code) return io_error("cannot look into", target, code);
  if (empty || fs::exists(target / kRunMark, code)) return {};
  return fail(ErrorKind::usage,
              fmt::format("expected an empty folder or an earlier run to replace, found other files in {}",
                          target.string()));
}

fs::path hidden_beside(const fs::path& target, std::string_view purpose) {
  const auto absolute = fs::absolute(target).lexically_normal();
  const auto clean = absolute.has_filename() ? absolute : absolute.parent_path();
  return clean.parent_path() / fmt::format(".{}.{}-{}", clean.filename().string(), purpose, ::getpid());
}

}  // namespace

Result<RunFolder> RunFolder::begin(const fs::path& target) {
  TRY_VOID(check_replaceable(target));
  const fs::path partial = hidden_beside(target, "partial");
  std::error_code code;
  fs::create_directories(partial.parent_path(), code);
  if (code) return io_error("cannot create the folder", partial.parent_path(), code);
  fs::remove_all(partial, code);
  if (::mkdir(partial.c_str(), 0755) != 0) return io_error("cannot create the folder", partial, last_error());
  return RunFolder(target, partial);
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : target_(std::move(other.target_)), partial_(std::move(other.partial_)) {
  other.partial_.clear();
}

RunFolder::~RunFolder() {
  if (partial_.empty()) return;
  std::error_code ignored;
  fs::remove_all(partial_, ignored);
}

Result<void> RunFolder::write(std::string_view name, std::string_view content) {
  return write_file(partial_ / name, content);
}

Result<bool> RunFolder::commit(EarlierRun earlier) {
  if (earlier == EarlierRun::keep) return commit_beside();
  TRY_VOID(check_replaceable(target_));
  if (::rename(partial_.c_str(), target_.c_str()) == 0) {
    partial_.clear();
    return true;
  }
  if (errno != ENOTEMPTY && errno != EEXIST) return io_error("cannot create", target_, last_error());
  TRY_VOID(replace());
  return true;
}

Result<bool> RunFolder::commit_beside() {
  int outcome = ::renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE);
  if (outcome != 0 && (errno == EINVAL || errno == ENOSYS)) {
    // A file system without that flag: an empty folder claims the name, and may then be renamed over.
    outcome = ::mkdir(target_.c_str(), 0755);
    if (outcome == 0) outcome = ::rename(partial_.c_str(), target_.c_str());
  }
  if (outcome == 0) {
    partial_.clear();
    return true;
  }
  if (errno == EEXIST || errno == ENOTEMPTY) return false;
  return io_error("cannot create", target_, last_error());
}

Result<void> RunFolder::replace() {
  // An earlier run is there: exchange the two in one step, then drop the old one.
  if (::renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) == 0) {
    std::error_code ignored;
    fs::remove_all(partial_, ignored);
    partial_.clear();
    return {};
  }
  const fs::path old = hidden_beside(target_, "old");
  if (::rename(target_.c_str(), old.c_str()) != 0) return io_error("cannot replace", target_, last_error());
  if (::rename(partial_.c_str(), target_.c_str()) != 0) {
    const auto code = last_error();
    if (::rename(old.c_str(), target_.c_str()) != 0)
      return io_error("cannot put back", target_, last_error());
    return io_error("cannot replace", target_, code);
  }
  partial_.clear();
  std::error_code ignored;
  fs::remove_all(old, ignored);
  return {};
}

std::string run_id(TimeNs created, std::string_view config_sha256) {
  std::string stamp = format_time(created / kSecond * kSecond);
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':' || c == 'Z'; });
  std::replace(stamp.begin(), stamp.end(), 'T', '-');
  return fmt::format("{}-{:06}-{}", stamp, created % kSecond / kMicrosecond, config_sha256.substr(0, 8));
}

Result<void> check_run_folder(const fs::path& target) {
  TRY(const RunFolder probe, RunFolder::begin(target));
  return {};
}

Result<void> write_file_atomically(const fs::path& path, std::string_view content) {
  const fs::path partial = hidden_beside(path, "partial");
  std::error_code ignored;
  if (!fs::is_directory(partial.parent_path(), ignored)) {
    return fail(ErrorKind::io, fmt::format("cannot create {}: there is no folder {}", path.string(),
                                           partial.parent_path().string()));
  }
  if (auto written = write_file(partial, content); !written) {
    fs::remove(partial, ignored);
    return written;
  }
  if (::rename(partial.c_str(), path.c_str()) != 0) {
    const auto code = last_error();
    fs::remove(partial, ignored);
    return io_error("cannot create", path, code);
  }
  return {};
}

Result<std::string> read_file(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const auto kind = errno == ENOENT || errno == ENOTDIR ? ErrorKind::not_found : ErrorKind::io;
    return fail(kind, fmt::format("cannot open {}: {}", path.string(), std::strerror(errno)));
  }
  std::string content;
  struct stat status = {};
  if (::fstat(descriptor, &status) == 0 && status.st_size > 0)
    content.reserve(static_cast<std::size_t>(status.st_size));
  char block[65536];
  ssize_t count = 0;
  while ((count = ::read(descriptor, block, sizeof block)) > 0)
    content.append(block, static_cast<std::size_t>(count));
  const auto code = last_error();
  ::close(descriptor);
  if (count < 0) return io_error("cannot read", path, code);
  return content;
}

}  // namespace kontor::research
