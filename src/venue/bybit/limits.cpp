#include "venue/bybit/limits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "venue/bybit/rest.hpp"
#include "venue/bybit/symbols.hpp"

namespace kontor::bybit {
namespace {

using venue::Product;

/// The places of the rules; behind `address` those of paths, in the order of kPathLimits.
enum class Rule : std::uint32_t {
  address,
  create,
  amend,
  cancel,
  cancel_all,
  create_batch,
  cancel_batch,
  disconnected_cancel_all,
  realtime,
  executions,
  positions,
  set_leverage,
  switch_mode,
  trading_stop,
  wallet_balance,
  transaction_log,
  fee_rate,
  set_margin_mode,
  query_api
};

/// Requests in a second. Where the products are counted apart they have different figures or paths of orders.
struct PathLimit {
  std::string_view path;
  std::uint32_t spot = 0;
  std::uint32_t linear = 0;
  bool is_by_product = false;
};
constexpr std::array kPathLimits = {
    PathLimit{"/v5/order/create", 20, 10, true},
    PathLimit{"/v5/order/amend", 10, 10, true},
    PathLimit{"/v5/order/cancel", 20, 10, true},
    PathLimit{"/v5/order/cancel-all", 20, 10, true},
    PathLimit{"/v5/order/create-batch", 20, 10, true},
    PathLimit{"/v5/order/cancel-batch", 20, 10, true},
    PathLimit{"/v5/order/disconnected-cancel-all", 5, 5},
    PathLimit{"/v5/order/realtime", 50, 50},
    PathLimit{"/v5/execution/list", 50, 50},
    PathLimit{"/v5/position/list", 50, 50},
    PathLimit{"/v5/position/set-leverage", 10, 10},
    PathLimit{"/v5/position/switch-mode", 10, 10},
    PathLimit{"/v5/position/trading-stop", 10, 10},
    PathLimit{"/v5/account/wallet-balance", 50, 50},
    PathLimit{"/v5/account/transaction-log", 25, 25},
    PathLimit{"/v5/account/fee-rate", 5, 5},
    PathLimit{"/v5/account/set-margin-mode", 5, 5},
    PathLimit{"/v5/user/query-api", 10, 10},
};
static_assert(kPathLimits.size() == static_cast<std::size_t>(Rule::query_api));

/// The rule of the path that an action goes to; `address`: it has none of its own.
struct RuleOf {
  Rule operator()(const venue::PlaceOrder& action) const noexcept {
    return action.type == OrderType::trailing_stop ? Rule::trading_stop : Rule::create;
  }
  Rule operator()(const venue::PlaceOrders& /*action*/) const noexcept { return Rule::create_batch; }
  Rule operator()(const venue::ChangeOrder& /*action*/) const noexcept { return Rule::amend; }
  Rule operator()(const venue::CancelOne& /*action*/) const noexcept { return Rule::cancel; }
  Rule operator()(const venue::CancelMany& /*action*/) const noexcept { return Rule::cancel_batch; }
  Rule operator()(const venue::CancelAll& /*action*/) const noexcept { return Rule::cancel_all; }
  Rule operator()(const venue::CountdownCancel& /*action*/) const noexcept {
    return Rule::disconnected_cancel_all;
  }
  Rule operator()(const venue::GetBalance& /*action*/) const noexcept { return Rule::wallet_balance; }
  Rule operator()(const venue::GetPositions& /*action*/) const noexcept { return Rule::positions; }
  Rule operator()(const venue::GetOpenOrders& /*action*/) const noexcept { return Rule::realtime; }
  Rule operator()(const venue::GetOrder& /*action*/) const noexcept { return Rule::realtime; }
  Rule operator()(const venue::GetFills& /*action*/) const noexcept { return Rule::executions; }
  Rule operator()(const venue::SetLeverage& /*action*/) const noexcept { return Rule::set_leverage; }
  Rule operator()(const venue::SetMarginMode& /*action*/) const noexcept { return Rule::set_margin_mode; }
  Rule operator()(const venue::SetPositionMode& /*action*/) const noexcept { return Rule::switch_mode; }
  Rule operator()(const venue::GetFundingPayments& /*action*/) const noexcept {
    return Rule::transaction_log;
  }
  Rule operator()(const venue::GetFees& /*action*/) const noexcept { return Rule::fee_rate; }
  Rule operator()(const venue::GetKeyPermissions& /*action*/) const noexcept { return Rule::query_api; }
  template <class PublicQuestion>
  Rule operator()(const PublicQuestion& /*action*/) const noexcept {
    return Rule::address;
  }
};

constexpr DurationNs kPauseOfBan = 10 * kMinute;
constexpr DurationNs kPauseOfThrottle = kSecond;  // the limits of an account are by the second
constexpr DurationNs kLongestThrottle = kMinute;

std::optional<std::int64_t> number_of(std::string_view text) noexcept {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The number behind `"retCode":`, wherever blanks stand; it is at the beginning of every answer.
std::optional<std::int64_t> return_code(std::string_view body) noexcept {
  constexpr std::string_view kName = "\"retCode\"";
  const std::size_t at = body.find(kName);
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t first = body.find_first_not_of(" \t\r\n:", at + kName.size());
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t last = body.find_first_not_of("-0123456789", first);
  return number_of(body.substr(first, last == std::string_view::npos ? last : last - first));
}

/// Until the time that the venue names; it names the present where there is nothing to wait for.
DurationNs throttle_of(const net::HttpResponse& response) noexcept {
  const auto reset_ms = number_of(response.header("X-Bapi-Limit-Reset-Timestamp"));
  const auto now_ms = number_of(response.header("Timenow"));
  if (!reset_ms || !now_ms || *now_ms < 0 || *reset_ms <= *now_ms) return kPauseOfThrottle;
  return std::clamp(std::min(*reset_ms - *now_ms, kLongestThrottle / kMillisecond) * kMillisecond,
                    kPauseOfThrottle, kLongestThrottle);
}

}  // namespace

std::vector<net::RateRule> rate_rules(Product product) {
  using enum net::RateScope;
  std::vector<net::RateRule> rules;
  rules.reserve(1 + kPathLimits.size());
  rules.push_back({.name = "requests_5s",
                   .scope = ip,
                   .kind = net::RateKind::requests,
                   .interval_ns = 5 * kSecond,
                   .limit = 600});
  for (const PathLimit& limit : kPathLimits) {
    rules.push_back({
        .name = limit.is_by_product ? fmt::format("{}:{}", category_name(product), limit.path)
                                    : std::string(limit.path),
        .scope = account,
        .kind = net::RateKind::requests,
        .interval_ns = kSecond,
        .limit = product == Product::spot ? limit.spot : limit.linear,
    });
  }
  return rules;
}

std::vector<net::RateCost> rate_costs(const venue::Action& action) {
  std::vector<net::RateCost> costs = {{static_cast<std::uint32_t>(Rule::address), 1}};
  const Rule rule = std::visit(RuleOf{}, action);
  if (rule != Rule::address) costs.push_back({static_cast<std::uint32_t>(rule), weight_of(action)});
  return costs;
}

venue::LimitReading read_limits(const net::HttpResponse& response) {
  const std::int64_t code = return_code(response.body).value_or(0);
  if (response.status == 403 || code == 10018 || code == 10403) {
    return {.pause_ns = kPauseOfBan, .reason = net::RatePauseReason::banned};
  }
  if (response.status == 429 || code == 10006 || code == 10429 || code == 170222) {
    return {.pause_ns = throttle_of(response), .reason = net::RatePauseReason::throttled};
  }
  return {};
}

}  // namespace kontor::bybit
