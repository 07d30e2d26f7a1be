#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kontor::data {

/// Bounds on what one file may unpack to, so that a decompression bomb ends as an error and not as a full
/// machine. Archives of market data unpack to 3 … 40 times their size.
struct ArchiveLimits {
  std::uint64_t max_unpacked_bytes = 1ULL << 40U;
  std::uint64_t max_ratio = 400;                  ///< unpacked to packed bytes
  std::uint64_t ratio_free_bytes = 64ULL << 20U;  ///< up to here the ratio is not judged
  std::size_t max_documents = 10'000;             ///< entries of one zip file
  std::size_t max_line_bytes = 64ULL << 20U;
};

/// How the bytes of a file are packed, by its first bytes; the name says nothing.
enum class Packing : std::uint8_t { plain, gzip, zstd, zip };

/// The unpacked bytes of one file: one document, or one per entry of a zip file.
/// Errors are `bad_data` where the content is broken and `io` where the system refuses; both name the file.
class ByteSource {
 public:
  ByteSource() = default;
  virtual ~ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Moves to the next document; false when there is none.
  [[nodiscard]] virtual Result<bool> next_document() = 0;
  /// Fills the front of `target`; zero at the end of the document.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<char> target) = 0;
  /// The whole document where it lies in memory already (a mapped plain file); else empty.
  [[nodiscard]] virtual std::string_view mapped() const noexcept { return {}; }
  /// Path, or `path:entry` inside a zip file.
  [[nodiscard]] virtual std::string_view document_name() const noexcept = 0;
  /// Bytes of the file on disk that have been used so far, and all of them; for progress.
  [[nodiscard]] virtual std::uint64_t packed_bytes_read() const noexcept = 0;
  [[nodiscard]] virtual std::uint64_t packed_bytes() const noexcept = 0;
};

/// What the first bytes of a file say about its packing; formats that are recognised but not read are an
/// error.
[[nodiscard]] Result<Packing> detect_packing(std::string_view first_bytes);

/// Opens a file by its content.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> open_source(const std::filesystem::path& path,
                                                              const ArchiveLimits& limits);

}  // namespace kontor::data
