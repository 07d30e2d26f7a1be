#include "venue/live/order_names.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/sha256.hpp"

namespace kontor::live {
namespace {

constexpr int kBase = 36;

}  // namespace

OrderNames::OrderNames(std::string_view session) : prefix_("k" + sha256_hex(session).substr(0, 8) + "-") {}

std::string OrderNames::name(OrderId order) const {
  std::array<char, 16> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), order.value, kBase);
  static_cast<void>(error);  // 13 digits hold every 64-bit number
  return prefix_ + std::string(digits.data(), end);
}

OrderId OrderNames::parse(std::string_view name) const noexcept {
  if (!name.starts_with(prefix_)) return {};
  name.remove_prefix(prefix_.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number, kBase);
  if (name.empty() || error != std::errc() || end != name.data() + name.size()) return {};
  return OrderId(number);
}

}  // namespace kontor::live
