#include <array>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include "session/event_projection.hpp"
#include "session/life_cycle.hpp"

// How the journal's records of the session's own life, and of its breakers, become events.

namespace kontor::session {
namespace {

const std::string* text_in(const std::vector<EventDetail>& details, std::string_view name) {
  for (const auto& detail : details) {
    if (detail.name == name) return std::get_if<std::string>(&detail.value);
  }
  return nullptr;
}

void lift_amount(std::optional<Amount>& into, const EventDetail& detail) {
  const auto* text = std::get_if<std::string>(&detail.value);
  if (text == nullptr) return;
  if (const auto amount = Amount::parse(*text)) into = *amount;
}

void lift_count(std::optional<std::uint64_t>& into, const EventDetail& detail) {
  const auto* count = std::get_if<std::int64_t>(&detail.value);
  if (count != nullptr && *count >= 0) into = static_cast<std::uint64_t>(*count);
}

/// Puts what the schema has a place for into that place; false for everything else.
bool lift(LoggedEvent& event, EventMetrics& metrics, const EventDetail& detail) {
  if (detail.name == "equity") return lift_amount(metrics.equity, detail), true;
  if (detail.name == "pnl") return lift_amount(metrics.pnl, detail), true;
  if (detail.name == "trades") return lift_count(metrics.trades, detail), true;
  if (detail.name == "wins") return lift_count(metrics.wins, detail), true;
  if (detail.name == "losses") return lift_count(metrics.losses, detail), true;
  if (detail.name == "duration_ms") {
    if (const auto* duration = std::get_if<std::int64_t>(&detail.value)) event.duration_ms = *duration;
    return true;
  }
  if (detail.name == "error") {
    if (const auto* text = std::get_if<std::string>(&detail.value)) event.error = *text;
    return true;
  }
  return false;
}

std::string message_of(const LoggedEvent& event) {
  switch (event.type) {
    case EventType::session_start: return "The session starts";
    case EventType::session_end: return fmt::format("The session has ended: {}", event.status);
    case EventType::phase_start: return fmt::format("Phase {} begins", event.phase);
    case EventType::phase_end: return fmt::format("Phase {} has ended", event.phase);
    case EventType::heartbeat: return "The session is alive";
    case EventType::mode_switch: return fmt::format("The session is {}", event.status);
    case EventType::config_refused:
      return fmt::format("The configuration before stays in force: {}", event.error);
    case EventType::error: return event.error;
    case EventType::summary_updated: return "New figures";
    default: return std::string(name_of(event.type));
  }
}

EventLevel level_of(const LoggedEvent& event) {
  if (event.type == EventType::error || event.status == name_of(LifeState::failed)) return EventLevel::error;
  if (event.type == EventType::config_refused) return EventLevel::warning;
  const auto* overdue = detail_of<bool>(event, "overdue");
  if (overdue != nullptr && *overdue) return EventLevel::warning;
  return EventLevel::info;
}

/// How much a change matters: more the more it takes away; what gives back is only told.
EventLevel level_of(const BreakerChanged& change) {
  if (change.to < change.from || change.to == BreakerLevel::normal) return EventLevel::info;
  switch (change.to) {
    case BreakerLevel::normal:
    case BreakerLevel::warning:
    case BreakerLevel::restricted: return EventLevel::warning;
    case BreakerLevel::halted: return EventLevel::error;
    case BreakerLevel::flattening: break;
  }
  return EventLevel::critical;
}

EventLevel level_of(ProtectionChange change) {
  switch (change) {
    case ProtectionChange::degraded: return EventLevel::critical;
    case ProtectionChange::escalated: return EventLevel::error;
    case ProtectionChange::taken_over:
    case ProtectionChange::made_room:
    case ProtectionChange::given_up: return EventLevel::warning;
    case ProtectionChange::restored: break;
  }
  return EventLevel::info;
}

std::string_view sentence_of(ProtectionChange change) {
  switch (change) {
    case ProtectionChange::degraded: return "no stop is confirmed";
    case ProtectionChange::restored: return "protected again";
    case ProtectionChange::taken_over: return "the venue has let go of the stop; it is kept from here";
    case ProtectionChange::made_room:
      return "other exits are canceled: they hold the coins that the stop needs";
    case ProtectionChange::escalated: return "the stop cannot do its work; closing at the market";
    case ProtectionChange::given_up: break;
  }
  return "the venue does not take the target";
}

template <class Enum>
std::string text_of_value(Enum value) {
  return boost::describe::enum_to_string(value, "unknown");
}

}  // namespace

void EventProjection::take(RecordPlace place, const BreakerChanged& change) {
  LoggedEvent& event = add(place, EventType::circuit_breaker);
  std::string scope = "account";
  if (change.strategy) scope = fmt::format("strategy {}", change.strategy->value);
  if (change.instrument) {
    const Instrument* instrument = instrument_of(*change.instrument);
    scope = instrument != nullptr ? instrument->name().format()
                                  : fmt::format("instrument {}", change.instrument->value);
  }
  event.correlation = fmt::format("event:{}", change.cause);
  event.level = level_of(change);
  event.status = text_of_value(change.to);
  event.message =
      fmt::format("{}: {} is {} ({}: {} of {})", scope, text_of_value(change.breaker), event.status,
                  text_of_value(change.reason), change.value.format(), change.threshold.format());
  const auto detail = [&](std::string name, std::string text) {
    event.details.push_back({std::move(name), std::move(text)});
  };
  detail("breaker", text_of_value(change.breaker));
  detail("scope", std::move(scope));
  detail("from", text_of_value(change.from));
  detail("to", text_of_value(change.to));
  detail("reason", text_of_value(change.reason));
  detail("value", change.value.format());
  detail("threshold", change.threshold.format());
  if (change.until != 0) detail("until", format_time(change.until));
}

void EventProjection::take(RecordPlace place, const ProtectionChanged& change) {
  LoggedEvent& event = add(place, EventType::protection);
  const Instrument* instrument = instrument_of(change.instrument);
  const std::string symbol = instrument != nullptr ? instrument->name().format()
                                                   : fmt::format("instrument {}", change.instrument.value);
  const std::string quantity = instrument != nullptr ? instrument->quantity(change.quantity).format()
                                                     : fmt::format("{} units", change.quantity.units);
  event.correlation = fmt::format("event:{}", change.cause);
  event.level = level_of(change.change);
  event.status = text_of_value(change.change);
  event.message = fmt::format("{} of {}: {}", quantity, symbol, sentence_of(change.change));
  const auto detail = [&](std::string name, EventDetail::Value value) {
    event.details.push_back({std::move(name), std::move(value)});
  };
  detail("symbol", symbol);
  detail("strategy", static_cast<std::int64_t>(change.strategy.value));
  detail("group", static_cast<std::int64_t>(change.group.value));
  detail("quantity", quantity);
  if (change.reason != RejectReason::none) detail("reason", text_of_value(change.reason));
}

Result<void> EventProjection::take(RecordPlace place, const journal::SessionEvent& step) {
  const auto type = parse_event_type(step.name);
  if (!type) return {};  // of a build that told other steps
  TRY(auto details, parse_details(step.details));
  if (*type == EventType::session_start) {
    if (const auto* host = text_in(details, "host")) state_.host = *host;
    if (const auto* run = text_in(details, "run")) state_.run = *run;
  }
  LoggedEvent& event = add(place, *type);
  event.phase = step.phase;
  event.status = step.state;
  if (step.ts_wall != 0) event.details.push_back({"ts_wall", format_time(step.ts_wall)});
  EventMetrics metrics;
  for (auto& detail : details) {
    if (!lift(event, metrics, detail)) event.details.push_back(std::move(detail));
  }
  if (metrics.trades && metrics.wins && *metrics.trades != 0)
    metrics.win_rate = static_cast<double>(*metrics.wins) / static_cast<double>(*metrics.trades);
  if (metrics != EventMetrics()) event.metrics = metrics;
  event.level = level_of(event);
  event.message = message_of(event);
  return {};
}

}  // namespace kontor::session
