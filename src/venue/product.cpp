#include "venue/product.hpp"

#include <fmt/format.h>

namespace kontor::venue {

Result<Product> parse_product(std::string_view text) {
  if (text == "spot") return Product::spot;
  for (const std::string_view name : {"linear", "usdm", "usd-m", "usdt-m", "futures", "perpetual"}) {
    if (text == name) return Product::linear;
  }
  return fail(ErrorKind::usage, fmt::format("expected a product (spot, linear), found \"{}\"", text));
}

}  // namespace kontor::venue
