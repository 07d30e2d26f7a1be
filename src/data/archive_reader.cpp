#include "data/archive_reader.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace kontor::data {
namespace {

constexpr std::size_t kBlockBytes = 256ULL << 10U;
/// Blocks of a mapping end this far before its end at the latest; the rest is copied, so padding is always
/// there.
constexpr std::size_t kTailBytes = 4096;

}  // namespace

Result<ArchiveReader> ArchiveReader::open(const std::filesystem::path& path, const ArchiveLimits& limits) {
  TRY(auto source, open_source(path, limits));
  return ArchiveReader(std::move(source), limits);
}

Result<bool> ArchiveReader::next_document() {
  begin_ = 0;
  filled_ = 0;
  at_end_ = false;
  return source_->next_document();
}

std::uint64_t ArchiveReader::packed_bytes_read() const noexcept {
  return source_->mapped().empty() ? source_->packed_bytes_read() : begin_;
}

Result<std::string_view> ArchiveReader::next_block() {
  return source_->mapped().empty() ? next_streamed_block() : next_mapped_block();
}

std::unexpected<Error> ArchiveReader::line_too_long() const {
  return fail(ErrorKind::bad_data,
              fmt::format("{}: expected lines of text, found {} bytes without a line end", document_name(),
                          limits_.max_line_bytes));
}

Result<std::string_view> ArchiveReader::next_mapped_block() {
  const std::string_view all = source_->mapped();
  if (begin_ == all.size()) return std::string_view();
  const std::string_view rest = all.substr(begin_);
  std::size_t wanted = kBlockBytes;
  while (wanted + kTailBytes < rest.size()) {
    const std::size_t line_end = rest.substr(0, wanted).rfind('\n');
    if (line_end != std::string_view::npos) {
      begin_ += line_end + 1;
      return rest.substr(0, line_end + 1);
    }
    if (wanted >= limits_.max_line_bytes) return line_too_long();
    wanted *= 2;
  }
  buffer_.assign(rest.size() + kPadding, '\0');
  std::memcpy(buffer_.data(), rest.data(), rest.size());
  begin_ = all.size();
  return std::string_view(buffer_.data(), rest.size());
}

Result<bool> ArchiveReader::fill() {
  const std::size_t kept = filled_ - begin_;
  if (begin_ != 0) std::memmove(buffer_.data(), buffer_.data() + begin_, kept);
  begin_ = 0;
  filled_ = kept;
  if (kept >= limits_.max_line_bytes) return line_too_long();
  const std::size_t wanted = std::max(kBlockBytes, kept * 2);
  if (buffer_.size() < wanted + kPadding) buffer_.resize(wanted + kPadding);
  while (filled_ < wanted) {
    TRY(const std::size_t count, source_->read(std::span(buffer_.data() + filled_, wanted - filled_)));
    if (count == 0) {
      at_end_ = true;
      break;
    }
    filled_ += count;
  }
  std::memset(buffer_.data() + filled_, 0, kPadding);
  return !at_end_;
}

Result<std::string_view> ArchiveReader::next_streamed_block() {
  for (;;) {
    if (at_end_) {
      const std::string_view last(buffer_.data() + begin_, filled_ - begin_);
      begin_ = filled_;
      return last;
    }
    TRY_VOID(fill());
    const std::string_view content(buffer_.data(), filled_);
    const std::size_t line_end = at_end_ ? std::string_view::npos : content.rfind('\n');
    if (line_end != std::string_view::npos) {
      begin_ = line_end + 1;
      return content.substr(0, begin_);
    }
  }
}

}  // namespace kontor::data
