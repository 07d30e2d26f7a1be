#pragma once

#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "base/amount.hpp"
#include "base/time.hpp"

namespace kontor::research {

// Exact numbers and times as text, appended without an allocation of their own: a run writes hundreds of
// thousands of them.

/// The text under construction.
using TextBuffer = fmt::memory_buffer;

inline void append(TextBuffer& out, std::string_view text) {
  out.append(text.data(), text.data() + text.size());
}
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
