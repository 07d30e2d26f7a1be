#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/describe/enum.hpp>

#include "base/time.hpp"
#include "emulator/listing.hpp"
#include "emulator/orders.hpp"

namespace kontor::emulator::bybit {

// The venue's words for what the core has types for.

/// What the venue divides its instruments into; the emulator lists spot and linear ones.
BOOST_DEFINE_FIXED_ENUM_CLASS(Category, std::uint8_t, spot, linear, inverse, option)
[[nodiscard]] std::optional<Category> parse_category(std::string_view text) noexcept;
[[nodiscard]] std::string_view name_of(Category category) noexcept;
/// None: nothing is listed in it.
[[nodiscard]] std::optional<Product> product_of(Category category) noexcept;
/// `spot`, `linear`.
[[nodiscard]] std::string_view category_of(Product product) noexcept;

/// `Buy`, `Sell`.
[[nodiscard]] std::string_view side_word(Side side) noexcept;
[[nodiscard]] std::optional<Side> parse_side(std::string_view text) noexcept;
/// `Trading`, `Closed`.
[[nodiscard]] std::string_view status_word(ListingStatus status) noexcept;
/// `LastPrice`, `MarkPrice`.
[[nodiscard]] std::string_view trigger_word(TriggerSource source) noexcept;

/// The period of candles, of which a month has no fixed length.
struct Interval {
  std::string_view word;  ///< `1`, `720`, `D`, `W`, `M`
  DurationNs period_ns = 0;
  bool is_month = false;
};
[[nodiscard]] const Interval* find_interval(std::string_view word) noexcept;

}  // namespace kontor::emulator::bybit
