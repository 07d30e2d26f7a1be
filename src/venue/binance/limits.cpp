#include "venue/binance/limits.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "venue/binance/rest.hpp"

namespace kontor::binance {
namespace {

using venue::Product;

// The places of the rules.
constexpr std::uint32_t kWeight = 0;
constexpr std::uint32_t kOrdersShort = 1;
constexpr std::uint32_t kOrdersLong = 2;

std::optional<std::uint64_t> number_in(std::string_view text) noexcept {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::uint32_t order_count(const venue::Action& action) noexcept {
  if (const auto* batch = std::get_if<venue::PlaceOrders>(&action))
    return static_cast<std::uint32_t>(batch->orders.size());
  const bool is_order =
      std::holds_alternative<venue::PlaceOrder>(action) || std::holds_alternative<venue::ChangeOrder>(action);
  return is_order ? 1 : 0;
}

/// What the venue wants when it does not say for how long.
constexpr DurationNs kPauseOfThrottle = kMinute;
constexpr DurationNs kPauseOfBan = 10 * kMinute;

}  // namespace

// The 61,000 requests in five minutes of spot are no rule of their own: each has a weight of at least one,
// and there are 30,000 of these in that time.
std::vector<net::RateRule> rate_rules(Product product) {
  using enum net::RateScope;
  using enum net::RateKind;
  if (product == Product::spot)
    return {
        {.name = "weight_1m", .scope = ip, .kind = weight, .interval_ns = kMinute, .limit = 6000},
        {.name = "orders_10s", .scope = account, .kind = orders, .interval_ns = 10 * kSecond, .limit = 100},
        {.name = "orders_1d", .scope = account, .kind = orders, .interval_ns = kDay, .limit = 200'000}};
  return {{.name = "weight_1m", .scope = ip, .kind = weight, .interval_ns = kMinute, .limit = 2400},
          {.name = "orders_10s", .scope = account, .kind = orders, .interval_ns = 10 * kSecond, .limit = 300},
          {.name = "orders_1m", .scope = account, .kind = orders, .interval_ns = kMinute, .limit = 1200}};
}

std::vector<net::RateCost> rate_costs(const venue::Action& action, Product product) {
  std::vector<net::RateCost> costs;
  costs.reserve(4);
  if (const std::uint32_t weight = request_weight(action, product); weight > 0)
    costs.push_back({kWeight, weight});
  if (const std::uint32_t orders = order_count(action); orders > 0) {
    costs.push_back({kOrdersShort, orders});
    costs.push_back({kOrdersLong, orders});
  }
  return costs;
}

venue::LimitReading read_limits(const net::HttpResponse& response, Product product) {
  venue::LimitReading reading;
  const auto read = [&](std::string_view header, std::uint32_t rule) {
    if (const auto used = number_in(response.header(header))) reading.used.emplace_back(rule, *used);
  };
  read("X-MBX-USED-WEIGHT-1M", kWeight);
  read("X-MBX-ORDER-COUNT-10S", kOrdersShort);
  read(product == Product::spot ? "X-MBX-ORDER-COUNT-1D" : "X-MBX-ORDER-COUNT-1M", kOrdersLong);
  const bool is_ban = response.status == 418;
  if (!is_ban && response.status != 429) return reading;
  reading.reason = is_ban ? net::RatePauseReason::banned : net::RatePauseReason::throttled;
  const auto seconds = number_in(response.header("Retry-After"));
  constexpr std::uint64_t kLongestSeconds = 4 * 86'400;
  reading.pause_ns = seconds ? static_cast<DurationNs>(std::min(*seconds, kLongestSeconds)) * kSecond
                             : (is_ban ? kPauseOfBan : kPauseOfThrottle);
  return reading;
}

}  // namespace kontor::binance
