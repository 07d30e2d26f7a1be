#include "journal/account_lock.hpp"

#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace kontor::journal {
namespace {

/// More than a line can have: the end of the list in which the last one is looked for.
constexpr std::uint64_t kLongestLine = 4096;
constexpr std::size_t kLongestName = 512;

/// What the end of a list says.
struct LastLine {
  std::string text;         ///< without its line end; empty: the list is
  std::uint64_t token = 0;  ///< 0 where there is no line
  std::uint64_t end = 0;    ///< bytes of the list with all whole lines
};

std::optional<std::uint64_t> token_in(std::string_view line) {
  constexpr std::string_view kStart = "token=";
  if (!line.starts_with(kStart)) return std::nullopt;
  line.remove_prefix(kStart.size());
  std::uint64_t token = 0;
  const auto [rest, problem] = std::from_chars(line.data(), line.data() + line.size(), token);
  if (problem != std::errc{} || rest == line.data() + line.size() || *rest != ' ' || token == 0)
    return std::nullopt;
  return token;
}

/// The last whole line; a line without its end was never finished and is none.
Result<LastLine> last_line(File& file, const std::string& path) {
  TRY(const std::uint64_t size, file.size());
  const std::uint64_t begin = size > kLongestLine ? size - kLongestLine : 0;
  std::vector<std::byte> bytes(size - begin);
  TRY(const std::size_t got, file.read(begin, bytes));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), got);
  const std::size_t end = text.rfind('\n');
  LastLine last;
  if (end == std::string_view::npos) {
    if (begin != 0) return fail(ErrorKind::bad_data, fmt::format("{}: expected lines, found none", path));
    return last;
  }
  const std::size_t before = text.substr(0, end).rfind('\n');
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  last.text = text.substr(start, end - start);
  last.end = begin + end + 1;
  const auto token = token_in(last.text);
  if (!token) {
    return fail(ErrorKind::bad_data,
                fmt::format("{}: expected a last line with a token, found \"{}\"", path, last.text));
  }
  last.token = *token;
  return last;
}

/// One word: what would break the line or its fields is replaced.
std::string word(std::string_view text) {
  std::string clean(text.substr(0, kLongestName));
  for (char& letter : clean) {
    if (static_cast<unsigned char>(letter) <= ' ' || letter == '=') letter = '_';
  }
  return clean.empty() ? "-" : clean;
}

}  // namespace

Result<AccountLock> AccountLock::acquire(FileSystem& files, const std::string& path,
                                         const LockHolder& holder) {
  TRY(auto file, files.open(path, Access::append));
  TRY(const bool locked, file->try_lock());
  if (!locked) {
    const auto last = last_line(*file, path);
    return fail(ErrorKind::io,
                fmt::format("the account is taken: expected to lock {}, found it held by {}", path,
                            last && last->token != 0 ? last->text : "a process that is starting"));
  }
  TRY(const LastLine last, last_line(*file, path));
  TRY_VOID(file->truncate(last.end));
  AccountLock lock(std::move(file), path);
  lock.token_ = last.token + 1;
  lock.size_ = last.end;
  TRY_VOID(lock.write_line(holder));
  const std::size_t slash = path.rfind('/');
  TRY_VOID(files.sync_folder(slash == std::string::npos ? "." : path.substr(0, slash)));
  return lock;
}

Result<void> AccountLock::write_line(const LockHolder& holder) {
  line_ = fmt::format("token={} process={} host={} session={} since={}", token_, holder.process,
                      word(holder.host), word(holder.session), format_time(holder.since));
  const std::string with_end = line_ + "\n";
  TRY_VOID(file_->append(std::as_bytes(std::span(with_end))));
  TRY_VOID(file_->sync());
  size_ += with_end.size();
  return {};
}

Result<void> AccountLock::check() {
  TRY(const std::uint64_t size, file_->size());
  if (size == size_) return {};
  const auto last = last_line(*file_, path_);
  is_lost_ = true;
  return fail(ErrorKind::io,
              fmt::format("the account was taken over: expected token {} to be the last in {}, found {}",
                          token_, path_, last ? last->text : last.error().message));
}

Result<void> AccountLock::check_name(FileSystem& files) {
  TRY_VOID(check());
  TRY(const auto named, files.open(path_, Access::read));
  TRY(const LastLine last, last_line(*named, path_));
  if (last.text == line_) return {};
  is_lost_ = true;
  return fail(ErrorKind::io,
              fmt::format("the account was taken over: expected token {} to be the last in {}, found {}",
                          token_, path_, last.text.empty() ? "an empty list" : last.text));
}

}  // namespace kontor::journal
