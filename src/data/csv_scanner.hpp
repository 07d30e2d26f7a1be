#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace kontor::data {

/// Splits whole lines at their commas, 64 characters at a time. Quoting is not looked at: a comma always
/// separates. A carriage return before the line end belongs to the line end. The block must be readable 64
/// bytes beyond its end, as the blocks of ArchiveReader are.
class CsvScanner {
 public:
  static constexpr std::size_t kMaxFields = 64;

  explicit CsvScanner(std::string_view block) noexcept
      : line_(block.data()), end_(block.data() + block.size()), base_(block.data()) {
    mask_ = block.empty() ? 0 : delimiters(base_);
  }

  /// Steps to the next line; false at the end of the block.
  bool next() noexcept {
    if (line_ == end_) return false;
    begin_ = line_;
    for (count_ = 0;;) {
      const char* const at = next_delimiter();
      const bool last = at == end_ || *at == '\n';
      const bool carriage_return = last && at != begin_ && at[-1] == '\r';
      if (count_ < kMaxFields) ends_[count_] = carriage_return ? at - 1 : at;
      ++count_;
      if (last) {
        line_ = at == end_ ? at : at + 1;
        return true;
      }
    }
  }

  /// Number of fields of the line; only the first kMaxFields can be looked at.
  [[nodiscard]] std::size_t field_count() const noexcept { return count_; }
  [[nodiscard]] const char* field_begin(std::size_t field) const noexcept {
    return field == 0 ? begin_ : ends_[field - 1] + 1;
  }
  [[nodiscard]] const char* field_end(std::size_t field) const noexcept { return ends_[field]; }
  [[nodiscard]] std::string_view field(std::size_t field) const noexcept {
    const char* const begin = field_begin(field);
    return {begin, static_cast<std::size_t>(ends_[field] - begin)};
  }
  [[nodiscard]] std::string_view line() const noexcept {
    return {begin_,
            static_cast<std::size_t>(ends_[count_ <= kMaxFields ? count_ - 1 : kMaxFields - 1] - begin_)};
  }

 private:
  /// The next comma, line end, or the end of the block.
  const char* next_delimiter() noexcept {
    while (mask_ == 0) {
      if (end_ - base_ <= 64) return end_;
      base_ += 64;
      mask_ = delimiters(base_);
    }
    const char* const at = base_ + std::countr_zero(mask_);
    if (at >= end_) return end_;
    mask_ &= mask_ - 1;
    return at;
  }

  static std::uint64_t delimiters(const char* text) noexcept {
    std::uint64_t mask = 0;
#if defined(__SSE2__)
    const __m128i comma = _mm_set1_epi8(',');
    const __m128i line_end = _mm_set1_epi8('\n');
    for (unsigned part = 0; part < 4; ++part) {
      __m128i block;
      std::memcpy(&block, text + 16 * part, sizeof block);
      const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(block, comma), _mm_cmpeq_epi8(block, line_end));
      mask |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(found))) << (16 * part);
    }
#else
    for (unsigned i = 0; i < 64; ++i) {
      if (text[i] == ',' || text[i] == '\n') mask |= std::uint64_t{1} << i;
    }
#endif
    return mask;
  }

  const char* line_;
  const char* end_;
  const char* base_;
  std::uint64_t mask_ = 0;
  const char* begin_ = nullptr;
  std::size_t count_ = 0;
  std::array<const char*, kMaxFields> ends_{};
};

}  // namespace kontor::data
