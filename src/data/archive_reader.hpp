#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "data/archive_reader_sources.hpp"

namespace kontor::data {

/// Reads a file of text lines, packed or not, in blocks of whole lines: `.csv`, `.zip` (each entry is a
/// document),
/// `.gz`, `.zst`, told apart by content. Plain files are mapped; of packed ones only a block is in memory.
/// One thread; move-only.
class ArchiveReader {
 public:
  /// Behind each block at least this many bytes may be read (not judged): vector loads need no tail case.
  static constexpr std::size_t kPadding = 64;

  [[nodiscard]] static Result<ArchiveReader> open(const std::filesystem::path& path,
                                                  const ArchiveLimits& limits = {});

  /// Moves to the next document; false when there is none. Must be called before the first block.
  [[nodiscard]] Result<bool> next_document();
  /// The next whole lines of the document, each with its line end (the last line of a document may lack it).
  /// Empty at the end of the document. Valid until the next call.
  [[nodiscard]] Result<std::string_view> next_block();

  [[nodiscard]] std::string_view document_name() const noexcept { return source_->document_name(); }
  [[nodiscard]] std::uint64_t packed_bytes_read() const noexcept;
  [[nodiscard]] std::uint64_t packed_bytes() const noexcept { return source_->packed_bytes(); }

 private:
  ArchiveReader(std::unique_ptr<ByteSource> source, const ArchiveLimits& limits)
      : source_(std::move(source)), limits_(limits) {}
  [[nodiscard]] Result<std::string_view> next_mapped_block();
  [[nodiscard]] Result<std::string_view> next_streamed_block();
  [[nodiscard]] Result<bool> fill();
  [[nodiscard]] std::unexpected<Error> line_too_long() const;

  std::unique_ptr<ByteSource> source_;
  ArchiveLimits limits_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;   ///< first byte of the buffer, or of the mapping, that was not handed out
  std::size_t filled_ = 0;  ///< bytes of the buffer that hold content
  bool at_end_ = false;
};

}  // namespace kontor::data
