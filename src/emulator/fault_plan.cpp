#include "emulator/fault_plan.hpp"

#include <algorithm>
#include <utility>

#include <boost/describe/enum_to_string.hpp>

namespace kontor::emulator {
namespace {

constexpr DurationNs kRetryAfter = 2 * kSecond;
constexpr DurationNs kBan = 30 * kSecond;
constexpr DurationNs kLateness = 3 * kSecond;

}  // namespace

std::string_view name_of(FaultKind kind) noexcept { return boost::describe::enum_to_string(kind, "?"); }

Result<void> FaultPlan::set(std::string_view text, TimeNs now) {
  TRY(settings_, parse(text, now));
  text_ = text;
  clock_skew_ns_ = settings_.clock_skew_ns;
  if (settings_.has_seed) prng_ = Prng(settings_.seed);
  return {};
}

bool FaultPlan::strikes(FaultKind kind) {
  const double chance = settings_.chance[static_cast<std::size_t>(kind)];
  if (chance <= 0 || prng_.uniform() >= chance) return false;
  ++counts_[static_cast<std::size_t>(kind)];
  return true;
}

DurationNs FaultPlan::draw_latency() {
  if (settings_.latency_to_ns == 0) return 0;
  ++counts_[static_cast<std::size_t>(FaultKind::latency)];
  const auto width = static_cast<std::uint64_t>(settings_.latency_to_ns - settings_.latency_from_ns) + 1;
  return settings_.latency_from_ns + static_cast<DurationNs>(prng_.below(width));
}

DurationNs FaultPlan::maintenance_left_ns(TimeNs now) const noexcept {
  DurationNs left = 0;
  for (const ScheduledFault& fault : settings_.scheduled) {
    if (fault.kind != FaultKind::maintenance || now < fault.at) continue;
    left = std::max(left, fault.at + fault.duration_ns - now);
  }
  return left;
}

RequestFault FaultPlan::before_request(TimeNs now, bool places_order) {
  RequestFault fault;
  fault.delay_ns = draw_latency();
  const auto with = [&](RequestAction action, DurationNs retry_after_ns) {
    fault.action = action;
    fault.retry_after_ns = retry_after_ns;
    return fault;
  };
  if (const DurationNs left = maintenance_left_ns(now); left > 0) {
    ++counts_[static_cast<std::size_t>(FaultKind::maintenance)];
    return with(RequestAction::maintenance, left);
  }
  if (strikes(FaultKind::http_429)) return with(RequestAction::too_many_requests, kRetryAfter);
  if (strikes(FaultKind::http_418)) return with(RequestAction::ban, kBan);
  if (strikes(FaultKind::http_5xx)) return with(RequestAction::server_error, 0);
  if (strikes(FaultKind::drop_request)) return with(RequestAction::close_connection, 0);
  if (strikes(FaultKind::hang_request)) return with(RequestAction::hang, 0);
  if (strikes(FaultKind::html_reply)) return with(RequestAction::html_error, 0);
  if (places_order && strikes(FaultKind::reject)) return with(RequestAction::reject_order, 0);
  return fault;
}

ReplyAction FaultPlan::after_acceptance() {
  if (strikes(FaultKind::accept_then_503)) return ReplyAction::server_error;
  if (strikes(FaultKind::accept_then_drop)) return ReplyAction::close_connection;
  if (strikes(FaultKind::accept_then_hang)) return ReplyAction::hang;
  return reply();
}

ReplyAction FaultPlan::reply() {
  return strikes(FaultKind::truncated_reply) ? ReplyAction::truncate : ReplyAction::send;
}

MessageFault FaultPlan::private_message() {
  if (strikes(FaultKind::drop_private)) return {MessageAction::drop, 0};
  if (strikes(FaultKind::duplicate_private)) return {MessageAction::duplicate, 0};
  if (strikes(FaultKind::late_private)) return {MessageAction::delay, kLateness};
  if (strikes(FaultKind::reorder_private)) return {MessageAction::reorder, kLateness};
  return {};
}

MessageFault FaultPlan::market_message() {
  if (strikes(FaultKind::gap)) return {MessageAction::drop, 0};
  if (strikes(FaultKind::duplicate_market)) return {MessageAction::duplicate, 0};
  if (strikes(FaultKind::late_market)) return {MessageAction::delay, kLateness};
  return {};
}

SocketAction FaultPlan::socket_tick() {
  if (strikes(FaultKind::stale_socket)) return SocketAction::go_silent;
  if (strikes(FaultKind::close_socket)) return SocketAction::close;
  if (strikes(FaultKind::cut_socket)) return SocketAction::cut;
  if (strikes(FaultKind::listen_key_expiry)) return SocketAction::expire_listen_key;
  return SocketAction::none;
}

std::vector<ScheduledFault> FaultPlan::take_due(TimeNs now) {
  std::vector<ScheduledFault> due;
  std::erase_if(settings_.scheduled, [&](const ScheduledFault& fault) {
    if (fault.kind == FaultKind::maintenance) return fault.at + fault.duration_ns <= now;
    if (fault.at > now) return false;
    ++counts_[static_cast<std::size_t>(fault.kind)];
    due.push_back(fault);
    return true;
  });
  return due;
}

TimeNs FaultPlan::next_due() const noexcept {
  TimeNs next = kTimeMax;
  for (const ScheduledFault& fault : settings_.scheduled) {
    if (fault.kind != FaultKind::maintenance) next = std::min(next, fault.at);
  }
  return next;
}

}  // namespace kontor::emulator
