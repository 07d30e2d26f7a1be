#include "base/log_stream.hpp"

#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log_archive.hpp"
#include "base/log_file.hpp"
#include "base/log_line.hpp"

namespace kontor {
namespace {

namespace fs = std::filesystem;

/// The number of a log's file: 0 of `kontor.log`, 2 of `kontor.log.2.gz`; nothing for another file.
std::optional<std::uint32_t> number_of(std::string_view name) {
  if (name == kLogFile) return 0;
  if (!name.starts_with(kLogFile) || !name.substr(kLogFile.size()).starts_with('.')) return std::nullopt;
  name.remove_prefix(kLogFile.size() + 1);
  std::uint32_t number = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
  const std::string_view rest = name.substr(static_cast<std::size_t>(read.ptr - name.data()));
  const bool is_one = read.ec == std::errc() && number != 0 && (rest.empty() || rest == ".gz");
  return is_one ? std::optional(number) : std::nullopt;
}

bool is_same_file(int file, const fs::path& path) {
  struct stat open_one{};
  struct stat named{};
  return ::fstat(file, &open_one) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open_one.st_ino == named.st_ino && open_one.st_dev == named.st_dev;
}

/// Of the first line that has one; `read` hands lines to what it is given.
template <class Read>
std::uint64_t first_seq_of(const Read& read) {
  std::uint64_t seq = 0;
  static_cast<void>(read([&](std::string_view line) {
    seq = seq_of_log_line(line);
    return seq == 0;
  }));
  return seq;
}

}  // namespace

/// Takes lines in their order and keeps what is wanted of them.
class LogStream::Collector {
 public:
  /// `most`: of the first ones behind `cursor`; `last`: of the last ones instead.
  Collector(std::uint64_t cursor, const LogFilters& filters, std::size_t most, bool last)
      : filters_(filters), most_(most), last_(last) {
    page_.cursor = cursor;
  }

  /// False once there are as many as are wanted.
  bool take(std::string_view line) {
    if (is_full()) return false;
    auto entry = parse_log_line(line);
    if (!entry) {
      ++page_.unreadable;
      return true;
    }
    if (entry->seq <= page_.cursor) return true;
    // What was gone before anything was read is nobody's loss.
    if (page_.cursor != 0) page_.missing += entry->seq - page_.cursor - 1;
    page_.cursor = entry->seq;
    if (!passes(*entry, filters_)) return true;
    entry->missing_before = std::exchange(page_.missing, 0);
    entries_.push_back(std::move(*entry));
    if (last_ && entries_.size() > most_) entries_.pop_front();
    return !is_full();
  }
  void note_unreadable() noexcept { ++page_.unreadable; }
  [[nodiscard]] bool is_full() const noexcept { return !last_ && entries_.size() >= most_; }
  [[nodiscard]] std::uint64_t cursor() const noexcept { return page_.cursor; }
  [[nodiscard]] LogPage page() && {
    page_.entries.assign(std::move_iterator(entries_.begin()), std::move_iterator(entries_.end()));
    return std::move(page_);
  }

 private:
  const LogFilters& filters_;
  std::size_t most_;
  bool last_;
  std::deque<LogEntry> entries_;
  LogPage page_;
};

LogStream::~LogStream() { forget_place(); }

void LogStream::forget_place() {
  if (file_ >= 0) ::close(std::exchange(file_, -1));
}

std::vector<LogFileInfo> LogStream::list() const {
  std::map<std::pair<std::uint32_t, std::string>, std::uint64_t> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    std::error_code ignored;
    const auto bytes = entry.is_regular_file(ignored) ? entry.file_size(ignored) : 0;
    if (const auto number = number_of(name); number && !ignored)
      found.emplace(std::pair(*number, name), bytes);
  }
  std::vector<LogFileInfo> files;
  for (const auto& [key, bytes] : found) files.push_back({key.second, bytes, key.second.ends_with(".gz")});
  return files;
}

/// Files only ever move to higher numbers: who looks from the newest to the oldest may meet one twice. One
/// that was renamed or packed between the look and its reading is looked for again, before anything newer is
/// read.
Result<void> LogStream::read_all(Collector& collector) {
  constexpr int kLooks = 8;
  for (int look = 1; look < kLooks; ++look) {
    TRY(const bool is_whole, read_once(collector, false));
    if (is_whole) return {};
  }
  TRY(const bool is_whole, read_once(collector, true));
  static_cast<void>(is_whole);
  return {};
}

/// False: an older file was not there any more, and nothing behind it was read; with `goes_on` it is passed
/// over.
Result<bool> LogStream::read_once(Collector& collector, bool goes_on) {
  forget_place();
  const fs::path current = folder_ / kLogFile;
  file_ = ::open(current.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  std::vector<fs::path> older;
  std::uint64_t first =
      file_ < 0 ? 0 : first_seq_of([&](const auto& take) { return read_log_lines(file_, 0, take); });
  for (const auto& file : list()) {
    if (file.name == kLogFile) continue;
    if (collector.cursor() != 0 && first != 0 && first <= collector.cursor() + 1) break;
    older.push_back(folder_ / file.name);
    first = first_seq_of([&](const auto& take) { return read_log_lines(older.back(), take); });
  }
  if (file_ < 0 && older.empty())
    return fail(ErrorKind::not_found, fmt::format("{}: there is no log yet", current.string()));
  const auto take = [&](std::string_view line) { return collector.take(line); };
  for (auto file = older.rbegin(); file != older.rend() && !collector.is_full(); ++file) {
    const auto read = read_log_lines(*file, take);
    // At last, what is missing shows by its numbers.
    if (!read && read.error().kind == ErrorKind::not_found && !goes_on) return false;
    if (!read && read.error().kind == ErrorKind::bad_data) collector.note_unreadable();
    if (!read && read.error().kind == ErrorKind::io) return std::unexpected(read.error());
  }
  if (file_ < 0) return true;
  if (collector.is_full()) {
    forget_place();  // it is somewhere in an older file
    return true;
  }
  TRY_VOID(read_current(collector));
  return true;
}

Result<void> LogStream::read_current(Collector& collector) {
  TRY(place_, read_log_lines(file_, 0, [&](std::string_view line) { return collector.take(line); }));
  return {};
}

Result<bool> LogStream::read_on(Collector& collector) {
  if (file_ < 0 || cursor_ != collector.cursor()) return false;
  const auto take = [&](std::string_view line) { return collector.take(line); };
  const bool is_current = is_same_file(file_, folder_ / kLogFile);
  // Behind the last look nothing more comes into a file that has been renamed.
  TRY(place_, read_log_lines(file_, place_, take));
  return is_current || collector.is_full();
}

Result<LogPage> LogStream::tail(std::size_t most, const LogFilters& filters) {
  forget_place();
  file_ = ::open((folder_ / kLogFile).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  Collector newest(0, filters, most, true);
  if (file_ >= 0) TRY_VOID(read_current(newest));
  cursor_ = newest.cursor();
  if (auto page = std::move(newest).page(); page.entries.size() >= most && page.cursor != 0) return page;
  Collector all(0, filters, most, true);
  TRY_VOID(read_all(all));
  cursor_ = all.cursor();
  return std::move(all).page();
}

Result<LogPage> LogStream::follow(std::uint64_t cursor, const LogFilters& filters, std::size_t most) {
  Collector collector(cursor, filters, most, false);
  TRY(const bool is_read, read_on(collector));
  if (!is_read) TRY_VOID(read_all(collector));
  cursor_ = collector.cursor();
  return std::move(collector).page();
}

}  // namespace kontor
