#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "session/control.hpp"

namespace kontor::session {
namespace {

namespace json = boost::json;

constexpr std::int64_t kVersion = 1;
constexpr std::string_view kShow = "show";
constexpr std::string_view kLog = "log";

std::string_view text_of(Request request) {
  return request == Request::none ? kShow : boost::describe::enum_to_string(request, "");
}

json::value text_or_null(const std::string& text) { return text.empty() ? json::value() : json::value(text); }
json::value time_or_null(TimeNs time) { return text_or_null(time == 0 ? std::string() : format_time(time)); }

json::object object_of(const RunView& run) {
  return {{"state", text_or_null(run.state)},
          {"mode", text_or_null(run.mode)},
          {"speed", text_or_null(run.speed)},
          {"started", time_or_null(run.started)},
          {"data_from", time_or_null(run.data_from)},
          {"data_until", time_or_null(run.data_until)},
          {"initial_equity", text_or_null(run.initial_equity ? run.initial_equity->format() : std::string())},
          {"max_drawdown", run.max_drawdown}};
}

/// Throws as view_in() does.
RunView run_in(const json::object& object) {
  const auto text = [&](std::string_view key) {
    const auto& value = object.at(key);
    return value.is_null() ? std::string() : std::string(value.as_string());
  };
  const auto time = [&](std::string_view key) {
    const auto written = text(key);
    return written.empty() ? TimeNs{0} : parse_time(written).value();
  };
  RunView run{
      text("state"),     text("mode"),       text("speed"), time("started"),
      time("data_from"), time("data_until"), std::nullopt,  object.at("max_drawdown").to_number<double>()};
  if (const auto equity = text("initial_equity"); !equity.empty())
    run.initial_equity = Amount::parse(equity).value();
  return run;
}

json::object object_of(const SessionView& view) {
  const SessionStatus& status = view.status;
  return {{"session", view.session},
          {"account", view.account},
          {"time", format_time(status.now)},
          {"trading", boost::describe::enum_to_string(status.trading, "")},
          {"by_schedule", status.by_schedule},
          {"by_disk", status.by_disk},
          {"disk_fault", text_or_null(view.disk_fault)},
          {"equity", status.equity.format()},
          {"asset", view.asset},
          {"events", status.events},
          {"orders", status.orders},
          {"fills", status.fills},
          {"refusals", status.refusals},
          {"open_orders", status.open_orders},
          {"open_positions", status.open_positions},
          {"configuration_hash", view.configuration_hash},
          {"configuration_changes", view.settings.changes},
          {"configuration_changed_at",
           view.settings.changes == 0 ? json::value() : json::value(format_time(view.settings.changed_at))},
          {"configuration_last_change", json::value_from(view.settings.last)},
          {"positions", json::value_from(view.positions)},
          {"working_orders", json::value_from(view.orders)},
          {"restraints", json::value_from(view.restraints)},
          {"run", object_of(view.run)}};
}

/// Throws what Boost.JSON throws where a member is missing or of another type.
SessionView view_in(const json::object& object) {
  const auto text = [&](std::string_view key) { return std::string(object.at(key).as_string()); };
  const auto number = [&](std::string_view key) { return object.at(key).to_number<std::uint64_t>(); };
  SessionView view;
  view.session = text("session");
  view.account = text("account");
  view.asset = text("asset");
  view.status.now = parse_time(text("time")).value();
  boost::describe::enum_from_string(text("trading").c_str(), view.status.trading);
  view.status.by_schedule = object.at("by_schedule").as_bool();
  view.status.equity = Amount::parse(text("equity")).value();
  view.status.events = number("events");
  view.status.orders = number("orders");
  view.status.fills = number("fills");
  view.status.refusals = number("refusals");
  view.status.open_orders = number("open_orders");
  view.status.open_positions = number("open_positions");
  view.configuration_hash = text("configuration_hash");
  view.settings.changes = number("configuration_changes");
  if (view.settings.changes != 0)
    view.settings.changed_at = parse_time(text("configuration_changed_at")).value();
  view.settings.last = json::value_to<std::vector<std::string>>(object.at("configuration_last_change"));
  view.positions = json::value_to<std::vector<PositionLine>>(object.at("positions"));
  view.orders = json::value_to<std::vector<OrderLine>>(object.at("working_orders"));
  // A session of an older build has none to tell.
  if (const auto* by_disk = object.if_contains("by_disk")) view.status.by_disk = by_disk->as_bool();
  if (const auto* fault = object.if_contains("disk_fault"); fault != nullptr && !fault->is_null())
    view.disk_fault = fault->as_string();
  if (const auto* restraints = object.if_contains("restraints"))
    view.restraints = json::value_to<std::vector<RestraintLine>>(*restraints);
  if (const auto* run = object.if_contains("run")) view.run = run_in(run->as_object());
  return view;
}

/// The object on a line; nothing if there is none of this version.
const json::object* object_in(const json::value& value) {
  const auto* object = value.if_object();
  const auto* version = object == nullptr ? nullptr : object->if_contains("v");
  return version != nullptr && version->is_int64() && version->as_int64() == kVersion ? object : nullptr;
}

Result<Demand> log_demand(const json::object& object) {
  const auto* level = object.if_contains("level");
  if (level == nullptr || !level->is_string() || level->as_string().empty() ||
      level->as_string().size() > kMaxReason)
    return fail(ErrorKind::usage,
                R"(expected a level such as "debug" or "risk=debug", found something else)");
  Demand demand;
  demand.log_level = level->as_string();
  return demand;
}

}  // namespace

std::string request_line(const Demand& demand) {
  if (!demand.log_level.empty())
    return json::serialize(json::object{{"v", kVersion}, {"do", kLog}, {"level", demand.log_level}});
  json::object object{{"v", kVersion}, {"do", text_of(demand.request)}};
  if (!demand.reason.empty()) object["reason"] = demand.reason;
  return json::serialize(object);
}

Result<Demand> parse_request(std::string_view line) {
  boost::system::error_code error;
  const json::value value = json::parse(json::string_view(line.data(), line.size()), error);
  const auto* object = error ? nullptr : object_in(value);
  const auto* what = object == nullptr ? nullptr : object->if_contains("do");
  if (what == nullptr || !what->is_string())
    return fail(ErrorKind::usage, R"(expected a request such as {"v":1,"do":"show"}, found something else)");
  const std::string word(what->as_string());
  const auto* why = object->if_contains("reason");
  if (why != nullptr && (!why->is_string() || why->as_string().size() > kMaxReason))
    return fail(ErrorKind::usage,
                fmt::format("expected a reason of up to {} bytes, found something else", kMaxReason));
  Demand demand{Request::none, why == nullptr ? std::string() : std::string(why->as_string())};
  if (word == kShow) return demand;
  if (word == kLog) return log_demand(*object);
  const bool is_known = boost::describe::enum_from_string(word.c_str(), demand.request);
  if (is_known && demand.request != Request::none && demand.request != Request::change_settings)
    return demand;
  return fail(ErrorKind::usage,
              fmt::format("expected show, log, pause, resume, flatten, stop, halt_and_stop, "
                          "flatten_and_stop or resync, found '{}'",
                          word));
}

std::string answer_line(const Answer& answer) {
  return json::serialize(json::object{{"v", kVersion},
                                      {"ok", true},
                                      {"ending", answer.ending},
                                      {"log_levels", answer.log_levels},
                                      {"view", object_of(answer.view)}});
}

std::string refusal_line(std::string_view reason) {
  return json::serialize(json::object{{"v", kVersion}, {"ok", false}, {"error", reason}});
}

Result<Answer> parse_answer(std::string_view line) {
  const auto unexpected = [] {
    return fail(ErrorKind::bad_data,
                fmt::format("expected a session's answer of version {}, found something else", kVersion));
  };
  try {
    const json::value value = json::parse(json::string_view(line.data(), line.size()));
    const auto* object = object_in(value);
    if (object == nullptr) return unexpected();
    if (!object->at("ok").as_bool())
      return fail(ErrorKind::usage, std::string(object->at("error").as_string()));
    // A session of an older build has no log.
    const auto* levels = object->if_contains("log_levels");
    return Answer{view_in(object->at("view").as_object()), std::string(object->at("ending").as_string()),
                  levels == nullptr ? std::string() : std::string(levels->as_string())};
  } catch (const std::exception&) {
    return unexpected();
  }
}

std::string to_json(const SessionView& view) { return json::serialize(object_of(view)); }

}  // namespace kontor::session
