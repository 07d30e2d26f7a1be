#include "emulator/request_limiter.hpp"

#include <algorithm>
#include <utility>

namespace kontor::emulator {

RequestLimiter::RequestLimiter(LimiterSettings settings) : settings_(std::move(settings)) {}

void RequestLimiter::change(LimiterSettings settings) {
  settings_ = std::move(settings);
  for (auto& [name, known] : addresses_) known.usage.clear();
  accounts_.clear();
}

std::int64_t RequestLimiter::amount_of(const LimitRule& rule, const RequestCost& cost) noexcept {
  switch (rule.kind) {
    case LimitKind::weight: return cost.weight;
    case LimitKind::orders: return cost.orders;
    case LimitKind::requests:
    case LimitKind::endpoint: return 1;
  }
  return 1;
}

bool RequestLimiter::applies(const LimitRule& rule, const RequestCost& cost) const noexcept {
  if (rule.scope == LimitScope::account && cost.account.empty()) return false;
  if (rule.kind == LimitKind::orders) return cost.orders > 0;
  if (rule.kind != LimitKind::endpoint) return true;
  if (cost.endpoint.empty()) return false;
  if (!rule.endpoint.empty()) return rule.endpoint == cost.endpoint;
  return std::none_of(settings_.rules.begin(), settings_.rules.end(), [&](const LimitRule& other) {
    return other.kind == LimitKind::endpoint && other.endpoint == cost.endpoint;
  });
}

RequestLimiter::Caller& RequestLimiter::caller(TimeNs now, LimitScope scope, std::string_view name) {
  auto& callers = scope == LimitScope::address ? addresses_ : accounts_;
  auto at = callers.find(name);
  if (at == callers.end()) {
    if (callers.size() >= kMaxCallers) forget_callers(now);
    at = callers.emplace(std::string(name), Caller{}).first;
  }
  at->second.seen = now;
  return at->second;
}

/// Makes room: first whoever has been silent for as long as anything is remembered, then the most silent one.
void RequestLimiter::forget_callers(TimeNs now) {
  for (auto* callers : {&addresses_, &accounts_}) {
    std::erase_if(*callers, [&](const auto& entry) {
      return entry.second.banned_until <= now && entry.second.seen < now - kDay;
    });
    if (callers->size() < kMaxCallers) continue;
    callers->erase(std::min_element(callers->begin(), callers->end(), [](const auto& a, const auto& b) {
      return a.second.seen < b.second.seen;
    }));
  }
}

TimeNs RequestLimiter::add_aligned(Usage& usage, const LimitRule& rule, TimeNs now, std::int64_t amount) {
  // Time that goes back counts in the newest window.
  const std::int64_t window = std::max(floor_divide(now, rule.interval_ns), usage.window);
  if (window != usage.window) usage.sum = 0;
  usage.window = window;
  usage.sum += amount;
  return (window + 1) * rule.interval_ns;
}

TimeNs RequestLimiter::add_rolling(Usage& usage, const LimitRule& rule, TimeNs now, std::int64_t amount) {
  while (!usage.recent.empty() && usage.recent.front().at <= now - rule.interval_ns) {
    usage.sum -= usage.recent.front().amount;
    usage.recent.pop_front();
  }
  if (usage.recent.size() >= Usage::kMaxRecent) {
    usage.recent.back().amount += amount;
  } else {
    usage.recent.push_back({now, amount});
  }
  usage.sum += amount;
  return usage.recent.front().at + rule.interval_ns;
}

LimitState RequestLimiter::count(TimeNs now, const LimitRule& rule, const RequestCost& cost) {
  const std::string_view name = rule.scope == LimitScope::address ? cost.address : cost.account;
  std::string key = rule.name;
  if (rule.kind == LimitKind::endpoint && rule.endpoint.empty()) key.append("|").append(cost.endpoint);
  Usage& usage = caller(now, rule.scope, name).usage[key];
  const std::int64_t amount = amount_of(rule, cost);
  const TimeNs resets_at = rule.window == LimitWindow::rolling ? add_rolling(usage, rule, now, amount)
                                                               : add_aligned(usage, rule, now, amount);
  return {&rule, usage.sum, resets_at};
}

TimeNs RequestLimiter::banned_until(TimeNs now, std::string_view address) const {
  const auto at = addresses_.find(address);
  return at == addresses_.end() || at->second.banned_until <= now ? kTimeMin : at->second.banned_until;
}

void RequestLimiter::ban(TimeNs now, std::string_view address, DurationNs duration_ns) {
  Caller& banned = caller(now, LimitScope::address, address);
  banned.banned_until = std::max(banned.banned_until, now + duration_ns);
  ++counters_.bans;
}

void RequestLimiter::violate(TimeNs now, const RequestCost& cost, LimitVerdict& verdict) {
  const BanSettings& settings = settings_.ban;
  Caller& violator = caller(now, LimitScope::address, cost.address);
  std::erase_if(violator.violations, [&](TimeNs at) { return at < now - settings.memory_ns; });
  violator.violations.push_back(now);
  const bool bans = verdict.violated->bans_at_once ||
                    violator.violations.size() >= std::max<std::size_t>(1, settings.violations_before_ban);
  if (!bans) {
    verdict.answer = LimitAnswer::too_many_requests;
    ++counters_.too_many_requests;
    return;
  }
  DurationNs duration = settings.first_ban_ns;
  for (std::uint32_t i = 0; i < violator.bans && duration < settings.longest_ban_ns; ++i) duration *= 2;
  duration = std::min(duration, settings.longest_ban_ns);
  ++violator.bans;
  violator.violations.clear();
  ban(now, cost.address, duration);
  verdict.answer = LimitAnswer::banned;
  verdict.banned_until = violator.banned_until;
  verdict.retry_after_ns = violator.banned_until - now;
  ++counters_.refused_by_ban;
}

LimitVerdict RequestLimiter::take(TimeNs now, const RequestCost& cost) {
  LimitVerdict verdict;
  if (const TimeNs until = banned_until(now, cost.address); until != kTimeMin) {
    verdict.answer = LimitAnswer::banned;
    verdict.banned_until = until;
    verdict.retry_after_ns = until - now;
    ++counters_.refused_by_ban;
    return verdict;
  }
  for (const LimitRule& rule : settings_.rules) {
    if (!applies(rule, cost)) continue;
    const LimitState state = count(now, rule, cost);
    verdict.states.push_back(state);
    if (state.used <= rule.limit) continue;
    // The rule that bans, else the one that holds longest, is what the caller is told.
    const DurationNs wait = state.resets_at - now;
    const bool stronger =
        verdict.violated == nullptr || (rule.bans_at_once && !verdict.violated->bans_at_once) ||
        (rule.bans_at_once == verdict.violated->bans_at_once && wait > verdict.retry_after_ns);
    if (!stronger) continue;
    verdict.violated = &rule;
    verdict.retry_after_ns = wait;
  }
  if (verdict.violated != nullptr) {
    violate(now, cost, verdict);
  } else {
    ++counters_.granted;
  }
  return verdict;
}

}  // namespace kontor::emulator
