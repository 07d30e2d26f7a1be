#include "session/event_log.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>

#include <fmt/format.h>

#include "journal/format.hpp"

namespace kontor::session {
namespace {

constexpr std::size_t kReadAtOnce = std::size_t{1} << 20U;
constexpr std::string_view kFileEnd = ".jsonl";
/// Every event tells its record before anything else that is particular to it.
constexpr std::string_view kRecordKey = "\"details\":{\"record\":";

std::uint64_t number_of(std::string_view name) noexcept {
  std::uint64_t number = 0;
  const char* const end = name.data() + name.size() - std::min(name.size(), kFileEnd.size());
  const auto parsed = std::from_chars(name.data(), end, number);
  return name.ends_with(kFileEnd) && parsed.ec == std::errc() && parsed.ptr == end ? number : 0;
}

std::string_view text_of(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The whole number behind `key`; 0 where there is none.
std::uint64_t number_behind(std::string_view line, std::string_view key) noexcept {
  const std::size_t at = line.find(key);
  std::uint64_t number = 0;
  if (at != std::string_view::npos)
    std::from_chars(line.data() + at + key.size(), line.data() + line.size(), number);
  return number;
}

/// Calls `visit` with each line that has an end, and the offset behind it, until it says no.
template <class Visit>
Result<void> for_each_line(journal::File& file, Visit&& visit) {
  TRY(const std::uint64_t size, file.size());
  const auto piece = static_cast<std::size_t>(std::clamp<std::uint64_t>(size, 1, kReadAtOnce));
  std::vector<std::byte> window;
  std::size_t kept = 0;
  for (std::uint64_t offset = 0;;) {
    window.resize(kept + piece);
    TRY(const std::size_t got, file.read(offset, std::span(window).subspan(kept)));
    if (got == 0) return {};
    offset += got;
    std::string_view rest = text_of(std::span(window).first(kept + got));
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(end + 1);
      TRY(const bool goes_on, visit(line, offset - rest.size()));
      if (!goes_on) return {};
    }
    kept = rest.size();
    std::memmove(window.data(), rest.data(), kept);
  }
}

/// The names of the files of events in their folder, in their order; none where there is no folder.
Result<std::vector<std::string>> names_in(journal::FileSystem& files, const std::string& folder) {
  auto names = files.list(folder);
  if (!names && names.error().kind == ErrorKind::not_found) return std::vector<std::string>();
  if (!names) return names;
  std::erase_if(*names, [](const std::string& name) { return number_of(name) == 0; });
  std::ranges::sort(*names, {}, [](const std::string& name) { return number_of(name); });
  return names;
}

}  // namespace

std::string event_folder(const std::string& session_folder) {
  return journal::path_in(session_folder, "events");
}

std::string event_file_name(std::uint64_t number) { return fmt::format("{:06}{}", number, kFileEnd); }

Result<std::vector<std::string>> event_files(journal::FileSystem& files, const std::string& session_folder) {
  return names_in(files, event_folder(session_folder));
}

Result<void> for_each_event_line(
    journal::FileSystem& files, const std::string& session_folder,
    const std::function<Result<void>(std::string_view line, const EventPlace& place)>& visit) {
  TRY(const auto names, event_files(files, session_folder));
  for (const auto& name : names) {
    EventPlace place{journal::path_in(event_folder(session_folder), name), 0};
    TRY(const auto file, files.open(place.path, journal::Access::read));
    const auto count = [&](std::string_view line, std::uint64_t) -> Result<bool> {
      ++place.line;
      TRY_VOID(visit(line, place));
      return true;
    };
    TRY_VOID(for_each_line(*file, count));
  }
  return {};
}

Result<void> EventLog::recover_file(const std::string& name, std::uint64_t last_record, End& end) {
  TRY(auto file, files_->open(journal::path_in(folder_, name), journal::Access::append));
  TRY(const std::uint64_t size, file->size());
  std::uint64_t kept = 0;
  TRY_VOID(for_each_line(*file, [&](std::string_view line, std::uint64_t behind) -> Result<bool> {
    const std::uint64_t seq = number_behind(line, "\"seq\":");
    const std::uint64_t record = number_behind(line, kRecordKey);
    const bool follows = kept == 0 ? seq != 0 : seq == end.seq + 1;
    const bool is_text = line.ends_with('}') && line.find('\0') == std::string_view::npos;
    if (!is_text || !follows || record > last_record) return false;
    end.seq = seq;
    end.record = record;
    kept = behind;
    return true;
  }));
  number_ = number_of(name);
  base_ = kept;
  end.cut_bytes += size - kept;
  if (kept != size) {
    TRY_VOID(file->truncate(kept));
    TRY_VOID(file->sync());
  }
  file_ = std::move(file);
  return {};
}

Result<EventLog::End> EventLog::recover(std::uint64_t last_record) {
  End end;
  TRY(auto names, names_in(*files_, folder_));
  // A file is only begun when the one before is on the disk, so mostly only the last one has something to
  // cut.
  while (!names.empty()) {
    TRY_VOID(recover_file(names.back(), last_record, end));
    if (base_ != 0 || names.size() == 1) break;
    file_.reset();
    TRY_VOID(files_->remove(journal::path_in(folder_, names.back())));
    TRY_VOID(files_->sync_folder(folder_));
    names.pop_back();
  }
  return end;
}

Result<void> EventLog::clear() {
  file_.reset();
  TRY(const auto names, names_in(*files_, folder_));
  for (const auto& name : names) TRY_VOID(files_->remove(journal::path_in(folder_, name)));
  number_ = 0;
  base_ = 0;
  text_.clear();
  written_ = 0;
  unsynced_ = false;
  has_failed_ = false;
  return names.empty() ? Result<void>() : files_->sync_folder(folder_);
}

/// What is written is not needed any more.
void EventLog::forget_written() {
  text_.erase(0, written_);
  base_ += written_;
  written_ = 0;
}

Result<void> EventLog::sync_file() {
  has_failed_ = true;  // until it is proven that it has not
  TRY_VOID(file_->sync());
  has_failed_ = false;
  unsynced_ = false;
  forget_written();
  return {};
}

/// A file of its own for what comes next, where there is none or it has grown enough.
Result<void> EventLog::open_file() {
  if (file_ && base_ + written_ < file_bytes_) return {};
  if (file_ && unsynced_) TRY_VOID(sync_file());
  if (number_ == 0) TRY_VOID(files_->make_folder(folder_));
  TRY(auto next,
      files_->open(journal::path_in(folder_, event_file_name(number_ + 1)), journal::Access::append_anew));
  TRY_VOID(files_->sync_folder(folder_));
  file_ = std::move(next);
  ++number_;
  base_ = 0;
  return {};
}

/// Cuts the file back to what it surely holds.
Result<void> EventLog::rewind() {
  TRY_VOID(file_->truncate(base_));
  written_ = 0;
  has_failed_ = false;
  return {};
}

Result<void> EventLog::write(bool sync) {
  if (has_failed_) TRY_VOID(rewind());
  if (written_ < text_.size()) {
    TRY_VOID(open_file());
    has_failed_ = true;
    TRY_VOID(file_->append(std::as_bytes(std::span(text_).subspan(written_))));
    has_failed_ = false;
    written_ = text_.size();
    unsynced_ = true;
  }
  if (sync && unsynced_) return sync_file();
  if (written_ >= kMostUnsynced) forget_written();
  return {};
}

}  // namespace kontor::session
