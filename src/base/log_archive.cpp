#include "base/log_archive.hpp"

#include <cerrno>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace kontor {
namespace {

/// The fastest level that still makes a tenth of a log.
constexpr const char* kPackMode = "wb3";

std::unexpected<Error> archive_error(const std::filesystem::path& path) {
  const int code = errno;
  const auto kind = code == ENOSPC || code == EDQUOT ? ErrorKind::no_space
                    : code == ENOENT                 ? ErrorKind::not_found
                                                     : ErrorKind::io;
  return fail(kind, fmt::format("{}: {}", path.string(), std::strerror(code)));
}

struct CloseGzip {
  void operator()(gzFile file) const noexcept { gzclose(file); }
};
using GzipFile = std::unique_ptr<std::remove_pointer_t<gzFile>, CloseGzip>;

std::filesystem::path with_suffix(const std::filesystem::path& path, const char* suffix) {
  return path.string() + suffix;
}

/// Cuts what `read` gives into lines; returns the bytes of those that are whole.
Result<std::uint64_t> lines_of(const std::function<Result<std::size_t>(std::span<char>)>& read,
                               const TakeLogLine& take) {
  std::string held;
  std::vector<char> piece(LogArchive::kStep);
  std::uint64_t whole = 0;
  for (;;) {
    TRY(const std::size_t got, read(piece));
    if (got == 0) return whole;
    held.append(piece.data(), got);
    std::size_t begin = 0;
    for (auto end = held.find('\n'); end != std::string::npos; end = held.find('\n', begin)) {
      const auto line = std::string_view(held).substr(begin, end - begin);
      begin = end + 1;
      whole += line.size() + 1;
      if (line.size() <= kMostLogLine && !take(line)) return whole;
    }
    held.erase(0, begin);
    if (held.size() <= kMostLogLine) continue;
    whole += held.size();  // no line; what comes of it is none either
    held.clear();
  }
}

}  // namespace

struct LogArchive::State {
  std::filesystem::path file;
  GzipFile from;  ///< a file that is not packed is read as it is
  GzipFile to;
  std::vector<char> piece = std::vector<char>(kStep);
};

LogArchive::LogArchive(std::unique_ptr<State> state) : state_(std::move(state)) {}
LogArchive::LogArchive(LogArchive&&) noexcept = default;
LogArchive& LogArchive::operator=(LogArchive&&) noexcept = default;
LogArchive::~LogArchive() = default;

Result<LogArchive> LogArchive::begin(const std::filesystem::path& file) {
  auto state = std::make_unique<State>();
  state->file = file;
  state->from.reset(gzopen(file.c_str(), "rb"));
  if (!state->from) return archive_error(file);
  const auto part = with_suffix(file, ".gz.part");
  const int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return archive_error(part);
  state->to.reset(gzdopen(descriptor, kPackMode));
  if (!state->to) {
    ::close(descriptor);
    return archive_error(part);
  }
  return LogArchive(std::move(state));
}

Result<bool> LogArchive::step() {
  const auto part = with_suffix(state_->file, ".gz.part");
  const int got = gzread(state_->from.get(), state_->piece.data(), static_cast<unsigned>(kStep));
  if (got < 0) return archive_error(state_->file);
  if (got > 0) {
    if (gzwrite(state_->to.get(), state_->piece.data(), static_cast<unsigned>(got)) != got)
      return archive_error(part);
    return false;
  }
  if (gzclose(state_->to.release()) != Z_OK) return archive_error(part);
  const int descriptor = ::open(part.c_str(), O_RDONLY | O_CLOEXEC);
  const bool is_durable = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!is_durable || ::rename(part.c_str(), with_suffix(state_->file, ".gz").c_str()) != 0)
    return archive_error(part);
  if (::unlink(state_->file.c_str()) != 0) return archive_error(state_->file);
  return true;
}

Result<void> read_log_lines(const std::filesystem::path& file, const TakeLogLine& take) {
  if (file.extension() != ".gz") {
    const int plain = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (plain < 0) return archive_error(file);
    const auto read = read_log_lines(plain, 0, take);
    ::close(plain);
    if (!read) return fail(read.error().kind, fmt::format("{}: {}", file.string(), read.error().message));
    return {};
  }
  const GzipFile packed(gzopen(file.c_str(), "rbe"));
  if (!packed) return archive_error(file);
  const auto read = lines_of(
      [&](std::span<char> piece) -> Result<std::size_t> {
        const int got = gzread(packed.get(), piece.data(), static_cast<unsigned>(piece.size()));
        int code = Z_OK;
        // A file that ends before its time reads as if it were whole; only this tells.
        const char* const what = gzerror(packed.get(), &code);
        if (got < 0 || code != Z_OK)
          return fail(ErrorKind::bad_data, fmt::format("{}: {}", file.string(), what));
        return static_cast<std::size_t>(got);
      },
      take);
  if (!read) return std::unexpected(read.error());
  return {};
}

Result<std::uint64_t> read_log_lines(int file, std::uint64_t from, const TakeLogLine& take) {
  // A device has no end, and a pipe no places.
  struct stat found{};
  if (::fstat(file, &found) != 0 || !S_ISREG(found.st_mode)) return from;
  std::uint64_t at = from;
  TRY(const std::uint64_t whole, lines_of(
                                     [&](std::span<char> piece) -> Result<std::size_t> {
                                       const auto got =
                                           ::pread(file, piece.data(), piece.size(), static_cast<off_t>(at));
                                       if (got < 0) return fail(ErrorKind::io, std::strerror(errno));
                                       at += static_cast<std::uint64_t>(got);
                                       return static_cast<std::size_t>(got);
                                     },
                                     take));
  return from + whole;
}

}  // namespace kontor
