#include "session/event_schema.hpp"

#include <boost/describe/enumerators.hpp>
#include <boost/mp11.hpp>

namespace kontor::session {
namespace {

template <class Enum>
std::vector<std::string_view> names_of_all() {
  std::vector<std::string_view> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
      [&](auto enumerator) { names.emplace_back(enumerator.name); });
  return names;
}

std::vector<FieldRule> metric_fields() {
  using enum FieldForm;
  return {
      {"equity", decimal, false, "Balances and positions at their marks, reporting asset"},
      {"pnl", decimal, false, "equity - initial capital"},
      {"win_rate", fraction, false, "wins / trades"},
      {"trades", count, false, "Closed round trips"},
      {"wins", count, false, "Round trips with a net result above 0"},
      {"losses", count, false, "Round trips with a net result below 0"},
  };
}

std::vector<FieldRule> order_fields() {
  using enum FieldForm;
  return {
      {"id", count, true, "The session's own id of the order; 0: the venue's own doing"},
      {"symbol", text, false, "SYMBOL@venue"},
      {"side", choice, false, "What it does", names_of_all<Side>()},
      {"type", choice, false, "What kind of order it is", names_of_all<OrderType>()},
      {"qty", decimal, false, "Total quantity"},
      {"price", decimal, false, "Limit, else trigger, else trailing offset; absent for a market order"},
      {"status", choice, true, "Where it is in its life after the event", names_of_all<OrderStatus>()},
  };
}

std::vector<FieldRule> make_fields() {
  using enum FieldForm;
  return {
      {"v", version, true, "Version of this schema"},
      {"ts", time, true, "The session's time"},
      {"seq", ordinal, true, "From 1, one higher with each event of the session"},
      {"session_id", text, true, "The session"},
      {"type", choice, true, "What the event is about", names_of_all<EventType>()},
      {"phase", text, false, "The phase of the run"},
      {"level", choice, true, "How much it matters", names_of_all<EventLevel>()},
      {"message", note, true, "For people"},
      {"metrics", object, false, "The session's figures", {}, metric_fields()},
      {"order", object, false, "The order that the event is about", {}, order_fields()},
      {"details", details, false, "Further facts; record is the seq of the journal's record"},
      {"status", text, false, "State of the session after a step of its life, or outcome of a decision"},
      {"error", text, false, "What went wrong"},
      {"duration_ms", count, false, "How long it took, by the clock on the wall"},
      {"host", text, true, "The machine"},
      {"component", text, true, "The part of the program"},
      {"corr_id", text, true, "Events of one matter have the same: order:17, run:3"},
  };
}

TypeRule breaker_type() {
  return {EventType::circuit_breaker,
          {"status"},
          {"breaker", "scope", "from", "to", "reason", "value", "threshold"},
          true,
          "A breaker of the safety chain tripped or ended"};
}

TypeRule protection_type() {
  return {EventType::protection,
          {"status"},
          {"symbol", "strategy", "group", "quantity"},
          true,
          "The protection of what is held is not what it should be, or is again"};
}

/// Up to the end of an order's life.
std::vector<TypeRule> first_types() {
  using enum EventType;
  return {
      {session_start,
       {"status"},
       {"ts_wall", "name", "strategy", "mode"},
       true,
       "A run of the session begins"},
      {session_end, {"status"}, {"ts_wall"}, true, "A run has ended, or is found to have crashed"},
      {phase_start, {"phase", "status"}, {"ts_wall"}, true, "A phase of the run begins"},
      {phase_end, {"phase", "status", "duration_ms"}, {"ts_wall", "overdue"}, true, "A phase has ended"},
      {checkpoint, {}, {"snapshot", "state_hash"}, true, "A snapshot of the state was taken"},
      {heartbeat, {"status", "metrics"}, {"ts_wall"}, true, "The session lives: every 30 s on the wall"},
      {signal,
       {"status"},
       {"strategy", "symbol"},
       true,
       "A strategy saw an entry and left it, with its reason"},
      {risk_decision,
       {"status"},
       {"strategy", "symbol", "reasons"},
       true,
       "Risk refused an intent, with all reasons"},
      {order_submitted, {"order"}, {}, true, "An order that risk approved leaves for the venue"},
      {order_cancel_requested, {"order"}, {}, true, "A cancel leaves for the venue"},
      {order_amend_requested, {"order"}, {}, true, "An amendment leaves for the venue"},
      {order_accepted, {"order"}, {}, true, "The venue has the order"},
      {order_rejected, {"order"}, {}, true, "The venue refused the order, or it never left"},
      {order_canceled, {"order"}, {}, true, "The order is gone"},
      {order_expired, {"order"}, {}, true, "The order's time is over"},
      {order_amended, {"order"}, {}, true, "The order was changed"},
      {order_triggered, {"order"}, {}, true, "A stop, take-profit or trailing stop fired"},
      {order_cancel_rejected, {"order"}, {}, true, "The venue refused a cancel"},
      {order_amend_rejected, {"order"}, {}, true, "The venue refused an amendment, or it never left"},
      {order_unresolved, {"order"}, {}, true, "Nothing has proven what became of the order"},
  };
}

/// From an execution on.
std::vector<TypeRule> further_types() {
  using enum EventType;
  return {
      {fill, {"order"}, {"qty", "price", "trade", "liquidity", "fee"}, true, "An execution"},
      {position_opened,
       {"metrics"},
       {"strategy", "symbol", "position"},
       true,
       "A strategy is no longer flat"},
      {position_changed,
       {"metrics"},
       {"strategy", "symbol", "position"},
       true,
       "A strategy holds more or less"},
      {position_closed,
       {"metrics"},
       {"strategy", "symbol", "gross", "fees", "net"},
       true,
       "A round trip has ended: flat, or on the other side"},
      {position_funding, {}, {"symbol", "amount"}, true, "Funding paid (negative) or received"},
      {autocorrect_attempt, {}, {}, false, "A call to the venue was tried again"},
      breaker_type(),
      protection_type(),
      {mode_switch,
       {},
       {},
       true,
       "The session was paused or goes on; trading was restricted or is free again"},
      {regime_change, {}, {}, false, "The market's regime is another one"},
      {config_changed,
       {},
       {"configuration_hash"},
       true,
       "Another configuration is in force; changes has every key with both values"},
      {config_refused,
       {"error"},
       {"ts_wall"},
       true,
       "The configuration's file was changed to what can't be; the one before stays in force"},
      {reconcile_diff, {}, {}, false, "Books and venue differ"},
      {error, {"error"}, {}, true, "Something went wrong"},
      {summary_updated,
       {"metrics"},
       {"sampled_at"},
       true,
       "The figures at an hour's end of the market's time"},
      {disk_failed, {"error"}, {}, true, "The journal cannot be written: no new risk until it can"},
      {disk_recovered, {}, {}, true, "The journal is written again, with all that was kept meanwhile"},
      {instrument_changed,
       {},
       {"symbol", "trading"},
       false,
       "The venue has changed the terms of an instrument"},
  };
}

std::vector<TypeRule> make_types() {
  auto types = first_types();
  for (auto& type : further_types()) types.push_back(std::move(type));
  return types;
}

}  // namespace

const std::vector<FieldRule>& event_fields() {
  static const std::vector<FieldRule> kFields = make_fields();
  return kFields;
}

const std::vector<TypeRule>& event_types() {
  static const std::vector<TypeRule> kTypes = make_types();
  return kTypes;
}

std::string_view pattern_of(FieldForm form) noexcept {
  switch (form) {
    case FieldForm::time:
      return "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{3}|\\.[0-9]{6}|\\.[0-9]{9})?Z$";
    case FieldForm::decimal: return "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$";
    default: return "";
  }
}

}  // namespace kontor::session
