#include "emulator/bybit/words.hpp"

#include <algorithm>
#include <array>

#include <boost/describe/enum_to_string.hpp>

namespace kontor::emulator::bybit {
namespace {

constexpr std::array<Interval, 13> kIntervals = {{
    {"1", kMinute},
    {"3", 3 * kMinute},
    {"5", 5 * kMinute},
    {"15", 15 * kMinute},
    {"30", 30 * kMinute},
    {"60", kHour},
    {"120", 2 * kHour},
    {"240", 4 * kHour},
    {"360", 6 * kHour},
    {"720", 12 * kHour},
    {"D", kDay},
    {"W", 7 * kDay},
    {"M", kDay, true},
}};

}  // namespace

std::optional<Category> parse_category(std::string_view text) noexcept {
  for (const Category category : {Category::spot, Category::linear, Category::inverse, Category::option}) {
    if (text == name_of(category)) return category;
  }
  return std::nullopt;
}

std::string_view name_of(Category category) noexcept {
  return boost::describe::enum_to_string(category, "?");
}

std::optional<Product> product_of(Category category) noexcept {
  switch (category) {
    case Category::spot: return Product::spot;
    case Category::linear: return Product::linear;
    case Category::inverse:
    case Category::option: return std::nullopt;
  }
  return std::nullopt;
}

std::string_view category_of(Product product) noexcept {
  return product == Product::spot ? "spot" : "linear";
}

std::string_view side_word(Side side) noexcept { return side == Side::buy ? "Buy" : "Sell"; }

std::optional<Side> parse_side(std::string_view text) noexcept {
  if (text == "Buy") return Side::buy;
  if (text == "Sell") return Side::sell;
  return std::nullopt;
}

std::string_view status_word(ListingStatus status) noexcept {
  switch (status) {
    case ListingStatus::trading: return "Trading";
    case ListingStatus::halted: return "Delivering";
    case ListingStatus::delisted: return "Closed";
  }
  return "Closed";
}

std::string_view trigger_word(TriggerSource source) noexcept {
  return source == TriggerSource::mark ? "MarkPrice" : "LastPrice";
}

const Interval* find_interval(std::string_view word) noexcept {
  const auto* const at = std::find_if(kIntervals.begin(), kIntervals.end(),
                                      [&](const Interval& interval) { return interval.word == word; });
  return at == kIntervals.end() ? nullptr : at;
}

}  // namespace kontor::emulator::bybit
