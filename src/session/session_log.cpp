#include "session/session_log.hpp"

#include <array>
#include <cstdlib>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pwd.h>

namespace kontor::session {
namespace {

/// A change of the clock's offset below this is noise.
constexpr DurationNs kNoticeableOffset = 100 * kMillisecond;

/// What may happen with every bar, and then says nothing new.
bool may_repeat(EventType type) noexcept {
  return type == EventType::risk_decision || type == EventType::circuit_breaker ||
         (type >= EventType::order_submitted && type <= EventType::order_unresolved);
}

/// A single value, which a field of a record can hold.
using FactValue = std::variant<std::string, std::int64_t, double, bool>;

/// Several texts become one.
FactValue fact_in(const EventDetail& detail) {
  return std::visit(
      [](const auto& value) -> FactValue {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::vector<std::string>>) {
          return fmt::format("{}", fmt::join(value, ", "));
        } else {
          return value;
        }
      },
      detail.value);
}

/// What makes two such events the same: everything but order, amounts and times.
std::string repeat_key(const LoggedEvent& event) {
  std::string key = fmt::format("{} {}", name_of(event.type), event.status);
  for (const auto* name : {"strategy", "symbol", "breaker", "scope", "to", "reason", "reasons"}) {
    for (const auto& detail : event.details) {
      if (detail.name != name) continue;
      std::visit([&](const auto& value) { key += fmt::format(" {}={}", name, value); }, fact_in(detail));
    }
  }
  return key;
}

/// Fields of a record, with the texts that they refer to.
class Facts {
 public:
  void add(std::string_view key, std::string text) {
    if (!text.empty()) facts_.push_back({std::string(key), std::move(text)});
  }
  void add(const EventDetail& detail) { facts_.push_back({detail.name, fact_in(detail)}); }
  void add(std::string_view key, std::uint64_t number) {
    facts_.push_back({std::string(key), static_cast<std::int64_t>(number)});
  }
  [[nodiscard]] std::vector<LogField> fields() const {
    std::vector<LogField> fields;
    for (const auto& fact : facts_)
      std::visit([&](const auto& value) { fields.emplace_back(fact.key, value); }, fact.value);
    return fields;
  }

 private:
  struct Fact {
    std::string key;
    FactValue value;
  };
  std::vector<Fact> facts_;
};

void add_order(Facts& facts, const EventOrder& order) {
  facts.add("order", order.id.value);
  facts.add("symbol", order.symbol);
  if (order.side) facts.add("side", boost::describe::enum_to_string(*order.side, "unknown"));
  facts.add("quantity", order.quantity);
  facts.add("price", order.price);
}

/// The name of a user of this machine; its number where it has none.
std::string user_name(std::uint32_t user) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  const int code = ::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found);
  return code == 0 && found != nullptr ? found->pw_name : fmt::format("{}", user);
}

}  // namespace

LogLevel SessionLog::level_of(const LoggedEvent& event) noexcept {
  switch (event.level) {
    case EventLevel::debug: return LogLevel::debug;
    case EventLevel::info: break;
    case EventLevel::warning: return LogLevel::warning;
    case EventLevel::error: return LogLevel::error;
    case EventLevel::critical: return LogLevel::critical;
  }
  switch (event.type) {
    case EventType::session_start:
    case EventType::session_end:
    case EventType::phase_start:
    case EventType::phase_end:
    case EventType::circuit_breaker:
    case EventType::protection:
    case EventType::mode_switch:
    case EventType::config_changed:
    case EventType::config_refused:
    case EventType::reconcile_diff:
    case EventType::autocorrect_attempt:
    case EventType::regime_change:
    case EventType::error: return LogLevel::info;
    default: return LogLevel::debug;
  }
}

LogComponent SessionLog::component_of(const LoggedEvent& event) noexcept {
  if (event.type == EventType::config_changed || event.type == EventType::config_refused)
    return LogComponent::configuration;
  if (event.type == EventType::reconcile_diff) return LogComponent::reconciliation;
  if (event.component == "risk") return LogComponent::risk;
  if (event.component == "strategy") return LogComponent::strategy;
  if (event.component == "execution") return LogComponent::execution;
  if (event.component == "portfolio") return LogComponent::portfolio;
  return LogComponent::session;
}

void SessionLog::hear(const LoggedEvent& event) {
  const LogLevel level = level_of(event);
  const LogComponent component = component_of(event);
  if (!log_.wants(level, component)) return;
  RepeatFilter::Verdict verdict;
  if (level >= LogLevel::info && may_repeat(event.type)) verdict = repeats_.look(repeat_key(event), clock_());
  if (verdict.is_told) say(level, component, event, verdict.kept_back);
}

void SessionLog::say(LogLevel level, LogComponent component, const LoggedEvent& event,
                     std::uint64_t kept_back) {
  Facts facts;
  facts.add("session_time", format_time(event.ts));
  facts.add("event", event.seq);
  facts.add("phase", event.phase);
  if (event.type != EventType::circuit_breaker) facts.add("status", event.status);
  if (event.order) add_order(facts, *event.order);
  if (event.metrics && event.metrics->equity) facts.add("equity", event.metrics->equity->format());
  if (event.duration_ms) facts.add("duration_ms", static_cast<std::uint64_t>(*event.duration_ms));
  for (const auto& detail : event.details) {
    if (detail.name != "record" && detail.name != "ts_wall") facts.add(detail);
  }
  if (event.message.find(event.error) == std::string::npos) facts.add("error", event.error);
  if (kept_back != 0) facts.add("repeated", kept_back);
  log_.write(level, component, event.message, facts.fields(), event.correlation);
}

void SessionLog::hear(const ConnectionChanged& change) {
  const auto* const name = boost::describe::enum_to_string(change.connection, "unknown");
  if (change.is_alive) {
    log_.info(LogComponent::connection, "A connection is heard again", {{"connection", name}});
  } else {
    log_.warning(LogComponent::connection, "A connection has gone silent", {{"connection", name}});
  }
}

void SessionLog::hear(const ClockOffsetMeasured& measured) {
  const bool is_noise = std::abs(measured.offset_ns) < kNoticeableOffset;
  const LogLevel level = is_noise ? LogLevel::debug : LogLevel::warning;
  const std::array<LogField, 1> fields{LogField("offset_ms", measured.offset_ns / kMillisecond)};
  log_.write(level, LogComponent::clock, "The clock was compared with the venue's", fields);
}

void SessionLog::heard(const Demand& demand, const Peer& peer) {
  const bool is_look = demand.request == Request::none && demand.log_level.empty();
  const LogLevel level = is_look ? LogLevel::debug : LogLevel::info;
  if (!log_.wants(level, LogComponent::control)) return;
  const std::string who = user_name(peer.user);
  const std::string what = is_look ? "show"
                           : !demand.log_level.empty()
                               ? "log " + demand.log_level
                               : boost::describe::enum_to_string(demand.request, "unknown");
  std::vector<LogField> fields{{"request", what}, {"user", who}, {"process", peer.process}};
  if (!demand.reason.empty()) fields.emplace_back("reason", demand.reason);
  log_.write(level, LogComponent::control, "Asked over the control socket", fields);
}

void SessionLog::end() {
  for (const auto& [key, count] : repeats_.take_rest())
    log_.info(LogComponent::risk, "The same came again before the end", {{"what", key}, {"repeated", count}});
}

}  // namespace kontor::session
