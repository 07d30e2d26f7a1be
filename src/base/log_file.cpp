#include "base/log_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.hpp"
#include "base/log_line.hpp"

namespace kontor {
namespace {

namespace fs = std::filesystem;

/// From this number on files are packed: the newest of the old ones stays as it is, for those who still read
/// it.
constexpr std::uint32_t kFirstPacked = 2;
/// Numbers up to which files of a log with a larger count are looked for, to be removed.
constexpr std::uint32_t kMostNumber = 100;
/// The last line lies within these.
constexpr std::uint64_t kEndBytes = 2 * kMostLogLine;

std::unexpected<Error> file_error(const fs::path& path) {
  const int code = errno;
  const bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
  return fail(full ? ErrorKind::no_space : ErrorKind::io,
              fmt::format("{}: {}", path.string(), std::strerror(code)));
}

void close_if_open(int& descriptor) noexcept {
  if (descriptor >= 0) ::close(std::exchange(descriptor, -1));
}

}  // namespace

LogFile::LogFile(LogFile&& other) noexcept
    : folder_(std::move(other.folder_)),
      bounds_(other.bounds_),
      folder_lock_(std::exchange(other.folder_lock_, -1)),
      file_(std::exchange(other.file_, -1)),
      size_(other.size_),
      last_seq_(other.last_seq_),
      archive_(std::exchange(other.archive_, std::nullopt)),
      rotation_failure_(std::exchange(other.rotation_failure_, std::nullopt)),
      may_have_work_(other.may_have_work_) {}

LogFile& LogFile::operator=(LogFile&& other) noexcept {
  std::swap(folder_, other.folder_);
  std::swap(bounds_, other.bounds_);
  std::swap(folder_lock_, other.folder_lock_);
  std::swap(file_, other.file_);
  std::swap(size_, other.size_);
  std::swap(last_seq_, other.last_seq_);
  std::swap(archive_, other.archive_);
  std::swap(rotation_failure_, other.rotation_failure_);
  std::swap(may_have_work_, other.may_have_work_);
  return *this;
}

LogFile::~LogFile() {
  close_if_open(file_);
  close_if_open(folder_lock_);
}

Result<LogFile> LogFile::open(fs::path folder, Bounds bounds) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(ErrorKind::io, fmt::format("{}: {}", folder.string(), error.message()));
  LogFile log(std::move(folder), bounds);
  TRY_VOID(log.lock());
  TRY_VOID(log.open_current());
  log.cut_torn_end();
  log.find_last_seq();
  log.tidy_up();
  return log;
}

/// The folder itself is what is locked: it stays when files are renamed.
Result<void> LogFile::lock() {
  folder_lock_ = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_lock_ < 0) return file_error(folder_);
  if (::flock(folder_lock_, LOCK_EX | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return file_error(folder_);
  return fail(ErrorKind::usage,
              fmt::format("{}: expected a folder of its own for the log, found that another "
                          "program writes one there",
                          folder_.string()));
}

Result<void> LogFile::open_current() {
  const fs::path path = folder_ / kLogFile;
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file_ < 0) return file_error(path);
  struct stat found{};
  if (::fstat(file_, &found) != 0) return file_error(path);
  size_ = S_ISREG(found.st_mode) ? static_cast<std::uint64_t>(found.st_size) : 0;
  return {};
}

/// A process that was killed may have left a line without its end: nothing could be read out of it.
void LogFile::cut_torn_end() {
  std::array<char, 4096> piece{};
  std::uint64_t end = size_;
  while (end > 0) {
    const auto begin = end - std::min<std::uint64_t>(end, piece.size());
    const auto got =
        ::pread(file_, piece.data(), static_cast<std::size_t>(end - begin), static_cast<off_t>(begin));
    if (got != static_cast<ssize_t>(end - begin)) return;
    const auto newline = std::string_view(piece.data(), static_cast<std::size_t>(got)).rfind('\n');
    if (newline != std::string_view::npos) {
      end = begin + newline + 1;
      break;
    }
    end = begin;
  }
  if (end != size_ && ::ftruncate(file_, static_cast<off_t>(end)) == 0) size_ = end;
}

void LogFile::find_last_seq() {
  const auto look = [&](std::string_view line) {
    last_seq_ = std::max(last_seq_, seq_of_log_line(line));
    return true;
  };
  const std::uint64_t from = size_ > kEndBytes ? size_ - kEndBytes : 0;
  static_cast<void>(read_log_lines(file_, from, look));
  for (std::uint32_t number = 1; last_seq_ == 0 && number <= kMostNumber; ++number) {
    for (const bool packed : {false, true}) static_cast<void>(read_log_lines(numbered(number, packed), look));
  }
}

/// What an interrupted rotation, or a larger count, has left.
void LogFile::tidy_up() {
  std::error_code ignored;
  for (std::uint32_t number = 1; number <= kMostNumber; ++number) {
    fs::remove(numbered(number, false).string() + ".gz.part", ignored);
    // A packed file appears whole; the other one is about to go.
    if (fs::exists(numbered(number, true), ignored)) fs::remove(numbered(number, false), ignored);
  }
  remove_beyond();
}

void LogFile::remove_beyond() {
  std::error_code ignored;
  for (std::uint32_t number = std::max(bounds_.count, 1U); number <= kMostNumber; ++number) {
    for (const bool packed : {false, true}) fs::remove(numbered(number, packed), ignored);
  }
}

fs::path LogFile::numbered(std::uint32_t number, bool packed) const {
  return folder_ / fmt::format("{}.{}{}", kLogFile, number, packed ? ".gz" : "");
}

bool LogFile::has(std::uint32_t number) const {
  std::error_code ignored;
  return fs::exists(numbered(number, false), ignored) || fs::exists(numbered(number, true), ignored);
}

/// Gives every older file the next number, as far as there is a gap, and takes the number 1 for the current
/// one; with a count of 1 that one goes. A current file that somebody has removed is no hindrance.
Result<void> LogFile::move_up() {
  std::error_code error;
  remove_beyond();
  std::uint32_t gap = 1;
  while (gap + 1 < bounds_.count && has(gap)) ++gap;
  for (const bool packed : {false, true}) fs::remove(numbered(gap, packed), error);
  for (std::uint32_t number = gap; number > 1; --number) {
    for (const bool packed : {false, true})
      fs::rename(numbered(number - 1, packed), numbered(number, packed), error);
  }
  const fs::path current = folder_ / kLogFile;
  if (bounds_.count <= 1) {
    fs::remove(current, error);
  } else {
    fs::rename(current, numbered(1, false), error);
  }
  if (!error || error == std::errc::no_such_file_or_directory) return {};
  return fail(ErrorKind::io, fmt::format("{}: {}", current.string(), error.message()));
}

Result<void> LogFile::rotate() {
  archive_.reset();  // its file is about to get another name; it is packed under that
  TRY_VOID(move_up());
  const int old = std::exchange(file_, -1);
  if (auto opened = open_current(); !opened) {
    // Better in an old file than nowhere; under its old name, so that nobody packs or moves what still grows.
    std::error_code ignored;
    fs::rename(numbered(1, false), folder_ / kLogFile, ignored);
    close_if_open(file_);
    file_ = old;
    return opened;
  }
  may_have_work_ = true;
  ::close(old);
  return {};
}

/// Bytes of whole lines that the file still has room for. A file takes at least one line.
std::size_t LogFile::fitting(std::string_view lines) const noexcept {
  const std::uint64_t room = bounds_.size > size_ ? bounds_.size - size_ : 0;
  if (lines.size() <= room) return lines.size();
  const auto end = room == 0 ? std::string_view::npos : lines.rfind('\n', static_cast<std::size_t>(room) - 1);
  if (end != std::string_view::npos) return end + 1;
  return size_ != 0 ? 0 : lines.find('\n') + 1;
}

Result<void> LogFile::write(std::string_view lines) {
  std::size_t written = 0;
  while (written < lines.size()) {
    const auto got = ::write(file_, lines.data() + written, lines.size() - written);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      auto failure = file_error(folder_ / kLogFile);
      if (written != 0 && ::ftruncate(file_, static_cast<off_t>(size_)) != 0) size_ += written;
      return failure;
    }
    written += static_cast<std::size_t>(got);
  }
  size_ += lines.size();
  return {};
}

LogFile::Appended LogFile::append(std::string_view lines) {
  ASSERT(lines.empty() || lines.back() == '\n');
  Appended done;
  while (done.bytes < lines.size()) {
    const auto rest = lines.substr(done.bytes);
    std::size_t part = fitting(rest);
    if (part == 0) {
      if (auto rotated = rotate(); !rotated) {
        rotation_failure_ = rotated.error();
        part = rest.size();
      } else {
        continue;
      }
    }
    if (auto outcome = write(rest.substr(0, part)); !outcome) {
      done.failure = outcome.error();
      return done;
    }
    done.bytes += part;
  }
  return done;
}

bool LogFile::idle() {
  if (!archive_) {
    if (!std::exchange(may_have_work_, false)) return false;
    std::error_code ignored;
    for (std::uint32_t number = kFirstPacked; number < bounds_.count; ++number) {
      if (!fs::exists(numbered(number, false), ignored)) continue;
      auto begun = LogArchive::begin(numbered(number, false));
      if (!begun) return false;  // tried again after the next rotation
      archive_ = std::move(*begun);
      may_have_work_ = true;
      return true;
    }
    return false;
  }
  const auto done = archive_->step();
  if (!done || *done) archive_.reset();
  if (!done) may_have_work_ = false;
  return archive_.has_value() || may_have_work_;
}

}  // namespace kontor
