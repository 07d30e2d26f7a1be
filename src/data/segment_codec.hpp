#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.hpp"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace kontor::data {

/// How a column lies in its segment.
enum class Encoding : std::uint32_t {
  raw = 0,         ///< little-endian int64, mapped and used in place
  offset = 1,      ///< distance to the smallest value of the block
  delta = 2,       ///< distance to the value before
  difference = 3,  ///< the value minus the first column's value of the same row, then as offset
};

/// Compresses one block of a column: distances in units of their greatest common divisor, as variable-length
/// integers, as one zstd frame. Not for Encoding::raw. Owns a compressor; one thread at a time.
class BlockEncoder {
 public:
  BlockEncoder();
  /// Appends the block to `out`. `first_column` has the rows of the same block; only `difference` looks at
  /// it.
  [[nodiscard]] Result<void> encode(Encoding encoding, std::span<const std::int64_t> values,
                                    std::span<const std::int64_t> first_column, std::vector<std::byte>& out);

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const noexcept;
  };
  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
  std::vector<std::uint64_t> distances_;
  std::vector<std::byte> packed_;
};

/// The reverse. Whatever the bytes are, decode() stays within its buffers and returns an error for what no
/// encoder makes. Owns a decompressor; one thread at a time.
class BlockDecoder {
 public:
  BlockDecoder();
  [[nodiscard]] Result<void> decode(Encoding encoding, std::span<const std::byte> stored,
                                    std::span<const std::int64_t> first_column,
                                    std::span<std::int64_t> values);

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const noexcept;
  };
  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
  std::unique_ptr<std::byte[]> packed_;
  std::size_t packed_capacity_ = 0;
};

}  // namespace kontor::data
