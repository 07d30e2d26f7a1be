#pragma once

#include <cstdint>
#include <string_view>

#include <boost/describe/enum.hpp>

#include "base/result.hpp"

namespace kontor::venue {

/// The part of a venue that a request or a message belongs to; each has its own addresses, rules and account
/// figures. `linear`: perpetual futures that are settled in a stablecoin (Binance: USDⓈ-M).
BOOST_DEFINE_FIXED_ENUM_CLASS(Product, std::uint8_t, spot, linear)

/// Reads `spot`, `linear`, and what venues call the latter: `usdm`, `usd-m`, `futures`, `perpetual`.
[[nodiscard]] Result<Product> parse_product(std::string_view text);

}  // namespace kontor::venue
