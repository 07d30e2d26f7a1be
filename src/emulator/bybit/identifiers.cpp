#include "emulator/bybit/identifiers.hpp"

#include <charconv>

#include <fmt/format.h>

namespace kontor::emulator::bybit {
namespace {

constexpr std::uint64_t kOrderKind = 1;
constexpr std::uint64_t kExecutionKind = 2;
constexpr std::uint64_t kTradeKind = 3;
constexpr std::uint64_t kTraceKind = 4;

// Where the venue's spot numbers begin.
constexpr std::uint64_t kFirstSpotOrder = 1'600'000'000'000'000'000ULL;
constexpr std::uint64_t kFirstSpotExecution = 2'100'000'000'000'000'000ULL;
constexpr std::uint64_t kFirstSpotTrade = 2'200'000'000'000'000'000ULL;

/// splitmix64 (Steele, Lea and Flood, 2014): one number to one number.
constexpr std::uint64_t mixed(std::uint64_t z) noexcept {
  z += 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

// The inverse of an odd factor and of an xor with a shift, to lead a UUID back to its number.
constexpr std::uint64_t kOdd = 0xD6E8FEB86659FD93ULL;
constexpr std::uint64_t inverse_of(std::uint64_t odd) noexcept {
  std::uint64_t inverse = odd;  // each step of Newton's doubles the correct bits, from 3 to 96
  for (int i = 0; i < 5; ++i) inverse *= 2 - odd * inverse;
  return inverse;
}
constexpr std::uint64_t scattered(std::uint64_t number) noexcept {
  number *= kOdd;
  number ^= number >> 32U;
  return number * kOdd;
}
constexpr std::uint64_t gathered(std::uint64_t number) noexcept {
  number *= inverse_of(kOdd);
  number ^= number >> 32U;
  return number * inverse_of(kOdd);
}
static_assert(gathered(scattered(123'456'789)) == 123'456'789);

std::string grouped(std::uint64_t high, std::uint64_t low) {
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xFFFFU,
                     high & 0xFFFFU, low >> 48U, low & 0xFFFF'FFFF'FFFFULL);
}

/// The low half of a UUID; none: it is not written like one.
std::optional<std::uint64_t> low_half(std::string_view text) {
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return {};
  const std::string digits = std::string(text.substr(19, 4)) + std::string(text.substr(24));
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) return {};
  return value;
}

}  // namespace

std::string uuid_text(std::uint64_t kind, std::uint64_t number) {
  return grouped(mixed(number ^ mixed(kind)), scattered(number));
}

std::string trace_id_text(std::uint64_t number) {
  return fmt::format("{:016x}{:016x}", mixed(number ^ mixed(kTraceKind)), scattered(number));
}

std::string order_id_text(Product product, VenueOrderId id) {
  if (product == Product::spot) return std::to_string(kFirstSpotOrder + id.value);
  return uuid_text(kOrderKind, id.value);
}

std::optional<VenueOrderId> parse_order_id(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) {
    if (number <= kFirstSpotOrder || number >= kFirstSpotExecution) return std::nullopt;
    return VenueOrderId(number - kFirstSpotOrder);
  }
  const auto low = low_half(text);
  if (!low) return std::nullopt;
  const VenueOrderId id(gathered(*low));
  if (id.value == 0 || uuid_text(kOrderKind, id.value) != text) return std::nullopt;
  return id;
}

std::string execution_id_text(Product product, ExecutionId id) {
  if (product == Product::spot) return std::to_string(kFirstSpotExecution + id.value);
  return uuid_text(kExecutionKind, id.value);
}

std::string trade_id_text(Product product, std::uint64_t id) {
  if (product == Product::spot) return std::to_string(kFirstSpotTrade + id);
  return uuid_text(kTradeKind, id);
}

std::int64_t user_id(AccountId account) noexcept { return 24'600'000 + std::int64_t{account.value}; }

}  // namespace kontor::emulator::bybit
