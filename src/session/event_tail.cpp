#include "session/event_tail.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "journal/format.hpp"
#include "session/event_log.hpp"

namespace kontor::session {
namespace {

/// The whole lines among the last bytes of a file.
Result<std::vector<std::string>> last_lines(journal::File& file, std::uint64_t size, std::uint64_t longest) {
  const std::uint64_t from = size - std::min(size, longest);
  std::string text(static_cast<std::size_t>(size - from), '\0');
  TRY(const std::size_t got, file.read(from, std::as_writable_bytes(std::span(text))));
  text.resize(got);
  std::vector<std::string> lines;
  // Where the window does not begin with the file, what comes before the first end of a line is a part of
  // one.
  std::size_t begin = from == 0 ? 0 : std::min(text.find('\n'), text.size() - 1) + 1;
  for (std::size_t end = text.find('\n', begin); end != std::string::npos; end = text.find('\n', begin)) {
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

}  // namespace

Result<void> EventTail::read() {
  TRY(const auto names, event_files(*files_, folder_));
  std::vector<std::string> lines;
  std::uint64_t left = kBytes;
  for (auto name = names.rbegin(); name != names.rend() && left > 0 && lines.size() < longest_; ++name) {
    const auto path = journal::path_in(event_folder(folder_), *name);
    TRY(const auto file, files_->open(path, journal::Access::read));
    TRY(const std::uint64_t size, file->size());
    if (name == names.rbegin()) {
      if (path == file_ && size == size_) return {};
      file_ = path;
      size_ = size;
    }
    TRY(auto earlier, last_lines(*file, size, left));
    left -= std::min(left, size);
    earlier.insert(earlier.end(), lines.begin(), lines.end());
    lines = std::move(earlier);
  }
  events_.clear();
  const std::size_t skipped = lines.size() - std::min(lines.size(), longest_);
  for (const auto& line : std::span(lines).subspan(skipped)) {
    if (auto event = parse_line(line)) events_.push_back(std::move(*event));
  }
  return {};
}

const std::vector<LoggedEvent>& EventTail::look() {
  // What failed is tried again with the next look.
  if (!read()) size_ = 0;
  return events_;
}

}  // namespace kontor::session
