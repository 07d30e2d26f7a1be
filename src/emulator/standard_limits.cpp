#include "emulator/request_limiter.hpp"

namespace kontor::emulator {
namespace {

LimitRule address_rule(const char* name, LimitKind kind, DurationNs interval, std::int64_t limit,
                       const char* header) {
  LimitRule rule;
  rule.name = name;
  rule.kind = kind;
  rule.interval_ns = interval;
  rule.limit = limit;
  rule.used_header = header;
  return rule;
}

LimitRule order_rule(const char* name, DurationNs interval, std::int64_t limit, const char* header) {
  LimitRule rule = address_rule(name, LimitKind::orders, interval, limit, header);
  rule.scope = LimitScope::account;
  return rule;
}

/// Requests of one account to one group of endpoints within a rolling second.
LimitRule endpoint_rule(const char* endpoint, std::int64_t limit) {
  LimitRule rule;
  rule.name = std::string("endpoint_") + (*endpoint == '\0' ? "other" : endpoint);
  rule.scope = LimitScope::account;
  rule.kind = LimitKind::endpoint;
  rule.window = LimitWindow::rolling;
  rule.interval_ns = kSecond;
  rule.limit = limit;
  rule.endpoint = endpoint;
  return rule;
}

std::vector<LimitRule> bybit_rules(Product product) {
  LimitRule address = address_rule("requests_5s", LimitKind::requests, 5 * kSecond, 600, "");
  address.window = LimitWindow::rolling;
  address.bans_at_once = true;
  const std::int64_t orders = product == Product::spot ? 20 : 10;
  return {address,
          endpoint_rule("order_create", orders),
          endpoint_rule("order_amend", product == Product::spot ? 20 : 10),
          endpoint_rule("order_cancel", orders),
          endpoint_rule("order_cancel_all", orders),
          endpoint_rule("order_realtime", 50),
          endpoint_rule("order_history", 50),
          endpoint_rule("execution_list", 50),
          endpoint_rule("position_list", 50),
          endpoint_rule("wallet_balance", 50),
          endpoint_rule("", 10)};
}

}  // namespace

LimiterSettings LimiterSettings::standard(VenueName venue, Product product) {
  LimiterSettings settings;
  if (venue == VenueName::bybit) {
    settings.rules = bybit_rules(product);
    // "Access too frequent" is lifted after ten minutes, however often it happens.
    settings.ban.first_ban_ns = 10 * kMinute;
    settings.ban.longest_ban_ns = 10 * kMinute;
    settings.ban.violations_before_ban = UINT32_MAX;
    return settings;
  }
  if (product == Product::spot) {
    settings.rules = {address_rule("weight_1m", LimitKind::weight, kMinute, 6'000, "X-MBX-USED-WEIGHT-1M"),
                      address_rule("requests_5m", LimitKind::requests, 5 * kMinute, 61'000, ""),
                      order_rule("orders_10s", 10 * kSecond, 100, "X-MBX-ORDER-COUNT-10S"),
                      order_rule("orders_1d", kDay, 200'000, "X-MBX-ORDER-COUNT-1D")};
    return settings;
  }
  settings.rules = {address_rule("weight_1m", LimitKind::weight, kMinute, 2'400, "X-MBX-USED-WEIGHT-1M"),
                    order_rule("orders_10s", 10 * kSecond, 300, "X-MBX-ORDER-COUNT-10S"),
                    order_rule("orders_1m", kMinute, 1'200, "X-MBX-ORDER-COUNT-1M")};
  return settings;
}

}  // namespace kontor::emulator
