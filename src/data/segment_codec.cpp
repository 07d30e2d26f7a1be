#include "data/segment_codec.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include <fmt/format.h>
#include <zstd.h>

#include "base/assert.hpp"

namespace kontor::data {
namespace {

// Distances are computed modulo 2^64, so that every pair of int64 values has one and wraps back exactly.

constexpr int kCompressionLevel = 3;
constexpr std::size_t kMaxVarintBytes = 10;
constexpr std::size_t kBlockHeader = 2 * sizeof(std::int64_t);  // base and unit

constexpr std::uint64_t as_unsigned(std::int64_t value) noexcept { return static_cast<std::uint64_t>(value); }
constexpr std::int64_t as_signed(std::uint64_t value) noexcept { return static_cast<std::int64_t>(value); }

/// Small magnitudes of either sign become small numbers: 0, -1, 1, -2 … → 0, 1, 2, 3 …
constexpr std::uint64_t zigzag(std::int64_t value) noexcept {
  return (as_unsigned(value) << 1U) ^ as_unsigned(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) noexcept {
  return as_signed((value >> 1U) ^ (~(value & 1U) + 1U));
}

std::int64_t common_unit(std::span<const std::uint64_t> distances, bool is_signed) noexcept {
  std::uint64_t unit = 0;
  for (const std::uint64_t distance : distances) {
    const std::uint64_t size = is_signed && as_signed(distance) < 0 ? ~distance + 1U : distance;
    if (size == 0 || (unit != 0 && size % unit == 0)) continue;
    unit = std::gcd(unit, size);
    if (unit == 1) return 1;
  }
  return unit == 0 || unit > as_unsigned(INT64_MAX) ? 1 : as_signed(unit);
}

void append_varints(std::span<const std::uint64_t> distances, std::int64_t unit, bool is_signed,
                    std::vector<std::byte>& out) {
  out.resize(distances.size() * kMaxVarintBytes);
  std::byte* p = out.data();
  for (const std::uint64_t distance : distances) {
    std::uint64_t value = is_signed ? zigzag(as_signed(distance) / unit) : distance / as_unsigned(unit);
    while (value >= 0x80U) {
      *p++ = static_cast<std::byte>(value | 0x80U);
      value >>= 7U;
    }
    *p++ = static_cast<std::byte>(value);
  }
  out.resize(static_cast<std::size_t>(p - out.data()));
}

/// Reads one varint and moves `p` behind it; false if it runs over `end` or has more than ten bytes.
inline bool read_varint(const std::byte*& p, const std::byte* end, std::uint64_t& value) noexcept {
  value = 0;
  for (unsigned shift = 0; p != end && shift < 7 * kMaxVarintBytes; shift += 7) {
    const auto byte = std::to_integer<std::uint64_t>(*p++);
    value |= (byte & 0x7FU) << shift;
    if (byte < 0x80U) return true;
  }
  return false;
}

struct Transform {
  std::uint64_t base;
  std::uint64_t unit;
};

/// Calls `store(i, value)` for every varint; false if there are too few, too many or broken ones. Nearly all
/// are short, so the first byte has a way of its own.
template <class Store>
bool for_each_varint(std::span<const std::byte> packed, std::size_t count, Store store) noexcept {
  const std::byte* p = packed.data();
  const std::byte* const end = p + packed.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (p == end) return false;
    std::uint64_t value = std::to_integer<std::uint64_t>(*p);
    if (value < 0x80U) {
      ++p;
    } else if (!read_varint(p, end, value)) {
      return false;
    }
    store(i, value);
  }
  return p == end;
}

bool restore(Encoding encoding, std::span<const std::byte> packed, Transform transform,
             std::span<const std::int64_t> first_column, std::span<std::int64_t> values) noexcept {
  if (encoding == Encoding::delta) {
    std::uint64_t sum = transform.base;
    return for_each_varint(packed, values.size(), [&](std::size_t i, std::uint64_t value) {
      sum += as_unsigned(unzigzag(value)) * transform.unit;
      values[i] = as_signed(sum);
    });
  }
  if (encoding == Encoding::difference) {
    return for_each_varint(packed, values.size(), [&](std::size_t i, std::uint64_t value) {
      values[i] = as_signed(as_unsigned(first_column[i]) + transform.base + value * transform.unit);
    });
  }
  return for_each_varint(packed, values.size(), [&](std::size_t i, std::uint64_t value) {
    values[i] = as_signed(transform.base + value * transform.unit);
  });
}

}  // namespace

void BlockEncoder::Free::operator()(ZSTD_CCtx_s* context) const noexcept { ZSTD_freeCCtx(context); }
void BlockDecoder::Free::operator()(ZSTD_DCtx_s* context) const noexcept { ZSTD_freeDCtx(context); }

BlockEncoder::BlockEncoder() : context_(ZSTD_createCCtx()) {}
BlockDecoder::BlockDecoder() : context_(ZSTD_createDCtx()) {}

Result<void> BlockEncoder::encode(Encoding encoding, std::span<const std::int64_t> values,
                                  std::span<const std::int64_t> first_column, std::vector<std::byte>& out) {
  ASSERT(encoding != Encoding::raw && !values.empty() && context_ != nullptr);
  distances_.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) distances_[i] = as_unsigned(values[i]);
  std::uint64_t base = distances_.front();
  if (encoding == Encoding::delta) {
    for (std::size_t i = values.size(); --i > 0;) distances_[i] -= distances_[i - 1];
    distances_.front() = 0;
  } else {
    if (encoding == Encoding::difference) {
      for (std::size_t i = 0; i < values.size(); ++i) distances_[i] -= as_unsigned(first_column[i]);
    }
    base = *std::ranges::min_element(distances_, {}, as_signed);
    for (auto& distance : distances_) distance -= base;
  }
  const bool is_signed = encoding == Encoding::delta;
  const std::int64_t unit = common_unit(distances_, is_signed);
  append_varints(distances_, unit, is_signed, packed_);
  const std::size_t begin = out.size();
  out.resize(begin + kBlockHeader + ZSTD_compressBound(packed_.size()));
  std::memcpy(out.data() + begin, &base, sizeof base);
  std::memcpy(out.data() + begin + sizeof base, &unit, sizeof unit);
  std::byte* const frame = out.data() + begin + kBlockHeader;
  const std::size_t size = ZSTD_compressCCtx(context_.get(), frame, out.size() - begin - kBlockHeader,
                                             packed_.data(), packed_.size(), kCompressionLevel);
  if (ZSTD_isError(size) != 0) {
    return fail(ErrorKind::internal, fmt::format("zstd cannot compress: {}", ZSTD_getErrorName(size)));
  }
  out.resize(begin + kBlockHeader + size);
  return {};
}

Result<void> BlockDecoder::decode(Encoding encoding, std::span<const std::byte> stored,
                                  std::span<const std::int64_t> first_column,
                                  std::span<std::int64_t> values) {
  ASSERT(encoding != Encoding::raw && context_ != nullptr);
  ASSERT(encoding != Encoding::difference || first_column.size() == values.size());
  if (stored.size() < kBlockHeader)
    return fail(ErrorKind::bad_data, "a compressed block is shorter than its header");
  Transform transform{};
  std::memcpy(&transform.base, stored.data(), sizeof transform.base);
  std::memcpy(&transform.unit, stored.data() + sizeof transform.base, sizeof transform.unit);
  const auto frame = stored.subspan(kBlockHeader);
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size < values.size() || size > values.size() * kMaxVarintBytes) {
    return fail(ErrorKind::bad_data, "a compressed block does not hold as many values as its header says");
  }
  if (packed_capacity_ < size) {
    packed_ = std::make_unique_for_overwrite<std::byte[]>(size);
    packed_capacity_ = size;
  }
  const std::size_t got =
      ZSTD_decompressDCtx(context_.get(), packed_.get(), size, frame.data(), frame.size());
  if (ZSTD_isError(got) != 0) {
    return fail(ErrorKind::bad_data,
                fmt::format("zstd cannot decompress a block: {}", ZSTD_getErrorName(got)));
  }
  if (!restore(encoding, std::span(packed_.get(), got), transform, first_column, values)) {
    return fail(ErrorKind::bad_data, "a compressed block does not hold as many values as its header says");
  }
  return {};
}

}  // namespace kontor::data
