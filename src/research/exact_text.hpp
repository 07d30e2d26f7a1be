#pragma once

#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "base/amount.hpp"
#include "base/time.hpp"

namespace kontor::research {

// Exact numbers and times as text, appended without an allocation of their own: a run writes hundreds of
// thousands of them.

/// The text under construction: grows like a vector, and lets numbers be written straight into its end.
class TextBuffer {
 public:
  using value_type = char;

  void push_back(char c) {
    *room(1) = c;
    ++size_;
  }
  void append(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  /// Space for `count` more characters; what was written there is taken in by ends_at().
  [[nodiscard]] char* room(std::size_t count) {
    if (capacity_ - size_ < count) grow(count);
    return data_.get() + size_;
  }
  void ends_at(const char* end) { size_ = static_cast<std::size_t>(end - data_.get()); }
  void reserve(std::size_t capacity) {
    if (capacity > capacity_) grow(capacity - size_);
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::string_view view() const noexcept { return {data_.get(), size_}; }
  [[nodiscard]] std::string text() const { return std::string(view()); }

 private:
  void grow(std::size_t count);

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

inline void append(TextBuffer& out, std::string_view text) { out.append(text); }
void append_integer(TextBuffer& out, std::int64_t value);
void append_integer(TextBuffer& out, std::uint64_t value);
/// `units × 10^-scale`, plain, with exactly `scale` places; scale 0 … 18.
void append_decimal(TextBuffer& out, std::int64_t units, int scale);
/// Every digit that is not a trailing zero: `-12.5`, `0`, `100`.
void append_amount(TextBuffer& out, Amount amount);
/// Rounded half to even to `places` (0 … 18), then without trailing zeros.
void append_amount_rounded(TextBuffer& out, Amount amount, int places);
/// The shortest decimal that reads back as the same double; finite values only.
void append_double(TextBuffer& out, double value);

/// Writes times as ISO-8601 UTC, `2025-05-04T15:33:00Z` with 3, 6 or 9 places where the time has them. Keeps
/// the date of the last time, since neighbours mostly share it.
class TimeWriter {
 public:
  void append(TextBuffer& out, TimeNs time);

 private:
  TimeNs day_start_ = kTimeMin;
  char date_[11] = {};  ///< `2025-05-04T`
};

}  // namespace kontor::research
